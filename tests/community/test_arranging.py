"""Order: tags, pins, moving, splitting, joining, history, quotes, drafts. Every post keeps its address."""

import json
import re
from datetime import timedelta

import feedparser
import time_machine

from academy.accounts.models import Role
from academy.community import commands, jobs, queries
from academy.community.models import Draft, Level, Topic, Visibility
from academy.kernel import clock
from academy.kernel.db import session
from academy.notifications.queries import news_of
from tests.community import given_community as forum
from tests.given import Given


def permanent(given: Given, topic: Topic, no: int) -> str:
    return f"/en/community/p/{given.seen(lambda: forum.post_of(topic, no)).id}"


def arrange(given: Given, topic: Topic, **values: str) -> int:
    mo = given.person("Mo", Role.MODERATOR)
    form = {"state": "open", "space": "stakeholder-engagement", **values}
    return given.signed_in(mo).post(f"/en/community/t/{topic.key}/arrange", data=form).status_code


def test_posts_that_are_split_off_keep_their_address_and_numbers_do_not_repeat(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    for words in ("Two", "Three, elsewhere", "Four", "Five, elsewhere"):
        forum.answer(given, topic, bea, words)
    forum.read(given.signed_in(ada), topic, 5)
    address = permanent(given, topic, 3)
    assert arrange(given, topic, posts="1, 3, 5", title="") == 422
    assert arrange(given, topic, posts="one", title="Something else entirely") == 422
    assert arrange(given, topic, posts="1, 3, 5", title="Something else entirely") == 303
    moved = given.signed_in(ada).get(address)
    assert moved.status_code == 302 and "something-else-entirely" in moved.headers["Location"]
    old = given.signed_in(ada).get(forum.address(topic)).text
    assert "elsewhere" not in old.replace("Something else", "") and "Posts were moved:" in old
    left = forum.now(given, topic)
    assert (left.highest_no, left.last_visible_no, left.post_count) == (5, 4, 3)
    forum.answer(given, topic, bea, "Six")
    assert forum.now(given, topic).highest_no == 6, "a number is never used again"
    made = given.seen(lambda: next(seen.topic for seen in queries.newest_topics(ada) if seen.topic.id != topic.id))
    assert (made.post_count, made.highest_no) == (2, 2)
    assert forum.level_of(given, made, ada) == (0, None), "nobody has been in the new topic"


def test_a_joined_topic_leads_to_the_other_and_its_followers_come_along(given: Given) -> None:
    ada, bea, eva = given.person("Ada"), given.person("Bea"), given.person("Eva")
    one, two = forum.topic(given, ada, title="The first of two"), forum.topic(given, bea, title="The second of two")
    forum.answer(given, two, eva, "Said there.")
    address = permanent(given, two, 2)
    forum.read(given.signed_in(ada), one, 1)
    assert arrange(given, two, into=f"http://localhost/en/community/t/{two.address}") == 422
    assert arrange(given, two, into=f"http://localhost/en/community/t/{one.address}") == 303
    old = given.signed_in(eva).get(forum.address(two), follow_redirects=True)
    assert "The first of two" in old.text and "Said there." in old.text
    assert one.key in given.signed_in(eva).get(address).headers["Location"]
    whole = forum.now(given, one)
    assert (whole.highest_no, whole.post_count) == (3, 3)
    assert forum.level_of(given, one, ada)[0] == 1, "how far somebody has read stays"
    assert forum.level_of(given, one, eva)[1] == "watching"
    assert given.signed_in(eva).post(f"/en/community/t/{two.key}/reply", data={"body": "x"}).status_code in {404, 409}


def test_tags_find_topics_and_pins_come_first(given: Given) -> None:
    ada = given.person("Ada")
    where = forum.space(given)
    client = given.signed_in(ada)
    form = {
        "title": "How is that done?",
        "body": "I mean it.",
        "kind": "question",
        "language": "en",
        "space": where.slug,
    }
    client.post("/en/community/new", data={**form, "tags": " Elderly care , HOUSING,housing,,<b>"})
    topic = given.seen(lambda: queries.newest_topics(ada)[0].topic)
    assert given.seen(lambda: [*queries.tags_of(topic)]) == ["b", "elderly-care", "housing"]
    assert "How is that done?" in client.get(f"/en/community/{where.slug}?tag=housing").text
    assert "How is that done?" not in client.get(f"/en/community/{where.slug}?tag=gardens").text
    assert arrange(given, topic, tags="gardens", pinned="y") == 303
    assert 'id="pinned"' in client.get(f"/en/community/{where.slug}").text
    assert given.seen(lambda: [*queries.tags_of(topic)]) == ["gardens"]


def test_a_moved_topic_is_in_its_new_space(given: Given) -> None:
    topic = forum.topic(given, given.person("Ada"), title="Better elsewhere")
    forum.space(given, "impact-assessment", "Impact")
    assert arrange(given, topic, space="impact-assessment") == 303
    visitor = given.app.test_client()
    assert "Better elsewhere" in visitor.get("/en/community/impact-assessment").text
    assert "Better elsewhere" not in visitor.get("/en/community/stakeholder-engagement").text


def test_the_history_shows_what_changed_word_by_word(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada, body="We ask the old people.")
    client = given.signed_in(ada)
    edit = f"/en/community/t/{topic.key}/1/edit"
    assert "It stands as it was written" in client.get(f"/en/community/t/{topic.key}/1/history").text
    client.post(edit, data={"title": topic.title, "body": "We ask the <i>neighbours</i>.", "version": "1"})
    shown = client.get(f"/en/community/t/{topic.key}/1/history").text
    assert "<del>old people.</del>" in shown and "&lt;i&gt;neighbours&lt;/i&gt;" in shown and "<i>neigh" not in shown


def test_what_a_moderator_took_out_is_in_the_history_for_its_author_and_for_moderators_alone(given: Given) -> None:
    ada, mo = given.person("Ada"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada, body="Call Eva, 0123 456.")
    author, moderator, reader = given.signed_in(ada), given.signed_in(mo), given.signed_in(given.person("Bea"))
    edit, form = f"/en/community/t/{topic.key}/1/edit", {"title": topic.title}
    author.post(edit, data={**form, "body": "Call Eva: 0123 456.", "version": "1"})
    history = f"/en/community/t/{topic.key}/1/history"
    assert "0123 456" in reader.get(history).text
    moderator.post(edit, data={**form, "body": "Call Eva.", "version": "2", "because": "A private number"})
    author.post(edit, data={**form, "body": "Ask Eva.", "version": "3"})
    for client in (author, moderator):
        assert client.get(history).text.count("0123 456") == 2, "in the edit that took it out and in the one before"
    shown = reader.get(history).text
    assert "0123" not in shown and "A private number" in shown and "by its author and by moderators alone" in shown
    assert "<ins>Ask</ins>" in shown, "what came after it is shown as it was"


def test_a_quote_names_a_place_and_no_person_and_its_author_is_told_once(given: Given) -> None:
    ada, bea, eva = given.person("Ada Bianchi"), given.person("Bea"), given.person("Eva")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "We name a person.\n\nAnd then we ask.")
    form = given.signed_in(eva).get(f"{forum.address(topic)}?quote=2").text
    assert "&gt; We name a person." in form and "Bea" not in form.split("<textarea")[1].split("</textarea>")[0]
    place = permanent(given, topic, 2).removeprefix("/en")
    forum.answer(given, topic, eva, f"> We name a person.\n>\n> [↑]({place})\n\nWho?")
    forum.work_done(given)
    assert given.seen(lambda: [item.kind for item in news_of(bea)]) == ["community.quoted"]
    assert f'href="/it{place}"' in given.signed_in(ada).get(forum.address(topic, "it")).text


