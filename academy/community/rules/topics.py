"""Who may write, answer, change and say what of posts and topics? Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from academy.accounts.models import Person, Role
from academy.community.models import Level, Post, ReactionKind, Topic, TopicKind, TopicState
from academy.community.rules.moderation import may_flag_post, may_hide_post, may_moderate
from academy.community.writing import Text
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say, say_number
from academy.kernel.subjects import Ref

PAGE = 20  # posts on a page of a topic

# A new member may write at once; what spam needs, many links, comes with a little time or a finished lesson.
LINKS_OF_A_NEW_MEMBER = 2
KNOWN_AFTER = timedelta(days=1)
TOPICS_A_DAY_OF_A_NEW_MEMBER = 3
MOST_CALLED = 10
CALLED_BY_A_NEW_MEMBER = 2
MOST_TAGS = 5
LONGEST_DRAFT = 40_000

WELCOME_AFTER = timedelta(hours=12)  # a first topic without an answer
WELCOME_WITHIN = timedelta(days=30)
WELCOME_AGAIN = timedelta(days=1)  # others are asked
ASKED_TO_WELCOME = 3

EDITABLE_FOR = timedelta(days=30)

POSTS_PER_PERSON = (20, timedelta(minutes=10))
FLAGS_PER_PERSON = (20, timedelta(hours=1))

# A topic about such a thing would give it away: who may not see the thing does not see the topic.
RESERVING = frozenset({"asked"})
READ_WHAT_IS_RESERVED = (Role.TRAINER, Role.MODERATOR, Role.ADMINISTRATOR)  # whatever they have been asked themselves

ANSWERED_BY_SOMEBODY = (TopicState.OPEN, TopicState.ALUMNI)  # in the other states nobody answers
FOLLOWING = (Level.WATCHING, Level.TRACKING)  # the levels at which news is counted


@dataclass(frozen=True)
class Choices:
    """What a person may do with a post, as data for the page."""

    read: Verdict
    edit: Verdict
    accept: Verdict
    vote: Verdict
    flag: Verdict
    hide: Verdict
    quote: Verdict


def choices(post: Post, topic: Topic, *, by: Person | None, now: datetime) -> Choices:
    return Choices(
        read=may_read_post(post, by=by),
        edit=may_edit_post(post, topic, because="-", by=by, now=now),
        accept=may_accept_answer(post, topic, by=by),
        vote=may_vote(post, topic, by=by),
        flag=may_flag_post(post, by=by),
        hide=may_hide_post(post, because="-", by=by),
        quote=may_quote(post, topic, by=by),
    )


def page_of(no: int) -> int:
    """The number of the first post on the page that shows this one. Numbers have no gaps, so pages have fixed places."""
    return max(no - 1, 0) // PAGE * PAGE + 1


def place_of(topic: Topic, no: int) -> dict[str, Any]:
    """What an address needs to lead to one post: the page that shows it, and its place there."""
    return {"address": topic.address, "post": no if no > PAGE else None, "_anchor": f"p{no}"}


def is_reserved(about: Ref | None) -> bool:
    return about is not None and about.kind in RESERVING


def may_begin_reserved(*, seen: bool) -> Verdict:
    """`seen`: the person may see what the topic is about."""
    if seen:
        return ALLOWED
    return Verdict(say("You can talk about this once you have handed it in and may see what was right."), 403, "about")


def may_join_topics(topic: Topic, into: Topic) -> Verdict:
    if topic.id == into.id or into.merged_into is not None:
        return Verdict(say("Choose another topic."), 422, "into")
    if topic.about != into.about and (topic.is_reserved or into.is_reserved):
        return Verdict(
            say("What gives a question of a quiz away stays among those who have been asked it."), 422, "into"
        )
    return ALLOWED


def lists_everything(person: Person | None) -> bool:
    """Finds every topic of the spaces that are open to them, also those that would give something away to others."""
    return person is not None and person.has(*READ_WHAT_IS_RESERVED)


def may_see_hidden_topic(topic: Topic, *, by: Person | None) -> bool:
    return by is not None and (by.id == topic.author_id or bool(may_moderate(by)))


def may_write(text: Text, *, known: bool) -> Verdict:
    """Is this text fit to be posted? `known`: the person has shown to be one."""
    if not known and text.links > LINKS_OF_A_NEW_MEMBER:
        return Verdict(
            say_number(
                "While you are new here, a post may have one link. It may have more once you have finished a lesson, or a post"
                " of yours has stood for a day.",
                "While you are new here, a post may have %(num)s links. It may have more once you have finished a lesson, or a"
                " post of yours has stood for a day.",
                LINKS_OF_A_NEW_MEMBER,
            ),
            422,
            "body",
        )
    most = MOST_CALLED if known else CALLED_BY_A_NEW_MEMBER
    if len(text.called) > most:
        return Verdict(say("You can call at most %(most)s people in one post.", most=most), 422, "body")
    return ALLOWED


def must_wait_for_a_moderator(text: Text, *, known: bool) -> bool:
    """The first links of somebody new."""
    return not known and text.links > 0


def may_write_more(*, waiting: bool, topics_today: int, known: bool) -> Verdict:
    if waiting:
        return Verdict(
            say("A moderator reads your last post first: then you can write more. What you typed is kept."), 409, "body"
        )
    if not known and topics_today >= TOPICS_A_DAY_OF_A_NEW_MEMBER:
        return Verdict(
            say("While you are new here, you can begin %(most)s topics a day.", most=TOPICS_A_DAY_OF_A_NEW_MEMBER),
            429,
            "body",
        )
    return ALLOWED


def may_reply(topic: Topic, *, by: Person | None, took_course: bool) -> Verdict:
    """`took_course`: has ever worked through a part of it, or belonged to one of its editions."""
    if by is None:
        return Verdict(say("Sign in to write an answer."), 401)
    if topic.merged_into is not None:
        return Verdict(say("This topic has been joined with another: answer there."), 409)
    if topic.hidden_at is not None:
        return Verdict(say("This topic is hidden for now: nobody can answer."), 409)
    if topic.state is TopicState.CLOSED:
        return Verdict(say("This topic is closed: it can be read, and nobody answers any more."), 409)
    if topic.state is TopicState.ARCHIVED:
        return Verdict(say("This topic is in the archive: it stays as it is."), 409)
    if topic.state is TopicState.ALUMNI and not (took_course or known_by_role(by)):
        return Verdict(
            say("Here those answer who have taken the course. Finish a lesson and you are one of them."), 403
        )
    return ALLOWED


def may_quote(post: Post, topic: Topic, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to write an answer."), 401)
    if post.hidden_at is not None:
        return Verdict(say("This post is hidden and can't be quoted."), 409)
    return may_reply(topic, by=by, took_course=True)


def may_repeat(*, hidden: bool) -> Verdict:
    """`hidden`: one of the posts that a text quotes is read by nobody any more."""
    if not hidden:
        return ALLOWED
    return Verdict(
        say("A post that you quote has been hidden in the meantime. Take the quote out, then send the rest."),
        422,
        "body",
    )


def may_read_post(post: Post, *, by: Person | None) -> Verdict:
    if post.hidden_at is None or (by is not None and (by.id == post.author_id or may_moderate(by))):
        return ALLOWED
    return Verdict(say("A moderator has hidden this post."), 404)


def may_read_what_was_taken_out(post: Post, *, by: Person | None) -> Verdict:
    """What a moderator changed is in the history for its author and for moderators."""
    if by is not None and (by.id == post.author_id or may_moderate(by)):
        return ALLOWED
    return Verdict(say("What stood there before is read by its author and by moderators alone."), 403)


def may_edit_post(post: Post, topic: Topic, *, because: str, by: Person | None, now: datetime) -> Verdict:
    """The author for a month, while the topic is open; a moderator always, and says why."""
    if by is None:
        return Verdict(say("Sign in to change a post."), 401)
    if by.id != post.author_id:
        if not may_moderate(by):
            return Verdict(say("Only its author changes a post."), 403)
        return ALLOWED if because else Verdict(say("Say why: the author will read it."), 422, "because")
    if may_moderate(by):
        return ALLOWED
    if post.hidden_at is not None:
        return Verdict(say("A moderator has hidden this post: it can't be changed."), 409)
    if topic.state in (TopicState.CLOSED, TopicState.ARCHIVED):
        return Verdict(say("This topic is closed: its posts stay as they are."), 409)
    if now > post.written_at + EDITABLE_FOR:
        return Verdict(say("After a month a post stays as it is, since others have answered it."), 409)
    return ALLOWED


def may_accept_answer(post: Post, topic: Topic, *, by: Person | None) -> Verdict:
    if topic.kind is not TopicKind.QUESTION:
        return Verdict(say("Only a question has an accepted answer."), 409)
    if post.no == 1:
        return Verdict(say("A question is not its own answer."), 409)
    if post.hidden_at is not None:
        return Verdict(say("A moderator has hidden this post."), 409)
    return may_take_acceptance_back(topic, by=by)


def may_take_acceptance_back(topic: Topic, *, by: Person | None) -> Verdict:
    if topic.state is TopicState.ARCHIVED:
        return Verdict(say("This topic is in the archive: it stays as it is."), 409)
    if by is not None and (by.id == topic.author_id or may_moderate(by)):
        return ALLOWED
    return Verdict(say("Who asked the question accepts the answer."), 403 if by else 401)


def may_vote(post: Post, topic: Topic, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to say that a post is useful."), 401)
    if by.id == post.author_id:
        return Verdict(say("This is your own post."), 409)
    if post.hidden_at is not None:
        return Verdict(say("A moderator has hidden this post."), 409)
    if topic.state is TopicState.ARCHIVED:
        return Verdict(say("This topic is in the archive: it stays as it is."), 409)
    return ALLOWED


def may_rebuild_search(*, by: Person | None) -> Verdict:
    return ALLOWED if by is None or by.has(Role.ADMINISTRATOR) else Verdict(say("The platform does this itself."), 403)


def may_follow(*, by: Person | None) -> Verdict:
    return ALLOWED if by is not None else Verdict(say("Sign in to follow a topic."), 401)


def may_tend_topic(*, steward: bool, by: Person | None) -> Verdict:
    """Pin, move, split, join and set any state: moderators and the stewards of its space."""
    if by is not None and (steward or may_moderate(by)):
        return ALLOWED
    return Verdict(say("A moderator or a steward of the space does this."), 403 if by else 401)


def may_close_topic(topic: Topic, *, by: Person | None) -> Verdict:
    """What its author can do alone: say that it is done, or open it again."""
    if topic.state in (TopicState.ALUMNI, TopicState.ARCHIVED) and not may_moderate(by):
        return Verdict(say("A moderator or a steward of the space does this."), 403 if by else 401)
    if by is not None and (by.id == topic.author_id or may_moderate(by)):
        return ALLOWED
    return Verdict(say("Who began the topic closes it, or a moderator."), 403 if by else 401)


def may_recognise(*, by: Person | None) -> Verdict:
    """The platform, when a lesson is finished, and moderators."""
    return ALLOWED if by is None or may_moderate(by) else Verdict(say("This is for moderators."), 403)


def known_by_role(person: Person) -> bool:
    return person.has(Role.TRAINER, Role.MODERATOR, Role.COORDINATOR, Role.ADMINISTRATOR)


REACTIONS: dict[ReactionKind, Sentence] = {
    ReactionKind.USEFUL: say("Useful"),
    ReactionKind.THANKS: say("Thank you"),
    ReactionKind.SAME: say("I wonder too"),
}
STATES: dict[TopicState, Sentence] = {
    TopicState.OPEN: say("Open: members answer"),
    TopicState.ALUMNI: say("Alumni: who has taken the course answers"),
    TopicState.CLOSED: say("Closed: nobody answers, it can be found useful"),
    TopicState.ARCHIVED: say("Archived: it stays as it is"),
}
