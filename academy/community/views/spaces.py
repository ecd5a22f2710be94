"""How does a browser find its way through spaces and lists of topics?"""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.community import commands, queries, rules, writing
from academy.community.forms import OpeningForm, SpaceForm
from academy.community.models import Level, Space, SpaceKind, Visibility
from academy.community.views.blueprint import TOPICS, bp, subject_of
from academy.kernel.access import require
from academy.kernel.i18n import say
from academy.kernel.web import page, same_for_visitors, see, submitted, tell
from academy.organisations.queries import organisation_seen_by, organisations_by_name
from academy.settings import settings

SHOWN = 100  # people of a space, to one of them


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
        may_open=person is not None and rules.may_arrange_space("", by=person),
        reports=queries.reviews_waiting_count() if rules.may_moderate(person) else 0,
    )


@bp.get("/spaces/new")
def new_space() -> ResponseReturnValue:
    require(rules.may_arrange_space("", by=member()))
    return _opening_page(_opening_form(OpeningForm.for_site()()))


@bp.post("/spaces/new")
def open_space() -> ResponseReturnValue:
    person = member()
    require(rules.may_arrange_space("", by=person))
    form = _opening_form(submitted(OpeningForm.for_site()))
    made: list[Space] = []
    if form.validate() and form.carries(lambda: made.append(_open(form, by=person))):
        tell(say("The space is open."))
        return see(url_for(".space", slug=made[0].slug))
    return _opening_page(form, status=422)


def _open(form: OpeningForm, *, by: Person) -> Space:
    chosen = form.organisation.data if form.kind.data is SpaceKind.ORGANISATION else ""
    return commands.open_space(
        form.titles(),
        summaries=form.summaries(),
        kind=form.kind.data,
        visibility=form.visibility.data,
        organisation=organisation_seen_by(by, chosen) if chosen else None,
        by=by,
    )


def _opening_form(form: OpeningForm) -> OpeningForm:
    form.organisation.choices = [
        SelectChoice("", str(say("None"))),
        *(SelectChoice(one.slug, one.name) for one in organisations_by_name()),
    ]
    form.visibility.data = form.visibility.data or Visibility.PUBLIC
    return form


def _opening_page(form: OpeningForm, *, status: int = 200) -> ResponseReturnValue:
    return page("community/open_space.html", status=status, form=form, languages=settings().languages)


@bp.get("/<slug>")
@same_for_visitors(60)
def space(slug: str) -> ResponseReturnValue:
    person = viewer()
    found = queries.space_seen_by(person, slug)
    show = request.args.get("show", "")
    show = show if show in queries.FILTERS and (person or show != "unread") else "all"
    tag, before = writing.tag_of(request.args.get("tag", "")), request.args.get("before", "")
    whole = show == "all" and not tag
    topics = queries.topics_in(person, found, show=show, tag=tag, before=before, pinned=not whole, limit=TOPICS + 1)
    older = (
        url_for(".space", slug=slug, show=_shown(show), tag=tag or None, before=topics[TOPICS - 1].cursor)
        if len(topics) > TOPICS
        else ""
    )
    return page(
        "community/space.html",
        space=found,
        about=subject_of(person, found.about),
        level=queries.space_level_of(person, found),
        levels=Level,
        topics=topics[:TOPICS],
        pinned=queries.pinned_in(person, found) if whole and not before else [],
        tag=tag,
        show=show,
        older=older,
        newer=url_for(".space", slug=slug, show=_shown(show)) if "before" in request.args else "",
    )


def _shown(show: str) -> str | None:
    return show if show != "all" else None


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


