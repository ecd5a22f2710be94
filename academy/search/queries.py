"""What can be seen, and by whom?"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from academy.accounts.models import Person
from academy.community.queries import audiences_of
from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.learning.models import UnitKind
from academy.learning.queries import address_of
from academy.retrieval import queries as retrieval
from academy.retrieval.snippets import Part
from academy.settings import settings

PAGE = 20

KINDS: Mapping[str, Sentence] = {
    "module": say("Module"),
    "lesson": say("Lesson"),
    "activity": say("Activity"),
    "example": say("Worked example"),
    "library": say("Guide"),
    "portfolio": say("Work of a learner"),
    "listing": say("Need or offer"),
    "topic": say("Topic"),
}
GROUPS: Mapping[str, Sentence] = {
    "course": say("Course"),
    "marketplace": say("Marketplace"),
    "community": say("Community"),
}
_COURSE = ("module", "lesson", "activity", "example", "library")  # in the index exactly while it is public
_KINDS_OF = {
    "": tuple(KINDS),
    "course": (*_COURSE, "portfolio"),
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
    """What the index holds, as far as the features that own it let this viewer see it now.

    The course is public and in the index exactly while it is: only what members write is asked for again.
    """
    found = retrieval.hits(
        words, language=language, audiences=audiences_of(viewer), kinds=_KINDS_OF[group], limit=PAGE, after=after
    )
    subjects = subjects_seen_by(viewer, [hit.ref for hit in found.hits if hit.ref.kind not in _COURSE])
    results = []
    for hit in found.hits:
        if hit.ref.kind in _COURSE:
            address = _course_address(hit.ref, hit.language)
        elif subject := subjects.get(hit.ref):
            address = subject.address
        else:
            continue
        results.append(Result(KINDS[hit.ref.kind], hit.title, address, hit.language, hit.snippet))
    return Results(results, found.every_word, found.count, found.after)


def _course_address(ref: Ref, language: str) -> str:
    """A text of the course has a page for each language of the site: the one where the words are."""
    module, _, slug = ref.key.partition("/")
    if ref.kind == "module":
        path = url_for("learning.module", module=module)
    elif ref.kind == "library":
        path = url_for("guides.guide", slug=ref.key)
    else:
        path = address_of(UnitKind(ref.kind), module, slug)
    return f"/{language}/{path.split('/', 2)[2]}" if language in settings().languages else path
