"""Who wrote the text, and what may it therefore do?"""

from dataclasses import dataclass
from functools import cache

from academy.kernel.i18n import language, say


@dataclass(frozen=True)
class Profile:
    name: str
    prefix: str  # of every id, so that no text can take an id that belongs to the page
    top: int  # level of the highest heading
    deepest: int  # level of the lowest
    longest: int  # characters


POST = Profile("post", prefix="user-", top=3, deepest=5, longest=20_000)
"""Community text: no raw HTML, lines break as typed, addresses become links that pass nothing on."""

LESSON = Profile("lesson", prefix="s-", top=2, deepest=5, longest=60_000)
"""Text of authors: everything that docs/authoring.md promises."""


@dataclass(frozen=True)
class Labels:
    """The platform's own words inside a text, in the language of that text."""

    note: str = "Note"
    tip: str = "Tip"
    warning: str = "Warning"
    example: str = "Example"
    think: str = "Think about it"
    table: str = "Table"
    diagram: str = "Diagram"
    notes: str = "Notes"
    reference: str = "note"  # read aloud after the number that refers to a note
    back: str = "Back to the text"
    done: str = "done"
    to_do: str = "to do"
    transcript: str = "Transcript"
    captions: str = "Captions"
    watch: str = "Watch it on {site}"
    show: str = "Show it here"
    outside: str = "This film is on {site}. When it is shown here, {site} learns that somebody watches it."

    @property
    def callouts(self) -> dict[str, str]:
        return {
            "note": self.note,
            "tip": self.tip,
            "warning": self.warning,
            "example": self.example,
            "think": self.think,
            "transcript": self.transcript,
        }


ENGLISH = Labels()


def labels() -> Labels:
    """The labels in the current language: `with in_language(lesson.language): labels()`."""
    return _labels_in(language())


@cache
def _labels_in(_language: str) -> Labels:
    return Labels(
        note=str(say("Note")),
        tip=str(say("Tip")),
        warning=str(say("Warning")),
        example=str(say("Example")),
        think=str(say("Think about it")),
        table=str(say("Table")),
        diagram=str(say("Diagram")),
        notes=str(say("Notes")),
        reference=str(say("note")),
        back=str(say("Back to the text")),
        done=str(say("done")),
        to_do=str(say("to do")),
        transcript=str(say("Transcript")),
        captions=str(say("Captions")),
        watch=str(say("Watch it on {site}")),
        show=str(say("Show it here")),
        outside=str(say("This film is on {site}. When it is shown here, {site} learns that somebody watches it.")),
    )
