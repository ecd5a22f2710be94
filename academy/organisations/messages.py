"""What do we write to whoever is invited? The sentences are in `templates/organisations/notices/`."""

from flask import render_template

from academy.accounts.models import Person
from academy.kernel import outbox
from academy.kernel.i18n import in_language
from academy.kernel.subjects import Ref
from academy.kernel.web import external_address, shown_address
from academy.notifications import queries as news
from academy.notifications.commands import notify_selected
from academy.organisations.models import MembershipInvitation, Organisation
from academy.settings import settings


def send_invitation(
    invitation: MembershipInvitation, organisation: Organisation, known: Person | None, *, by: Person
) -> None:
    """In the language of the one who has the address; where nobody is known to have it, in that of the one who writes."""
    language = (known or by).language
    if language not in settings().languages:
        language = settings().languages[0]
    with in_language(language):
        written = render_template(
            "organisations/notices/invitation.txt",
            name=by.name,
            organisation=organisation.name,
            ends_at=invitation.ends_at,
            address=external_address("organisations.invitation", key=invitation.key, lang=language),
            about=external_address("organisations.show", slug=organisation.slug, lang=language),
        )
    subject, _, text = written.strip().partition("\n")
    outbox.post(invitation.email, subject, text.strip() + "\n", person_id=known.id if known else None)


def show_invitation(invitation: MembershipInvitation, organisation: Organisation, person: Person) -> None:
    """In the inbox; a message is on its way already."""
    notify_selected(
        news.THOSE_WHO_ARE_HERE,
        "organisations.invited",
        Ref("membership-invitation", invitation.key),
        address=shown_address("organisations.invitation", key=invitation.key, lang=person.language) or "",
        by=None,
        given={"people": [person.id], "because": "invited"},
        title=organisation.name,
    )
