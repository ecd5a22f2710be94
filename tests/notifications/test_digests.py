"""One digest a person, in their morning; each piece of news in exactly one; and always a way out."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
import time_machine
from aiosmtpd.controller import Controller

from academy import cli
from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person, Role
from academy.community import commands as community
from academy.community.models import Level
from academy.kernel import clock, mail, outbox
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref
from academy.notifications import bounces, commands, jobs, queries, rules
from academy.notifications.models import Delivery, Rhythm
from tests.community import given_community as forum
from tests.given import Given

HOUR = timedelta(hours=1)


def tell(given: Given, person: Person, title: str, *, at_once: bool = False) -> None:
    def write() -> None:
        about = Ref("thing", title.replace(" ", "-"))
        if at_once:
            commands.notify([person.id], "community.replied", about, address="/en/community", by=None, title=title)
        else:
            commands.notify_selected(
                queries.THOSE_WHO_ARE_HERE,
                "community.replied",
                about,
                address="/en/community",
                by=None,
                given={"people": [person.id], "because": "topic"},
                title=title,
            )

    given.done(write)


def digest_run(given: Given) -> list[EmailMessage]:
    """The worker comes by; the digests so far."""
    given.done(jobs.begin_digests)
    return [message for message in given.mail() if "digest" in message.get("List-Id", "")]


def test_each_piece_of_news_is_in_exactly_one_digest_also_when_the_clocks_change(given: Given) -> None:
    """Summer time ended in Rome on 25 October 2026: that day has 25 hours."""
    with time_machine.travel(datetime(2026, 10, 23, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada")
        given.done(jobs.begin_digests)
        for step in range(5 * 24):
            clocks.move_to(datetime(2026, 10, 23, 12, 0, tzinfo=UTC) + step * HOUR)
            tell(given, ada, f"number {step:03} there")
            given.signed_in(ada)  # comes by
            clocks.shift(timedelta(minutes=5))
            digest_run(given)
        found = digest_run(given)
    texts = [message.get_content() for message in found]
    assert len(found) == 5
    told = [sum(f"number {step:03} there" in text for text in texts) for step in range(5 * 24)]
    after_the_last = (
        5  # at 7, 8, 9, 10 and 11 o'clock of the last day; the one at 6 UTC, seven in Rome, begins a new window
    )
    assert told == [1] * (5 * 24 - after_the_last - 1) + [0] * (after_the_last + 1)


def test_the_morning_is_that_of_the_person_and_stays_at_seven_over_the_change() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert rules.next_digest(before, Rhythm.DAILY, "Europe/Rome") == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    assert rules.next_digest(before - timedelta(days=1), Rhythm.DAILY, "Europe/Rome") == datetime(
        2026, 10, 24, 5, 0, tzinfo=UTC
    )
    assert rules.next_digest(before, Rhythm.WEEKLY, "Europe/Helsinki") == datetime(2026, 10, 26, 5, 0, tzinfo=UTC)
    assert rules.next_digest(before, Rhythm.MONTHLY, "UTC") == datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
    assert rules.next_digest(before, Rhythm.OFF, "UTC") is None


def test_a_worker_that_was_away_for_days_sends_one_digest(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada")
        given.done(jobs.begin_digests)
        tell(given, ada, "before the trouble")
        clocks.move_to(datetime(2026, 11, 6, 9, 0, tzinfo=UTC))
        tell(given, ada, "after the last morning")
        first = digest_run(given)
        assert len(first) == 1 and "before the trouble" in first[0].get_content()
        assert "after the last morning" not in first[0].get_content()
        clocks.move_to(datetime(2026, 11, 7, 9, 0, tzinfo=UTC))
        second = digest_run(given)
        assert len(second) == 2 and "after the last morning" in second[1].get_content()
        assert "before the trouble" not in second[1].get_content()


def test_a_line_that_grows_is_told_by_how_much(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada", language="it")
        given.done(jobs.begin_digests)
        for _ in range(3):
            tell(given, ada, "Orti")
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        assert "3 nuovi interventi in «Orti»" in digest_run(given)[0].get_content()
        tell(given, ada, "Orti")
        clocks.move_to(datetime(2026, 11, 4, 9, 0, tzinfo=UTC))
        last = digest_run(given)[-1]
        assert "Un nuovo intervento in «Orti»" in last.get_content() and last["Subject"] == "C’è una novità per te"
        clocks.move_to(datetime(2026, 11, 5, 9, 0, tzinfo=UTC))
        assert len(digest_run(given)) == 2, "nothing new, no digest"


def test_what_was_mailed_at_once_or_read_is_in_no_digest_and_what_was_too_much_for_a_day_is(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada")
        given.done(lambda: commands.choose_most_a_day(3, by=ada))
        for number in range(5):
            tell(given, ada, f"thing {number}", at_once=True)
        assert len(given.mail()) == 3
        tell(given, ada, "read by then")
        item = next(item for item in given.seen(lambda: queries.unread_news_of(ada)) if "read-by" in item.subject)
        given.signed_in(ada).post(f"/en/inbox/{item.id}")
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        (digest,) = digest_run(given)
        assert [f"thing {number}" in digest.get_content() for number in range(5)] == [False] * 3 + [True] * 2
        assert "read by then" not in digest.get_content()


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "href"]


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost")


def test_a_digest_has_two_parts_and_the_way_out_works_as_gmail_calls_it(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada")
        tell(given, ada, "Gardens & <b>bread</b>", at_once=False)
        given.done(jobs.begin_digests)
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        (digest,) = digest_run(given)
        plain, html = digest.get_body(("plain",)), digest.get_body(("html",))
        assert plain is not None and html is not None
        assert "Gardens &amp; &lt;b&gt;bread" in html.get_content()
        assert digest["Auto-Submitted"] == "auto-generated" and digest["List-Id"] == "<digest.example.org>"
        assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        stop = path_of(digest["List-Unsubscribe"].strip(" <>"))
        scanner = given.app.test_client()
        for link in Links(html.get_content()).found:
            assert scanner.get(path_of(link)).status_code in {200, 401}
        assert given.seen(lambda: queries.inbox_of(ada.id)).rhythm is Rhythm.DAILY, "opening a link changes nothing"
        answer = scanner.post(
            stop,
            data={"List-Unsubscribe": "One-Click"},
            headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.google.com"},
        )
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        inbox = given.seen(lambda: queries.inbox_of(ada.id))
        assert inbox.rhythm is Rhythm.OFF and inbox.next_digest_at is None
        assert scanner.post(stop).status_code == 200, "it is not used up"
        tell(given, ada, "called by name", at_once=True)
        assert any("called by name" in message["Subject"] for message in given.mail()), "another list goes on"
        assert scanner.get(stop[:-2]).status_code == 404


def test_messages_about_one_topic_stand_in_one_thread_and_say_why_they_came(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    forum.answer(given, topic, bea, "And more.")
    forum.work_done(given)
    first, second = (message for message in given.mail() if "topic-" in message["Message-ID"])
    assert first["References"] == second["References"] == f"<topic-{topic.key}@example.org>"
    assert first["In-Reply-To"] and first["Message-ID"] != second["Message-ID"]
    assert first["List-Id"] == "<community.example.org>"
    assert "You get this because you began the topic." in first.get_content()


def test_who_may_no_longer_see_a_thing_finds_it_neither_in_the_inbox_nor_in_the_digest(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
        topic = forum.topic(given, bea, title="Something hidden later")
        given.done(lambda: community.follow_topic(forum.fresh(topic), Level.WATCHING, by=ada))
        forum.answer(given, topic, bea)
        forum.work_done(given)
        assert "Something hidden later" in given.signed_in(ada).get("/en/inbox").text
        given.done(lambda: community.hide_post(forum.post_of(topic, 1), because="Spam", by=mo))
        assert "Something hidden later" not in given.signed_in(ada).get("/en/inbox").text
        given.done(jobs.begin_digests)
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        assert not [message for message in digest_run(given) if message["To"] == ada.email]


def test_the_worker_tells_of_a_topic_as_it_is_called_now(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada, bea = given.person("Ada"), given.person("Bea")
        topic = forum.topic(given, bea, title="A title of the first hour")
        given.done(lambda: community.follow_topic(forum.fresh(topic), Level.WATCHING, by=ada))
        forum.answer(given, topic, bea)
        forum.work_done(given)
        given.done(lambda: setattr(forum.fresh(topic), "title", "A better title"))
        given.done(jobs.begin_digests)
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        (digest,) = (message for message in digest_run(given) if message["To"] == ada.email)
        assert "A better title" in digest.get_content() and "first hour" not in digest.get_content()


def test_who_does_not_come_after_four_digests_gets_fewer_and_is_told(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada")
        given.done(jobs.begin_digests)
        for day in range(3, 8):
            tell(given, ada, f"day {day}")
            clocks.move_to(datetime(2026, 11, day, 9, 0, tzinfo=UTC))
            found = digest_run(given)
        assert ["we send fewer from now on" in message.get_content() for message in found] == [
            False,
            False,
            False,
            True,
        ], "and the next one comes on a Monday"
        assert given.seen(lambda: queries.inbox_of(ada.id)).next_digest_at == datetime(2026, 11, 9, 6, 0, tzinfo=UTC)


def test_an_announcement_is_one_row_and_everybody_finds_it_once(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        zsofia, ada, bea = (
            given.person("Zsófia", Role.COORDINATOR),
            given.person("Ada", language="it"),
            given.person("Bea"),
        )
        given.done(jobs.begin_digests)
        assert given.signed_in(ada).get("/en/announcements/new").status_code == 403
        browser = given.signed_in(zsofia)
        texts = {
            "title_en": "We meet in March",
            "body_en": "In **Győr**.",
            "title_it": "Ci vediamo a marzo",
            "body_it": "A Győr.",
        }
        assert browser.post("/en/announcements/new", data={**texts, "body_it": ""}).status_code == 422
        clocks.shift(timedelta(minutes=1))
        made = browser.post("/en/announcements/new", data=texts)
        assert made.status_code == 303
        late = given.person("Late")
        reader = given.signed_in(ada)
        assert "Ci vediamo a marzo" in reader.get("/it/inbox").text
        assert reader.get("/it/inbox/count").text == "1"
        reader.post("/it/inbox/read")
        assert "Ci vediamo a marzo" not in reader.get("/it/inbox").text and reader.get("/it/inbox/count").text == ""
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        found = {message["To"]: message.get_content() for message in digest_run(given)}
        assert "We meet in March" in found[bea.email] and "Ci vediamo a marzo" in found[ada.email]
        assert late.email not in found
        clocks.move_to(datetime(2026, 11, 4, 9, 0, tzinfo=UTC))
        assert len(digest_run(given)) == len(found)


def test_the_choices_are_kept_and_wrong_ones_named(given: Given) -> None:
    ada = given.person("Ada")
    browser = given.signed_in(ada)
    wanted = {"rhythm": "weekly", "most_a_day": "10", **dict.fromkeys(rules.GROUPS, "digest")}
    assert browser.post("/en/inbox/mail", data=wanted).status_code == 303
    inbox = given.seen(lambda: queries.inbox_of(ada.id))
    assert (inbox.rhythm, inbox.most_a_day) == (Rhythm.WEEKLY, 10)
    assert given.seen(lambda: queries.deliveries_of(ada))["community"] is Delivery.DIGEST
    tell(given, ada, "not at once", at_once=True)
    assert given.mail() == []
    assert browser.post("/en/inbox/mail", data={**wanted, "rhythm": "hourly"}).status_code == 422
    with pytest.raises(Refused):
        given.done(lambda: commands.choose_rhythm(ada.id, Rhythm.OFF, by=given.person("Bea")))


def test_the_count_costs_no_body_while_nothing_is_new(given: Given) -> None:
    ada = given.person("Ada")
    browser = given.signed_in(ada)
    tell(given, ada, "one thing")
    first = browser.get("/en/inbox/count")
    assert first.text == "1"
    again = browser.get("/en/inbox/count", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.text == ""
    assert given.app.test_client().get("/en/inbox/count").status_code == 401


def test_a_digest_reads_out_what_may_be_read_on_that_morning(given: Given) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
        given.done(jobs.begin_digests)
        clocks.shift(timedelta(minutes=5))
        first, second = forum.topic(given, bea, title="Chairs"), forum.topic(given, bea, title="Tables")
        for topic in (first, second):
            given.done(lambda topic=topic: community.follow_topic(forum.fresh(topic), Level.WATCHING, by=ada))
        forum.answer(given, first, bea, "Twelve **of them**, and none alike.")
        forum.answer(given, second, bea, "Something for which it is hidden.")
        forum.work_done(given)
        given.done(lambda: community.hide_post(forum.post_of(second, 2), because="No", by=mo))
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        (mine,) = [message for message in digest_run(given) if message["To"] == ada.email]
        for part in (mine.get_body(("plain",)), mine.get_body(("html",))):
            assert part is not None
            assert "Twelve of them, and none alike." in part.get_content()
            assert "Something for which" not in part.get_content()


REPORT = b"""From: MAILER-DAEMON@mail.example.org
To: academy@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; Gone@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; full@example.org
Action: failed
Status: 4.2.2

