"""What can be done with pictures: keep one for a post, and let whoever reads the post see it."""

from academy.accounts.models import Person
from academy.community import queries, rules, writing
from academy.community.models import Post
from academy.kernel import files
from academy.kernel.access import require


def keep_picture(found: files.Incoming, *, key: str, says: str, by: Person) -> None:
    """Its address is in the text already; nobody else sees it until a post shows it."""
    require(rules.may_follow(by=by))
    files.keep(found, owner_id=by.id, alternative=says, key=key)


def show_pictures(post: Post, *, by: Person) -> None:
    """Of the pictures that its text names: those of its author or of who changes it, and those that it has shown before."""
    require(rules.may_follow(by=by))
    named = writing.pictures_in(post.html)
    files.uses(post.own_ref, queries.pictures_to_show(post, named, by=by))
