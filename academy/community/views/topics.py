"""How does a browser read a topic, and say what it thinks of a post?"""

from collections.abc import Hashable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from academy.accounts.viewer import member, viewer
from academy.community import commands, queries, rules, searchable, writing
from academy.community.forms import ReplyForm
from academy.community.models import Level, ReactionKind, Topic
from academy.community.queries import PostSeen, TopicSeen
from academy.community.views.blueprint import bp, see_post, subject_of
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.i18n import say
from academy.kernel.web import page, same_for_visitors, see, tell


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
    return topic_page(seen, _reply_form(seen.topic, quoted), no=quoted or _asked_for(seen))


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


def topic_page(seen: TopicSeen, form: ReplyForm, *, no: int, status: int = 200, preview: str = "") -> Response:
    person, found, now = viewer(), seen.topic, clock.now()
    first = rules.page_of(no)
    posts = queries.posts_seen_by(person, found, first=first)
    lines = [(line, rules.choices(line.post, found, by=person, now=now)) for line in posts]
    last = posts[-1].post.no if posts else 0
    about, known = seen.about or subject_of(person, found.about), queries.around(person, found)
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
