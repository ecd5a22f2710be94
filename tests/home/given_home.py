"""What is there, for the tests of the doors: a course of two modules, without files."""

from academy.assessment import commands as assessment
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning.models import Completion, Course, Module, Unit, UnitKind, UnitVersion
from academy.retrieval import commands as retrieval
from tests.given import Given

MODULES = (
    (
        "active-citizenship",
        {"en": "Active Citizenship", "it": "Cittadinanza attiva"},
        ("seeing-a-need", "reading-a-call"),
    ),
    ("social-business", {"en": "Social Business", "it": "Imprenditorialità sociale"}, ("who-pays",)),
)
TITLES = {
    "seeing-a-need": {"en": "Seeing a need", "it": "Leggere un bisogno"},
    "reading-a-call": {"en": "Reading a call", "it": "Leggere un bando"},
    "who-pays": {"it": "Chi paga?"},
}
QUESTION = {
    "type": "single",
    "prompt": {"en": "What is missing from this need?", "it": "Che cosa manca a questo bisogno?"},
    "options": [
        {"key": "a", "correct": False, "text": {"en": "The cost", "it": "Il costo"}},
        {"key": "b", "correct": True, "text": {"en": "The need itself", "it": "Il bisogno stesso"}},
    ],
    "feedback": {"correct": {"en": "Right.", "it": "Giusto."}, "wrong": {"en": "Look again.", "it": "Rileggi."}},
}


def a_course(given: Given) -> None:
    """Two modules of lessons, the first with an activity; one lesson exists in Italian only."""

    def make() -> None:
        now = clock.now()
        course = Course(
            title={"en": "Academy"}, summary={}, licence="CC-BY-SA-4.0", languages=["en", "it"], imported_at=now
        )
        session.add(course)
        for number, (slug, title, lessons) in enumerate(MODULES, 1):
            module = Module(
                slug=slug,
                folder=f"0{number}-{slug}",
                position=number,
                hue=number,
                minutes=180,
                title=title,
                summary={"en": "A summary."},
                artefact={"en": "a need card", "it": "una scheda del bisogno"},
                outcomes=[],
                authors=[],
                glossary=[],
                credits=[],
                quiz={},
                added_at=now,
            )
            session.add(module)
            session.flush()
            _index(Ref("module", slug), title, "")
            for position, lesson in enumerate(lessons, 1):
                _unit(module, UnitKind.LESSON, lesson, position, TITLES[lesson])
                _index(
                    Ref("lesson", f"{slug}/{lesson}"),
                    TITLES[lesson],
                    "A collaboration pact, un patto di collaborazione.",
                )
            if number == 1:
                _unit(module, UnitKind.ACTIVITY, "activity", 9, {"en": "Write a need card"})
                _index(Ref("activity", slug), {"en": "Write a need card"}, "Talk with two people.")
        assessment.store_question("active-citizenship", "app-for-the-elderly", QUESTION, by=None)

    given.done(make)


def done_by(given: Given, person_id: int, *items: str) -> None:
    """These parts are done, as `lesson:active-citizenship/seeing-a-need`."""

    def make() -> None:
        session.add_all(Completion(person_id=person_id, item=item, at=clock.now()) for item in items)

    given.done(make)


def _unit(module: Module, kind: UnitKind, slug: str, position: int, titles: dict[str, str]) -> None:
    unit = Unit(module_id=module.id, kind=kind, slug=slug, position=position, required=True, added_at=clock.now())
    session.add(unit)
    session.flush()
    for language, title in titles.items():
        session.add(
            UnitVersion(
                unit_id=unit.id,
                language=language,
                n=1,
                is_current=True,
                title=title,
                summary="",
                minutes=12,
                sources=[],
                written="",
                sha256="",
                parts=[{"html": "<p>Text.</p>"}],
                contents=[],
                markup=1,
                published_at=clock.now(),
            )
        )


def _index(ref: Ref, titles: dict[str, str], body: str) -> None:
    for language, title in titles.items():
        retrieval.index(ref, language=language, title=title, body=body, weight=3, updated_at=clock.now())
