"""What people live through in the forum: the first post, a report and an objection, the digest and its end, and an edition that ends."""

import re
import secrets
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa

from academy.accounts import commands as accounts
from academy.accounts import passwords
from academy.accounts.models import Person
from academy.accounts.queries import person_with_address
from academy.app import create_app
from academy.assessment import commands as assessment
from academy.community import commands as forum
from academy.community import queries as topics
from academy.community.models import Level, Topic, TopicKind
from academy.community.writing import written
from academy.kernel import clock, jobs
from academy.kernel.db import session, transaction
from academy.kernel.subjects import Ref
from academy.learning.editions import commands as editions
from academy.learning.editions.commands import Announcement
from academy.learning.editions.models import Edition, Mode
from academy.learning.editions.queries import standing_for_new
from academy.notifications import commands as notifications
from academy.notifications.models import Inbox, Notification
from academy.organisations.models import Organisation
from academy.settings import settings_from
from tests.assessment.given_assessment import body
from tests.browser.conftest import PASSWORD, Begun, Site
from tests.browser.test_stories import letter_to
from tests.browser.ways import Hand, Way

T = TypeVar("T")
HANDS = [Way("keyboard", keyboard=True), Way("keyboard-italian", language="it", width=390, keyboard=True)]
pytestmark = pytest.mark.parametrize("way", HANDS, ids=lambda way: way.name)


def behind(site: Site, do: Callable[[], T]) -> T:
    """Done on the site's own database, as its command line would: what is there before a story begins, and what time brings. The
    site's own worker does what follows."""
    app = create_app(settings_from({"ACADEMY_DATA_DIR": str(site.data), "ACADEMY_BASE_URL": site.address}))
    with app.app_context():
        try:
            with transaction():
                return do()
        finally:
            session.remove()


def somebody(name: str, *, known: bool = True, language: str = "en") -> Person:
    """A member with the password of the demonstration; `known`: has finished a lesson."""
    address = f"{secrets.token_hex(5)}@example.org"
    person = accounts.sign_up(
        email=address,
        name=name,
        password_hash=passwords.hash_of(PASSWORD),
        language=language,
        time_zone="Europe/Rome",
        by=None,
        confirmed=True,
    )
    assert person is not None
    if known:
        forum.recognise_member(person.id, because=Ref("lesson", "active-citizenship/seeing-a-need"), by=None)
    session.flush()
    loaded = person_with_address(address)
    assert loaded is not None
    return loaded


def key_of(person: Person) -> str:
    """What a browser signs in with."""
    return person.email.partition("@")[0]


def a_topic(by: Person, title: str, body: str = "What do you do?", space: str = "active-citizenship") -> str:
    where = topics.space_called(space)
    assert where is not None
    made = forum.start_topic(where, title=title, kind=TopicKind.QUESTION, language="en", text=written(body), by=by)
    return made.address


def reply(hand: Hand, body: str) -> None:
    hand.write_into(hand.page.locator("form.reply textarea[name=body]"), body)
    hand.button("Post it")
    hand.page.get_by_text(body).first.wait_for()


def test_a_newcomer_asks_is_read_by_a_moderator_welcomed_and_answered(begun: Begun, site: Site) -> None:
    new = behind(site, lambda: key_of(somebody("Dina Rossi", known=False)))
    title = f"May we use this map? ({secrets.token_hex(2)})"
    asking = begun(new)
    asking.go("/community/new?space=active-citizenship")
    asking.write_into(asking.page.locator("[name=title]"), title)
    asking.write_into(
        asking.page.locator("[name=body]"), "It is at https://example.org/map and nobody says whose it is."
    )
    asking.button("Post it")
    asking.page.wait_for_url(re.compile("/community/t/"))
    asking.sees("A moderator reads it first, because it has a link and you are new here.")
    topic = asking.page.url
    moderator = begun("moderator")
    moderator.go("/community/moderation")
    moderator.link(title)
    moderator.button("I look at it")
    moderator.sees("It is yours for half an hour: others see that you are looking at it.")
    moderator.tick("It stays, and everybody can read it")
    moderator.button("Decide")
    moderator.sees("Decided. Everybody concerned is told.")
    behind(site, lambda: _half_a_day_passes(title))
    helping = begun("learner")
    helping.go("/community/welcome")
    helping.link(title)
    reply(helping, "Write to whoever drew it: most people say yes.")
    asking.go("/inbox")
    asking.press(asking.page.get_by_role("button", name=re.compile("May we use this map")).first)
    asking.page.wait_for_url(re.compile("/community/|/decisions/"))
    asking.page.goto(topic)
    asking.page.get_by_text("most people say yes").first.wait_for()
    asking.button("Accept this answer")
    asking.sees("Accepted answer")


