"""Why do two listings fit, and what speaks against it? Facts, in the reader's language, never a number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from academy.kernel.i18n import Sentence, say
from academy.organisations.territories import Country, Tongue, region_name
from marketplace.matching.likeness import CONDITIONS_MET, days_in_common, resource_fit, same_town
from marketplace.matching.weights import MOST_CAVEATS, MOST_REASONS, NEUTRAL
from marketplace.models import Kind, Listing
from marketplace.vocabulary import FIELDS, GOALS, RESOURCES, TARGETS, THEMES


@dataclass(frozen=True)
class Several:
    """Some labels in a row, said in the language of the page that shows them."""

    labels: tuple[object, ...]

    def __str__(self) -> str:
        return ", ".join(str(label) for label in self.labels)


def reasons(mine: Listing, theirs: Listing, words: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """At most four facts that speak for it, the weightiest first."""
    facts = [
        _about_resources(mine, theirs),
        _about_place(mine, theirs),
        _about_themes(mine, theirs),
        _about_words(words),
        _about_targets(mine, theirs),
        _about_time(mine, theirs),
        _about_conditions(mine, theirs),
    ]
    return tuple(fact for fact in facts if fact is not None)[:MOST_REASONS]


def reasons_of_the_same(mine: Listing, theirs: Listing, words: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """What two needs have in common."""
    facts = [
        _about_themes(mine, theirs),
        _about_words(words),
        _about_targets(mine, theirs),
        _about_the_same_resources(mine, theirs),
        _about_place(mine, theirs) if mine.country == theirs.country else None,
    ]
    return tuple(fact for fact in facts if fact is not None)[:MOST_REASONS]


def caveats(mine: Listing, theirs: Listing) -> tuple[Sentence, ...]:
    """At most two facts that speak against it."""
    facts = [
        _against_time(mine, theirs),
        _against_resources(mine, theirs),
        _against_place(mine, theirs),
        _against_conditions(mine, theirs),
        _against_language(mine, theirs),
    ]
    return tuple(fact for fact in facts if fact is not None)[:MOST_CAVEATS]


def _about_the_same_resources(mine: Listing, theirs: Listing) -> Sentence | None:
    same = _labels(RESOURCES, [kind for kind in mine.resources if kind in theirs.resources])
    return say("Both look for: %(what)s", what=same) if same is not None else None


def _about_resources(mine: Listing, theirs: Listing) -> Sentence | None:
    same = _labels(RESOURCES, [kind for kind in mine.resources if kind in theirs.resources])
    if same is not None:
        if mine.kind == Kind.NEED:
            return say("Offers what is asked for: %(what)s", what=same)
        return say("Asks for what is offered: %(what)s", what=same)
    near = [(one, other) for one in mine.resources for other in theirs.resources if resource_fit(one, other) >= 0.5]
    if not near:
        return None
    asked, given = near[0] if mine.kind == Kind.NEED else near[0][::-1]
    return say("%(given)s is close to what is asked for: %(asked)s", given=RESOURCES[given], asked=RESOURCES[asked])


def _about_place(mine: Listing, theirs: Listing) -> Sentence | None:
    if same_town(mine, theirs):
        return say("Same place: %(where)s", where=theirs.municipality)
    if mine.nuts2 and mine.nuts2 == theirs.nuts2:
        return say("Same region: %(where)s", where=region_name(theirs.nuts2))
    if mine.country and mine.country == theirs.country:
        return say("Same country: %(where)s", where=Country(theirs.country))
    if mine.remote or theirs.remote:
        return say("It can be done at a distance")
    offer = theirs if theirs.kind == Kind.OFFER else mine
    return say("It can be brought to other places") if offer.transferable else None


def _about_themes(mine: Listing, theirs: Listing) -> Sentence | None:
    fields = [key for key in mine.fields if key in theirs.fields and key in FIELDS]
    goals = [key for key in mine.goals if key in theirs.goals and key in GOALS]
    same = _labels(THEMES, [*fields, *goals][:3])
    return say("Both are about: %(what)s", what=same) if same is not None else None


def _about_words(words: Sequence[str]) -> Sentence | None:
    return say("Both speak of: %(words)s", words=", ".join(words)) if len(words) > 1 else None


def _about_targets(mine: Listing, theirs: Listing) -> Sentence | None:
    same = _labels(TARGETS, [key for key in mine.targets if key in theirs.targets and key != "everybody"])
    return say("For the same people: %(who)s", who=same) if same is not None else None


def _about_time(mine: Listing, theirs: Listing) -> Sentence | None:
    return say("Possible in the weeks named") if (days_in_common(mine, theirs) or 0) >= 7 else None


def _about_conditions(mine: Listing, theirs: Listing) -> Sentence | None:
    offer = theirs if theirs.kind == Kind.OFFER else mine
    return say("It costs nothing") if offer.conditions == "free" else None


def _against_time(mine: Listing, theirs: Listing) -> Sentence | None:
    return say("The dates do not meet") if days_in_common(mine, theirs) == 0 else None


def _against_resources(mine: Listing, theirs: Listing) -> Sentence | None:
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    missing = [asked for asked in need.resources if not any(resource_fit(asked, given) for given in offer.resources)]
    labels = _labels(RESOURCES, missing)
    return say("Not part of the offer: %(what)s", what=labels) if labels is not None else None


def _against_place(mine: Listing, theirs: Listing) -> Sentence | None:
    if mine.remote or theirs.remote or not theirs.country or mine.country == theirs.country:
        return None
    return say("It is in another country: %(where)s", where=Country(theirs.country))


def _against_conditions(mine: Listing, theirs: Listing) -> Sentence | None:
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    if CONDITIONS_MET.get((need.conditions, offer.conditions), NEUTRAL) >= NEUTRAL:
        return None
    if offer.conditions == "paid":
        return say("The offer has a price")
    return say("The offer asks for its costs")


def _against_language(mine: Listing, theirs: Listing) -> Sentence | None:
    if theirs.language in (mine.language, *mine.contact_languages):
        return None
    common = [Tongue(code) for code in mine.contact_languages if code in theirs.contact_languages]
    return say(
        "Written in %(language)s; both sides can write in: %(common)s",
        language=Tongue(theirs.language),
        common=Several(tuple(common)),
    )


def _labels(labels: Mapping[str, Sentence], keys: Iterable[str]) -> Several | None:
    chosen = tuple(labels[key] for key in keys if key in labels)
    return Several(chosen) if chosen else None
