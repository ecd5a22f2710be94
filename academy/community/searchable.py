"""What do search engines read of a question and its answers? schema.org's QAPage, as JSON-LD."""

from collections.abc import Sequence
from typing import Any

from academy.community.models import Post, Topic, TopicKind
from academy.community.queries import PostSeen
from academy.kernel.markup import plain
from academy.kernel.web import external_address

MOST_ANSWERS = 10


def question_data(topic: Topic, posts: Sequence[PostSeen]) -> dict[str, Any] | None:
    """For a question whose first post is on the page; the names of people are theirs and stay out."""
    seen = [line for line in posts if line.post.hidden_at is None]
    if topic.kind is not TopicKind.QUESTION or topic.hidden_at is not None or not seen or seen[0].post.no != 1:
        return None
    answers = [line for line in seen[1:] if line.post.author_id != topic.author_id][:MOST_ANSWERS]
    question: dict[str, Any] = {
        "@type": "Question",
        "name": topic.title,
        "text": plain(seen[0].post.html),
        "answerCount": topic.answer_count,
        "inLanguage": topic.language,
        "dateCreated": topic.started_at.isoformat(),
        "upvoteCount": seen[0].useful,
        "suggestedAnswer": [_answer(line) for line in answers if line.post.no != topic.accepted_no],
    }
    if accepted := [line for line in seen if line.post.no == topic.accepted_no]:
        question["acceptedAnswer"] = _answer(accepted[0])
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}


def _answer(line: PostSeen) -> dict[str, Any]:
    post: Post = line.post
    return {
        "@type": "Answer",
        "text": plain(post.html),
        "url": external_address("community.post", post_id=post.id),
        "upvoteCount": line.useful,
        "dateCreated": post.written_at.isoformat(),
    }
