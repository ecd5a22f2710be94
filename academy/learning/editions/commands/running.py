"""How is an edition set up, announced and ended?"""

from dataclasses import asdict, dataclass
from datetime import date

from academy.accounts.models import Person
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.slugs import slug_of
from academy.learning import rules as course_rules
from academy.learning.editions import queries, rules
from academy.learning.editions.events import EditionChanged, EditionEnded
from academy.learning.editions.models import Edition, Mode
from academy.learning.editions.rules import Standing
from academy.organisations.models import Organisation


@dataclass(frozen=True)
class Announcement:
    """What is said of an edition."""

    title: str
    summary: str
    language: str
    country: str
    mode: Mode
    nuts2: str = ""
    municipality: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    time_zone: str = "Europe/Rome"
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    funding: str = ""
    contact: str = ""


def create_edition(
    said: Announcement,
    organisation: Organisation,
    *,
    seats: int | None,
    who: Standing,
    by: Person | None,
    example: bool = False,
) -> Edition:
    """A draft, which only those who work on it see."""
    require(rules.may_create_edition(who, organisation.id))
    require(rules.period_fits(said.starts_on, said.ends_on))
    slug = slug_of(said.title, otherwise="edition")
    require(rules.slug_fits(slug, taken=queries.slug_taken(slug)))
    edition = Edition(
        slug=slug,
        self_paced=False,
        organisation_id=organisation.id,
        created_at=clock.now(),
        example=example,
        **asdict(said),
    )
    session.add(edition)
    session.flush()
    attendance.set_gate(edition.ref, capacity=seats, open=False, runs=True, by=by)
    publish(EditionChanged(by=by.id if by else None, edition=slug))
    return edition


def change_edition(edition: Edition, said: Announcement, *, seats: int | None, who: Standing, by: Person) -> None:
    """Its address stays, whatever it is called now."""
    require(rules.may_run_edition(edition, who))
    require(rules.period_fits(said.starts_on, said.ends_on))
    for name, value in asdict(said).items():
        setattr(edition, name, value)
    session.flush()
    attendance.set_gate(edition.ref, capacity=seats, open=_open(edition), runs=True, by=by)
    publish(EditionChanged(by=by.id, edition=edition.slug))


def publish_edition(edition: Edition, *, who: Standing, by: Person | None) -> None:
    """Everybody sees it, and can enrol."""
    require(rules.may_run_edition(edition, who))
    if edition.published_at is not None:
        return
    edition.published_at = clock.now()
    gate = attendances.gate_of(edition.ref)
    attendance.set_gate(edition.ref, capacity=gate.capacity if gate else None, open=True, runs=True, by=by)
    publish(EditionChanged(by=by.id if by else None, edition=edition.slug))


def end_edition(edition: Edition, *, who: Standing, by: Person) -> None:
    """Nobody enrols any more, its people are alumni. All of it stays readable, and so does what they have done."""
    require(rules.may_end(edition, who))
    if edition.ended_at is not None:
        return
    edition.ended_at = clock.now()
    gate = attendances.gate_of(edition.ref)
    attendance.set_gate(edition.ref, capacity=gate.capacity if gate else None, open=False, runs=True, by=by)
    publish(EditionEnded(by=by.id, edition=edition.slug, people=tuple(sorted(queries.enrolled_ids(edition)))))


def ensure_self_paced(*, title: str, summary: str, language: str, by: Person | None) -> Edition:
    """The online edition, which is there as soon as there is a course."""
    require(course_rules.may_import(by=by))
    edition = queries.self_paced()
    if edition is None:
        now = clock.now()
        edition = Edition(
            slug=rules.ONLINE_SLUG,
            self_paced=True,
            title=title,
            summary=summary,
            language=language,
            mode=Mode.ONLINE,
            created_at=now,
            published_at=now,
        )
        session.add(edition)
        session.flush()
        attendance.set_gate(edition.ref, capacity=None, open=True, runs=True, by=None)
        publish(EditionChanged(by=by.id if by else None, edition=edition.slug))
    return edition


def _open(edition: Edition) -> bool:
    return edition.published_at is not None and edition.ended_at is None
