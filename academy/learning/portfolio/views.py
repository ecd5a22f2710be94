"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, Flask, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.community.forms import HidingForm
from academy.community.queries import decision_about, open_review_about
from academy.kernel import files
from academy.kernel.access import require
from academy.kernel.db import looking
from academy.kernel.files import takes_files
from academy.kernel.files.forms import FileForm
from academy.kernel.i18n import language, say
from academy.kernel.web import draft_sent, page, same_for_visitors, see, submitted, tell
from academy.learning.models import Module
from academy.learning.portfolio import commands, forms, queries, rules
from academy.learning.portfolio.models import PortfolioItem, Visibility
from academy.learning.portfolio.queries import ItemSeen
from academy.learning.queries import module_seen_by, said
from academy.organisations.queries import memberships_of

bp = Blueprint("portfolio", __name__)

SECONDS_KEPT = 60
LARGEST = 31  # MB: the largest document, and what goes around it


@bp.get("/<lang>/learn/portfolio")
def mine() -> ResponseReturnValue:
    person = member()
    items = queries.items_of(person)
    return page(
        "learning/portfolio/mine.html",
        items=items,
        files=files.files_used_by([item.ref for item in items]) if items else {},
        modules=queries.modules_with_activity(),
    )


@bp.get("/<lang>/learn/portfolio/new")
def create() -> ResponseReturnValue:
    person = member()
    module = queries.module_with_slug(request.args.get("module", ""))
    outline = queries.outline_for(person, module.slug, language())
    form = forms.ItemForm(data={"language": language(), "body": outline, "revision": 0})
    return _form_page(form, module, None)


@bp.post("/<lang>/learn/portfolio/new")
def send_create() -> ResponseReturnValue:
    person, form = member(), submitted(forms.ItemForm)
    valid = form.validate()
    module = queries.module_with_slug(request.args.get("module", ""))
    if not valid:
        return _form_page(form, module, None, status=422)
    made = commands.keep_item(module, form.result(), by=person)
    draft_sent(f"portfolio-{module.slug}")
    tell(say("It is in your portfolio. Only you see it, until you say otherwise."))
    return see(url_for(".item", key=made.key))


@bp.get("/<lang>/learn/portfolio/<key>")
def item(key: str) -> ResponseReturnValue:
    return _item_page(queries.item_seen_by(viewer(), key))


@bp.get("/<lang>/learn/portfolio/<key>/edit")
def change(key: str) -> ResponseReturnValue:
    found = _mine(key)
    return _form_page(forms.ItemForm(obj=found), found.module, found)


@bp.post("/<lang>/learn/portfolio/<key>/edit")
def send_change(key: str) -> ResponseReturnValue:
    form = submitted(forms.ItemForm)
    valid = form.validate()
    found = _mine(key)
    if valid and form.carries(
        lambda: commands.change_item(found, form.result(), revision=form.revision.data or 0, by=member())
    ):
        draft_sent(f"portfolio-{key}")
        tell(say("Saved."))
        return see(url_for(".item", key=key))
    stale = form.revision.data != found.revision
    if stale:
        form.write_on_from(found.revision)
    return _form_page(form, found.module, found, stale=stale, status=409 if stale else 422)


@bp.post("/<lang>/learn/portfolio/<key>/shown")
def show(key: str) -> ResponseReturnValue:
    found, form = _mine(key), submitted(forms.VisibilityForm)
    if not form.validate():
        return _item_page(queries.item_seen_by(member(), key), shown=form, status=422)
    to = Visibility(form.to.data)
    if not form.carries(lambda: commands.show_item(found, to, by=member())):
        return _item_page(queries.item_seen_by(member(), key), shown=form, status=409)
    tell(_SHOWN[to])
    return see(url_for(".item", key=key))


_SHOWN = {
    Visibility.PRIVATE: say("Only you see it now."),
    Visibility.SHARED: say("Your trainers see it now."),
    Visibility.PUBLISHED: say("It is published: everybody can read it, with your name."),
}


@bp.post("/<lang>/learn/portfolio/<key>/files")
@takes_files(LARGEST)
def add_file(key: str) -> ResponseReturnValue:
    person = member()
    with looking():
        _mine(key)
    form = submitted(FileForm)
    valid = form.validate()
    found = _mine(key)
    if valid and form.carries(
        lambda: commands.add_file(found, form.file.found, alternative=form.alternative.data or "", by=person)  # type: ignore[arg-type]
    ):
        tell(say("The file is there."))
        return see(url_for(".item", key=key, _anchor="files"))
    return _item_page(queries.item_seen_by(person, key), sent=form, status=422)


@bp.post("/<lang>/learn/portfolio/<key>/files/<file>/away")
def take_file_away(key: str, file: str) -> ResponseReturnValue:
    commands.take_file_away(_mine(key), file, by=member())
    tell(say("The file is gone."))
    return see(url_for(".item", key=key, _anchor="files"))


@bp.post("/<lang>/learn/portfolio/<key>/delete")
def delete(key: str) -> ResponseReturnValue:
    commands.delete_item(_mine(key), by=member())
    tell(say("It is deleted."))
    return see(url_for(".mine"))


