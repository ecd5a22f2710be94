"""What can be seen, and by whom? One's own; what is shared, by those who run or teach in an edition that its maker follows; what is published."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person, Role, RoleHeld
from academy.accounts.told import MOST, tells
from academy.community.moderated import Report, Thing, moderated
from academy.kernel import files
from academy.kernel.db import session
from academy.kernel.files import StoredFile
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning.editions.models import Edition, Enrolment, Session, SessionTrainer
from academy.learning.models import Module, Unit, UnitKind
from academy.learning.portfolio import rules
from academy.learning.portfolio.models import PortfolioComment, PortfolioItem, PortfolioReport, Visibility
from academy.learning.portfolio.outlines import outline_of
from academy.learning.queries import current_version, unit_seen_by
from academy.organisations.models import Membership

PAGE = 30

_MODULE = joinedload(PortfolioItem.module).options(defer(Module.glossary), defer(Module.outcomes))


def items_of(person: Person) -> Sequence[PortfolioItem]:
    """In the order of the course, the newest first within a module."""
    return session.scalars(
        sa.select(PortfolioItem)
        .join(PortfolioItem.module)
        .where(PortfolioItem.person_id == person.id)
        .options(contains_eager(PortfolioItem.module).options(defer(Module.glossary), defer(Module.outcomes)))
        .order_by(Module.position, PortfolioItem.changed_at.desc(), PortfolioItem.id.desc())
        .limit(rules.MOST_ITEMS)
    ).all()


def number_of_items(person: Person) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(PortfolioItem).where(PortfolioItem.person_id == person.id)
        )
        or 0
    )


@dataclass(frozen=True)
class ItemSeen:
    row: PortfolioItem
    files: list[StoredFile]
    mine: bool
    helps: bool  # runs or teaches in an edition that its maker follows


def item_seen_by(viewer: Person | None, key: str) -> ItemSeen:
    """With its files, its maker and its module. Not yours to see: not found."""
    row = session.execute(
        sa.select(PortfolioItem, _helps(viewer))
        .where(PortfolioItem.key == key)
        .options(_MODULE, joinedload(PortfolioItem.person))
    ).first()
    if row is None or not rules.may_see_item(row[0], viewer, helps=bool(row[1])):
        raise NotFound
    item: PortfolioItem = row[0]
    mine = viewer is not None and viewer.id == item.person_id
    return ItemSeen(item, files.files_used_by([item.ref])[item.ref], mine, bool(row[1]))


def item_with_key(key: str) -> PortfolioItem | None:
    return session.scalars(sa.select(PortfolioItem).where(PortfolioItem.key == key)).first()


def helps(person: Person, item: PortfolioItem) -> bool:
    """Whether they run or teach in an edition that its maker follows."""
    return bool(session.scalar(sa.select(_helps(person)).where(PortfolioItem.id == item.id)))


def _helps(viewer: Person | None) -> sa.ColumnElement[bool]:
    """Whether the viewer runs or teaches in an edition that the maker of a piece follows."""
    if viewer is None or not viewer.has(Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR):
        return sa.false()
    if viewer.has(Role.ADMINISTRATOR):
        return sa.true()
    teaches = sa.exists().where(
        SessionTrainer.person_id == viewer.id,
        SessionTrainer.session_id == Session.id,
        Session.edition_id == Edition.id,
    )
    belongs = sa.exists().where(
        Membership.person_id == viewer.id, Membership.organisation_id == Edition.organisation_id
    )
    ways = [
        *([teaches, Edition.self_paced] if viewer.has(Role.TRAINER) else []),
        *([belongs] if viewer.has(Role.COORDINATOR) else []),
    ]
    return sa.exists().where(
        Enrolment.person_id == PortfolioItem.person_id,
        Enrolment.left_at.is_(None),
        Enrolment.edition_id == Edition.id,
        sa.or_(*ways),
    )


def published_in(module: str, *, before: int | None = None) -> Sequence[PortfolioItem]:
    """What everybody may look at, newest first; one more than a page. `before`: the number of the last one on the page before."""
    wanted = (
        sa.select(PortfolioItem)
        .join(PortfolioItem.module)
        .where(Module.slug == module, PortfolioItem.visibility == Visibility.PUBLISHED)
        .options(joinedload(PortfolioItem.person))
        .order_by(PortfolioItem.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(PortfolioItem.id < before)
    return session.scalars(wanted).all()


def shown_in(edition: Edition, *, before: int | None = None) -> Sequence[PortfolioItem]:
    """What the people of an edition show to those who run it or teach in it, newest first; one more than a page."""
    wanted = (
        sa.select(PortfolioItem)
        .join(Enrolment, Enrolment.person_id == PortfolioItem.person_id)
        .where(
            Enrolment.edition_id == edition.id,
            Enrolment.left_at.is_(None),
            PortfolioItem.visibility != Visibility.PRIVATE,
        )
        .options(joinedload(PortfolioItem.person), _MODULE)
        .order_by(PortfolioItem.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(PortfolioItem.id < before)
    return session.scalars(wanted).all()


def items_published(*, after: int, limit: int) -> Sequence[PortfolioItem]:
    """By row number."""
    return session.scalars(
        sa.select(PortfolioItem)
        .where(PortfolioItem.visibility == Visibility.PUBLISHED, PortfolioItem.id > after)
        .order_by(PortfolioItem.id)
        .limit(limit)
    ).all()


# --- Who helps, and what is said -----------------------------------------------------------------------------------


def editions_followed(person_id: int) -> Sequence[Edition]:
    """Those that have a period first: who teaches there knows the person best."""
    return session.scalars(
        sa.select(Edition)
        .join(Enrolment, Enrolment.edition_id == Edition.id)
        .where(Enrolment.person_id == person_id, Enrolment.left_at.is_(None))
        .order_by(Edition.self_paced, Edition.id)
    ).all()


def those_who_help_in(edition: Edition) -> set[int]:
    """Who sees what its people share: the other side of `_helps`."""
    teaches = sa.exists().where(
        SessionTrainer.person_id == RoleHeld.person_id,
        SessionTrainer.session_id == Session.id,
        Session.edition_id == edition.id,
    )
    belongs = sa.exists().where(
        Membership.person_id == RoleHeld.person_id, Membership.organisation_id == edition.organisation_id
    )
    trains = RoleHeld.role == Role.TRAINER
    ways = (trains if edition.self_paced else trains & teaches, (RoleHeld.role == Role.COORDINATOR) & belongs)
    return set(session.scalars(sa.select(RoleHeld.person_id).where(sa.or_(*ways))))


def comments_on(item: PortfolioItem) -> Sequence[PortfolioComment]:
    """The oldest first."""
    return session.scalars(
        sa.select(PortfolioComment)
        .where(PortfolioComment.item_id == item.id)
        .options(joinedload(PortfolioComment.author).selectinload(Person.roles))
        .order_by(PortfolioComment.id)
    ).all()


def those_who_commented(key: str) -> set[int]:
    return set(
        session.scalars(
            sa.select(PortfolioComment.author_id)
            .join(PortfolioItem, PortfolioItem.id == PortfolioComment.item_id)
            .where(PortfolioItem.key == key)
        )
    )


# --- Reports -------------------------------------------------------------------------------------------------------


def reports_on(item: PortfolioItem) -> Sequence[PortfolioReport]:
    """Those that wait for a decision."""
    return session.scalars(
        sa.select(PortfolioReport)
        .where(PortfolioReport.item_id == item.id, PortfolioReport.decided_at.is_(None))
        .options(joinedload(PortfolioReport.person))
        .order_by(PortfolioReport.id)
    ).all()


def report_of(person: Person, item: PortfolioItem) -> PortfolioReport | None:
    return session.scalars(
        sa.select(PortfolioReport).where(PortfolioReport.item_id == item.id, PortfolioReport.person_id == person.id)
    ).first()


# --- What an activity asks for -------------------------------------------------------------------------------------


def outline_for(person: Person, module: str, language: str) -> str:
    """The headings and tables that the activity of a module wants filled in."""
    version = current_version(unit_seen_by(person, module, UnitKind.ACTIVITY.value), language)
    return outline_of(version.written) if version else ""


def module_with_slug(slug: str) -> Module:
    found = session.scalars(
        sa.select(Module).where(Module.slug == slug).options(defer(Module.glossary), defer(Module.outcomes))
    ).first()
    if found is None:
        raise NotFound
    return found


def modules_with_activity() -> Sequence[Module]:
    """What one can make something for, in order."""
    return session.scalars(
        sa.select(Module)
        .where(
            Module.retired_at.is_(None),
            sa.exists().where(Unit.module_id == Module.id, Unit.kind == UnitKind.ACTIVITY, Unit.retired_at.is_(None)),
        )
        .order_by(Module.position)
        .options(defer(Module.glossary), defer(Module.outcomes))
    ).all()


# --- For other features --------------------------------------------------------------------------------------------


def _was_reported_by(key: str, person_id: int, before: datetime) -> bool:
    reported = sa.exists().where(
        PortfolioReport.item_id == PortfolioItem.id,
        PortfolioItem.key == key,
        PortfolioReport.person_id == person_id,
        PortfolioReport.reported_at <= before,
    )
    return bool(session.scalar(sa.select(reported)))


def _reports_waiting(keys: Collection[str]) -> dict[str, list[Report]]:
    found: defaultdict[str, list[Report]] = defaultdict(list)
    rows = session.execute(
        sa.select(PortfolioItem.key, PortfolioReport)
        .join(PortfolioReport.item)
        .where(PortfolioItem.key.in_(keys), PortfolioReport.decided_at.is_(None))
        .options(joinedload(PortfolioReport.person))
        .order_by(PortfolioReport.id)
    )
    for key, report in rows:
        found[key].append(Report("", report.text, report.person.name, report.reported_at))
    return found


@moderated("portfolio", reported=_was_reported_by, reports=_reports_waiting)
def _as_moderators_read_it(keys: Collection[str]) -> dict[str, Thing]:
    """A moderator who decides an objection reads what another one took down."""
    items = session.scalars(
        sa.select(PortfolioItem).where(PortfolioItem.key.in_(keys)).options(joinedload(PortfolioItem.person))
    )
    return {
        item.key: Thing(item.title, item.language, item.person_id, item.person.name, item.changed_at, item.body_html)
        for item in items
    }


@tells("portfolio")
def _published_work(person: Person) -> list[Ref]:
    """For a profile, the newest first."""
    keys = session.scalars(
        sa.select(PortfolioItem.key)
        .where(PortfolioItem.person_id == person.id, PortfolioItem.visibility == Visibility.PUBLISHED)
        .order_by(PortfolioItem.published_at.desc())
        .limit(MOST)
    )
    return [Ref("portfolio", key) for key in keys]


@resolves("portfolio")
def _subjects(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    rows = session.execute(
        sa.select(PortfolioItem, _helps(viewer))
        .where(PortfolioItem.key.in_([ref.key for ref in refs]))
        .options(_MODULE)
    )
    return {
        item.ref: Subject(item.title, shown_address("portfolio.item", key=item.key) or "", hue=item.module.hue)
        for item, helps in rows
        if rules.may_see_item(item, viewer, helps=bool(helps))
    }
