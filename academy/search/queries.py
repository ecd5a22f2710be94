"""What can be seen, and by whom?"""

from collections.abc import Mapping
from dataclasses import dataclass

from academy.accounts.models import Person
from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.kernel.subjects import subjects_seen_by
from academy.retrieval import queries as retrieval
from academy.retrieval.snippets import Part
from academy.settings import settings

PAGE = 20

KINDS: Mapping[str, Sentence] = {
    "module": say("Module"),
    "lesson": say("Lesson"),
    "activity": say("Activity"),
    "listing": say("Need or offer"),
    "topic": say("Topic"),
}
GROUPS: Mapping[str, Sentence] = {
    "course": say("Course"),
    "marketplace": say("Marketplace"),
    "community": say("Community"),
}
_KINDS_OF = {
    "": tuple(KINDS),
    "course": ("module", "lesson", "activity"),
    "marketplace": ("listing",),
    "community": ("topic",),
}


@dataclass(frozen=True)
class Result:
    kind: Sentence
    title: str
    address: str
    language: str
    snippet: tuple[Part, ...]

    @property
    def language_name(self) -> str:
        return NATIVE_NAMES.get(self.language, self.language)


@dataclass(frozen=True)
class Results:
    results: list[Result]
    every_word: bool
    count: int
    after: int | None


def results_seen_by(viewer: Person | None, words: str, language: str, *, group: str = "", after: int = 0) -> Results:
    """What the index holds, as far as the features that own it let this viewer see it now."""
    audiences = {"public", "members"} if viewer else {"public"}
    found = retrieval.hits(
        words, language=language, audiences=audiences, kinds=_KINDS_OF[group], limit=PAGE, after=after
    )
    subjects = subjects_seen_by(viewer, [hit.ref for hit in found.hits])
    results = []
    for hit in found.hits:
        if subject := subjects.get(hit.ref):
            address = subject.address
            if hit.ref.kind in _KINDS_OF["course"] and hit.language in settings().languages:
                address = _in(hit.language, address)
            results.append(Result(KINDS[hit.ref.kind], hit.title, address, hit.language, hit.snippet))
    return Results(results, found.every_word, found.count, found.after)


def _in(language: str, address: str) -> str:
    """A text of the course has a page for each language: the one where the words are."""
    return f"/{language}/{address.split('/', 2)[2]}" if address.count("/") >= 2 else address
