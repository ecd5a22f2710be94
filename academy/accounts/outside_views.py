"""How does somebody come in with an account from elsewhere?

To the provider and back, then one button: coming back is a GET, and a GET changes nothing. Who is new gets an account, who is known by
this identity is signed in, and who has an account with the same address gives its password once, to connect the two.
"""

from flask import Blueprint, g, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound

from academy.accounts import commands, outside, queries, rules
from academy.accounts.forms import ConnectForm
from academy.accounts.models import Person
from academy.accounts.outside import Claims, provider_set
from academy.accounts.viewer import language_of, member, remember
from academy.kernel import db
from academy.kernel.access import Verdict
from academy.kernel.i18n import language, say
from academy.kernel.web import error_page, local_path, page, see, submitted, tell

bp = Blueprint("outside", __name__, url_prefix="/<lang>/sign-in/outside")

AWAY = say("The other site does not answer. Try again in a little while, or sign in with a password.")


@bp.get("")
def begin() -> ResponseReturnValue:
    cookie["after"] = local_path(request.args.get("next", ""), "")
    try:
        return outside.send_to_provider(url_for(".come_back", _external=True))
    except ConnectionError:
        return error_page(503, AWAY)


@bp.get("/back")
def come_back() -> ResponseReturnValue:
    try:
        claims = outside.claims_of_answer()
    except ConnectionError:
        return error_page(503, AWAY)
    if claims is None:
        tell(say("You were not signed in: the other site did not say who you are."), "warn")
        return see(url_for("accounts.sign_in", next=cookie.get("after") or None))
    outside.keep(claims)
    return see(url_for(".welcome"))


@bp.get("/welcome")
def welcome() -> ResponseReturnValue:
    return _welcome_page(_claims(), ConnectForm())


@bp.post("/welcome")
def come_in() -> ResponseReturnValue:
    claims, form = _claims(), submitted(ConnectForm)
    with db.looking():
        known = queries.person_known_as(claims.issuer, claims.subject)
        owner = None if known else queries.person_with_address(claims.email)
    if owner is not None and owner.confirmed_at is not None and not _password_of(owner, form):
        return _welcome_page(claims, form, status=422)
    person = _person_for(claims)
    key = commands.start_sign_in(person, browser=request.user_agent.string, by=person)
    after = cookie.get("after") or ""
    remember(person, key)
    return see(local_path(after, url_for("home.start", lang=language_of(person))))


@bp.post("/disconnect")
def disconnect() -> ResponseReturnValue:
    me = queries.person_with_id(member().id)
    identity = queries.outside_identity_of(me) if me else None
    if me is None or identity is None:
        raise NotFound
    commands.disconnect_outside(me, identity, by=me)
    tell(say("Disconnected. From now on you sign in with your password."))
    return see(url_for("accounts.settings"))


def _claims() -> Claims:
    claims = outside.kept()
    if claims is None:
        raise Gone
    return claims


def _welcome_page(claims: Claims, form: ConnectForm, *, status: int = 200) -> ResponseReturnValue:
    known = queries.person_known_as(claims.issuer, claims.subject)
    owner = None if known else queries.person_with_address(claims.email)
    return page(
        "accounts/welcome.html",
        status=status,
        form=form,
        claims=claims,
        provider=provider_set().name,
        known=known,
        connects=owner is not None and owner.confirmed_at is not None,
    )


def _password_of(owner: Person, form: ConnectForm) -> bool:
    """The password of the account that has this address, tried as rarely as at sign-in."""
    right = form.validate() and commands.verified(form.password.data or "", owner)
    wait = commands.too_many_tries("sign-in", owner.email, rules.TRIES_PER_ACCOUNT, by=None)
    if form.errors:
        return False
    verdict = rules.may_sign_in(owner, password_right=right)
    if wait:
        verdict = Verdict(say("Too many tries. Wait a little and try again."), 422, "password")
    if not verdict:
        form.password.errors = [str(verdict.refusal)]
    return bool(verdict)


def _person_for(claims: Claims) -> Person:
    """Who is known by this identity; else who has the address, now connected; else somebody new."""
    known = queries.person_known_as(claims.issuer, claims.subject)
    if known is not None:
        return known
    if not claims.email:
        raise Gone
    person = queries.person_with_address(claims.email)
    if person is None or person.confirmed_at is None:
        person = commands.sign_up(
            email=claims.email,
            name=claims.name or claims.email.partition("@")[0],
            password_hash="",
            language=language(),
            time_zone=g.get("time_zone", "Europe/Rome"),
            by=None,
            confirmed=True,
        )
        assert person is not None, "an unconfirmed address gets its account"
        person = queries.person_with_id(person.id)
        assert person is not None
        commands.confirm_address(person, by=None)
    commands.connect_outside(person, issuer=claims.issuer, subject=claims.subject, by=None)
    return person
