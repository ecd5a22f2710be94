"""How does a browser write: a topic, an answer, an edit, each with a preview?"""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.community import commands, queries, rules, writing
from academy.community.forms import PICTURE_MEGABYTES, EditForm, PostForm, ReplyForm, TopicForm
from academy.community.models import Draft, Post, Space, Topic, TopicKind
from academy.community.views.blueprint import bp, late, see_post, subject_of, wait_sentence
from academy.community.views.topics import topic_page
from academy.kernel import clock
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import looking, only_reads
from academy.kernel.files import takes_files
from academy.kernel.i18n import language, say
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import asked, draft_sent, page, random_key, see, submitted, tell
from academy.retrieval.queries import hits


@bp.get("/new")
def new() -> ResponseReturnValue:
    """`space`, `about` and `title` may be given. With a title it also shows what is there already: htmx asks while it is typed."""
    person = member()
    form = _topic_form(asked(TopicForm), queries.spaces_seen_by(person))
    if not (form.title.data or form.body.data) and (draft := queries.draft_of(person, "new-topic")):
        form.title.data, form.body.data = draft.title, draft.body
    return _new_page(person, form)


@bp.post("/new")
@takes_files(PICTURE_MEGABYTES)
def start_topic() -> ResponseReturnValue:
    person = member()
    with looking():
        spaces = queries.spaces_seen_by(person)
    form = _topic_form(submitted(TopicForm), spaces)
    valid, wait = form.validate(), 0
    _keep_picture(form, by=person)
    if valid and not (wait := _seconds_to_wait(form, person)):
        space = next(space for space in spaces if space.slug == form.space.data)
        begun: list[Topic] = []
        if form.carries(lambda: begun.append(_start(form, space, by=person))):
            draft_sent("new-topic")
            draft_sent("new-topic-title")
            tell(_WAITS if begun[0].hidden_at else say("Your topic is here. You are told when somebody answers."))
            _tell_of_calls(form, person)
            return see(url_for(".topic", address=begun[0].address))
    return late(_new_page(person, form, status=429 if wait else 422), wait)


_WAITS = say("Thank you. It has a link and you are new here, so a moderator reads it first. You are told.")


def _start(form: TopicForm, space: Space, *, by: Person) -> Topic:
    return commands.start_topic(
        space,
        title=form.title.data or "",
        kind=TopicKind(form.kind.data),
        language=form.language.data or language(),
        text=form.text,
        about=Ref.parsed(form.about.data or ""),
        tags=[tag for tag in (form.tags.data or "").split(",") if tag.strip()],
        once=form.once.data or "",
        by=by,
    )


@bp.post("/new/preview")
@only_reads
@takes_files(PICTURE_MEGABYTES)
def preview_topic() -> ResponseReturnValue:
    person = member()
    form = _topic_form(submitted(TopicForm), queries.spaces_seen_by(person))
    return _new_page(person, form, preview=_previewed(form))


def _topic_form(form: TopicForm, spaces: Any) -> TopicForm:
    form.space.choices = [SelectChoice(space.slug, space.titled(language())) for space in spaces]
    if request.method == "GET":
        form.language.data = form.language.data or language()
        form.kind.data = form.kind.data or TopicKind.QUESTION.value
        form.once.data = form.once.data or random_key(20)
    return form


def _new_page(person: Person, form: TopicForm, *, status: int = 200, preview: str = "") -> Response:
    return page(
        "community/new.html",
        status=status,
        form=form,
        about=subject_of(person, form.about.data),
        reserved=rules.is_reserved(Ref.parsed(form.about.data or "")),
        similar=_similar(person, form.title.data or "") if request.method == "GET" else [],
        preview=preview,
    )


def _similar(person: Person, title: str) -> list[Subject]:
    """Lessons and topics that may hold the answer already."""
    if len(title) < 5:
        return []
    audiences = queries.audiences_of(person)
    found = hits(title[:150], language=language(), audiences=audiences, kinds=("topic", "lesson"), limit=5)
    subjects = subjects_seen_by(person, [hit.ref for hit in found.hits])
    return [subjects[hit.ref] for hit in found.hits if hit.ref in subjects]


@bp.post("/t/<key>/reply")
@takes_files(PICTURE_MEGABYTES)
def reply(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ReplyForm)
    valid, wait = form.validate(), 0
    try:
        found = queries.topic_seen_by(person, key).topic
    except NotFound:
        return _not_posted(form, _GONE)
    _keep_picture(form, by=person)
    if valid and not (wait := _seconds_to_wait(form, person)):
        made: list[Post] = []
        try:
            carried = form.carries(
                lambda: made.append(commands.reply(found, text=form.text, once=form.once.data or "", by=person))
            )
        except Refused as refused:
            return _not_posted(form, refused.verdict, topic=found)
        if carried:
            draft_sent(f"reply-{key}")
            if made[0].held:
                tell(_WAITS)
            _tell_of_calls(form, person)
            return see_post(made[0].topic, made[0].no)
    seen = queries.topic_seen_by(person, key, anew=True)
    return late(topic_page(seen, form, no=seen.topic.highest_no, status=429 if wait else 422), wait)


