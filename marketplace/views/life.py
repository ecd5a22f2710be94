"""How does a browser publish, pause, renew and close a listing, and review what is new?"""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.i18n import Sentence, say
from academy.kernel.web import page, see, submitted, tell
from marketplace import commands, queries, rules
from marketplace.forms import ClosingForm, ReasonForm
from marketplace.models import Listing
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing, listing_page, mine_of, saved


def _on_mine(slug: str, command: Callable[[Listing, Person], object], sentence: Sentence) -> ResponseReturnValue:
    """Do something with a listing of one's own, and go back to it."""
    person = member()
    listing = queries.listing_of(person, slug, mine_of(person))
    command(listing, person)
    tell(sentence)
    return see(url_for(".show", slug=listing.slug))


@bp.post("/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    person = member()
    listing = queries.listing_of(person, slug, mine_of(person))
    commands.publish_listing(listing, by=person)
    return saved(listing, "")


@bp.post("/<slug>/pause")
def pause(slug: str) -> ResponseReturnValue:
    return _on_mine(slug, lambda one, by: commands.pause_listing(one, by=by), say("Paused. Only you see it now."))


@bp.post("/<slug>/talks")
def begin_talks(slug: str) -> ResponseReturnValue:
    done = say("Marked as in talks: it can still be read, and takes no new messages.")
    return _on_mine(slug, lambda one, by: commands.begin_talks(one, by=by), done)


@bp.get("/<slug>/history")
def history(slug: str) -> ResponseReturnValue:
    person = member()
    listing = queries.listing_whose_history_is_seen_by(person, slug, mine_of(person))
    return page("marketplace/history.html", listing=listing, steps=queries.steps_of(listing), **dressing())


@bp.get("/<slug>/renew")
def ask_renewal(slug: str) -> ResponseReturnValue:
    """Where the link of a warning leads: a page with one button."""
    person = member()
    listing = queries.listing_of(person, slug, mine_of(person))
    require(rules.may_renew(person, listing, mine_of(person)))
    goes_on = rules.ends_before_it_is_renewed(listing, now=clock.now())
    return page("marketplace/renew.html", listing=listing, goes_on=goes_on, **dressing())


@bp.post("/<slug>/renew")
def renew(slug: str) -> ResponseReturnValue:
    return _on_mine(slug, lambda one, by: commands.renew_listing(one, by=by), say("Confirmed for six months."))


@bp.post("/<slug>/close")
def close(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ClosingForm)
    valid = form.validate()
    listing = queries.listing_of(person, slug, mine_of(person))
    if valid and form.carries(lambda: commands.close_listing(listing, form.outcome.data or "", by=person)):
        tell(say("Closed. Thank you for saying so."))
        return see(url_for(".show", slug=slug))
    return listing_page(listing, ours=True, closing=form, status=422)


@bp.post("/<slug>/discard")
def discard(slug: str) -> ResponseReturnValue:
    person = member()
    commands.discard_draft(queries.listing_of(person, slug, mine_of(person)), by=person)
    tell(say("The draft is gone."))
    return see(url_for(".mine"))


@bp.get("/review")
def review() -> ResponseReturnValue:
    require(rules.may_review(member()))
    return page("marketplace/review.html", queue=queries.review_queue(), reports=queries.reports_open(), **dressing())


@bp.post("/<slug>/approve")
def approve(slug: str) -> ResponseReturnValue:
    person = member()
    listing = queries.listing_seen_by(person, slug, now=clock.now())
    commands.approve_listing(listing, by=person)
    tell(say("“%(title)s” is public.", title=listing.title))
    return see(url_for(".review"))


@bp.post("/<slug>/send-back")
def send_back(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ReasonForm)
    valid = form.validate()
    listing, ours = queries.listing_and_side(person, slug, now=clock.now())
    if valid and form.carries(lambda: commands.send_back(listing, form.reason.data or "", by=person)):
        tell(say("Sent back, with your reason."))
        return see(url_for(".review"))
    return listing_page(listing, ours=ours, reason=form, status=422)


@bp.post("/reports/<int:report_id>/settle")
def settle_report(report_id: int) -> ResponseReturnValue:
    person = member()
    require(rules.may_review(person))
    report = queries.report_with_id(report_id)
    if report is None:
        raise NotFound
    commands.settle_report(report, by=person)
    tell(say("Settled."))
    return see(url_for(".review"))
