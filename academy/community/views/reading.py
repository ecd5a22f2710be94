"""How does a browser, or a reader of feeds, search and follow what is public?"""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.viewer import viewer
from academy.community import queries
from academy.community.forms import SearchForm
from academy.community.views.blueprint import bp
from academy.kernel.i18n import language
from academy.kernel.web import asked, external_address, page
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
        SelectChoice("", ""),
        *(SelectChoice(space.slug, space.titled(language())) for space in spaces),
    ]
    words = (form.q.data or "")[:200]
    found = hits(
        words,
        language=language(),
        audiences=queries.audiences_of(person),
        kinds=("topic",),
        limit=queries.MOST_SEARCHED,
    )
    topics = queries.topics_by_key(person, [hit.ref.key for hit in found.hits])
    shown = [seen for seen in topics if form.fits(seen.topic)]
    return page("community/search.html", form=form, words=words, topics=shown[:FOUND], more=len(shown) > FOUND)


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
