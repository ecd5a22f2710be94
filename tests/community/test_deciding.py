"""From a report to a decision, to an objection, to the log: each person told, nobody judging their own."""

import csv
from datetime import timedelta

import time_machine

from academy.accounts.models import Person, Role
from academy.community import commands, jobs, queries
from academy.community.models import Action, Ground, Review, Topic
from academy.kernel import clock
from academy.notifications.queries import news_of
from tests.community import given_community as forum
from tests.given import Given

HIDE = {"action": "hidden", "ground": "spam", "because": "No advertising here, the marketplace is the place."}


def kinds(given: Given, person: Person) -> list[str]:
    forum.work_done(given)
    return given.seen(lambda: [item.kind for item in news_of(person)])


def flagged(given: Given) -> tuple[Topic, Person, Person, Review]:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "Buy my course")
    flag = f"/en/community/t/{topic.key}/2/flag"
    assert given.signed_in(ada).post(flag, data={"kind": "spam", "text": "Again!"}).status_code == 303
    review = given.seen(lambda: queries.reviews_waiting()[0])
    return topic, ada, bea, review


def test_two_moderators_do_not_decide_the_same_twice(given: Given) -> None:
    topic, ada, bea, review = flagged(given)
    mo, lu = given.person("Mo", Role.MODERATOR), given.person("Lu", Role.MODERATOR)
    first, second = given.signed_in(mo), given.signed_in(lu)
    place = f"/en/community/moderation/{review.id}"
    assert given.signed_in(ada).get(place).status_code == 403
    assert "Again!" in first.get(place).text
    assert first.post(f"{place}/claim").status_code == 303
    assert "Mo is looking at it" in second.get("/en/community/moderation").text
    assert "Somebody else is looking at it just now." in second.get(place).text
    assert second.post(place, data={**HIDE, "version": "2"}).status_code == 409
    assert first.post(place, data={**HIDE, "because": "", "version": "2"}).status_code == 422, "a reason is needed"
    assert first.post(place, data={**HIDE, "version": "1"}).status_code == 409, "as it was before the claim"
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert second.post(place, data={**HIDE, "version": "2"}).status_code == 303, "a claim lasts half an hour"
        forum.work_done(given)
    assert first.post(place, data={**HIDE, "version": "3"}).status_code == 409
    assert given.seen(lambda: forum.post_of(topic, 2)).hidden_at is not None
    assert kinds(given, bea) == ["community.hidden"] and "community.decided" in kinds(given, ada)


def test_nobody_decides_about_their_own_post(given: Given) -> None:
    mo = given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, mo)
    reader = given.signed_in(given.person())
    reader.post(f"/en/community/t/{topic.key}/1/flag", data={"kind": "other"})
    review = given.seen(lambda: queries.reviews_waiting()[0])
    answer = given.signed_in(mo).post(f"/en/community/moderation/{review.id}", data={"action": "left", "version": "1"})
    assert answer.status_code == 403 and "another moderator decides" in answer.text


