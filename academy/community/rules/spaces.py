"""Who enters a space, who looks after it, who arranges spaces? Pure."""

from academy.accounts.models import Person, Role
from academy.community.models import Space, Visibility
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say

# words of addresses
SLUGS_TAKEN = frozenset(
    {"new", "about", "t", "p", "flags", "preview", "mine", "moderation", "decisions", "rules", "search", "unread", "unanswered",
     "welcome", "drafts", "keyboard", "blocked", "spaces", "pictures"}
)  # fmt: skip

VISIBILITIES: dict[Visibility, Sentence] = {
    Visibility.PUBLIC: say("Everybody reads, members write"),
    Visibility.MEMBERS: say("Whoever has an account"),
    Visibility.PRIVATE: say("Only the people of this space"),
}


def may_arrange_space(slug: str, *, by: Person | None) -> Verdict:
    """The platform itself, when it loads the course, and those who run communities."""
    if slug in SLUGS_TAKEN:
        return Verdict(say("“%(slug)s” is a word of our addresses and can't name a space.", slug=slug), 422, "slug")
    if by is None or by.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only a coordinator arranges the spaces."), 403)


def may_tend_space(*, steward: bool, by: Person | None) -> Verdict:
    """Its description, its people, what is pinned, where topics belong: stewards, coordinators and moderators."""
    if by is None or (steward or by.has(Role.MODERATOR, Role.COORDINATOR, Role.ADMINISTRATOR)):
        return ALLOWED
    return Verdict(say("The stewards of the space do this."), 403)


def may_join(space: Space, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to join."), 401)
    if space.visibility is Visibility.PRIVATE:
        return Verdict(say("A steward lets people into this space."), 403)
    return ALLOWED


def sees_everything(person: Person | None) -> bool:
    return person is not None and person.has(Role.MODERATOR, Role.ADMINISTRATOR)