@bp.get("/<slug>/about")
def about_space(slug: str) -> ResponseReturnValue:
    """What it is for, who looks after it, and what has changed within a year."""
    person = viewer()
    found = queries.space_seen_by(person, slug)
    mine = queries.member_of(found, person.id) if person else None
    belongs, steward = mine is not None, mine is not None and mine.steward
    return page(
        "community/about_space.html",
        space=found,
        stewards=queries.stewards_of(found),
        people=queries.people_count(found),
        belonging=queries.people_of(found, limit=SHOWN) if belongs else [],
        visibility=rules.VISIBILITIES[found.visibility],
        year=queries.year_of(person, found),
        belongs=belongs,
        may_join=rules.may_join(found, by=person),
        may_tend=person is not None and rules.may_tend_space(steward=steward, by=person),
    )


@bp.post("/<slug>/join")
def join_space(slug: str) -> ResponseReturnValue:
    person = member()
    found = queries.space_seen_by(person, slug)
    if request.form.get("on", "1") == "1":
        commands.enter_space(found, person.id, by=person)
        tell(say("You belong to this space now."))
    else:
        commands.leave_space(found, person.id, by=person)
        tell(say("You have left this space."))
    return see(url_for(".space", slug=slug))


@bp.get("/<slug>/tend")
def tend_space(slug: str) -> ResponseReturnValue:
    found = _space_to_tend(slug)
    summaries = {f"summary_{code}": found.summaries.get(code, "") for code in settings().languages}
    return _tend_page(found, SpaceForm.for_site()(data={"visibility": found.visibility, **summaries}))


@bp.post("/<slug>/tend")
def describe_space(slug: str) -> ResponseReturnValue:
    found = _space_to_tend(slug)
    form = submitted(SpaceForm.for_site())
    if not form.validate():
        return _tend_page(found, form, status=422)
    commands.describe_space(found, summaries=form.summaries(), visibility=form.visibility.data, by=member())
    tell(say("Saved."))
    return see(url_for(".about_space", slug=slug))


@bp.post("/<slug>/people")
def tend_people(slug: str) -> ResponseReturnValue:
    """Let somebody in by the name in their address, name them a steward, or let them go."""
    found, by = _space_to_tend(slug), member()
    person_id = queries.people_called([request.form.get("who", "").strip().lstrip("@").lower()])
    if not person_id:
        tell(say("Nobody here is called so. Write the last part of the address of their page."), "warn")
        return see(url_for(".tend_space", slug=slug, _anchor="people"))
    (who,) = person_id.values()
    if request.form.get("how") == "out":
        commands.leave_space(found, who, by=by)
    else:
        commands.enter_space(found, who, steward=request.form.get("how") == "steward", by=by)
    tell(say("Saved."))
    return see(url_for(".tend_space", slug=slug, _anchor="people"))


def _space_to_tend(slug: str) -> Space:
    person = member()
    found = queries.space_seen_by(person, slug)
    require(rules.may_tend_space(steward=queries.is_steward(person, found.id), by=person))
    return found


def _tend_page(found: Space, form: SpaceForm, *, status: int = 200) -> ResponseReturnValue:
    return page("community/tend_space.html", status=status, space=found, form=form, people=queries.people_of(found))


# --- Over all spaces -----------------------------------------------------------------------------------------------

_LISTS = {
    "unread": say("New for me"),
    "unanswered": say("Without an answer"),
    "mine": say("Where I wrote"),
}


@bp.get("/unread")
def unread() -> ResponseReturnValue:
    return _everywhere("unread", member())


@bp.get("/unanswered")
def unanswered() -> ResponseReturnValue:
    return _everywhere("unanswered", viewer())


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    return _everywhere("mine", member())


def _everywhere(show: str, person: Person | None) -> ResponseReturnValue:
    before = request.args.get("before", "")
    topics = queries.topics_everywhere(person, show=show, before=before, limit=TOPICS + 1)
    return page(
        "community/everywhere.html",
        title=_LISTS[show],
        show=show,
        lists=_LISTS,
        topics=topics[:TOPICS],
        older=url_for(f".{show}", before=topics[TOPICS - 1].cursor) if len(topics) > TOPICS else "",
        newer=url_for(f".{show}") if before else "",
    )
