"""How does a browser ask? Parse, command, answer."""

import io
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
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
from academy.assessment import commands, drawing, rules, wording, yaml_questions
from academy.assessment import queries as assessment
from academy.assessment.amounts import amount, rounded
from academy.assessment.bank import commands as bank_commands
from academy.assessment.bank import figures, keeping, queries, spool
from academy.assessment.bank.exporting import ENDINGS, Export
from academy.assessment.bank.importing import Coming, Import
from academy.assessment.bank.queries import Wanted
from academy.assessment.exchange import gift
from academy.assessment.exchange.carried import Body, Carried, TurnedAway, slug
from academy.assessment.models import Quiz
from academy.assessment.reviewing import in_words, right_answer
from academy.assessment.rules import Policy
from academy.assessment.statistics import ENOUGH
from academy.kernel.access import Verdict, require
from academy.kernel.db import looking, on_commit, only_reads
from academy.kernel.files import takes_files
from academy.kernel.i18n import NATIVE_NAMES, Sentence, in_language, language, say, say_number
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import page, random_key, see, submitted, tell
from academy.learning import queries as course
from academy.settings import settings
from academy.studio.desks import Desk, at_desk
from academy.studio.questions import composing, sheets
from academy.studio.questions.composing import PARTS, ROWS, body_in
from academy.studio.questions.forms import ImportForm, QuizForm

bp = Blueprint("studio_questions", __name__, url_prefix="/<lang>/studio/questions")

LISTED = 30
MEGABYTES = 20
MOST_OF_A_BANK = 500
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
    quizzes, (banks, tags) = queries.quizzes(), queries.banks_and_tags()
    return page(
        "studio/questions/overview.html",
        wanted=wanted,
        found=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in found[:LISTED]],
        more=url_for(".overview", **_asked(wanted), after=f"{last.bank}/{last.key}") if last else "",
        first=url_for(".overview", **_asked(wanted)) if key else "",
        banks=banks,
        tags=tags,
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
    return in_words(_wording(body, shown), right_answer(body, language()))


def _lessons_of(bank: str) -> Collection[str]:
    module = next((module for module in course.modules_and_units() if module.slug == bank), None)
    return [unit.slug for unit in module.units if unit.kind == "lesson"] if module else []


def _titles_of_lessons(bank: str) -> list[tuple[str, str]]:
    """Slug and title, in the reader's language."""
    slugs = _lessons_of(bank)
    subjects = subjects_seen_by(member(), [Ref("lesson", f"{bank}/{slug}") for slug in slugs])
    titles = {ref.key.partition("/")[2]: subject.title for ref, subject in subjects.items()}
    return [(slug, titles.get(slug) or slug) for slug in slugs]


# --- figures


@bp.get("/statistics/<module>")
def statistics(module: str) -> ResponseReturnValue:
    person = _author()
    quiz, found, added_up_at = _figures(module)
    bins = found.bins if found else []
    bars = [(place, number, round(100 * number / max(1, *bins))) for place, number in enumerate(bins)]
    return page(
        "studio/questions/statistics.html",
        module=module,
        title=subjects_seen_by(person, [quiz.about]).get(quiz.about),
        found=found,
        added_up_at=added_up_at,
        bars=bars,
        needed=Policy.of(quiz.current.policy).pass_mark,
        rounded=rounded,
        enough=ENOUGH,
        types=_TYPES,
    )


@bp.get("/statistics/<module>.<any(csv, xlsx):ending>")
def statistics_file(module: str, ending: str) -> ResponseReturnValue:
    _author()
    _quiz, found, _when = _figures(module)
    if found is None:
        raise NotFound
    content = sheets.as_csv(found) if ending == "csv" else sheets.as_xlsx(found)
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    return _download(content, f"{module}.{ending}", kinds[ending])


