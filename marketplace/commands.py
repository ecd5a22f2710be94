"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.access import Verdict, require
from academy.kernel.db import lock_row, session, take_turns
from academy.kernel.events import publish
from academy.kernel.markup import Rendered, plain
from academy.kernel.subjects import Ref
from academy.kernel.throttle import too_often
from academy.kernel.web import random_key
from academy.organisations.models import Organisation
from academy.organisations.queries import memberships_of
from academy.organisations.territories import place
from academy.retrieval import commands as retrieval
from academy.retrieval.stems import folded
from marketplace import matching, queries, rules
from marketplace.events import (
    InterestAccepted,
    InterestDeclined,
    InterestShown,
    InterestWithdrawn,
    ListingChanged,
    ListingClosed,
    ListingDiscarded,
    ListingDrafted,
    ListingExpiresSoon,
    ListingInTalks,
    ListingPaused,
    ListingPublished,
    ListingRenewed,
    ListingSentBack,
    ListingSubmitted,
    MatchDeclined,
    MessageWritten,
)
from marketplace.models import (
    Facet,
    Interest,
    InterestState,
    Kind,
    Listing,
    Match,
    Message,
    Outcome,
    PairDeclined,
    State,
)

INDEXED_AT_ONCE = 200  # listings in one transaction


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
    conditions: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


# --- writing ------------------------------------------------------------------------------------------------------


def draft_listing(
    kind: Kind, organisation_id: int, content: Content, *, by: Person, origin: Ref | None = None
) -> Listing:
    """Seen by its organisation alone until it is published."""
    not_closed = queries.number_not_closed(organisation_id)
    require(rules.may_draft(by, organisation_id, _mine(by), not_closed=not_closed))
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
    listing.words = matching.words_of(listing)
    session.add(listing)
    session.flush()
    publish(ListingDrafted(by=by.id, listing_id=listing.id))
    return listing


def change_listing(listing: Listing, content: Content, *, by: Person, revision: int | None = None) -> None:
    """What is public must stay complete. The address follows the title only until somebody may have noted it down."""
    lock_row(listing)
    require(rules.may_change(by, listing, _mine(by), revision=revision))
    now = clock.now()
    for name, value in asdict(content).items():
        setattr(listing, name, value)
    if listing.state != State.DRAFT:
        require(_complete(listing, now))
    if listing.published_at is None and listing.state == State.DRAFT:
        listing.slug = _free_slug(content.title, unless=listing.slug)
    listing.words = matching.words_of(listing)
    listing.changed_at, listing.revision = now, listing.revision + 1
    _let_it_be_found(listing, now)
    publish(ListingChanged(by=by.id, listing_id=listing.id))


def discard_draft(listing: Listing, *, by: Person) -> None:
    require(rules.may_discard(by, listing, _mine(by)))
    session.delete(listing)
    publish(ListingDiscarded(by=by.id, listing_id=listing.id))


# --- life ---------------------------------------------------------------------------------------------------------


def publish_listing(listing: Listing, *, by: Person) -> None:
    """Make it public, or have it read first: `listing.state` says which. After a pause or talks, it is simply back."""
    lock_row(listing)
    now = clock.now()
    if listing.state in (State.PUBLISHED, State.REVIEW):  # a double click is not an error
        return
    require(rules.may_publish(by, listing, _mine(by), today=now.date()))
    known = queries.has_published_before(listing.organisation_id)
    if rules.is_read_first(listing.organisation, published_before=known):
        listing.state, listing.changed_at = State.REVIEW, now
        publish(ListingSubmitted(by=by.id, listing_id=listing.id))
        return
    _open(listing, now, by=by)


def approve_listing(listing: Listing, *, by: Person) -> None:
    """A moderator has read it."""
    lock_row(listing)
    require(rules.may_decide(by, listing))
    _open(listing, clock.now(), by=by)


def send_back(listing: Listing, reason: str, *, by: Person) -> None:
    """A moderator has read it and says what has to change; it is a draft again."""
    lock_row(listing)
    require(rules.may_send_back(by, listing, reason=reason))
    listing.state, listing.review_note, listing.changed_at = State.DRAFT, reason.strip(), clock.now()
    publish(ListingSentBack(by=by.id, listing_id=listing.id, reason=listing.review_note))


