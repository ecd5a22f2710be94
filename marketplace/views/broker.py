"""How does a browser bring people together?"""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from academy.accounts.viewer import member
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.i18n import say
from academy.kernel.web import page, see, submitted, tell
from academy.organisations import commands as organisations
from academy.organisations.territories import COUNTRIES, Country, Tongue
from academy.organisations.vocabulary import KINDS
from academy.settings import LANGUAGES_KNOWN, settings
from marketplace import commands, queries, rules
from marketplace.forms import IntroductionForm
from marketplace.models import Kind
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing


@bp.get("/broker")
def broker() -> ResponseReturnValue:
    require(rules.may_broker(member()))
    return _desk()


@bp.post("/broker/desk")
def join_desk() -> ResponseReturnValue:
    """Write for people without an account, in the name of the desk."""
    desk = organisations.join_desk(languages=list(settings().languages), by=member())
    kind = request.form.get("kind", Kind.NEED.value)
    return see(url_for(".create", kind=kind, organisation=desk.slug))


@bp.get("/broker/exposure")
def exposure() -> ResponseReturnValue:
    """Who is shown to others, and how often."""
    require(rules.may_broker(member()))
    return page(
        "marketplace/exposure.html",
        exposure=queries.exposure(now=clock.now()),
        kinds=KINDS,
        language_names={code: Tongue(code) for code in LANGUAGES_KNOWN},
        country_names={code: Country(code) for code in COUNTRIES},
        decimal=_decimal,
        **dressing(),
    )


def _decimal(value: float, places: int) -> str:
    return str(format_decimal(round(value, places)))


@bp.post("/broker/introductions")
def introduce() -> ResponseReturnValue:
    person = member()
    form = submitted(IntroductionForm)
    if not form.validate():
        require(rules.may_broker(person))
        return _desk(form, status=422)
    now = clock.now()
    need = queries.listing_seen_by(person, form.need.data or "", now=now)
    offer = queries.listing_seen_by(person, form.offer.data or "", now=now)
    commands.introduce(need, offer, form.note.data or "", by=person)
    tell(say("Both sides have been told."))
    return see(url_for(".broker"))


def _desk(form: IntroductionForm | None = None, *, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    return page(
        "marketplace/broker.html",
        status=status,
        lonely=queries.listings_without_match(now=now),
        silent=queries.silent_interests(now=now),
        pairs=queries.introductions_to_make(now=now),
        shared=queries.same_needs(now=now),
        foreign=queries.listings_in_other_languages(settings().languages, now=now),
        log=queries.introductions_made(),
        form=form or IntroductionForm(),
        **dressing(),
    )
