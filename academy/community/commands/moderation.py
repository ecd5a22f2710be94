"""What can be done about posts that do not belong here: report, hold, claim, decide, object."""

from datetime import datetime

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.community import queries, rules
from academy.community.counting import count_anew
from academy.community.events import (
    AppealDecided,
    AppealMade,
    FlagsDecided,
    PostFlagged,
    PostHeld,
    PostHidden,
    PostShownAgain,
    ReviewDecided,
)
from academy.community.models import (
    Action,
    Appeal,
    Decision,
    Flag,
    FlagKind,
    FlagOutcome,
    Ground,
    Post,
    Review,
    ReviewKind,
)
from academy.community.moderated import reports_of_others, things_of
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key


def _open(column: str) -> sa.TextClause:
    """One for a thing, however many report it; a new report tells who is deciding that there is more to read."""
    return sa.text(
        f"INSERT INTO reviews ({column}, kind, version, opened_at) VALUES (:about, :kind, 1, :now)"  # noqa: S608  # two constants
        f" ON CONFLICT ({column}) WHERE decided_at IS NULL DO UPDATE SET version = reviews.version + 1"
    ).bindparams(sa.bindparam("now", type_=Review.opened_at.type))


_OPEN, _OPEN_ABOUT = _open("post_id"), _open("about")


def _open_review(post: Post, kind: ReviewKind) -> None:
    session.execute(_OPEN, {"about": post.id, "kind": kind.value, "now": clock.now()})


def ask_for_review(about: Ref, *, by: Person) -> None:
    """Somebody reported a thing of another feature."""
    require(rules.may_follow(by=by))
    session.execute(_OPEN_ABOUT, {"about": str(about), "kind": ReviewKind.FLAGGED.value, "now": clock.now()})


def drop_review(about: Ref, author_id: int, *, by: Person | None) -> None:
    """Its author shows it no more: there is nothing left to decide."""
    require(rules.may_drop_review(author_id, by=by))
    if (review := queries.open_review_about(about)) is not None:
        review.decided_at, review.version = clock.now(), review.version + 1


def flag_post(post: Post, *, kind: FlagKind, text: str, by: Person) -> None:
    """Ask the moderators to look at it. A second report by the same person says the first one better."""
    require(rules.may_flag_post(post, by=by))
    flag = queries.flag_waiting_of(by, post)
    if flag is None:
        flag = Flag(post_id=post.id, person_id=by.id, flagged_at=clock.now())
        session.add(flag)
    flag.kind, flag.text = kind, text
    _open_review(post, ReviewKind.FLAGGED)
    publish(PostFlagged(by=by.id, post_id=post.id, kind=kind))


def hold_post(post: Post, *, by: Person) -> None:
    """Written by somebody new, with a link: nobody sees it until a moderator has read it."""
    require(rules.may_follow(by=by))
    post.hidden_at, post.held = clock.now(), True
    _follow_with_the_topic(post)
    _open_review(post, ReviewKind.HELD)
    publish(PostHeld(by=by.id, post_id=post.id))


def claim_review(review: Review, *, by: Person) -> None:
    """So that two do not read the same; it lasts half an hour."""
    require(rules.may_claim(review, by=by, now=clock.now()))
    values = {"claimed_by_id": by.id, "claimed_until": clock.now() + rules.CLAIM_LASTS}
    _at_its_version(review, review.version, values)


def decide_review(review: Review, *, action: Action, ground: Ground, text: str, version: int, by: Person) -> Decision:
    """`version` is the one that the moderator had before them."""
    thing = things_of([review]).get(review)
    if thing is None:
        raise Refused(Verdict(say("What it was about is no longer there."), 409))
    require(rules.may_decide(thing.author_id, ground=ground, action=action, text=text, by=by))
    require(rules.may_claim(review, by=by, now=clock.now()))
    _at_its_version(review, version, {"decided_at": clock.now()})
    if review.post is not None:
        lock_row(review.post.topic)
        return _carry_out(review.post, review.kind, action=action, ground=ground, text=text, by=by)
    reports = len(reports_of_others([review]).get(review, ()))
    decision = _log(review.about, thing.author_id, action=action, ground=ground, text=text, reports=reports, by=by)
    publish(
        ReviewDecided(
            by=by.id,
            about=review.about or "",
            decision=decision.key,
            hidden=action is Action.HIDDEN,
            because=text,
        )
    )
    return decision


