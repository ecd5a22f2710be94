"""How does a browser keep drafts, block somebody, and meet newcomers?"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.queries import profile_seen_by
from academy.accounts.viewer import member
from academy.community import commands, queries, rules
from academy.community.views.blueprint import bp
from academy.kernel import clock
from academy.kernel.amounts import rounded
from academy.kernel.i18n import say
from academy.kernel.web import local_path, page, see, tell


@bp.post("/drafts")
def keep_draft() -> ResponseReturnValue:
    """Sent by the form itself while somebody writes; answers with the time, or that it is too long."""
    person = member()
    body = request.form.get("body", "").replace("\0", "")
    whole = len(body) <= rules.LONGEST_DRAFT
    if whole:
        commands.keep_draft(request.form.get("draft", ""), title=request.form.get("title", ""), body=body, by=person)
    return render_template("community/draft.html", whole=whole, saved_at=clock.now(), most=rounded(rules.LONGEST_DRAFT))


@bp.post("/block/<slug>")
def block_person(slug: str) -> ResponseReturnValue:
    person = member()
    other = profile_seen_by(person, slug)
    if request.form.get("on", "1") == "1":
        commands.block_person(other, by=person)
        tell(say("You read and hear nothing more of %(name)s. They are not told.", name=other.name))
    else:
        commands.unblock_person(other, by=person)
        tell(say("You read %(name)s again.", name=other.name))
    return see(local_path(request.form.get("next", ""), url_for(".blocked")))


@bp.get("/blocked")
def blocked() -> ResponseReturnValue:
    return page("community/blocked.html", people=queries.blocked_by(member()))


@bp.get("/welcome")
def welcome() -> ResponseReturnValue:
    """Newcomers whom nobody has answered yet."""
    member()
    now = clock.now()
    waiting = queries.first_posts_without_reply(before=now - rules.WELCOME_AFTER, since=now - rules.WELCOME_WITHIN)
    seen = queries.topics_by_key(member(), [topic.key for topic in waiting])
    return page("community/welcome.html", topics=seen)


@bp.get("/keyboard")
def keyboard() -> ResponseReturnValue:
    return page("community/keyboard.html")