@bp.post("/<lang>/learn/portfolio/<key>/comments")
def comment(key: str) -> ResponseReturnValue:
    person, form = member(), submitted(forms.CommentForm)
    valid = form.validate()
    seen = queries.item_seen_by(person, key)
    if valid and form.carries(
        lambda: commands.comment_on_item(seen.row, form.body.written, form.body.data or "", by=person)
    ):
        draft_sent(f"portfolio-comment-{key}")
        tell(say("Your comment is there, and the others are told."))
        return see(url_for(".item", key=key, _anchor="comments"))
    return _item_page(seen, said_of_it=form, status=422)


# --- What everybody sees is looked after ---------------------------------------------------------------------------


@bp.get("/<lang>/learn/portfolio/<key>/report")
def report(key: str) -> ResponseReturnValue:
    person = member()
    found = queries.item_seen_by(person, key).row
    require(rules.may_report_item(found, by=person))
    return _report_page(found, forms.ReportForm())


@bp.post("/<lang>/learn/portfolio/<key>/report")
def send_report(key: str) -> ResponseReturnValue:
    person, form = member(), submitted(forms.ReportForm)
    found = queries.item_seen_by(person, key).row
    if not form.validate():
        return _report_page(found, form, status=422)
    if accounts.too_many_tries("portfolio report", str(person.id), rules.REPORTS_PER_DAY, by=person):
        form.text.errors = [str(say("You have reported much today. Go on tomorrow, or write to the moderators."))]
        return _report_page(found, form, status=429)
    commands.report_item(found, form.text.data or "", by=person)
    tell(say("Thank you. A moderator looks at it, and you are told what was decided."))
    return see(url_for(".item", key=key))


def _report_page(found: PortfolioItem, form: forms.ReportForm, *, status: int = 200) -> ResponseReturnValue:
    return page("learning/portfolio/report.html", status=status, item=found, form=form)


@bp.post("/<lang>/learn/portfolio/<key>/down")
def take_down(key: str) -> ResponseReturnValue:
    person, form = member(), submitted(HidingForm)
    valid = form.validate()
    seen = queries.item_seen_by(person, key)
    if valid and form.carries(
        lambda: commands.take_down_item(seen.row, form.because.data or "", ground=form.ground.data, by=person)
    ):
        tell(say("It is no longer published, and its maker reads why."))
        return see(url_for(".published", module=seen.row.module.slug))
    return _item_page(seen, down=form, status=422)


@bp.get("/<lang>/learn/<module>/portfolio")
@same_for_visitors(SECONDS_KEPT)
def published(module: str) -> ResponseReturnValue:
    """What those who did the activity show to everybody."""
    before = request.args.get("before", type=int)
    found = queries.published_in(module, before=before)
    shown = found[: queries.PAGE]
    return page(
        "learning/portfolio/published.html",
        module=module_seen_by(viewer(), module, language()),
        items=shown,
        newer=url_for(".published", module=module) if before else "",
        older=url_for(".published", module=module, before=shown[-1].id) if len(found) > queries.PAGE else "",
    )


def _mine(key: str) -> PortfolioItem:
    """A piece of the person asking; anybody else's is not there."""
    seen = queries.item_seen_by(member(), key)
    if not seen.mine:
        raise NotFound
    return seen.row


def _form_page(
    form: forms.ItemForm, module: Module, found: PortfolioItem | None, *, stale: bool = False, status: int = 200
) -> ResponseReturnValue:
    return page(
        "learning/portfolio/form.html",
        status=status,
        form=form,
        module=module,
        module_title=said(module.title, language()),
        artefact=said(module.artefact, language()),
        item=found,
        stale=stale,
    )


def _item_page(
    seen: ItemSeen,
    *,
    shown: forms.VisibilityForm | None = None,
    sent: FileForm | None = None,
    down: HidingForm | None = None,
    said_of_it: forms.CommentForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    person = viewer()
    may_take_down = not seen.mine and bool(rules.may_take_down(seen.row, "-", by=person))
    decision = decision_about(seen.row.ref) if seen.mine and seen.row.taken_down is not None else None
    together = rules.may_see_comments(seen.row, person, helps=seen.helps)
    return page(
        "learning/portfolio/item.html",
        status=status,
        seen=seen,
        item=seen.row,
        module_title=said(seen.row.module.title, language()),
        shown=shown or forms.VisibilityForm(data={"to": seen.row.visibility.value}),
        sent=sent or FileForm(),
        down=down or HidingForm(),
        may_take_down=may_take_down,
        decision=decision,
        review=open_review_about(seen.row.ref) if may_take_down else None,
        comments=queries.comments_on(seen.row) if together else [],
        may_comment=rules.may_comment_on_item(seen.row, helps=seen.helps, by=person),
        said_of_it=said_of_it or forms.CommentForm(),
        organisations=_organisations_of(person) if seen.mine else [],
    )


def _organisations_of(person: Person | None) -> list[tuple[int, str]]:
    """In whose name a draft for the marketplace can be made."""
    return [(one.organisation_id, one.organisation.name) for one in memberships_of(person)]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        visibilities=rules.VISIBILITIES, address_of_file=files.address_of, title_of_module=_title_of
    )


def _title_of(module: Module) -> str:
    return said(module.title, language()).text
