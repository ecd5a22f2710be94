"""What does the worker find for a draft? Kept apart from the lists: nobody else ever meets a draft."""

from functools import lru_cache
from typing import TYPE_CHECKING

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import looking, session
from marketplace import queries, rules, suggesting
from marketplace.hearing import best_of_vectors, heard_by
from marketplace.matching.model import loaded
from marketplace.models import Configuration, Glimpse, Listing, Relation, State, Vector

if TYPE_CHECKING:
    from marketplace.matching.meaning import Vectors

LINES = 10
THEMES = 5


def look_ahead(listing_id: int, *, by: Person | None) -> None:
    """Find what a draft seems to be about and what could fit it, by meaning; does no harm when done twice."""
    require(rules.may_keep_matches(by))
    now = clock.now()
    with looking():
        listing = queries.listing_with_id(listing_id)
        configuration = queries.configuration_shown()
    if listing is None or configuration is None or listing.state not in (State.DRAFT, State.REVIEW):
        return
    vectors = heard_by([listing], {configuration.model})
    with looking():
        found = best_of_vectors(listing, Relation.FITS, configuration, vectors, now=now, reaching=False)
    themes = _themes(listing, configuration, vectors)
    if (known := queries.listing_with_id(listing_id)) is None or known.revision != listing.revision:
        return  # whoever changed it has left a job
    session.merge(
        Glimpse(
            listing_id=listing_id,
            revision=listing.revision,
            themes=themes,
            lines=[[line.other_id, line.score, line.words] for line in found.own[:LINES]],
        )
    )


def _themes(listing: Listing, configuration: Configuration, vectors: list[Vector]) -> list[str]:
    """Fields and goals by closeness in meaning; nothing where words alone count."""
    if not configuration.model or not vectors:
        return []
    from marketplace.matching import meaning

    languages = meaning.languages_in(configuration.languages)
    said = suggesting.sentences()
    mine = meaning.centred(meaning.read([vectors[0].vector]), [listing.language], languages)
    theirs = meaning.centred(_heard_themes(configuration.model), ["en"] * len(said), languages)
    order = (theirs @ mine[0]).argsort()[::-1]
    keys = [*said]
    return [keys[place] for place in order[:THEMES]]


@lru_cache(maxsize=2)
def _heard_themes(model: str) -> "Vectors":
    return loaded(model).vectors([*suggesting.sentences().values()])
