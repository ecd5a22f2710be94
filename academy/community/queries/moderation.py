"""What waits for a moderator, what was decided, and whom does it concern?"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.community.models import Appeal, Decision, Flag, Post, Review, Topic
from academy.community.moderated import Report, had_reported, reports_of_others
from academy.community.rules import FLAG_KINDS
from academy.kernel.db import session
from academy.kernel.subjects import Ref

MOST_COUNTED = 100


def flags_waiting_on(post: Post) -> Sequence[Flag]:
    return session.scalars(sa.select(Flag).where(Flag.post_id == post.id, Flag.decided_at.is_(None))).all()


def flag_waiting_of(person: Person, post: Post) -> Flag | None:
    return session.scalars(
        sa.select(Flag).where(Flag.post_id == post.id, Flag.person_id == person.id, Flag.decided_at.is_(None))
    ).first()


MOST_REPEATED = 20


def numbers_that_repeat(post: Post) -> Sequence[int]:
    """The posts of the same topic in which its words stand as a quote, by number: to hide it does not hide them."""
    repeats = Post.html.contains(f'/community/p/{post.id}"', autoescape=True)
    found = sa.select(Post.no).where(Post.topic_id == post.topic_id, Post.hidden_at.is_(None), repeats)
    return session.scalars(found.order_by(Post.no).limit(MOST_REPEATED)).all()


# --- The queue -----------------------------------------------------------------------------------------------------

_WITH_POST = (
    joinedload(Review.post).joinedload(Post.topic).joinedload(Topic.space),
    joinedload(Review.post).joinedload(Post.author),
    joinedload(Review.claimed_by),
)


def reviews_waiting(*, after: int = 0, limit: int = 20) -> Sequence[Review]:
    """The oldest first."""
    return session.scalars(
        sa.select(Review)
        .where(Review.decided_at.is_(None), Review.id > after)
        .options(*_WITH_POST)
        .order_by(Review.id)
        .limit(limit)
    ).all()


def reviews_waiting_count() -> int:
    """Reviews and appeals, at most a hundred."""
    reviews = sa.select(Review.id).where(Review.decided_at.is_(None)).limit(MOST_COUNTED).subquery()
    appeals = sa.select(Appeal.id).where(Appeal.decided_at.is_(None)).limit(MOST_COUNTED).subquery()
    counts = [sa.select(sa.func.count()).select_from(found).scalar_subquery() for found in (reviews, appeals)]
    return session.scalar(sa.select(counts[0] + counts[1])) or 0


def review_with_id(review_id: int) -> Review:
    found = session.scalars(sa.select(Review).where(Review.id == review_id).options(*_WITH_POST)).first()
    if found is None:
        raise NotFound
    return found


def open_review_of(post: Post) -> Review | None:
    return session.scalars(sa.select(Review).where(Review.post_id == post.id, Review.decided_at.is_(None))).first()


def open_review_about(about: Ref) -> Review | None:
    return session.scalars(
        sa.select(Review).where(Review.about == str(about), Review.decided_at.is_(None)).options(*_WITH_POST)
    ).first()


def reports_on(reviews: Sequence[Review]) -> dict[Review, list[Report]]:
    """What was said of each, and still waits."""
    flags = flags_on([review for review in reviews if review.post_id is not None])
    posts = {
        review: [
            Report(str(FLAG_KINDS[flag.kind]), flag.text, flag.person.name, flag.flagged_at)
            for flag in flags.get(review.post_id or 0, ())
        ]
        for review in reviews
    }
    return {**posts, **reports_of_others(reviews)}


def flags_on(reviews: Sequence[Review]) -> dict[int, list[Flag]]:
    """What was said of each post, by its id: what still waits."""
    found: dict[int, list[Flag]] = {}
    for flag in session.scalars(
        sa.select(Flag)
        .where(Flag.post_id.in_([review.post_id for review in reviews]), Flag.decided_at.is_(None))
        .options(joinedload(Flag.person))
        .order_by(Flag.id)
    ):
        found.setdefault(flag.post_id, []).append(flag)
    return found


def reviews_to_remind_of(*, opened_before: datetime, limit: int = 100) -> Sequence[Review]:
    return session.scalars(
        sa.select(Review)
        .where(Review.decided_at.is_(None), Review.opened_at < opened_before)
        .options(*_WITH_POST)
        .order_by(Review.id)
        .limit(limit)
    ).all()


# --- Decisions and objections --------------------------------------------------------------------------------------


_ITS_POST = joinedload(Decision.post).options(joinedload(Post.topic).joinedload(Topic.space), joinedload(Post.author))


def decision_with_key(key: str) -> Decision:
    found = session.scalars(sa.select(Decision).where(Decision.key == key).options(_ITS_POST)).first()
    if found is None:
        raise NotFound
    return found


def decision_with_id(decision_id: int) -> Decision | None:
    return session.scalars(sa.select(Decision).where(Decision.id == decision_id).options(_ITS_POST)).first()


def decision_about(ref: Ref) -> Decision | None:
    """The newest about a thing of another feature."""
    return session.scalars(
        sa.select(Decision).where(Decision.about == str(ref)).order_by(Decision.id.desc()).limit(1)
    ).first()


def is_concerned(person: Person, decision: Decision) -> bool:
    """Wrote it, or reported it before the decision."""
    if decision.about is not None:
        return person.id == decision.author_id or had_reported(person.id, decision)
    reported = sa.exists().where(
        Flag.post_id == decision.post_id, Flag.person_id == person.id, Flag.flagged_at <= decision.at
    )
    return person.id == decision.author_id or bool(session.scalar(sa.select(reported)))


def appeal_of(person: Person, decision: Decision) -> Appeal | None:
    return session.scalars(
        sa.select(Appeal).where(Appeal.decision_id == decision.id, Appeal.person_id == person.id)
    ).first()


def newest_appeal_on(decision: Decision) -> Appeal | None:
    """The one that was decided last, as the database has it now."""
    return session.scalars(
        sa.select(Appeal)
        .where(Appeal.decision_id == decision.id, Appeal.decided_at.isnot(None))
        .order_by(Appeal.decided_at.desc(), Appeal.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


_WITH_DECISION = joinedload(Appeal.decision).options(_ITS_POST)


def appeals_waiting(*, limit: int = 50) -> Sequence[Appeal]:
    return session.scalars(
        sa.select(Appeal).where(Appeal.decided_at.is_(None)).options(_WITH_DECISION).order_by(Appeal.id).limit(limit)
    ).all()


def appeal_with_id(appeal_id: int) -> Appeal:
    found = session.scalars(sa.select(Appeal).where(Appeal.id == appeal_id).options(_WITH_DECISION)).first()
    if found is None:
        raise NotFound
    return found


def decision_log(*, since: datetime) -> Iterator[tuple[Decision, Appeal | None]]:
    """Everything decided since then, oldest first, with what was objected."""
    rows = session.execute(
        sa.select(Decision, Appeal)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(Decision.at >= since)
        .order_by(Decision.id)
    )
    return ((decision, found) for decision, found in rows)
