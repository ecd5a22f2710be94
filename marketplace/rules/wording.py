"""What must a listing say before it is public, and what can it not say at all?"""

import re
from datetime import date
from typing import Protocol

from academy.kernel.i18n import Sentence, say
from marketplace.masking import address_in
from marketplace.models import Kind

LARGEST_CAPACITY = 10_000
MOST_LINKS = 5  # in what everybody reads
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_READ_BY_EVERYBODY = ("title", "summary", "body", "evidence", "tried", "better", "quantity", "on_behalf_of")
# words that are addresses under /marketplace, or could become one
RESERVED_SLUGS = frozenset(
    {
        "new", "mine", "review", "edit", "preview", "interest", "how-matching-works",
        "map", "search", "feeds", "needs", "offers", "saved", "broker", "reports", "outcomes",
    }
)  # fmt: skip
# A need that begins with one of these usually names a solution. Said, never refused.
_SOLUTIONS = re.compile(
    r"^(we need |we want |we would like |looking for |serve |ci serve |cerchiamo |vorremmo )?"
    r"(an? |the |una? |un['’]|il |la |lo |uno )?(new |mobile |online |nuov[oa] |digital )?"
    r"(apps?|applications?|platforms?|websites?|web ?sites?|software|chatbots?|portals?|databases?|dashboards?|courses?|workshops?|"
    r"conferences?|campaigns?|app|applicazion[ei]|piattaform[ae]|sit[oi]( web| internet)?|portal[ei]|corso|corsi|convegno|campagna|"
    r"sportello|evento|eventi)\b",
    re.IGNORECASE,
)


class Wording(Protocol):
    """What a listing says, stored or just typed."""

    @property
    def kind(self) -> Kind: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def goals(self) -> list[str]: ...
    @property
    def fields(self) -> list[str]: ...
    @property
    def targets(self) -> list[str]: ...
    @property
    def resources(self) -> list[str]: ...
    @property
    def country(self) -> str: ...
    @property
    def contact_languages(self) -> list[str]: ...
    @property
    def conditions(self) -> str: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def evidence(self) -> str: ...
    @property
    def tried(self) -> str: ...
    @property
    def better(self) -> str: ...
    @property
    def quantity(self) -> str: ...
    @property
    def on_behalf_of(self) -> str: ...


def gaps(wording: Wording, *, today: date) -> dict[str, Sentence]:
    """What is missing or must go before it can be published, by field. A draft may have any of these."""
    missing: dict[str, Sentence] = {}
    need = wording.kind == Kind.NEED
    if len(wording.title) < 10:
        missing["title"] = say("Say it in a sentence that somebody who does not know you understands.")
    if len(wording.summary) < 20:
        missing["summary"] = say("Add one or two sentences: they stand in the list.")
    if len(wording.body) < 40:
        missing["body"] = say("Describe it in a few sentences.")
    if not wording.resources:
        missing["resources"] = say("Choose what you look for.") if need else say("Choose what you can give.")
    if not wording.goals and not wording.fields:
        missing["fields"] = say("Choose at least one field.")
    if not wording.targets:
        missing["targets"] = say("Choose whom it is for.")
    if not wording.country:
        missing["country"] = say("Choose a country.")
    if not wording.contact_languages:
        missing["contact_languages"] = say("Choose at least one language.")
    if not wording.conditions:
        missing["conditions"] = say("Choose on what terms.")
    if wording.ends_on is not None and wording.ends_on < today:
        missing["ends_on"] = say("It has an end that is over. Choose a day from today on.")
    for name in _READ_BY_EVERYBODY:
        text = getattr(wording, name)
        if address := address_in(text):
            missing[name] = say(
                "“%(address)s” looks like an address or a telephone number, and everybody reads this. Leave it out: people write to you here.",
                address=address,
            )
        elif links_in(text) > MOST_LINKS:
            missing[name] = say("At most %(number)s links: say the rest in words.", number=MOST_LINKS)
    return missing


def links_in(text: str) -> int:
    return len(_LINK.findall(text))


def contradictions(
    *, capacity: int | None, starts_on: date | None, ends_on: date | None, standing: bool
) -> dict[str, Sentence]:
    """What can't be true at the same time, by field; not even a draft may say it."""
    wrong: dict[str, Sentence] = {}
    if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
        wrong["capacity"] = say(
            "Write a number from 1 to %(most)s, or nothing where it does not matter.", most=LARGEST_CAPACITY
        )
    if starts_on and ends_on and ends_on < starts_on:
        wrong["ends_on"] = say("The end comes before the beginning.")
    elif standing and ends_on:
        wrong["ends_on"] = say("It can't end on a day and have no end. Leave one of the two out.")
    return wrong


def reads_like_a_solution(kind: Kind, title: str) -> bool:
    """“An app for older people”: a solution where a need was asked for."""
    return kind == Kind.NEED and _SOLUTIONS.match(title.strip()) is not None
