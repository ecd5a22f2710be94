"""How does a browser ask? Parse, command, answer."""

from typing import Any, TypeVar

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.community import commands, queries, rules, writing
from academy.community.forms import EditForm, FlagForm, HidingForm, PostForm, ReplyForm, TopicForm
from academy.community.models import Level, Post, Space, Topic, TopicKind
from academy.community.queries import TopicSeen
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import looking, only_reads
from academy.kernel.i18n import Sentence, language, say, say_number
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import asked, draft_sent, page, random_key, same_for_visitors, see, submitted, tell
from academy.retrieval.queries import hits

F = TypeVar("F", bound=PostForm)

bp = Blueprint("community", __name__, url_prefix="/<lang>/community")

TOPICS = 20  # in a list


@bp.app_template_filter()
def in_this_language(html: str) -> Markup:
    """Stored HTML of a post, for the page that is being made."""
    return Markup(writing.in_language(html, language()))  # noqa: S704  # cleaned when it was saved


# --- Reading -------------------------------------------------------------------------------------------------------


@bp.get("")
@same_for_visitors(60)
def spaces() -> ResponseReturnValue:
    person = viewer()
    found = queries.spaces_seen_by(person)
    return page(
        "community/spaces.html",
        spaces=found,
        topics=queries.newest_in_each(person, found),
        unread=queries.unread_topics(person) if person else [],
        counts=queries.unread_counts(person) if person else {},
        most=queries.MOST_COUNTED,
        reports=queries.flags_waiting_count() if rules.may_moderate(person) else 0,
    )


@bp.get("/<slug>")
@same_for_visitors(60)
def space(slug: str) -> ResponseReturnValue:
    person = viewer()
    found = queries.space_seen_by(person, slug)
    show = request.args.get("show", "")
    show = show if show in queries.FILTERS and (person or show != "unread") else "all"
    topics = queries.topics_in(person, found, show=show, before=request.args.get("before", ""), limit=TOPICS + 1)
    older = (
        url_for(".space", slug=slug, show=_shown(show), before=topics[TOPICS - 1].cursor)
        if len(topics) > TOPICS
        else ""
    )
    return page(
        "community/space.html",
        space=found,
        about=_subject(person, found.about),
        level=queries.space_level_of(person, found),
        levels=Level,
        topics=topics[:TOPICS],
        show=show,
        older=older,
        newer=url_for(".space", slug=slug, show=_shown(show)) if "before" in request.args else "",
    )


def _shown(show: str) -> str | None:
    return show if show != "all" else None


@bp.get("/t/<address>")
@same_for_visitors(60)
def topic(address: str) -> ResponseReturnValue:
    """Found by its key alone; other words after it lead to the right ones."""
    seen = queries.topic_seen_by(viewer(), address.partition("-")[0])
    if address != seen.topic.address:
        query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
        return redirect(url_for(".topic", address=seen.topic.address) + query, 301)
    return _topic_page(seen, ReplyForm(), no=_asked_for(seen))


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
    last = posts[-1].post.no if posts else 0
    return page(
        "community/topic.html",
        status=status,
        topic=found,
        seen=seen,
        posts=[(line, rules.choices(line.post, found, by=person, now=now)) for line in posts],
        new_from=seen.last_read_no + 1 if 0 < seen.last_read_no < found.last_visible_no else 0,
        to_read=last if person and last > seen.last_read_no else 0,
        newer=_page_address(found, last + 1) if last < found.highest_no else "",
        older=_page_address(found, first - 1) if first > 1 else "",
        accepted=url_for(".topic", **rules.place_of(found, found.accepted_no)) if found.accepted_no else "",
        about=_subject(person, found.about),
        followers=queries.followers_count(found),
        levels=Level,
        form=form,
        preview=preview,
        may_reply=rules.may_reply(found, by=person),
        may_close=rules.may_close_topic(found, by=person),
    )


def _page_address(found: Topic, no: int) -> str:
    first = rules.page_of(no)
    return url_for(".topic", address=found.address, post=first if first > 1 else None)


def _subject(person: Person | None, written: str | None) -> Subject | None:
    ref = Ref.parsed(written or "")
    return subjects_seen_by(person, [ref]).get(ref) if ref else None


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
            tell(say("Your topic is here. You are told when somebody answers."))
            return see(url_for(".topic", address=begun[0].address))
    return _late(_new_page(person, form, status=429 if wait else 422), wait)


