"""How does a list become a file that a spreadsheet opens, with nothing in it that runs?"""

import csv
import io
from collections.abc import Iterable, Sequence

from academy.kernel.amounts import amount, decimal_mark

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, last: Sequence[tuple[str, str]] = ()) -> bytes:
    """With a mark by which spreadsheets know that it is UTF-8, and with the decimal mark and the separator that they expect in the reader's
    language. Text that would be taken for a formula gets an apostrophe.

    `last`: columns at the end that say the same in every line.
    """
    names, said = [name for name, _text in last], [text for _name, text in last]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if decimal_mark() == "," else ",", lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in [*header, *names]])
    for row in rows:
        writer.writerow([harmless(cell) for cell in [*row, *said]])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Text is written as text, whatever it begins with. `about`: names and words for a second sheet."""
    import xlsxwriter  # type: ignore[import-untyped]  # slow to import, and seldom needed

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1")
        bold = book.add_format({"bold": True})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, max(10, min(len(name) + 2, 40)))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        sheet.freeze_panes(1, 1)
        if about:
            second = book.add_worksheet()
            second.set_column(1, 1, 80)
            wrapped = book.add_format({"text_wrap": True})
            for number, (name, text) in enumerate(about):
                second.write_string(number, 0, name, bold)
                second.write_string(number, 1, text, wrapped)
    return written.getvalue()


def harmless(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return amount(cell)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
