"""Who may speak for an organisation, and how often at once?"""

from collections.abc import Container
from datetime import timedelta

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say

_NOT_YOURS = say("Only those who write for this organisation can do this.")


def may_speak_for(person: Person | None, organisation_id: int, mine: Container[int]) -> Verdict:
    """`mine`: ids of the organisations that the person belongs to."""
    if person is None:
        return Verdict(say("Sign in to write a need or an offer."), 401)
    return ALLOWED if organisation_id in mine else Verdict(_NOT_YOURS, 403, "organisation")


def not_too_often(wait: timedelta | None) -> Verdict:
    return (
        ALLOWED if wait is None else Verdict(say("That is a lot at once. Come back to it in an hour or tomorrow."), 429)
    )
