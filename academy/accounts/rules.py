"""What is allowed, what follows? Pure: no database, no request, no clock."""

import re
from collections.abc import Iterable
from datetime import timedelta

from academy.accounts.models import Audience, Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say

SHORTEST_PASSWORD = 10

# What a person may say of themselves, each part with its own audience
PROFILE: dict[str, Sentence] = {
    "offers": say("What I offer"),
    "looks_for": say("What I look for"),
    "languages": say("Languages I speak"),
    "region": say("Where I am"),
}
# what other features know of a person: shown to those whom the person chose
KNOWN: dict[str, Sentence] = {
    "modules": say("Modules finished"),
    "meetings": say("Meetings attended"),
}
# what everybody may see where it stands: there is nothing to choose
PUBLISHED: dict[str, Sentence] = {
    "portfolio": say("Published work"),
}

# How often, and per what time: the address that is tried, and the place it is tried from.
TRIES_PER_ACCOUNT = (10, timedelta(minutes=15))
TRIES_PER_PLACE = (60, timedelta(minutes=15))
SIGN_UPS_PER_PLACE = (20, timedelta(hours=1))
MESSAGES_PER_ADDRESS = (4, timedelta(hours=1))

SIGN_IN_LASTS = timedelta(days=60)
CONFIRMATION_LASTS = timedelta(days=3)
RESET_LASTS = timedelta(hours=2)

# The beginnings that people choose most, whatever they put behind: published lists of leaked passwords agree on them.
_COMMON = (
    "password", "passw0rd", "qwerty", "azerty", "qwertz", "iloveyou", "letmein", "welcome", "benvenuto", "ciaociao",
    "abcdef", "abc123", "football", "juventus", "princess", "principessa", "monkey", "dragon", "sunshine", "superman",
    "batman", "trustno1", "master", "michael", "andrea", "francesco", "francesca", "alessandro", "giuseppe", "charlie",
    "amoremio", "tiamo", "accademia", "academy", "changeme", "default", "secret", "computer", "internet", "starwars",
)  # fmt: skip


def password_strong_enough(password: str, *, email: str, name: str) -> Verdict:
    """Long, not among the common ones, not the person's own name or address. No demand for odd characters: length is what helps."""
    if len(password) < SHORTEST_PASSWORD:
        return Verdict(
            say("Use at least %(number)s characters. Three or four words make a good one.", number=SHORTEST_PASSWORD),
            422,
            "password",
        )
    if len(password) > 200:
        return Verdict(say("Use at most 200 characters."), 422, "password")
    plain = password.casefold()
    letters = re.sub(r"[\W\d_]+", "", plain)
    own = [part for part in re.split(r"[\W_]+", f"{email} {name}".casefold()) if len(part) > 3]
    common = any(
        letters in {word, word * 2} or (plain.startswith(word) and len(plain) < len(word) + 5) for word in _COMMON
    )
    sequence = (
        plain in "01234567890123456789" or plain in "abcdefghijklmnopqrstuvwxyz" or plain in "98765432109876543210"
    )
    if common or sequence or len(set(plain)) < 5:
        return Verdict(say("Too many people use this password. Choose another."), 422, "password")
    if any(part in plain and len(plain) < len(part) + 6 for part in own):
        return Verdict(say("This is too close to your name or address."), 422, "password")
    return ALLOWED


def widest(audiences: Iterable[Audience]) -> Audience:
    """Of those who see one part or another."""
    reached = set(audiences)
    return next((one for one in (Audience.EVERYBODY, Audience.MEMBERS) if one in reached), Audience.NOBODY)


# Told apart by the first word that fits: others claim to be Chrome or Safari too, and an Android is also a Linux.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS": "Firefox", "Chrome/": "Chrome", "CriOS": "Chrome",
    "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Macintosh": "Mac", "Linux": "Linux",
}  # fmt: skip


def browser_called(user_agent: str) -> Sentence | str:
    """What its owner would call it; nothing when the browser does not say."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return say("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system


def may_sign_in(person: Person | None, *, password_right: bool) -> Verdict:
    """The same answer for an address that is unknown, closed or given with a wrong password."""
    if person is None or person.closed_at or not password_right:
        return Verdict(say("This address and password do not go together."), 422, "password")
    if person.confirmed_at is None:
        return Verdict(say("Confirm your address first: we have just sent you the link again."), 422, "email")
    return ALLOWED


def may_disconnect(person: Person, *, by: Person | None) -> Verdict:
    """Only who has a password here: else nobody would get in again."""
    if not person.password_hash:
        return Verdict(say("Set a password first: without one you could not sign in any more."), 409)
    return may_change_account(person, by=by)


def may_end_sign_in(person: Person, owner_id: int) -> Verdict:
    return ALLOWED if person.id == owner_id else Verdict(say("This is not your sign-in."), 404)


def may_change_account(person: Person, *, by: Person | None) -> Verdict:
    """Your own; an administrator helps where a person can't; the platform itself where nobody is signed in, such as from a link."""
    if by is None or by.id == person.id or by.has(Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only the person can change this."), 403)


def may_look_after_people(person: Person | None) -> Verdict:
    """Roles alone: every page asks it."""
    if person is not None and person.has(Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only an administrator gives and takes roles."), 403)


def may_give_role(person: Person, *, by: Person | None) -> Verdict:
    if by is None:
        return ALLOWED
    if not (verdict := may_look_after_people(by)):
        return verdict
    if person.confirmed_at is None:
        return Verdict(say("This account has not confirmed its address yet. Wait until it has."), 409)
    return ALLOWED


def may_take_role(role: Role, *, administrators: int, by: Person | None) -> Verdict:
    """`administrators`: how many there are, where it is about theirs. Whoever runs the server can always give the role again."""
    if by is None:
        return ALLOWED
    if not (verdict := may_look_after_people(by)):
        return verdict
    if role is Role.ADMINISTRATOR and administrators <= 1:
        return Verdict(say("Nobody else is an administrator. Give somebody the role first."), 409)
    return ALLOWED
