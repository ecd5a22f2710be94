"""How does the forum of the demonstration come to be? By the commands that people use, and some days ago."""

from collections.abc import Mapping
from datetime import timedelta

from academy.accounts.models import Person
from academy.community import commands, queries
from academy.community.models import Post, Space, SpaceKind, Topic, Visibility
from academy.community.writing import written
from academy.demo.community.conversations import CONVERSATIONS, Conversation, Said
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref

# slug, English and Italian title: for a demonstration without the course, which brings them
SPACES = (
    ("active-citizenship", "Active Citizenship", "Cittadinanza attiva"),
    ("social-business", "Social Business", "Imprenditorialità sociale"),
    (
        "technology-and-creativity",
        "Technology and Creativity for Social Innovation",
        "Tecnologia e creatività per l’innovazione sociale",
    ),
    ("stakeholder-engagement", "Stakeholder Engagement", "Coinvolgimento degli stakeholder"),
    ("impact-assessment", "Impact Assessment", "Valutazione dell’impatto sociale"),
    ("impact-investing", "Impact Investing", "Finanza a impatto"),
    ("social-innovation-policies", "Social Innovation Policies", "Politiche per l’innovazione sociale"),
    ("general", "Everything else", "Tutto il resto"),
)


def load(people: dict[str, Person]) -> None:
    spaces = {
        slug: queries.space_called(slug) or _opened(slug, place) for place, (slug, *_titles) in enumerate(SPACES, 1)
    }
    spaces["gardens-and-commons"] = commands.open_space(
        {"en": "Gardens and commons", "it": "Giardini e beni comuni"},
        summaries={
            "en": "For those who look after a place together with others.",
            "it": "Per chi si prende cura di un luogo insieme ad altri.",
        },
        kind=SpaceKind.PRACTICE,
        visibility=Visibility.PUBLIC,
        by=people["coordinator"],
    )
    for conversation in CONVERSATIONS:
        _have(conversation, spaces[conversation.space], people)


def _opened(slug: str, place: int) -> Space:
    _slug, english, italian = SPACES[place - 1]
    of_module = slug != "general"
    return commands.ensure_space(
        slug,
        place,
        {"en": english, "it": italian},
        place if of_module else None,
        Ref("module", slug) if of_module else None,
        by=None,
    )


def _have(conversation: Conversation, space: Space, people: Mapping[str, Person]) -> None:
    calls = {key: f"@{person.slug}" for key, person in people.items()}
    first, *others = conversation.said
    topic = commands.start_topic(
        space,
        title=conversation.title,
        kind=conversation.kind,
        language=conversation.language,
        text=written(first.text.format(**calls)),
        about=Ref("lesson", f"{conversation.space}/{conversation.lesson}") if conversation.lesson else None,
        by=people[first.who],
    )
    posts = [queries.post_numbered(topic, 1)]
    posts += [commands.reply(topic, text=written(said.text.format(**calls)), by=people[said.who]) for said in others]
    for post, said in zip(posts, conversation.said, strict=True):
        if post is not None:
            _carry_on(topic, post, said, people)


def _carry_on(topic: Topic, post: Post, said: Said, people: Mapping[str, Person]) -> None:
    for key in said.useful_to.split():
        commands.find_useful(post, by=people[key])
    if said.accepted:
        commands.accept_answer(post, by=_author_of(topic, people))
    # the one thing that no command does: it was said some days ago
    at = clock.now() - timedelta(hours=said.hours_ago)
    post.written_at = topic.last_post_at = at
    if post.no == 1:
        topic.started_at = at
    session.flush()


def _author_of(topic: Topic, people: Mapping[str, Person]) -> Person:
    return next(person for person in people.values() if person.id == topic.author_id)
