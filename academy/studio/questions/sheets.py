"""How do the figures of a quiz become a table that a spreadsheet can open without harm?"""

import csv
import io
from collections.abc import Iterator

from academy.assessment.amounts import amount
from academy.assessment.bank.figures import Figures
from academy.kernel.i18n import say

Cell = str | int | float | None


def rows(found: Figures) -> Iterator[list[Cell]]:
    yield [
        str(title)
        for title in (
            say("Question"), say("Version"), say("Type"), say("Text"), say("Learners"), say("Facility (per cent)"), say("Spread"),
            say("Discrimination (per cent)"), say("Discriminative efficiency (per cent)"), say("Notes"),
        )
    ]  # fmt: skip
    for one in found.questions:
        item = one.figures
        figures = (item.facility, item.sd and item.sd / 10_000, item.discrimination, item.efficiency)
        yield [
            f"{one.bank}/{one.key}",
            one.version,
            one.type,
            one.prompt,
            item.learners,
            *(None if figure is None or not one.firm else round(figure, 4) for figure in figures),
            " ".join(map(str, one.flags)),
        ]


def as_csv(found: Figures) -> bytes:
    """With a mark that says it is UTF-8; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows(found):
        writer.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    """Numbers with the decimal mark that a spreadsheet in this language reads."""
    if isinstance(cell, float):
        return amount(cell)
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_xlsx(found: Figures) -> bytes:
    """Words are written as words: nothing is computed."""
    import xlsxwriter  # type: ignore[import-untyped]  # slow to import, and seldom needed

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(rows(found)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell, bold if number == 0 else None)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(3, 3, 60)
    return content.getvalue()
