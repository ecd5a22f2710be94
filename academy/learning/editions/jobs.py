"""What does the worker do?"""

from academy.kernel import jobs
from academy.kernel.logs import logger
from academy.kernel.subjects import Ref
from academy.learning.editions import commands, queries
from academy.notifications.commands import notify


@jobs.job("learning.count_presence")
def count_presence(person_id: int, key: str, anew: bool = True) -> None:
    commands.count_presence(person_id, key, anew=anew, by=None)


@jobs.job("learning.count_session")
def count_session(key: str) -> None:
    """It teaches something else now, or lasts longer: everybody who was there, each in a job of their own."""
    for person_id in queries.people_noted_at(Ref("session", key)):
        jobs.defer("learning.count_presence", person_id=person_id, key=key)


@jobs.job("learning.count_again", slow=True)
def count_again(after: int) -> None:
    """After the rules of completion changed: a stretch of people, then the next. Attendance first: it may stand for more."""
    if after == 0:
        for person_id, one, _minutes in queries.attendances():
            jobs.defer("learning.count_presence", person_id=person_id, key=one.key, anew=False)
    last = commands.count_again(after, by=None)
    if last is not None:
        jobs.defer("learning.count_again", after=last)


@jobs.job("learning.tell_group")
def tell_group(key: str) -> None:
    """Twice is once: the line of an unread message is kept, not doubled."""
    message = queries.message_with_key(key)
    if message is not None:
        notify(
            message.people,
            "learning.message",
            Ref("message", key),
            address=f"/{message.edition.language}/editions/messages/{key}",
            by=None,
            title=message.title,
            name=message.author.name,
            edition=message.edition.title,
            funding=message.edition.funding,
        )


@jobs.job("learning.tell_session")
def tell_session(key: str, kind: str) -> None:
    """`kind`: session_changed or session_cancelled."""
    one = queries.session_with_key(key)
    if one is not None and one.edition.published_at is not None:
        notify(
            queries.enrolled_ids(one.edition),
            f"learning.{kind}",
            one.ref,
            address=f"/{one.edition.language}/editions/{one.edition.slug}",
            by=None,
            title=one.title,
            edition=one.edition.title,
            reason=one.cancelled_because,
            funding=one.edition.funding,
        )


@jobs.every(60 * 24, "forget invitations")
def forget_invitations() -> None:
    commands.forget_invitations(by=None)


@jobs.every(60 * 24, "count progress")
def count_progress() -> None:
    """Figures that differ from their recomputation are a fault of ours: it is written down, and they are set right."""
    if mended := commands.mend_figures(by=None):
        logger.error("figures of progress were wrong", extra={"facts": {"enrolments": mended}})
