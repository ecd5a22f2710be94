"""What is allowed, what follows? Pure: no database, no request, no clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say
from academy.notifications.models import Rhythm

MORNING = time(7, 0)  # on the person's clock
SETTLED = timedelta(minutes=1)  # writes that began before the end of a window are in by then
MOST_IGNORED = 4
LIMITS = (0, 3, 5, 10, 20)  # messages a day that come at once
DIGEST = "digest"  # a list of its own for the unsubscribe link

# The part of a kind before its dot, and how a person knows it.
GROUPS: dict[str, Sentence] = {
    "community": say("Answers and news in the forum"),
    "marketplace": say("Interest in your needs and offers"),
    "organisations": say("The organisations that you write for"),
    "accounts": say("Your roles"),
    "learning": say("The course"),
    "meetings": say("Meetings"),
    "assessment": say("Marks of your quizzes"),
}
LISTS: dict[str, Sentence] = {**GROUPS, DIGEST: say("The digest of the platform")}

# Why something reached a person: the group says it unless the news knows better.
REASONS: dict[str, Sentence] = {
    "called": say("You get this because somebody called you by name."),
    "quoted": say("You get this because somebody quoted you."),
    "wrote": say("You get this because you began the topic."),
    "topic": say("You get this because you follow the topic."),
    "space": say("You get this because you follow the space."),
    "author": say("You get this because it is about a post of yours."),
    "reporter": say("You get this because you reported it."),
    "comment": say("You get this because the piece is yours, or you have commented on it."),
    "helper": say("You get this because you run this edition or teach in it."),
    "moderator": say("You get this because you look after the forum."),
    "welcome": say("You get this because you finished this module and may know the answer."),
    "community": say("You get this because you take part in the topic."),
    "conversation": say("You get this because you are in a conversation about it."),
    "reviewer": say("You get this because you look after the marketplace."),
    "searcher": say("You get this because you have saved this search."),
    "marketplace": say("You get this because it is about a need or an offer of yours."),
    "invited": say("You get this because somebody has invited you."),
    "organisations": say("You get this because you write, or wrote, for the organisation."),
    "accounts": say("You get this because it is about your account."),
    "learning": say("You get this because you follow the course."),
    "meetings": say("You get this because you signed up for the meeting."),
    "assessment": say("You get this because it is about a quiz that you took."),
}

RHYTHMS: dict[Rhythm, Sentence] = {
    Rhythm.DAILY: say("Every morning, when there is something"),
    Rhythm.WEEKLY: say("On Monday morning"),
    Rhythm.MONTHLY: say("On the first of the month"),
    Rhythm.OFF: say("Never"),
}
_SLOWER = {Rhythm.DAILY: Rhythm.WEEKLY, Rhythm.WEEKLY: Rhythm.MONTHLY, Rhythm.MONTHLY: Rhythm.OFF}


def group_of(kind: str) -> str:
    """`community.replied` belongs to `community`."""
    return kind.partition(".")[0]


def reason_of(kind: str, because: str) -> Sentence:
    return REASONS.get(because) or REASONS.get(group_of(kind)) or REASONS["learning"]


def next_digest(after: datetime, rhythm: Rhythm, time_zone: str) -> datetime | None:
    """The first morning after this instant that suits the rhythm, on the person's clock: summer time changes nothing."""
    if rhythm is Rhythm.OFF:
        return None
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while not (_suits(day, rhythm) and _morning(day, zone) > after):
        day += timedelta(days=1)
    return _morning(day, zone)


def window_end(planned: datetime, now: datetime, time_zone: str) -> datetime:
    """Where a digest ends that is made now: the morning it was planned for, or the last one if it comes days late."""
    zone = ZoneInfo(time_zone)
    last = _morning((now - SETTLED).astimezone(zone).date(), zone)
    if last > now - SETTLED:
        last = _morning((now - SETTLED).astimezone(zone).date() - timedelta(days=1), zone)
    return max(planned, last)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _suits(day: date, rhythm: Rhythm) -> bool:
    return rhythm is Rhythm.DAILY or (day.weekday() == 0 if rhythm is Rhythm.WEEKLY else day.day == 1)


def rhythm_after(rhythm: Rhythm, ignored: int) -> Rhythm:
    """Who never comes after a digest gets fewer, and in the end none."""
    return _SLOWER.get(rhythm, rhythm) if ignored >= MOST_IGNORED else rhythm


def today_in(time_zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def may_change_mail(person_id: int, name: str, *, by: Person | None) -> Verdict:
    """Your own; and without a sign-in by the link of a message, which names person and list."""
    if name not in LISTS:
        return Verdict(say("There are no such messages."), 404)
    return ALLOWED if by is None or by.id == person_id else Verdict(say("Only the person can change this."), 403)


def may_read_news(person_id: int, *, by: Person) -> Verdict:
    return ALLOWED if by.id == person_id else Verdict(say("This is not your inbox."), 404)


def may_announce(*, by: Person | None) -> Verdict:
    if by is not None and by.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Coordinators write to everybody."), 403 if by else 401)


def may_keep_inboxes(*, by: Person | None) -> Verdict:
    return ALLOWED if by is None else Verdict(say("The platform does this itself."), 403)
