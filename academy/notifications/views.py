"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, Flask, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from academy.accounts.viewer import member, viewer
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.traces import leave_trace
from academy.kernel.web import (
    in_language_of,
    local_path,
    open_to_other_sites,
    page,
    preferred_language,
    see,
    submitted,
    tell,
)
from academy.notifications import commands, notices, queries, rules
from academy.notifications.forms import ChoicesForm, announcement_form
from academy.notifications.models import Delivery, Inbox, Rhythm

bp = Blueprint("notifications", __name__)

PAGE = 30


def init_app(app: Flask) -> None:
    app.jinja_env.globals["unread_count"] = unread_count


def unread_count() -> str:
    """For the badge in the header: empty, a number, or 99+."""
    if "unread" not in g:
        person = viewer()
        g.unread = queries.unread_count(person) if person else 0
    return "" if not g.unread else "99+" if g.unread >= queries.MOST_COUNTED else str(g.unread)


# --- The inbox -----------------------------------------------------------------------------------------------------


@bp.get("/<lang>/inbox")
def inbox() -> ResponseReturnValue:
    person = member()
    last = request.args.get("before", type=int)
    before = queries.news_item_of(person, last) if last else None
    news = queries.news_of(person, before=(before.changed_at, before.id) if before else None, limit=PAGE + 1)
    return page(
        "notifications/inbox.html",
        lines=notices.lines_for(person, news[:PAGE]),
        announced=[]
        if before
        else [(item.id, *item.said_in(language())[:2]) for item in queries.new_announcements(person)],
        older=url_for(".inbox", before=news[PAGE - 1].id) if len(news) > PAGE else "",
        newer=url_for(".inbox") if before else "",
        refused=_refused_address(queries.inbox_of(person.id), person.email),
        may_announce=rules.may_announce(by=person),
    )


def _refused_address(found: Inbox | None, email: str) -> str:
    return email if found and found.refused_address == email else ""


@bp.get("/<lang>/inbox/count")
def count() -> ResponseReturnValue:
    """The badge alone, asked for when somebody comes back to an open page; the same answer costs no body."""
    member()
    response = make_response(unread_count())
    response.mimetype = "text/plain"
    response.set_etag(f"{unread_count() or 0}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@bp.post("/<lang>/inbox/<int:notification_id>")
def open_news(notification_id: int) -> ResponseReturnValue:
    person = member()
    item = queries.news_item_of(person, notification_id)
    commands.read_news(item, by=person)
    return see(in_language_of(language(), local_path(str(item.facts.get("address", "")), url_for(".inbox"))))


@bp.post("/<lang>/inbox/read")
def read_all_news() -> ResponseReturnValue:
    commands.read_all_news(by=member())
    tell(say("Everything is marked as read."))
    return see(url_for(".inbox"))


# --- How one is told -----------------------------------------------------------------------------------------------


@bp.get("/<lang>/inbox/mail")
def choices() -> ResponseReturnValue:
    person = member()
    found, chosen = queries.inbox_of(person.id), queries.deliveries_of(person)
    form = ChoicesForm(
        data={
            "rhythm": found.rhythm if found else Rhythm.DAILY,
            "most_a_day": found.most_a_day if found else queries.MOST_A_DAY,
            **{group: chosen.get(group, Delivery.AT_ONCE) for group in rules.GROUPS},
        }
    )
    return _choices_page(form)


@bp.post("/<lang>/inbox/mail")
def choose() -> ResponseReturnValue:
    person = member()
    form = submitted(ChoicesForm)
    if not form.validate():
        return _choices_page(form, status=422)
    for group in rules.GROUPS:
        commands.choose_delivery(person.id, group, form[group].data, by=person)
    commands.choose_rhythm(person.id, form.rhythm.data, by=person)
    commands.choose_most_a_day(form.most_a_day.data, by=person)
    tell(say("Saved."))
    return see(url_for(".choices"))


def _choices_page(form: ChoicesForm, *, status: int = 200) -> ResponseReturnValue:
    found = queries.inbox_of(member().id)
    return page(
        "notifications/choices.html",
        status=status,
        form=form,
        groups=[form[group] for group in rules.GROUPS],
        next_digest=found.next_digest_at if found else None,
        refused=_refused_address(found, member().email),
    )


@bp.post("/<lang>/inbox/mail/again")
def try_address_again() -> ResponseReturnValue:
    commands.try_address_again(by=member())
    tell(say("We write to your address again."))
    return see(url_for(".choices"))


@bp.get("/u/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    g.language = preferred_language()
    _person_id, name = _facts(token)
    return page("notifications/unsubscribe.html", token=token, list=rules.LISTS[name], done=False)


@bp.post("/u/<token>")
def send_unsubscribe(token: str) -> ResponseReturnValue:
    """The button of the page above, and the one click of RFC 8058: no cookie, no origin, no redirect."""
    g.language = preferred_language()
    person_id, name = _facts(token)
    commands.unsubscribe(person_id, name, by=None)
    return page("notifications/unsubscribe.html", token=token, list=rules.LISTS[name], done=True)


open_to_other_sites(bp, send_unsubscribe)


def _facts(token: str) -> tuple[int, str]:
    facts = notices.unsubscribe_facts(token)
    if facts is None or facts[1] not in rules.LISTS or not queries.is_here(facts[0]):
        raise NotFound
    return facts


# --- To everybody --------------------------------------------------------------------------------------------------


@bp.get("/<lang>/announcements")
def announcements() -> ResponseReturnValue:
    member()
    found = queries.announcements()
    return page(
        "notifications/announcements.html",
        found=[(item, *item.said_in(language())[:2]) for item in found],
        may_announce=rules.may_announce(by=viewer()),
    )


@bp.get("/<lang>/announcements/<int:announcement_id>")
def announcement(announcement_id: int) -> ResponseReturnValue:
    person = member()
    found = queries.announcement_with_id(announcement_id)
    leave_trace(("announcement", person.id), lambda: commands.see_announcements(announcement_id, by=person))
    code, title, html = found.said_in(language())
    return page("notifications/announcement.html", found=found, code=code, title=title, html=Markup(html))  # noqa: S704  # cleaned when it was written


@bp.get("/<lang>/announcements/new")
def new_announcement() -> ResponseReturnValue:
    require(rules.may_announce(by=member()))
    return page("notifications/announce.html", form=announcement_form()())


@bp.post("/<lang>/announcements/new")
def announce() -> ResponseReturnValue:
    person = member()
    require(rules.may_announce(by=person))
    form = submitted(announcement_form())
    if not form.complete():
        return page("notifications/announce.html", status=422, form=form)
    texts = form.texts()
    made = commands.announce(
        {code: title for code, (title, _body) in texts.items()},
        {code: body for code, (_title, body) in texts.items()},
        by=person,
    )
    tell(say("Published: everybody finds it in the inbox and in the next digest."))
    return see(url_for(".announcement", announcement_id=made.id))
