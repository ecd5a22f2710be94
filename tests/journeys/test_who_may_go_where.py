"""Every address of the site, asked for by those it is not for: each is open on purpose, or refused.

What is in no table below asks a visitor to sign in, whatever is added later; the desks name the roles that may sit down at them; and what
belongs to somebody is tried by a stranger.
"""

import re
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from academy import demo
from academy.accounts import queries as people
from academy.kernel.db import session
from academy.kernel.web import Academy
from tests.given import Given
from tests.learning.given_learning import imported

ROLES = ("learner", "organisation", "trainer", "moderator", "coordinator", "admin")
REFUSED = {401, 403, 404}

# a visitor is answered here, without an account
OPEN = set(
    """
    accounts.change_address accounts.confirm accounts.directory accounts.forgot_password accounts.message_sent accounts.profile
    accounts.reset_password accounts.send_change_address accounts.send_confirm accounts.send_forgot_password
    accounts.send_reset_password accounts.send_sign_in accounts.send_sign_up accounts.sign_in accounts.sign_out accounts.sign_up
    assessment.check_practice assessment.check_receipt assessment.practice assessment.start_page
    community.about community.about_space community.feed community.house_rules community.keyboard community.post community.search community.space
    community.space_feed community.spaces community.topic community.unanswered
    editions.check_in_page editions.confirm_check_in editions.overview editions.scan editions.show editions.type_code
    files.give guides.download guides.guide guides.library guides.sources health.alive health.ready
    home.about home.accessibility home.alumni home.alumni_of home.choose_language home.front home.part_of_sitemap home.privacy home.robots
    home.sitemap home.styleguide home.terms
    learning.activity learning.course learning.example learning.facilitator learning.glossary learning.lesson learning.media
    learning.module learning.print_module
    marketplace.browse marketplace.feed marketplace.how_matching_works marketplace.show
    marketplace.outcomes marketplace.outcomes_table
    notifications.send_unsubscribe notifications.unsubscribe organisations.invitation organisations.show
    portfolio.item portfolio.published search.results
    """.split()  # noqa: SIM905  # a table is read more easily by lines
)

# who may sit down at a desk; a longer name comes before a shorter one that begins the same
DESKS: Mapping[str, set[str]] = {
    "studio_course.": {"admin"},
    "studio_editions.completion": {"trainer", "admin"},
    "studio_editions.create": {"coordinator", "admin"},
    "studio_editions.": {"trainer", "coordinator", "admin"},
    "studio_lessons.": {"trainer", "admin"},
    "studio_marking.time": {"trainer", "coordinator", "admin"},
    "studio_marking.allow_time": {"trainer", "coordinator", "admin"},
    "studio_marking.announce_outage": {"trainer", "coordinator", "admin"},
    "studio_marking.": {"trainer", "admin"},
    "studio_people.": {"admin"},
    "studio_questions.": {"trainer", "admin"},
    "studio.": {"trainer", "coordinator", "admin"},
    "community.moderation": {"moderator", "admin"},
    "community.review": {"moderator", "admin"},
    "community.appeal_to_decide": {"moderator", "admin"},
    "community.new_space": {"coordinator", "admin"},
    "community.open_space": {"coordinator", "admin"},
    "community.tend_space": {"moderator", "coordinator", "admin"},
    "marketplace.broker": {"moderator", "coordinator", "admin"},
    "marketplace.exposure": {"moderator", "coordinator", "admin"},
    "marketplace.join_desk": {"moderator", "coordinator", "admin"},
    "marketplace.review": {"moderator", "admin"},
    "notifications.new_announcement": {"coordinator", "admin"},
}


# an edition is run by its own organisation's coordinators and by the trainers of its sessions, not by every one of them
EDITION = "/<lang>/studio/editions/<slug>"


@pytest.fixture
def site(app: Academy, given: Given) -> Academy:
    """A small course and the invented community."""
    imported(given)
    demo.load(app)
    return app


@pytest.fixture
def browsers(site: Academy, given: Given) -> dict[str, FlaskClient]:
    found = {}
    for role in ROLES:
        person = given.seen(lambda role=role: people.person_with_address(f"{role}@example.org"))  # type: ignore[misc]
        assert person is not None
        found[role] = given.signed_in(person)
    return found


def first(given: Given, statement: str) -> str:
    found = given.seen(lambda: session.scalar(sa.text(statement)))
    assert found is not None, statement
    return str(found)


def values_for(given: Given) -> dict[str, str]:
    """A value for each part of an address, of things that are there."""
    return {
        "lang": "en",
        "module": "needs",
        "bank": "needs",
        "lesson": "seeing",
        "unit": "seeing",
        "language": "en",
        "question": "what-is-a-need",
        "ending": "csv",
        "kind": "single",
        "topic": first(given, "SELECT key FROM topics ORDER BY id LIMIT 1"),
        "listing": first(given, "SELECT slug FROM listings WHERE state = 'published' ORDER BY id LIMIT 1"),
        "organisation": first(given, "SELECT slug FROM organisations ORDER BY id LIMIT 1"),
        "space": first(given, "SELECT slug FROM spaces ORDER BY id LIMIT 1"),
        "person": first(given, "SELECT slug FROM people ORDER BY id LIMIT 1"),
        "edition": first(given, "SELECT slug FROM editions ORDER BY id DESC LIMIT 1"),
    }