def test_what_is_hidden_can_be_quoted_by_nobody(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "An insult")
    given.done(lambda: commands.hide_post(forum.post_of(topic, 2), because="Rude", by=mo))
    assert given.signed_in(ada).get(f"{forum.address(topic)}?quote=2").status_code == 404
    refused = given.signed_in(bea).get(f"{forum.address(topic)}?quote=2")
    assert refused.status_code == 409 and "can&#39;t be quoted" in refused.text


def test_a_draft_goes_on_in_another_browser_until_it_is_sent(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, given.person("Bea"))
    first, second = given.signed_in(ada), given.signed_in(ada)
    kept = first.post("/en/community/drafts", data={"draft": f"reply-{topic.key}", "body": "Half a thought"})
    assert "Saved" in kept.text
    assert "Half a thought" in second.get(forum.address(topic)).text
    assert "Half a thought" not in given.signed_in(given.person("Eva")).get(forum.address(topic)).text
    forum.sent(second, topic, "A whole thought")
    assert "Half a thought" not in first.get(forum.address(topic)).text
    first.post("/en/community/drafts", data={"draft": "new-topic", "title": "Half a title", "body": "words"})
    assert "Half a title" in second.get("/en/community/new").text


def test_an_edit_goes_on_in_another_browser_while_the_post_is_the_same(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada)
    first, second = given.signed_in(ada), given.signed_in(ada)
    edit = f"/en/community/t/{topic.key}/1/edit"
    first.post(
        "/en/community/drafts",
        data={"draft": f"edit-{topic.key}-1-1", "title": "A new title", "body": "Half a thought"},
    )
    page = second.get(edit).text
    assert "Half a thought" in page and "A new title" in page and "You go on with your draft" in page
    assert "Half a thought" not in second.get(f"{edit}?anew=1").text
    changed = {"title": "Another title", "body": "A whole thought", "version": "1", "once": "a"}
    assert first.post(edit, data=changed).status_code == 303
    assert "Half a thought" not in second.get(edit).text
    assert given.seen(lambda: session.get(Draft, (ada.id, f"edit-{topic.key}-1-1"))) is None


