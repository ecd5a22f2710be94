"""How is a need or an offer written, changed and thrown away?"""

from dataclasses import asdict, dataclass, field
from datetime import date

from academy.accounts.models import Person
from academy.kernel import clock, files, jobs
from academy.kernel.access import ALLOWED, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.files import Incoming, StoredFile
from academy.kernel.slugs import free_slug, slug_of
from academy.kernel.subjects import Ref
from academy.organisations.models import Organisation
from marketplace import queries, rules, vocabulary
from marketplace.commands.finding import complete, let_it_be_found, mine_of
from marketplace.events import (
    ListingChanged,
    ListingDiscarded,
    ListingDrafted,
)
from marketplace.models import (
    Kind,
    Listing,
    State,
)
from marketplace.words import words_of


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a listing says; `body_html` is `body` rendered, by the renderer of `body_version`."""

    title: str
    summary: str = ""
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    evidence: str = ""
    tried: str = ""
    better: str = ""
    language: str
    goals: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    stage: str = ""
    country: str = ""
    nuts2: str = ""
    municipality: str = ""
    remote: bool = False
    transferable: bool = False
    contact_languages: list[str] = field(default_factory=list)
    quantity: str = ""
    capacity: int | None = None
    conditions: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    standing: bool = False
    on_behalf_of: str = ""
    public_function: str = ""
    source: str = ""
    members_only: bool = False


def draft_listing(
    kind: Kind, organisation_id: int, content: Content, *, by: Person, origin: Ref | None = None
) -> Listing:
    """Seen by its organisation alone until it is published."""
    not_closed = queries.number_not_closed(organisation_id)
    require(rules.may_draft(by, organisation_id, mine_of(by), not_closed=not_closed))
    require(_without_contradiction(content))
    if same := _the_same(kind, organisation_id, content):
        return same
    organisation = session.get_one(Organisation, organisation_id)
    now = clock.now()
    listing = Listing(
        slug=_free_slug(content.title),
        kind=kind,
        state=State.DRAFT,
        organisation=organisation,
        author_id=by.id,
        origin=str(origin or ""),
        example=organisation.example,
        created_at=now,
        changed_at=now,
        published_at=None,
        expires_at=None,
        **asdict(content),
    )
    listing.words = words_of(listing)
    session.add(listing)
    session.flush()
    jobs.defer("marketplace.look_ahead", listing_id=listing.id)
    publish(ListingDrafted(by=by.id, listing_id=listing.id))
    return listing


def change_listing(listing: Listing, content: Content, *, by: Person, revision: int | None = None) -> None:
    """What is public must stay complete. The address follows the title only until somebody may have noted it down."""
    lock_row(listing)
    require(rules.may_change(by, listing, mine_of(by), revision=revision))
    require(_without_contradiction(content))
    now = clock.now()
    said = {name: value for name, value in asdict(content).items() if getattr(listing, name) != value}
    for name, value in said.items():
        setattr(listing, name, value)
    if listing.state != State.DRAFT:
        require(complete(listing, now))
    if listing.expires_at is not None and "ends_on" in said:
        listing.expires_at, listing.warned_at = rules.open_until(listing.ends_on, now=now), None
    if listing.published_at is None and listing.state == State.DRAFT:
        _call(listing, _free_slug(content.title, unless=listing.slug))
    listing.words = words_of(listing)
    listing.changed_at, listing.revision = now, listing.revision + 1
    let_it_be_found(listing, now)
    if listing.state == State.DRAFT:
        jobs.defer("marketplace.look_ahead", listing_id=listing.id)
    publish(
        ListingChanged(by=by.id, listing_id=listing.id, parts=tuple(name for name in said if name in vocabulary.SAID))
    )


def discard_draft(listing: Listing, *, by: Person) -> None:
    require(rules.may_discard(by, listing, mine_of(by)))
    files.uses(listing.ref, [])
    session.delete(listing)
    publish(ListingDiscarded(by=by.id, listing_id=listing.id))


def add_file(listing: Listing, found: Incoming, *, alternative: str, by: Person) -> StoredFile:
    """From now on whoever sees the listing sees the file; it is the sender's, and goes with them. The same again is still one."""
    there = files.files_used_by([listing.ref])[listing.ref]
    if same := next((file for file in there if file.sha256 == found.sha256), None):
        return same
    require(rules.may_add_file(by, listing, mine_of(by), has=len(there)))
    kept = files.keep(found, owner_id=by.id, alternative=alternative)
    files.uses(listing.ref, [*(file.key for file in there), kept.key])
    return kept


def take_file_away(listing: Listing, key: str, *, by: Person) -> None:
    require(rules.may_speak_for(by, listing.organisation_id, mine_of(by)))
    there = files.files_used_by([listing.ref])[listing.ref]
    files.uses(listing.ref, [file.key for file in there if file.key != key])


def _call(listing: Listing, slug: str) -> None:
    """Another address; its files follow."""
    if slug == listing.slug:
        return
    there = files.files_used_by([listing.ref])[listing.ref]
    files.uses(listing.ref, [])
    listing.slug = slug
    files.uses(listing.ref, [file.key for file in there])


def _without_contradiction(content: Content) -> Verdict:
    wrong = rules.contradictions(
        capacity=content.capacity, starts_on=content.starts_on, ends_on=content.ends_on, standing=content.standing
    )
    return next((Verdict(sentence, 422, name) for name, sentence in wrong.items()), ALLOWED)


def _the_same(kind: Kind, organisation_id: int, content: Content) -> Listing | None:
    """The form was sent twice: what the organisation has, and says the same to the letter."""
    for known in queries.listings_not_closed_of(organisation_id):
        if known.kind == kind and all(getattr(known, name) == value for name, value in asdict(content).items()):
            return known
    return None


def _free_slug(title: str, *, unless: str = "") -> str:
    base = slug_of(title, otherwise="listing")
    if base == unless or (unless.startswith(f"{base}-") and len(unless) == len(base) + 5):
        return unless
    return free_slug(base, lambda slug: slug in rules.RESERVED_SLUGS or queries.slug_taken(slug))
