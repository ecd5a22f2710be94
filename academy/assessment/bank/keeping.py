"""How are tallies kept as plain values, and read again?"""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

from academy.assessment.bank.figures import FEWEST, Tallies
from academy.assessment.marking import by_hand
from academy.assessment.models import QuestionVersion
from academy.assessment.statistics import Tally

Triple = list[int]


def plain(tallies: Tallies, versions: Mapping[int, QuestionVersion]) -> dict[str, Any]:
    """Without what only a few typed, or what was typed for a trainer to read."""
    return {
        "questions": {
            str(version): {
                "most": tally.most,
                "rest": tallies.most_of[version],
                "pairs": _counted(tally.pairs),
                "answers": [
                    [_written(answer), _counted(pairs)]
                    for answer, pairs in tally.answers.items()
                    if _may_be_kept(answer, pairs, versions[version])
                ],
            }
            for version, tally in tallies.questions.items()
        },
        "places": [
            [number, place, mark, times]
            for number, places in tallies.places.items()
            for place, marks in places.items()
            for mark, times in marks.items()
        ],
        "totals": _counted(tallies.totals),
    }


def tallies_in(kept: Mapping[str, Any]) -> Tallies:
    found = Tallies({}, {}, {}, _counter(kept["totals"]))
    for name, said in kept["questions"].items():
        answers = {_read(answer): _counter(pairs) for answer, pairs in said["answers"]}
        found.questions[int(name)] = Tally(said["most"], _counter(said["pairs"]), answers)
        found.most_of[int(name)] = said["rest"]
    for number, place, mark, times in kept["places"]:
        found.places.setdefault(number, {}).setdefault(place, Counter())[mark] += times
    return found


def _may_be_kept(answer: Hashable, pairs: Counter[tuple[int, int]], version: QuestionVersion) -> bool:
    if isinstance(answer, str) and answer:
        return pairs.total() >= FEWEST and not by_hand(version.body)
    return True


def _counted(pairs: Counter[tuple[int, int]]) -> list[Triple]:
    return [[first, second, times] for (first, second), times in pairs.items()]


def _counter(triples: list[Triple]) -> Counter[tuple[int, int]]:
    return Counter({(first, second): times for first, second, times in triples})


def _written(answer: Hashable) -> str | list[Any]:
    return list(answer) if isinstance(answer, tuple) else str(answer)


def _read(answer: str | list[Any]) -> Hashable:
    if isinstance(answer, str):
        return answer
    return tuple(tuple(part) if isinstance(part, list) else part for part in answer)
