"""What does a model hear in listings, and what fits by it? For the worker alone; reads, and writes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from academy.kernel.db import looking
from marketplace import queries
from marketplace.matching import texts
from marketplace.matching.model import loaded
from marketplace.models import Configuration, Listing, Relation, Vector
from marketplace.queries.fitting import Found, best_for


def heard_by(listings: Sequence[Listing], models: Iterable[str]) -> list[Vector]:
    """What each model hears in these: kept, or new where the text is."""
    found = []
    for name in sorted(filter(None, models)):
        for listing in listings:
            sha = texts.sha_of(listing)
            with looking():
                known = queries.vector_of(listing.id, name)
            found.append(known if known is not None and known.text_sha == sha else _vector(listing, name, sha))
    return found


def _vector(listing: Listing, name: str, sha: str) -> Vector:
    from marketplace.matching import meaning

    said = texts.sentences(listing)
    vectors = loaded(name).vectors([texts.heard(listing), *said])
    return Vector(
        listing_id=listing.id,
        model=name,
        text_sha=sha,
        vector=meaning.stored(vectors[:1]),
        sentences=said,
        sentence_vectors=meaning.stored(vectors[1:]),
    )


def best_of_vectors(
    listing: Listing,
    relation: Relation,
    configuration: Configuration,
    vectors: Sequence[Vector],
    *,
    now: datetime,
    reaching: bool,
) -> Found:
    heard = next((one for one in vectors if one.model == configuration.model), None)
    if configuration.model and heard is None:
        return Found(configuration.id, relation, [], [])
    vector, sentences = (heard.vector, heard.sentence_vectors) if heard else (b"", b"")
    return best_for(listing, relation, configuration, vector, sentences, now=now, reaching=reaching)
