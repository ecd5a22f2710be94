"""Which questions does an attempt ask, and in which order does each show its options? The same seed gives the same draw."""

from collections.abc import Collection, Iterable, Mapping
from random import Random

from academy.assessment import marking
from academy.assessment.marking import Body


def drawn(
    pool: Mapping[int, Collection[str]],
    number: int,
    *,
    asked: Mapping[int, int],
    seed: int,
    tags: Iterable[tuple[str, int]] = (),
    shuffled: bool = False,
) -> list[int]:
    """So many of the pool, which says the tags of each question; in its order, unless shuffled.

    What this person was asked least often comes first into the draw. `tags`: so many of each are drawn first, the rest from what is left.
    """
    random = Random(seed)  # noqa: S311  # nothing here is secret
    lots = {question: (asked.get(question, 0), random.random()) for question in pool}
    queue = sorted(pool, key=lots.__getitem__)
    chosen: set[int] = set()
    for tag, wanted in tags:
        chosen |= {*[question for question in queue if tag in pool[question] and question not in chosen][:wanted]}
    chosen |= {*[question for question in queue if question not in chosen][: number - len(chosen)]}
    found = [question for question in pool if question in chosen]
    return random.sample(found, len(found)) if shuffled else found


def option_order(body: Body, *, seed: int | str) -> list[str]:
    """The keys of options, of items, or of right sides. What is to be put in order is never in order already."""
    keys = marking.shuffled(body)
    if len(keys) < 2:
        return keys or marking.keys(body)
    order = Random(seed).sample(keys, len(keys))  # noqa: S311
    if body["type"] == "ordering" and order == keys:
        return [*order[1:], order[0]]
    return order
