"""What do we write to people about their account? The sentences are in `templates/accounts/notices/`, in the person's language."""

from typing import Any

from flask import render_template

from academy.accounts.models import Person
from academy.accounts.tokens import fingerprint, token
from academy.kernel import outbox
from academy.kernel.i18n import in_language
from academy.kernel.web import external_address


def send_confirmation(person: Person, *, after: str = "") -> None:
    """`after`: where the person was going; they may open the link in another browser."""
    address = _link("accounts.confirm", confirmation_token(person), next=after or None)
    _send(person, "confirm_address", address=address)


def send_account_exists(person: Person) -> None:
    _send(person, "account_exists", address=external_address("accounts.forgot_password"))


def send_reset(person: Person) -> None:
    _send(person, "reset_password", address=_link("accounts.reset_password", reset_token(person)))


def send_password_changed(person: Person) -> None:
    _send(person, "password_changed", address=external_address("accounts.forgot_password"))


def send_address_change(person: Person, email: str) -> None:
    """To the new address, and word of it to the old one."""
    _send(person, "change_address", to=email, address=_link("accounts.change_address", address_token(person, email)))
    _send(person, "address_will_change", address=external_address("accounts.settings"))


def confirmation_token(person: Person) -> str:
    return token("confirm", person=person.id, fits=fingerprint(person.email, person.password_hash))


def reset_token(person: Person) -> str:
    return token("reset", person=person.id, fits=fingerprint(person.email, person.password_hash))


def address_token(person: Person, email: str) -> str:
    return token("address", person=person.id, email=email, fits=fingerprint(person.email))


def _link(endpoint: str, written: str, **query: Any) -> str:
    return external_address(endpoint, token=written, **query)


def _send(person: Person, notice: str, *, to: str | None = None, **values: Any) -> None:
    with in_language(person.language):
        written = render_template(f"accounts/notices/{notice}.txt", person=person, **values)
    subject, _, text = written.strip().partition("\n")
    outbox.post(to or person.email, subject, text.strip() + "\n", person_id=person.id)
