"""What is new for me: by post number, and never backwards."""

from concurrent.futures import ThreadPoolExecutor

from academy.accounts.models import Role
from academy.community import commands, queries
from academy.community.models import Level, Post, TopicKind, Visibility
from academy.kernel.web import Academy
from tests.community import given_community as forum
from tests.given import Given


def test_reading_a_page_writes_nothing_and_the_page_brings_what_marks_it(given: Given, app: Academy) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, ada)
    client = given.signed_in(bea)
    shown = client.get(forum.address(topic)).text
    assert forum.level_of(given, topic, bea) == (0, None)
    assert 'name="upto" value="2"' in shown and 'hx-trigger="load, submit"' in shown and "Mark as read" in shown
    assert "Mark as read" not in app.test_client().get(forum.address(topic)).text
    back = client.post(f"/en/community/t/{topic.key}/read", data={"upto": 2})
    assert back.location == forum.address(topic)
    assert forum.level_of(given, topic, bea) == (2, "tracking")
    assert "Mark as read" not in client.get(forum.address(topic)).text
    by_script = client.post(f"/en/community/t/{topic.key}/read", data={"upto": 2}, headers={"HX-Request": "true"})
    assert (by_script.status_code, by_script.text) == (200, "")


def test_what_arrives_late_does_not_make_read_posts_new(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    for _ in range(9):
        forum.answer(given, topic, ada)
    client = given.signed_in(bea)
    for upto, known in ((4, 4), (9, 9), (4, 9), (-5, 9), (10**12, 10)):
        assert forum.read(client, topic, upto) == 303
        assert forum.level_of(given, topic, bea)[0] == known
    with ThreadPoolExecutor(4) as pool:
        clients = [given.signed_in(bea) for _ in range(4)]
        assert {
            *pool.map(lambda pair: forum.read(pair[0], topic, pair[1]), zip(clients, (3, 10, 1, 7), strict=True))
        } == {303}
    assert forum.level_of(given, topic, bea)[0] == 10


def test_new_posts_show_where_i_stopped(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    client = given.signed_in(bea)
    forum.read(client, topic, 1)
    assert "new" not in client.get("/en/community").text.split("<main")[1].split('class="spaces"')[0].replace(
        "/new", ""
    )
    for _ in range(30):
        forum.answer(given, topic, ada)
    front = client.get("/en/community").text
    assert "New for you" in front and "30 new" in front and "?post=new#new" in front
    assert topic.key in client.get("/en/community/stakeholder-engagement?show=unread").text
    assert given.seen(lambda: queries.unread_counts(bea)) == {topic.space_id: 1}
    shown = client.get(f"{forum.address(topic)}?post=new").text
    assert shown.index('id="p1"') < shown.index('id="new"') < shown.index('id="p2"')
    forum.read(client, topic, 20)
    second = client.get(f"{forum.address(topic)}?post=new").text
    assert second.index('id="new"') < second.index('id="p21"')
    forum.read(client, topic, 31)
    assert given.seen(lambda: queries.unread_topics(bea, limit=5)) == []
    assert 'id="new"' not in client.get(f"{forum.address(topic)}?post=new").text


def test_what_i_write_is_not_new_for_me(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    assert forum.level_of(given, topic, bea) == (2, "watching")
    assert forum.level_of(given, topic, ada) == (1, "watching")
    assert given.seen(lambda: [seen.first_unread for seen in queries.unread_topics(ada, limit=5)]) == [2]


def test_a_topic_whose_last_post_is_hidden_is_not_unread(given: Given) -> None:
    ada, lena = given.person("Ada"), given.person("Lena")
    moderator = given.person("Mo", forum.MODERATOR)
    topic = forum.topic(given, ada)
    spam: Post = forum.answer(given, topic, lena, "Buy now")
    assert given.seen(lambda: len(queries.unread_topics(ada, limit=5))) == 1
    given.done(lambda: commands.hide_post(forum.post_of(topic, 2), because="Advertising", by=moderator))
    assert given.seen(lambda: queries.unread_topics(ada, limit=5)) == []
    now = forum.now(given, topic)
    assert (now.last_visible_no, now.post_count, now.answer_count) == (1, 1, 0)
    assert now.last_post_at < spam.written_at
    given.done(lambda: commands.show_post_again(forum.post_of(topic, 2), by=moderator))
    assert given.seen(lambda: len(queries.unread_topics(ada, limit=5))) == 1


def test_following_is_chosen_and_what_was_chosen_stays(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    client = given.signed_in(bea)
    follow = f"/en/community/t/{topic.key}/follow"
    client.post(follow, data={"level": "watching"})
    assert "Stop following" in client.get(forum.address(topic)).text
    assert given.seen(lambda: queries.followers_count(topic)) == 2
    client.post(follow, data={"level": "muted"})
    forum.read(client, topic, 1)
    forum.answer(given, topic, bea)
    assert forum.level_of(given, topic, bea) == (2, Level.MUTED.value), "writing does not undo the choice"
    forum.answer(given, topic, ada)
    assert given.seen(lambda: queries.unread_topics(bea, limit=5)) == []
    client.post(follow, data={"level": "no such level"})
    assert forum.level_of(given, topic, bea)[1] == Level.WATCHING.value


def test_a_post_that_was_shown_before_is_shown_as_it_is_now(given: Given) -> None:
    ada, bea, clara = given.person("Ada"), given.person("Bea"), given.person("Clara", Role.MODERATOR)
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea, "Count the chairs.")
    readers = [given.signed_in(person) for person in (ada, bea, clara)]

    def shown() -> list[str]:
        return [reader.get(forum.address(topic)).text.split('id="p2"')[1].split("</article>")[0] for reader in readers]

    asked, wrote, moderates = before = shown()
    assert len({*before}) == 3, "each may do something else"
    assert "Accept this answer" in asked and "Edit" in wrote and "Hide" in moderates
    changes = {
        "Useful (1)": lambda: readers[0].post(f"/en/community/t/{topic.key}/2/react", data={"kind": "useful"}),
        "Accepted answer": lambda: readers[0].post(f"/en/community/t/{topic.key}/2/accept"),
        "Count the tables.": lambda: readers[1].post(
            f"/en/community/t/{topic.key}/2/edit", data={"body": "Count the tables.", "version": 1}
        ),
        "Beatrice": lambda: readers[1].post(
            "/en/settings/profile", data={"name": "Beatrice", "language": "en", "time_zone": "Europe/Rome"}
        ),
        "Hidden from others: Off the topic.": lambda: readers[2].post(
            f"/en/community/t/{topic.key}/2/hide", data={"because": "Off the topic.", "ground": "off_topic"}
        ),
    }
    for expected, change in changes.items():
        assert expected not in shown()[2]
        answer = change()
        assert answer.status_code in {200, 303}, expected
        assert expected in shown()[2]
    assert "Count the tables." not in shown()[0]
    italian = readers[2].get(forum.address(topic).replace("/en/", "/it/")).text
    assert "Hidden from others" not in italian and "Count the tables." in italian


def test_a_search_is_narrowed_before_it_is_cut_short(given: Given) -> None:
    ada = forum.known(given, given.person("Ada"))
    rare = forum.topic(given, ada, title="The only discussion of chairs", kind=TopicKind.DISCUSSION)
    for number in range(70):
        forum.topic(given, ada, title=f"Chairs, question {number}")
    forum.work_done(given)
    visitor = given.app.test_client()
    assert rare.key not in visitor.get("/en/community/search?q=chairs").text
    assert rare.key in visitor.get("/en/community/search?q=chairs&kind=discussion").text
    assert rare.key not in visitor.get("/en/community/search?q=chairs&kind=discussion&answered=accepted").text
    first = visitor.get("/en/community/search?q=chairs&kind=question").text
    assert "More topics" in first and "after=20" in first
    assert visitor.get("/en/community/search?q=chairs&kind=nonsense&space=nowhere&answered=x").status_code == 200
    with given.statements() as statements:
        given.signed_in(ada).get("/en/community/search?q=chairs&kind=question")
    assert len([line for line in statements if line.startswith("SELECT")]) <= 10


def test_a_search_of_everything_finds_what_is_private_for_those_it_is_for(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    where = given.done(
        lambda: commands.ensure_space("our-room", 9, {"en": "Ours"}, None, visibility=Visibility.PRIVATE, by=None)
    )
    given.done(lambda: commands.enter_space(where, ada.id, by=None))
    topic = forum.topic(given, ada, title="Rehearsals in the old fire station", where=where)
    forum.work_done(given)
    found = [given.signed_in(one).get("/en/search?q=rehearsals").text for one in (ada, bea)]
    assert [topic.key in page for page in found] == [True, False]
    assert topic.key not in given.app.test_client().get("/en/search?q=rehearsals").text
    given.done(
        lambda: commands.describe_space(
            queries.space_seen_by(ada, "our-room"), summaries={}, visibility=Visibility.MEMBERS, by=mo
        )
    )
    forum.work_done(given)
    assert topic.key in given.signed_in(bea).get("/en/search?q=rehearsals").text, "once it is for all, all find it"


def test_what_is_said_about_a_thing_has_a_page_and_comes_into_the_page_of_the_thing(given: Given) -> None:
    ada = given.person("Ada")
    thing = forum.topic(given, ada, title="A thing that somebody may ask about")
    asked = forum.topic(given, ada, title="What about it?", about=thing.ref)
    visitor, place = given.app.test_client(), f"/en/community/about?ref={thing.ref}"
    page = visitor.get(place).text
    assert asked.key in page and "What is said about “A thing that somebody may ask about”" in page
    inside = visitor.get(place, headers={"HX-Request": "true", "HX-Target": "talk"}).text
    assert asked.key in inside and "<html" not in inside
    for nothing in ("", "?ref=", "?ref=topic:nothere0", "?ref=nonsense"):
        assert visitor.get(f"/en/community/about{nothing}").status_code == 404
