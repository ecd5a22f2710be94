"""How does a browser, or a reader of feeds, search and follow what is public?"""

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.viewer import viewer
from academy.community import queries
from academy.community.forms import SearchForm
from academy.community.views.blueprint import bp, subject_of
from academy.kernel.i18n import language, say
from academy.kernel.subjects import Ref
from academy.kernel.web import asked, external_address, page, same_for_visitors
from academy.retrieval.queries import hits

FOUND = 20
IN_A_FEED = 30


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Inside the forum alone: words, and filters for where, what kind, and whether it was answered."""
    person = viewer()
    form = asked(SearchForm)
    spaces = queries.spaces_seen_by(person)
    form.space.choices = [
        SelectChoice("", str(say("All spaces"))),
        *(SelectChoice(space.slug, space.titled(language())) for space in spaces),
    ]
    words = (form.q.data or "")[:200]
    after = request.args.get("after", 0, type=int)
    asked_for = {"space": form.space.data or "", "kind": form.kind.data or "", "answered": form.answered.data or ""}
    found = hits(
        words,
        language=language(),
        audiences=queries.audiences_of(person),
        kinds=("topic",),
        among=queries.among(**asked_for),
        limit=FOUND,
        after=after,
    )
    chosen: dict[str, Any] = {name: value for name, value in asked_for.items() if value}
    return page(
        "community/search.html",
        form=form,
        words=words,
        topics=queries.topics_by_key(person, [hit.ref.key for hit in found.hits]),
        count=found.count,
        older=url_for(".search", q=words, after=found.after, **chosen) if found.after else "",
        newer=url_for(".search", q=words, **chosen) if after > 0 else "",
    )


@bp.get("/about")
@same_for_visitors(60)
def about() -> ResponseReturnValue:
    """What is said about a thing of another feature; its own page asks for it when somebody has read that far."""
    person = viewer()
    ref = Ref.parsed(request.args.get("ref", "")[:200])
    subject = subject_of(person, str(ref)) if ref else None
    if ref is None or subject is None:
        raise NotFound
    return page(
        "community/about.html", ref=str(ref), subject=subject, topics=queries.topics_about(person, ref, limit=FOUND)
    )


@bp.get("/feed.atom")
def feed() -> ResponseReturnValue:
    return _feed("")


@bp.get("/<slug>/feed.atom")
def space_feed(slug: str) -> ResponseReturnValue:
    return _feed(slug)


def _feed(slug: str) -> ResponseReturnValue:
    """The newest public topics, of a space or of all; what a visitor may read and nothing else."""
    space = queries.space_seen_by(None, slug) if slug else None
    topics = queries.topics_in(None, space, limit=IN_A_FEED) if space else queries.newest_topics(None, limit=IN_A_FEED)
    first = queries.first_posts_of([seen.topic for seen in topics])
    updated = max((seen.topic.last_post_at for seen in topics), default=None)
    response = make_response(
        render_template(
            "community/feed.xml",
            space=space,
            here=external_address("community.space_feed", slug=slug) if slug else external_address("community.feed"),
            home=external_address("community.space", slug=slug) if slug else external_address("community.spaces"),
            entries=[
                (
                    seen.topic,
                    first.get(seen.topic.id, ""),
                    external_address("community.topic", address=seen.topic.address),
                )
                for seen in topics
            ],
            updated=updated,
        )
    )
    response.mimetype = "application/atom+xml"
    if updated is not None:
        response.last_modified = updated
        response.make_conditional(request)
    return response
