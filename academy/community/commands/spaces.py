"""What can be done with spaces: open, describe, enter, look after."""

from collections.abc import Mapping

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.community import queries, rules
from academy.community.events import PersonEnteredSpace, PersonLeftSpace, SpaceArranged, SpaceFollowed
from academy.community.models import Level, Space, SpaceKind, SpaceMember, Visibility
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.slugs import free_slug, slug_of
from academy.kernel.subjects import Ref
from academy.organisations.models import MembershipRole, Organisation
from academy.organisations.queries import memberships_in

_BE_IN_SPACE = sa.text(
    "INSERT INTO space_people (person_id, space_id, level) VALUES (:person, :space, :level)"
    " ON CONFLICT (person_id, space_id) DO UPDATE SET level = excluded.level"
)


def ensure_space(
    slug: str,
    position: int,
    titles: Mapping[str, str],
    hue: int | None,
    about: Ref | None = None,
    *,
    summaries: Mapping[str, str] | None = None,
    kind: SpaceKind = SpaceKind.GENERAL,
    visibility: Visibility = Visibility.PUBLIC,
    by: Person | None,
) -> Space:
    """The space with this slug as it should be; nothing happens if it is."""
    require(rules.may_arrange_space(slug, by=by))
    wanted = {
        "position": position,
        "titles": dict(titles),
        "summaries": dict(summaries or {}),
        "hue": hue,
        "about": str(about) if about else None,
        "kind": SpaceKind.MODULE if about and about.kind == "module" else kind,
    }
    if summaries is None:
        del wanted["summaries"]  # what its stewards wrote stays
    space = queries.space_called(slug)
    if space is not None and all(getattr(space, name) == value for name, value in wanted.items()):
        return space
    if space is None:
        space = Space(slug=slug, opened_at=clock.now(), visibility=visibility, summaries={})
        session.add(space)
    for name, value in wanted.items():
        setattr(space, name, value)
    session.flush()
    publish(SpaceArranged(by=by.id if by else None, space=slug))
    return space


def open_space(
    titles: Mapping[str, str],
    *,
    summaries: Mapping[str, str],
    kind: SpaceKind,
    visibility: Visibility,
    organisation: Organisation | None = None,
    by: Person,
) -> Space:
    """By a coordinator: for a community of practice, an organisation, or anything else. The people of an organisation are let in, those who
    speak for it look after it; otherwise whoever opens it does."""
    require(rules.may_arrange_space("", by=by))
    about = Ref("organisation", organisation.slug) if organisation else None
    if about is not None and queries.space_about(about) is not None:
        raise Refused(Verdict(say("This organisation has a space already."), 409, "organisation"))
    slug = free_slug(
        slug_of(next(iter(titles.values())), otherwise="space"),
        lambda slug: slug in rules.SLUGS_TAKEN or queries.space_called(slug) is not None,
    )
    space = ensure_space(
        slug,
        queries.last_position() + 1,
        titles,
        None,
        about,
        summaries=summaries,
        kind=kind,
        visibility=visibility,
        by=by,
    )
    if organisation is None:
        enter_space(space, by.id, steward=True, by=by)
        return space
    for membership in memberships_in(organisation.id):
        enter_space(space, membership.person_id, steward=membership.role is MembershipRole.OWNER, by=by)
    return space


def describe_space(space: Space, *, summaries: Mapping[str, str], visibility: Visibility, by: Person) -> None:
    require(rules.may_tend_space(steward=queries.is_steward(by, space.id), by=by))
    if space.visibility is not visibility:  # a search finds what is in it for others than before
        jobs.defer("community.space_readers_changed", space_id=space.id)
    space.summaries, space.visibility = dict(summaries), visibility
    publish(SpaceArranged(by=by.id, space=space.slug))


def enter_space(space: Space, person_id: int, *, steward: bool = False, by: Person | None) -> None:
    """Be one of its people. Into a private space a steward lets one; the platform lets in who takes part in an edition."""
    if by is not None and by.id == person_id and not steward:
        require(rules.may_join(space, by=by))
    else:
        require(rules.may_tend_space(steward=by is not None and queries.is_steward(by, space.id), by=by))
    member = queries.member_of(space, person_id)
    if member is None:
        member = SpaceMember(space_id=space.id, person_id=person_id, since=clock.now())
        session.add(member)
        publish(PersonEnteredSpace(by=by.id if by else None, space=space.slug, person_id=person_id))
    member.steward = steward or bool(member.steward)


def leave_space(space: Space, person_id: int, *, by: Person | None) -> None:
    """Also steps down as a steward. What was followed there is followed no more."""
    if by is None or by.id != person_id:
        require(rules.may_tend_space(steward=by is not None and queries.is_steward(by, space.id), by=by))
    if member := queries.member_of(space, person_id):
        session.delete(member)
        session.execute(_BE_IN_SPACE, {"person": person_id, "space": space.id, "level": Level.NORMAL.value})
        publish(PersonLeftSpace(by=by.id if by else None, space=space.slug, person_id=person_id))


def follow_space(space: Space, level: Level, *, by: Person) -> None:
    """Be told of each post in it, of none, or as it comes."""
    require(rules.may_follow(by=by))
    values = {"person": by.id, "space": space.id, "level": level.value}
    session.execute(_BE_IN_SPACE, values)
    publish(SpaceFollowed(by=by.id, space=space.slug, level=level))
