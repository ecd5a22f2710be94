"""How does a browser read, write and answer?"""

from collections.abc import Hashable
from typing import Any, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.community import commands, queries, rules, searchable, writing
from academy.community.forms import EditForm, PostForm, ReplyForm, TopicForm
from academy.community.models import Level, Post, ReactionKind, Space, Topic, TopicKind
from academy.community.queries import PostSeen, TopicSeen
from academy.community.views.blueprint import bp, late, see_post, subject_of, wait_sentence
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import looking, only_reads
from academy.kernel.i18n import language, say
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import asked, draft_sent, page, random_key, same_for_visitors, see, submitted, tell
from academy.retrieval.queries import hits

F = TypeVar("F", bound=PostForm)


@bp.get("/p/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    """The permanent address of a post, wherever it has been moved to."""
    found = queries.post_anywhere_seen_by(viewer(), post_id)
    return redirect(url_for(".topic", **rules.place_of(found.topic, found.no)))


@bp.get("/t/<address>")
@same_for_visitors(60)
def topic(address: str) -> ResponseReturnValue:
    """Found by its key alone; other words after it lead to the right ones."""
    seen = queries.topic_seen_by(viewer(), address.partition("-")[0])
    if seen.topic.merged_into is not None:
        return redirect(url_for(".topic", address=seen.topic.merged_into), 301)
    if address != seen.topic.address:
        query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
        return redirect(url_for(".topic", address=seen.topic.address) + query, 301)
    quoted = request.args.get("quote", 0, type=int)
    return _topic_page(seen, _reply_form(seen.topic, quoted), no=quoted or _asked_for(seen))


def _reply_form(found: Topic, quoted: int) -> ReplyForm:
    """With a post that is quoted, or with what this person was writing in another browser."""
    person = viewer()
    if person is None:
        return ReplyForm()
    if quoted:
        line = queries.post_seen_by(person, found.key, quoted)
        require(rules.may_quote(line, found, by=person))
        return ReplyForm(data={"body": writing.quoted(line.markdown, f"/community/p/{line.id}")})
    return ReplyForm()


def _asked_for(seen: TopicSeen) -> int:
    """The number of the post that `?post=` asks for: a number, or `new` for the first that is unread."""
    asked = request.args.get("post", "1")
    if asked == "new":
        return seen.first_unread if seen.unread else seen.topic.last_visible_no
    return min(int(asked), seen.topic.highest_no) if asked.isdecimal() and len(asked) < 10 else 1


def _topic_page(seen: TopicSeen, form: ReplyForm, *, no: int, status: int = 200, preview: str = "") -> Response:
    person, found, now = viewer(), seen.topic, clock.now()
    first = rules.page_of(no)
    posts = queries.posts_seen_by(person, found, first=first)
    lines = [(line, rules.choices(line.post, found, by=person, now=now)) for line in posts]
    last = posts[-1].post.no if posts else 0
    about, known = subject_of(person, found.about), queries.around(person, found)
    if request.method == "GET" and not form.body.data:
        form.body.data = known.draft
    return page(
        "community/topic.html",
        status=status,
        topic=found,
        seen=seen,
        posts=[(line, may, _shown(line, may, found)) for line, may in lines],
        new_from=seen.last_read_no + 1 if 0 < seen.last_read_no < found.last_visible_no else 0,
        to_read=last if person and last > seen.last_read_no else 0,
        newer=_page_address(found, last + 1) if last < found.highest_no else "",
        older=_page_address(found, first - 1) if first > 1 else "",
        accepted=url_for(".topic", **rules.place_of(found, found.accepted_no)) if found.accepted_no else "",
        about=about,
        followers=known.followers,
        tags=queries.tags_of(found),
        question_data=None if person else searchable.question_data(found, posts),
        markers=queries.markers_between(found, first, last),
        reactions=rules.REACTIONS,
        states=rules.STATES,
        levels=Level,
        form=form,
        preview=preview,
        may_reply=rules.may_reply(found, by=person, took_course=known.took_course),
        may_close=rules.may_close_topic(found, by=person),
        may_tend=rules.may_tend_topic(steward=known.steward, by=person),
    )


def _shown(line: PostSeen, may: rules.Choices, topic: Topic) -> Hashable:
    """All that a page says of a post: while it is the same, the post looks the same."""
    post, author = line.post, line.post.author
    roles = tuple(held.role for held in author.roles)
    return (
        *(topic.key, topic.address, topic.kind, topic.language, topic.accepted_no),
        *(post.id, post.no, post.html, post.written_at, post.edited_at, post.edited_because),
        *(post.hidden_at, post.hidden_because, post.held),
        *(author.name, author.slug, author.closed_at, author.example, roles),
        *(line.mine, *line.reactions.values()),
        *map(bool, vars(may).values()),
    )


def _page_address(found: Topic, no: int) -> str:
    first = rules.page_of(no)
    return url_for(".topic", address=found.address, post=first if first > 1 else None)


@bp.post("/t/<key>/read")
def mark_read(key: str) -> ResponseReturnValue:
    person = member()
    found = queries.topic_seen_by(person, key).topic
    upto = request.form.get("upto", 0, type=int)
    commands.mark_read(found, upto=upto, by=person)
    if "HX-Request" in request.headers:
        return ""  # the button goes, nothing comes
    return see(_page_address(found, min(upto, found.highest_no)))


# --- Writing -------------------------------------------------------------------------------------------------------


@bp.get("/new")
def new() -> ResponseReturnValue:
    """`space`, `about` and `title` may be given. With a title it also shows what is there already: htmx asks while it is typed."""
    person = member()
    form = _topic_form(asked(TopicForm), queries.spaces_seen_by(person))
    if not (form.title.data or form.body.data) and (draft := queries.draft_of(person, "new-topic")):
        form.title.data, form.body.data = draft.title, draft.body
    return _new_page(person, form)


@bp.post("/new")
def start_topic() -> ResponseReturnValue:
    person = member()
    with looking():
        spaces = queries.spaces_seen_by(person)
    form = _topic_form(submitted(TopicForm), spaces)
    wait = 0
    if form.validate() and not (wait := _seconds_to_wait(form, person)):
        space = next(space for space in spaces if space.slug == form.space.data)
        begun: list[Topic] = []
        if form.carries(lambda: begun.append(_start(form, space, by=person))):
            draft_sent("new-topic")
            draft_sent("new-topic-title")
            tell(_WAITS if begun[0].hidden_at else say("Your topic is here. You are told when somebody answers."))
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
        similar=_similar(person, form.title.data or "") if request.method == "GET" else [],
        preview=preview,
    )


def _similar(person: Person, title: str) -> list[Subject]:
    """Lessons and topics that may hold the answer already."""
    if len(title) < 5:
        return []
    found = hits(title[:150], language=language(), audiences=("public",), kinds=("topic", "lesson"), limit=5)
    subjects = subjects_seen_by(person, [hit.ref for hit in found.hits])
    return [subjects[hit.ref] for hit in found.hits if hit.ref in subjects]


@bp.post("/t/<key>/reply")
def reply(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(ReplyForm)
    valid, wait = form.validate(), 0
    found = queries.topic_seen_by(person, key).topic
    if valid and not (wait := _seconds_to_wait(form, person)):
        made: list[Post] = []
        if form.carries(
            lambda: made.append(commands.reply(found, text=form.text, once=form.once.data or "", by=person))
        ):
            draft_sent(f"reply-{key}")
            if made[0].held:
                tell(_WAITS)
            return see_post(made[0].topic, made[0].no)
    seen = queries.topic_seen_by(person, key, anew=True)
    return late(_topic_page(seen, form, no=seen.topic.highest_no, status=429 if wait else 422), wait)


@bp.post("/t/<key>/preview")
@only_reads
def preview_reply(key: str) -> ResponseReturnValue:
    seen = queries.topic_seen_by(member(), key)
    form = submitted(ReplyForm)
    return _topic_page(seen, form, no=seen.topic.highest_no, preview=_previewed(form))


@bp.get("/t/<key>/<int:no>/edit")
def edit(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    require(rules.may_edit_post(post, post.topic, because="-", by=person, now=clock.now()))
    values = {"body": post.markdown, "title": post.topic.title, "version": post.version}
    return _edit_page(person, post, EditForm(data=values))


@bp.post("/t/<key>/<int:no>/edit")
def edit_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(EditForm)
    valid, wait = form.validate(), 0
    post = queries.post_seen_by(person, key, no)
    if valid and not (wait := _seconds_to_wait(form, person)) and form.carries(lambda: _edit(form, post, by=person)):
        draft_sent(f"edit-{key}-{no}")
        tell(say("Changed."))
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
def preview_edit(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(EditForm)
    return _edit_page(person, queries.post_seen_by(person, key, no), form, preview=_previewed(form))


def _edit_page(person: Person, post: Post, form: EditForm, *, status: int = 200, preview: str = "") -> Response:
    changed = form.version.data is not None and form.version.data != post.version
    return page(
        "community/edit.html",
        status=status,
        post=post,
        topic=post.topic,
        form=form,
        preview=preview,
        now_stands=post.html if changed else "",
        is_mine=post.author_id == person.id,
    )


def _previewed(form: PostForm) -> str:
    """What the text will look like; nothing where it can't be posted, and the form says why."""
    if not form.body.validate(form, [PostForm.validate_body]) or not hasattr(form, "text"):
        return ""
    return writing.with_calls(form.text.html, queries.people_called(form.text.called))


def _seconds_to_wait(form: PostForm, person: Person) -> int:
    """0 when it is fine. Else the form says so and keeps what was typed. What was sent twice is not counted twice."""
    if form.once.data and queries.post_sent_once(person, form.once.data):
        return 0
    seconds = accounts.too_many_tries("post", str(person.id), rules.POSTS_PER_PERSON, by=person)
    if seconds:
        form.body.errors = [*form.body.errors, str(wait_sentence(seconds))]
    return seconds


# --- One button each -----------------------------------------------------------------------------------------------


@bp.post("/t/<key>/<int:no>/react")
def react(key: str, no: int) -> ResponseReturnValue:
    """`kind` is one of the few; none takes it back."""
    person = member()
    found = queries.post_seen_by(person, key, no)
    kind = request.form.get("kind", "")
    if kind in set(ReactionKind):
        commands.react(found, ReactionKind(kind), by=person)
    else:
        commands.take_useful_back(found, by=person)
    return see_post(found.topic, no)


@bp.post("/t/<key>/<int:no>/useful")
def find_useful(key: str, no: int) -> ResponseReturnValue:
    """`on` says which way, so that a second click or tab changes nothing by surprise."""
    person = member()
    post = queries.post_seen_by(person, key, no)
    act = commands.find_useful if request.form.get("on", "1") == "1" else commands.take_useful_back
    act(post, by=person)
    return see_post(post.topic, no)


@bp.post("/t/<key>/<int:no>/accept")
def accept_answer(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    if request.form.get("on", "1") == "1":
        commands.accept_answer(post, by=person)
    elif post.topic.accepted_no == no:
        commands.take_acceptance_back(post.topic, by=person)
    return see_post(post.topic, no)


@bp.post("/t/<key>/follow")
def follow_topic(key: str) -> ResponseReturnValue:
    person = member()
    found = queries.topic_seen_by(person, key).topic
    chosen = request.form.get("level", "")
    level = Level(chosen) if chosen in set(Level) else Level.WATCHING
    commands.follow_topic(found, level, by=person)
    tell(_FOLLOWED[level])
    return see(url_for(".topic", address=found.address))


_FOLLOWED = {
    Level.WATCHING: say("You are told of each new post here."),
    Level.TRACKING: say("You see in the lists when there is something new here."),
    Level.NORMAL: say("You follow this topic no more."),
    Level.MUTED: say("You hear nothing more of this topic."),
}


@bp.post("/t/<key>/close")
def close_topic(key: str) -> ResponseReturnValue:
    person = member()
    found = queries.topic_seen_by(person, key).topic
    if request.form.get("on", "1") == "1":
        commands.close_topic(found, by=person)
        tell(say("The topic is closed. It can still be read."))
    else:
        commands.reopen_topic(found, by=person)
        tell(say("The topic is open again."))
    return see(url_for(".topic", address=found.address))
