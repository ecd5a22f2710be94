"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, to_user_timezone
from werkzeug.exceptions import NotFound

from academy.accounts.queries import sayings_seen_by
from academy.accounts.rules import PROFILE
from academy.accounts.viewer import member, viewer
from academy.assessment.queries import practice_questions
from academy.community.queries import newest_topics
from academy.home import alumni_queries as alumnis
from academy.home import queries, rules
from academy.home.figures import figures
from academy.home.forms import ExampleForm, example_with_errors
from academy.home.holdings import holdings
from academy.home.next_step import next_step
from academy.home.sitemap import files, places_in
from academy.home.statements import statement
from academy.kernel import clock
from academy.kernel.i18n import language
from academy.kernel.subjects import Ref
from academy.kernel.web import external_address, page, preferred_language, same_for_visitors
from academy.learning.queries import course_seen_by
from academy.notifications.notices import lines_for
from academy.notifications.queries import unread_news_of
from academy.organisations.territories import place
from academy.settings import settings
from marketplace.queries import newest_listings
from marketplace.vocabulary import STATES

bp = Blueprint("home", __name__)

MOST_SHOWN = 4
PEOPLE = 30  # on a page of alumni
TO_TRY = ("active-citizenship", ["app-for-the-elderly"])  # the question that a visitor is asked


@bp.get("/")
def choose_language() -> ResponseReturnValue:
    """To the front page in the language that the browser asks for."""
    response = redirect(url_for(".front", lang=preferred_language()))
    response.vary.add("Accept-Language")
    return response


@bp.get("/<lang>/")
@same_for_visitors(60)
def front() -> ResponseReturnValue:
    person = viewer()
    covers = queries.covers(language())
    return page(
        "home/front.html",
        covers=covers,
        first_lesson=_first_lesson(covers),
        question=None if person else practice_questions(*TO_TRY, language()).get(TO_TRY[1][0]),
        listings=newest_listings(person, MOST_SHOWN),
        topics=newest_topics(person, limit=MOST_SHOWN),
        figures=figures(),
        place=place,
    )


@bp.get("/<lang>/me")
def start() -> ResponseReturnValue:
    person = member()
    news = unread_news_of(person)
    g.unread = len(news)  # the badge in the header need not ask again
    course = course_seen_by(person, language())
    mine = queries.belongings_of(person)
    told = {item.subject for item in news}
    now = clock.now()
    return page(
        "home/start.html",
        today=format_date(now, "EEEE d MMMM"),
        greeting=rules.greeting(to_user_timezone(now).hour, person.name),
        next=next_step(course, mine.attempts[0] if mine.attempts else None),
        course=course,
        news=lines_for(person, news[:MOST_SHOWN]),
        unread=[topic for topic in mine.unread if str(Ref("topic", topic.key)) not in told],
        mine=mine,
        states=STATES,
    )


@bp.get("/<lang>/alumni")
def alumni() -> ResponseReturnValue:
    """Groups of those who have finished the course or a module, and let this viewer know."""
    return page("home/alumni.html", groups=alumnis.groups_seen_by(viewer(), language()))


@bp.get("/<lang>/alumni/<module>")
def alumni_of(module: str) -> ResponseReturnValue:
    """Of a module, or of the whole course."""
    person, group = viewer(), alumnis.group_called(module, language())
    found = alumnis.alumni_seen_by(person, group, after=request.args.get("after", "")[:80], limit=PEOPLE + 1)
    return page(
        "home/alumni_of.html",
        group=group,
        people=sayings_seen_by(person, found[:PEOPLE]),
        names=PROFILE,
        older=url_for(".alumni_of", module=module, after=found[PEOPLE - 1].slug) if len(found) > PEOPLE else "",
    )


@bp.get("/<lang>/about")
@same_for_visitors(3600)
def about() -> ResponseReturnValue:
    return page("home/statement.html", statement=statement("about"))


@bp.get("/<lang>/accessibility")
@same_for_visitors(3600)
def accessibility() -> ResponseReturnValue:
    return page("home/statement.html", statement=statement("accessibility"))


@bp.get("/<lang>/terms")
@same_for_visitors(3600)
def terms() -> ResponseReturnValue:
    return page("home/statement.html", statement=statement("terms"))


@bp.get("/<lang>/privacy")
@same_for_visitors(3600)
def privacy() -> ResponseReturnValue:
    return page("home/privacy.html", statement=statement("privacy"), holdings=holdings())


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    return _as("text/plain", "home/robots.txt", sitemap=external_address(".sitemap"))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    addresses = [external_address(".part_of_sitemap", name=name) for name in files()]
    return _as("application/xml", "home/sitemap_index.xml", addresses=addresses)


@bp.get("/sitemaps/<name>.xml")
def part_of_sitemap(name: str) -> ResponseReturnValue:
    places = places_in(name)
    if places is None:
        raise NotFound
    return _as("application/xml", "home/sitemap.xml", places=places)


@bp.get("/<lang>/styleguide")
def styleguide() -> ResponseReturnValue:
    """Every component, for those who build pages."""
    if settings().production:
        raise NotFound
    return page("styleguide.html", form=ExampleForm(), wrong=example_with_errors())


def _as(content_type: str, template: str, **context: object) -> Response:
    """Something for machines."""
    response = make_response(render_template(template, **context))
    response.mimetype = content_type
    return response


def _first_lesson(covers: list[queries.Cover]) -> str | None:
    first = next((cover for cover in covers if cover.first_lesson), None)
    return url_for("learning.lesson", module=first.slug, lesson=first.first_lesson) if first else None
