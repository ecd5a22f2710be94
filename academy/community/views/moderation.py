"""How does a browser report, decide and object?"""

from email.utils import parseaddr

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.community import commands, queries, rules
from academy.community.forms import AnswerForm, AppealForm, DecisionForm, FlagForm, HidingForm
from academy.community.models import Post, Review
from academy.community.moderated import things_of
from academy.community.reporting import log_as_table
from academy.community.views.blueprint import TOPICS, bp, late, see_post, wait_sentence
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.forms import Form
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import page, same_for_visitors, see, submitted, tell
from academy.settings import settings


def _moderator() -> Person:
    person = member()
    require(rules.may_moderate(person))
    return person


def _about(post: Post, what: str, form: Form, *, status: int = 200) -> Response:
    """A form about one post, with the post above it."""
    repeated = queries.numbers_that_repeat(post) if what == "hide" else []
    return page(f"community/{what}.html", status=status, post=post, topic=post.topic, repeated_in=repeated, form=form)


@bp.get("/t/<key>/<int:no>/flag")
def flag(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    require(rules.may_flag_post(post, by=person))
    return _about(post, "flag", FlagForm())


@bp.post("/t/<key>/<int:no>/flag")
def flag_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(FlagForm)
    post = queries.post_seen_by(person, key, no)
    if not form.validate():
        return _about(post, "flag", form, status=422)
    if wait := accounts.too_many_tries("flag", str(person.id), rules.FLAGS_PER_PERSON, by=person):
        form.text.errors = [str(wait_sentence(wait))]
        return late(_about(post, "flag", form, status=429), wait)
    commands.flag_post(post, kind=form.chosen(), text=form.text.data or "", by=person)
    tell(say("Thank you. A moderator looks at it, and you are told what was decided."))
    return see_post(post.topic, no)


@bp.get("/rules")
@same_for_visitors(3600)
def house_rules() -> ResponseReturnValue:
    return page("community/rules.html", grounds=rules.GROUNDS, contact=parseaddr(settings().mail_from)[1])


@bp.get("/moderation")
def moderation() -> ResponseReturnValue:
    _moderator()
    appeals = queries.appeals_waiting()
    waiting = queries.reviews_waiting(after=request.args.get("after", 0, type=int), limit=TOPICS + 1)
    return page(
        "community/moderation.html",
        reviews=waiting[:TOPICS],
        reports=queries.reports_on(waiting[:TOPICS]),
        appeals=appeals,
        things=things_of([*(appeal.decision for appeal in appeals), *waiting[:TOPICS]]),
        now=clock.now(),
        older=url_for(".moderation", after=waiting[TOPICS - 1].id) if len(waiting) > TOPICS else "",
    )


@bp.get("/moderation/<int:review_id>")
def review(review_id: int) -> ResponseReturnValue:
    _moderator()
    found = queries.review_with_id(review_id)
    return _review_page(found, DecisionForm(data={"version": found.version}))


@bp.post("/moderation/<int:review_id>/claim")
def claim_review(review_id: int) -> ResponseReturnValue:
    person = _moderator()
    commands.claim_review(queries.review_with_id(review_id), by=person)
    tell(say("It is yours for half an hour: others see that you are looking at it."))
    return see(url_for(".review", review_id=review_id))


@bp.post("/moderation/<int:review_id>")
def decide_review(review_id: int) -> ResponseReturnValue:
    person = _moderator()
    form = submitted(DecisionForm)
    found = queries.review_with_id(review_id)
    if form.validate() and form.carries(
        lambda: commands.decide_review(
            found,
            action=form.action.data,
            ground=form.ground.data,
            text=form.because.data or "",
            version=form.version.data or 0,
            by=person,
        )
    ):
        tell(say("Decided. Everybody concerned is told."))
        return see(url_for(".moderation"))
    return _review_page(found, form, status=422)


def _review_page(found: Review, form: DecisionForm, *, status: int = 200) -> ResponseReturnValue:
    person, ref = member(), Ref.parsed(found.about or "")
    return page(
        "community/review.html",
        status=status,
        review=found,
        post=found.post,
        thing=things_of([found]).get(found),
        subject=subjects_seen_by(person, [ref]).get(ref) if ref else None,
        reports=queries.reports_on([found]).get(found, []),
        repeated_in=queries.numbers_that_repeat(found.post) if found.post else [],
        may_claim=rules.may_claim(found, by=person, now=clock.now()),
        mine=found.claimed_by_id == person.id,
        form=form,
    )


@bp.get("/decisions/<key>")
def decision(key: str) -> ResponseReturnValue:
    return _decision_page(key, AppealForm())


@bp.post("/decisions/<key>")
def appeal(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(AppealForm)
    found = queries.decision_with_key(key)
    if form.validate() and form.carries(lambda: commands.appeal(found, text=form.text.data or "", by=person)):
        tell(say("Thank you. Another moderator looks at it, and you are told."))
        return see(url_for(".decision", key=key))
    return _decision_page(key, form, status=422)


def _decision_page(key: str, form: AppealForm, *, status: int = 200) -> ResponseReturnValue:
    person = member()
    found = queries.decision_with_key(key)
    concerned = queries.is_concerned(person, found)
    require(rules.may_see_decision(found, concerned=concerned, by=person))
    known = queries.appeal_of(person, found)
    return page(
        "community/decision.html",
        status=status,
        decision=found,
        thing=things_of([found]).get(found),
        action=rules.ACTIONS[found.action],
        ground=rules.GROUNDS[found.ground],
        appeal=known,
        may_appeal=rules.may_appeal(found, known, concerned=concerned, by=person, now=clock.now()),
        mine=found.author_id == person.id,
        form=form,
    )


@bp.get("/moderation/appeals/<int:appeal_id>")
def appeal_to_decide(appeal_id: int) -> ResponseReturnValue:
    _moderator()
    return _appeal_page(appeal_id, AnswerForm())


@bp.post("/moderation/appeals/<int:appeal_id>")
def decide_appeal(appeal_id: int) -> ResponseReturnValue:
    person = _moderator()
    form = submitted(AnswerForm)
    found = queries.appeal_with_id(appeal_id)
    if form.validate() and form.carries(
        lambda: commands.decide_appeal(
            found,
            upheld=form.upheld.data == "stands",
            answer=form.answer.data or "",
            version=form.version.data or 0,
            by=person,
        )
    ):
        tell(say("Decided. Everybody concerned is told."))
        return see(url_for(".moderation"))
    return _appeal_page(appeal_id, form, status=422)


def _appeal_page(appeal_id: int, form: AnswerForm, *, status: int = 200) -> ResponseReturnValue:
    found = queries.appeal_with_id(appeal_id)
    if status == 200:
        form.version.data = found.version
    decided = found.decision
    return page(
        "community/appeal.html",
        status=status,
        appeal=found,
        decision=decided,
        thing=things_of([decided]).get(decided),
        action=rules.ACTIONS[decided.action],
        ground=rules.GROUNDS[decided.ground],
        may_decide=rules.may_decide_appeal(found, by=member()),
        form=form,
    )


@bp.get("/moderation/log.csv")
def moderation_log() -> ResponseReturnValue:
    """Two years of decisions as a table, without anybody's name: what the Digital Services Act asks to be reported."""
    _moderator()
    response = make_response(log_as_table(queries.decision_log(since=clock.now() - rules.LOGGED_FOR)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="moderation-log.csv"'
    return response


@bp.post("/t/<key>/<int:no>/leave")
def leave_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    commands.leave_post(queries.post_seen_by(person, key, no), by=person)
    tell(say("The post stays. Who reported it is told."))
    return see(url_for(".moderation"))


@bp.get("/t/<key>/<int:no>/hide")
def hide(key: str, no: int) -> ResponseReturnValue:
    person = _moderator()
    post = queries.post_seen_by(person, key, no)
    return _about(post, "hide", HidingForm())


@bp.post("/t/<key>/<int:no>/hide")
def hide_post(key: str, no: int) -> ResponseReturnValue:
    person = member()
    form = submitted(HidingForm)
    post = queries.post_seen_by(person, key, no)
    if form.validate() and form.carries(
        lambda: commands.hide_post(post, because=form.because.data or "", ground=form.ground.data, by=person)
    ):
        tell(say("The post is hidden. Its author is told why."))
        return see_post(post.topic, no)
    return _about(post, "hide", form, status=422)


@bp.post("/t/<key>/<int:no>/show")
def show_post_again(key: str, no: int) -> ResponseReturnValue:
    person = member()
    post = queries.post_seen_by(person, key, no)
    commands.show_post_again(post, by=person)
    tell(say("The post is shown again."))
    return see_post(post.topic, no)