def test_a_decision_is_read_by_those_it_concerns_and_another_moderator_looks_again(given: Given) -> None:
    topic, ada, bea, review = flagged(given)
    mo, lu = given.person("Mo", Role.MODERATOR), given.person("Lu", Role.MODERATOR)
    place = f"/en/community/moderation/{review.id}"
    given.signed_in(mo).post(place, data={**HIDE, "version": "1"})
    forum.work_done(given)
    message = next(mail for mail in given.mail() if mail["To"] == bea.email and "hidden your post" in mail["Subject"])
    assert "It is advertising or spam" in message.get_content() and HIDE["because"] in message.get_content()
    page = given.link_in(message)
    author = given.signed_in(bea)
    assert HIDE["because"] in author.get(page).text and "Object" in author.get(page).text
    assert given.signed_in(ada).get(page).status_code == 200
    assert given.signed_in(given.person()).get(page).status_code == 404
    assert author.post(page, data={"text": ""}).status_code == 422
    assert author.post(page, data={"text": "It was an honest offer."}).status_code == 303
    assert author.post(page, data={"text": "And again."}).status_code == 409
    assert kinds(given, lu) == ["community.appealed"] and kinds(given, mo) == []
    (objection,) = given.seen(queries.appeals_waiting)
    place = f"/en/community/moderation/appeals/{objection.id}"
    answer = {"upheld": "undone", "answer": "It was about the question after all.", "version": "1"}
    assert "Another moderator looks at this" in given.signed_in(mo).get(place).text
    assert given.signed_in(mo).post(place, data=answer).status_code == 403
    assert given.signed_in(lu).post(place, data={**answer, "answer": ""}).status_code == 422
    assert given.signed_in(lu).post(place, data=answer).status_code == 303
    assert given.signed_in(lu).post(place, data=answer).status_code == 409
    assert "Buy my course" in given.signed_in(ada).get(forum.address(topic)).text
    assert "community.appeal_decided" in kinds(given, bea)
    assert "It was about the question after all." in author.get(page).text
    log = [*csv.DictReader(given.signed_in(mo).get("/en/community/moderation/log.csv").text.splitlines())]
    assert [(row["action"], row["ground"], row["reports"], row["stands"]) for row in log] == [
        ("hidden", "spam", "1", "False")
    ]
    assert "Bea" not in str(log)


def test_who_reported_a_post_that_stays_may_object_and_after_six_months_nobody(given: Given) -> None:
    topic, ada, bea, review = flagged(given)
    mo, lu = given.person("Mo", Role.MODERATOR), given.person("Lu", Role.MODERATOR)
    made = given.done(
        lambda: commands.decide_review(
            queries.review_with_id(review.id), action=Action.LEFT, ground=Ground.NONE, text="", version=1, by=mo
        )
    )
    page = f"/en/community/decisions/{made.key}"
    assert given.signed_in(bea).post(page, data={"text": "I like it here."}).status_code == 409, "nothing to object to"
    with time_machine.travel(clock.now() + timedelta(days=184), tick=False):
        assert given.signed_in(ada).post(page, data={"text": "Late."}).status_code in {401, 409}
    assert given.signed_in(ada).post(page, data={"text": "It is advertising."}).status_code == 303
    (objection,) = given.seen(queries.appeals_waiting)
    answer = {"upheld": "undone", "answer": "You are right.", "version": "1"}
    given.signed_in(lu).post(f"/en/community/moderation/appeals/{objection.id}", data=answer)
    assert given.seen(lambda: forum.post_of(topic, 2)).hidden_because == "You are right."


