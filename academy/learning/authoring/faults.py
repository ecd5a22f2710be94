"""What is wrong, where, and how is it mended?"""

from dataclasses import dataclass

from academy.kernel.i18n import Sentence


@dataclass(frozen=True)
class Fault:
    path: str
    line: int  # 0: the file as a whole
    message: Sentence | str
    remedy: Sentence | str
    serious: bool = True  # stops an import; otherwise a piece of advice


class Faults:
    """Those of one file, as they are found."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Fault] = []

    def note(self, line: int, message: Sentence | str, remedy: Sentence | str, *, serious: bool = True) -> None:
        self.found.append(Fault(self.path, line, message, remedy, serious))
