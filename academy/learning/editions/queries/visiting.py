"""What does everybody see of an edition, and what has the viewer to do with it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.attendance.models import Gate, Presence, Seat, SeatState
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning.editions import rules
from academy.learning.editions.models import Edition, Enrolment, GroupMessage, Session, SessionTrainer
from academy.learning.editions.queries.enrolled import enrolment_of
from academy.learning.editions.rules import Standing
from academy.learning.models import Module
from academy.organisations.models import Membership

MOST_LISTED = 60


def editions_seen_by(viewer: Person | None, *, past: bool = False) -> Sequence[Edition]:
    """Published ones: those one can still join, soonest first; or those that have ended, newest first."""
    wanted = sa.select(Edition).where(Edition.published_at.isnot(None)).options(joinedload(Edition.organisation))
    if past:
        wanted = wanted.where(Edition.ended_at.isnot(None)).order_by(Edition.starts_on.desc(), Edition.id.desc())
    else:
        wanted = wanted.where(Edition.ended_at.is_(None)).order_by(
            Edition.self_paced.desc(), Edition.starts_on, Edition.id
        )
    return session.scalars(wanted.limit(MOST_LISTED)).all()


@dataclass(frozen=True)
class SessionSeen:
    row: Session
    gate: Gate | None
    seat: Seat | None  # of the viewer
    presence: Presence | None  # of the viewer


@dataclass(frozen=True)
class EditionSeen:
    row: Edition
    who: Standing
    sessions: list[SessionSeen]
    gate: Gate | None
    seat: Seat | None  # of the viewer, in the edition
    enrolment: Enrolment | None  # of the viewer


def edition_seen_by(viewer: Person | None, slug: str) -> EditionSeen:
    """An edition with its sessions, and what the viewer has to do with it."""
    edition, who = edition_and_standing(viewer, slug)
    if not rules.may_see_edition(edition, who):
        raise NotFound
    sessions = sessions_of(edition)
    places = _places([edition.ref, *(one.ref for one in sessions)], viewer)
    gate, seat, _presence = places.get(edition.ref, (None, None, None))
    return EditionSeen(
        row=edition,
        who=who,
        sessions=[SessionSeen(one, *places.get(one.ref, (None, None, None))) for one in sessions],
        gate=gate,
        seat=seat,
        enrolment=enrolment_of(viewer.id, edition) if viewer else None,
    )


def _places(about: Iterable[Ref], viewer: Person | None) -> dict[Ref, tuple[Gate | None, Seat | None, Presence | None]]:
    """Gates, and what this viewer holds there, in one statement."""
    person_id = viewer.id if viewer else 0
    wanted = [str(ref) for ref in about]
    rows = session.execute(
        sa.select(Gate, Seat, Presence)
        .outerjoin(
            Seat, (Seat.gate_id == Gate.id) & (Seat.person_id == person_id) & (Seat.state != SeatState.CANCELLED)
        )
        .outerjoin(Presence, (Presence.about == Gate.about) & (Presence.person_id == person_id))
        .where(Gate.about.in_(wanted))
    )
    return {ref: (gate, seat, presence) for gate, seat, presence in rows if (ref := Ref.parsed(gate.about))}


def edition_and_standing(viewer: Person | None, slug: str) -> tuple[Edition, Standing]:
    """Whether the viewer may see it is still to be asked."""
    person_id = viewer.id if viewer else 0
    row = session.execute(
        sa.select(
            Edition,
            sa.exists().where(Membership.person_id == person_id, Membership.organisation_id == Edition.organisation_id),
            sa.exists().where(
                SessionTrainer.person_id == person_id,
                SessionTrainer.session_id == Session.id,
                Session.edition_id == Edition.id,
            ),
        )
        .where(Edition.slug == slug)
        .options(joinedload(Edition.organisation))
    ).first()
    if row is None:
        raise NotFound
    edition, belongs, teaches = row
    return edition, Standing(viewer, frozenset({edition.organisation_id} if belongs else ()), teaches=bool(teaches))


def sessions_of(edition: Edition) -> Sequence[Session]:
    """In order, with their modules and trainers."""
    return (
        session.scalars(
            sa.select(Session)
            .where(Session.edition_id == edition.id)
            .order_by(Session.starts_at, Session.id)
            .options(
                joinedload(Session.modules).options(defer(Module.glossary), defer(Module.outcomes)),
                joinedload(Session.trainers),
            )
        )
        .unique()
        .all()
    )


def session_and_standing(viewer: Person | None, key: str) -> tuple[Session, Standing]:
    """A session with its edition, modules and trainers. Whether the viewer may see it is still to be asked."""
    person_id = viewer.id if viewer else 0
    row = (
        session.execute(
            sa.select(
                Session,
                sa.exists().where(
                    Membership.person_id == person_id, Membership.organisation_id == Edition.organisation_id
                ),
            )
            .join(Session.edition)
            .where(Session.key == key)
            .options(
                contains_eager(Session.edition).joinedload(Edition.organisation),
                joinedload(Session.modules).options(defer(Module.glossary)),
                joinedload(Session.trainers),
            )
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotFound
    found, belongs = row
    own = frozenset({found.edition.organisation_id} if belongs else ())
    teaches_here = any(trainer.id == person_id for trainer in found.trainers)
    return found, Standing(viewer, own, teaches=teaches_here or _teaches_in(person_id, found.edition_id))


def _teaches_in(person_id: int, edition_id: int) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    SessionTrainer.person_id == person_id,
                    SessionTrainer.session_id == Session.id,
                    Session.edition_id == edition_id,
                )
            )
        )
    )


def session_with_key(key: str) -> Session | None:
    return (
        session.scalars(
            sa.select(Session)
            .join(Session.edition)
            .where(Session.key == key)
            .options(contains_eager(Session.edition), joinedload(Session.modules).options(defer(Module.glossary)))
        )
        .unique()
        .first()
    )


def edition_with_id(edition_id: int) -> Edition:
    return session.get_one(Edition, edition_id)


def self_paced() -> Edition | None:
    return session.scalars(sa.select(Edition).where(Edition.self_paced)).first()


def message_seen_by(viewer: Person, key: str) -> GroupMessage:
    """By who wrote it and to whom it was written."""
    found = session.scalars(
        sa.select(GroupMessage).where(GroupMessage.key == key).options(joinedload(GroupMessage.author))
    ).first()
    if found is None or (viewer.id != found.author_id and viewer.id not in found.people):
        raise NotFound
    return found