def _half_a_day_passes(title: str) -> None:
    """Since somebody began this topic, without an answer."""
    before = clock.now() - timedelta(hours=13)
    session.execute(sa.update(Topic).where(Topic.title == title).values(started_at=before))


def test_a_report_becomes_a_decision_and_the_decision_does_not_stand(begun: Begun, site: Site) -> None:
    title = f"Who lends a projector? ({secrets.token_hex(2)})"

    def before() -> tuple[str, str]:
        writer = somebody("Emil Novak")
        return key_of(writer), a_topic(writer, title, "We have one that stands in a cupboard. Ask me.")

    writer, address = behind(site, before)
    reporting = begun("learner")
    reporting.go(f"/community/t/{address}")
    reporting.link("Report")
    reporting.tick("It is advertising or spam")
    reporting.write("What should a moderator know?", "He sells them.", exact=False)
    reporting.button("Send the report")
    reporting.sees("Thank you. A moderator looks at it, and you are told what was decided.")
    moderator = begun("moderator")
    moderator.go("/community/moderation")
    moderator.link(title)
    moderator.tick("It is hidden")
    moderator.choose("Which rule does it break?", "spam")
    moderator.write("In your own words", "The marketplace is the place for offers.")
    moderator.button("Decide")
    moderator.sees("Decided. Everybody concerned is told.")
    author = begun(writer)
    for _ in range(50):  # the worker tells
        author.go("/inbox")
        if author.page.get_by_role("button", name=re.compile("Who lends a projector")).count():
            break
        author.page.wait_for_timeout(200)
    author.press(author.page.get_by_role("button", name=re.compile("Who lends a projector")).first)
    author.page.wait_for_url(re.compile("/community/decisions/"))
    author.page.get_by_text("The marketplace is the place for offers.").first.wait_for()
    author.write("Why do you think otherwise?", "I lend it for nothing.")
    author.button("Object")
    author.sees("Thank you. Another moderator looks at it, and you are told.")
    second = begun("admin")
    second.go("/community/moderation")
    second.press(second.page.locator("#appeals ~ ul").get_by_role("link", name=title).first)
    second.page.get_by_text("I lend it for nothing.").first.wait_for()
    second.tick("It does not stand: what it did is undone")
    second.write("Your answer to who objected", "You are right: nothing is sold here.")
    second.button("Decide")
    second.sees("Decided. Everybody concerned is told.")
    visitor = begun()
    visitor.go(f"/community/t/{address}")
    visitor.page.get_by_text("We have one that stands in a cupboard").first.wait_for()


def test_the_digest_comes_by_mail_tells_once_and_one_click_ends_it(begun: Begun, site: Site, way: Way) -> None:
    title = f"Where do we meet in winter? ({secrets.token_hex(2)})"

    def before() -> tuple[str, str]:
        reader, writer = somebody("Fina Zorko", language=way.language), somebody("Gio Serra")
        address = a_topic(writer, title)
        found = topics.topic_seen_by(None, address.partition("-")[0]).topic
        forum.follow_topic(found, Level.WATCHING, by=reader)
        return reader.email, address

    reader, address = behind(site, before)
    answering = begun("learner")
    answering.go(f"/community/t/{address}")
    reply(answering, "In the library, they heat on Thursdays.")
    reading = begun(reader.partition("@")[0])
    for _ in range(50):  # the worker tells
        reading.go("/inbox")
        if reading.page.get_by_role("button", name=re.compile("Where do we meet")).count():
            break
        reading.page.wait_for_timeout(200)
    behind(site, lambda: _morning_comes(reader))
    # digests are slow work: they wait behind what a site that has just begun has to compare, or for the sweep of the next minute
    digest = letter_to(site, reader, "they heat on Thursdays", seconds=90)
    assert {"en": "new for you", "it": "novità per te"}[way.language] in digest["Subject"]
    assert title in digest.get_content() and digest.get_content().count("they heat on Thursdays") == 1
    stop = digest["List-Unsubscribe"].strip(" <>")
    assert stop.startswith(f"{site.address}/u/") and digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    reading.page.goto(stop)
    reading.page.get_by_role("heading", level=1).wait_for()
    reading.go("/inbox/mail")
    assert reading.page.locator("[name=rhythm][value=daily]").is_checked(), "to look at the page changes nothing"
    clicked = urllib.request.Request(
        stop,
        data=b"List-Unsubscribe=One-Click",
        headers={"Origin": "https://mail.google.com", "Sec-Fetch-Site": "cross-site"},
    )
    with urllib.request.urlopen(clicked) as answer:
        assert answer.status == 200 and answer.url == clicked.full_url, "no redirect"
    reading.page.reload()
    assert reading.page.locator("[name=rhythm][value=off]").is_checked()


