"""How does an administrator take the whole course home, and bring one in?"""

from flask import Blueprint, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import files
from academy.kernel.access import require
from academy.kernel.db import looking
from academy.kernel.files import takes_files
from academy.kernel.i18n import say
from academy.kernel.web import page, see, submitted, tell
from academy.learning import commands, rules
from academy.learning import queries as learning
from academy.learning.authoring.zipped import zip_of
from academy.learning.rendering import Renderer, make_ready
from academy.studio.course import queries
from academy.studio.course.forms import CourseForm
from academy.studio.desks import Desk, at_desk

bp = Blueprint("studio_course", __name__)

LARGEST = 310  # MB

at_desk(
    Desk(
        "course",
        say("Course as files"),
        say("Take the whole course home as a zip, or bring one in after looking at what it changes."),
        "studio_course.overview",
        "download",
        rules.may_carry_course,
    )
)


def _administrator() -> Person:
    person = member()
    require(rules.may_carry_course(person))
    return person


@bp.get("/<lang>/studio/course")
def overview() -> ResponseReturnValue:
    _administrator()
    return page("studio/course/overview.html", form=CourseForm())


@bp.get("/<lang>/studio/course/course.zip")
def export_course() -> ResponseReturnValue:
    tree = commands.exported_tree(by=_administrator())
    return send_file(zip_of(tree), mimetype="application/zip", as_attachment=True, download_name="course.zip")


@bp.post("/<lang>/studio/course")
@takes_files(LARGEST)
def send_course() -> ResponseReturnValue:
    """Kept for a day, for the person who sent it alone."""
    person, form = _administrator(), submitted(CourseForm)
    if not form.validate() or form.file.found is None:
        form.file.errors = form.file.errors or [str(say("Choose a file first."))]
        return page("studio/course/overview.html", status=422, form=form)
    kept = files.keep(form.file.found, owner_id=person.id)
    return see(url_for(".preview", key=kept.key))


@bp.get("/<lang>/studio/course/<key>")
def preview(key: str) -> ResponseReturnValue:
    found = queries.proposal(_administrator(), key)
    if found is None:
        raise NotFound
    return page("studio/course/preview.html", found=found)


@bp.post("/<lang>/studio/course/<key>")
def import_course(key: str) -> ResponseReturnValue:
    """All of it, or nothing; what changed since the preview is looked at once more."""
    person, renderer = _administrator(), Renderer()
    with looking():
        found = queries.proposal(person, key)
        known = learning.course()
    if found is None:
        raise NotFound
    if not found.possible or found.course is None or found.changes is None:
        return page("studio/course/preview.html", status=409, found=found)
    make_ready(found.course, found.changes, renderer, found.added)
    # what the folder on the disk was when it was imported is not changed by this
    stamp = known.fingerprint if known else ""
    done = commands.import_course(found.course, found.tree, renderer=renderer, fingerprint=stamp, by=person)
    tell(
        say(
            "Imported: %(added)s added, %(changed)s changed, %(removed)s removed.",
            added=done.added,
            changed=done.changed,
            removed=done.removed,
        )
    )
    return see(url_for(".overview"))
