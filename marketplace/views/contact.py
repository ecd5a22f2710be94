"""How does a browser write to the other side?"""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import clock, db
from academy.kernel.access import require
from academy.kernel.i18n import Sentence, say
from academy.kernel.web import draft_sent, page, random_key, see, submitted, tell
from academy.organisations.queries import memberships_of
from academy.organisations.territories import Tongue
from marketplace import commands, matching, queries, rules
from marketplace.forms import AgreementForm, EndForm, InterestForm, MessageForm, NotForUsForm, OutcomeForm, ReportForm
from marketplace.models import Agreement, Interest, InterestState, Listing
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing, ids_of, listing_page, mine_of, names_of


@bp.post("/<slug>/not-for-us")
def not_for_us(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(NotForUsForm)
    mine, now = mine_of(person), clock.now()
    listing = queries.listing_of(person, slug, mine)
    if not form.validate():
        return listing_page(listing, mine, not_for_us=form, status=422)
    other = queries.listing_seen_by(person, form.other.data or "", mine, now=now)
    if other.kind == listing.kind:
        raise NotFound
    if form.carries(lambda: commands.decline_match(listing, other, form.reason.data or "", by=person)):
        tell(say("You will not see it here again."))
        return see(url_for(".show", slug=slug, _anchor="matches"))
    return listing_page(listing, mine, not_for_us=form, status=422)


@bp.get("/<slug>/interest")
def write_to(slug: str) -> ResponseReturnValue:
    person = member()
    memberships = memberships_of(person)
    listing = queries.listing_seen_by(person, slug, ids_of(memberships), now=clock.now())
    known = queries.interest_from(person, listing, ids_of(memberships))
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
        known = queries.listing_seen_by(person, slug, ids_of(memberships), now=clock.now())
        ours = list(queries.listings_to_offer(ids_of(memberships), known.kind.opposite, now=clock.now()))
    form = submitted(InterestForm, organisations=names_of(memberships), listings=ours)
    if not form.validate():
        return _write_to_page(known, form, status=422)
    listing = queries.listing_seen_by(person, slug, ids_of(memberships), now=clock.now())
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
    person = member()
    form = submitted(MessageForm)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)
    if not valid:
        return interest_page(found, mine, form, status=422)
    commands.write_message(found, form.body.data or "", form.body.written, key=form.key.data or "", by=person)
    draft_sent(f"message-{key}")
    return see(url_for(".interest", key=key, _anchor="reply"))


def _on_interest(key: str, command: Callable[[Interest, Person], object], sentence: Sentence) -> ResponseReturnValue:
    person = member()
    command(queries.interest_seen_by(person, key, mine_of(person)), person)
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


def _write_to_page(listing: Listing, form: InterestForm, *, status: int = 200) -> ResponseReturnValue:
    languages = matching.Several(tuple(Tongue(code) for code in listing.contact_languages))
    return page("marketplace/write_to.html", status=status, listing=listing, form=form, languages=languages)


@bp.post("/interest/<key>/address")
def show_address(key: str) -> ResponseReturnValue:
    done = say("They may have your address. You both see the other’s once both have said so.")
    return _on_interest(key, lambda one, by: commands.show_address(one, by=by), done)


@bp.post("/interest/<key>/block")
def block(key: str) -> ResponseReturnValue:
    done = say("Ended. Neither of you can write to the other any more.")
    return _on_interest(key, lambda one, by: commands.block_interest(one, by=by), done)


@bp.post("/interest/<key>/report")
def report(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ReportForm)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)
    if valid and form.carries(lambda: commands.report_interest(found, form.reason.data or "", by=person)):
        tell(say("Thank you. A moderator looks at it."))
        return see(url_for(".interest", key=key))
    return interest_page(found, mine, reporting=form, status=422)


def interest_page(
    found: Interest,
    mine: set[int],
    form: MessageForm | None = None,
    *,
    proposing: AgreementForm | None = None,
    ending: EndForm | None = None,
    telling: OutcomeForm | None = None,
    reporting: ReportForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    person = member()
    agreement = queries.agreement_of(found)
    return page(
        "marketplace/interest.html",
        status=status,
        interest=found,
        ours=rules.is_from_owner(found, mine),
        messages=queries.messages_of(found),
        agreement=agreement,
        addresses=queries.addresses_in(found),
        form=form or MessageForm(data={"key": random_key(20)}),
        proposing=proposing or AgreementForm(),
        ending=ending or EndForm(),
        telling=telling or OutcomeForm(data=_told(agreement)),
        reporting=reporting or ReportForm(),
        wrong=next((one for one in (form, proposing, ending, telling, reporting) if one), None),
        may_answer=rules.may_answer(person, found, mine),
        may_write=rules.may_write(person, found, mine),
        may_withdraw=rules.may_withdraw(person, found, mine),
        may_agree=agreement is not None and rules.may_accept_agreement(person, agreement, mine),
        may_go_on=agreement is not None and rules.may_go_on(person, agreement, mine),
        may_confirm=agreement is not None and rules.may_confirm_outcome(person, agreement, mine),
        **dressing(),
    )


def _told(agreement: Agreement | None) -> dict[str, Any]:
    """What stands in the form: what the two, or their needs, have said so far."""
    if agreement is None:
        return {}
    return {
        "result": agreement.result,
        "people": agreement.people_reached,
        "goals": agreement.goals or agreement.interest.listing.goals,
        "evidence": agreement.evidence,
    }
