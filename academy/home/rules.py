"""What follows? Pure: no database, no request, no clock."""

from academy.kernel.i18n import Sentence, say

A_HANDFUL = 5


def greeting(hour: int, name: str) -> Sentence:
    """By the clock of the person who is greeted."""
    if 5 <= hour < 12:
        return say("Good morning, %(name)s.", name=name)
    if 12 <= hour < 18:
        return say("Good afternoon, %(name)s.", name=name)
    return say("Good evening, %(name)s.", name=name)


def worth_telling(number: int) -> bool:
    """A number under a handful says nothing but that something is new. It still stands in the table of how figures are counted."""
    return number >= A_HANDFUL
