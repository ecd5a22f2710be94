"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from academy.accounts import passwords, queries, rules
from academy.accounts.events import (
    AccountClosed,
    AddressChanged,
    AddressConfirmed,
    OutsideIdentityConnected,
    OutsideIdentityDisconnected,
    PasswordChanged,
    PersonSignedIn,
    PersonSignedUp,
    ProfileChanged,
    RoleGiven,
    RoleTaken,
    SignInEnded,
    SignInFailed,
)
from academy.accounts.messages import (
    send_account_exists,
    send_address_change,
    send_confirmation,
    send_password_changed,
    send_reset,
)
from academy.accounts.models import Audience, OutsideIdentity, Person, ProfileFact, Role, RoleHeld, SignIn
from academy.kernel import clock
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.privacy import erase_everything_about
from academy.kernel.slugs import free_slug, slug_of
from academy.kernel.throttle import forget_tries, too_often


def sign_up(
    *,
    email: str,
    name: str,
    password_hash: str,
    language: str,
    time_zone: str,
    by: Person | None,
    confirmed: bool = False,
    example: bool = False,
    after: str = "",
) -> Person | None:
    """Make an account and send the link that confirms it, and leads on to the local path `after`. An address that is already known gets
    a message and no second account, and the caller can't tell: None is for the platform's own use."""
    email = email.lower()
    take_turns("joining")  # namesakes at the same moment, or one person who presses twice
    person = queries.person_with_address(email)
    if person is not None and person.confirmed_at is not None:
        send_account_exists(person)
        return None
    now = clock.now()
    if person is None:
        person = Person(
            email=email,
            slug=free_slug(slug_of(name, otherwise="member"), queries.slug_taken),
            created_at=now,
            confirmed_at=now if confirmed else None,
            example=example,
            roles=[],
        )
        session.add(person)
    # whoever signs up last with an address that nobody has confirmed is the one who gets the link
    person.name, person.password_hash, person.language, person.time_zone = name, password_hash, language, time_zone
    session.flush()
    publish(PersonSignedUp(by=by.id if by else None, person_id=person.id))
    if not confirmed:
        send_confirmation(person, after=after)
    return person


def confirm_address(person: Person, *, by: Person | None) -> None:
    require(rules.may_change_account(person, by=by))
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
        publish(AddressConfirmed(by=person.id, person_id=person.id))


def sign_in(
    person: Person | None, *, password_right: bool, browser: str, by: Person | None = None
) -> tuple[Verdict, str]:
    """The verdict and, where it is yes, the key for the cookie. A failed try is kept: nothing is raised."""
    verdict = rules.may_sign_in(person, password_right=password_right)
    if person is None or not verdict:
        publish(SignInFailed(by=None, person_id=person.id if person else None))
        if person is not None and password_right and person.confirmed_at is None and not person.closed_at:
            send_confirmation(person)
        return verdict, ""
    forget_tries(throttle_key("sign-in", person.email))
    return verdict, start_sign_in(person, browser=browser, by=by)


def start_sign_in(person: Person, *, browser: str, by: Person | None) -> str:
    """A sign-in for somebody whose identity is settled; the key for the cookie."""
    require(rules.may_sign_in(person, password_right=True))
    key = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(SignIn(key_hash=key_hash(key), person_id=person.id, browser=browser[:200], created_at=now, seen_at=now))
    publish(PersonSignedIn(by=person.id, person_id=person.id))
    return key


def connect_outside(person: Person, *, issuer: str, subject: str, by: Person | None) -> None:
    """From now on this account of a provider signs the person in."""
    require(rules.may_change_account(person, by=by))
    session.add(OutsideIdentity(issuer=issuer, subject=subject, person_id=person.id, since=clock.now()))
    publish(OutsideIdentityConnected(by=person.id, person_id=person.id, issuer=issuer))


def disconnect_outside(person: Person, identity: OutsideIdentity, *, by: Person) -> None:
    require(rules.may_disconnect(person, by=by))
    session.delete(identity)
    publish(OutsideIdentityDisconnected(by=by.id, person_id=person.id, issuer=identity.issuer))


def too_many_tries(what: str, who: str, limit: tuple[int, object], *, by: Person | None) -> int:
    """Seconds to wait, 0 when it is fine. Counts this try."""
    most, per = limit
    wait = too_often(throttle_key(what, who), most=most, per=per)  # type: ignore[arg-type]  # a timedelta of rules.py
    return int(wait.total_seconds()) + 1 if wait else 0


def end_sign_in(sign_in: SignIn, *, by: Person) -> None:
    require(rules.may_end_sign_in(by, sign_in.person_id))
    if sign_in.ended_at is None:
        sign_in.ended_at = clock.now()
        publish(SignInEnded(by=by.id, sign_in_id=sign_in.id))


