"""How does a browser bring order into topics?"""

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.viewer import member
from academy.community import commands, queries, rules, writing
from academy.community.forms import ArrangeForm
from academy.community.models import Topic
from academy.community.views.blueprint import bp
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.web import page, see, submitted, tell


@bp.get("/t/<key>/arrange")
def arrange(key: str) -> ResponseReturnValue:
    found = _topic_to_tend(key)
    data = {
        "state": found.state,
        "space": found.space.slug,
        "tags": ", ".join(queries.tags_of(found)),
        "pinned": bool(found.pinned_at),
    }
    return _arrange_page(found, _form(ArrangeForm(data=data)))


@bp.post("/t/<key>/arrange")
def arrange_topic(key: str) -> ResponseReturnValue:
    """State, place, tags and pin; and, where posts are ticked or another topic is named, splitting and joining."""
    person = member()
    found = _topic_to_tend(key)
    form = _form(submitted(ArrangeForm))
    if not form.validate() or not form.carries(lambda: _do(found, form)):
        return _arrange_page(found, form, status=422)
    tell(say("Saved."))
    return see(url_for(".topic", address=queries.topic_seen_by(person, key, anew=True).topic.address))


def _do(found: Topic, form: ArrangeForm) -> None:
    person = member()
    commands.set_state(found, form.state.data, by=person)
    commands.move_topic(found, queries.space_seen_by(person, form.space.data), by=person)
    commands.tag_topic(found, (form.tags.data or "").split(","), by=person)
    commands.pin_topic(found, pinned=form.pinned.data, by=person)
    if form.posts.data and form.title.data:
        commands.split_topic(found, form.numbers(), title=form.title.data, by=person)
    if form.into.data:
        other = queries.topic_seen_by(person, writing.key_in(form.into.data)).topic
        commands.merge_topics(found, other, by=person)


def _form(form: ArrangeForm) -> ArrangeForm:
    form.space.choices = [
        SelectChoice(space.slug, space.titled(language())) for space in queries.spaces_seen_by(member())
    ]
    return form


def _topic_to_tend(key: str) -> Topic:
    person = member()
    found = queries.topic_seen_by(person, key).topic
    require(rules.may_tend_topic(steward=queries.is_steward(person, found.space_id), by=person))
    return found


def _arrange_page(found: Topic, form: ArrangeForm, *, status: int = 200) -> ResponseReturnValue:
    return page("community/arrange.html", status=status, topic=found, form=form)


@bp.get("/t/<key>/<int:no>/history")
def history(key: str, no: int) -> ResponseReturnValue:
    """What stood there before each edit, and what became of it."""
    person = member()
    found = queries.post_seen_by(person, key, no)
    edits = writing.edits(queries.revisions_of(found), found.topic.title, found.markdown)
    may_read = rules.may_read_what_was_taken_out(found, by=person)
    return page(
        "community/history.html",
        post=found,
        topic=found.topic,
        edits=edits if may_read else writing.without_what_was_taken_out(edits, found.author_id),
        may_read=may_read,
    )
