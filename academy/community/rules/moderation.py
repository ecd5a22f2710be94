"""Who may say that something does not belong here, who decides, and who may object? Pure."""

from datetime import datetime, timedelta

from academy.accounts.models import Person, Role
from academy.community.models import Action, Appeal, Decision, FlagKind, Ground, Post, Review
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say

CLAIM_LASTS = timedelta(minutes=30)
REMIND_AFTER = timedelta(days=1)  # moderators are written to
RAISE_AFTER = timedelta(days=3)  # administrators are
LOGGED_FOR = timedelta(days=730)  # the log
APPEAL_WITHIN = timedelta(days=183)  # six months: Digital Services Act, article 20

FLAG_KINDS: dict[FlagKind, Sentence] = {
    FlagKind.OFF_TOPIC: say("It does not belong here"),
    FlagKind.RUDE: say("It is rude or hurts somebody"),
    FlagKind.SPAM: say("It is advertising or spam"),
    FlagKind.ILLEGAL: say("It may be against the law"),
    FlagKind.OTHER: say("Something else"),
}
GROUNDS: dict[Ground, Sentence] = {
    Ground.NONE: say("Nothing is wrong with it"),
    Ground.OFF_TOPIC: say("It does not belong here"),
    Ground.RUDE: say("It is rude or hurts somebody"),
    Ground.SPAM: say("It is advertising or spam"),
    Ground.PRIVACY: say("It shows somebody’s private data"),
    Ground.ILLEGAL: say("It is against the law"),
}
ACTIONS: dict[Action, Sentence] = {
    Action.LEFT: say("It stays, and everybody can read it"),
    Action.HIDDEN: say("It is hidden"),
}


def may_moderate(person: Person | None) -> Verdict:
    if person is not None and person.has(Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("This is for moderators."), 403 if person else 401)


def may_claim(review: Review, *, by: Person, now: datetime) -> Verdict:
    verdict = may_moderate(by)
    if not verdict:
        return verdict
    if review.decided_at is not None:
        return Verdict(say("Somebody else has decided this already."), 409)
    if review.claimed_by_id not in (None, by.id) and review.claimed_until is not None and review.claimed_until > now:
        return Verdict(say("Somebody else is looking at it just now."), 409)
    return ALLOWED


def may_drop_review(author_id: int, *, by: Person | None) -> Verdict:
    """Who takes away what was reported, the platform when its author leaves, and moderators."""
    if by is None or by.id == author_id:
        return ALLOWED
    return may_moderate(by)


def may_decide(author_id: int, *, ground: Ground, action: Action, text: str, by: Person | None) -> Verdict:
    """Never about what one wrote oneself; and whoever hides says on which ground and in words."""
    verdict = may_moderate(by)
    if not verdict or by is None:
        return verdict
    if author_id == by.id:
        return Verdict(say("You wrote this yourself: another moderator decides."), 403)
    if action is Action.HIDDEN and not text:
        return Verdict(say("Say why: the author will read it."), 422, "because")
    if action is Action.HIDDEN and ground is Ground.NONE:
        return Verdict(say("Choose the rule that it breaks."), 422, "ground")
    return ALLOWED


def may_hide_post(post: Post, *, because: str, by: Person | None) -> Verdict:
    return may_decide(post.author_id, ground=Ground.OFF_TOPIC, action=Action.HIDDEN, text=because, by=by)


def may_flag_post(post: Post, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to report a post."), 401)
    if by.id == post.author_id:
        return Verdict(say("This is your own post."), 409)
    if post.hidden_at is not None:
        return Verdict(say("A moderator has hidden this post already."), 409)
    return ALLOWED


def may_see_decision(decision: Decision, *, concerned: bool, by: Person | None) -> Verdict:
    """Its author, who reported the post, and moderators."""
    if by is not None and (concerned or may_moderate(by)):
        return ALLOWED
    return Verdict(say("This decision does not concern you."), 404 if by else 401)


def may_appeal(
    decision: Decision, appeal: Appeal | None, *, concerned: bool, by: Person | None, now: datetime
) -> Verdict:
    if by is None or not concerned:
        return Verdict(say("This decision does not concern you."), 404 if by else 401)
    if appeal is not None:
        return Verdict(say("You have objected already: you are told what comes of it."), 409)
    if now > decision.at + APPEAL_WITHIN:
        return Verdict(say("After six months a decision stands."), 409)
    if by.id == decision.author_id and decision.action is Action.LEFT:
        return Verdict(say("It stays: there is nothing to object to."), 409)
    return ALLOWED


def may_decide_appeal(appeal: Appeal, *, by: Person | None) -> Verdict:
    """A second pair of eyes."""
    verdict = may_moderate(by)
    if not verdict or by is None:
        return verdict
    if appeal.decided_at is not None:
        return Verdict(say("Somebody else has decided this already."), 409)
    if by.id in (appeal.decision.by_id, appeal.person_id, appeal.decision.author_id):
        return Verdict(say("Another moderator looks at this: you have a part in it."), 403)
    return ALLOWED


def may_block(person_id: int, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in first"), 401)
    return ALLOWED if by.id != person_id else Verdict(say("This is you."), 409)