def address_of(app: Academy, rule: Rule, known: Mapping[str, str]) -> str:
    feature = rule.endpoint.split(".")[0]
    own = {"community": "space", "marketplace": "listing", "organisations": "organisation", "accounts": "person"}
    parts: dict[str, object] = {}
    for name in rule.arguments:
        value: object = known.get(name, "x")
        if name == "slug":
            value = known.get(own.get(feature, "edition"), "x")
        if name in {"key", "address"} and feature == "community":
            value = known["topic"]
        if name == "key" and feature in {"assessment", "studio_questions"}:
            value = known["question"]
        if "Integer" in type(rule._converters[name]).__name__:
            value = 1
        parts[name] = value
    return app.url_map.bind("localhost").build(rule.endpoint, parts, method=method_of(rule))


def method_of(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else "POST"


# what the forms ask for, so that nobody is refused only for having left something out
FILLED = {
    "title": "A title", "summary": "A summary", "body": "Some words.", "text": "Some words.", "message": "Some words.", "name": "A name",
    "reason": "off-topic", "because": "It says so.", "note": "A note.", "version": "1", "kind": "question", "language": "en",
}  # fmt: skip


def asked(client: FlaskClient, rule: Rule, address: str) -> TestResponse:
    method = method_of(rule)
    return client.open(address, method=method, data=FILLED if method == "POST" else None)


def test_a_visitor_is_asked_to_sign_in_wherever_it_is_not_open_on_purpose(site: Academy, given: Given) -> None:
    known, visitor = values_for(given), site.test_client()
    wrong = []
    for rule in site.url_map.iter_rules():
        answer = asked(visitor, rule, address_of(site, rule, known))
        is_open = answer.status_code not in {401, 403}
        if is_open is not (rule.endpoint in OPEN) and not (rule.endpoint not in OPEN and answer.status_code == 404):
            wrong.append((rule.endpoint, answer.status_code))
    assert not wrong, wrong
    assert {rule.endpoint for rule in site.url_map.iter_rules()} >= OPEN, "the table names what is there"


def test_a_desk_opens_to_its_roles_alone(site: Academy, given: Given, browsers: dict[str, FlaskClient]) -> None:
    known, wrong, seen = values_for(given), [], set()
    for rule in site.url_map.iter_rules():
        desk = next((name for name in DESKS if rule.endpoint.startswith(name)), None)
        if desk is None:
            assert not rule.endpoint.startswith("studio"), f"{rule.endpoint} is a desk of nobody"
            continue
        seen.add(desk)
        address = address_of(site, rule, known)
        for role, client in browsers.items():
            if method_of(rule) == "POST" and role in DESKS[desk]:
                continue  # what it does is its own tests' matter
            status = asked(client, rule, address).status_code
            allowed = status not in {401, 403} or rule.rule.startswith(EDITION)
            if (role not in DESKS[desk] and status not in REFUSED) or (role in DESKS[desk] and not allowed):
                wrong.append((rule.endpoint, role, status))
            assert status < 500, rule.endpoint
    assert not wrong, wrong
    assert seen == DESKS.keys()


def test_what_is_somebodys_can_be_neither_read_nor_changed_by_a_stranger(
    site: Academy, given: Given, browsers: dict[str, FlaskClient]
) -> None:
    begun = browsers["learner"].post("/en/learn/needs/quiz").headers["Location"]
    attempt = re.search(r"/attempts/([^/?]+)", begun)
    assert attempt
    interest = first(given, "SELECT key FROM listing_interests ORDER BY id LIMIT 1")
    listing = first(given, "SELECT slug FROM listings WHERE state = 'published' ORDER BY id LIMIT 1")
    organisation = first(given, "SELECT slug FROM organisations ORDER BY id LIMIT 1")
    sign_in = first(
        given,
        "SELECT sign_ins.id FROM sign_ins JOIN people ON people.id = person_id WHERE email = 'learner@example.org'",
    )
    topic = first(
        given,
        "SELECT key FROM topics WHERE author_id NOT IN (SELECT id FROM people WHERE email = 'trainer@example.org') LIMIT 1",
    )
    theirs = {
        "/learn/attempts/<key>": attempt[1],
        "/marketplace/interest/<key>": interest,
        "/marketplace/<slug>": listing,
        "/organisations/<slug>": organisation,
        "/settings/sign-ins/<int:sign_in_id>": sign_in,
        "/community/t/<key>/<int:no>/edit": topic,
        "/community/t/<key>/<int:no>/hide": topic,
        "/community/t/<key>/<int:no>/accept": topic,
        "/community/t/<key>/close": topic,
        "/community/t/<key>/arrange": topic,
    }
    # everybody may look at these, answer them or say that they don't fit
    public = {
        "marketplace.show",
        "marketplace.write_to",
        "marketplace.send_interest",
        "marketplace.not_for_us",
        "organisations.show",
    }
    stranger, tried, wrong = browsers["trainer"], 0, []
    for rule in site.url_map.iter_rules():
        thing = next((key for place, key in theirs.items() if rule.rule.startswith(f"/<lang>{place}")), None)
        if thing is None or rule.endpoint in public:
            continue
        parts: dict[str, object] = {
            "lang": "en",
            "key": thing,
            "slug": thing,
            "sign_in_id": int(sign_in),
            "no": 2 if rule.endpoint == "community.accept_answer" else 1,
            "pos": 1,
        }
        address = site.url_map.bind("localhost").build(
            rule.endpoint, {name: parts.get(name, "x") for name in rule.arguments}, method=method_of(rule)
        )
        status = asked(stranger, rule, address).status_code
        tried += 1
        if status not in REFUSED:
            wrong.append((rule.endpoint, status))
    assert tried > 30
    assert not wrong, wrong
    assert browsers["learner"].get("/en/settings").status_code == 200, (
        "the sign-in that a stranger tried to end goes on"
    )