def pause_listing(listing: Listing, *, by: Person) -> None:
    """Out of sight for everybody else, until its people publish it again."""
    lock_row(listing)
    require(rules.may_pause(by, listing, _mine(by)))
    _move(listing, State.PAUSED)
    publish(ListingPaused(by=by.id, listing_id=listing.id))


def begin_talks(listing: Listing, *, by: Person) -> None:
    """It can still be read, and takes no new interest."""
    lock_row(listing)
    require(rules.may_begin_talks(by, listing, _mine(by)))
    _move(listing, State.IN_TALKS)
    publish(ListingInTalks(by=by.id, listing_id=listing.id))


def close_listing(listing: Listing, outcome: str, *, by: Person) -> None:
    lock_row(listing)
    require(rules.may_close(by, listing, _mine(by), outcome=outcome))
    listing.outcome = Outcome(outcome)
    _move(listing, State.CLOSED)
    publish(ListingClosed(by=by.id, listing_id=listing.id, outcome=outcome))


def renew_listing(listing: Listing, *, by: Person) -> None:
    """Six more months from today; one that has expired is public again."""
    lock_row(listing)
    require(rules.may_renew(by, listing, _mine(by)))
    now = clock.now()
    listing.expires_at, listing.warned_at = now + rules.OPEN_FOR, None
    if listing.state == State.CLOSED:
        listing.state, listing.outcome = State.PUBLISHED, None
        _let_it_be_found(listing, now)
    publish(ListingRenewed(by=by.id, listing_id=listing.id))


def expire_listings(*, by: None = None) -> int:
    """Close what has had its time; how many there were."""
    require(rules.may_expire(by))
    due = queries.listings_past_their_time(now=clock.now())
    for listing in due:
        listing.outcome = Outcome.EXPIRED
        _move(listing, State.CLOSED)
        publish(ListingClosed(by=None, listing_id=listing.id, outcome=Outcome.EXPIRED.value))
    return len(due)


def warn_of_expiry(*, by: None = None) -> None:
    require(rules.may_expire(by))
    now = clock.now()
    for listing in queries.listings_that_expire_soon(now=now):
        listing.warned_at = now
        publish(ListingExpiresSoon(by=None, listing_id=listing.id))


def close_for_want_of_people(organisation_id: int, *, by: None = None) -> None:
    """Nobody is left to answer for this organisation: what it has is closed."""
    require(rules.may_expire(by))
    for listing in queries.listings_not_closed_of(organisation_id):
        listing.outcome = Outcome.WITHDRAWN
        _move(listing, State.CLOSED)
        publish(ListingClosed(by=None, listing_id=listing.id, outcome=Outcome.WITHDRAWN.value))


# --- matches ------------------------------------------------------------------------------------------------------


def place_matches(listing_id: int, *, by: Person | None) -> None:
    """Find what fits one listing, both ways, and keep it; does no harm when done twice."""
    require(rules.may_keep_matches(by))
    take_turns("matching")
    _forget_matches(listing_id)
    now = clock.now()
    listing = queries.listing_with_id(listing_id)
    if listing is None or not rules.is_open(listing, now=now):
        return
    _keep_matches(listing, queries.candidates_for(listing, now=now))
    listing.matched_at = now


