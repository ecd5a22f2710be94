"""What would come of importing a file with questions? Everything slow is done here, before any write begins.

What can be taken over lies in a spool on the disk, so that memory doesn't grow with the file; `commands.take_over` writes from it
exactly what was told before.
"""

import io
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import IO, Any
from urllib.parse import quote

from academy.assessment import wording, yaml_questions
from academy.assessment.bank import queries
from academy.assessment.bank.merging import merged
from academy.assessment.exchange import gift, moodle_xml
from academy.assessment.exchange.carried import Body, Carried, Picture, TurnedAway, slug
from academy.assessment.sameness import asks, sha256_of
from academy.kernel import files, markup
from academy.kernel.i18n import Sentence, say
from academy.settings import settings

FORMATS: dict[str, Callable[[IO[bytes], str], Iterator[Carried | TurnedAway]]] = {
    "gift": gift.read,
    "moodle-xml": moodle_xml.read,
}
SHELF = "imported"  # the bank of questions that name none
PENDING = "/files/coming-"


class What(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Coming:
    """A question that will be taken over."""

    line: int
    bank: str
    key: str
    type: str
    prompt: str
    what: What
    notes: tuple[Sentence, ...]
    twin: str = ""  # key of a question that asks the same


@dataclass
class Import:
    """One file on its way. Go through `outcomes` to the end, then `commands.take_over` may write what is in `spool`."""

    format: str
    language: str
    bank: str | None
    spool: IO[str]
    lessons_of: Callable[[str], Collection[str] | None] = lambda _bank: None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*What, "refused"), 0))
    broken: bool = False
    _banks: list[str] | None = None
    _known: dict[str, dict[str, str]] = field(default_factory=dict)  # digests, by bank and key
    _asking: dict[str, dict[str, str]] = field(default_factory=dict)
    _taught: dict[str, Collection[str] | None] = field(default_factory=dict)
    _lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def outcomes(self, stream: IO[bytes]) -> Iterator[Coming | TurnedAway]:
        for found in FORMATS[self.format](stream, self.language):
            outcome = found if isinstance(found, TurnedAway) else self._outcome(found)
            if isinstance(outcome, TurnedAway):
                self.counts["refused"] += 1
                self.broken = self.broken or outcome.broken
            else:
                self.counts[outcome.what] += 1
            yield outcome

    def _outcome(self, found: Carried) -> Coming | TurnedAway:
        bank, tags = self._place(found.category)
        body = {**found.body, "tags": [*dict.fromkeys([*found.body.get("tags", ()), *tags])]}
        notes = list(found.notes)
        lessons = self._lessons(bank)
        if "lesson" in body and lessons is not None and body["lesson"] not in lessons:
            notes.append(
                say("There is no lesson “%(lesson)s” in this module: the link is left out.", lesson=body["lesson"])
            )
            body = {name: value for name, value in body.items() if name != "lesson"}
        key, line = self._key(found, bank, body)
        if line:
            return TurnedAway(
                found.line, key, say("The id “%(key)s” stands in line %(line)s already.", key=key, line=line)
            )
        self._lines[bank, key] = found.line
        current = queries.current_body(bank, key) if found.named and key in self._digests(bank) else None
        if current is not None:
            body, whole = merged(current, body, self.language)
            if not whole:
                notes.append(say("Its parts are others now: the texts in other languages are not kept."))
        pictures, flaw = self._pictures(found.pictures)
        if flaw is None:
            body = _renamed(body, {address: pending for address, pending, _incoming in pictures})
            flaw = self._flaw(body)
        if flaw is not None:
            return TurnedAway(found.line, key, flaw)
        return self._spooled(found.line, bank, key, body, pictures, tuple(notes))

    def _place(self, category: tuple[str, ...]) -> tuple[str, list[str]]:
        """The bank, and what of the category becomes tags."""
        path = [part for part in map(slug, category) if part]
        if self._banks is None:
            self._banks = queries.banks()
        if self.bank is not None:
            return self.bank, [part for part in path if part != self.bank]
        bank = next((part for part in reversed(path) if part in self._banks), SHELF)
        return bank, [part for part in path if part != bank]

    def _key(self, found: Carried, bank: str, body: Body) -> tuple[str, int]:
        """Its own, or one made for it: the first that is free, or that holds this very question already."""
        base = found.key or "question"
        if found.named:
            return base, self._lines.get((bank, base), 0)
        known, sha256 = self._digests(bank), sha256_of(body)
        number, key = 1, base
        while (bank, key) in self._lines or (known.get(key, sha256) != sha256):
            number += 1
            key = f"{base}-{number}"
        return key, 0

    def _digests(self, bank: str) -> dict[str, str]:
        if bank not in self._known:
            self._known[bank] = queries.digests(bank)
        return self._known[bank]

    def _twin(self, bank: str, asked: str) -> str:
        if bank not in self._asking:
            self._asking[bank] = queries.known_by_what_they_ask(bank)
        return self._asking[bank].get(asked, "")

    def _lessons(self, bank: str) -> Collection[str] | None:
        if bank not in self._taught:
            self._taught[bank] = self.lessons_of(bank)
        return self._taught[bank]

    def _pictures(self, pictures: tuple[Picture, ...]) -> tuple[list[tuple[str, str, files.Incoming]], Sentence | None]:
        found = []
        for picture in pictures:
            try:
                incoming = files.received(io.BytesIO(picture.content), accept=files.PICTURES, name=picture.name)
            except files.NotAccepted as refused:
                return [], say("%(name)s: %(why)s", name=picture.name, why=refused.sentence)
            found.append((picture.address, f"{PENDING}{incoming.sha256[:24]}/{quote(incoming.name)}", incoming))
        return found, None

    def _flaw(self, body: Body) -> Sentence | None:
        """The first thing that makes it impossible to ask this."""
        lessons = [body["lesson"]] if isinstance(body.get("lesson"), str) else []
        flaws = yaml_questions.flaws(body, settings().languages, lessons)
        return next((flaw.sentence for flaw in flaws if flaw.serious), None)

    def _spooled(
        self,
        line: int,
        bank: str,
        key: str,
        body: Body,
        pictures: list[tuple[str, str, files.Incoming]],
        notes: tuple[Sentence, ...],
    ) -> Coming | TurnedAway:
        known, sha256 = self._digests(bank), sha256_of(body)
        what = What.SAME if known.get(key) == sha256 else What.CHANGED if key in known else What.NEW
        sizes = {address: (one.width, one.height) for _old, address, one in pictures if one.width and one.height}
        try:
            shown = wording.shown(body, f"/media/{bank}", sizes) if what is not What.SAME else {}
        except markup.TooTangled as tangled:
            return TurnedAway(line, key, tangled.sentence)
        if what is not What.SAME:
            kept = [
                {"pending": pending, "sha256": one.sha256, "name": one.name, "type": one.kind.type, "size": one.size,
                 "width": one.width, "height": one.height}
                for _address, pending, one in pictures
            ]  # fmt: skip
            item = Spooled(bank, key, body, shown, known.get(key), kept)
            self.spool.write(json.dumps(asdict(item), ensure_ascii=False) + "\n")
        prompt = next(iter(body["prompt"].values()))
        return Coming(
            line=line,
            bank=bank,
            key=key,
            type=body["type"],
            prompt=prompt[:200],
            what=what,
            notes=notes,
            twin=self._twin(bank, asks(body)) if what is What.NEW else "",
        )


@dataclass(frozen=True)
class Spooled:
    """A question that is ready to be written. `expected`: the digest of the version it follows."""

    bank: str
    key: str
    body: Body
    shown: dict[str, Any]
    expected: str | None
    pictures: list[dict[str, Any]]


def spooled(spool: IO[str]) -> Iterator[Spooled]:
    spool.seek(0)
    for line in spool:
        yield Spooled(**json.loads(line))


def _renamed(body: Body, addresses: dict[str, str]) -> Body:
    written = json.dumps(body, ensure_ascii=False)
    for old, new in addresses.items():
        written = written.replace(old, new)
    return json.loads(written) if addresses else body