def _figures(module: str) -> tuple[Quiz, figures.Figures | None, datetime | None]:
    """The quiz, its figures, and of when they are where the worker added them up. No figures: it has not yet."""
    quiz = assessment.quiz_seen_by(None, Ref("module", module))
    learners, _points = queries.progress_of(quiz)
    if learners <= figures.MANY:
        tallies, when = figures.tallies_of(queries.first_attempts(quiz)), None
    elif kept := queries.kept_tallies(quiz):
        tallies, when = keeping.tallies_in(kept.tallies), kept.added_up_at
    else:
        return quiz, None, None
    return quiz, figures.figures_of(tallies, queries.versions_with_ids(tallies.questions), language()), when


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
    with _spool(person, key).open("w", encoding="utf-8") as waiting:
        coming = Import(
            form.format.data, form.language.data, form.bank.data or None, waiting, lessons_of=_lessons_or_none
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
    with path.open(encoding="utf-8") as waiting:
        number = bank_commands.take_over(waiting, by=person)
    on_commit(lambda: path.unlink(missing_ok=True))
    tell(say_number("%(num)s question is here now.", "%(num)s questions are here now.", number))
    return see(url_for(".overview"))


def _spool(person: Person, key: str) -> Path:
    found = spool.place(person.id, key)
    if found is None:
        raise NotFound
    return found


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
    stored = commands.store_question(bank, key, body, sizes=_sizes_in(bank, body), by=person)
    tell(say("Saved as version %(n)s.", n=stored.n))
    return see(url_for(".question", bank=bank, key=key))


def _sizes_in(bank: str, body: Body) -> wording.Sizes:
    """Of the pictures of the module, if it shows any."""
    return course.sizes_of_pictures(bank) if "](media/" in str(body) else {}


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
    more = 2 if "more" in request.form else 1
    least = {"options": ROWS, "items": ROWS, "pairs": ROWS}
    rows = {name: max(least.get(name, 1), len(body.get(name, ())) + more) for name in PARTS.get(body["type"], ())}
    fields = composing.fields_of(body, rows, new=not key)
    wrong = composing.of_flaws([*faults], fields)
    return page(
        "studio/questions/edit.html",
        status=status,
        body=body,
        bank=bank,
        key=key,
        seen=seen,
        action=url_for(".save", bank=bank, key=key) if key else url_for(".add", kind=body["type"]),
        faults=wrong,
        wrong={field: sentence for field, _name, sentence in reversed(wrong)},
        advice=composing.of_flaws([*advice], fields),
        made=made,
        notes=notes,
        rows=rows,
        form=composing,
        showing="show" in request.form,
        gift=request.form.get("gift", "") if faults else "",
        amount=amount,
        names=NATIVE_NAMES,
        lessons=_titles_of_lessons(bank),
        modules=[(one.slug, course.said(one.title, language()).text) for one in course.modules_and_units()],
        types=_TYPES,
    )


@bp.post("/q/<bank>/<key>/retire")
def retire(bank: str, key: str) -> ResponseReturnValue:
    person = _author()
    found = queries.question_for(bank, key)
    commands.retire_question(found, practised_in=course.lessons_that_practise(bank, key, language()), by=person)
    tell(say("The question is retired. Attempts that asked it keep it."))
    return see(url_for(".question", bank=bank, key=key))


@bp.post("/q/<bank>/<key>/restore")
def restore(bank: str, key: str) -> ResponseReturnValue:
    person = _author()
    found = queries.question_for(bank, key)
    commands.store_question(bank, key, found.current.body, by=person)
    tell(say("The question is back in the bank."))
    return see(url_for(".question", bank=bank, key=key))


# --- the quiz of a module


@bp.get("/quiz/<module>")
def quiz(module: str) -> ResponseReturnValue:
    person = _author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    form = QuizForm.about(Policy.of(found.current.policy), person.time_zone)
    return _quiz_page(module, form, assessment.keys_of(found.current))


@bp.post("/quiz/<module>")
def change_quiz(module: str) -> ResponseReturnValue:
    person = _author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    form = submitted(QuizForm)
    ticked = dict.fromkeys(request.form.getlist("question"))
    before = [key for key in assessment.keys_of(found.current) if key in ticked]  # the order that the course gave them
    wanted = [*dict.fromkeys([*before, *ticked])]
    if form.validate() and form.carries(
        lambda: commands.store_quiz(Ref("module", module), form.rules(person.time_zone), wanted, by=person)
    ):
        tell(say("The quiz is saved. Attempts that have begun go on as they were."))
        return see(url_for(".quiz", module=module))
    return _quiz_page(module, form, wanted, status=422)


def _quiz_page(module: str, form: QuizForm, chosen: Sequence[str], *, status: int = 200) -> Response:
    """The questions that are drawn from stand first, in their order."""
    person = member()
    about = Ref("module", module)
    places = {key: place for place, key in enumerate(chosen)}
    pool = sorted(
        queries.listed(Wanted(bank=module), after=None, limit=MOST_OF_A_BANK),
        key=lambda one: places.get(one.question.key, len(places)),
    )
    return page(
        "studio/questions/quiz.html",
        status=status,
        module=module,
        title=subjects_seen_by(person, [about]).get(about),
        form=form,
        pool=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in pool],
        chosen=places,
        tagged=sorted(Counter(tag for one in pool for tag in one.tags).items()),
        clock=say("Times are those of %(zone)s.", zone=person.time_zone.rpartition("/")[2].replace("_", " ")),
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
