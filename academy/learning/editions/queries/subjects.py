"""What do other features show of editions and sessions?"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.accounts.told import MOST, tells
from academy.attendance.models import Presence, PresenceState
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning.editions.models import Edition, Session, SessionTrainer
from academy.organisations.models import Membership


@tells("meetings")
def _meetings_attended(person: Person) -> list[Ref]:
    """For a profile, the last first."""
    abouts = session.scalars(
        sa.select(Presence.about)
        .where(
            Presence.person_id == person.id,
            Presence.state == PresenceState.PRESENT,
            Presence.about.startswith("session:"),
        )
        .order_by(Presence.noted_at.desc())
        .limit(MOST)
    )
    return [ref for about in abouts if (ref := Ref.parsed(about))]


@resolves("edition")
@resolves("session")
def _subjects(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """In one statement; drafts are for those who work on them."""
    works_on_it: sa.ColumnElement[bool] = sa.false()
    if viewer is not None:
        works_on_it = sa.or_(
            sa.exists().where(Membership.person_id == viewer.id, Membership.organisation_id == Edition.organisation_id),
            sa.exists().where(SessionTrainer.person_id == viewer.id, SessionTrainer.session_id == Session.id),
        )
    slugs = [ref.key for ref in refs if ref.kind == "edition"]
    keys = [ref.key for ref in refs if ref.kind == "session"]
    rows = session.execute(
        sa.select(Edition.slug, Edition.title, Session.key, Session.title)
        .outerjoin(Session, (Session.edition_id == Edition.id) & Session.key.in_(keys))
        .where(
            Edition.published_at.isnot(None) | works_on_it,
            Edition.slug.in_(slugs) | Session.key.isnot(None),
        )
    )
    found: dict[Ref, Subject] = {}
    for slug, title, key, session_title in rows:
        address = shown_address("editions.show", slug=slug) or ""
        found[Ref("edition", slug)] = Subject(title, address)
        if key:
            found[Ref("session", key)] = Subject(f"{session_title}, {title}", f"{address}#session-{key}")
    return {ref: found[ref] for ref in refs if ref in found}
