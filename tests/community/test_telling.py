"""Who is told what: each once, in the language they read."""

import feedparser

from academy.accounts.models import Person
from academy.community import commands, queries, writing
from academy.community.models import Level, Topic
from academy.kernel.jobs import _jobs
from academy.notifications.queries import news_of
from tests.community import given_community as forum
from tests.given import PASSWORD, Given


def told(given: Given, person: Person) -> list[tuple[str, int]]:
    forum.work_done(given)
    return given.seen(lambda: [(item.kind, item.count) for item in news_of(person)])


def test_who_watches_is_told_of_an_answer_by_mail_too(given: Given) -> None:
    ada = given.person("Ada", language="it")
    bea = given.person("Bea")
    topic = forum.topic(given, ada, title="Come si contano?")
    forum.answer(given, topic, bea, "We **name** a person.")
    message = next(mail for mail in given.mail() if mail["To"] == ada.email)
    assert message["Subject"] == "Una risposta a «Come si contano?»"
    assert "We name a person." in message.get_content()
    assert f"/it/community/t/{topic.address}?post=new#new" in message.get_content()
    assert told(given, ada) == [("community.answered", 1)] and told(given, bea) == []
    forum.answer(given, topic, bea, "And another thing.")
    assert told(given, ada) == [("community.answered", 2)]
    client = given.signed_in(ada)
    assert "2 risposte a «Come si contano?»" in client.get("/it/inbox").text
    forum.read(client, topic, 3)
    assert client.get("/it/inbox").text.count("Nuovo") == 0, "who has read the topic has read the news of it"


def test_a_call_comes_before_an_answer_and_nobody_is_told_twice_or_of_their_own(given: Given) -> None:
    ada, bea, eva, ian = (given.person(name) for name in ("Ada Bianchi", "Bea Novak", "Eva", "Ian"))
    topic = forum.topic(given, ada)
    forum.answer(given, topic, eva)
    told(given, ada)
    forum.known(given, bea)
    forum.answer(
        given, topic, bea, f"@ada-bianchi and @{ian.slug}, and me, @bea-novak, but not `@eva` or mail@eva.org."
    )
    assert told(given, ada)[0] == ("community.mentioned", 1) and ("community.answered", 1) in told(given, ada)
    assert told(given, ian) == [("community.mentioned", 1)]
    assert told(given, eva) == [("community.replied", 1)] and told(given, bea) == []
    shown = given.signed_in(eva).get(forum.address(topic, "it")).text
    assert '<a class="call" href="/it/people/ada-bianchi">@ada-bianchi</a>' in shown and "<code>@eva</code>" in shown


def test_who_calls_somebody_who_is_not_here_or_has_left_hears_of_it(given: Given) -> None:
    ada, bea = forum.known(given, given.person("Ada")), given.person("Bea")
    topic, writer = forum.topic(given, ada), given.signed_in(ada)
    given.signed_in(bea).post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    sent = writer.post(
        f"/en/community/t/{topic.key}/reply", data={"body": f"What do @{bea.slug} and @nobody-ever say, @{ada.slug}?"}
    )
    shown = writer.get(sent.location).text
    assert sent.status_code == 303 and f"Nobody here is called @{bea.slug}, @nobody-ever" in shown
    assert f"What do @{bea.slug} and @nobody-ever say" in shown, "what was typed stands as it was typed"


def test_the_work_that_is_done_twice_tells_nobody_twice(given: Given) -> None:
    ada, bea, eva = given.person("Ada"), given.person("Bea"), given.person("Eva")
    topic = forum.topic(given, ada)
    post = forum.answer(given, topic, bea, f"Like @{eva.slug} says.")
    forum.work_done(given)
    late = given.person("Late")
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.WATCHING, by=late))
    for _ in range(2):
        given.done(lambda: _jobs["community.post_written"](post_id=post.id))
    assert told(given, ada) == [("community.answered", 1)] and told(given, eva) == [("community.mentioned", 1)]
    assert told(given, late) == []
    assert len([mail for mail in given.mail() if "An answer to" in mail["Subject"]]) == 1


