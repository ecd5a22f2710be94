"""What do all pages of this desk share?"""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.assessment import drawing, rules, wording
from academy.assessment.exchange.carried import Body
from academy.kernel.access import Verdict, require
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.learning import queries as course
from academy.studio.desks import Desk, at_desk

bp = Blueprint("studio_questions", __name__, url_prefix="/<lang>/studio/questions")


def may_enter(person: Person) -> Verdict:
    return rules.may_store(by=person)


at_desk(
    Desk(
        "questions",
        say("Questions"),
        say("The bank, files with questions, quizzes, and what their figures say."),
        "studio_questions.overview",
        "list",
        may_enter=may_enter,
    )
)


def author() -> Person:
    person = member()
    require(may_enter(person))
    return person


def wording_of(body: Body, shown: dict[str, Any], code: str = "") -> wording.Wording:
    return wording.wording(body, shown, code or language(), drawing.option_order(body, seed="preview"))


def lessons_of(bank: str) -> Collection[str]:
    module = next((module for module in course.modules_and_units() if module.slug == bank), None)
    return [unit.slug for unit in module.units if unit.kind == "lesson"] if module else []


def titles_of_lessons(bank: str) -> list[tuple[str, str]]:
    """Slug and title, in the reader's language."""
    slugs = lessons_of(bank)
    subjects = subjects_seen_by(member(), [Ref("lesson", f"{bank}/{slug}") for slug in slugs])
    titles = {ref.key.partition("/")[2]: subject.title for ref, subject in subjects.items()}
    return [(slug, titles.get(slug) or slug) for slug in slugs]


def download(content: bytes, name: str, kind: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


TYPES: dict[str, Sentence] = {
    "single": say("One of several"),
    "multiple": say("Several of several"),
    "true-false": say("True or false"),
    "short-text": say("A word or two"),
    "number": say("A number"),
    "matching": say("Pairs"),
    "ordering": say("An order"),
    "gaps": say("A text with gaps"),
    "open": say("An open answer"),
}
