"""What do several pages of the marketplace have in common?"""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from academy.accounts.models import Person
from academy.accounts.viewer import viewer
from academy.kernel import clock, files
from academy.kernel.files.forms import FileForm
from academy.kernel.i18n import Sentence, say
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.traces import leave_trace
from academy.kernel.web import canonical, draft_sent, page, see, tell
from academy.organisations.queries import memberships_of
from academy.organisations.territories import Country, Tongue, place, region_name
from marketplace import commands, matching, queries, rules, tongues, vocabulary
from marketplace.forms import ClosingForm, NotForUsForm, ReasonForm
from marketplace.models import Interest, Kind, Listing, State

LIKE_A_SOLUTION = say(
    "The title reads like a solution. What would be better for people if it existed? Say that, and you will hear of ways you had "
    "not thought of. For example: “Older people here do not know when the doctor comes.”"
)
SHOWN_TO_OWNER, SHOWN_TO_OTHERS, SHOWN_ALIKE = 10, 3, 3


def listing_page(
    listing: Listing,
    *,
    ours: bool,
    status: int = 200,
    sent: FileForm | None = None,
    closing: ClosingForm | None = None,
    reason: ReasonForm | None = None,
    not_for_us: NotForUsForm | None = None,
) -> ResponseReturnValue:
    now, person = clock.now(), viewer()
    mine = {listing.organisation_id} if ours else set()
    limit = SHOWN_TO_OWNER if ours else SHOWN_TO_OTHERS
    lists = queries.matches_of(listing, member=person is not None, now=now, limit=limit, alike=SHOWN_ALIKE)
    _count_impressions(listing, lists.fits)
    contact = _contact(listing, person, ours)
    return page(
        "marketplace/show.html",
        status=status,
        listing=listing,
        ours=ours,
        is_open=rules.is_open(listing, now=now),
        matches=lists.fits,
        alike=lists.alike,
        origin=_origin(listing, person),
        looking=not lists.in_place,
        structured=_structured(listing) if rules.is_open(listing, now=now) else None,
        contact=contact,
        own_interest=contact.own,
        may_write=rules.may_show_interest(person, listing, mine, contact.own, now=now),
        may_decide=rules.may_decide(person, listing),
        may_renew=rules.may_renew(person, listing, mine),
        goes_on=rules.ends_before_it_is_renewed(listing, now=now),
        advice=advice_on(listing.kind, listing.title, _whole_text(listing), listing.language) if ours else [],
        suggested=queries.suggested_for(listing, mine_of(person), now=now)
        if ours and listing.state == State.DRAFT
        else None,
        missing=rules.gaps(listing, today=now.date()) if ours and listing.state == State.DRAFT else {},
        files=files.files_used_by([listing.ref])[listing.ref],
        sent=sent or FileForm(),
        closing=closing or ClosingForm(),
        reason=reason or ReasonForm(),
        not_for_us=not_for_us or NotForUsForm(),
        wrong=next((form for form in (sent, closing, reason, not_for_us) if form), None),
        **dressing(),
    )


@dataclass(frozen=True)
class _Contact:
    """Who has written, and to whom, for its people; what the reader has written, for others; and how many have, for all."""

    to_us: queries.Interests
    by_us: queries.Interests
    own: Interest | None = None


def _contact(listing: Listing, person: Person | None, ours: bool) -> _Contact:
    """A draft nobody could write about."""
    nobody = queries.Interests([], {})
    if listing.published_at is None:
        return _Contact(nobody, nobody)
    if ours:
        return _Contact(*queries.interests_about(listing))
    own, counts = queries.interest_and_counts(person, listing)
    return _Contact(queries.Interests([], counts), nobody, own)


def advice_on(kind: Kind, title: str, text: str, language: str) -> list[Sentence]:
    """What a good reader would say before it is public; said, never in the way."""
    found = [tongues.doubt(text, language), tongues.advice(text)]
    if rules.reads_like_a_solution(kind, title):
        found.insert(0, LIKE_A_SOLUTION)
    return [sentence for sentence in found if sentence is not None]


def _whole_text(listing: Listing) -> str:
    return f"{listing.title}.\n{listing.summary}\n{listing.body}"


def _origin(listing: Listing, person: Person | None) -> Subject | None:
    """What it grew out of, where the reader may see that."""
    ref = Ref.parsed(listing.origin)
    found = subjects_seen_by(person, [ref]).get(ref) if ref else None
    return found if found is not None and found.visible else None


def dressing() -> dict[str, Any]:
    """What every page of the marketplace needs to call things by their names."""
    return {
        "vocabulary": vocabulary,
        "place": place,
        "region_name": region_name,
        "country_name": Country,
        "language_name": Tongue,
        "fits": matching.FITS,
    }


def ids_of(memberships: Any) -> set[int]:
    return {membership.organisation_id for membership in memberships}


def names_of(memberships: Any) -> dict[int, str]:
    return {membership.organisation_id: membership.organisation.name for membership in memberships}


def mine_of(person: Person | None) -> set[int]:
    return ids_of(memberships_of(person))


def _structured(listing: Listing) -> dict[str, Any]:
    """As schema.org says it, for search engines."""
    return {
        "@context": "https://schema.org",
        "@type": "Demand" if listing.kind == Kind.NEED else "Offer",
        "name": listing.title,
        "description": listing.summary,
        "inLanguage": listing.language,
        "url": canonical(),
        "areaServed": str(place(listing.country, listing.nuts2, listing.municipality)),
        "validThrough": listing.expires_at.isoformat() if listing.expires_at else None,
        "provider": {"@type": "Organization", "name": listing.organisation.name},
    }


def _count_impressions(listing: Listing, shown: list[matching.Suggestion]) -> None:
    """What is new keeps a place until it has been seen often enough: so it is counted."""
    if shown:
        seen = [(one.listing.id, one.explored) for one in shown]
        leave_trace(("matches", listing.id), lambda: commands.count_impressions(seen, by=None))


def saved(listing: Listing, draft: str) -> ResponseReturnValue:
    """Say what has become of it, and show it."""
    if draft:
        for part in ("body", "evidence"):
            draft_sent(f"{draft}-{part}")
    sentence = {
        State.DRAFT: say("Saved as a draft. Only you and your colleagues see it."),
        State.REVIEW: say("Sent. A moderator reads it before it is public, usually within two days."),
        State.PUBLISHED: say("It is public."),
    }.get(listing.state, say("Saved."))
    tell(sentence)
    return see(url_for(".show", slug=listing.slug))
