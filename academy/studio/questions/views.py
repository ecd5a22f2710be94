"""How does a browser ask? Parse, command, answer."""

import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.assessment import commands, drawing, marking, rules, wording, yaml_questions
from academy.assessment import queries as assessment
from academy.assessment.bank import commands as bank_commands
from academy.assessment.bank import figures, queries
from academy.assessment.bank.exporting import ENDINGS, Export
from academy.assessment.bank.importing import Coming, Import
from academy.assessment.bank.queries import Wanted
from academy.assessment.exchange import gift
from academy.assessment.exchange.carried import Body, Carried, TurnedAway, slug
from academy.assessment.reviewing import in_words
from academy.assessment.rules import Policy
from academy.assessment.statistics import ENOUGH
from academy.kernel.access import Verdict, require
from academy.kernel.db import looking, only_reads
from academy.kernel.files import takes_files
from academy.kernel.i18n import NATIVE_NAMES, Sentence, in_language, language, say, say_number
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import page, random_key, see, submitted, tell
from academy.learning import queries as course
from academy.settings import settings
from academy.studio.desks import Desk, at_desk
from academy.studio.questions import sheets
from academy.studio.questions.forms import FEEDBACK, PARTS, ROWS, TEXTS, ImportForm, QuizForm, body_in, gap_in_lines

bp = Blueprint("studio_questions", __name__, url_prefix="/<lang>/studio/questions")

LISTED = 30
MEGABYTES = 20
SHOWN = 200  # outcomes of an import on one page


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


def _author() -> Person:
    person = member()
    require(may_enter(person))
    return person


# --- the bank


@bp.get("")
def overview() -> ResponseReturnValue:
    person = _author()
    wanted = Wanted(
        q=request.args.get("q", "").strip()[:100],
        bank=request.args.get("bank", ""),
        type=request.args.get("type", ""),
        tag=request.args.get("tag", ""),
        twins=bool(request.args.get("twins")),
    )
    bank, _, key = request.args.get("after", "").partition("/")
    found = queries.listed(wanted, after=(bank, key) if key else None, limit=LISTED + 1)
    last = found[LISTED - 1].question if len(found) > LISTED else None
    quizzes = queries.quizzes()
    return page(
        "studio/questions/overview.html",
        wanted=wanted,
        found=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in found[:LISTED]],
        more=url_for(".overview", **_asked(wanted), after=f"{last.bank}/{last.key}") if last else "",
        first=url_for(".overview", **_asked(wanted)) if key else "",
        banks=queries.banks(),
        tags=queries.tags(),
        types=_TYPES,
        quizzes=quizzes,
        modules=subjects_seen_by(person, [quiz.about for quiz, _learners in quizzes]),
        formats=ENDINGS,
    )


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {name: value for name, value in vars(wanted).items() if value}


@bp.post("/tags")
def change_tags() -> ResponseReturnValue:
    person = _author()
    chosen = [tuple(name.partition("/")[::2]) for name in request.form.getlist("question")]
    added, taken = (
        [tag for tag in map(slug, request.form.get(name, "").replace(",", " ").split()) if tag]
        for name in ("add", "take")
    )
    changed = bank_commands.change_tags(chosen, add=added, take=taken, by=person)  # type: ignore[arg-type]
    tell(say_number("%(num)s question changed.", "%(num)s questions changed.", changed))
    return see(request.form.get("back", "") if request.form.get("back", "").startswith("/") else url_for(".overview"))


@bp.get("/q/<bank>/<key>")
def question(bank: str, key: str) -> ResponseReturnValue:
    _author()
    found = queries.question_for(bank, key)
    versions = queries.versions_of(found)
    n = request.args.get("version", "")
    shown = next((one for one in versions if str(one.n) == n), versions[0])
    asked, used = queries.times_used([found.id])
    lessons = _lessons_of(bank)
    return page(
        "studio/questions/question.html",
        question=found,
        version=shown,
        versions=versions,
        said=_wording(shown.body, shown.shown),
        title=wording.plain_prompt(shown.shown, language()),
        right=_right(shown.body, shown.shown),
        flaws=yaml_questions.flaws(shown.body, settings().languages, lessons or [shown.body.get("lesson", "")]),
        asked=asked.get(found.id, 0),
        used=used.get(found.id, 0),
        twins=queries.twins_of(found),
        types=_TYPES,
    )


