"""What do we write to people who have no account yet? The sentences are in `templates/learning/notices/`, in the language of the edition."""

from flask import render_template

from academy.kernel import outbox
from academy.kernel.i18n import in_language
from academy.kernel.web import external_address
from academy.learning.editions.models import Edition
from academy.settings import settings


def send_invitation(edition: Edition, email: str, *, by: str) -> None:
    """`by`: the name of who invites."""
    language = edition.language if edition.language in settings().languages else settings().languages[0]
    with in_language(language):
        written = render_template(
            "learning/notices/invitation.txt",
            edition=edition,
            name=by,
            address=external_address("accounts.sign_up", lang=language),
            about=external_address("editions.show", slug=edition.slug, lang=language),
        )
    subject, _, text = written.strip().partition("\n")
    outbox.post(email, subject, text.strip() + "\n")