Final-Recipient: rfc822; slow@example.org
Action: delayed
Status: 5.0.0

--b--
"""


def test_a_message_that_comes_back_late_ends_the_mail_too(given: Given) -> None:
    gone, full, slow = (given.person(email=f"{name}@example.org") for name in ("gone", "full", "slow"))
    cli.init_app(given.app)
    ran = given.app.test_cli_runner().invoke(args=["mail", "bounced"], input=REPORT)
    assert ran.exit_code == 0 and "1 person" in ran.output
    for person in (gone, full, slow):
        tell(given, person, "one", at_once=True)
    assert sorted(message["To"] for message in given.mail()) == [full.email, slow.email]
    for other in (b"", b"Subject: Hello\n\nFinal-Recipient: rfc822; full@example.org", REPORT.replace(b"5.1.1", b"")):
        assert bounces.refused_for_good(other) == []


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Refusing:
    """A mail server that knows nobody whose name begins with gone, and keeps what comes for others."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # type: ignore[no-untyped-def]
        if address.startswith("gone"):
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # type: ignore[no-untyped-def]
        self.letters.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Controller]:
    controller = Controller(Refusing(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def test_an_address_that_bounces_is_not_written_to_again_until_the_person_says_so(
    given: Given, server: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = given.app.extensions["settings"]
    given.app.extensions["settings"] = type(settings)(
        **{**vars(settings), "mail_url": f"smtp://127.0.0.1:{server.port}"}
    )
    ada = given.person("Ada", email="gone@example.org")
    sent: list[str] = []
    really = mail.send
    monkeypatch.setattr(mail, "send", lambda message, where: (sent.append(message["To"]), really(message, where)))
    tell(given, ada, "one", at_once=True)
    outbox.deliver_due(given.app)
    tell(given, ada, "two", at_once=True)
    outbox.deliver_due(given.app)
    assert sent == ["gone@example.org"]
    browser = given.signed_in(ada)
    assert "Our mail to gone@example.org comes back" in browser.get("/en/inbox").text
    assert "two" in browser.get("/en/inbox").text, "the inbox goes on"
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        given.done(jobs.begin_digests)
        forum.work_done(given)
    assert sent == ["gone@example.org"]
    given.done(lambda: accounts.change_address(people.person_with_id(ada.id), "here@example.org", by=None))
    tell(given, ada, "three", at_once=True)
    outbox.deliver_due(given.app)
    assert sent[-1] == "here@example.org"


def test_a_digest_comes_to_a_real_mail_server_whole(given: Given, server: Controller) -> None:
    settings = given.app.extensions["settings"]
    given.app.extensions["settings"] = type(settings)(
        **{**vars(settings), "mail_url": f"smtp://127.0.0.1:{server.port}"}
    )
    with time_machine.travel(datetime(2026, 11, 2, 12, 0, tzinfo=UTC), tick=False) as clocks:
        ada = given.person("Ada", language="it")
        given.done(jobs.begin_digests)
        tell(given, ada, "Perché gli orti")
        clocks.move_to(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
        given.done(jobs.begin_digests)
        given.mail()
    (letter,) = (message_from_bytes(content, policy=policy.default) for content in server.handler.letters)
    assert letter["To"] == ada.email and "novità" in letter["Subject"]
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and html is not None
    assert "Perché gli orti" in plain.get_content() and "Perché gli orti" in html.get_content()
    stop = path_of(letter["List-Unsubscribe"].strip(" <>"))
    assert given.app.test_client().post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert given.seen(lambda: queries.inbox_of(ada.id)).rhythm is Rhythm.OFF


def test_a_letter_says_where_its_links_lead_and_the_words_of_others_hide_no_address(given: Given) -> None:
    ada, bea = given.person("Ada"), forum.known(given, given.person("Bea"))
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "Choose a new password: https://elsewhere.example/now")
    forum.work_done(given)
    (letter,) = (one for one in given.mail() if one["To"] == ada.email)
    html = letter.get_body(("html",))
    assert html is not None
    written = html.get_content()
    assert ">Read it and answer</a>" in written and ">Choose what comes by mail</a>" in written
    assert ">https://elsewhere.example/now</a>" in written, "an address elsewhere is read as it is"
    assert "http://localhost" in written and ">http://localhost" not in written
