"""What do lists and searches say of a topic, after one of its posts has gone, come back or come from elsewhere?"""

from academy.community import finding, queries
from academy.community.models import Topic
from academy.kernel.db import session


def count_anew(topic: Topic) -> None:
    session.flush()
    counts = queries.counts_of(topic)
    topic.post_count, topic.answer_count, topic.last_visible_no = counts.posts, counts.answers, counts.last_no
    topic.last_post_at = counts.last_at or topic.last_post_at
    finding.index_topic(topic)