@bp.post("/t/<key>/preview")
@only_reads
@takes_files(PICTURE_MEGABYTES)
def preview_reply(key: str) -> ResponseReturnValue:
    seen = queries.topic_seen_by(member(), key)
    form = submitted(ReplyForm)
    return topic_page(seen, form, no=seen.topic.highest_no, preview=_previewed(form))


@bp.get("/t/<key>/<int:no>/edit")
def edit(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    require(rules.may_edit_post(post, post.topic, because="-", by=person, now=clock.now()))
    if "anew" in request.args:
        draft_sent(f"edit-{key}-{no}")
    elif draft := queries.draft_of(person, post.draft_key):
        values = {"body": draft.body, "title": draft.title or post.topic.title, "version": post.version}
        return _edit_page(person, post, EditForm(data=values), draft=draft)
    values = {"body": post.markdown, "title": post.topic.title, "version": post.version}
    return _edit_page(person, post, EditForm(data=values))


@bp.post("/t/<key>/<int:no>/edit")
@takes_files(PICTURE_MEGABYTES)
def edit_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(EditForm)
    valid, wait = form.validate(), 0
    try:
        post = queries.post_seen_by(person, key, no)
    except NotFound:
        return _not_posted(form, _GONE)
    _keep_picture(form, by=person)
    if valid and not (wait := _seconds_to_wait(form, person)):
        try:
            carried = form.carries(lambda: _edit(form, post, by=person))
        except Refused as refused:
            return _not_posted(form, refused.verdict, topic=post.topic)
        if carried:
            draft_sent(f"edit-{key}-{no}")
            tell(say("Changed."))
            _tell_of_calls(form, person)
            return see_post(post.topic, no)
    post = queries.post_seen_by(person, key, no)
    return late(_edit_page(person, post, form, status=429 if wait else 422), wait)


def _edit(form: EditForm, post: Post, *, by: Person) -> None:
    commands.edit_post(
        post,
        text=form.text,
        title=form.title.data or "",
        because=form.because.data or "",
        version=form.version.data or 0,
        by=by,
    )


@bp.post("/t/<key>/<int:no>/preview")
@only_reads
@takes_files(PICTURE_MEGABYTES)
def preview_edit(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(EditForm)
    return _edit_page(person, queries.post_seen_by(person, key, no), form, preview=_previewed(form))


def _edit_page(
    person: Person, post: Post, form: EditForm, *, status: int = 200, preview: str = "", draft: Draft | None = None
) -> Response:
    changed = form.version.data is not None and form.version.data != post.version
    return page(
        "community/edit.html",
        status=status,
        post=post,
        topic=post.topic,
        form=form,
        draft=draft,
        preview=preview,
        now_stands=post.html if changed else "",
        is_mine=post.author_id == person.id,
    )


_GONE = Verdict(say("It is no longer here, or not for you to read."), 404)


def _not_posted(form: PostForm, verdict: Verdict, *, topic: Topic | None = None) -> Response:
    """It was closed, hidden or joined with another while somebody wrote. Their words are on the page, to be taken along."""
    return page(
        "community/not_posted.html", status=verdict.status, why=verdict.refusal, words=form.body.data or "", topic=topic
    )


def _tell_of_calls(form: PostForm, by: Person) -> None:
    """Who is called and does not hear it: is not here, no longer, or is blocked."""
    known = queries.people_called(form.text.called)
    blocked = queries.blocked_among(by, known.values())
    if names := [f"@{slug}" for slug, number in known.items() if number in blocked]:
        tell(say("You have blocked %(names)s: they are not told that you call them.", names=", ".join(names)), "warn")
    if strangers := [f"@{slug}" for slug in form.text.called if slug not in known]:
        tell(
            say(
                "Nobody here is called %(names)s: your post is here, and they are not told.", names=", ".join(strangers)
            ),
            "warn",
        )


def _keep_picture(form: PostForm, *, by: Person) -> None:
    """Its line is in the text already, whatever else is wrong."""
    if sent := form.sent_picture:
        commands.keep_picture(sent.found, key=sent.key, says=sent.says, by=by)


def _previewed(form: PostForm) -> str:
    """What the text will look like; nothing where it can't be posted, and the form says why. A picture that came along is not kept: a
    preview writes nothing."""
    if request.files.get("picture"):
        form.picture.errors = [str(say("A preview does not keep the picture: choose it again before you post."))]
    if not form.body.validate(form, [PostForm.validate_body]) or not hasattr(form, "text"):
        return ""
    return writing.with_calls(form.text.html, queries.people_called(form.text.called))


def _seconds_to_wait(form: PostForm, person: Person) -> int:
    """0 when it is fine. Else the form says so and keeps what was typed. What is here already need not wait: it was sent twice."""
    seconds = accounts.too_many_tries("post", str(person.id), rules.POSTS_PER_PERSON, by=person)
    if not seconds or (form.once.data and queries.before_writing(person, form.once.data, now=clock.now()).sent):
        return 0
    form.body.errors = [*form.body.errors, str(wait_sentence(seconds))]
    return seconds
