"""Whom does a list name that somebody made with a spreadsheet? Pure: bytes in, lines out, each with what is wrong with it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

from email_validator import EmailNotValidError, validate_email

from academy.kernel.i18n import Sentence, say

MOST_LINES = 2_000
_ADDRESS_COLUMNS = (
    "email",
    "e-mail",
    "mail",
    "e-mail address",
    "email address",
    "indirizzo",
    "indirizzo e-mail",
    "posta elettronica",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """One line of the list; `number` as the spreadsheet counts."""

    number: int
    email: str
    fault: Sentence | None = None
    note: Sentence | None = None  # nothing to do, and why
    person_id: int | None = None
    invite: bool = False  # has no account, and is to be asked to join


@dataclass(frozen=True)
class Roster:
    lines: tuple[Line, ...]
    fault: Sentence | None = None  # of the whole file

    @property
    def faults(self) -> int:
        return sum(line.fault is not None for line in self.lines)

    @property
    def wanted(self) -> list[int]:
        """Who is to be enrolled."""
        return [line.person_id for line in self.lines if line.person_id and not line.fault and not line.note]

    @property
    def invited(self) -> list[str]:
        """Who is to be asked to join."""
        return [line.email for line in self.lines if line.invite]

    @property
    def good(self) -> bool:
        return self.fault is None and not self.faults and bool(self.lines)


def read(content: bytes) -> Roster:
    """The addresses in a file, in order. What can't be read is said, and for which line."""
    text = _decoded(content)
    if text is None:
        return _unreadable(say("This is no text file. Save the sheet as “CSV UTF-8” and choose that file."))
    if not text.strip():
        return _unreadable(say("This file is empty."))
    rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    column = _address_column(rows[0])
    if column is None:
        return _unreadable(
            say(
                "The first line has to name the columns, and one of them has to be “email”. It says: %(columns)s",
                columns=", ".join(cell.strip() for cell in rows[0])[:200] or "–",
            )
        )
    filled = [(number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if len(filled) > MOST_LINES:
        return _unreadable(say("A list may have up to %(most)s lines. Divide it.", most=MOST_LINES))
    if not filled:
        return _unreadable(say("There is nobody on this list: only the names of the columns."))
    seen: set[str] = set()
    return Roster(tuple(_line(number, row, column, seen) for number, row in filled))


def known(
    roster: Roster,
    people: Mapping[str, int],
    enrolled: frozenset[int],
    *,
    invite: bool = False,
    invited: frozenset[str] = frozenset(),
) -> Roster:
    """The same list, compared with who is here and who is enrolled already. `people`: numbers by address. `invite`: who has no account is
    asked to join, unless `invited` has them already."""

    def compared(line: Line) -> Line:
        if line.fault or line.note:
            return line
        person_id = people.get(line.email)
        if person_id is not None:
            note = say("Enrolled already.") if person_id in enrolled else None
            return replace(line, note=note, person_id=person_id)
        if line.email in invited:
            return replace(line, note=say("Invited already, and has not joined yet."))
        if invite:
            return replace(line, invite=True)
        return replace(
            line,
            fault=say("Nobody here has this address. Have them invited, ask them to join first, or take the line out."),
        )

    return Roster(tuple(compared(line) for line in roster.lines), roster.fault)


def _line(number: int, row: list[str], column: int, seen: set[str]) -> Line:
    if any(cell.strip().startswith(_FORMULA) for cell in row if not _is_number(cell)):
        return Line(number, _shown(row, column), say("A cell begins like a formula. Write plain text."))
    if column >= len(row) or not row[column].strip():
        return Line(number, "", say("There is no address in this line."))
    written = row[column].strip()
    try:
        email = validate_email(written, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return Line(number, written[:80], say("This is no e-mail address."))
    if email in seen:
        return Line(number, email, None, say("Named twice: once is enough."))
    seen.add(email)
    return Line(number, email)


def _decoded(content: bytes) -> str | None:
    """UTF-8, what spreadsheets call Unicode text, or the old encoding of Western Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text or content.startswith(b"PK\x03\x04") else text.replace("\r\n", "\n")
    return None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(";\t,", key=first.count)


def _address_column(header: list[str]) -> int | None:
    names = [cell.strip().casefold().strip("\ufeff") for cell in header]
    return next((names.index(name) for name in _ADDRESS_COLUMNS if name in names), None)


def _is_number(cell: str) -> bool:
    return cell.strip().lstrip("+-").replace(".", "").replace(",", "").replace(" ", "").isdecimal()


def _shown(row: list[str], column: int) -> str:
    return row[column].strip()[:80] if column < len(row) else ""


def _unreadable(fault: Sentence) -> Roster:
    return Roster((), fault)
