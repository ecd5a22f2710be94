"""Talk about a question of a quiz: among those to whom it gives nothing away."""

import re
from html import unescape

from flask.testing import FlaskClient

from academy.accounts.models import Role
from academy.accounts.queries import person_with_id
from academy.community import commands, queries
from academy.community.models import Level, Topic
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.notifications.queries import news_of
from academy.retrieval.queries import hits
from tests.assessment.given_assessment import Learner, answers_everything, learner, quiz, whose
from tests.community import given_community as forum
from tests.given import Given

ABOUT = Ref("asked", "rivers/single-1")
TITLE = "Why not the Po?"
ASKED = {
    "kind": "question",
    "title": TITLE,
    "body": "It ends in the sea too.",
    "space": "rivers",
    "language": "en",
    "about": str(ABOUT),
}


def handed_in(given: Given, name: str = "Nives") -> Learner:
    one = learner(given, name)
    one.begins()
    answers_everything(one, right=False)
    one.hands_in()
    return one


def asked_by(given: Given, one: Learner, **other: str) -> Topic:
    answer = one.client.post("/en/community/new", data={**ASKED, **other})
    assert answer.status_code == 303, answer.text
    key = re.search(r"/t/([a-z0-9]+)-", answer.location)
    assert key
    found = given.seen(lambda: queries.topic_seen_by(whose(given), key.group(1)).topic)
    forum.work_done(given)
    return found


def the_quiz(given: Given, **settings: object) -> None:
    quiz(given, ["single"], **settings)
    forum.space(given, "rivers", "Rivers")


def shows(client: FlaskClient, address: str) -> bool:
    return TITLE in client.get(address).text.split("<main")[-1]


def test_a_learner_asks_about_a_question_from_the_review_and_finds_it_there_again(given: Given) -> None:
    the_quiz(given)
    nives = handed_in(given)
    link = re.search(r'href="(/en/community/new\?[^"]*about=asked[^"]*)"', nives.page())
    assert link
    form = nives.client.get(unescape(link.group(1))).text
    assert "Question single-1?" in form and "So it gives nothing away." in form
    topic = asked_by(given, nives)
    page = nives.client.get(forum.address(topic)).text
    assert f'href="{nives.address}#q1">Question single-1?' in page and "So it gives nothing away." in page
    assert TITLE in nives.page()
    assert shows(nives.client, "/en/community/mine")
    with given.statements() as seen:
        nives.client.get(forum.address(topic))
    assert len(seen) <= 8, seen
    with given.statements() as seen:
        nives.page()
    assert len(seen) <= 8, seen


def test_it_is_there_for_nobody_to_whom_it_would_give_the_question_away(given: Given) -> None:
    the_quiz(given)
    topic = asked_by(given, handed_in(given))
    outsider, steward = given.person("Bea"), given.person("Carla")
    room = forum.space(given, "rivers", "Rivers")
    given.done(lambda: commands.enter_space(room, steward.id, steward=True, by=None))
    busy = learner(given, "Dora")
    busy.begins()
    clients = [given.app.test_client(), given.signed_in(outsider), given.signed_in(steward), busy.client]
    for client in clients:
        for address in (
            forum.address(topic),
            "/en/community/p/1",
            f"/en/community/about?ref={ABOUT}",
            f"/en/community/t/{topic.key}/1/history",
            f"/en/community/t/{topic.key}/arrange",
        ):
            assert client.get(address).status_code in (401, 404) or not shows(client, address), address
        for address in (
            "/en/community", "/en/community/rivers", "/en/community/rivers?show=unanswered", "/en/community/unanswered",
            "/en/community/rivers/about", "/en/community/feed.atom", "/en/community/rivers/feed.atom",
            "/en/community/search?q=Po", "/en/search?q=Po", "/en/", "/en/community/welcome",
        ):  # fmt: skip
            assert not shows(client, address), address
        assert client.post(f"/en/community/t/{topic.key}/reply", data={"body": "Me too"}).status_code in (401, 404)
    assert topic.key not in given.app.test_client().get("/sitemaps/topic-1.xml").text
    everything = {"public", "members", f"space:{room.id}"}
    assert not given.seen(lambda: hits("Po", language="en", audiences=everything).hits)
    given.done(lambda: commands.reindex(by=None))
    assert not given.seen(lambda: hits("Po", language="en", audiences=everything).hits), "nor after a rebuild"


