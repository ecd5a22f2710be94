"""How does a trainer write, preview, publish and translate a lesson?"""

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.assessment import queries as assessment
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import looking, only_reads
from academy.kernel.files import takes_files
from academy.kernel.i18n import NATIVE_NAMES, language, say
from academy.kernel.web import draft_sent, page, see, submitted, tell
from academy.learning import authoring_queries, commands, rules
from academy.learning.authoring.differences import counts, differences
from academy.learning.authoring.front_matter import Typed
from academy.learning.commands import Clash
from academy.learning.models import Unit, UnitKind
from academy.learning.rendering import Renderer
from academy.studio.desks import Desk, at_desk
from academy.studio.lessons import queries
from academy.studio.lessons.checking import Checked, checked
from academy.studio.lessons.forms import FileForm, NewTextForm, TextForm, filled
from academy.studio.lessons.queries import Work
from academy.studio.lessons.uploading import markdown_for

bp = Blueprint("studio_lessons", __name__)

ADDRESS = "/<lang>/studio/lessons/<module>/<unit>/<code>"
LARGEST = 70  # MB: a film and the form around it

at_desk(
    Desk(
        "lessons",
        say("Lessons"),
        say("Write, translate and publish lessons, activities and guides."),
        "studio_lessons.overview",
        "pen",
        rules.may_write_lessons,
        authoring_queries.texts_that_wait,
    )
)


def _trainer() -> Person:
    person = member()
    require(rules.may_write_lessons(person))
    return person


@bp.get("/<lang>/studio/lessons")
def overview() -> ResponseReturnValue:
    _trainer()
    languages = queries.languages_of_course()
    return page("studio/lessons/overview.html", modules=authoring_queries.units_written(), languages=languages)


@bp.get("/<lang>/studio/lessons/<module>/new")
def begin(module: str) -> ResponseReturnValue:
    _trainer()
    row = authoring_queries.module_to_write(module)
    return page("studio/lessons/new.html", module=row, kind=_kind(), form=NewTextForm())


@bp.post("/<lang>/studio/lessons/<module>/new")
def begin_text(module: str) -> ResponseReturnValue:
    """In the language of the page, if the course has it; the others are translations."""
    person, form, kind = _trainer(), submitted(NewTextForm), _kind()
    valid = form.validate()
    row, languages = authoring_queries.module_to_write(module), queries.languages_of_course()
    code = language() if language() in languages else languages[0]
    made: list[Unit] = []
    if valid and form.carries(
        lambda: made.append(commands.begin_text(row, kind, form.title.data or "", code, by=person))
    ):
        tell(say("It is begun. Nobody reads it before you publish it."))
        return see(url_for(".editor", module=module, unit=made[0].slug, code=code))
    return page("studio/lessons/new.html", status=422, module=row, kind=kind, form=form)


def _kind() -> UnitKind:
    """What is to be begun; a lesson where the address says nothing."""
    asked = request.args.get("kind", UnitKind.LESSON.value)
    if asked not in authoring_queries.WRITTEN:
        raise NotFound
    return UnitKind(asked)


# --- The parts of a module: their order, what leaves the course and what comes back --------------------------------


@bp.get("/<lang>/studio/lessons/<module>")
def plan(module: str) -> ResponseReturnValue:
    _trainer()
    row = authoring_queries.module_to_write(module)
    return page("studio/lessons/plan.html", module=row, parts=authoring_queries.plan_of(row), languages=_here_first())


@bp.post("/<lang>/studio/lessons/<module>/<unit>/move")
def move(module: str, unit: str) -> ResponseReturnValue:
    person = _trainer()
    row = authoring_queries.unit_to_write(module, unit)
    commands.move_lesson(row, up=request.form.get("to") == "up", by=person)
    if request.headers.get("HX-Request"):
        return plan(module)
    return see(url_for(".plan", module=module, _anchor="lessons"))


@bp.get("/<lang>/studio/lessons/<module>/<unit>/out")
def look_at_taking_out(module: str, unit: str) -> ResponseReturnValue:
    """What it would do to whom, before it is done."""
    person = _trainer()
    return _change_page(queries.effect_of(authoring_queries.part_to_arrange(module, unit), person))


@bp.post("/<lang>/studio/lessons/<module>/<unit>/out")
def take_out(module: str, unit: str) -> ResponseReturnValue:
    person = _trainer()
    commands.take_out(authoring_queries.part_to_arrange(module, unit), by=person)
    tell(say("It is no longer part of the course. What people have earned stays theirs."))
    return see(url_for(".plan", module=module))


@bp.get("/<lang>/studio/lessons/<module>/<unit>/in")
def look_at_bringing_in(module: str, unit: str) -> ResponseReturnValue:
    person = _trainer()
    return _change_page(queries.effect_of(authoring_queries.part_to_arrange(module, unit), person))


@bp.post("/<lang>/studio/lessons/<module>/<unit>/in")
def bring_in(module: str, unit: str) -> ResponseReturnValue:
    person = _trainer()
    commands.bring_in(authoring_queries.part_to_arrange(module, unit), by=person)
    tell(say("It is part of the course again."))
    return see(url_for(".plan", module=module))


