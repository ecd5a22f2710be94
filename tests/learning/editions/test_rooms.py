"""An edition has a room in the forum for its people, and what they began there goes on when it is over."""

import re
from html import unescape

from academy.community.queries import space_about
from tests.community import given_community as forum
from tests.given import Given
from tests.learning.editions import given_editions as editions


def test_an_edition_ends_and_its_room_goes_on_as_the_alumnis(given: Given) -> None:
    runner, rovigo = editions.course_and_edition(given)
    ada, bea = given.person("Ada"), given.person("Bea")
    editions.enrols(given, rovigo, ada)
    room = given.seen(lambda: space_about(rovigo.ref))
    assert room is not None
    assert given.signed_in(ada).get(f"/en/community/{room.slug}").status_code == 200
    assert given.signed_in(bea).get(f"/en/community/{room.slug}").status_code == 404
    topic = forum.topic(given, ada, title="Where do we meet?", where=room)
    given.signed_in(runner).post(f"/en/studio/editions/{rovigo.slug}/end")
    assert forum.now(given, topic).state == "alumni"
    client = given.signed_in(ada)
    assert "ended. Those who took the course go on." in client.get(forum.address(topic)).text
    assert client.post(f"/en/community/t/{topic.key}/reply", data={"body": "A year later"}).status_code == 303


def test_a_topic_about_a_session_stands_below_it_for_those_who_may_read_it(given: Given) -> None:
    cleo, rovigo = editions.course_and_edition(given)
    morning = editions.session(given, rovigo, cleo, "needs", title="The first morning")
    other = editions.session(given, rovigo, cleo, "money", title="The second morning")
    ada, bea = given.person("Ada"), given.person("Bea")
    editions.enrols(given, rovigo, ada)
    learner = given.signed_in(ada)
    page = learner.get(f"/en/editions/{rovigo.slug}").text
    place = re.search(r'href="(/en/community/new\?[^"]*session%3A[^"]*|/en/community/new\?[^"]*session:[^"]*)"', page)
    assert place
    form = learner.get(unescape(place.group(1))).text
    assert "The first morning" in form
    asked = {
        "kind": "question", "title": "Shall we bring our maps?", "body": "They are large.", "language": "en",
        "space": rovigo.room, "about": str(morning.ref),
    }  # fmt: skip
    assert learner.post("/en/community/new", data=asked).status_code == 303
    page = learner.get(f"/en/editions/{rovigo.slug}").text
    below_first, below_second = page.split(f'id="session-{morning.key}"')[1].split(f'id="session-{other.key}"')
    assert "Shall we bring our maps?" in below_first and "Shall we bring our maps?" not in below_second
    assert "Shall we bring our maps?" not in given.signed_in(bea).get(f"/en/editions/{rovigo.slug}").text, (
        "it is private"
    )
