"""Who enters a space, who answers in which state, and what becomes of an edition's topics."""

import pytest

from academy.accounts.models import Person, Role
from academy.community import commands, queries
from academy.community.models import Level, Space, SpaceKind, Topic, TopicState, Visibility
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref
from academy.notifications.queries import news_of
from academy.retrieval.queries import hits
from tests.community import given_community as forum
from tests.given import Given
from tests.organisations.given_organisations import a_colleague, an_organisation

EDITION = Ref("edition", "gyor-2026")


def private(given: Given, *people: Person) -> Space:
    def make() -> Space:
        made = commands.ensure_space(
            "gyor-2026", 20, {"en": "Győr 2026", "it": "Győr 2026"}, None, EDITION,
            kind=SpaceKind.EDITION, visibility=Visibility.PRIVATE, by=None,
        )  # fmt: skip
        for person in people:
            commands.enter_space(made, person.id, by=None)
        return made

    return given.done(make)


def test_a_private_space_is_there_for_its_people_alone(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    where = private(given, ada)
    topic = forum.topic(given, ada, title="Our own affairs", where=where)
    forum.work_done(given)
    for person, status in ((ada, 200), (bea, 404), (mo, 200)):
        client = given.signed_in(person)
        assert client.get("/en/community/gyor-2026").status_code == status
        assert client.get(forum.address(topic)).status_code == status
        assert ("Our own affairs" in client.get("/en/community").text) is (status == 200)
        assert client.post(f"/en/community/t/{topic.key}/reply", data={"body": "Hello"}).status_code in {status, 303}
    visitor = given.app.test_client()
    assert visitor.get(forum.address(topic)).status_code == 404
    assert visitor.get("/en/community/gyor-2026/feed.atom").status_code == 404
    for audiences in ({"public"}, {"public", "members"}):
        found = given.seen(lambda audiences=audiences: hits("own affairs", language="en", audiences=audiences).hits)
        assert not found
    assert "Our own affairs" in given.signed_in(ada).get("/en/community/search?q=affairs").text
    assert "Our own affairs" not in given.signed_in(bea).get("/en/community/search?q=affairs").text


def test_who_leaves_a_private_space_is_told_and_shown_nothing_more_of_it(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    where = private(given, ada, bea)
    topic = forum.topic(given, ada, title="Our own affairs", where=where)
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.WATCHING, by=bea))
    forum.answer(given, topic, ada, "First.")
    forum.work_done(given)
    assert "Our own affairs" in given.signed_in(bea).get("/en/inbox").text
    given.done(lambda: commands.leave_space(where, bea.id, by=bea))
    assert "Our own affairs" not in given.signed_in(bea).get("/en/inbox").text
    before = given.seen(lambda: [item.count for item in news_of(bea)])
    forum.answer(given, topic, ada, f"Second, @{bea.slug}.")
    forum.work_done(given)
    assert given.seen(lambda: [item.count for item in news_of(bea)]) == before


def test_stewards_are_named_and_look_after_their_space_and_no_other(given: Given) -> None:
    ada, bea, zsofia = given.person("Ada"), given.person("Bea"), given.person("Zsófia", Role.COORDINATOR)
    where, other = forum.space(given), forum.space(given, "impact-assessment", "Impact")
    coordinator, steward = given.signed_in(zsofia), given.signed_in(bea)
    assert steward.get(f"/en/community/{where.slug}/tend").status_code == 403
    coordinator.post(f"/en/community/{where.slug}/people", data={"who": bea.slug, "how": "steward"})
    assert "Bea" in given.app.test_client().get(f"/en/community/{where.slug}/about").text
    described = {"visibility": "public", "summary_en": "For those who ask around.", "summary_it": ""}
    assert steward.post(f"/en/community/{where.slug}/tend", data=described).status_code == 303
    assert "For those who ask around." in given.app.test_client().get(f"/en/community/{where.slug}").text
    given.done(lambda: commands.ensure_space(where.slug, 4, where.titles, 4, by=None))
    assert "For those who ask around." in given.app.test_client().get(f"/en/community/{where.slug}").text, "it stays"
    assert steward.get(f"/en/community/{other.slug}/tend").status_code == 403
    mine, theirs = forum.topic(given, ada, where=where), forum.topic(given, ada, where=other)
    assert steward.get(f"/en/community/t/{mine.key}/arrange").status_code == 200
    assert steward.get(f"/en/community/t/{theirs.key}/arrange").status_code == 403


def in_state(given: Given, topic: Topic, state: TopicState, mo: Person) -> None:
    given.done(lambda: commands.set_state(forum.fresh(topic), state, by=mo))


@pytest.mark.parametrize(
    ("state", "newcomer", "alumna", "useful", "unread"),
    [
        (TopicState.OPEN, 303, 303, 303, True),
        (TopicState.ALUMNI, 403, 303, 303, True),
        (TopicState.CLOSED, 409, 409, 303, True),
        (TopicState.ARCHIVED, 409, 409, 409, False),
    ],
)
def test_each_state_says_who_answers_and_what_else_can_be_done(
    given: Given, state: TopicState, newcomer: int, alumna: int, useful: int, unread: bool
) -> None:
    ada, new, mo = given.person("Ada"), given.person("New"), given.person("Mo", Role.MODERATOR)
    eva = forum.known(given, given.person("Eva"))
    topic = forum.topic(given, ada)
    given.done(lambda: commands.follow_topic(forum.fresh(topic), Level.TRACKING, by=eva))
    in_state(given, topic, state, mo)
    assert bool(given.seen(lambda: queries.unread_topics(eva))) is unread
    assert given.signed_in(eva).post(f"/en/community/t/{topic.key}/1/useful").status_code == useful
    assert given.signed_in(eva).post(f"/en/community/t/{topic.key}/1/flag", data={"kind": "other"}).status_code == 303
    refused = given.signed_in(new).post(f"/en/community/t/{topic.key}/reply", data={"body": "Kept words"})
    assert refused.status_code == newcomer
    assert given.signed_in(eva).post(f"/en/community/t/{topic.key}/reply", data={"body": "Hello"}).status_code == alumna


