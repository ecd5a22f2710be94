"""What time is it where people meet? Times are typed and shown in the zone of the edition, and kept as instants."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_location

from academy.kernel.i18n import Sentence, language, say
from academy.learning.editions.models import Edition, Session

ZONES = (
    "Europe/Rome", "Europe/Berlin", "Europe/Vienna", "Europe/Budapest", "Europe/Ljubljana", "Europe/Bratislava",
    "Europe/Warsaw",
)  # fmt: skip


def instant(day: date, at: time, zone: str) -> datetime:
    """The moment at which clocks in this zone show that time."""
    return datetime.combine(day, at, ZoneInfo(zone))


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def day_of(one: Session, zone: str) -> str:
    """Saturday 21 November 2026"""
    return str(format_date(local(one.starts_at, zone), _pattern(), locale=_locale()))


def hours_of(one: Session, zone: str) -> str:
    """9:00–13:00, or with the day of its end where that is another"""
    starts, ends = local(one.starts_at, zone), local(one.ends_at, zone)
    begin = format_time(starts, "HH:mm", locale=_locale())
    if starts.date() == ends.date():
        return f"{begin}–{format_time(ends, 'HH:mm', locale=_locale())}"
    return f"{begin} – {format_datetime(ends, 'd MMM HH:mm', locale=_locale())}"


def day_and_month(one: Session, zone: str) -> tuple[str, str, str]:
    """For a calendar leaf: 21, Nov, 2026-11-21"""
    starts = local(one.starts_at, zone)
    return str(starts.day), str(format_date(starts, "MMM", locale=_locale())), starts.date().isoformat()


def clock_of(zone: str) -> Sentence:
    """Whose time it is."""
    return say("time of %(city)s", city=get_timezone_location(ZoneInfo(zone), locale=_locale(), return_city=True))


def zone_choices() -> dict[str, str]:
    return {zone: str(get_timezone_location(ZoneInfo(zone), locale=_locale(), return_city=True)) for zone in ZONES}


def period_of(edition: Edition) -> str:
    """3 October – 12 December 2026"""
    starts, ends = edition.starts_on, edition.ends_on
    if starts is None:
        return ""
    if ends is None:
        return str(say("from %(day)s", day=_long(starts)))
    if starts.year == ends.year:
        return f"{format_date(starts, 'd MMMM', locale=_locale())} – {_long(ends)}"
    return f"{_long(starts)} – {_long(ends)}"


def _long(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale=_locale()))


def _pattern() -> str:
    return "EEEE d MMMM y"


def _locale() -> str:
    return "en_GB" if language() == "en" else language()
