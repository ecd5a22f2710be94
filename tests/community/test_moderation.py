"""Somebody misbehaves, and people decide."""

import pytest
import time_machine

from academy.accounts.models import Role
from academy.community import commands, queries, rules, writing
from academy.community.models import Post, TopicState
from academy.kernel import clock
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import Academy
from academy.notifications.queries import news_of
from academy.retrieval.queries import hits
from tests.community import given_community as forum
from tests.given import Given

LINKS = "https://a.example https://b.example https://c.example"


def test_a_report_goes_to_the_queue_and_its_end_to_all_who_are_concerned(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "Buy my course")
    reader, author, moderator = given.signed_in(ada), given.signed_in(bea), given.signed_in(mo)
    flag = f"/en/community/t/{topic.key}/2/flag"
    assert author.get(flag).status_code == 409, "not one's own"
    assert reader.get(flag).status_code == 200
    assert reader.post(flag, data={"text": "Again"}).status_code == 422
    assert reader.post(flag, data={"kind": "spam", "text": "Again!"}).status_code == 303
    assert reader.post(flag, data={"kind": "spam", "text": "Again <b>!"}).status_code == 303
    assert reader.get("/en/community/moderation").status_code == 403
    assert "1 report to look at" in moderator.get("/en/community").text
    queue = moderator.get("/en/community/moderation").text
    assert queue.count("It is advertising or spam") == 1 and "Again &lt;b&gt;!" in queue
    hide = f"/en/community/t/{topic.key}/2/hide"
    assert reader.post(hide, data={"because": "I do not like it"}).status_code == 403
    assert reader.get(hide).status_code == 403 and moderator.get(hide).status_code == 200
    assert moderator.post(hide, data={"because": " "}).status_code == 422
    assert moderator.post(hide, data={"because": "No advertising here"}).status_code == 303
    assert "Nothing waits" in moderator.get("/en/community/moderation").text
    assert "Buy my course" not in reader.get(forum.address(topic)).text
    assert "A moderator has hidden this post." in reader.get(forum.address(topic)).text
    assert "No advertising here" in author.get(forum.address(topic)).text
    forum.work_done(given)
    assert "A moderator has hidden your post" in author.get("/en/inbox").text
    assert "A post that you reported" in reader.get("/en/inbox").text
    to_author = next(mail for mail in given.mail() if mail["To"] == bea.email and "hidden" in mail["Subject"])
    assert "No advertising here" in to_author.get_content()


def test_a_report_can_end_with_the_post_left_where_it_is(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    reader, moderator = given.signed_in(bea), given.signed_in(mo)
    reader.post(f"/en/community/t/{topic.key}/1/flag", data={"kind": "rude"})
    assert reader.post(f"/en/community/t/{topic.key}/1/leave").status_code == 403
    assert moderator.post(f"/en/community/t/{topic.key}/1/leave").status_code == 303
    forum.work_done(given)
    lines = given.seen(lambda: [(item.kind, item.facts["hidden"]) for item in news_of(bea)])
    assert lines == [("community.decided", False)]
    assert "In practice" in reader.get(forum.address(topic)).text


def test_with_its_first_post_a_topic_goes_and_comes_back(given: Given, app: Academy) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada, title="Unrepeatable bargain")
    forum.work_done(given)
    author, reader, moderator = given.signed_in(ada), given.signed_in(bea), given.signed_in(mo)

    def found() -> int:
        return given.seen(
            lambda: len(hits("unrepeatable bargain", language="en", audiences=("public",), kinds=("topic",)).hits)
        )

    assert found() == 1
    moderator.post(f"/en/community/t/{topic.key}/1/hide", data={"because": "Spam"})
    assert found() == 0
    assert (
        app.test_client().get(forum.address(topic)).status_code == reader.get(forum.address(topic)).status_code == 404
    )
    assert topic.title not in reader.get("/en/community").text + reader.get("/en/community/stakeholder-engagement").text
    assert author.get(forum.address(topic)).status_code == 200
    assert forum.sent(author, topic, "Why?") == 409
    with app.test_request_context("/en/"):
        ref = Ref("topic", topic.key)
        assert ref not in subjects_seen_by(bea, [ref, Ref("post", f"{topic.key}/1")])
        assert {ref, Ref("post", f"{topic.key}/1")} == {*subjects_seen_by(mo, [ref, Ref("post", f"{topic.key}/1")])}
    assert reader.post(f"/en/community/t/{topic.key}/1/show").status_code == 404
    moderator.post(f"/en/community/t/{topic.key}/1/show")
    assert reader.get(forum.address(topic)).status_code == 200 and found() == 1


