"""Which questions does an attempt ask, and in which order does each show its options? The same seed gives the same draw."""

from collections.abc import Mapping, Sequence
from random import Random

from academy.assessment import marking
from academy.assessment.marking import Body


def drawn(pool: Sequence[int], number: int, *, asked: Mapping[int, int], seed: int) -> list[int]:
    """So many of the pool, in its order. What this person was asked least often comes first into the draw."""
    random = Random(seed)  # noqa: S311  # nothing here is secret
    lots = {question: (asked.get(question, 0), random.random()) for question in pool}
    chosen = set(sorted(pool, key=lots.__getitem__)[:number])
    return [question for question in pool if question in chosen]


def option_order(body: Body, *, seed: int | str) -> list[str]:
    """The keys of options, of items, or of right sides. What is to be put in order is never in order already."""
    keys = marking.shuffled(body)
    if len(keys) < 2:
        return keys or marking.keys(body)
    order = Random(seed).sample(keys, len(keys))  # noqa: S311
    if body["type"] == "ordering" and order == keys:
        return [*order[1:], order[0]]
    return order
