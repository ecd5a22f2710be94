"""A request, from door to door."""

import json
import logging
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import render_template_string
from flask.testing import FlaskClient
from werkzeug.routing import BuildError

from academy.accounts.models import Person
from academy.accounts.viewer import viewer
from academy.kernel import clock, db, traces
from academy.kernel.access import Refused, Verdict
from academy.kernel.audit import AuditRecord
from academy.kernel.db import session
from academy.kernel.i18n import in_language, say
from academy.kernel.logs import JsonLines
from academy.kernel.throttle import Throttle
from academy.kernel.web import LARGEST_BODY, Academy, external_address
from tests import databases
from tests.given import Given


def _throttles(given: Given) -> int:
    return given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(Throttle)) or 0)


def _throttle() -> Throttle:
    return Throttle(key="written", since=clock.now(), tries=1)


def test_a_view_that_returns_has_committed(app: Academy, given: Given) -> None:
    app.add_url_rule("/en/write", "write", lambda: session.add(_throttle()) or "written", methods=["POST"])
    assert app.test_client().post("/en/write").status_code == 200
    assert _throttles(given) == 1


def test_a_view_that_refuses_has_not(app: Academy, given: Given) -> None:
    def refuse() -> str:
        session.add(_throttle())
        session.flush()
        raise Refused(Verdict(say("All seats are taken."), 409))

    app.add_url_rule("/en/refuse", "refuse", refuse, methods=["POST"])
    answer = app.test_client().post("/en/refuse")
    assert answer.status_code == 409 and "All seats are taken." in answer.text
    assert _throttles(given) == 0


def test_a_page_loads_the_bundles_that_it_names_and_no_others(app: Academy) -> None:
    extends = '{% extends "layout.html" %}'
    app.add_url_rule("/en/plain", "plain", lambda: render_template_string(extends))
    app.add_url_rule(
        "/en/more", "more", lambda: render_template_string(extends + "{% block bundles %}editor{% endblock %}")
    )
    script = app.extensions["assets"].address("editor.js")
    assert script not in app.test_client().get("/en/plain").text
    assert app.test_client().get("/en/more").text.count(f'<script src="{script}" defer>') == 1


def test_reading_never_writes(app: Academy) -> None:
    app.add_url_rule("/en/naughty", "naughty", lambda: session.add(_throttle()) or "")
    with pytest.raises(sa.exc.DBAPIError):
        app.test_client().get("/en/naughty")


def test_a_post_that_only_reads_cannot_write_either(app: Academy) -> None:
    @db.only_reads
    def preview() -> str:
        session.add(_throttle())
        return ""

    app.add_url_rule("/en/preview", "preview", preview, methods=["POST"])
    with pytest.raises(sa.exc.DBAPIError):
        app.test_client().post("/en/preview")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_a_write_comes_from_our_own_pages(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/en/sign-out", headers=headers).status_code == status


def test_pages_carry_a_strict_policy_and_no_inline_code(client: FlaskClient) -> None:
    answer = client.get("/en/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert " style=" not in answer.text and "<script>" not in answer.text and " onclick" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("path", "sentence"), [("/it/nulla", "Pagina non trovata"), ("/en/nothing", "Page not found")])
def test_an_error_is_a_page_in_the_language_of_the_address(client: FlaskClient, path: str, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and sentence in answer.text and f'<html lang="{path[1:3]}"' in answer.text


def test_an_unknown_language_is_not_found_and_said_in_the_browsers_own(client: FlaskClient) -> None:
    answer = client.get("/xx/sign-in", headers={"Accept-Language": "it"})
    assert answer.status_code == 404 and "Pagina non trovata" in answer.text


def test_another_method_is_refused_and_the_right_ones_are_named(client: FlaskClient) -> None:
    answer = client.put("/en/sign-in")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/en/sign-in", data={"email": "x" * (LARGEST_BODY + 1)})
    assert answer.status_code == 413 and "too large for this page" in answer.text


def test_a_lost_database_is_said_and_nothing_falls_over(
    app: Academy, given: Given, database_kind: str, request: pytest.FixtureRequest
) -> None:
    ada = given.person("Ada")
    if database_kind == "postgresql":
        databases.on_server(request.getfixturevalue("postgresql"), "DROP DATABASE academy_test WITH (FORCE)")
    else:
        given.done(lambda: session.execute(sa.text("ALTER TABLE people RENAME TO people_away")).close())
    answer = app.test_client().get(f"/en/people/{ada.slug}")
    assert answer.status_code == 503 and "Back in a moment" in answer.text and answer.headers["Retry-After"]
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == (503 if database_kind == "postgresql" else 200)


def test_health_and_readiness(client: FlaskClient, given: Given) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json["status"] == "ready"
    given.done(lambda: session.execute(sa.text("UPDATE alembic_version SET version_num = 'old'")).close())
    late = client.get("/readyz")
    assert late.status_code == 503 and "flask db upgrade" in late.json["parts"]["database"]


def test_every_event_is_written_down_with_its_request(given: Given) -> None:
    ada = given.person("Ada")
    client = given.signed_in(ada)
    answer = client.post("/en/settings/profile", data={"name": "Ada", "language": "en", "time_zone": "UTC"})
    records = given.seen(lambda: session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id)).all())
    last = records[-1]
    assert (last.event, last.person_id, last.request) == (
        "accounts.ProfileChanged",
        ada.id,
        answer.headers["X-Request-Id"],
    )


def test_a_trace_is_written_after_the_answer_once_for_a_key_and_never_by_a_prefetch(app: Academy, given: Given) -> None:
    ada = given.person("Ada")
    written: list[int] = []

    def visit(n: int) -> str:
        traces.leave_trace(("visit", ada.id), lambda: written.append(n))
        return ""

    app.add_url_rule("/en/visit/<int:n>", "visit", visit)
    client = app.test_client()
    client.get("/en/visit/1")
    client.get("/en/visit/2")
    client.get("/en/visit/3", headers={"Sec-Purpose": "prefetch"})
    assert written == []
    traces.write_traces(app)
    assert written == [2]


def test_the_log_is_json_with_the_id_of_the_request(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="academy"):
        answer = client.get("/en/sign-in?password=secret")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "academy"]
    assert lines[-1]["status"] == 200 and lines[-1]["path"] == "/en/sign-in" and "secret" not in str(lines)
    assert answer.headers["X-Request-Id"]


def test_the_person_is_known_before_a_write_takes_its_lock(given: Given) -> None:
    client = given.signed_in(given.person("Ada"))
    seen: list[Person | None] = []

    def look() -> str:
        seen.append(viewer())
        assert not session.registry().in_transaction()
        return ""

    given.app.add_url_rule("/en/look", "look", look, methods=["POST"])
    client.post("/en/look")
    assert seen and seen[0] is not None and seen[0].name == "Ada"


@pytest.mark.parametrize("base_url", ["http://localhost", "https://academy.example"])
def test_the_worker_writes_the_same_addresses_as_a_page(app: Academy, base_url: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], base_url=base_url)
    wanted = [
        ("community.topic", {"address": "k7m2p9xa-how-many", "post": "new", "_anchor": "new"}),
        ("community.topic", {"address": "k7m2p9xa-how-many", "post": None, "_anchor": "p1", "lang": "it"}),
        ("health.alive", {}),
    ]
    with app.test_request_context(base_url=base_url):
        of_a_page = [external_address(endpoint, **values) for endpoint, values in wanted]
    with app.app_context(), in_language("en"):
        assert [external_address(endpoint, **values) for endpoint, values in wanted] == of_a_page
    with app.app_context(), pytest.raises(BuildError):
        external_address("nothing.such")