def test_the_first_link_of_somebody_new_waits_and_nothing_more_comes_until_it_is_read(given: Given) -> None:
    ada, eva, mo = given.person("Ada"), given.person("Eva"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    newcomer = given.signed_in(eva)
    sent = newcomer.post(
        f"/en/community/t/{topic.key}/reply", data={"body": "See https://a.example/"}, follow_redirects=True
    )
    assert "a moderator reads it first" in sent.text and "See" in sent.text, "its author sees it"
    other = given.signed_in(ada).get(forum.address(topic)).text
    assert "a.example" not in other and "A moderator reads this post first." in other
    assert forum.now(given, topic).answer_count == 0 and kinds(given, ada) == []
    more = newcomer.post(f"/en/community/t/{topic.key}/reply", data={"body": "And one thing more"})
    assert more.status_code == 422 and "A moderator reads your last post first" in more.text
    assert "And one thing more" in more.text
    moderator = given.signed_in(mo)
    assert "First link of somebody new" in moderator.get("/en/community/moderation").text
    review = given.seen(lambda: queries.reviews_waiting()[0])
    answer = moderator.post(f"/en/community/moderation/{review.id}", data={"action": "left", "version": "1"})
    assert answer.status_code == 303
    assert "a.example" in given.signed_in(ada).get(forum.address(topic)).text
    assert kinds(given, ada) == ["community.answered"], "told now"
    assert kinds(given, eva) == ["community.released"]


def test_a_held_topic_is_found_by_nobody_until_it_is_released(given: Given) -> None:
    eva, mo = given.person("Eva"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, eva, title="Unseen as yet", body="https://a.example/")
    assert given.signed_in(given.person()).get(forum.address(topic)).status_code == 404
    assert given.signed_in(eva).get(forum.address(topic)).status_code == 200
    given.done(lambda: commands.leave_post(forum.post_of(topic, 1), by=mo))
    assert given.signed_in(given.person()).get(forum.address(topic)).status_code == 200


def test_who_is_new_begins_three_topics_a_day(given: Given) -> None:
    ada, where = given.person("Ada"), forum.space(given)
    client = given.signed_in(ada)
    form = {
        "title": "How is that done?",
        "body": "I mean it.",
        "kind": "question",
        "language": "en",
        "space": where.slug,
    }
    answers = [client.post("/en/community/new", data={**form, "once": f"key-{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 422]
    assert "While you are new here, you can begin 3 topics a day." in answers[3].text


def test_what_waits_reaches_a_person_by_mail_after_a_day_and_the_administrators_after_three(given: Given) -> None:
    flagged(given)
    mo, root = given.person("Mo", Role.MODERATOR), given.person("Root", Role.ADMINISTRATOR)

    def run(days: float) -> None:
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            given.done(jobs.remind_moderators)
            given.mail()

    run(0.5)
    assert kinds(given, mo) == []
    run(1.1)
    run(1.2)
    assert kinds(given, mo) == ["community.review_waits"] and kinds(given, root) == []
    run(3.1)
    run(3.2)
    assert kinds(given, root) == ["community.review_waits"] and len(kinds(given, mo)) == 1
    assert [mail["To"] for mail in given.mail() if "more than a day" in mail["Subject"]] == [mo.email, root.email]


def test_who_is_blocked_is_read_and_heard_no_more_and_not_told(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    reader = given.signed_in(ada)
    assert reader.post(f"/en/community/block/{ada.slug}").status_code == 409
    assert reader.post(f"/en/community/block/{bea.slug}").status_code == 303
    forum.answer(given, topic, bea, f"Hello @{ada.slug}, me again.")
    assert kinds(given, ada) == [] and kinds(given, bea) == []
    page = reader.get(forum.address(topic)).text
    assert "me again" not in page and "By somebody you have blocked." in page
    assert "me again" in reader.get(forum.address(topic) + "?blocked=1").text
    assert "Bea" in reader.get("/en/community/blocked").text
    reader.post(f"/en/community/block/{bea.slug}", data={"on": "0"})
    assert "me again" in reader.get(forum.address(topic)).text


def test_the_rules_are_public_in_both_languages(given: Given) -> None:
    visitor = given.app.test_client()
    assert "Why a post is hidden" in visitor.get("/en/community/rules").text
    assert "Perché un intervento viene nascosto" in visitor.get("/it/community/rules").text
    assert 'href="mailto:academy@example.org"' in visitor.get("/en/community/rules").text, (
        "who has no account reports too"
    )


def test_whoever_decides_sees_where_the_words_stand_again(given: Given) -> None:
    topic, ada, _bea, review = flagged(given)
    post = given.seen(lambda: forum.post_of(topic, 2))
    forum.answer(given, topic, ada, f"> Buy my course\n>\n> [↑](/community/p/{post.id})\n\nNot here.")
    moderator = given.signed_in(given.person("Mo", Role.MODERATOR))
    for address in (f"/en/community/moderation/{review.id}", f"/en/community/t/{topic.key}/2/hide"):
        page = moderator.get(address).text
        assert "Its words also stand as a quote in another post" in page and "#p3" in page, address
    assert "Its words also stand" not in moderator.get(f"/en/community/t/{topic.key}/3/hide").text
    shown = given.app.test_client().get(forum.address(topic, "it")).text
    assert f'<a href="/it/community/p/{post.id}">↑<span class="sr"> L’intervento citato</span></a>' in shown