def test_who_hands_the_question_in_reads_it_and_so_do_those_who_teach_and_moderate(given: Given) -> None:
    the_quiz(given)
    topic = asked_by(given, handed_in(given))
    bea = learner(given, "Bea")
    assert bea.client.get(forum.address(topic)).status_code == 404
    bea.begins()
    answers_everything(bea)
    assert TITLE not in bea.page()
    assert TITLE in bea.hands_in()
    assert bea.client.post(f"/en/community/t/{topic.key}/reply", data={"body": "It does."}).status_code == 303
    for role in (Role.TRAINER, Role.MODERATOR):
        client = given.signed_in(given.person("", role))
        assert client.get(forum.address(topic)).status_code == 200, role
        assert shows(client, "/en/community/rivers"), role


def test_nobody_else_is_told_of_it_however_they_follow_or_are_called(given: Given) -> None:
    the_quiz(given)
    nives, bea = handed_in(given), handed_in(given, "Bea")
    outsider = given.person("Otto")
    room = forum.space(given, "rivers", "Rivers")
    given.done(lambda: commands.follow_space(room, Level.WATCHING, by=outsider))
    reader, trainer = whose(given), given.person("Tea", Role.TRAINER)
    for follower in (reader, trainer):
        given.done(lambda follower=follower: commands.follow_space(room, Level.WATCHING, by=follower))
    topic = asked_by(given, nives, body=f"What do you say, @{outsider.slug}, @{reader.slug}?")
    assert given.seen(lambda: news_of(outsider)) == []
    assert [item.kind for item in given.seen(lambda: news_of(reader))] == ["community.mentioned"]
    assert [item.kind for item in given.seen(lambda: news_of(trainer))] == ["community.started"], "who teaches answers"
    bea.client.post(f"/en/community/t/{topic.key}/reply", data={"body": f"Ask @{outsider.slug}."})
    forum.work_done(given)
    assert given.seen(lambda: news_of(outsider)) == []
    author = given.seen(lambda: person_with_id(topic.author_id))
    assert author and "community.answered" in [item.kind for item in given.seen(lambda: news_of(author))]
    assert not any(outsider.email in str(message["To"]) for message in given.mail())


def test_nobody_begins_one_about_what_they_have_not_been_asked(given: Given) -> None:
    the_quiz(given)
    bea = given.signed_in(given.person("Bea"))
    refused = bea.post("/en/community/new", data=ASKED)
    assert refused.status_code == 422
    assert "once you have handed it in" in refused.text and "It ends in the sea too." in refused.text
    assert given.seen(lambda: queries.topics_about(None, ABOUT)) == []


def test_while_a_quiz_keeps_its_answers_back_nothing_is_said_about_its_questions(given: Given) -> None:
    the_quiz(given, feedback="marks")
    nives = handed_in(given)
    person = whose(given)
    assert "about=asked" not in nives.page()
    assert given.seen(lambda: subjects_seen_by(person, [ABOUT])) == {}
    assert nives.client.post("/en/community/new", data=ASKED).status_code == 422


def test_it_stays_reserved_when_it_is_divided_and_is_joined_with_no_other(given: Given) -> None:
    the_quiz(given)
    nives, mo = handed_in(given), given.person("Mo", Role.MODERATOR)
    topic = asked_by(given, nives)
    forum.answer(given, topic, mo, "Another matter.")
    elsewhere = forum.topic(given, mo, title="Everybody reads this", where=forum.space(given, "rivers", "Rivers"))
    moderator = given.signed_in(mo)
    order = {"state": "open", "space": "rivers", "tags": "", "posts": "", "title": "", "into": ""}
    refused = moderator.post(f"/en/community/t/{topic.key}/arrange", data={**order, "into": elsewhere.key})
    assert refused.status_code == 422 and "stays among those" in refused.text
    done = moderator.post(
        f"/en/community/t/{topic.key}/arrange", data={**order, "posts": "2", "title": "The other matter"}
    )
    assert done.status_code == 303
    outsider = given.person("Bea")
    assert "The other matter" not in given.signed_in(outsider).get("/en/community/rivers").text
    assert "The other matter" in moderator.get("/en/community/rivers").text