def _wording(body: Body, shown: dict[str, Any], code: str = "") -> wording.Wording:
    return wording.wording(body, shown, code or language(), drawing.option_order(body, seed="preview"))


def _right(body: Body, shown: dict[str, Any]) -> Any:
    return in_words(_wording(body, shown), marking.right_response(body))


def _lessons_of(bank: str) -> Collection[str]:
    module = next((module for module in course.modules_and_units() if module.slug == bank), None)
    return [unit.slug for unit in module.units if unit.kind == "lesson"] if module else []


# --- figures


@bp.get("/statistics/<module>")
def statistics(module: str) -> ResponseReturnValue:
    person = _author()
    quiz, found = _figures(module)
    bars = [(place, number, round(100 * number / max(1, *found.bins))) for place, number in enumerate(found.bins)]
    return page(
        "studio/questions/statistics.html",
        module=module,
        title=subjects_seen_by(person, [quiz.about]).get(quiz.about),
        found=found,
        bars=bars,
        needed=Policy.of(quiz.current.policy).pass_mark,
        enough=ENOUGH,
        types=_TYPES,
    )


@bp.get("/statistics/<module>.<any(csv, xlsx):ending>")
def statistics_file(module: str, ending: str) -> ResponseReturnValue:
    _author()
    _quiz, found = _figures(module)
    content = sheets.as_csv(found) if ending == "csv" else sheets.as_xlsx(found)
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    return _download(content, f"{module}.{ending}", kinds[ending])


def _figures(module: str) -> tuple[Any, figures.Figures]:
    quiz = assessment.quiz_seen_by(None, Ref("module", module))
    tallies = figures.tallies_of(queries.first_attempts(quiz))
    return quiz, figures.figures_of(tallies, queries.versions_with_ids(tallies.questions), language())


