"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, Flask, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.viewer import member, viewer
from academy.kernel.i18n import language, say
from academy.kernel.web import in_language_of, local_path, open_to_other_sites, page, preferred_language, see, tell
from academy.notifications import commands, notices, queries, rules

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


@bp.get("/<lang>/inbox")
def inbox() -> ResponseReturnValue:
    person = member()
    before = request.args.get("before", type=int)
    news = queries.news_of(person, before=before, limit=PAGE + 1)
    return page(
        "notifications/inbox.html",
        news=[(item, notices.line_of(item.kind, item.facts, item.count)) for item in news[:PAGE]],
        older=url_for(".inbox", before=news[PAGE - 1].id) if len(news) > PAGE else "",
        newer=url_for(".inbox") if before else "",
        groups=rules.GROUPS,
        refused=queries.groups_refused_by(person),
    )


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


@bp.post("/<lang>/inbox/mail")
def choose_mail() -> ResponseReturnValue:
    person = member()
    wanted = set(request.form.getlist("group"))
    for group in rules.GROUPS:
        commands.choose_mail(person.id, group, wanted=group in wanted, by=person)
    tell(say("Saved."))
    return see(url_for(".inbox", _anchor="mail"))


@bp.get("/u/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    g.language = preferred_language()
    _person_id, group = _facts(token)
    return page("notifications/unsubscribe.html", token=token, group=rules.GROUPS[group], done=False)


@bp.post("/u/<token>")
def send_unsubscribe(token: str) -> ResponseReturnValue:
    """The button of the page above, and the one click of RFC 8058: no cookie, no origin, no redirect."""
    g.language = preferred_language()
    person_id, group = _facts(token)
    commands.choose_mail(person_id, group, wanted=False, by=None)
    return page("notifications/unsubscribe.html", token=token, group=rules.GROUPS[group], done=True)


open_to_other_sites(bp, send_unsubscribe)


def _facts(token: str) -> tuple[int, str]:
    facts = notices.unsubscribe_facts(token)
    if facts is None or facts[1] not in rules.GROUPS:
        raise NotFound
    return facts
