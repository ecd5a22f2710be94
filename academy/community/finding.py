"""What can a search find of a topic? Its title, its question and its first answers."""

from academy.community import queries
from academy.community.models import Topic
from academy.kernel.markup import plain
from academy.retrieval import commands as retrieval

MOST_POSTS = 30


def index_topic(topic: Topic) -> None:
    """As it stands now; a hidden topic is found by nobody."""
    if topic.hidden_at is not None:
        retrieval.forget(topic.ref)
        return
    posts = queries.visible_posts(topic, limit=MOST_POSTS)
    retrieval.index(
        topic.ref,
        language=topic.language,
        title=topic.title,
        body="\n".join(plain(post.html) for post in posts),
        updated_at=topic.last_post_at,
    )