def _morning_comes(address: str) -> None:
    """For one person: what they were told of was yesterday, and their digest is due."""
    reader = person_with_address(address)
    assert reader is not None
    notifications.ensure_inbox(reader, by=None)
    due = clock.now() - timedelta(minutes=10)
    session.execute(
        sa.update(Notification).where(Notification.person_id == reader.id).values(changed_at=due - timedelta(hours=1))
    )
    session.execute(
        sa.update(Inbox)
        .where(Inbox.person_id == reader.id)
        .values(next_digest_at=due, digest_upto=due - timedelta(days=1))
    )
    session.flush()
    jobs.defer("notifications.digests")


def test_a_reader_goes_by_keys_quotes_what_is_marked_and_finds_the_draft_again(begun: Begun, site: Site) -> None:
    def before() -> tuple[str, str]:
        writer = somebody("Jana Horvat")
        address = a_topic(writer, "When do we meet?", "We meet on Thursdays.\n\nBring a chair.")
        found = topics.topic_seen_by(None, address.partition("-")[0]).topic
        forum.reply(found, text=written("I bring two."), by=writer)
        return key_of(somebody("Kosta Ilić")), address

    reader, address = behind(site, before)
    reading = begun(reader)
    reading.go(f"/community/t/{address}")
    page, here = reading.page, "document.activeElement.id"
    page.get_by_text("I bring two.").wait_for()
    places = []
    for key in "jjk":
        page.keyboard.press(key)
        places.append(page.evaluate(here))
    assert places == ["p1", "p2", "p1"]
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#p1 .body p'))")
    page.keyboard.press("q")
    field = page.locator("#reply textarea")
    assert re.fullmatch(r"> We meet on Thursdays\.\n>\n> \[↑\]\(/community/p/\d+\)\n\n", field.input_value())
    page.keyboard.type("Every Thursday?")
    reading.sees("Kept in this browser until it is sent")
    page.reload()
    reading.sees("What you had typed is back")
    assert field.input_value().endswith("Every Thursday?")
    reading.button("Post it")
    page.locator("#p3 blockquote", has_text="We meet on Thursdays.").wait_for()
    assert not field.input_value()
    page.keyboard.press("?")
    page.wait_for_url(re.compile("/community/keyboard"))
    reading.press(page.locator("[data-forum-keys]"), "Space")
    reading.go(f"/community/t/{address}")
    page.get_by_text("I bring two.").wait_for()
    page.keyboard.press("j")
    assert page.evaluate(here) != "p1", "who does not want the keys turns them off"


QUIZ = "rivers-of-the-story"
QUESTION = {
    "en": "Which of these rivers ends in another river?",
    "it": "Quale di questi fiumi finisce in un altro fiume?",
}


