"""How is a piece of news said, in the inbox and by mail?

The sentences of a kind are one text template of the feature: its first line is what the inbox shows and the subject of the message.
"""

from typing import Any

from flask import render_template
from itsdangerous import BadData, URLSafeSerializer

from academy.accounts.models import Person
from academy.kernel.i18n import in_language
from academy.kernel.web import base_address, external_address, in_language_of
from academy.notifications.rules import group_of
from academy.settings import settings


def line_of(kind: str, facts: dict[str, Any], count: int) -> str:
    """What the inbox shows, in the language of the page."""
    return _written(kind, facts, count).partition("\n")[0]


def message_to(person: Person, kind: str, facts: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    """Subject, text and headers of the message, in the person's language."""
    stop = external_address("notifications.unsubscribe", token=unsubscribe_token(person.id, group_of(kind)))
    whole = {**facts, "address": base_address(settings()) + in_language_of(person.language, facts["address"])}
    with in_language(person.language):
        subject, _, text = _written(kind, whole, 1).partition("\n")
        foot = render_template("notifications/notices/foot.txt", group=group_of(kind), stop=stop)
    return (
        subject,
        f"{text.strip()}\n\n-- \n{foot.strip()}\n",
        {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def unsubscribe_token(person_id: int, group: str) -> str:
    """Names a person and a group of news; it never expires, since old messages must still be stoppable."""
    return _signer().dumps([person_id, group])


def unsubscribe_facts(token: str) -> tuple[int, str] | None:
    try:
        person_id, group = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(person_id), str(group)


def _written(kind: str, facts: dict[str, Any], count: int) -> str:
    feature, _, name = kind.partition(".")
    return render_template(f"{feature}/notices/{name}.txt", **facts, count=count).strip()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="academy.unsubscribe")
