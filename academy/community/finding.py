"""What can a search find of a topic? Its title, its question and its first answers."""

from academy.community import queries
from academy.community.models import Post, Space, Topic, Visibility
from academy.kernel.markup import plain
from academy.retrieval import commands as retrieval

MOST_POSTS = 30


def audience_of(space: Space) -> str:
    """Who finds what is in it: words of the search index."""
    return (
        "public"
        if space.visibility is Visibility.PUBLIC
        else "members"
        if space.visibility is Visibility.MEMBERS
        else f"space:{space.id}"
    )


def index_post(post: Post) -> None:
    """A new one: what is known of its topic stays, and these words are added."""
    topic = post.topic
    if post.no > MOST_POSTS or topic.is_reserved:
        return
    words = plain(post.html)
    if post.no == 1 or not retrieval.add(topic.ref, language=topic.language, body=words, updated_at=post.written_at):
        index_topic(topic)


def index_topic(topic: Topic) -> None:
    """As it stands now; what is hidden or would give something away is found by nobody."""
    if topic.hidden_at is not None or topic.is_reserved:
        retrieval.forget(topic.ref)
        return
    posts = queries.visible_posts(topic, limit=MOST_POSTS)
    retrieval.index(
        topic.ref,
        language=topic.language,
        title=topic.title,
        body="\n".join(plain(post.html) for post in posts),
        audience=audience_of(queries.space_of(topic)),
        updated_at=topic.last_post_at,
    )
