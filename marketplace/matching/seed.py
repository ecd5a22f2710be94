"""What does a language sound like to the model, before anybody has posted? Invented sentences of needs and offers, the same in each language."""

import csv
from functools import lru_cache
from pathlib import Path

TOGETHER = 3  # sentences: about as long as what a model hears of a post


@lru_cache(maxsize=1)
def texts() -> dict[str, list[str]]:
    """By language, row for row the same."""
    with (Path(__file__).parent / "seed.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        code: [
            " ".join(rows[(start + step) % len(rows)][code] for step in range(TOGETHER)) for start in range(len(rows))
        ]
        for code in rows[0]
    }
