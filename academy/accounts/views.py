"""How does a browser ask? Parse, command, answer."""

import json
from typing import TypeVar

from flask import Blueprint, Response, g, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from werkzeug.exceptions import Gone, NotFound

from academy.accounts import commands, passwords, queries, rules
from academy.accounts.forms import (
    AboutMeForm,
    AddressForm,
    ClosingForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
    SignInForm,
    SignUpForm,
)
from academy.accounts.models import Person
from academy.accounts.tokens import facts_in, fingerprint
from academy.accounts.told import told_of
from academy.accounts.viewer import language_of, member, remember, this_sign_in, viewer
from academy.kernel import db
from academy.kernel.access import Verdict
from academy.kernel.forms import Form
from academy.kernel.i18n import language, say, say_number
from academy.kernel.privacy import everything_about
from academy.kernel.web import client_address, error_page, local_path, page, see, submitted, tell
from academy.settings import settings as site_settings

F = TypeVar("F", bound=Form)

bp = Blueprint("accounts", __name__, url_prefix="/<lang>")

PEOPLE = 30  # on a page of the directory


@bp.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    return page("accounts/sign_up.html", form=SignUpForm(), after=_after())


@bp.post("/sign-up")
def send_sign_up() -> ResponseReturnValue:
    form = submitted(SignUpForm)
    if not form.validate() or not _strong(form, email=form.email.data or "", name=form.name.data or ""):
        return page("accounts/sign_up.html", status=422, form=form, after=_after())
    hashed = passwords.hash_of(form.password.data or "")
    if wait := commands.too_many_tries("sign-up", client_address(), rules.SIGN_UPS_PER_PLACE, by=None):
        return _wait(wait)
    if not _message_too_often(form.email.data or ""):
        commands.sign_up(
            email=form.email.data or "",
            name=form.name.data or "",
            password_hash=hashed,
            language=language(),
            time_zone=g.get("time_zone", "Europe/Rome"),
            after=_after(),
            by=None,
        )
    cookie["waiting_for"] = form.email.data
    return see(url_for(".message_sent", about="sign-up"))


@bp.get("/message-sent/<about>")
def message_sent(about: str) -> ResponseReturnValue:
    if about not in {"sign-up", "password", "address"}:
        raise NotFound
    return page("accounts/message_sent.html", about=about, address=cookie.get("waiting_for", ""))


@bp.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    person = _person_in("confirm", token)
    if person.confirmed_at:
        return _confirmed_already()
    return page("accounts/confirm.html", person=person, token=token)


@bp.post("/confirm/<token>")
def send_confirm(token: str) -> ResponseReturnValue:
    person = _person_in("confirm", token)
    if person.confirmed_at:
        return _confirmed_already()
    commands.confirm_address(person, by=None)
    remember(person, commands.start_sign_in(person, browser=request.user_agent.string, by=None))
    tell(say("Welcome, %(name)s. Your account is ready.", name=person.name))
    return see(local_path(request.args.get("next", ""), url_for("home.start")))


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if viewer():
        return see(local_path(request.args.get("next", ""), url_for("home.start")))
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
def send_sign_in() -> ResponseReturnValue:
    form = submitted(SignInForm)
    if not form.validate():
        return _sign_in_page(form, status=422)
    with db.looking():
        person = queries.person_with_address(form.email.data or "")
    right = commands.verified(form.password.data or "", person)
    wait = commands.too_many_tries("place", client_address(), rules.TRIES_PER_PLACE, by=None)
    wait = wait or commands.too_many_tries("sign-in", form.email.data or "", rules.TRIES_PER_ACCOUNT, by=None)
    if wait:
        return _wait(wait)
    known = queries.person_with_id(person.id) if person else None
    verdict, key = commands.sign_in(known, password_right=right, browser=request.user_agent.string)
    if known is None or not verdict:
        return _sign_in_page(_with_error(form, verdict), status=422)
    remember(known, key)
    return see(local_path(request.form.get("next", ""), url_for("home.start", lang=language_of(known))))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if (person := viewer()) and (mine := this_sign_in()):
        commands.end_sign_in(queries.sign_in_of(person, mine), by=person)
    logout_user()
    cookie.clear()
    return see(_after() or url_for("home.front"))


@bp.get("/forgotten-password")
def forgot_password() -> ResponseReturnValue:
    return page("accounts/forgot_password.html", form=ForgottenPasswordForm())


@bp.post("/forgotten-password")
def send_forgot_password() -> ResponseReturnValue:
    form = submitted(ForgottenPasswordForm)
    if not form.validate():
        return page("accounts/forgot_password.html", status=422, form=form)
    if wait := commands.too_many_tries("place", client_address(), rules.TRIES_PER_PLACE, by=None):
        return _wait(wait)
    if not _message_too_often(form.email.data or ""):
        commands.ask_for_reset(form.email.data or "", by=None)
    cookie["waiting_for"] = form.email.data
    return see(url_for(".message_sent", about="password"))


@bp.get("/new-password/<token>")
def reset_password(token: str) -> ResponseReturnValue:
    _person_in("reset", token)
    return page("accounts/reset_password.html", form=NewPasswordForm(), token=token)


