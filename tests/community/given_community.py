"""What is there, for the tests of the forum."""

from datetime import timedelta

from flask.testing import FlaskClient

from academy.accounts.models import Person, Role
from academy.community import commands, queries, writing
from academy.community.models import Post, Space, Topic, TopicKind
from academy.kernel import clock, jobs
from academy.kernel.subjects import Ref
from tests.given import Given

MODERATOR = Role.MODERATOR


def space(given: Given, slug: str = "stakeholder-engagement", title: str = "Stakeholder Engagement") -> Space:
    def make() -> Space:
        return commands.ensure_space(slug, 4, {"en": title, "it": "Coinvolgimento"}, 4, by=None)

    return given.done(make)


def topic(
    given: Given,
    author: Person,
    *,
    title: str = "How do you count them?",
    body: str = "In practice, I mean.",
    kind: TopicKind = TopicKind.QUESTION,
    language: str = "en",
    about: Ref | None = None,
    where: Space | None = None,
) -> Topic:
    there = where or space(given)

    def make() -> Topic:
        if queries.topics_begun_since(author, clock.now() - timedelta(days=1)) > 2:
            commands.recognise_member(author.id, because=Ref("lesson", "active-citizenship/seeing-a-need"), by=None)
        return commands.start_topic(
            there, title=title, kind=kind, language=language, text=writing.written(body), about=about, by=author
        )

    return given.done(make)


def answer(given: Given, topic: Topic, author: Person, body: str = "We name a person.") -> Post:
    def make() -> Post:
        return commands.reply(fresh(topic), text=writing.written(body), by=author)

    return given.done(make)


def known(given: Given, person: Person) -> Person:
    """Who has finished a lesson."""
    because = Ref("lesson", "active-citizenship/seeing-a-need")
    given.done(lambda: commands.recognise_member(person.id, because=because, by=None))
    return person


def fresh(topic: Topic) -> Topic:
    found = queries.topic_with_id(topic.id)
    assert found is not None
    return found


def now(given: Given, topic: Topic) -> Topic:
    return given.seen(lambda: fresh(topic))


def post_of(topic: Topic, no: int) -> Post:
    found = queries.post_numbered(topic, no)
    assert found is not None
    loaded = queries.post_with_id(found.id)
    assert loaded is not None
    return loaded


def grow_old(given: Given, topic: Topic, *, days: int) -> None:
    """As if the posts of a topic had been written some days ago."""

    def age() -> None:
        for post in queries.visible_posts(fresh(topic), limit=100):
            post.written_at = clock.now() - timedelta(days=days)

    given.done(age)


def work_done(given: Given) -> None:
    """The worker has done what waits."""
    jobs.run_due(given.app)


def address(topic: Topic, language: str = "en") -> str:
    return f"/{language}/community/t/{topic.address}"


def read(client: FlaskClient, topic: Topic, upto: int) -> int:
    return client.post(f"/en/community/t/{topic.key}/read", data={"upto": upto}).status_code


def sent(client: FlaskClient, topic: Topic, body: str, once: str = "") -> int:
    return client.post(f"/en/community/t/{topic.key}/reply", data={"body": body, "once": once}).status_code


def level_of(given: Given, topic: Topic, person: Person) -> tuple[int, str | None]:
    def look() -> tuple[int, str | None]:
        seen = queries.topic_seen_by(person, topic.key)
        return seen.last_read_no, seen.level and seen.level.value

    return given.seen(look)