def test_a_reaction_is_one_at_a_time(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    client = given.signed_in(bea)
    for kind in ("useful", "thanks", "same", "nonsense"):
        assert client.post(f"/en/community/t/{topic.key}/1/react", data={"kind": kind}).status_code == 303
        page = given.app.test_client().get(forum.address(topic)).text
        shown = {"useful": "Useful (1)", "thanks": "Thank you (1)", "same": "I wonder too (1)"}
        assert [words in page for words in shown.values()] == [key == kind for key in shown]


def test_feeds_are_read_back_and_hold_what_a_visitor_may_read(given: Given) -> None:
    ada = given.person("Ada")
    where = forum.space(given)
    forum.topic(given, ada, title="Bread & <roses>", body="**Bold** words", where=where)
    answer = given.app.test_client().get(f"/en/community/{where.slug}/feed.atom")
    read = feedparser.parse(answer.data)
    assert answer.mimetype == "application/atom+xml" and not read.bozo
    (entry,) = read.entries
    assert entry.title == "Bread & <roses>" and "<strong>Bold</strong>" in entry.content[0].value
    assert entry.link.startswith("http://localhost/en/community/t/")
    assert len(feedparser.parse(given.app.test_client().get("/it/community/feed.atom").data).entries) == 1


def test_a_question_tells_search_engines_of_its_answers_without_names(given: Given) -> None:
    ada, bea = given.person("Ada Bianchi"), given.person("Bea Novak")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "We name a person.")
    given.done(lambda: commands.accept_answer(forum.post_of(topic, 2), by=ada))
    page = given.app.test_client().get(forum.address(topic)).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "QAPage" and data["mainEntity"]["acceptedAnswer"]["text"] == "We name a person."
    assert "Novak" not in found[1]


