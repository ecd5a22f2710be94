"""An edition has a room in the forum for its people, and what they began there goes on when it is over."""

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