@bp.get("/<lang>/studio/lessons/<module>/out")
def look_at_taking_module_out(module: str) -> ResponseReturnValue:
    person = _trainer()
    return _change_page(queries.effect_of_module(authoring_queries.module_to_arrange(module), person))


@bp.post("/<lang>/studio/lessons/<module>/out")
def take_module_out(module: str) -> ResponseReturnValue:
    person = _trainer()
    commands.take_module_out(authoring_queries.module_to_arrange(module), by=person)
    tell(say("It is no longer part of the course. What people have earned stays theirs."))
    return see(url_for(".overview", _anchor="gone"))


@bp.get("/<lang>/studio/lessons/<module>/in")
def look_at_bringing_module_in(module: str) -> ResponseReturnValue:
    person = _trainer()
    return _change_page(queries.effect_of_module(authoring_queries.module_to_arrange(module), person))


@bp.post("/<lang>/studio/lessons/<module>/in")
def bring_module_in(module: str) -> ResponseReturnValue:
    person = _trainer()
    commands.bring_module_in(authoring_queries.module_to_arrange(module), by=person)
    tell(say("It is part of the course again."))
    return see(url_for(".plan", module=module))


def _change_page(effect: queries.Effect) -> ResponseReturnValue:
    return page("studio/lessons/change.html", effect=effect)


def _here_first() -> tuple[str, ...]:
    """The languages of the course, that of the page before the others."""
    return tuple(sorted(queries.languages_of_course(), key=lambda code: code != language()))


@bp.get(ADDRESS)
def editor(module: str, unit: str, code: str) -> ResponseReturnValue:
    work = queries.work_of(_trainer(), module, unit, code)
    return _editor(work, filled(work.typed, work.place), fresh=True)


@bp.post(f"{ADDRESS}/preview")
@only_reads
def preview(module: str, unit: str, code: str) -> ResponseReturnValue:
    work = queries.work_of(_trainer(), module, unit, code)
    return _editor(work, submitted(TextForm))


@bp.post(f"{ADDRESS}/draft")
@takes_files(LARGEST)
def save_draft(module: str, unit: str, code: str) -> ResponseReturnValue:
    person = _trainer()
    form = submitted(TextForm)
    row = authoring_queries.unit_to_write(module, unit)
    saved = commands.save_draft(row, code, form.typed, form.place, by=person)
    if isinstance(saved, Clash):
        return _clash(person, module, unit, code, form, saved)
    commands.note_links(form.typed.body, by=person)
    if not request.headers.get("HX-Request"):
        _forget_in_browser(row, code)
        tell(say("The draft is saved. Only those who write the course see it."))
        return see(url_for(".editor", module=module, unit=unit, code=code))
    form.write_on_from(saved.revision, saved.base)
    return page("studio/lessons/editor.html", form=form, saved_at=saved.saved_at)


@bp.post(f"{ADDRESS}/publish")
@takes_files(LARGEST)
def publish_draft(module: str, unit: str, code: str) -> ResponseReturnValue:
    person, form, renderer = _trainer(), submitted(TextForm), Renderer()
    with looking():
        work = queries.work_of(person, module, unit, code)
    found = checked(form.typed, work.around, renderer)
    if found.serious or found.text is None:
        return _editor(work, form, found=found, status=422, refusal=rules.may_send_live(1, retired=False))
    made = commands.publish_draft(
        authoring_queries.unit_to_write(module, unit),
        found.text,
        form.place,
        serious=len(found.serious),
        same_as={other: n for other, n in form.same_as.items() if work.others.get(other) == n},
        renderer=renderer,
        media=work.around.media,
        by=person,
    )
    if isinstance(made, Clash):
        return _clash(person, module, unit, code, form, made)
    commands.note_links(form.typed.body, by=person)
    _forget_in_browser(work.unit, code)
    tell(say("Published: version %(number)s is what people read now.", number=made.n))
    return see(url_for(".editor", module=module, unit=unit, code=code))


@bp.post(f"{ADDRESS}/drop")
def drop_draft(module: str, unit: str, code: str) -> ResponseReturnValue:
    person = _trainer()
    row = authoring_queries.unit_to_write(module, unit)
    _forget_in_browser(row, code)
    if not commands.drop_draft(row, code, revision=submitted(TextForm).place.revision, by=person):
        tell(say("The lesson that you had begun is gone: nothing of it was published."))
        return see(url_for(".overview"))
    tell(say("The draft is gone; what is published stays."))
    return see(url_for(".editor", module=module, unit=unit, code=code))


