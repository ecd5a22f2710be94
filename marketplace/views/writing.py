"""How does a browser write a need or an offer?"""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.kernel import clock, db, files
from academy.kernel.access import require
from academy.kernel.files.forms import FileForm
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.web import page, see, submitted, tell
from academy.organisations.models import Membership
from academy.organisations.queries import memberships_of
from marketplace import commands, queries, rules, vocabulary
from marketplace.forms import ListingForm
from marketplace.models import Kind, Listing, State
from marketplace.views.blueprint import bp
from marketplace.views.pages import advice_on, dressing, ids_of, listing_page, mine_of, names_of, saved
from marketplace.words import words_of

LARGEST = 31  # MB: the largest document, and what goes around it


@bp.get("/new")
def create() -> ResponseReturnValue:
    memberships = memberships_of(member())
    kind = _kind()
    if not memberships:
        return page("marketplace/whose.html", kind=kind, may_broker=rules.may_broker(viewer()), **dressing())
    asked_for = request.args.get("organisation", "")
    guess = _first_guess(next((one for one in memberships if one.organisation.slug == asked_for), memberships[0]))
    return _form_page(ListingForm(kind=kind, organisations=names_of(memberships), data=guess), None)


@bp.post("/new")
@files.takes_files(LARGEST)
def send_create() -> ResponseReturnValue:
    person = member()
    form, valid, publishes = _sent(person)
    made: list[Listing] = []

    def save() -> None:
        made.append(commands.draft_listing(form.kind, form.organisation.data, form.content(), by=person))
        _add_files(made[0], form, by=person)
        if publishes:
            commands.publish_listing(made[0], by=person)

    if valid and form.carries(save):
        return saved(made[0], "listing-new")
    return _form_page(form, None, status=422)


@bp.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    memberships = memberships_of(member())
    listing = queries.listing_of(member(), slug, ids_of(memberships))
    require(rules.may_change(viewer(), listing, ids_of(memberships)))
    names = {listing.organisation_id: listing.organisation.name}
    form = ListingForm(
        kind=listing.kind,
        organisations=names,
        obj=listing,
        data={"organisation": listing.organisation_id, "they_agree": bool(listing.on_behalf_of)},
    )
    return _form_page(form, listing)


@bp.post("/<slug>/edit")
@files.takes_files(LARGEST)
def send_edit(slug: str) -> ResponseReturnValue:
    person = member()
    with db.looking():
        known = queries.listing_of(person, slug, mine_of(person))
    form, valid, publishes = _sent(person, known)
    listing = queries.listing_of(person, slug, mine_of(person))

    def save() -> None:
        commands.change_listing(listing, form.content(), by=person, revision=form.revision.data)
        _add_files(listing, form, by=person)
        if publishes:
            commands.publish_listing(listing, by=person)

    if valid and form.carries(save):
        return saved(listing, f"listing-{slug}")
    return _form_page(form, listing, status=422)


@bp.post("/preview")
@db.only_reads
@files.takes_files(LARGEST)
def preview() -> ResponseReturnValue:
    """The listing as others would see it, above the form that it came from. Nothing is kept."""
    person = member()
    listing = _being_changed(person)
    form, valid, _publishes = _sent(person, listing)
    if not valid:
        return _form_page(form, listing, status=422)
    content = form.content()
    shown = Listing(kind=form.kind, **vars(content))
    return _form_page(form, listing, shown=shown, missing=rules.gaps(shown, today=clock.now().date()))


@bp.post("/suggestions")
@db.only_reads
def suggestions() -> ResponseReturnValue:
    """What the text seems to be about and what is here already, while it is being written. Nothing is kept."""
    person = member()
    listing = _being_changed(person)
    form, _valid, _publishes = _sent(person, listing)
    return _form_page(form, listing)


@bp.post("/with-file")
@db.only_reads
@files.takes_files(LARGEST)
def write_with_file() -> ResponseReturnValue:
    """The form once more, with one file that it holds from now on. Nothing else of it is looked at."""
    person = member()
    listing = _being_changed(person)
    form = _form_sent(person, listing)
    valid = form.takes_file()
    return _form_page(form, listing, status=200 if valid else 422)


