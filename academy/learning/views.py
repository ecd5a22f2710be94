"""How does a browser ask? Parse, command, answer."""

from functools import lru_cache
from pathlib import PurePosixPath

from flask import Blueprint, Flask, make_response, request, url_for
from flask.typing import ResponseReturnValue
from jinja2.utils import urlize
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.assessment import queries as assessment
from academy.community import queries as community
from academy.kernel import files
from academy.kernel.db import looking
from academy.kernel.i18n import NATIVE_NAMES, language, say
from academy.kernel.subjects import subjects_seen_by
from academy.kernel.traces import leave_trace
from academy.kernel.web import POLICY, draft_sent, page, same_for_visitors, see, submitted, tell
from academy.learning import authoring_queries, commands, queries
from academy.learning.authoring.pictures import KEPT, KINDS
from academy.learning.editions.queries import evidence_of
from academy.learning.forms import NoteForm
from academy.learning.models import UnitKind
from academy.learning.queries import TextSeen

bp = Blueprint("learning", __name__)

SECONDS_KEPT = 60  # a visitor's page; in the process where something changes it ends at once
A_YEAR = 365 * 24 * 3600
# A drawing opened by itself is a document: it may have its own style, and nothing else
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.app_template_filter()
@lru_cache(maxsize=4096)
def linked(source: str) -> Markup:
    """A source as the author wrote it, with its addresses as links. The same few hundred are shown again and again."""
    return Markup(urlize(source, rel="noopener"))  # noqa: S704  # urlize escapes


@bp.get("/<lang>/learn")
@same_for_visitors(SECONDS_KEPT)
def course() -> ResponseReturnValue:
    return page("learning/course.html", course=queries.course_seen_by(viewer(), language()), person=viewer())


@bp.get("/<lang>/learn/progress")
def progress() -> ResponseReturnValue:
    person = member()
    return page(
        "learning/progress.html",
        course=queries.course_seen_by(person, language()),
        evidence=evidence_of(person),
    )


@bp.get("/<lang>/learn/<module>")
@same_for_visitors(SECONDS_KEPT)
def module(module: str) -> ResponseReturnValue:
    seen = queries.module_seen_by(viewer(), module, language())
    return page("learning/module.html", module=seen, licence=queries.licence_of_course(), person=viewer())


@bp.get("/<lang>/learn/<module>/glossary")
@same_for_visitors(SECONDS_KEPT)
def glossary(module: str) -> ResponseReturnValue:
    seen = queries.module_seen_by(viewer(), module, language())
    if not seen.row.glossary:
        raise NotFound
    return page("learning/glossary.html", module=seen, terms=seen.terms)


@bp.get("/<lang>/learn/<module>/print")
@same_for_visitors(SECONDS_KEPT)
def print_module(module: str) -> ResponseReturnValue:
    """The whole module as a handout."""
    seen = queries.module_seen_by(viewer(), module, language())
    texts = queries.texts_to_print(seen)
    keys = [piece.practice for text in texts for piece in text.pieces if piece.practice]
    practice = assessment.practice_questions(module, keys, language()) if keys else {}
    licence = queries.licence_of_course()
    return page("learning/print.html", module=seen, texts=texts, practice=practice, licence=licence)


@bp.get("/<lang>/learn/<module>/facilitator")
@same_for_visitors(SECONDS_KEPT)
def facilitator(module: str) -> ResponseReturnValue:
    return _text_page("learning/facilitator.html", module, "facilitator")


@bp.get("/<lang>/learn/<module>/activity")
@same_for_visitors(SECONDS_KEPT)
def activity(module: str) -> ResponseReturnValue:
    return _text_page("learning/activity.html", module, "activity")


@bp.get("/<lang>/learn/<module>/example")
@same_for_visitors(SECONDS_KEPT)
def example(module: str) -> ResponseReturnValue:
    return _text_page("learning/example.html", module, "example")


@bp.get("/<lang>/learn/<module>/<lesson>")
@same_for_visitors(SECONDS_KEPT)
def lesson(module: str, lesson: str) -> ResponseReturnValue:
    return _text_page("learning/lesson.html", module, lesson)