@bp.post("/new-password/<token>")
def send_reset_password(token: str) -> ResponseReturnValue:
    form = submitted(NewPasswordForm)
    with db.looking():
        person = _person_in("reset", token)
    if not form.validate() or not _strong(form, email=person.email, name=person.name):
        return page("accounts/reset_password.html", status=422, form=form, token=token)
    hashed = passwords.hash_of(form.password.data or "")
    person = _person_in("reset", token)
    commands.change_password(person, password_hash=hashed, by=None)
    remember(person, commands.start_sign_in(person, browser=request.user_agent.string, by=None))
    tell(say("Your new password is set. Other browsers have been signed out."))
    return see(url_for("home.start"))


@bp.get("/change-address/<token>")
def change_address(token: str) -> ResponseReturnValue:
    person, email = _new_address_in(token)
    return page("accounts/change_address.html", person=person, email=email, token=token)


@bp.post("/change-address/<token>")
def send_change_address(token: str) -> ResponseReturnValue:
    person, email = _new_address_in(token)
    commands.change_address(person, email, by=None)
    tell(say("Your address is now %(email)s.", email=email))
    return see(url_for(".settings"))


@bp.get("/settings")
def settings() -> ResponseReturnValue:
    return _settings_page()


@bp.post("/settings/profile")
def change_profile() -> ResponseReturnValue:
    person = _myself()
    form = submitted(ProfileForm)
    if not form.validate():
        return _settings_page(status=422, profile=form)
    commands.change_profile(
        person,
        name=form.name.data or "",
        about=form.about.data or "",
        language=form.language.data,
        time_zone=form.time_zone.data,
        by=person,
    )
    tell(say("Saved."))
    return see(url_for(".settings", lang=form.language.data))


@bp.post("/settings/password")
def change_password() -> ResponseReturnValue:
    me = member()
    form = submitted(PasswordForm)
    if not form.validate() or not _strong(form, email=me.email, name=me.name) or not _password_is_mine(form, me):
        return _settings_page(status=422, password=form)
    hashed = passwords.hash_of(form.password.data or "")
    commands.change_password(_myself(), password_hash=hashed, by=me, except_for=this_sign_in())
    tell(say("Your new password is set. Other browsers have been signed out."))
    return see(url_for(".settings"))


@bp.post("/settings/address")
def ask_to_change_address() -> ResponseReturnValue:
    me = member()
    form = submitted(AddressForm)
    if not form.validate() or not _password_is_mine(form, me):
        return _settings_page(status=422, address=form)
    if not _message_too_often(form.email.data or ""):
        commands.ask_to_change_address(_myself(), form.email.data or "", by=me)
    cookie["waiting_for"] = form.email.data
    return see(url_for(".message_sent", about="address"))


@bp.post("/settings/sign-ins/<int:sign_in_id>/end")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    me = member()
    commands.end_sign_in(queries.sign_in_of(me, sign_in_id), by=me)
    tell(say("That browser is signed out."))
    return see(url_for(".settings", _anchor="sign-ins"))


@bp.post("/settings/sign-ins/end")
def end_other_sign_ins() -> ResponseReturnValue:
    me = member()
    commands.end_all_sign_ins(me, by=me, except_for=this_sign_in())
    tell(say("All other browsers are signed out."))
    return see(url_for(".settings", _anchor="sign-ins"))


@bp.get("/settings/my-data.json")
def my_data() -> ResponseReturnValue:
    """Everything that is kept about somebody, for themselves: article 20 of the GDPR."""
    written = json.dumps(everything_about(member().id), ensure_ascii=False, indent=1, default=str)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "private, no-store"}
    return Response(written, mimetype="application/json", headers=headers)


@bp.post("/settings/close")
def close_account() -> ResponseReturnValue:
    me = member()
    form = submitted(ClosingForm)
    if not form.validate() or not _password_is_mine(form, me):
        return _settings_page(status=422, closing=form)
    commands.close_account(_myself(), by=me)
    logout_user()
    cookie.clear()
    tell(say("Your account is closed and your data is erased. What others answered to you stays."))
    return see(url_for("home.front"))


@bp.get("/people/<slug>")
def profile(slug: str) -> ResponseReturnValue:
    person = queries.profile_seen_by(viewer(), slug)
    facts = queries.profile_facts_seen_by(viewer(), person)
    return page(
        "accounts/profile.html",
        person=person,
        facts=facts,
        names=rules.PROFILE,
        may_look_after=rules.may_look_after_people(viewer()),
        told=told_of(person, [*(name for name in rules.KNOWN if name in facts), *rules.PUBLISHED], viewer=viewer()),
        known=rules.KNOWN | rules.PUBLISHED,
    )


@bp.get("/people")
def directory() -> ResponseReturnValue:
    """Who says something of themselves, to whoever looks."""
    words, after = request.args.get("q", "")[:100], request.args.get("after", "")[:80]
    found = queries.directory_seen_by(viewer(), words, after=after, limit=PEOPLE + 1)
    return page(
        "accounts/directory.html",
        words=words,
        people=queries.sayings_seen_by(viewer(), found[:PEOPLE]),
        names=rules.PROFILE,
        older=url_for(".directory", q=words or None, after=found[PEOPLE - 1].slug) if len(found) > PEOPLE else "",
    )


