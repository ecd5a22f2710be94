"""Which part of a listing does a model hear?"""

import re
from hashlib import sha256

from academy.kernel.markup import plain
from marketplace.models import Listing

HEARD = 420  # characters, about 96 tokens: more costs time and says little more
MOST_SENTENCES = 5
LONGEST_SENTENCE = 160
SHORTEST_SENTENCE = 20

_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def heard(listing: Listing) -> str:
    """Title, summary and how the description begins."""
    whole = " ".join(f"{listing.title}. {listing.summary} {plain(listing.body_html)}".split())
    return whole if len(whole) <= HEARD else whole[:HEARD].rsplit(" ", 1)[0]


def sentences(listing: Listing) -> list[str]:
    """The title and the first sentences, to show beside one that says the same in another language."""
    parts = _END.split(f"{listing.summary}\n{plain(listing.body_html)}")
    whole = [" ".join(part.split()) for part in parts]
    fitting = [part for part in whole if SHORTEST_SENTENCE <= len(part) <= LONGEST_SENTENCE]
    return [listing.title, *fitting][:MOST_SENTENCES]


def sha_of(listing: Listing) -> str:
    return sha256("\n".join([heard(listing), *sentences(listing)]).encode()).hexdigest()
