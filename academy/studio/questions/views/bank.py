"""What is in the bank, what one question is, and what is done with many at once."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.assessment import commands, wording, yaml_questions
from academy.assessment.bank import commands as bank_commands
from academy.assessment.bank import queries
from academy.assessment.bank.commands import Change, Name, Outcome
from academy.assessment.bank.exporting import ENDINGS
from academy.assessment.bank.queries import Wanted
from academy.assessment.exchange.carried import Body
from academy.assessment.reviewing import in_words, right_answer
from academy.kernel.i18n import language, say
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import page, see, submitted, tell
from academy.learning import queries as course
from academy.settings import settings
from academy.studio.questions.forms import ChangeForm
from academy.studio.questions.views.blueprint import TYPES, author, bp, lessons_of, wording_of

LISTED = 30
MOST_AT_ONCE = 200


@bp.get("")
def overview() -> ResponseReturnValue:
    author()
    return _overview_page(ChangeForm())


@bp.post("")
def change() -> ResponseReturnValue:
    """Of the questions that are ticked, or of all that the list shows on any page."""
    person = author()
    form = submitted(ChangeForm)
    form.lesson.choices = _lesson_choices({slug: slug for slug in _lessons()})
    do = request.form.get("do", "")
    form.asks_for_change = do not in ("retire", "restore")
    if not form.validate():
        return _overview_page(form, status=422)
    names = _names_in(form)
    if len(names) > MOST_AT_ONCE:
        form.question.errors = [str(say("At most %(number)s at once. Narrow the list.", number=MOST_AT_ONCE))]
        return _overview_page(form, status=422)
    if do == "retire":
        done = bank_commands.retire_questions(names, practised_in=course.lessons_that_practise(language()), by=person)
    elif do == "restore":
        done = bank_commands.restore_questions(names, by=person)
    else:
        wanted = Change(form.tags_to_add, form.tags_to_take, form.number, form.lesson.data or "")
        done = bank_commands.change_questions(names, wanted, lessons_of=cache(lessons_of), by=person)
    return _report(done, do)


def _names_in(form: ChangeForm) -> list[Name]:
    if form.every.data:
        return queries.names_of(_wanted(), limit=MOST_AT_ONCE + 1)
    parted = [name.partition("/") for name in form.question.data or ()]
    return [(bank, key) for bank, _, key in parted]


def _report(done: Outcome, do: str) -> Response:
    return page("studio/questions/changed.html", done=done, do=do, back=url_for(".overview", **_here()))


def _lessons() -> dict[str, Ref]:
    """A lesson belongs to a module: it can be given where the list shows one."""
    bank = _wanted().bank
    return {slug: Ref("lesson", f"{bank}/{slug}") for slug in lessons_of(bank)} if bank else {}


def _lesson_choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", str(say("As it is"))), *(SelectChoice(*one) for one in titles.items())]


def _wanted() -> Wanted:
    return Wanted(
        q=request.args.get("q", "").strip()[:100],
        bank=request.args.get("bank", ""),
        type=request.args.get("type", ""),
        tag=request.args.get("tag", ""),
        twins=bool(request.args.get("twins")),
        retired=bool(request.args.get("retired")),
    )


def _overview_page(form: ChangeForm, *, status: int = 200) -> Response:
    person, wanted = author(), _wanted()
    bank, _, key = request.args.get("after", "").partition("/")
    found = queries.listed(wanted, after=(bank, key) if key else None, limit=LISTED + 1)
    last = found[LISTED - 1].question if len(found) > LISTED else None
    quizzes, (banks, tags) = queries.quizzes(), queries.banks_and_tags()
    lessons = _lessons()
    subjects = subjects_seen_by(person, [*(quiz.about for quiz, _learners in quizzes), *lessons.values()])
    form.lesson.choices = _lesson_choices(
        {slug: subjects[ref].title if ref in subjects else slug for slug, ref in lessons.items()}
    )
    return page(
        "studio/questions/overview.html",
        status=status,
        wanted=wanted,
        form=form,
        action=url_for(".change", **_here()),
        found=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in found[:LISTED]],
        more=url_for(".overview", **_asked(wanted), after=f"{last.bank}/{last.key}") if last else "",
        first=url_for(".overview", **_asked(wanted)) if key else "",
        banks=banks,
        tags=tags,
        types=TYPES,
        quizzes=sorted(quizzes, key=lambda one: _place_in_course(subjects.get(one[0].about))),
        modules=subjects,
        formats=ENDINGS,
    )


def _place_in_course(module: Subject | None) -> tuple[bool, int]:
    """The modules in their order; one that is gone comes last."""
    return module is None, (module.hue or 0) if module else 0


def _here() -> dict[str, Any]:
    """The page of the list that is shown."""
    return {**_asked(_wanted()), "after": request.args.get("after") or None}


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {name: value for name, value in vars(wanted).items() if value}


@bp.get("/q/<bank>/<key>")
def question(bank: str, key: str) -> ResponseReturnValue:
    author()
    found = queries.question_for(bank, key)
    versions = queries.versions_of(found)
    n = request.args.get("version", "")
    shown = next((one for one in versions if str(one.n) == n), versions[0])
    asked, used = queries.times_used([found.id])
    lessons = lessons_of(bank)
    return page(
        "studio/questions/question.html",
        question=found,
        version=shown,
        versions=versions,
        said=wording_of(shown.body, shown.shown),
        title=wording.plain_prompt(shown.shown, language()),
        right=_right(shown.body, shown.shown),
        flaws=yaml_questions.flaws(shown.body, settings().languages, lessons or [shown.body.get("lesson", "")]),
        asked=asked.get(found.id, 0),
        used=used.get(found.id, 0),
        twins=queries.twins_of(found),
        types=TYPES,
    )


def _right(body: Body, shown: dict[str, Any]) -> Any:
    return in_words(wording_of(body, shown), right_answer(body, language()))


@bp.post("/q/<bank>/<key>/retire")
def retire(bank: str, key: str) -> ResponseReturnValue:
    person = author()
    found = queries.question_for(bank, key)
    commands.retire_question(
        found, practised_in=course.lessons_that_practise(language()).get((bank, key), ()), by=person
    )
    tell(say("The question is retired. Attempts that asked it keep it."))
    return see(url_for(".question", bank=bank, key=key))


@bp.post("/q/<bank>/<key>/restore")
def restore(bank: str, key: str) -> ResponseReturnValue:
    person = author()
    found = queries.question_for(bank, key)
    commands.store_question(bank, key, found.current.body, by=person)
    tell(say("The question is back in the bank."))
    return see(url_for(".question", bank=bank, key=key))
