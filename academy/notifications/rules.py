"""What is allowed? Pure: no database, no request, no clock."""

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say

# The part of a kind before its dot, and how a person knows it.
GROUPS: dict[str, Sentence] = {
    "community": say("Answers and news in the forum"),
    "marketplace": say("Interest in your needs and offers"),
    "learning": say("The course"),
}


def group_of(kind: str) -> str:
    """`community.replied` belongs to `community`."""
    return kind.partition(".")[0]


def may_change_mail(person_id: int, group: str, *, by: Person | None) -> Verdict:
    """Your own; and without a sign-in by the link of a message, which names person and group."""
    if group not in GROUPS:
        return Verdict(say("There are no such messages."), 404)
    return ALLOWED if by is None or by.id == person_id else Verdict(say("Only the person can change this."), 403)


def may_read_news(person_id: int, *, by: Person) -> Verdict:
    return ALLOWED if by.id == person_id else Verdict(say("This is not your inbox."), 404)