def test_a_question_of_a_quiz_is_talked_about_by_those_who_have_been_asked_it(
    begun: Begun, site: Site, way: Way
) -> None:
    def before() -> tuple[str, str]:
        assessment.store_question(QUIZ, "single", body("single", QUESTION), by=None)
        assessment.store_quiz(Ref("module", QUIZ), {"draw": 1, "pass_mark": 60}, ["single"], by=None)
        forum.ensure_space(QUIZ, 99, {"en": "Rivers", "it": "Fiumi"}, None, by=None)
        return key_of(somebody("Hana Kovač")), key_of(somebody("Igor Pahor"))

    asks, helps = behind(site, before)
    title = f"Why not the Rhine? ({secrets.token_hex(2)})"
    asking = begun(asks)
    hand_in_the_quiz(asking)
    review = asking.page.url
    asking.link("Ask the others about this question")
    asking.sees(
        "Only those read this who have handed in the question too, trainers and moderators. So it gives nothing away."
    )
    asking.write_into(asking.page.locator("[name=title]"), title)
    asking.write_into(asking.page.locator("[name=body]"), "It is the longest of them.")
    asking.button("Post it")
    asking.page.wait_for_url(re.compile("/community/t/"))
    topic = asking.page.url
    asking.press(asking.page.locator(".kicker").get_by_role("link", name=QUESTION[way.language]))
    asking.page.wait_for_url(re.compile(re.escape(review)))
    asking.page.get_by_role("link", name=title).wait_for()

    helping = begun(helps)
    for reader in (begun(), helping):
        answer = reader.page.goto(topic)
        assert answer and answer.status == 404, "it would give the question away"
        reader.go(f"/community/{QUIZ}")
        reader.page.get_by_role("heading", level=1).wait_for()
        assert not reader.page.get_by_text(title).count()
    hand_in_the_quiz(helping)
    helping.press(helping.page.get_by_role("link", name=title))
    reply(helping, "It ends in the sea, as the answer in the review says.")
    asking.page.goto(topic)
    asking.page.get_by_text("It ends in the sea").first.wait_for()
    asking.button("Accept this answer")
    asking.sees("Accepted answer")


def hand_in_the_quiz(hand: Hand) -> None:
    """With the wrong answer."""
    hand.go(f"/learn/{QUIZ}/quiz")
    hand.button("Begin")
    hand.page.wait_for_url(re.compile("/learn/attempts/"))
    hand.tick({"en": "The Rhine", "it": "Il Reno"}[hand.way.language], said=False)
    with hand.page.expect_navigation():
        hand.button("Save and continue")
    hand.button("Hand in")
    hand.page.locator("ol.review").wait_for()


def test_an_edition_ends_and_its_topics_go_on(begun: Begun, site: Site) -> None:
    name = f"Tolmezzo {secrets.token_hex(2)}"
    title = f"Who has the list of the guests? ({secrets.token_hex(2)})"

    def before() -> tuple[str, str, str]:
        learner = somebody("Ines Fabbri")
        edition = _an_edition(name)
        editions.enrol(edition, by=learner)
        room = topics.space_about(edition.ref)
        assert room is not None
        return key_of(learner), edition.slug, a_topic(learner, title, "I had it on paper.", space=room.slug)

    learner, slug, address = behind(site, before)
    coordinator = begun("coordinator")
    coordinator.go(f"/studio/editions/{slug}/sessions")
    coordinator.press(coordinator.page.locator("summary", has_text=coordinator.say("End this edition")).first)
    coordinator.button("Yes, it is over")
    coordinator.page.wait_for_load_state()
    alumna = begun(learner)
    alumna.go(f"/community/t/{address}")
    alumna.sees("Here “%(edition)s” ended. Those who took the course go on.", edition=name)
    reply(alumna, "A year later: we meet again, here is the new list.")
    assert alumna.page.get_by_text(alumna.say("Alumni answer here")).count()


def _an_edition(name: str) -> Edition:
    coordinator = person_with_address("coordinator@example.org")
    assert coordinator is not None
    today = clock.now().date()
    who = standing_for_new(coordinator)
    owner = session.get_one(Organisation, min(number for number in who.speaks_for if number))
    edition = editions.create_edition(
        Announcement(
            title=name,
            summary="Four evenings.",
            language="en",
            country="IT",
            nuts2="ITH4",
            municipality="Tolmezzo",
            mode=Mode.IN_PERSON,
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=1),
        ),
        owner,
        seats=None,
        who=who,
        by=coordinator,
    )
    editions.publish_edition(edition, who=who, by=coordinator)
    session.flush()
    return edition