def end_all_sign_ins(person: Person, *, by: Person | None, except_for: int | None = None) -> None:
    require(rules.may_change_account(person, by=by))
    for sign_in in queries.sign_ins_of(person):
        if sign_in.id != except_for:
            sign_in.ended_at = clock.now()
            publish(SignInEnded(by=by.id if by else person.id, sign_in_id=sign_in.id))


def ask_for_reset(email: str, *, by: Person | None) -> None:
    """Send the link if somebody has this address. The page says the same either way."""
    person = queries.person_with_address(email)
    if person is not None and person.closed_at is None:
        send_reset(person)


def change_password(person: Person, *, password_hash: str, by: Person | None, except_for: int | None = None) -> None:
    """A new password ends every other sign-in. Coming by the link of a message also proves the address."""
    require(rules.may_change_account(person, by=by))
    person.password_hash = password_hash
    if by is None:
        person.confirmed_at = person.confirmed_at or clock.now()
    end_all_sign_ins(person, by=by, except_for=except_for)
    send_password_changed(person)
    publish(PasswordChanged(by=by.id if by else person.id, person_id=person.id))


def ask_to_change_address(person: Person, email: str, *, by: Person) -> None:
    """Send a link to the new address. If somebody else has it, they are told and nothing else happens."""
    require(rules.may_change_account(person, by=by))
    holder = queries.person_with_address(email)
    if holder is not None:
        send_account_exists(holder)
    else:
        send_address_change(person, email.lower())


def change_address(person: Person, email: str, *, by: Person | None) -> None:
    require(rules.may_change_account(person, by=by))
    if queries.person_with_address(email) is not None:
        raise Refused(Verdict(say("This address is in use. Ask for a new link from your settings."), 409))
    person.email = email.lower()
    person.confirmed_at = person.confirmed_at or clock.now()
    publish(AddressChanged(by=person.id, person_id=person.id))


def change_profile(person: Person, *, name: str, about: str, language: str, time_zone: str, by: Person) -> None:
    require(rules.may_change_account(person, by=by))
    person.name, person.about, person.language, person.time_zone = name, about, language, time_zone
    publish(ProfileChanged(by=by.id, person_id=person.id))


def describe_oneself(person: Person, facts: Mapping[str, tuple[str, Audience]], *, by: Person) -> None:
    """Each part with who sees it; an empty one goes, and so does what is known elsewhere and shown to nobody."""
    require(rules.may_change_account(person, by=by))
    said = {fact.name: fact for fact in queries.profile_facts_of(person)}
    for name, (text, audience) in facts.items():
        if audience is not Audience.NOBODY if name in rules.KNOWN else text:
            fact = said.setdefault(name, ProfileFact(person_id=person.id, name=name))
            fact.text, fact.folded, fact.audience = text, text.casefold(), audience
            session.add(fact)
        elif gone := said.pop(name, None):
            session.delete(gone)
    person.shown_to = rules.widest(fact.audience for fact in said.values() if fact.text)
    publish(ProfileChanged(by=by.id, person_id=person.id))


def give_role(person: Person, role: Role, *, why: str = "", by: Person | None) -> None:
    """`why` is kept in the audit trail, here and below."""
    require(rules.may_give_role(person, by=by))
    if not person.has(role):
        person.roles.append(RoleHeld(role=role, since=clock.now()))
        publish(RoleGiven(by=by.id if by else None, person_id=person.id, role=role, why=why.strip()))


def take_role(person: Person, role: Role, *, why: str = "", by: Person | None) -> None:
    take_turns("roles")  # two administrators who take the role from each other
    administrators = queries.number_of_administrators() if role is Role.ADMINISTRATOR else 0
    require(rules.may_take_role(role, administrators=administrators, by=by))
    for held in [held for held in person.roles if held.role == role]:
        person.roles.remove(held)
        session.delete(held)
        publish(RoleTaken(by=by.id if by else None, person_id=person.id, role=role, why=why.strip()))


def close_account(person: Person, *, by: Person | None) -> None:
    """End every sign-in, erase or make nameless what each table declares. What others answered stays readable."""
    require(rules.may_change_account(person, by=by))
    publish(AccountClosed(by=by.id if by else None, person_id=person.id))
    session.flush()
    erase_everything_about(person.id)
    person = session.get_one(Person, person.id, populate_existing=True)
    person.closed_at = clock.now()


def note_visit(sign_in_id: int, *, at: datetime, by: Person | None) -> None:
    """When a browser was last here: a trace."""
    sign_in = session.get(SignIn, sign_in_id)
    if sign_in is not None and sign_in.ended_at is None:
        sign_in.seen_at = max(sign_in.seen_at, at)


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def throttle_key(what: str, who: str) -> str:
    """Whom a count is about, without writing down who it was."""
    return f"{what}:{hashlib.sha256(who.lower().encode()).hexdigest()[:32]}"


def verified(password: str, person: Person | None) -> bool:
    return passwords.is_right(password, person.password_hash if person else None)