def rebuild_matches(*, by: Person | None) -> int:
    """Everything anew, from the listings alone: words, facets, search index, matches. How many matches there are."""
    require(rules.may_keep_matches(by))
    take_turns("matching")
    now = clock.now()
    session.execute(sa.delete(Match))
    session.execute(sa.delete(Facet))
    everything = queries.open_listings(now=now)
    for listing in everything:
        listing.words = matching.words_of(listing)
        _index(listing)
    session.flush()
    kept = 0
    for listing in everything:
        if listing.kind == Kind.NEED:
            kept += _keep_matches(listing, queries.candidates_for(listing, now=now))
        listing.matched_at = now
    return kept


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the next few open listings be found again, by row number. Where to go on; None: that was all."""
    require(rules.may_keep_matches(by))
    some = queries.open_listings_after(after, now=clock.now(), limit=INDEXED_AT_ONCE)
    for listing in some:
        _index_words(listing)
    return some[-1].id if len(some) == INDEXED_AT_ONCE else None


def decline_match(listing: Listing, other: Listing, reason: str, *, by: Person) -> None:
    """“Not for us”: neither is shown to the other again."""
    require(rules.may_decline_match(by, listing, _mine(by), reason=reason))
    need, offer = _as_pair(listing, other)
    if queries.pair_declined(need.id, offer.id) is not None:
        return
    session.add(PairDeclined(need_id=need.id, offer_id=offer.id, person_id=by.id, reason=reason, at=clock.now()))
    session.execute(sa.delete(Match).where(Match.need_id == need.id, Match.offer_id == offer.id))
    publish(MatchDeclined(by=by.id, need_id=need.id, offer_id=offer.id, reason=reason))


# --- contact ------------------------------------------------------------------------------------------------------


def show_interest(
    listing: Listing,
    note: str,
    written: Rendered,
    *,
    by: Person,
    organisation_id: int | None = None,
    with_listing: Listing | None = None,
) -> Interest:
    """Write to the people of a listing through the platform. Whoever has done so already gets the same conversation."""
    mine = _mine(by)
    now = clock.now()
    lock_row(listing)
    known = queries.interest_from(by, listing, mine)
    if known is not None and known.state in (InterestState.WAITING, InterestState.ACCEPTED):
        return known
    require(rules.may_show_interest(by, listing, mine, known, now=now))
    require(rules.note_is_fit(note))
    if organisation_id is not None:
        require(rules.may_speak_for(by, organisation_id, mine))
    most, per = rules.INTERESTS_PER_DAY
    require(rules.not_too_often(too_often(f"interest:{by.id}", most=most, per=per)))
    interest = known or Interest(key=random_key(12), listing_id=listing.id, person_id=by.id, created_at=now)
    interest.state, interest.organisation_id, interest.answered_at = InterestState.WAITING, organisation_id, None
    if with_listing is not None and with_listing.organisation_id in mine and with_listing.kind != listing.kind:
        interest.with_listing_id = with_listing.id
    session.add(interest)
    session.flush()
    _add_message(interest, note, written, from_owner=False, key=random_key(20), by=by)
    publish(InterestShown(by=by.id, interest_id=interest.id))
    return interest


def accept_interest(interest: Interest, *, by: Person) -> None:
    """From now on the two sides can write to each other."""
    lock_row(interest)
    require(rules.may_answer(by, interest, _mine(by)))
    interest.state, interest.answered_at = InterestState.ACCEPTED, clock.now()
    publish(InterestAccepted(by=by.id, interest_id=interest.id))


def decline_interest(interest: Interest, *, by: Person) -> None:
    lock_row(interest)
    require(rules.may_answer(by, interest, _mine(by)))
    interest.state, interest.answered_at = InterestState.DECLINED, clock.now()
    publish(InterestDeclined(by=by.id, interest_id=interest.id))


def withdraw_interest(interest: Interest, *, by: Person) -> None:
    """The side that wrote first changes its mind."""
    lock_row(interest)
    require(rules.may_withdraw(by, interest, _mine(by)))
    interest.state, interest.answered_at = InterestState.WITHDRAWN, clock.now()
    publish(InterestWithdrawn(by=by.id, interest_id=interest.id))


def write_message(interest: Interest, body: str, written: Rendered, *, key: str, by: Person) -> Message:
    """`key` came with the form: the same form sent twice is one message."""
    lock_row(interest)
    mine = _mine(by)
    if (sent := queries.message_sent_with(key)) is not None and sent.interest_id == interest.id:
        return sent
    require(rules.may_write(by, interest, mine))
    most, per = rules.MESSAGES_PER_HOUR
    require(rules.not_too_often(too_often(f"message:{by.id}", most=most, per=per)))
    message = _add_message(
        interest, body, written, from_owner=rules.is_from_owner(interest, mine), key=key[:40] or random_key(20), by=by
    )
    publish(MessageWritten(by=by.id, interest_id=interest.id, message_id=message.id))
    return message


# --- inside -------------------------------------------------------------------------------------------------------


def _mine(by: Person) -> set[int]:
    return {membership.organisation_id for membership in memberships_of(by)}


def _complete(listing: Listing, now: datetime) -> Verdict:
    for name, sentence in rules.gaps(listing, today=now.date()).items():
        return Verdict(sentence, 422, name)
    return Verdict(None)


def _open(listing: Listing, now: datetime, *, by: Person) -> None:
    if listing.expires_at is None or rules.has_expired(listing, now=now):
        listing.expires_at, listing.warned_at = now + rules.OPEN_FOR, None
    listing.published_at = listing.published_at or now
    listing.state, listing.review_note = State.PUBLISHED, ""
    _let_it_be_found(listing, now)
    publish(ListingPublished(by=by.id, listing_id=listing.id))


def _move(listing: Listing, state: State) -> None:
    listing.state, listing.changed_at = state, clock.now()
    _let_it_be_found(listing, listing.changed_at)


def _let_it_be_found(listing: Listing, now: datetime) -> None:
    """Facets and search at once, matches by the worker a moment later; what can't be found any more is gone at once."""
    session.flush()
    session.execute(sa.delete(Facet).where(Facet.listing_id == listing.id))
    _forget_matches(listing.id)
    listing.matched_at = None
    if rules.is_open(listing, now=now):
        _index(listing)
        jobs.defer("marketplace.place_matches", listing_id=listing.id)
    elif listing.published_at is not None:
        retrieval.forget(_ref(listing))
        # a worker that had read it while it was open may be keeping matches just now: they go after it
        jobs.defer("marketplace.place_matches", listing_id=listing.id)


