"""How does a browser ask? Parse, command, answer."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.kernel import clock, db
from academy.kernel.access import require
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.web import draft_sent, page, random_key, same_for_visitors, see, submitted, tell
from academy.organisations.models import Membership, Organisation
from academy.organisations.queries import memberships_of, organisation_seen_by
from academy.organisations.territories import COUNTRIES, Country, Tongue, place, region_name
from academy.settings import LANGUAGES_KNOWN
from marketplace import commands, matching, queries, rules, vocabulary
from marketplace.forms import ClosingForm, InterestForm, ListingForm, MessageForm, NotForUsForm, ReasonForm
from marketplace.models import Interest, InterestState, Kind, Listing, State
from marketplace.queries import CLOSEST, CLOSING, NARROWED_BY, NEWEST, Results, Wish

bp = Blueprint("marketplace", __name__, url_prefix="/<lang>/marketplace")

PAGE = 20
SHOWN_TO_OWNER, SHOWN_TO_OTHERS = 10, 3

FACETS: dict[str, tuple[Sentence, Mapping[str, object]]] = {
    "kind": (say("Kind"), vocabulary.KINDS),
    "theme": (say("Field or goal"), vocabulary.THEMES),
    "resource": (say("What is needed or given"), vocabulary.RESOURCES),
    "target": (say("For whom"), vocabulary.TARGETS),
    "country": (say("Country"), {code: Country(code) for code in COUNTRIES}),
    "conditions": (say("Conditions"), vocabulary.CONDITIONS),
    "language": (say("Written in"), {code: Tongue(code) for code in LANGUAGES_KNOWN}),
}

SORTS = {CLOSEST: say("closest"), NEWEST: say("newest"), CLOSING: say("closing soon")}


# --- finding ------------------------------------------------------------------------------------------------------


@bp.get("")
@same_for_visitors(60)
def browse() -> ResponseReturnValue:
    now = clock.now()
    wish = _wish()
    results = queries.listings_found(wish, language=language(), now=now, limit=PAGE)
    return page(
        "marketplace/browse.html",
        wish=wish,
        results=results,
        facets=[_facet(name, wish, results.counts.get(name, {})) for name in NARROWED_BY],
        chosen=sum(len(values) for values in wish.chosen.values()) + bool(wish.organisation),
        organisation=_organisation(wish, results),
        sorts=[
            (name, label, _browse_address(wish, sort=name))
            for name, label in SORTS.items()
            if wish.words or name != CLOSEST
        ],
        sort=wish.sort or (CLOSEST if wish.words else NEWEST),
        older=_browse_address(wish, after=results.listings[-1].slug) if results.more else "",
        first=_browse_address(wish) if wish.after else "",
        **_dressing(),
    )


@bp.get("/how-matching-works")
@same_for_visitors(600)
def how_matching_works() -> ResponseReturnValue:
    return page("marketplace/how_matching_works.html", matching=matching, parts=vocabulary.PARTS)


@bp.get("/<slug>")
@same_for_visitors(60)
def show(slug: str) -> ResponseReturnValue:
    mine = _mine(viewer())
    listing = queries.listing_seen_by(viewer(), slug, mine, now=clock.now())
    return _listing_page(listing, mine)


# --- writing ------------------------------------------------------------------------------------------------------


@bp.get("/new")
def create() -> ResponseReturnValue:
    memberships = memberships_of(member())
    kind = _kind()
    if not memberships:
        return page("marketplace/whose.html", kind=kind, **_dressing())
    form = ListingForm(kind=kind, organisations=_names(memberships), data=_first_guess(memberships[0]))
    return _form_page(form, None)


@bp.post("/new")
def send_create() -> ResponseReturnValue:
    person = member()
    form, valid, publishes = _sent(person)
    made: list[Listing] = []

    def save() -> None:
        made.append(commands.draft_listing(form.kind, form.organisation.data, form.content(), by=person))
        if publishes:
            commands.publish_listing(made[0], by=person)

    if valid and form.carries(save):
        return _saved(made[0], "listing-new")
    return _form_page(form, None, status=422)


@bp.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    memberships = memberships_of(member())
    listing = queries.listing_of(member(), slug, _ids(memberships))
    require(rules.may_change(viewer(), listing, _ids(memberships)))
    names = {listing.organisation_id: listing.organisation.name}
    form = ListingForm(
        kind=listing.kind, organisations=names, obj=listing, data={"organisation": listing.organisation_id}
    )
    return _form_page(form, listing)


@bp.post("/<slug>/edit")
def send_edit(slug: str) -> ResponseReturnValue:
    person = member()
    with db.looking():
        known = queries.listing_of(person, slug, _mine(person))
    form, valid, publishes = _sent(person, known)
    listing = queries.listing_of(person, slug, _mine(person))

    def save() -> None:
        commands.change_listing(listing, form.content(), by=person, revision=form.revision.data)
        if publishes:
            commands.publish_listing(listing, by=person)

    if valid and form.carries(save):
        return _saved(listing, f"listing-{slug}")
    return _form_page(form, listing, status=422)


@bp.post("/preview")
@db.only_reads
def preview() -> ResponseReturnValue:
    """The listing as others would see it, above the form that it came from. Nothing is kept."""
    person = member()
    mine = _mine(person)
    editing = request.form.get("editing", "")
    listing = queries.listing_of(person, editing, mine) if editing else None
    form, valid, _publishes = _sent(person, listing)
    if not valid:
        return _form_page(form, listing, status=422)
    content = form.content()
    shown = Listing(kind=form.kind, **vars(content))
    return _form_page(form, listing, shown=shown, missing=rules.gaps(shown, today=clock.now().date()))


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    person = member()
    memberships = memberships_of(person)
    listings = queries.listings_written_for(_ids(memberships))
    return page(
        "marketplace/mine.html",
        memberships=memberships,
        groups=[(state, [one for one in listings if one.state == state]) for state in vocabulary.STATES],
        interests=queries.interest_counts(listings),
        fitting=queries.match_counts([one for one in listings if one.state == State.PUBLISHED], now=clock.now()),
        shown=queries.interests_shown_by(person, _ids(memberships)),
        may_review=rules.may_review(person),
        **_dressing(),
    )


# --- life ---------------------------------------------------------------------------------------------------------


def _on_mine(slug: str, command: Callable[[Listing, Person], object], sentence: Sentence) -> ResponseReturnValue:
    """Do something with a listing of one's own, and go back to it."""
    person = member()
    listing = queries.listing_of(person, slug, _mine(person))
    command(listing, person)
    tell(sentence)
    return see(url_for(".show", slug=listing.slug))


