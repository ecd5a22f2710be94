"""What goes wrong while somebody writes: a clear answer each time, and nothing that was typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from academy.accounts.models import Person, Role
from academy.community import commands, queries
from academy.community.models import Level, Topic, TopicState, Visibility
from academy.notifications.queries import news_of
from tests.community import given_community as forum
from tests.given import Given

WORDS = "It took me an hour to write this."


def edited(client: FlaskClient, topic: Topic, body: str, *, version: int = 1, no: int = 1, title: str = "") -> int:
    form = {"body": body, "version": str(version), "title": title}
    return client.post(f"/en/community/t/{topic.key}/{no}/edit", data=form).status_code


def kinds(given: Given, person: Person) -> list[str]:
    forum.work_done(given)
    return given.seen(lambda: [item.kind for item in news_of(person)])


def hide(given: Given, topic: Topic, no: int, by: Person) -> None:
    given.done(lambda: commands.hide_post(forum.post_of(forum.fresh(topic), no), because="Rude.", by=by))


def test_an_edit_that_is_sent_twice_is_one_edit_and_nobody_is_blamed(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada)
    author = given.signed_in(ada)
    assert [edited(author, topic, "Better words.", title="A better title") for _ in range(3)] == [303] * 3
    with ThreadPoolExecutor(4) as pool:
        once = lambda client: edited(client, topic, "The best words.", version=2, title="The best title")  # noqa: E731
        assert [*pool.map(once, [given.signed_in(ada) for _ in range(4)])] == [303] * 4
    assert given.seen(lambda: [version.n for version in queries.revisions_of(forum.post_of(topic, 1))]) == [1, 2]
    assert forum.now(given, topic).title == "The best title"


def test_of_two_who_change_a_post_at_the_same_moment_one_sees_both_texts(given: Given) -> None:
    ada, mo = given.person("Ada"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    edit = f"/en/community/t/{topic.key}/1/edit"
    sent = [
        (given.signed_in(ada), {"body": "As its author says it.", "version": "1", "title": ""}),
        (given.signed_in(mo), {"body": "As a moderator says it.", "version": "1", "title": "", "because": "Shorter"}),
    ]
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda one: one[0].post(edit, data=one[1]), sent)]
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    (refused,) = (answer for answer in answers if answer.status_code == 422)
    assert "in the meantime" in refused.text
    assert "As its author says it." in refused.text and "As a moderator says it." in refused.text


def test_what_was_hidden_after_somebody_quoted_it_is_not_said_again(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    post = forum.answer(given, topic, bea, "An insult")
    forum.answer(given, topic, bea, f"> An insult\n>\n> [↑](/community/p/{post.id})\n\nSo I said.")
    writer = given.signed_in(ada)
    form = writer.get(f"{forum.address(topic)}?quote=2").text
    assert "&gt; An insult" in form
    hide(given, topic, 2, mo)
    quote = f"> An insult\n>\n> [↑](/community/p/{post.id})\n\n{WORDS}"
    for address in (f"/en/community/t/{topic.key}/reply", f"/en/community/t/{topic.key}/1/edit"):
        refused = writer.post(address, data={"body": quote, "version": "1", "title": ""})
        assert refused.status_code == 422 and "has been hidden in the meantime" in refused.text, address
        assert WORDS in refused.text and "&gt; An insult" in refused.text, address
    refused = writer.post(
        "/it/community/new",
        data={"title": "Una citazione", "body": quote, "space": "stakeholder-engagement",
              "kind": "discussion", "language": "it"},
    )  # fmt: skip
    assert refused.status_code == 422 and "è stato nascosto nel frattempo" in refused.text and WORDS in refused.text
    assert forum.sent(writer, topic, f"As to [that post](/community/p/{post.id}): {WORDS}") == 303, (
        "a link says nothing"
    )
    assert (
        edited(given.signed_in(bea), topic, f"> An insult\n>\n> [↑](/community/p/{post.id})\n\nSo I wrote.", no=3)
        == 303
    ), "what stood there before can still be put better"


def test_who_calls_somebody_they_have_blocked_hears_that_it_tells_nobody(given: Given) -> None:
    ada, bea = forum.known(given, given.person("Ada")), given.person("Bea")
    topic = forum.topic(given, ada)
    writer = given.signed_in(ada)
    writer.post(f"/en/community/block/{bea.slug}")
    sent = writer.post(f"/en/community/t/{topic.key}/reply", data={"body": f"What do you say, @{bea.slug}?"})
    assert f"You have blocked @{bea.slug}: they are not told" in writer.get(sent.location).text
    assert kinds(given, bea) == []
    writer.post(f"/en/community/t/{topic.key}/2/edit", data={"body": f"Well, @{bea.slug}?", "version": "1"})
    assert f"Hai bloccato @{bea.slug}" in writer.get(forum.address(topic, "it")).text
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.WATCHING, by=bea))
    forum.answer(given, topic, ada, f"Nothing, @{bea.slug}?")
    assert kinds(given, bea) == ["community.replied"], "who follows the topic is told of it as of any other post"


def test_who_is_called_by_somebody_they_have_blocked_hears_nothing_and_neither_does_the_other(given: Given) -> None:
    ada, bea = forum.known(given, given.person("Ada")), given.person("Bea")
    topic = forum.topic(given, ada)
    given.signed_in(bea).post(f"/en/community/block/{ada.slug}")
    writer = given.signed_in(ada)
    sent = writer.post(f"/en/community/t/{topic.key}/reply", data={"body": f"What do you say, @{bea.slug}?"})
    page = writer.get(sent.location).text
    assert sent.status_code == 303 and "blocked" not in page and "not told" not in page
    assert kinds(given, bea) == []


@pytest.mark.parametrize("what", ["closed", "archived", "moved", "hidden", "deleted"])
def test_an_answer_to_what_has_just_gone_is_shown_to_its_writer_with_the_reason(given: Given, what: str) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    room = forum.space(given, "a-private-room", "A private room")
    writer = given.signed_in(bea)
    assert "Write to those in this topic" in writer.get(forum.address(topic)).text

    def put_away() -> None:
        found = forum.fresh(topic)
        if what == "moved":
            commands.describe_space(queries.space_called(room.slug), summaries={}, visibility=Visibility.PRIVATE, by=mo)  # type: ignore[arg-type]
            commands.move_topic(found, queries.space_called(room.slug), by=mo)  # type: ignore[arg-type]
        elif what in ("hidden", "deleted"):
            commands.hide_post(forum.post_of(found, 1), because="Off topic.", by=mo)
        else:
            commands.set_state(found, TopicState(what), by=mo)

    given.done(put_away)
    refused = writer.post(f"/en/community/t/{topic.key}/reply", data={"body": WORDS})
    why = {"closed": "This topic is closed", "archived": "in the archive"}.get(what, "no longer here")
    assert refused.status_code in (404, 409) and WORDS in refused.text and why in refused.text
    assert "Nothing of it is lost" in refused.text
    assert forum.now(given, topic).highest_no == 1


def test_a_post_that_was_moved_while_somebody_changed_it_is_said_to_be_gone_and_the_words_stay(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    post = forum.answer(given, topic, bea, "Short.")
    made = given.done(lambda: commands.split_topic(forum.fresh(topic), {2}, title="Another matter", by=mo))
    writer = given.signed_in(bea)
    refused = writer.post(f"/en/community/t/{topic.key}/2/edit", data={"body": WORDS, "version": "1", "title": ""})
    assert refused.status_code == 404 and WORDS in refused.text and "no longer here" in refused.text
    assert edited(writer, made, WORDS, title="Another matter") == 303
    quoted = f"> Short.\n>\n> [↑](/community/p/{post.id})\n\nSo it was."
    assert forum.sent(given.signed_in(ada), topic, quoted) == 303, "a quote leads to where its post is now"
    assert given.signed_in(ada).get(f"/en/community/p/{post.id}").location.startswith(forum.address(made))


def test_a_post_of_a_hundred_thousand_characters_is_refused_wherever_it_is_sent_and_stays_on_the_page(
    given: Given,
) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada)
    writer = given.signed_in(ada)
    long = "Slowly and with many words. " * 3_600
    assert len(long) > 100_000
    new = {"title": "A long one", "space": "stakeholder-engagement", "kind": "question", "language": "en"}
    for address in ("new", f"t/{topic.key}/reply", f"t/{topic.key}/1/edit"):
        refused = writer.post(f"/en/community/{address}", data={**new, "body": long, "version": "1"})
        assert refused.status_code == 422 and long.strip() in refused.text, address
        assert "too long" in refused.text, address
        preview = address.removesuffix("/edit").removesuffix("/reply") + "/preview"
        seen = writer.post(f"/en/community/{preview}", data={**new, "body": long, "version": "1"})
        assert seen.status_code == 200 and long.strip() in seen.text and "too long" in seen.text, preview
    draft = {"draft": f"reply-{topic.key}", "body": "The beginning of it."}
    assert "Saved" in writer.post("/en/community/drafts", data=draft).text
    kept = writer.post("/it/community/drafts", data={**draft, "body": long})
    assert kept.status_code == 200 and "una bozza ha al massimo 40.000 caratteri" in kept.text
    assert "The beginning of it." in writer.get(forum.address(topic)).text, "half of it would be taken for all of it"
    assert forum.now(given, topic).highest_no == 1


HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt&#58;alert(1)) [z](data:text/html;base64,PHNjcmlwdD4=)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)> <a href='&#106;avascript:alert(1)'>x</a>",
    '<img src=x onerror="alert(1)"> ![x](javascript:alert(1)) ![x](https://tracker.example/p.gif)',
    "<svg><animate onbegin=alert(1)></svg><math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<style>body{display:none}</style><form action="https://e.example"><input name=password></form><iframe src=//e.example>',
    '[a](https://e.example "x > @ada onmouseover=alert(1)")',
    "</div></article></main><h1>Not ours</h1><!-- <b>",
    "`</code><script>alert(1)</script>` and @<b>ada</b>",
    "## A heading {#main onclick=alert(1)}\n\n| a |\n|---|\n| <b onclick=alert(1)>b</b> |",
)


class Parts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, (value or "").strip().lower()) for name, value in attrs]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_markdown_is_read_as_text_wherever_it_is_shown(given: Given, hostile: str) -> None:
    ada = forum.known(given, given.person("Ada"))
    topic = forum.topic(given, ada, body=f"{hostile}\n\n{WORDS}")
    writer = given.signed_in(ada)
    post = given.seen(lambda: forum.post_of(topic, 1))
    htmx = {"HX-Request": "true", "HX-Target": "preview"}
    preview = writer.post(f"/en/community/t/{topic.key}/preview", data={"body": hostile}, headers=htmx)
    for html in (post.html, preview.text):
        parts = Parts(html)
        assert not parts.tags & {"script", "svg", "math", "style", "form", "input", "iframe", "h1", "img", "animate"}, (
            html
        )
        assert not [name for name, _value in parts.attributes if name.startswith("on") and name != "on"], html
        assert not [value for name, value in parts.attributes if name in ("href", "src") and value.startswith(("javascript", "data"))]  # fmt: skip
        assert not [value for name, value in parts.attributes if name == "id" and value == "main"]
    page = writer.get(forum.address(topic)).text
    assert page.count("<main") == page.count("</main>") == 1 and WORDS in page
    assert str(escape(hostile.strip())) in writer.get(f"/en/community/t/{topic.key}/1/edit").text, (
        "it is there to be changed"
    )
