"""Does an organisation say the same twice? Once is enough: a hundred copies of one post would hide all others."""

from collections.abc import Collection, Iterable

from marketplace.models import Listing

MOSTLY = 0.9  # so much of the words of both is the same


def repeated(words: Collection[str], title: str, others: Iterable[Listing]) -> Listing | None:
    """The first of these that says what the words (as `words.words_of` finds them) and the title say, only put a little differently."""
    mine = set(words)
    for other in others:
        theirs = set(other.words)
        same_title = " ".join(title.casefold().split()) == " ".join(other.title.casefold().split())
        if same_title or (mine and len(mine & theirs) >= MOSTLY * len(mine | theirs)):
            return other
    return None
