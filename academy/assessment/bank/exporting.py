"""How does a bank become a file? Piece by piece, so that its size doesn't matter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from academy.assessment.exchange import gift, moodle_xml
from academy.assessment.exchange.carried import TurnedAway, Unsuitable
from academy.assessment.models import Question
from academy.kernel import files

ENDINGS = {"gift": "gift.txt", "moodle-xml": "xml"}


@dataclass
class Export:
    """`language`: of the texts in GIFT, which has room for one; Moodle XML carries all."""

    format: str
    language: str
    refused: list[TurnedAway] = field(default_factory=list)  # what this format has no way to write
    written: int = 0

    def pieces(self, questions: Iterable[Question]) -> Iterator[str]:
        xml = self.format == "moodle-xml"
        bank = ""
        yield moodle_xml.START if xml else "// Questions in GIFT\n\n"
        for question in questions:
            if question.bank != bank:
                bank = question.bank
                yield moodle_xml.category([bank]) if xml else gift.category([bank]) + "\n"
            body = question.current.body
            try:
                if xml:
                    yield moodle_xml.written(question.key, body, contents=picture_at)
                else:
                    yield gift.written(question.key, body, self.language) + "\n"
                self.written += 1
            except Unsuitable as reason:
                self.refused.append(TurnedAway(0, f"{bank}/{question.key}", reason.sentence))
        if xml:
            yield moodle_xml.END


def picture_at(address: str) -> tuple[str, bytes] | None:
    """Name and content of a file that was uploaded."""
    _, _, key, name = address.split("/", 3)
    file = files.file_with_key(key)
    return (name, files.path_of(file).read_bytes()) if file else None