def _start(form: TopicForm, space: Space, *, by: Person) -> Topic:
    return commands.start_topic(
        space,
        title=form.title.data or "",
        kind=TopicKind(form.kind.data),
        language=form.language.data or language(),
        text=form.text,
        about=Ref.parsed(form.about.data or ""),
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
        about=_subject(person, form.about.data),
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
            return _see_post(made[0].topic, made[0].no)
    seen = queries.topic_seen_by(person, key, anew=True)
    return _late(_topic_page(seen, form, no=seen.topic.highest_no, status=429 if wait else 422), wait)


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
        return _see_post(post.topic, no)
    post = queries.post_seen_by(person, key, no)
    return _late(_edit_page(person, post, form, status=429 if wait else 422), wait)


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
        form.body.errors = [*form.body.errors, str(_wait(seconds))]
    return seconds


def _wait(seconds: int) -> Sentence:
    return say_number(
        "That was a lot in a short time. Wait a minute, then send it: it is still here.",
        "That was a lot in a short time. Wait %(num)s minutes, then send it: it is still here.",
        -(-seconds // 60),
    )


def _late(response: Response, wait: int) -> Response:
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _see_post(found: Topic, no: int) -> Response:
    return see(url_for(".topic", **rules.place_of(found, no)))


# --- One button each -----------------------------------------------------------------------------------------------


@bp.post("/t/<key>/<int:no>/useful")
def find_useful(key: str, no: int) -> ResponseReturnValue:
    """`on` says which way, so that a second click or tab changes nothing by surprise."""
    person = member()
    post = queries.post_seen_by(person, key, no)
    act = commands.find_useful if request.form.get("on", "1") == "1" else commands.take_useful_back
    act(post, by=person)
    return _see_post(post.topic, no)


@bp.post("/t/<key>/<int:no>/accept")
def accept_answer(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    if request.form.get("on", "1") == "1":
        commands.accept_answer(post, by=person)
    elif post.topic.accepted_no == no:
        commands.take_acceptance_back(post.topic, by=person)
    return _see_post(post.topic, no)


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


@bp.post("/<slug>/follow")
def follow_space(slug: str) -> ResponseReturnValue:
    person = member()
    found = queries.space_seen_by(person, slug)
    chosen = request.form.get("level", "")
    level = Level(chosen) if chosen in {Level.WATCHING, Level.NORMAL, Level.MUTED} else Level.WATCHING
    commands.follow_space(found, level, by=person)
    tell(_SPACE_FOLLOWED[level])
    return see(url_for(".space", slug=slug))


_SPACE_FOLLOWED = {
    Level.WATCHING: say("You are told of each post in this space: in your inbox, and in the digest."),
    Level.NORMAL: say("You follow this space no more."),
    Level.MUTED: say("You hear nothing more of this space, and its topics leave your lists."),
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


# --- Reports and moderation ----------------------------------------------------------------------------------------


@bp.get("/t/<key>/<int:no>/flag")
def flag(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    require(rules.may_flag_post(post, by=person))
    return page("community/flag.html", post=post, topic=post.topic, form=FlagForm())


@bp.post("/t/<key>/<int:no>/flag")
def flag_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(FlagForm)
    post = queries.post_seen_by(person, key, no)
    if not form.validate():
        return page("community/flag.html", status=422, post=post, topic=post.topic, form=form)
    if wait := accounts.too_many_tries("flag", str(person.id), rules.FLAGS_PER_PERSON, by=person):
        form.text.errors = [str(_wait(wait))]
        return _late(page("community/flag.html", status=429, post=post, topic=post.topic, form=form), wait)
    commands.flag_post(post, kind=form.chosen(), text=form.text.data or "", by=person)
    tell(say("Thank you. A moderator looks at it, and you are told what was decided."))
    return _see_post(post.topic, no)


@bp.get("/flags")
def flags() -> ResponseReturnValue:
    require(rules.may_moderate(member()))
    waiting = queries.flags_waiting(after=request.args.get("after", 0, type=int), limit=TOPICS + 1)
    by_post: dict[int, list[Any]] = {}
    for flagged in waiting[:TOPICS]:
        by_post.setdefault(flagged.post_id, []).append(flagged)
    return page(
        "community/flags.html",
        posts=[*by_post.values()],
        kinds=rules.FLAG_KINDS,
        older=url_for(".flags", after=waiting[TOPICS - 1].id) if len(waiting) > TOPICS else "",
    )


@bp.post("/t/<key>/<int:no>/leave")
def leave_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    commands.leave_post(queries.post_seen_by(person, key, no), by=person)
    tell(say("The post stays. Who reported it is told."))
    return see(url_for(".flags"))


@bp.get("/t/<key>/<int:no>/hide")
def hide(key: str, no: int) -> ResponseReturnValue:
    person = member()
    require(rules.may_moderate(person))
    post = queries.post_seen_by(person, key, no)
    return page("community/hide.html", post=post, topic=post.topic, form=HidingForm())


@bp.post("/t/<key>/<int:no>/hide")
def hide_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(HidingForm)
    post = queries.post_seen_by(person, key, no)
    if form.validate() and form.carries(lambda: commands.hide_post(post, because=form.because.data or "", by=person)):
        tell(say("The post is hidden. Its author is told why."))
        return _see_post(post.topic, no)
    return page("community/hide.html", status=422, post=post, topic=post.topic, form=form)


@bp.post("/t/<key>/<int:no>/show")
def show_post_again(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    commands.show_post_again(post, by=person)
    tell(say("The post is shown again."))
    return _see_post(post.topic, no)