def _download(content: bytes, name: str, kind: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- files that come and go


@bp.get("/import")
def look_at_file() -> ResponseReturnValue:
    _author()
    return page("studio/questions/import.html", form=_import_form(), outcomes=None)


@bp.post("/import")
@takes_files(MEGABYTES)
@only_reads
def preview_import() -> ResponseReturnValue:
    """Everything is read, checked and rendered now; what may come lies on the disk until it is asked for, or a day is over."""
    person = _author()
    form = _import_form(submitted=True)
    sent, pasted = request.files.get("file"), form.text.data or ""
    if not (sent and sent.filename) and not pasted.strip():
        form.text.errors = [str(say("Choose a file, or paste the text."))]
        return page("studio/questions/import.html", status=422, form=form, outcomes=None)
    stream: Any = sent.stream if sent and sent.filename else io.BytesIO(pasted.encode())
    key = random_key(20)
    with _spool(person, key).open("w", encoding="utf-8") as spool:
        coming = Import(
            form.format.data, form.language.data, form.bank.data or None, spool, lessons_of=_lessons_or_none
        )
        outcomes = [
            outcome for number, outcome in enumerate(coming.outcomes(stream)) if number < SHOWN or _tells(outcome)
        ]
    return page(
        "studio/questions/import.html",
        status=422 if coming.broken else 200,
        form=form,
        outcomes=[(isinstance(outcome, TurnedAway), outcome) for outcome in outcomes[: 2 * SHOWN]],
        coming=coming,
        number=coming.counts["new"] + coming.counts["changed"],
        key=key,
        types=_TYPES,
    )


def _tells(outcome: Coming | TurnedAway) -> bool:
    return isinstance(outcome, TurnedAway) or bool(outcome.notes)


@bp.post("/import/<key>")
def import_file(key: str) -> ResponseReturnValue:
    person = _author()
    path = _spool(person, key)
    if not path.exists():
        raise NotFound
    with path.open(encoding="utf-8") as spool:
        number = bank_commands.take_over(spool, by=person)
    tell(say_number("%(num)s question is here now.", "%(num)s questions are here now.", number))
    return see(url_for(".overview"))


def _spool(person: Person, key: str) -> Path:
    """Nobody else's: the name says whose it is."""
    if not key.isalnum():
        raise NotFound
    folder = settings().data_dir / "imports"
    folder.mkdir(exist_ok=True)
    return folder / f"{person.id}-{key}.jsonl"


def _import_form(*, submitted: bool = False) -> ImportForm:
    form = ImportForm(request.form if submitted else MultiDict(), language=language())
    form.language.choices = [SelectChoice(code, NATIVE_NAMES[code]) for code in settings().languages]
    modules = [(module.slug, course.said(module.title, language()).text) for module in course.modules_and_units()]
    form.bank.choices = [
        SelectChoice("", str(say("Where the file's categories say"))),
        *[SelectChoice(*one) for one in modules],
    ]
    form.validate() if submitted else form.process(request.args, language=language())
    return form


def _lessons_or_none(bank: str) -> Collection[str] | None:
    return _lessons_of(bank) or None


@bp.get("/export")
def export() -> ResponseReturnValue:
    _author()
    format_ = request.args.get("format", "gift")
    if format_ not in ENDINGS:
        raise NotFound
    banks = [bank for bank in request.args.getlist("bank") if bank]
    done = Export(format_, language())
    content = "".join(done.pieces(queries.all_questions(banks)))
    kind = "application/xml" if format_ == "moodle-xml" else "text/plain; charset=utf-8"
    return _download(content.encode(), f"questions-{'-'.join(banks) or 'all'}.{ENDINGS[format_]}", kind)


# --- writing


@bp.get("/new/<kind>")
def write(kind: str) -> ResponseReturnValue:
    _author()
    if kind not in _TYPES:
        raise NotFound
    return _edit_page({"type": kind, "tags": [], "prompt": {}}, bank=request.args.get("bank", ""), key="")


@bp.get("/q/<bank>/<key>/edit")
def edit(bank: str, key: str) -> ResponseReturnValue:
    _author()
    found = queries.question_for(bank, key)
    return _edit_page(found.current.body, bank=bank, key=key, seen=found.newest)


@bp.post("/new/<kind>")
def add(kind: str) -> ResponseReturnValue:
    return _saved(kind=kind)


@bp.post("/q/<bank>/<key>/edit")
def save(bank: str, key: str) -> ResponseReturnValue:
    return _saved(bank=bank, key=key)


def _saved(*, kind: str = "", bank: str = "", key: str = "") -> ResponseReturnValue:
    """`show` previews, `more` gives more rows, `fill` reads GIFT; otherwise it is stored."""
    person = _author()
    base: Body = {}
    with looking():
        if key:
            found = queries.question_for(bank, key)
            base, kind = found.current.body, found.current.type
        elif kind not in _TYPES:
            raise NotFound
        else:
            bank = request.form.get("bank", "")
        lessons, known = _lessons_of(bank), bank in [module.slug for module in course.modules_and_units()] or bool(key)
        taken = queries.digests(bank) if not key else {}
    if "fill" in request.form:
        return _filled(kind, bank, key)
    body = body_in(request.form, kind, base)
    flaws = yaml_questions.flaws(body, settings().languages, lessons or [body.get("lesson", "")])
    serious = [flaw for flaw in flaws if flaw.serious]
    if not known:
        serious.append(
            yaml_questions.Flaw(("bank",), say("Choose the module that the question belongs to."), serious=True)
        )
    asked_to_store = "show" not in request.form and "more" not in request.form
    if serious or not asked_to_store:
        made = None if serious else _made(body)
        return _edit_page(
            body,
            bank=bank,
            key=key,
            seen=request.form.get("seen", ""),
            faults=serious if "more" not in request.form else [],
            advice=[flaw for flaw in flaws if not flaw.serious],
            made=made,
            status=422 if serious and asked_to_store else 200,
        )
    if not key:
        base_key = slug(next(iter(body["prompt"].values()))) or "question"
        key = next(free for n in range(1, 1000) if (free := base_key if n == 1 else f"{base_key}-{n}") not in taken)
    elif request.form.get("seen") != str(found.newest):
        changed = say("Somebody else changed this question in the meantime. Compare, then save again.")
        return _edit_page(
            body,
            bank=bank,
            key=key,
            seen=found.newest,
            faults=[yaml_questions.Flaw((), changed, serious=True)],
            status=409,
        )
    stored = commands.store_question(bank, key, body, by=person)
    tell(say("Saved as version %(n)s.", n=stored.n))
    return see(url_for(".question", bank=bank, key=key))


def _filled(kind: str, bank: str, key: str) -> ResponseReturnValue:
    """The form with what a block of GIFT says."""
    code = request.form.get("gift-language", language())
    read = list(
        gift.read(
            io.BytesIO(request.form.get("gift", "").encode()), code if code in settings().languages else language()
        )
    )
    one = read[0] if len(read) == 1 else None
    if isinstance(one, Carried) and (one.body["type"] == kind or not key):
        return _edit_page(one.body, bank=bank, key=key, seen=request.form.get("seen", ""), notes=list(one.notes))
    reason: Sentence = (
        one.reason
        if isinstance(one, TurnedAway)
        else say("This is another type of question. Begin a new one with it.")
        if one
        else say("Paste one question. For many there is the import.")
    )
    base = body_in(request.form, kind, {})
    fault = yaml_questions.Flaw(("gift",), reason, serious=True)
    return _edit_page(base, bank=bank, key=key, seen=request.form.get("seen", ""), faults=[fault], status=422)


def _made(body: Body) -> list[wording.Wording]:
    """As learners will see it, in each language it has."""
    found = []
    for code in body["prompt"]:
        with in_language(code):
            shown = wording.shown(body)
        found.append(_wording(body, shown, code))
    return found


def _edit_page(
    body: Body,
    *,
    bank: str,
    key: str,
    seen: object = "",
    faults: Collection[yaml_questions.Flaw] = (),
    advice: Collection[yaml_questions.Flaw] = (),
    made: list[wording.Wording] | None = None,
    notes: Collection[Sentence] = (),
    status: int = 200,
) -> Response:
    more = 2 if "more" in request.form else 0
    rows = {
        name: max(ROWS if name in ("options", "items", "pairs") else 1, len(body.get(name, ())) + (more if more else 1))
        for name in PARTS.get(body["type"], ())
    }
    action = url_for(".save", bank=bank, key=key) if key else url_for(".add", kind=body["type"])
    return page(
        "studio/questions/edit.html",
        status=status,
        body=body,
        bank=bank,
        key=key,
        seen=seen,
        action=action,
        faults=faults,
        advice=advice,
        made=made,
        notes=notes,
        rows=rows,
        texts=TEXTS,
        feedback=FEEDBACK,
        gap_in_lines=gap_in_lines,
        names=NATIVE_NAMES,
        lessons=_lessons_of(bank),
        modules=[(one.slug, course.said(one.title, language()).text) for one in course.modules_and_units()],
        types=_TYPES,
        titles=_TITLES,
    )


# --- the quiz of a module


@bp.get("/quiz/<module>")
def quiz(module: str) -> ResponseReturnValue:
    _author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    return _quiz_page(module, QuizForm(data=found.current.policy), set(assessment.entries_of(found.current)))


@bp.post("/quiz/<module>")
def change_quiz(module: str) -> ResponseReturnValue:
    person = _author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    form = submitted(QuizForm)
    wanted = request.form.getlist("question")
    ids = assessment.question_ids(module, wanted)
    settings_of_quiz = {**found.current.policy, **form.data}
    if form.validate() and form.carries(
        lambda: commands.store_quiz(
            Ref("module", module), settings_of_quiz, [key for key in wanted if key in ids], by=person
        )
    ):
        tell(say("The quiz is saved. Attempts that have begun go on as they were."))
        return see(url_for(".quiz", module=module))
    return _quiz_page(module, form, set(ids.values()), status=422)


def _quiz_page(module: str, form: QuizForm, chosen: set[int], *, status: int = 200) -> Response:
    person = member()
    about = Ref("module", module)
    pool = queries.listed(Wanted(bank=module), after=None, limit=500)
    return page(
        "studio/questions/quiz.html",
        status=status,
        module=module,
        title=subjects_seen_by(person, [about]).get(about),
        form=form,
        pool=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in pool],
        chosen=chosen,
        types=_TYPES,
    )


_TYPES: dict[str, Sentence] = {
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
_TITLES: dict[str, Sentence] = {
    "options": say("Options"),
    "pairs": say("Pairs"),
    "distractors": say("More right sides, that belong to none"),
    "items": say("In the right order"),
    "rubric": say("What a good answer shows"),
    "gaps": say("Gaps"),
    "text": say("Text"),
    "left": say("Left"),
    "right": say("Right"),
    "feedback": say("What is said about it"),
    "correct": say("When it is right"),
    "partly": say("When it is partly right"),
    "wrong": say("When it is wrong"),
    "general": say("To everybody"),
}