def _at_its_version(review: Review, version: int, values: dict[str, object]) -> None:
    done = session.execute(
        sa.update(Review)
        .where(Review.id == review.id, Review.version == version, Review.decided_at.is_(None))
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # of a CursorResult
        raise Refused(
            Verdict(
                say("In the meantime somebody has decided this, or reported it again. Look at it as it is now."), 409
            )
        )
    session.refresh(review, [column.key for column in sa.inspect(Review).column_attrs])


def hide_post(post: Post, *, because: str, ground: Ground = Ground.OFF_TOPIC, by: Person) -> None:
    """A moderator saw it themselves, or it waits in the queue: with its first post a topic goes as well."""
    require(rules.may_decide(post.author_id, ground=ground, action=Action.HIDDEN, text=because, by=by))
    lock_row(post.topic)
    if post.hidden_at is None or post.held:
        _carry_out(post, _close_review(post), action=Action.HIDDEN, ground=ground, text=because, by=by)


def leave_post(post: Post, *, because: str = "", by: Person) -> None:
    """It was reported, and it stays."""
    require(rules.may_decide(post.author_id, ground=Ground.NONE, action=Action.LEFT, text=because, by=by))
    lock_row(post.topic)
    if kind := _close_review(post):
        _carry_out(post, kind, action=Action.LEFT, ground=Ground.NONE, text=because, by=by)


def _close_review(post: Post) -> ReviewKind | None:
    review = queries.open_review_of(post)
    if review is None:
        return None
    review.decided_at, review.version = clock.now(), review.version + 1
    return review.kind


def _carry_out(
    post: Post, kind: ReviewKind | None, *, action: Action, ground: Ground, text: str, by: Person
) -> Decision:
    """Everybody concerned is told, with the reason and the way to object."""
    reports = _decide_flags(post, FlagOutcome.HIDDEN if action is Action.HIDDEN else FlagOutcome.LEFT, by=by)
    decision = Decision(
        key=random_key(12),
        post_id=post.id,
        author_id=post.author_id,
        by_id=by.id,
        kind=kind,
        action=action,
        ground=ground,
        text=text,
        reports=len(reports),
        at=clock.now(),
    )
    session.add(decision)
    if action is Action.HIDDEN:
        _hide(post, text, by=by)
    elif post.held:
        _show(post, by=by)
    session.flush()
    jobs.defer("community.decided", decision_id=decision.id, reporters=reports)
    return decision


def note_decision(
    about: Ref, author_id: int, *, action: Action, ground: Ground, text: str, reports: int, by: Person
) -> Decision:
    """About a thing of another feature, which carries it out and tells whom it concerns; not while somebody else is looking at it."""
    require(rules.may_decide(author_id, ground=ground, action=action, text=text, by=by))
    if (review := queries.open_review_about(about)) is not None:
        require(rules.may_claim(review, by=by, now=clock.now()))
        _at_its_version(review, review.version, {"decided_at": clock.now()})
    return _log(str(about), author_id, action=action, ground=ground, text=text, reports=reports, by=by)


def _log(
    about: str | None, author_id: int, *, action: Action, ground: Ground, text: str, reports: int, by: Person
) -> Decision:
    decision = Decision(
        key=random_key(12),
        about=about,
        author_id=author_id,
        by_id=by.id,
        kind=ReviewKind.FLAGGED if reports else None,
        action=action,
        ground=ground,
        text=text,
        reports=reports,
        at=clock.now(),
    )
    session.add(decision)
    session.flush()
    return decision


def _hide(post: Post, because: str, *, by: Person) -> None:
    post.hidden_at, post.hidden_because, post.held = post.hidden_at or clock.now(), because[:300], False
    if post.topic.accepted_no == post.no:
        post.topic.accepted_no = None
    _follow_with_the_topic(post)
    publish(PostHidden(by=by.id, post_id=post.id, because=because))


def _show(post: Post, *, by: Person) -> None:
    held = post.held
    post.hidden_at, post.hidden_because, post.held = None, "", False
    _follow_with_the_topic(post)
    if held:
        jobs.defer("community.post_written", post_id=post.id)
    publish(PostShownAgain(by=by.id, post_id=post.id))


def show_post_again(post: Post, *, by: Person) -> None:
    require(rules.may_moderate(by))
    lock_row(post.topic)
    if post.hidden_at is not None:
        _close_review(post)
        _show(post, by=by)


def _follow_with_the_topic(post: Post) -> None:
    if post.no == 1:
        post.topic.hidden_at = post.hidden_at
    count_anew(post.topic)


def _decide_flags(post: Post, outcome: FlagOutcome, *, by: Person) -> list[int]:
    """The people who reported it."""
    flags = queries.flags_waiting_on(post)
    for flag in flags:
        flag.decided_at, flag.decided_by_id, flag.outcome = clock.now(), by.id, outcome
    if flags:
        publish(FlagsDecided(by=by.id, post_id=post.id, outcome=outcome))
    return [flag.person_id for flag in flags]


# --- Objections ----------------------------------------------------------------------------------------------------


def appeal(decision: Decision, *, text: str, by: Person) -> Appeal:
    concerned = queries.is_concerned(by, decision)
    known = queries.appeal_of(by, decision)
    require(rules.may_appeal(decision, known, concerned=concerned, by=by, now=clock.now()))
    made = Appeal(decision_id=decision.id, person_id=by.id, text=text, appealed_at=clock.now())
    session.add(made)
    session.flush()
    jobs.defer("community.appeal_made", appeal_id=made.id)
    publish(AppealMade(by=by.id, decision=decision.key))
    return made


def decide_appeal(found: Appeal, *, upheld: bool, answer: str, version: int, by: Person) -> None:
    """If the decision does not stand, what it did is undone: a hidden post comes back, one that was left goes. Whoever hears of it does the same
    with a thing of another feature."""
    require(rules.may_decide_appeal(found, by=by))
    done = session.execute(
        sa.update(Appeal)
        .where(Appeal.id == found.id, Appeal.version == version, Appeal.decided_at.is_(None))
        .values(version=version + 1, decided_at=clock.now(), decided_by_id=by.id, upheld=upheld, answer=answer)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # of a CursorResult
        raise Refused(Verdict(say("Somebody else has decided this already."), 409))
    decision = found.decision
    if decision.post is not None and not upheld:
        _undo(decision.post, decision.action, answer, by=by)
    jobs.defer("community.appeal_decided", appeal_id=found.id)
    publish(AppealDecided(by=by.id, decision=decision.key, upheld=upheld, about=decision.about or ""))


def _undo(post: Post, action: Action, answer: str, *, by: Person) -> None:
    lock_row(post.topic)
    if action is Action.HIDDEN and post.hidden_at is not None:
        _show(post, by=by)
    elif action is Action.LEFT and post.hidden_at is None:
        _hide(post, answer, by=by)


def note_reminder(review: Review, *, at: datetime, by: Person | None) -> None:
    """People have been written to because it waits."""
    require(rules.may_recognise(by=by))
    review.reminded_at = at