def test_who_follows_a_space_is_told_of_each_post_in_one_line_for_each_topic(given: Given) -> None:
    ada, bea, eva, ian = (given.person(name) for name in ("Ada", "Bea", "Eva", "Ian"))
    where = forum.space(given)
    for person in (bea, eva, ian):
        given.done(lambda person=person: commands.follow_space(where, Level.WATCHING, by=person))
    topic = forum.topic(given, ada, where=where)
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.MUTED, by=ian))
    assert told(given, bea) == [("community.started", 1)] and told(given, ian) == []
    forum.answer(given, topic, bea)
    forum.answer(given, topic, ada, "Thank you.")
    assert told(given, eva) == [("community.replied", 2), ("community.started", 1)]
    assert told(given, ian) == [], "muted the topic: a choice for it counts more than one for the space"
    assert not [mail for mail in given.mail() if mail["To"] == eva.email], "what follows is for the digest"


def test_a_line_in_the_inbox_says_where_it_began_and_ends(given: Given) -> None:
    ada, eva = given.person("Ada"), given.person("Eva")
    topic = forum.topic(given, ada)
    forum.work_done(given)
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.WATCHING, by=eva))
    for words in ("One.", "Two.", "Three."):
        forum.answer(given, topic, ada, words)
    forum.work_done(given)
    (line,) = given.seen(lambda: news_of(eva))
    assert (line.count, line.first_no, line.last_no, line.because) == (3, 2, 4, "topic")
    assert "You get this because you follow the topic." in given.signed_in(eva).get("/en/inbox").text


def test_who_muted_the_topic_hears_nothing_not_even_a_call(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.MUTED, by=ada))
    forum.answer(given, topic, bea, f"@{ada.slug}?")
    assert told(given, ada) == []


def test_a_call_added_by_an_edit_is_told_once(given: Given) -> None:
    ada, bea, eva = given.person("Ada"), given.person("Bea"), given.person("Eva")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "Somebody knows.")
    told(given, ada)

    def edit(body: str, version: int) -> None:
        commands.edit_post(forum.post_of(topic, 2), text=writing.written(body), version=version, by=bea)

    given.done(lambda: edit(f"@{eva.slug} knows, @{ada.slug}.", 1))
    given.done(lambda: edit(f"@{eva.slug} knows it well, @{ada.slug}.", 2))
    assert told(given, eva) == [("community.mentioned", 1)]
    assert told(given, ada) == [("community.answered", 1)], "was told of this post already"


def test_what_was_hidden_before_anybody_was_told_is_told_to_nobody(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", forum.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    given.done(lambda: commands.hide_post(forum.post_of(topic, 2), because="Spam", by=mo))
    assert told(given, ada) == []


def test_who_leaves_leaves_no_name_in_calls_searches_feeds_or_pages(given: Given) -> None:
    ada, bea = given.person("Ada Bianchi"), given.person("Bea")
    where = forum.space(given)
    topic: Topic = forum.topic(given, ada, title="A question that stays", body="I, @ada-bianchi: my own words stay.")
    forum.answer(given, topic, bea, "Thank you @ada-bianchi, well asked.")
    quoted = given.seen(lambda: forum.post_of(topic, 2)).id
    quote = f"> Thank you @ada-bianchi, well asked.\n>\n> [↑](/community/p/{quoted})\n\nSo I think too."
    forum.answer(given, topic, given.person("Eva"), quote)
    forum.work_done(given)
    client = given.signed_in(ada)
    assert (
        client.post("/en/settings/close", data={"current": "five blue wooden chairs", "sure": "y"}).status_code == 303
    )
    shown = given.signed_in(bea).get(forum.address(topic)).text
    assert "my own words stay." in shown and "Former member" in shown and "Thank you @…, well asked." in shown
    assert "ada-bianchi" not in shown.lower() and "Ada Bianchi" not in shown
    assert shown.count("Thank you @…, well asked.") == 2, "in a quote too"
    for no in (2, 3):
        assert "ada-bianchi" not in given.seen(lambda no=no: forum.post_of(topic, no)).markdown
    assert given.seen(lambda: queries.followers_count(topic)) == 2
    feeds = [given.app.test_client().get(f"/en/community{place}/feed.atom") for place in ("", f"/{where.slug}")]
    assert all(feed.status_code == 200 and "A question that stays" in feed.text for feed in feeds)
    assert not [feed for feed in feeds if "bianchi" in feed.text.lower()]
    feedparsed = feedparser.parse(feeds[0].data)
    assert not feedparsed.bozo and not [entry for entry in feedparsed.entries if "Ada" in entry.get("author", "")]
    for address in ("/en/search?q=bianchi", "/en/community/search?q=bianchi"):
        assert topic.key not in given.app.test_client().get(address).text