def _index(listing: Listing) -> None:
    rows = {(facet, value[:80]) for facet, values in _facets_of(listing).items() for value in values}
    session.execute(
        sa.insert(Facet), [{"listing_id": listing.id, "facet": facet, "value": value} for facet, value in sorted(rows)]
    )
    _index_words(listing)


def _index_words(listing: Listing) -> None:
    where = place(listing.country, listing.nuts2, listing.municipality)
    texts = (listing.summary, plain(listing.body_html), listing.evidence, listing.organisation.name, where)
    retrieval.index(
        _ref(listing),
        language=listing.language,
        title=listing.title,
        body="\n".join(text for text in texts if text),
        updated_at=listing.changed_at,
    )


def _facets_of(listing: Listing) -> dict[str, Iterable[str]]:
    return {
        "kind": [listing.kind.value],
        "theme": listing.themes,
        "resource": listing.resources,
        "target": listing.targets,
        "country": [listing.country],
        "conditions": [listing.conditions],
        "language": [listing.language],
        "contact": listing.contact_languages,
        "word": matching.words_of_title(listing),
    }


def _forget_matches(listing_id: int) -> None:
    session.execute(sa.delete(Match).where(sa.or_(Match.need_id == listing_id, Match.offer_id == listing_id)))


def _keep_matches(listing: Listing, candidates: Iterable[Listing]) -> int:
    rows = []
    for other in candidates:
        need, offer = _as_pair(listing, other)
        like = matching.likeness(need, offer)
        if like.score >= matching.FLOOR:
            rows.append(
                {
                    "need_id": need.id,
                    "offer_id": offer.id,
                    "score": like.score,
                    "parts": like.parts,
                    "weights_version": matching.VERSION,
                }
            )
    if rows:
        session.execute(sa.insert(Match), rows)
    return len(rows)


def _as_pair(one: Listing, other: Listing) -> tuple[Listing, Listing]:
    return (one, other) if one.kind == Kind.NEED else (other, one)


def _add_message(
    interest: Interest, body: str, written: Rendered, *, from_owner: bool, key: str, by: Person
) -> Message:
    message = Message(
        interest_id=interest.id,
        author_id=by.id,
        from_owner=from_owner,
        key=key,
        body=body,
        body_html=written.html,
        body_version=written.version,
        at=clock.now(),
    )
    session.add(message)
    session.flush()
    return message


def _ref(listing: Listing) -> Ref:
    return Ref("listing", listing.slug)


def _free_slug(title: str, *, unless: str = "") -> str:
    base = re.sub(r"[^a-z0-9]+", "-", folded(title)).strip("-")[:60].rstrip("-") or "listing"
    if base == unless or (unless.startswith(f"{base}-") and len(unless) == len(base) + 5):
        return unless
    free = base not in rules.RESERVED_SLUGS and not queries.slug_taken(base)
    return base if free else f"{base}-{random_key(4)}"