@bp.post("/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    person = member()
    listing = queries.listing_of(person, slug, _mine(person))
    commands.publish_listing(listing, by=person)
    return _saved(listing, "")


@bp.post("/<slug>/pause")
def pause(slug: str) -> ResponseReturnValue:
    return _on_mine(slug, lambda one, by: commands.pause_listing(one, by=by), say("Paused. Only you see it now."))


@bp.post("/<slug>/talks")
def begin_talks(slug: str) -> ResponseReturnValue:
    done = say("Marked as in talks: it can still be read, and takes no new messages.")
    return _on_mine(slug, lambda one, by: commands.begin_talks(one, by=by), done)


@bp.post("/<slug>/renew")
def renew(slug: str) -> ResponseReturnValue:
    return _on_mine(slug, lambda one, by: commands.renew_listing(one, by=by), say("Renewed for six months."))


@bp.post("/<slug>/close")
def close(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ClosingForm)
    valid = form.validate()
    listing = queries.listing_of(person, slug, _mine(person))
    if valid and form.carries(lambda: commands.close_listing(listing, form.outcome.data or "", by=person)):
        tell(say("Closed. Thank you for saying so."))
        return see(url_for(".show", slug=slug))
    return _listing_page(listing, _mine(person), closing=form, status=422)


@bp.post("/<slug>/discard")
def discard(slug: str) -> ResponseReturnValue:
    person = member()
    commands.discard_draft(queries.listing_of(person, slug, _mine(person)), by=person)
    tell(say("The draft is gone."))
    return see(url_for(".mine"))


# --- review -------------------------------------------------------------------------------------------------------


@bp.get("/review")
def review() -> ResponseReturnValue:
    require(rules.may_review(member()))
    return page("marketplace/review.html", queue=queries.review_queue(), **_dressing())


@bp.post("/<slug>/approve")
def approve(slug: str) -> ResponseReturnValue:
    person = member()
    listing = queries.listing_seen_by(person, slug, _mine(person), now=clock.now())
    commands.approve_listing(listing, by=person)
    tell(say("“%(title)s” is public.", title=listing.title))
    return see(url_for(".review"))


@bp.post("/<slug>/send-back")
def send_back(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ReasonForm)
    valid = form.validate()
    listing = queries.listing_seen_by(person, slug, _mine(person), now=clock.now())
    if valid and form.carries(lambda: commands.send_back(listing, form.reason.data or "", by=person)):
        tell(say("Sent back, with your reason."))
        return see(url_for(".review"))
    return _listing_page(listing, _mine(person), reason=form, status=422)


# --- matches and contact ------------------------------------------------------------------------------------------


@bp.post("/<slug>/not-for-us")
def not_for_us(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(NotForUsForm)
    mine, now = _mine(person), clock.now()
    listing = queries.listing_of(person, slug, mine)
    if not form.validate():
        return _listing_page(listing, mine, not_for_us=form, status=422)
    other = queries.listing_seen_by(person, form.other.data or "", mine, now=now)
    if other.kind == listing.kind:
        raise NotFound
    if form.carries(lambda: commands.decline_match(listing, other, form.reason.data or "", by=person)):
        tell(say("You will not see it here again."))
        return see(url_for(".show", slug=slug, _anchor="matches"))
    return _listing_page(listing, mine, not_for_us=form, status=422)


@bp.get("/<slug>/interest")
def write_to(slug: str) -> ResponseReturnValue:
    person = member()
    memberships = memberships_of(person)
    listing = queries.listing_seen_by(person, slug, _ids(memberships), now=clock.now())
    known = queries.interest_from(person, listing, _ids(memberships))
    if known is not None and known.state in (InterestState.WAITING, InterestState.ACCEPTED):
        return see(url_for(".interest", key=known.key))
    require(rules.may_show_interest(person, listing, _ids(memberships), known, now=clock.now()))
    ours = queries.listings_to_offer(_ids(memberships), listing.kind.opposite, now=clock.now())
    form = InterestForm(
        organisations=_names(memberships),
        listings=list(ours),
        data={
            "organisation": memberships[0].organisation_id if memberships else 0,
            "with_listing": request.args.get("about", ""),
        },
    )
    return _write_to_page(listing, form)


@bp.post("/<slug>/interest")
def send_interest(slug: str) -> ResponseReturnValue:
    person = member()
    with db.looking():
        memberships = memberships_of(person)
        known = queries.listing_seen_by(person, slug, _ids(memberships), now=clock.now())
        ours = list(queries.listings_to_offer(_ids(memberships), known.kind.opposite, now=clock.now()))
    form = submitted(InterestForm, organisations=_names(memberships), listings=ours)
    if not form.validate():
        return _write_to_page(known, form, status=422)
    listing = queries.listing_seen_by(person, slug, _ids(memberships), now=clock.now())
    interest = commands.show_interest(
        listing,
        form.body.data or "",
        form.body.written,
        by=person,
        organisation_id=form.organisation.data or None,
        with_listing=next((one for one in ours if one.slug == form.with_listing.data), None),
    )
    tell(say("Sent. They see it here and by mail, without your address."))
    draft_sent(f"interest-{slug}")
    return see(url_for(".interest", key=interest.key))


@bp.get("/interest/<key>")
def interest(key: str) -> ResponseReturnValue:
    person = member()
    mine = _mine(person)
    return _interest_page(queries.interest_seen_by(person, key, mine), mine, MessageForm(data={"key": random_key(20)}))


@bp.post("/interest/<key>")
def write_message(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(MessageForm)
    valid = form.validate()
    mine = _mine(person)
    found = queries.interest_seen_by(person, key, mine)
    if not valid:
        return _interest_page(found, mine, form, status=422)
    commands.write_message(found, form.body.data or "", form.body.written, key=form.key.data or "", by=person)
    draft_sent(f"message-{key}")
    return see(url_for(".interest", key=key, _anchor="reply"))


def _on_interest(key: str, command: Callable[[Interest, Person], object], sentence: Sentence) -> ResponseReturnValue:
    person = member()
    command(queries.interest_seen_by(person, key, _mine(person)), person)
    tell(sentence)
    return see(url_for(".interest", key=key))


@bp.post("/interest/<key>/accept")
def accept(key: str) -> ResponseReturnValue:
    done = say("Accepted. You can write to each other now.")
    return _on_interest(key, lambda one, by: commands.accept_interest(one, by=by), done)


@bp.post("/interest/<key>/decline")
def decline(key: str) -> ResponseReturnValue:
    done = say("Declined. They are told, without a reason.")
    return _on_interest(key, lambda one, by: commands.decline_interest(one, by=by), done)


@bp.post("/interest/<key>/withdraw")
def withdraw(key: str) -> ResponseReturnValue:
    return _on_interest(key, lambda one, by: commands.withdraw_interest(one, by=by), say("Withdrawn. They are told."))


# --- pages --------------------------------------------------------------------------------------------------------


def _listing_page(
    listing: Listing,
    mine: set[int],
    *,
    status: int = 200,
    closing: ClosingForm | None = None,
    reason: ReasonForm | None = None,
    not_for_us: NotForUsForm | None = None,
) -> ResponseReturnValue:
    now, person = clock.now(), viewer()
    ours = listing.organisation_id in mine
    own_interest = queries.interest_from(person, listing, mine) if not ours else None
    return page(
        "marketplace/show.html",
        status=status,
        listing=listing,
        ours=ours,
        is_open=rules.is_open(listing, now=now),
        matches=queries.matches_of(listing, now=now, limit=SHOWN_TO_OWNER if ours else SHOWN_TO_OTHERS),
        looking=rules.is_open(listing, now=now) and listing.matched_at is None,
        interests=queries.interests_in(listing) if ours else [],
        talking=queries.interest_counts([listing]).get(listing.id, {}),
        own_interest=own_interest,
        may_write=rules.may_show_interest(person, listing, mine, own_interest, now=now),
        may_decide=rules.may_decide(person, listing),
        may_renew=rules.may_renew(person, listing, mine),
        solution=ours and rules.reads_like_a_solution(listing.kind, listing.title),
        missing=rules.gaps(listing, today=now.date()) if ours and listing.state == State.DRAFT else {},
        closing=closing or ClosingForm(),
        reason=reason or ReasonForm(),
        not_for_us=not_for_us or NotForUsForm(),
        wrong=next((form for form in (closing, reason, not_for_us) if form), None),
        **_dressing(),
    )


def _write_to_page(listing: Listing, form: InterestForm, *, status: int = 200) -> ResponseReturnValue:
    languages = matching.Several(tuple(Tongue(code) for code in listing.contact_languages))
    return page("marketplace/write_to.html", status=status, listing=listing, form=form, languages=languages)


def _interest_page(found: Interest, mine: set[int], form: MessageForm, *, status: int = 200) -> ResponseReturnValue:
    person = member()
    return page(
        "marketplace/interest.html",
        status=status,
        interest=found,
        ours=rules.is_from_owner(found, mine),
        messages=queries.messages_of(found),
        form=form,
        may_answer=rules.may_answer(person, found, mine),
        may_write=rules.may_write(person, found, mine),
        may_withdraw=rules.may_withdraw(person, found, mine),
        **_dressing(),
    )


def _form_page(
    form: ListingForm,
    listing: Listing | None,
    *,
    status: int = 200,
    shown: Listing | None = None,
    missing: Mapping[str, Sentence] | None = None,
) -> ResponseReturnValue:
    return page(
        "marketplace/form.html",
        status=status,
        form=form,
        kind=form.kind,
        listing=listing,
        shown=shown,
        missing=missing or {},
        solution=rules.reads_like_a_solution(form.kind, form.title.data or ""),
        address=url_for(".edit", slug=listing.slug) if listing else url_for(".create"),
        draft=f"listing-{listing.slug}" if listing else "listing-new",
        is_draft=listing is None or listing.state == State.DRAFT,
        **_dressing(),
    )


def _saved(listing: Listing, draft: str) -> ResponseReturnValue:
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


def _dressing() -> dict[str, Any]:
    """What every page of the marketplace needs to call things by their names."""
    return {
        "vocabulary": vocabulary,
        "place": place,
        "region_name": region_name,
        "country_name": Country,
        "language_name": Tongue,
        "fits": matching.FITS,
    }


# --- what was asked ------------------------------------------------------------------------------------------------


def _ids(memberships: Any) -> set[int]:
    return {membership.organisation_id for membership in memberships}


def _names(memberships: Any) -> dict[int, str]:
    return {membership.organisation_id: membership.organisation.name for membership in memberships}


def _mine(person: Person | None) -> set[int]:
    return _ids(memberships_of(person))


def _kind() -> Kind:
    asked_for = request.values.get("kind", Kind.NEED.value)
    if asked_for not in {kind.value for kind in Kind}:
        raise NotFound
    return Kind(asked_for)


def _sent(person: Person, listing: Listing | None = None) -> tuple[ListingForm, bool, bool]:
    """The form as it was sent, whether it is valid, and whether it is to be public at once."""
    if listing is not None:
        kind, names = listing.kind, {listing.organisation_id: listing.organisation.name}
    else:
        with db.looking():
            kind, names = _kind(), _names(memberships_of(person))
    form = submitted(ListingForm, kind=kind, organisations=names)
    publishes = request.form.get("action") == "publish"
    must_be_whole = publishes or (listing is not None and listing.state != State.DRAFT and "action" in request.form)
    valid = form.validate()
    if must_be_whole:
        valid = form.is_complete(today=clock.now().date()) and valid
    return form, valid, publishes and (listing is None or listing.state != State.PUBLISHED)


def _first_guess(membership: Membership) -> dict[str, Any]:
    """What a new listing probably says, from the organisation it is for."""
    organisation = membership.organisation
    return {
        "organisation": organisation.id,
        "country": organisation.country,
        "nuts2": organisation.nuts2,
        "municipality": organisation.municipality,
        "language": language(),
        "contact_languages": organisation.languages or [language()],
    }


def _wish() -> Wish:
    """What the address asks for; a value that we do not know is as if it were not there."""
    chosen = {}
    for facet, (_title, labels) in FACETS.items():
        if values := tuple(dict.fromkeys(value for value in request.args.getlist(facet) if value in labels)):
            chosen[facet] = values
    sort = request.args.get("sort", "")
    return Wish(
        words=request.args.get("q", "").strip()[:200],
        chosen=chosen,
        organisation=request.args.get("organisation", "")[:80],
        sort=sort if sort in SORTS else "",
        after=request.args.get("after", "")[:80],
    )


def _organisation(wish: Wish, results: Results) -> Organisation | None:
    """The one that the list is narrowed to; there may be nothing of it."""
    if not wish.organisation:
        return None
    return results.listings[0].organisation if results.listings else organisation_seen_by(viewer(), wish.organisation)


def _browse_address(wish: Wish, *, sort: str = "", after: str = "") -> str:
    asked_for: dict[str, Any] = {facet: list(values) for facet, values in wish.chosen.items()}
    asked_for |= {"q": wish.words, "organisation": wish.organisation, "sort": sort or wish.sort, "after": after}
    return url_for(".browse", **{name: value for name, value in asked_for.items() if value})


def _facet(name: str, wish: Wish, counts: Mapping[str, int]) -> dict[str, Any]:
    """One group of boxes: what is chosen and what there is, the most frequent first."""
    title, labels = FACETS[name]
    chosen = wish.chosen.get(name, ())
    values = [
        (value, str(label), counts.get(value, 0), value in chosen)
        for value, label in labels.items()
        if counts.get(value) or value in chosen
    ]
    if len(values) > 3:
        values.sort(key=lambda one: (not one[3], -one[2], one[1]))
    return {"name": name, "title": title, "first": values[:7], "rest": values[7:]}