def test_an_edition_ends_and_its_topics_go_on_as_the_alumnis(given: Given) -> None:
    ada, bea, new = given.person("Ada"), given.person("Bea"), given.person("New")
    where = private(given, ada, bea)
    ours = forum.topic(given, ada, title="Where do we meet?", where=where)
    lesson = Ref("lesson", "active-citizenship/seeing-a-need")
    public = forum.space(given, "active-citizenship", "Active Citizenship")
    thread = forum.topic(given, new, title="About this lesson", about=lesson, where=public)
    later = forum.topic(given, bea, title="Also about it", about=lesson, where=public)
    found = given.seen(lambda: queries.topics_about(None, lesson))
    assert [seen.topic.id for seen in found] == [thread.id, later.id], "the first one is its thread, and stands first"
    forum.answer(given, thread, ada, "We tried it.")
    other = forum.topic(given, new, title="Another thing")

    def end() -> int:
        return commands.hand_to_alumni(EDITION, title="Győr 2026", address="/learn", by=None)

    assert given.done(end) == 1 and given.done(end) == 0
    assert [forum.now(given, topic).state for topic in (ours, thread, other)] == ["alumni", "open", "open"]
    assert "Here “Győr 2026” ended." in given.signed_in(new).get(forum.address(thread)).text
    given.done(lambda: commands.leave_space(where, bea.id, by=None))
    given.done(lambda: commands.enter_space(where, bea.id, by=None))
    assert (
        given.signed_in(bea).post(f"/en/community/t/{ours.key}/reply", data={"body": "A year later"}).status_code == 303
    )
    with pytest.raises(Refused):
        given.done(lambda: commands.hand_to_alumni(EDITION, title="", by=ada))


def test_a_muted_space_leaves_the_lists_and_says_nothing(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    where = forum.space(given)
    given.done(lambda: commands.follow_space(where, Level.MUTED, by=bea))
    forum.topic(given, ada, title="Not for everybody", where=where)
    forum.work_done(given)
    assert given.seen(lambda: queries.newest_topics(bea)) == []
    assert given.seen(lambda: len(queries.newest_topics(ada))) == 1
    assert given.seen(lambda: news_of(bea)) == []


def test_a_coordinator_opens_a_space_for_a_practice_or_an_organisation(given: Given) -> None:
    zsofia, ada, bea = given.person("Zsófia", Role.COORDINATOR), given.person("Ada"), given.person("Bea")
    place = "/en/community/spaces/new"
    assert given.signed_in(ada).get(place).status_code == 403
    assert given.signed_in(ada).post(place, data={}).status_code == 403
    client = given.signed_in(zsofia)
    assert place in client.get("/en/community").text and place not in given.signed_in(ada).get("/en/community").text
    typed = {
        "kind": "practice",
        "visibility": "members",
        "title_en": "Rules",
        "summary_en": "For those who write them.",
    }
    wrong = client.post(place, data={**typed, "title_en": ""})
    assert wrong.status_code == 422 and "For those who write them." in wrong.text
    opened = client.post(place, data=typed)
    assert opened.status_code == 303 and opened.location != "/en/community/rules", (
        "a word of our addresses is not taken"
    )
    assert "For those who write them." in given.signed_in(ada).get(opened.location).text
    assert given.app.test_client().get(opened.location).status_code == 404, "it is for members"
    about = f"{opened.location}/about"
    assert "Zsófia" in given.signed_in(ada).get(about).text, "who opens it looks after it"

    slug = an_organisation(given, ada, "Sottoportico").slug
    theirs = {"kind": "organisation", "visibility": "private", "title_en": "Our people", "organisation": slug}
    assert client.post(place, data={**theirs, "organisation": ""}).status_code == 422
    room = client.post(place, data=theirs)
    assert room.status_code == 303
    assert given.signed_in(ada).get(f"{room.location}/tend").status_code == 200, "its owner looks after it"
    assert given.signed_in(bea).get(room.location).status_code == 404
    again = client.post(place, data=theirs)
    assert again.status_code == 422 and "This organisation has a space already." in again.text


def test_the_space_of_an_organisation_follows_who_belongs_to_it_and_who_looks_after_it(given: Given) -> None:
    zsofia, ada, bea = given.person("Zsófia", Role.COORDINATOR), given.person("Ada"), given.person("Bea")
    organisation = an_organisation(given, ada, "Sottoportico")
    typed = {
        "kind": "organisation",
        "visibility": "private",
        "title_en": "Our people",
        "organisation": organisation.slug,
    }
    room = given.signed_in(zsofia).post("/en/community/spaces/new", data=typed).location
    hers, members = given.signed_in(bea), "/en/organisations/sottoportico/members"
    assert hers.get(room).status_code == 404
    a_colleague(given, organisation, bea)
    assert (hers.get(room).status_code, hers.get(f"{room}/tend").status_code) == (200, 403)
    owner = given.signed_in(ada)
    owner.post(f"{members}/bea/role", data={"role": "owner"})
    assert hers.get(f"{room}/tend").status_code == 200
    owner.post(f"{members}/bea/role", data={"role": "member"})
    assert (hers.get(room).status_code, hers.get(f"{room}/tend").status_code) == (200, 403)
    hers.post("/en/organisations/sottoportico/leave")
    assert hers.get(room).status_code == 404