@bp.get("/settings/about-me")
def about_me() -> ResponseReturnValue:
    facts = queries.profile_facts_of(member())
    data = {fact.name: fact.text for fact in facts} | {f"{fact.name}_for": fact.audience for fact in facts}
    return page("accounts/about_me.html", form=AboutMeForm(data=data), names=rules.PROFILE, known=rules.KNOWN)


@bp.post("/settings/about-me")
def describe_oneself() -> ResponseReturnValue:
    me = member()
    form = submitted(AboutMeForm)
    if not form.validate():
        return page("accounts/about_me.html", status=422, form=form, names=rules.PROFILE, known=rules.KNOWN)
    commands.describe_oneself(_myself(), form.facts(), by=me)
    tell(say("Saved."))
    return see(url_for(".profile", slug=me.slug))


def _sign_in_page(form: SignInForm, *, status: int = 200) -> ResponseReturnValue:
    return page(
        "accounts/sign_in.html",
        status=status,
        form=form,
        after=_after(),
        outside=site_settings().oidc,
        examples=queries.example_people() if site_settings().demo else [],
    )


def _after() -> str:
    """Where somebody was going when they were asked to sign in or to join."""
    return local_path(request.values.get("next", ""), "")


def _settings_page(*, status: int = 200, **forms: Form) -> ResponseReturnValue:
    me = member()
    shown = {
        "profile": ProfileForm(obj=me),
        "password": PasswordForm(),
        "address": AddressForm(),
        "closing": ClosingForm(),
        **forms,
    }
    for name, form in shown.items():  # four forms on one page: each field needs an id of its own
        for field in form:
            field.id = f"{name}-{field.id}"
    wrong = next(iter(forms.values()), None)
    return page(
        "accounts/settings.html",
        status=status,
        person=me,
        sign_ins=queries.sign_ins_of(me),
        browser_called=rules.browser_called,
        here=this_sign_in(),
        outside=site_settings().oidc,
        outside_identity=queries.outside_identity_of(me) if site_settings().oidc else None,
        wrong=wrong,
        **shown,
    )


def _myself() -> Person:
    """My own row, to be changed."""
    me = queries.person_with_id(member().id)
    if me is None:
        raise NotFound
    return me


def _confirmed_already() -> ResponseReturnValue:
    """The link signs in once; whoever comes by it again signs in with the password."""
    tell(say("Your address is confirmed already."))
    after = local_path(request.args.get("next", ""), url_for("home.start"))
    return see(after if viewer() else url_for(".sign_in", next=after))


def _person_in(purpose: str, token: str) -> Person:
    """The person a link was made for; gone when it is old, used or forged."""
    lasts = rules.CONFIRMATION_LASTS if purpose == "confirm" else rules.RESET_LASTS
    facts = facts_in(purpose, token, lasts=lasts)
    person = queries.person_with_id(facts["person"]) if facts else None
    if (
        facts is None
        or person is None
        or person.closed_at
        or facts["fits"] != fingerprint(person.email, person.password_hash)
    ):
        raise Gone
    return person


def _new_address_in(token: str) -> tuple[Person, str]:
    facts = facts_in("address", token, lasts=rules.CONFIRMATION_LASTS)
    person = queries.person_with_id(facts["person"]) if facts else None
    if facts is None or person is None or person.closed_at or facts["fits"] != fingerprint(person.email):
        raise Gone
    return person, str(facts["email"])


def _strong(form: SignUpForm | NewPasswordForm | PasswordForm, *, email: str, name: str) -> bool:
    verdict = rules.password_strong_enough(form.password.data or "", email=email, name=name)
    return bool(verdict) or not _with_error(form, verdict)


def _password_is_mine(form: PasswordForm | AddressForm | ClosingForm, me: Person) -> bool:
    """The present password, asked again before anything that can't be undone; throttled like a sign-in."""
    wrong = say("This is not your present password.")
    right = commands.verified(form.current.data or "", me)
    wait = commands.too_many_tries("sign-in", me.email, rules.TRIES_PER_ACCOUNT, by=me)
    if wait:
        wrong = say("Too many tries. Wait a little and try again.")
    return (right and not wait) or not _with_error(form, Verdict(wrong, 422, "current"))


def _message_too_often(address: str) -> bool:
    """Has this address had enough messages for now? Nobody is told: the page looks the same."""
    return commands.too_many_tries("message", address, rules.MESSAGES_PER_ADDRESS, by=None) > 0


def _with_error(form: F, verdict: Verdict) -> F:
    field = form[verdict.field]
    field.errors = [*field.errors, str(verdict.refusal)]
    return form


def _wait(seconds: int) -> ResponseReturnValue:
    minutes = -(-seconds // 60)
    reason = say_number(
        "Too many tries. Wait a minute and try again.", "Too many tries. Wait %(num)s minutes and try again.", minutes
    )
    response = error_page(429, reason)
    response.headers["Retry-After"] = str(seconds)
    return response