@bp.post(f"{ADDRESS}/files")
@takes_files(LARGEST)
def add_file(module: str, unit: str, code: str) -> ResponseReturnValue:
    """Into media/ of the module. The script puts the line where the cursor is; without it, it comes at the end of the draft."""
    person, form, upload = _trainer(), submitted(TextForm), submitted(FileForm)
    script = request.accept_mimetypes.best == "application/json"
    with looking():
        work = queries.work_of(person, module, unit, code)
    sentence = upload.sentence() if upload.validate() else None
    if upload.errors or sentence:
        said = [str(fault) for faults in upload.errors.values() for fault in faults] or [str(sentence)]
        return (
            (jsonify(fault=" ".join(said)), 422) if script else _editor(work, form, upload=upload, fault=" ".join(said))
        )
    assert upload.file.found is not None
    row = authoring_queries.unit_to_write(module, unit)
    added = commands.add_file(
        row.module,
        upload.file.found,
        alternative=upload.alternative.data or "",
        credit=upload.credit.data or person.name,
        licence=upload.licence.data,
        by=person,
    )
    line = markdown_for(added.name, upload.alternative.data or "", upload.caption.data or "")
    if script:
        return jsonify(markdown=line)
    typed = Typed(**{**vars(form.typed), "body": f"{form.typed.body}\n\n{line}".strip()})
    saved = commands.save_draft(row, code, typed, form.place, by=person)
    if isinstance(saved, Clash):
        form.body.data = typed.body
        return _clash(person, module, unit, code, form, saved)
    _forget_in_browser(row, code)
    tell(say("The file is there, and its line stands at the end of the text. Move it where it belongs."))
    return see(url_for(".editor", module=module, unit=unit, code=code))


@bp.get(f"{ADDRESS}/history")
def history(module: str, unit: str, code: str) -> ResponseReturnValue:
    work = queries.work_of(_trainer(), module, unit, code)
    listed = authoring_queries.history_of_text(work.unit, code)
    return page("studio/lessons/history.html", work=work, versions=listed)


@bp.get(f"{ADDRESS}/history/<int:n>")
def version(module: str, unit: str, code: str, n: int) -> ResponseReturnValue:
    work = queries.work_of(_trainer(), module, unit, code)
    listed = authoring_queries.history_of_text(work.unit, code)
    newer = authoring_queries.version_of(work.unit, code, n)
    earlier = queries.before(listed, n)
    older = authoring_queries.version_of(work.unit, code, earlier) if earlier else None
    blocks = queries.difference_between(older, newer)
    shown = next(version for version in listed if version.n == n)
    return page(
        "studio/lessons/version.html", work=work, version=shown, earlier=earlier, blocks=blocks, counts=counts(blocks)
    )


@bp.post(f"{ADDRESS}/history/<int:n>/bring-back")
def bring_back(module: str, unit: str, code: str, n: int) -> ResponseReturnValue:
    person = _trainer()
    row = authoring_queries.unit_to_write(module, unit)
    if isinstance(commands.bring_back(row, code, n, by=person), Clash):
        raise Refused(
            Verdict(say("There is a draft of this text. Publish it or give it up, then bring back the version."), 409)
        )
    tell(say("Version %(number)s is your draft now. Look at it and publish it.", number=n))
    return see(url_for(".editor", module=module, unit=unit, code=code))


def _forget_in_browser(unit: Unit, code: str) -> None:
    """What the browser had kept is with us now."""
    for field in ("", "-title", "-summary", "-minutes", "-sources"):
        draft_sent(f"lesson-{unit.id}-{code}{field}")


def _editor(
    work: Work,
    form: TextForm,
    *,
    fresh: bool = False,
    found: Checked | None = None,
    status: int = 200,
    refusal: Verdict | None = None,
    upload: FileForm | None = None,
    fault: str = "",
    clash: Clash | None = None,
) -> ResponseReturnValue:
    found = found or checked(form.typed, work.around, Renderer())
    if fresh:
        form.same.data = [f"{other}:{n}" for other, n in work.others.items() if _expected(work, other)]
    keys = [piece.practice for piece in found.pieces if piece.practice]
    return page(
        "studio/lessons/editor.html",
        status=422 if fault else status,
        work=work,
        form=form,
        found=found,
        links=found.links_seen(authoring_queries.outside_links(found.links)),
        practice=assessment.practice_questions(work.unit.module.slug, keys, work.language) if keys else {},
        refusal=refusal,
        upload=upload or FileForm(),
        fault=fault,
        clash=clash,
        theirs=differences(form.typed.body, clash.typed.body) if clash else [],
        their_name=authoring_queries.name_of(clash.author_id) if clash else "",
        saved_at=work.state.draft_at if work.state and not clash else None,
        names=NATIVE_NAMES,
        here=language(),
    )


def _expected(work: Work, other: str) -> bool:
    """A text that is behind, or new, is written so that it says the same again."""
    return work.current is None or any(source.language == other and source.news for source in work.sources)


def _clash(person: Person, module: str, unit: str, code: str, form: TextForm, clash: Clash) -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        raise Refused(
            Verdict(
                say(
                    "Somebody else has saved this text since you opened it. "
                    "Yours is kept here: press “Save draft” to see both side by side."
                ),
                409,
            )
        )
    work = queries.work_of(person, module, unit, code)
    form.write_on_from(clash.place.revision, clash.place.base)
    return _editor(work, form, clash=clash, status=409)
