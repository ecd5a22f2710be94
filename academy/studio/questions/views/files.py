"""Files with questions come and go."""

import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.models import Person
from academy.assessment.bank import commands, queries, spool
from academy.assessment.bank.exporting import ENDINGS, Export
from academy.assessment.bank.importing import Coming, Import
from academy.assessment.exchange.carried import TurnedAway
from academy.kernel.db import on_commit, only_reads
from academy.kernel.files import takes_files
from academy.kernel.i18n import NATIVE_NAMES, language, say, say_number
from academy.kernel.web import page, random_key, see, tell
from academy.learning import queries as course
from academy.settings import settings
from academy.studio.questions.forms import ImportForm
from academy.studio.questions.views.blueprint import TYPES, author, bp, download, lessons_of

MEGABYTES = 20
SHOWN = 200  # outcomes of an import on one page


@bp.get("/import")
def look_at_file() -> ResponseReturnValue:
    author()
    return page("studio/questions/import.html", form=_import_form(), outcomes=None)


@bp.post("/import")
@takes_files(MEGABYTES)
@only_reads
def preview_import() -> ResponseReturnValue:
    """Everything is read, checked and rendered now; what may come lies on the disk until it is asked for, or a day is over."""
    person = author()
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
        types=TYPES,
    )


def _tells(outcome: Coming | TurnedAway) -> bool:
    return isinstance(outcome, TurnedAway) or bool(outcome.notes)


@bp.post("/import/<key>")
def import_file(key: str) -> ResponseReturnValue:
    person = author()
    path = _spool(person, key)
    if not path.exists():
        raise NotFound
    with path.open(encoding="utf-8") as waiting:
        number = commands.take_over(waiting, by=person)
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
    return lessons_of(bank) or None


@bp.get("/export")
def export() -> ResponseReturnValue:
    author()
    format_ = request.args.get("format", "gift")
    if format_ not in ENDINGS:
        raise NotFound
    banks = [bank for bank in request.args.getlist("bank") if bank]
    done = Export(format_, language())
    content = "".join(done.pieces(queries.all_questions(banks)))
    kind = "application/xml" if format_ == "moodle-xml" else "text/plain; charset=utf-8"
    return download(content.encode(), f"questions-{'-'.join(banks) or 'all'}.{ENDINGS[format_]}", kind)
