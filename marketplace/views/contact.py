"""How does a browser write to the other side?"""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import clock, db
from academy.kernel.access import require
from academy.kernel.i18n import say
from academy.kernel.web import draft_sent, page, see, submitted, tell
from academy.organisations.queries import memberships_of
from academy.organisations.territories import Tongue
from marketplace import commands, matching, queries, rules
from marketplace.forms import InterestForm, MessageForm, NotForUsForm, ReportForm
from marketplace.models import Interest, InterestState, Listing
from marketplace.views.blueprint import bp
from marketplace.views.conversation import filled_in, interest_page, pressed
from marketplace.views.pages import ids_of, listing_page, mine_of, names_of


@bp.post("/<slug>/not-for-us")
def not_for_us(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(NotForUsForm)
    listing = queries.listing_of(person, slug, mine_of(person))
    if not form.validate():
        return listing_page(listing, ours=True, not_for_us=form, status=422)
    other = queries.listing_seen_by(person, form.other.data or "", now=clock.now())
    if other.kind == listing.kind:
        raise NotFound
    if form.carries(lambda: commands.decline_match(listing, other, form.reason.data or "", by=person)):
        tell(say("You will not see it here again."))
        return see(url_for(".show", slug=slug, _anchor="matches"))
    return listing_page(listing, ours=True, not_for_us=form, status=422)


@bp.get("/<slug>/interest")
def write_to(slug: str) -> ResponseReturnValue:
    person = member()
    memberships = memberships_of(person)
    listing = queries.listing_seen_by(person, slug, now=clock.now())
    known = queries.interest_from(person, listing)
    if known is not None and known.state in (InterestState.WAITING, InterestState.ACCEPTED):
        return see(url_for(".interest", key=known.key))
    require(rules.may_show_interest(person, listing, ids_of(memberships), known, now=clock.now()))
    ours = queries.listings_to_offer(ids_of(memberships), listing.kind.opposite, now=clock.now())
    form = InterestForm(
        organisations=names_of(memberships),
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
        known = queries.listing_seen_by(person, slug, now=clock.now())
        ours = list(queries.listings_to_offer(ids_of(memberships), known.kind.opposite, now=clock.now()))
    form = submitted(InterestForm, organisations=names_of(memberships), listings=ours)
    if not form.validate():
        return _write_to_page(known, form, status=422)
    listing = queries.listing_seen_by(person, slug, now=clock.now())
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
    mine = mine_of(person)
    return interest_page(queries.interest_seen_by(person, key, mine), mine)


@bp.post("/interest/<key>")
def write_message(key: str) -> ResponseReturnValue:
    def send(found: Interest, form: MessageForm, by: Person) -> None:
        commands.write_message(found, form.body.data or "", form.body.written, key=form.key.data or "", by=by)
        draft_sent(f"message-{key}")

    return filled_in(key, MessageForm, "form", send, None, part="reply")


@bp.post("/interest/<key>/accept")
def accept(key: str) -> ResponseReturnValue:
    done = say("Accepted. You can write to each other now.")
    return pressed(key, lambda one, by: commands.accept_interest(one, by=by), done)


@bp.post("/interest/<key>/decline")
def decline(key: str) -> ResponseReturnValue:
    done = say("Declined. They are told, without a reason.")
    return pressed(key, lambda one, by: commands.decline_interest(one, by=by), done)


@bp.post("/interest/<key>/withdraw")
def withdraw(key: str) -> ResponseReturnValue:
    return pressed(key, lambda one, by: commands.withdraw_interest(one, by=by), say("Withdrawn. They are told."))


@bp.post("/interest/<key>/address")
def show_address(key: str) -> ResponseReturnValue:
    done = say("They may have your address. You both see the other’s once both have said so.")
    return pressed(key, lambda one, by: commands.show_address(one, by=by), done)


@bp.post("/interest/<key>/block")
def block(key: str) -> ResponseReturnValue:
    done = say("Ended. Neither of you can write to the other any more.")
    return pressed(key, lambda one, by: commands.block_interest(one, by=by), done)


@bp.post("/interest/<key>/report")
def report(key: str) -> ResponseReturnValue:
    done = say("Thank you. A moderator looks at it.")
    return filled_in(
        key,
        ReportForm,
        "reporting",
        lambda one, form, by: commands.report_interest(one, form.reason.data or "", by=by),
        done,
    )


def _write_to_page(listing: Listing, form: InterestForm, *, status: int = 200) -> ResponseReturnValue:
    languages = matching.Several(tuple(Tongue(code) for code in listing.contact_languages))
    return page("marketplace/write_to.html", status=status, listing=listing, form=form, languages=languages)
