"""What a message leads to: whoever looks changes nothing, and the button behind each link still works afterwards."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import time_machine

from academy.accounts import queries as people
from academy.accounts.models import Role
from academy.community import commands as community
from academy.kernel import clock
from academy.kernel.db import database, session
from academy.notifications import commands, jobs, queries
from academy.notifications.models import Delivery, Rhythm
from tests.community import given_community as forum
from tests.given import PASSWORD, Given

ADDRESS = re.compile(r"http://localhost(/[^\s<>\"]+)")


def everything(given: Given) -> dict[str, list[Any]]:
    """Each row of each table."""

    def rows() -> Iterator[tuple[str, list[Any]]]:
        for table in database.metadata.sorted_tables:
            yield table.name, sorted(map(repr, session.execute(sa.select(table))))

    return given.seen(lambda: dict(rows()))


def test_a_scanner_that_opens_every_link_of_every_message_changes_nothing_and_each_button_works_after_it(
    given: Given,
) -> None:
    ada, mo = given.person("Ada", email="ada@example.org"), given.person("Mo", Role.MODERATOR)
    bea = forum.known(given, given.person("Bea"))
    browser = given.app.test_client()
    browser.post("/en/sign-up", data={"name": "Nives", "email": "nives@example.org", "password": "a long new phrase"})
    browser.post("/en/forgotten-password", data={"email": ada.email})
    given.signed_in(ada).post("/en/settings/address", data={"email": "ada@new.example", "current": PASSWORD})
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, f"What do you say, @{ada.slug}?")
    forum.answer(given, topic, ada, "Nothing good.")
    given.done(lambda: community.hide_post(forum.post_of(forum.fresh(topic), 3), because="Rude.", by=mo))
    forum.work_done(given)
    given.done(lambda: commands.choose_delivery(bea.id, "community", Delivery.DIGEST, by=bea))
    given.done(jobs.begin_digests)
    forum.answer(given, topic, mo, f"Peace, @{bea.slug}.")
    forum.work_done(given)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        given.done(jobs.begin_digests)
        letters = given.mail()
    lists = {letter.get("List-Id", "") for letter in letters}
    assert {"", "<community.example.org>", "<digest.example.org>"} <= lists and len(letters) >= 7
    links = {
        (letter["To"], path)
        for letter in letters
        for part in letter.walk()
        if part.get_content_maintype() == "text"
        for path in ADDRESS.findall(part.get_content())
    }
    stops = {letter["To"]: letter["List-Unsubscribe"].strip(" <>") for letter in letters if letter["List-Unsubscribe"]}
    links |= {(to, stop.removeprefix("http://localhost")) for to, stop in stops.items()}
    kinds = ("/confirm/", "/new-password/", "/change-address/", "/u/", "/decisions/", "/community/t/", "/inbox/mail")
    assert [kind for kind in kinds if not any(kind in path for _, path in links)] == []

    before = everything(given)
    for _to, path in sorted(links):
        for headers in ({}, {"User-Agent": "SafeLinks", "Sec-Purpose": "prefetch"}):
            answer = given.app.test_client().get(path.partition("#")[0], headers=headers, follow_redirects=True)
            assert answer.status_code in (200, 401), path
            assert given.app.test_client().head(path.partition("#")[0]).status_code < 500, path
    after = everything(given)
    assert [name for name in before if before[name] != after[name]] == []

    def button(kind: str, **form: str) -> int:
        (path,) = {path for _to, path in links if kind in path}
        return given.app.test_client().post(path, data=form).status_code

    assert button("/new-password/", password="an even longer phrase") == 303
    assert button("/confirm/") == 303
    for stop in stops.values():
        path = stop.removeprefix("http://localhost")
        for _ in range(2):
            assert given.app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert given.seen(lambda: queries.inbox_of(bea.id)).rhythm is Rhythm.OFF
    assert given.seen(lambda: queries.deliveries_of(ada)) == {"community": Delivery.NONE}
    assert given.seen(lambda: people.person_with_address("nives@example.org")).confirmed_at is not None
