"""How does a form hold a file that came with it, while it is not saved yet?

The content is in the store already; what is known of it goes into the page as a signed ticket and comes back with the form. No row is needed,
so a preview keeps nothing, and a form that is refused for another reason loses nothing.
"""

import os
from dataclasses import asdict, dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from academy.kernel.files.kinds import BY_TYPE
from academy.kernel.files.receiving import Incoming
from academy.kernel.forms import CheckboxesField
from academy.kernel.i18n import say
from academy.settings import settings


@dataclass(frozen=True)
class Waiting:
    found: Incoming
    alternative: str

    @property
    def ticket(self) -> str:
        facts = {**asdict(self.found), "kind": self.found.kind.type, "alternative": self.alternative}
        signed: str = _signer().dumps(facts)
        return signed

    def stays(self) -> bool:
        """Content that no row names goes after a day; for what still waits, the day begins anew. False: it has gone."""
        try:
            os.utime(settings().data_dir / "files" / self.found.sha256)
        except FileNotFoundError:
            return False
        return True


def waiting_with(ticket: str) -> Waiting | None:
    """None: we have not written this."""
    try:
        facts: dict[str, Any] = _signer().loads(ticket)
    except BadData:
        return None
    alternative, kind = facts.pop("alternative"), BY_TYPE[facts.pop("kind")]
    return Waiting(Incoming(kind=kind, **facts), alternative)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="academy.waiting-file")


class WaitingFilesField(CheckboxesField):
    """Files that came earlier; each stays until its box is unticked."""

    def __init__(self, label: Any = "", **arguments: Any) -> None:
        super().__init__(label, choices={}, validate_choice=False, **arguments)
        self.files: list[Waiting] = []

    def process_formdata(self, valuelist: list[str]) -> None:
        some = [one for one in map(waiting_with, dict.fromkeys(valuelist)) if one is not None]
        self._hold([one for one in some if one.stays()])
        for lost in some:
            if lost not in self.files:
                sentence = say("“%(name)s” has waited too long and is gone. Choose it again.", name=lost.found.name)
                self.process_errors = [*self.process_errors, str(sentence)]

    def add(self, found: Incoming, alternative: str) -> None:
        self._hold([*self.files, Waiting(found, alternative)])

    def _hold(self, some: list[Waiting]) -> None:
        self.files = some
        self.choices = {one.ticket: one.found.name for one in some}
        self.data = [one.ticket for one in some]
