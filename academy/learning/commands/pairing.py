"""Which versions in two languages say the same?"""

from collections.abc import Collection, Mapping

from academy.accounts.models import Person
from academy.kernel.access import require
from academy.kernel.db import session
from academy.learning import authoring_queries, rules
from academy.learning.models import TextPair, Unit


def pair(unit_id: int, numbers: Mapping[str, int], *, by: Person | None) -> None:
    """Two languages with the number of each version: these are translations of each other."""
    require(rules.may_publish(by=by))
    language, other = sorted(numbers)
    row = session.get(TextPair, (unit_id, language, other))
    if row is None:
        row = TextPair(unit_id=unit_id, language=language, other=other)
        session.add(row)
    row.n, row.other_n = numbers[language], numbers[other]
    session.flush()


def pair_imported(unit: Unit, languages: Collection[str], *, by: Person | None) -> None:
    """What a tree brings together says the same; so does a text in a language that was not there before."""
    require(rules.may_publish(by=by))
    current = authoring_queries.current_numbers(unit)
    for language in languages:
        known = authoring_queries.languages_paired_with(unit, language)
        for other in current.keys() - {language}:
            if other in languages or other not in known:
                pair(unit.id, {language: current[language], other: current[other]}, by=by)
