"""What does the table of a quiz's figures say, column by column?"""

from collections.abc import Iterator

from academy.assessment.bank.figures import Figures
from academy.kernel import sheets
from academy.kernel.i18n import say
from academy.kernel.sheets import Cell


def as_csv(found: Figures) -> bytes:
    return sheets.as_csv(_header(), _rows(found))


def as_xlsx(found: Figures) -> bytes:
    return sheets.as_xlsx(str(say("Figures")), _header(), _rows(found))


def _header() -> list[str]:
    return [
        str(title)
        for title in (
            say("Question"), say("Version"), say("Type"), say("Text"), say("Learners"), say("Facility (per cent)"), say("Spread"),
            say("Discrimination (per cent)"), say("Discriminative efficiency (per cent)"),
            say("Weakest third (per cent)"), say("Third between (per cent)"), say("Best third (per cent)"), say("In a word"), say("Notes"),
        )
    ]  # fmt: skip


def _rows(found: Figures) -> Iterator[list[Cell]]:
    for one in found.questions:
        item = one.figures
        thirds = [third.facility for third in one.thirds] or [None] * 3
        figures = (item.facility, item.sd and item.sd / 10_000, item.discrimination, item.efficiency, *thirds)
        yield [
            f"{one.bank}/{one.key}",
            one.version,
            one.type,
            one.prompt,
            item.learners,
            *(None if figure is None or not one.firm else round(figure, 4) for figure in figures),
            str(one.in_a_word or ""),
            " ".join(map(str, one.flags)),
        ]
