"""Who has written to whom?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.organisations.models import Membership
from marketplace import rules
from marketplace.models import (
    Interest,
    InterestState,
    Listing,
    Message,
    Report,
)

Counts = Mapping[InterestState, int]


def interest_from(person: Person | None, listing: Listing) -> Interest | None:
    """What this person, or an organisation of theirs, has sent about a listing."""
    return interest_and_counts(person, listing)[0]


def interest_and_counts(person: Person | None, listing: Listing) -> tuple[Interest | None, Counts]:
    """The same, and how many others have written; in one statement."""
    first: sa.ColumnElement[Any] = sa.null()
    if person is not None:
        sent = aliased(Interest)
        ours = sa.select(Membership.organisation_id).where(Membership.person_id == person.id)
        alone = sa.and_(sent.person_id == person.id, sent.organisation_id.is_(None))
        first = (
            sa.select(sa.func.min(sent.id))
            .where(sent.listing_id == listing.id, sa.or_(alone, sent.organisation_id.in_(ours)))
            .scalar_subquery()
        )
    of_it = aliased(Interest)
    counts = [
        sa.select(sa.func.count()).where(of_it.listing_id == listing.id, of_it.state == state).scalar_subquery()
        for state in InterestState
    ]
    own, *numbers = session.execute(
        sa.select(Interest, *counts)
        .select_from(Listing)
        .outerjoin(Interest, Interest.id == first)
        .where(Listing.id == listing.id)
    ).one()
    return own, dict(zip(InterestState, numbers, strict=True))


@dataclass(frozen=True)
class Interests:
    """Those who wait for an answer first, and how many there are of each state."""

    some: Sequence[Interest]
    counts: Counts


def interests_about(listing: Listing, *, limit: int = 200) -> tuple[Interests, Interests]:
    """For the side of the listing, in one statement: who would like to talk, and to whom they have written with it in hand."""
    came = Interest.listing_id == listing.id
    rows = session.execute(
        sa.select(Interest, sa.func.count().over(partition_by=[came, Interest.state]))
        .where(sa.or_(came, Interest.with_listing_id == listing.id))
        .options(
            joinedload(Interest.person),
            joinedload(Interest.organisation),
            joinedload(Interest.listing).joinedload(Listing.organisation),
        )
        .order_by(sa.case((Interest.state == InterestState.WAITING, 0), else_=1), Interest.id.desc())
        .limit(limit)
    ).all()
    sides = ([row for row in rows if (row[0].listing_id == listing.id) is here] for here in (True, False))
    to_us, by_us = (Interests([row[0] for row in side], {row[0].state: row[1] for row in side}) for side in sides)
    return to_us, by_us


def interest_counts(listings: Iterable[Listing]) -> dict[int, dict[InterestState, int]]:
    ids = [listing.id for listing in listings]
    counts: dict[int, dict[InterestState, int]] = {}
    if ids:
        rows = session.execute(
            sa.select(Interest.listing_id, Interest.state, sa.func.count())
            .where(Interest.listing_id.in_(ids))
            .group_by(Interest.listing_id, Interest.state)
        )
        for listing_id, state, number in rows:
            counts.setdefault(listing_id, {})[state] = number
    return counts


def interests_shown_by(person: Person, mine: Collection[int], *, limit: int = 100) -> Sequence[Interest]:
    """What this person or their organisations have written about, newest first."""
    return session.scalars(
        sa.select(Interest)
        .where(
            sa.or_(
                sa.and_(Interest.person_id == person.id, Interest.organisation_id.is_(None)),
                Interest.organisation_id.in_(mine),
            )
        )
        .options(joinedload(Interest.listing).joinedload(Listing.organisation))
        .order_by(Interest.id.desc())
        .limit(limit)
    ).all()


def interest_seen_by(viewer: Person, key: str, mine: Collection[int]) -> Interest:
    """With everything its page shows, for the two sides alone."""
    interest = session.scalars(_whole_interests().where(Interest.key == key)).first()
    if interest is None or not rules.may_see(viewer, interest, mine):
        raise NotFound
    return interest


def interest_with_id(interest_id: int) -> Interest | None:
    return session.scalars(_whole_interests().where(Interest.id == interest_id)).first()


_goes_on = Interest.state.in_((InterestState.WAITING, InterestState.ACCEPTED))
# on whose side a message stands; nobody's where a person wrote as themselves
_side_of_message = sa.case((Message.from_owner, Listing.organisation_id), else_=Interest.organisation_id)


def interests_of_organisation(organisation_id: int) -> Sequence[Interest]:
    """On whichever side it stands, those that have not ended."""
    of_it = sa.or_(Listing.organisation_id == organisation_id, Interest.organisation_id == organisation_id)
    return session.scalars(
        sa.select(Interest).join(Interest.listing).where(of_it, _goes_on).order_by(Interest.id)
    ).all()


def interests_written_in(organisation_id: int, person_id: int) -> Sequence[Interest]:
    """Those that have not ended, and in which this person wrote for the organisation or showed their address."""
    wrote = (
        sa.select(Message.interest_id)
        .join(Message.interest)
        .join(Interest.listing)
        .where(Message.author_id == person_id, _side_of_message == organisation_id)
    )
    showed = sa.or_(
        sa.and_(Interest.address_of_owner_id == person_id, Listing.organisation_id == organisation_id),
        sa.and_(Interest.address_of_sender_id == person_id, Interest.organisation_id == organisation_id),
    )
    return session.scalars(
        sa.select(Interest)
        .join(Interest.listing)
        .where(sa.or_(Interest.id.in_(wrote), showed), _goes_on)
        .order_by(Interest.id)
    ).all()


def interests_of_person_alone(person_id: int) -> Sequence[Interest]:
    """Those that somebody began as themselves, also what has ended."""
    return session.scalars(
        sa.select(Interest)
        .where(Interest.person_id == person_id, Interest.organisation_id.is_(None))
        .options(joinedload(Interest.listing))
        .order_by(Interest.id)
    ).all()


def interests_with_address_of(person_id: int) -> Sequence[Interest]:
    return session.scalars(
        sa.select(Interest).where(
            sa.or_(Interest.address_of_owner_id == person_id, Interest.address_of_sender_id == person_id)
        )
    ).all()


def messages_of_nobody_else(person_id: int) -> Sequence[Message]:
    """What somebody wrote as themselves, or for an organisation that has no other people."""
    others = sa.exists().where(Membership.organisation_id == _side_of_message, Membership.person_id != person_id)
    return session.scalars(
        sa.select(Message)
        .join(Message.interest)
        .join(Interest.listing)
        .where(Message.author_id == person_id, sa.not_(others))
    ).all()


def messages_kept_for(organisation_id: int) -> Sequence[Message]:
    """What those wrote for an organisation who have left the platform since."""
    return session.scalars(
        sa.select(Message)
        .join(Message.author)
        .join(Message.interest)
        .join(Interest.listing)
        .where(
            sa.or_(Listing.organisation_id == organisation_id, Interest.organisation_id == organisation_id),
            _side_of_message == organisation_id,
            Person.closed_at.is_not(None),
        )
    ).all()


def _whole_interests() -> sa.Select[Interest]:
    return sa.select(Interest).options(
        joinedload(Interest.listing).joinedload(Listing.organisation),
        joinedload(Interest.with_listing).joinedload(Listing.organisation),
        joinedload(Interest.person),
        joinedload(Interest.organisation),
    )


def messages_of(interest: Interest) -> Sequence[Message]:
    """The newest so many, oldest first."""
    return session.scalars(_newest_messages(interest)).all()[::-1]


def _newest_messages(interest: Interest, *, limit: int = 200) -> sa.Select[Message]:
    return (
        sa.select(Message)
        .where(Message.interest_id == interest.id)
        .options(joinedload(Message.author))
        .order_by(Message.id.desc())
        .limit(limit)
    )


def messages_and_whether_their_authors_remain(interest: Interest) -> list[tuple[Message, bool]]:
    """The same, in the same one statement, with whether whoever wrote for an organisation still does. `interest` with its listing."""
    side = sa.case((Message.from_owner, interest.listing.organisation_id), else_=interest.organisation_id)
    remains = sa.exists().where(Membership.organisation_id == side, Membership.person_id == Message.author_id)
    rows = session.execute(_newest_messages(interest).add_columns(sa.or_(side.is_(None), remains))).all()
    return [(message, bool(there)) for message, there in rows[::-1]]


def message_with_id(message_id: int) -> Message | None:
    return session.scalars(
        sa.select(Message).where(Message.id == message_id).options(joinedload(Message.author))
    ).first()


def message_sent_with(key: str) -> Message | None:
    return session.scalars(sa.select(Message).where(Message.key == key)).first()


def is_blocked(person: Person, listing: Listing, mine: Collection[int]) -> bool:
    """One of the two sides has ended an earlier conversation for good."""
    theirs = sa.select(Listing.id).where(Listing.organisation_id == listing.organisation_id)
    ours = sa.select(Listing.id).where(Listing.organisation_id.in_(mine))
    from_us = sa.or_(Interest.person_id == person.id, Interest.organisation_id.in_(mine))
    between = sa.or_(
        sa.and_(from_us, Interest.listing_id.in_(theirs)),
        sa.and_(Interest.organisation_id == listing.organisation_id, Interest.listing_id.in_(ours)),
    )
    return session.scalar(sa.select(sa.exists().where(Interest.blocked.is_(True), between))) or False


def interests_that_wait(*, now: datetime, limit: int = 200) -> Sequence[Interest]:
    return session.scalars(
        sa.select(Interest)
        .where(
            Interest.state == InterestState.WAITING,
            Interest.created_at <= now - rules.SILENT_FOR,
            Interest.reminded_at.is_(None),
        )
        .order_by(Interest.id)
        .limit(limit)
    ).all()


def addresses_in(interest: Interest) -> list[Person]:
    """Who may be written to by mail: both sides have said so, or there is nobody."""
    if not rules.shows_addresses(interest):
        return []
    ids = (interest.address_of_owner_id, interest.address_of_sender_id)
    return list(session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def reports_open(*, limit: int = 50) -> Sequence[Report]:
    return session.scalars(
        sa.select(Report)
        .where(Report.settled_at.is_(None))
        .options(
            joinedload(Report.person),
            joinedload(Report.interest).joinedload(Interest.listing).joinedload(Listing.organisation),
            joinedload(Report.interest).joinedload(Interest.organisation),
            joinedload(Report.interest).joinedload(Interest.person),
        )
        .order_by(Report.id)
        .limit(limit)
    ).all()


def report_with_id(report_id: int) -> Report | None:
    return session.get(Report, report_id)
