"""How does a trainer mark, answer a challenge, mark again and give time?"""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.models import Person
from academy.accounts.queries import person_with_address
from academy.accounts.viewer import member
from academy.assessment import commands, marking, reviewing, rules
from academy.assessment.marking import Body
from academy.assessment.models import ChallengeState
from academy.assessment.queries import Asked, marks
from academy.assessment.wording import plain_prompt, wording
from academy.kernel.access import Refused, require
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.subjects import subjects_seen_by
from academy.kernel.web import page, see, submitted, tell
from academy.studio.desks import Desk, at_desk
from academy.studio.marking.forms import AllowanceForm, DecisionForm, OutageForm, OverrideForm

bp = Blueprint("studio_marking", __name__, url_prefix="/<lang>/studio/marking")

LISTED = 20

at_desk(
    Desk(
        "marking",
        say("Marking"),
        say("Open answers, challenged questions, and time for who needs more."),
        "studio_marking.overview",
        "check-circle",
        may_enter=lambda person: rules.may_mark(by=person),
        waiting=marks.waiting_count,
    )
)


@bp.get("")
def overview() -> ResponseReturnValue:
    person = member()
    waiting = marks.answers_to_mark(person, limit=LISTED)
    challenges = marks.open_challenges(person, limit=LISTED)
    abouts = [one.about for one in waiting] + [one.slot.attempt.about for one in challenges]
    return page(
        "studio/marking/overview.html",
        waiting=[(one, _prompt(one.asked.slot.question_version)) for one in waiting],
        challenges=[(one, _prompt(one.slot.question_version)) for one in challenges],
        subjects=subjects_seen_by(person, abouts),
    )


def _prompt(version: Any) -> str:
    return plain_prompt(version.shown, language())


# --- one answer


@bp.get("/answers/<int(max=2147483647):slot_id>")
def answer(slot_id: int) -> ResponseReturnValue:
    person = member()
    return _answer_page(person, marks.answer_seen_by(person, slot_id))


@bp.post("/answers/<int(max=2147483647):slot_id>/mark")
def mark(slot_id: int) -> ResponseReturnValue:
    """By the rubric."""
    person = member()
    asked = marks.answer_seen_by(person, slot_id)
    given = _points(asked.slot.question_version.body)
    try:
        commands.mark_by_rubric(asked.slot, given, request.form.get("note", "").replace("\0", "").strip(), by=person)
    except Refused as refused:
        if not refused.verdict.field.startswith("points-"):
            raise
        return _answer_page(person, asked, fault=refused.verdict.refusal, faulty=refused.verdict.field, given=given)
    tell(say("Marked. The learner is told when everything of the attempt is marked."))
    return see(_next(person))


@bp.post("/answers/<int(max=2147483647):slot_id>/override")
def override_mark(slot_id: int) -> ResponseReturnValue:
    person = member()
    asked, form = marks.answer_seen_by(person, slot_id), submitted(OverrideForm)
    if not form.validate():
        return _answer_page(person, asked, form=form)
    commands.override_mark(
        asked.slot, (form.percent.data or 0) * marking.WHOLE // 100, form.reason.data or "", by=person
    )
    tell(say("The mark is set. The old one stays in the record."))
    return see(url_for(".answer", slot_id=slot_id))


@bp.post("/answers/<int(max=2147483647):slot_id>/comment")
def comment(slot_id: int) -> ResponseReturnValue:
    person = member()
    asked, form = marks.answer_seen_by(person, slot_id), submitted(DecisionForm)
    if form.validate():
        commands.comment(asked.slot, form.reason.data or "", by=person)
        tell(say("The learner sees it with the answer."))
    return see(url_for(".answer", slot_id=slot_id))


def _points(body: Body) -> dict[str, int]:
    typed = {
        criterion["key"]: request.form.get(f"points-{criterion['key']}", "") for criterion in body.get("rubric", ())
    }
    return {
        key: int(points) if points.isascii() and points.isdigit() and len(points) < 4 else -1
        for key, points in typed.items()
    }


def _next(person: Person) -> str:
    """The answer that waits longest, or the desk."""
    waiting = marks.answers_to_mark(person, limit=1)
    return url_for(".answer", slot_id=waiting[0].asked.slot.id) if waiting else url_for(".overview")