@bp.post("/<lang>/learn/<module>/<unit>/done")
def mark_done(module: str, unit: str) -> ResponseReturnValue:
    person = member()
    found = queries.unit_seen_by(person, module, unit)
    commands.mark_done(found, by=person)
    if not request.headers.get("HX-Request"):
        tell(say("Marked as done."))
    return see(_address(module, unit, found.kind))


@bp.post("/<lang>/learn/<module>/<unit>/undone")
def take_back(module: str, unit: str) -> ResponseReturnValue:
    person = member()
    found = queries.unit_seen_by(person, module, unit)
    commands.take_back(found, by=person)
    if not request.headers.get("HX-Request"):
        tell(say("The mark is taken away."))
    return see(_address(module, unit, found.kind))


@bp.get("/<lang>/learn/notes")
def notes() -> ResponseReturnValue:
    person = member()
    kept = queries.notes_of(person)
    return page("learning/notes.html", kept=kept, subjects=subjects_seen_by(person, (ref for ref, _notes in kept)))


@bp.post("/<lang>/learn/<module>/<unit>/notes")
def keep_note(module: str, unit: str) -> ResponseReturnValue:
    person, form = member(), submitted(NoteForm)
    with looking():
        seen = queries.text_seen_by(person, module, unit, language())
    box = form.box.data or 0
    prompt = next((piece.prompt for piece in seen.pieces if piece.box == box), None)
    if prompt is None:
        raise NotFound
    found = queries.unit_seen_by(person, module, unit)
    commands.keep_note(found, box, prompt=prompt, text=form.text.data or "", by=person)
    draft_sent(f"note-{found.id}-{box}")
    tell(say("Your note is kept. Only you read it."))
    return see(queries.address_of(found.kind, module, unit) + f"#note-{box}")


@bp.get("/media/<module>/<name>")
def media(module: str, name: str) -> ResponseReturnValue:
    """A picture of the course. With the hash of its content in the query a browser keeps it for good."""
    kind = KINDS.get(PurePosixPath(name).suffix)
    if kind is None:
        raise NotFound
    if added := authoring_queries.file_added_as(module, name):
        return see(files.address_of(added))
    file = queries.picture(module, name)
    response = make_response(file.content)
    response.mimetype = kind
    if kind in KEPT:
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.set_etag(file.sha256[:32])
    lasting = request.args.get("v") == file.sha256[:12]
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if lasting else "public, max-age=300"
    if kind == KINDS[".svg"]:
        response.headers["Content-Security-Policy"] = DRAWING_POLICY
    response.make_conditional(request, accept_ranges=True, complete_length=len(file.content))
    return response


def _text_page(template: str, module: str, slug: str) -> ResponseReturnValue:
    person = viewer()
    seen = queries.text_seen_by(person, module, slug, language())
    if person is not None and seen.part.required:
        _leave_place(person, seen)
    lesson = seen.part.kind is UnitKind.LESSON
    answer = page(
        template,
        seen=seen,
        person=person,
        practice=assessment.practice_questions(module, seen.practice_keys, language()) if seen.practice_keys else {},
        topics=community.topics_about(person, seen.part.ref, limit=5) if lesson else [],
        about=str(seen.part.ref),
        notes=queries.notes_about(person, seen.part.unit_id) if person and seen.asks_for_notes else None,
    )
    if seen.film_hosts:
        answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {' '.join(seen.film_hosts)}"
    return answer


def _leave_place(person: Person, seen: TextSeen) -> None:
    person_id, module_id, unit_id = person.id, seen.module.row.id, seen.part.unit_id
    leave_trace(("place", person_id), lambda: commands.note_place(person_id, module_id, unit_id, by=None))


def _address(module: str, unit: str, kind: UnitKind) -> str:
    if kind is UnitKind.LESSON:
        return url_for(".lesson", module=module, lesson=unit, _anchor="finish")
    return url_for(".activity", module=module, _anchor="finish")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        address_of_part=lambda part: queries.address_of(part.kind, part.module, part.slug),
        address_of_unit=lambda unit: queries.address_of(unit.kind, unit.module.slug, unit.slug),
        native_names=NATIVE_NAMES,
    )
