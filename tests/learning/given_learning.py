"""A small course to try things on: two modules with lessons, one without."""

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.learning import commands, queries
from academy.learning.authoring.course import UnitText, read, split_text
from academy.learning.commands import Imported
from academy.learning.models import Unit, UnitVersion
from academy.learning.rendering import Renderer, media_of
from tests.given import Given

Files = dict[str, bytes]
RENDERER = Renderer()  # what one test made, the next need not make again

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><text x="9" y="20">A</text></svg>'


def course_files() -> Files:
    """Every part of the format once."""
    files = {
        "course.yaml": """\
title: {en: A small course, it: Un piccolo corso}
summary: {en: To try things on., it: Per provare.}
licence: CC-BY-SA-4.0
languages: [en, it]
modules: [01-needs, 02-money, 03-later]
""",
        "01-needs/glossary.yaml": """\
- key: need
  term: {en: need, it: bisogno}
  definition: {en: What people lack., it: Ciò che manca.}
""",
        "01-needs/quiz.yaml": "draw: 1\npass_mark: 70\nquestions: [what-is-a-need]\n",
        "01-needs/questions/what-is-a-need.yaml": question("what is lacking"),
        "01-needs/questions/try-it.yaml": question("a practice question"),
        "01-needs/media/media.yaml": "levels: {licence: CC-BY-SA-4.0, credit: The authors}\n",
        "01-needs/media/levels.en.svg": DRAWING,
        "01-needs/media/levels.it.svg": DRAWING,
    }
    for number, slug, hue, title in (
        (1, "needs", 1, "Needs"),
        (2, "money", 6, "Money"),
        (3, "later", 7, "Later"),
    ):
        files[f"0{number}-{slug}/module.yaml"] = f"""\
slug: {slug}
hue: {hue}
minutes: 200
title: {{en: {title}, it: {title} in italiano}}
summary: {{en: About {slug}., it: Su {slug}.}}
artefact: {{en: a card, it: una scheda}}
outcomes:
  - {{en: see it, it: vederlo}}
  - {{en: say it, it: dirlo}}
  - {{en: draw it, it: disegnarlo}}
  - {{en: do it, it: farlo}}
authors: [The authors]
"""
    for language in ("en", "it"):
        files[f"01-needs/lessons/01-seeing/{language}.md"] = lesson(
            f"Seeing ({language})",
            f'Words about seeing.\n\n## A picture\n\n![Three levels](media/levels.{language}.svg "Levels")\n\n'
            "## More\n\nAnd a question.\n\n::practice[try-it]\n\nThe end.[^1]\n\n[^1]: A note.",
        )
        files[f"01-needs/lessons/02-asking/{language}.md"] = lesson(f"Asking ({language})", "Words about asking.")
        files[f"01-needs/activity/{language}.md"] = lesson(
            f"Write a card ({language})", "## Why\n\nSee [how others did it](example)."
        )
        files[f"01-needs/example/{language}.md"] = lesson(f"A card by others ({language})", "## The card\n\nInvented.")
        files[f"01-needs/facilitator/{language}.md"] = lesson(f"Four hours ({language})", "## Before\n\nChairs.")
    files["02-money/lessons/01-paying/en.md"] = lesson("Paying", "Only in English so far.")
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}


def lesson(title: str, body: str, *, minutes: int = 12) -> str:
    think = "" if "!!!" in body else '\n\n!!! think "Think"\n    1. And you?\n'
    return (
        f'---\ntitle: "{title}"\nsummary: What {title} is about.\nminutes: {minutes}\n'
        f'sources:\n  - "Somebody (2020), A Book, Town."\n---\n\n{body}{think}'
    )


def question(prompt: str) -> str:
    return f"""\
type: single
lesson: seeing
tags: [need]
prompt: {{en: "Which is {prompt}?", it: "Qual è {prompt}?"}}
options:
  - {{key: a, correct: true, text: {{en: This, it: Questo}}}}
  - {{key: b, correct: false, text: {{en: That, it: Quello}}}}
feedback:
  correct: {{en: Yes., it: Sì.}}
  wrong: {{en: No., it: No.}}
"""


def imported(given: Given, files: Files | None = None) -> Imported:
    """Import a tree, as the command does once it has read the files. Raises ConflictingEdits."""
    files = course_files() if files is None else files
    course, faults = read(files)
    assert course is not None
    assert not [fault for fault in faults if fault.serious], faults
    return given.done(lambda: commands.import_course(course, files, renderer=RENDERER, fingerprint="test", by=None))


def exported(given: Given) -> Files:
    return given.done(lambda: commands.exported_tree(by=None))


def unit(module: str, slug: str) -> Unit:
    """Inside a transaction."""
    return next(
        unit
        for found in queries.modules_and_units()
        if found.slug == module
        for unit in found.units
        if unit.slug == slug
    )


def done(given: Given, person: Person, *places: str) -> None:
    """A person marks units, each written as module/slug, as done."""
    for place in places:
        module, slug = place.split("/")
        given.done(lambda module=module, slug=slug: commands.mark_done(unit(module, slug), by=person))  # type: ignore[misc]


def edited_on_the_web(given: Given, module: str, slug: str, language: str, written: str, *, by: Person) -> None:
    """What the trainers' desk does when somebody publishes."""

    def publish() -> UnitVersion:
        found = unit(module, slug)
        pieces = split_text(written)
        assert pieces is not None
        text = UnitText(
            path="",
            kind=found.kind,
            slug=slug,
            language=language,
            written=written,
            title="Edited",
            summary="On the web.",
            minutes=5,
            sources=[],
            markdown=pieces[1],
            first_line=pieces[2],
        )
        return commands.publish_text(found, text, renderer=RENDERER, media=media_of(module, {}), by=by)

    given.done(publish)


def versions(given: Given, module: str, slug: str, language: str) -> list[tuple[int, bool, str]]:
    """Number, whether it is the one people read, and title; oldest first."""

    def read_them() -> list[tuple[int, bool, str]]:
        found = session.query(UnitVersion).filter_by(unit_id=unit(module, slug).id, language=language)
        return [(version.n, version.is_current, version.title) for version in found.order_by(UnitVersion.n)]

    return given.seen(read_them)