def test_lists_for_me_over_all_spaces(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    asked, talked = (
        forum.topic(given, ada, title="Nobody knows this"),
        forum.topic(given, ada, title="Much is said here"),
    )
    forum.answer(given, talked, bea)
    given.done(lambda: commands.follow_topic(forum.fresh(asked), Level.TRACKING, by=bea))
    client = given.signed_in(bea)
    shown = {show: client.get(f"/en/community/{show}").text for show in ("unread", "unanswered", "mine")}
    assert "Nobody knows this" in shown["unread"] and "Much is said here" not in shown["unread"]
    assert "Nobody knows this" in shown["unanswered"] and "Much is said here" not in shown["unanswered"]
    assert "Much is said here" in shown["mine"] and "Nobody knows this" not in shown["mine"]
    assert given.app.test_client().get("/en/community/unanswered").status_code == 200
    assert given.app.test_client().get("/en/community/mine").status_code == 401


def test_a_newcomer_without_an_answer_is_shown_to_those_whose_turn_it_is(given: Given) -> None:
    new = given.person("New")
    people = [forum.known(given, given.person(f"Alumna {n}")) for n in range(4)]

    def space() -> None:
        made = queries.space_called("active-citizenship")
        assert made is not None
        made.about = "module:active-citizenship"

    where = forum.space(given, "active-citizenship", "Active Citizenship")
    given.done(space)
    topic = forum.topic(given, new, title="May I ask something?", where=where)
    with time_machine.travel(clock.now() + timedelta(hours=11), tick=False):
        given.done(jobs.ask_alumni)
    assert [given.seen(lambda person=person: len(news_of(person))) for person in people] == [0] * 4
    with time_machine.travel(clock.now() + timedelta(hours=13), tick=False):
        given.done(jobs.ask_alumni)
        given.done(jobs.ask_alumni)
    asked = [given.seen(lambda person=person: len(news_of(person))) for person in people]
    assert sum(asked) == 3, "three, once"
    other = forum.topic(given, given.person("Newer"), title="May I as well?", where=where)
    with time_machine.travel(clock.now() + timedelta(hours=14), tick=False):
        given.done(jobs.ask_alumni)
        after = [given.seen(lambda person=person: len(news_of(person))) for person in people]
        assert after[asked.index(0)] == 1, "whose turn it is"
    forum.answer(given, topic, people[0])
    with time_machine.travel(clock.now() + timedelta(hours=14), tick=False):
        page = given.signed_in(people[0]).get("/en/community/welcome")
    assert page.status_code in {200, 401}
    waiting = given.seen(
        lambda: [
            found.key
            for found in queries.first_posts_without_reply(
                before=clock.now() + timedelta(hours=1), since=clock.now() - timedelta(days=1)
            )
        ]
    )
    assert waiting == [other.key]


def test_who_is_still_without_an_answer_the_day_after_is_shown_to_the_next_ones(given: Given) -> None:
    people = [forum.known(given, given.person(f"Alumna {n}")) for n in range(5)]
    where = forum.space(given)
    topic = forum.topic(given, given.person("New"), where=where)
    done = forum.topic(given, given.person("Newer"), title="Never mind", where=where)
    given.done(lambda: commands.close_topic(forum.fresh(done), by=forum.fresh(done).author))
    asked = []
    for hours in (13, 20, 38, 63):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            given.done(jobs.ask_alumni)
        news = given.seen(lambda: [news_of(person) for person in people])
        assert not [item for items in news for item in items if item.subject != str(topic.ref)], (
            "a closed one waits no more"
        )
        asked.append(sum(len(items) for items in news))
    assert asked == [3, 3, 5, 5], "each once"
    assert "Never mind" not in given.app.test_client().get("/en/community/unanswered").text


def test_of_a_newcomer_in_a_private_space_its_people_alone_are_told(given: Given) -> None:
    inside, outside = (forum.known(given, given.person(name)) for name in ("Ines", "Otto"))
    new = given.person("New")
    room = forum.space(given, "our-room", "Our room")

    def close_the_door() -> None:
        found = queries.space_called("our-room")
        assert found is not None
        found.visibility = Visibility.PRIVATE
        for person in (inside, new):
            commands.enter_space(found, person.id, by=None)

    given.done(close_the_door)
    forum.topic(given, new, title="Among ourselves", where=room)
    with time_machine.travel(clock.now() + timedelta(hours=13), tick=False):
        given.done(jobs.ask_alumni)
        assert [mail["To"] for mail in given.mail()] == [inside.email]
    assert given.seen(lambda: (len(news_of(inside)), len(news_of(outside)))) == (1, 0)
