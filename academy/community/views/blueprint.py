"""What do all views of the forum share?"""

from flask import Blueprint, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from academy.accounts.models import Person
from academy.community import rules, writing
from academy.community.models import Topic
from academy.kernel.i18n import Sentence, language, say, say_number
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import see

bp = Blueprint("community", __name__, url_prefix="/<lang>/community")

TOPICS = 20  # in a list


@bp.app_template_filter()
def in_this_language(html: str) -> Markup:
    """Stored HTML of a post, for the page that is being made."""
    shown = writing.in_language(html, language(), to_the_post=str(escape(say("The post that is quoted"))))
    return Markup(shown)  # noqa: S704  # cleaned when it was saved


def subject_of(person: Person | None, written: str | None) -> Subject | None:
    ref = Ref.parsed(written or "")
    return subjects_seen_by(person, [ref]).get(ref) if ref else None


def wait_sentence(seconds: int) -> Sentence:
    return say_number(
        "That was a lot in a short time. Wait a minute, then send it: it is still here.",
        "That was a lot in a short time. Wait %(num)s minutes, then send it: it is still here.",
        -(-seconds // 60),
    )


def late(response: Response, wait: int) -> Response:
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def see_post(found: Topic, no: int) -> Response:
    return see(url_for("community.topic", **rules.place_of(found, no)))