def test_the_accepted_answer_is_accepted_no_more_when_it_is_hidden(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    given.done(lambda: commands.accept_answer(forum.post_of(topic, 2), by=ada))
    given.done(lambda: commands.hide_post(forum.post_of(topic, 2), because="x", by=mo))
    assert forum.now(given, topic).accepted_no is None
    with pytest.raises(Refused):
        given.done(lambda: commands.accept_answer(forum.post_of(topic, 2), by=ada))


def test_an_author_edits_for_a_month_and_a_moderator_with_a_reason(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada, title="A first title")
    author, other, moderator = given.signed_in(ada), given.signed_in(bea), given.signed_in(mo)
    edit = f"/en/community/t/{topic.key}/1/edit"
    assert other.get(edit).status_code == 403 and author.get(edit).status_code == 200
    change = {"title": "A better title", "body": "Better words.", "version": "1"}
    assert other.post(edit, data=change).status_code == 403
    assert author.post(edit, data=change).location.startswith(f"/en/community/t/{topic.key}-a-better-title")
    again = author.post(edit, data={**change, "body": "Other words, typed in a second tab."})
    assert again.status_code == 422 and "in the meantime" in again.text
    assert "typed in a second tab" in again.text and "Better words." in again.text
    without = moderator.post(edit, data={**change, "body": "Mildly put.", "version": "2"})
    assert without.status_code == 422 and "Say why" in without.text
    moderator.post(edit, data={**change, "body": "Mildly put.", "version": "2", "because": "An insult"})
    shown = other.get(forum.address(forum.now(given, topic))).text
    assert "Mildly put." in shown and "An insult" in shown and "A better title" in shown
    kept = given.seen(lambda: [(r.n, r.title, r.markdown) for r in queries.revisions_of(forum.post_of(topic, 1))])
    assert kept == [(1, "A first title", "In practice, I mean."), (2, "A better title", "Better words.")]
    forum.grow_old(given, topic, days=31)
    assert author.get(edit).status_code == 409 and moderator.get(edit).status_code == 200


def test_a_new_member_has_two_links_and_a_known_one_more(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, given.person())
    client = given.signed_in(ada)
    assert client.post(f"/en/community/t/{topic.key}/reply", data={"body": "Without a link."}).status_code == 303
    body = {"body": LINKS}
    refused = client.post(f"/en/community/t/{topic.key}/reply", data=body)
    assert refused.status_code == 422 and "While you are new here" in refused.text and "c.example" in refused.text
    forum.grow_old(given, topic, days=2)
    assert client.post(f"/en/community/t/{topic.key}/reply", data=body).status_code == 303
    bea, trainer = given.person("Bea"), given.person("Tea", Role.TRAINER)
    given.done(lambda: commands.recognise_member(bea.id, because=Ref("lesson", "a/b"), by=None))
    given.done(lambda: commands.recognise_member(bea.id, because=Ref("lesson", "a/c"), by=None))
    assert given.seen(lambda: queries.is_known(bea, now=clock.now()) and queries.is_known(trainer, now=clock.now()))
    text = given.seen(lambda: writing.written(LINKS))
    assert rules.may_write(text, known=True) and not rules.may_write(text, known=False)


def test_nobody_calls_a_crowd(given: Given) -> None:
    text = given.seen(lambda: writing.written(" ".join(f"@person-{n}" for n in range(11))))
    assert not rules.may_write(text, known=True)


def test_many_posts_in_a_short_time_have_to_wait_and_are_not_lost(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, given.person())
    client = given.signed_in(ada)
    most, per = rules.POSTS_PER_PERSON
    with time_machine.travel(clock.now(), tick=False) as travel:
        assert {forum.sent(client, topic, f"Post {n}", f"key-{n}") for n in range(most)} == {303}
        late = client.post(f"/en/community/t/{topic.key}/reply", data={"body": "One more thing"})
        assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0 and "One more thing" in late.text
        assert forum.sent(client, topic, "Post 3", "key-3") == 303, "what was sent twice is not one more"
        travel.shift(per.total_seconds() + 1)
        assert forum.sent(client, topic, "One more thing") == 303
    assert forum.now(given, topic).highest_no == most + 2


def test_each_rule_says_yes_and_no(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    first, second = given.seen(lambda: [forum.post_of(topic, 1), forum.post_of(topic, 2)])
    now = clock.now()
    assert rules.may_reply(topic, by=bea, took_course=False) and not rules.may_reply(topic, by=None, took_course=True)
    assert rules.may_edit_post(second, topic, because="", by=bea, now=now)
    assert not rules.may_edit_post(second, topic, because="", by=ada, now=now)
    assert not rules.may_edit_post(second, topic, because="", by=mo, now=now)
    assert rules.may_edit_post(second, topic, because="why", by=mo, now=now)
    assert rules.may_accept_answer(second, topic, by=ada) and rules.may_accept_answer(second, topic, by=mo)
    assert not rules.may_accept_answer(second, topic, by=bea) and not rules.may_accept_answer(first, topic, by=ada)
    assert (
        rules.may_vote(second, topic, by=ada)
        and not rules.may_vote(second, topic, by=bea)
        and not rules.may_vote(second, topic, by=None)
    )
    assert rules.may_flag_post(second, by=ada) and not rules.may_flag_post(second, by=bea)
    assert rules.may_hide_post(second, because="why", by=mo) and not rules.may_hide_post(second, because="why", by=ada)
    assert rules.may_close_topic(topic, by=ada) and not rules.may_close_topic(topic, by=bea)
    topic.state = TopicState.CLOSED
    assert not rules.may_edit_post(second, topic, because="", by=bea, now=now) and not rules.may_reply(
        topic, by=ada, took_course=True
    )
    hidden = Post(no=2, author_id=bea.id, hidden_at=now, written_at=now)
    assert rules.may_read_post(hidden, by=bea) and rules.may_read_post(hidden, by=mo)
    assert not rules.may_read_post(hidden, by=ada) and not rules.may_vote(hidden, topic, by=ada)