def _answer_page(
    person: Person,
    asked: Asked,
    *,
    form: OverrideForm | None = None,
    fault: Sentence | None = None,
    faulty: str = "",
    given: dict[str, int] | None = None,
) -> ResponseReturnValue:
    version = asked.version
    said = wording(version.body, version.shown, language(), asked.slot.option_order)
    points = {key: number for key, number in (given or {}).items() if number >= 0}
    if given is None and asked.mark is not None and asked.marked and isinstance(asked.mark.chosen, dict):
        points = {key: int(number) for key, number in asked.mark.chosen.items()}
    return page(
        "studio/marking/answer.html",
        status=422 if fault or form else 200,
        asked=asked,
        said=said,
        review=reviewing.reviewed(version.body, said, asked.response, asked.fraction),
        rubric=said.rubric if marking.by_hand(version.body) else (),
        points=points,
        note=request.form.get("note", ""),
        journal=[
            (step, name, reviewing.in_words(said, step.response) if step.client_uuid else [])
            for step, name in marks.journal_of(asked.slot.id)
        ],
        subject=subjects_seen_by(person, [asked.slot.attempt.about]).get(asked.slot.attempt.about),
        form=form or OverrideForm(),
        comment_form=DecisionForm(),
        fault=fault,
        faulty=faulty,
    )


# --- challenges and marking again


@bp.route("/challenges/<int(max=2147483647):challenge_id>", methods=["GET", "POST"])
def challenge(challenge_id: int) -> ResponseReturnValue:
    person = member()
    found = marks.challenge_with_id(person, challenge_id)
    form = submitted(DecisionForm)
    question = found.slot.question_version.question
    if request.method == "POST" and form.validate():
        accept = request.form.get("decision") == "accept"
        commands.decide_challenge(found, form.reason.data or "", accept=accept, by=person)
        tell(say("Decided. The learner is told."))
        return see(url_for(".regrade", bank=question.bank, key=question.key) if accept else url_for(".overview"))
    asked = marks.answer_seen_by(person, found.slot_id)
    version = asked.version
    said = wording(version.body, version.shown, language(), asked.slot.option_order)
    return page(
        "studio/marking/challenge.html",
        status=422 if form.errors else 200,
        challenge=found,
        question=question,
        asked=asked,
        said=said,
        review=reviewing.reviewed(version.body, said, asked.response, asked.fraction),
        facility=marks.facility_of(found.slot.question_version) if found.state is ChallengeState.OPEN else None,
        form=form,
    )


@bp.route("/regrade/<bank>/<key>", methods=["GET", "POST"])
def regrade(bank: str, key: str) -> ResponseReturnValue:
    """Every mark that would rise or fall; then, with a button, marking again."""
    person = member()
    question = marks.question_to_mark(person, bank, key)
    if request.method == "POST":
        changed = commands.regrade(question, request.form.get("expected", ""), by=person)
        tell(say("Marked again. Marks that changed: %(number)s. Their learners are told.", number=changed))
        return see(url_for(".regrade", bank=bank, key=key))
    return page(
        "studio/marking/regrade.html",
        question=question,
        prompt=_prompt(question.current),
        plan=marks.regrading(question),
        most=200,
    )


# --- time


@bp.get("/time")
def time() -> ResponseReturnValue:
    return _time_page(member(), AllowanceForm(), OutageForm())


@bp.post("/time/allowance")
def allow_time() -> ResponseReturnValue:
    person, form = member(), submitted(AllowanceForm)
    learner = person_with_address(form.email.data or "") if form.validate() else None
    if form.errors or learner is None:
        if not form.errors:
            form.email.errors = [str(say("Nobody here has this address."))]
        return _time_page(person, form, OutageForm())
    commands.allow_time(learner, form.factor.data or 100, by=person)
    tell(
        say(
            "From the next quiz on, the time of %(name)s is %(factor)s per cent.",
            name=learner.name,
            factor=form.factor.data,
        )
    )
    return see(url_for(".time"))


@bp.post("/time/outage")
def announce_outage() -> ResponseReturnValue:
    person, form = member(), submitted(OutageForm)
    if not form.validate() or not form.carries(lambda: _announce(form, person)):
        return _time_page(person, AllowanceForm(), form)
    return see(url_for(".time"))


def _announce(form: OutageForm, person: Person) -> None:
    began, ended = form.instants(person.time_zone)
    outage = commands.announce_outage(began, ended, form.why.data or "", by=person)
    tell(say("Attempts that got their time back: %(number)s.", number=outage.extended))


def _time_page(person: Person, allowance: AllowanceForm, outage: OutageForm) -> ResponseReturnValue:
    require(rules.may_give_time(by=person))
    faulty = next((form for form in (allowance, outage) if form.errors), None)
    return page(
        "studio/marking/time.html",
        status=422 if faulty else 200,
        allowance=allowance,
        outage=outage,
        faulty=faulty,
        outages=marks.outages(person, limit=LISTED),
    )