@bp.post("/<slug>/files")
@files.takes_files(LARGEST)
def add_file(slug: str) -> ResponseReturnValue:
    person = member()
    with db.looking():
        queries.listing_of(person, slug, mine_of(person))
    form = submitted(FileForm)
    found, said = (form.file.found if form.validate() else None), form.alternative.data or ""
    listing = queries.listing_of(person, slug, mine_of(person))
    if found and form.carries(lambda: commands.add_file(listing, found, alternative=said, by=person)):
        tell(say("The file is there."))
        return see(url_for(".show", slug=slug, _anchor="files"))
    return listing_page(listing, ours=True, sent=form, status=422)


@bp.post("/<slug>/files/<key>/away")
def take_file_away(slug: str, key: str) -> ResponseReturnValue:
    person = member()
    commands.take_file_away(queries.listing_of(person, slug, mine_of(person)), key, by=person)
    tell(say("The file is gone."))
    return see(url_for(".show", slug=slug, _anchor="files"))


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    person = member()
    memberships = memberships_of(person)
    listings = queries.listings_written_for(ids_of(memberships))
    return page(
        "marketplace/mine.html",
        memberships=memberships,
        groups=[(state, [one for one in listings if one.state == state]) for state in vocabulary.STATES],
        interests=queries.interest_counts(listings),
        fitting=queries.match_counts([one for one in listings if one.state == State.PUBLISHED], now=clock.now()),
        shown=queries.interests_shown_by(person, ids_of(memberships)),
        may_review=rules.may_review(person),
        may_broker=rules.may_broker(person),
        **dressing(),
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
        suggested=_suggested(form, listing),
        advice=advice_on(form.kind, form.title.data or "", form.whole_text, form.language.data or ""),
        there=files.files_used_by([listing.ref])[listing.ref] if listing else [],
        address=url_for(".edit", slug=listing.slug) if listing else url_for(".create"),
        draft=f"listing-{listing.slug}" if listing else "listing-new",
        is_draft=listing is None or listing.state == State.DRAFT,
        **dressing(),
    )


def _suggested(form: ListingForm, listing: Listing | None) -> queries.Suggested:
    """What the worker has found for the draft as it is kept; for what has been typed since, what words say."""
    mine, now = mine_of(viewer()), clock.now()
    if request.method == "GET":
        return queries.suggested_for(listing, mine, now=now) if listing else queries.Suggested({})
    if form.body.errors:
        return queries.Suggested({})  # it can't be read
    typed = Listing(kind=form.kind, **vars(form.content()))
    typed.words = words_of(typed)
    return queries.suggested_at_once(typed, mine, now=now)


def _kind() -> Kind:
    asked_for = request.values.get("kind", Kind.NEED.value)
    if asked_for not in {kind.value for kind in Kind}:
        raise NotFound
    return Kind(asked_for)


def _being_changed(person: Person) -> Listing | None:
    """What the form is about, if it is there already."""
    editing = request.form.get("editing", "")
    return queries.listing_of(person, editing, mine_of(person)) if editing else None


def _form_sent(person: Person, listing: Listing | None) -> ListingForm:
    if listing is not None:
        kind, names = listing.kind, {listing.organisation_id: listing.organisation.name}
    else:
        with db.looking():
            kind, names = _kind(), names_of(memberships_of(person))
    return submitted(ListingForm, kind=kind, organisations=names)


def _sent(person: Person, listing: Listing | None = None) -> tuple[ListingForm, bool, bool]:
    """The form as it was sent, whether it is valid, and whether it is to be public at once."""
    form = _form_sent(person, listing)
    publishes = request.form.get("action") == "publish"
    must_be_whole = publishes or (listing is not None and listing.state != State.DRAFT and "action" in request.form)
    valid = form.validate()
    if must_be_whole:
        valid = form.is_complete(today=clock.now().date()) and valid
    return form, valid, publishes and (listing is None or listing.state != State.PUBLISHED)


def _add_files(listing: Listing, form: ListingForm, *, by: Person) -> None:
    for one in form.received.files:
        commands.add_file(listing, one.found, alternative=one.alternative, by=by)


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
