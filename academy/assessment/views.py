"""How does a browser ask? Parse, command, answer."""

import uuid
from decimal import ROUND_DOWN, Decimal
from typing import Any

from flask import Blueprint, Flask, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_time
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as HttpResponse

from academy.accounts.models import Person
from academy.accounts.viewer import member, viewer
from academy.assessment import commands, marking, queries, reviewing, rules
from academy.assessment.commands import Kept, Saved
from academy.assessment.forms import response_in
from academy.assessment.marking import WHOLE, Response, WrongShape
from academy.assessment.models import Attempt, AttemptSlot
from academy.assessment.queries import Asked, Past, PracticeQuestion
from academy.assessment.queries.marks import TalkedOver, talked_over_in
from academy.assessment.queries.talk import said_about_questions
from academy.assessment.receipts import as_typed
from academy.assessment.reviewing import rubric_points
from academy.assessment.rules import Feedback, Policy
from academy.assessment.wording import plain_prompt, wording
from academy.kernel import clock
from academy.kernel.access import Refused
from academy.kernel.db import only_reads
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.subjects import Ref, Subject, subjects_seen_by
from academy.kernel.web import local_path, page, see, tell

bp = Blueprint("assessment", __name__, url_prefix="/<lang>")

LISTED = 10
MANY = 1_000_000  # attempts of one person at one quiz


def init_app(app: Flask) -> None:
    app.jinja_env.filters["marks"] = marks


def marks(points: int) -> str:
    """6.5, or 6,5: of 65,000 ten-thousandths. Never rounded up, or somebody would seem to have passed."""
    rounded = (Decimal(points) / WHOLE).quantize(Decimal("0.01"), ROUND_DOWN)
    return str(format_decimal(rounded, format="#,##0.##"))


# --- the start page


@bp.get("/learn/<module>/quiz")
def start_page(module: str) -> ResponseReturnValue:
    person, about = viewer(), Ref("module", module)
    quiz = queries.quiz_seen_by(person, about)
    policy = Policy.of(quiz.current.policy)
    before = min(request.args.get("before", MANY, type=int), MANY)
    results = queries.results_in(person, quiz, before=before, limit=LISTED + 1) if person else []
    past = queries.past_of(person, quiz) if person else Past(0, 0, None, 100)
    now = clock.now()
    return page(
        "assessment/start.html",
        module=module,
        subject=_subject(about),
        policy=policy,
        pool=quiz.current.pool,
        results=results[:LISTED],
        older=url_for(".start_page", module=module, before=results[LISTED - 1].number) if len(results) > LISTED else "",
        open_attempt=queries.open_attempt_of(person, about),
        retired=quiz.retired_at is not None,
        may_start=rules.may_start(
            policy, now=now, attempts=past.number, last_end=past.last_end, retired=quiz.retired_at is not None
        ),
        may_preview=rules.may_preview(by=person),
        minutes=rules.minutes_left(policy, now=now, factor=past.factor),
    )


@bp.post("/learn/<module>/quiz")
def start_attempt(module: str) -> ResponseReturnValue:
    person = member()
    quiz = queries.quiz_seen_by(person, Ref("module", module))
    return see(_address(commands.start_attempt(quiz, by=person)))


@bp.post("/learn/<module>/quiz/preview")
def preview_attempt(module: str) -> ResponseReturnValue:
    """A trainer sees what learners see."""
    person = member()
    quiz = queries.quiz_seen_by(person, Ref("module", module))
    return see(_address(commands.start_attempt(quiz, by=person, preview=True)))


# --- an attempt


@bp.get("/learn/attempts/<key>")
def attempt(key: str) -> ResponseReturnValue:
    """A question while it lasts, the review when it is over."""
    person = member()
    attempt = queries.attempt_of(person, key)
    if rules.is_over(attempt, now=clock.now()):
        return _review(attempt, person)
    asked = queries.asked_in(attempt)
    return _question_page(attempt, asked, asked[_place(asked)])


@bp.post("/learn/attempts/<key>/<int(max=9999):pos>")
def save_answer(key: str, pos: int) -> ResponseReturnValue:
    person = member()
    slot = queries.slot_of(person, key, pos)
    response = response_in(slot.question_version.body, request.form)
    try:
        saved = commands.save_answer(
            slot.attempt,
            slot,
            response,
            request.form.get("client_uuid", ""),
            request.form.get("seen", 0, type=int),
            by=person,
            automatic=_automatic(),
        )
    except Refused as refused:
        if refused.verdict.field != "answer" or refused.verdict.refusal is None:
            raise
        return _with_fault(slot, response, refused.verdict.refusal)
    if saved.kept is not Kept.COUNTS:
        return _not_counted(slot, saved)
    if _automatic():
        return page("assessment/question.html", saved=_said_saved(saved), seen=saved.seq, fault=None)
    return see(_after(slot.attempt, pos))


@bp.get("/learn/attempts/<key>/overview")
def overview(key: str) -> ResponseReturnValue:
    """What is answered and what is not, before it is handed in."""
    attempt = queries.attempt_of(member(), key)
    if rules.is_over(attempt, now=clock.now()):
        return see(_address(attempt))
    asked = queries.asked_in(attempt, with_questions=True)
    questions = [
        {
            "pos": one.pos,
            "prompt": plain_prompt(one.slot.question_version.shown, language()),
            "state": _progress_of(one),
            "address": _address(attempt, q=one.pos),
        }
        for one in asked
    ]
    return _private(page("assessment/overview.html", questions=questions, **_around(attempt, asked)))


@bp.post("/learn/attempts/<key>/hand-in")
def hand_in_attempt(key: str) -> ResponseReturnValue:
    person = member()
    attempt = commands.hand_in_attempt(queries.attempt_of(person, key), by=person)
    return see(_address(attempt))


def _place(asked: list[Asked]) -> int:
    """`?q=4`; without it, the first question that has no answer yet."""
    wanted = request.args.get("q", type=int)
    if wanted is not None and 1 <= wanted <= len(asked):
        return wanted - 1
    return next((place for place, one in enumerate(asked) if not one.answered), len(asked) - 1)


def _question_page(
    attempt: Attempt,
    asked: list[Asked],
    one: Asked,
    *,
    typed: Response | None = None,
    fault: Sentence | None = None,
) -> HttpResponse:
    version = queries.question_asked(one.slot)
    return _private(
        page(
            "assessment/question.html",
            status=422 if fault else 200,
            said=wording(version.body, version.shown, language(), one.slot.option_order),
            response=one.response if typed is None else typed,
            fault=fault,
            pos=one.pos,
            saved=_said_saved(Saved(Kept.COUNTS, one.answer.at, one.answer.seq)) if one.answer and one.answered else "",
            seen=one.answer.seq if one.answer else 0,
            client_uuid=str(uuid.uuid4()),
            action=url_for(".save_answer", key=attempt.key, pos=one.pos),
            later=_after(attempt, one.pos),
            **_around(attempt, asked),
        )
    )


def _around(attempt: Attempt, asked: list[Asked]) -> dict[str, Any]:
    """What the pages of an attempt have in common."""
    return {
        "attempt": attempt,
        "subject": _subject(attempt.about),
        "needed": Policy.of(attempt.quiz_version.policy).needed(attempt.max_score),
        "answered": sum(one.answered for one in asked),
        "total": len(asked),
        "steps": [(one.pos, _address(attempt, q=one.pos), one.answered) for one in asked],
    }


def _automatic() -> bool:
    """The page saves by itself, and shows nothing but when it did."""
    return request.headers.get("HX-Target") == "saved"


def _with_fault(slot: AttemptSlot, response: Response, fault: Sentence) -> ResponseReturnValue:
    """The question again, with what was typed."""
    if _automatic():
        return page(
            "assessment/question.html", status=422, saved="", seen=request.form.get("seen", 0, type=int), fault=fault
        )
    asked = queries.asked_in(slot.attempt)
    return _question_page(slot.attempt, asked, asked[slot.pos - 1], typed=response, fault=fault)


def _not_counted(slot: AttemptSlot, saved: Saved) -> ResponseReturnValue:
    """Say why, on the page that shows what counts: the newer answer, or the review."""
    if saved.kept is Kept.STALE:
        tell(
            say(
                "You gave a newer answer to this question in another window. That one counts and is shown here; "
                "the other is kept in the record. To change it, choose again."
            ),
            "warn",
        )
        address = _address(slot.attempt, q=slot.pos)
    else:
        tell(say("The attempt was over when this answer came. It is kept, but it does not count."), "warn")
        address = _address(slot.attempt)
    if not _automatic():
        return see(address)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = address
    return response


def _said_saved(saved: Saved) -> Sentence | str:
    return say("Saved %(time)s", time=format_time(saved.at, "HH:mm:ss")) if saved.at else ""


def _progress_of(one: Asked) -> str:
    if not one.answered:
        return "todo"
    return "done" if marking.is_complete(one.slot.question_version.body, one.response) else "now"


def _address(attempt: Attempt, *, q: int | None = None) -> str:
    return url_for("assessment.attempt", key=attempt.key, q=q)


def _after(attempt: Attempt, pos: int) -> str:
    """The next question; behind the last one the overview."""
    if pos < Policy.of(attempt.quiz_version.policy).draw:
        return _address(attempt, q=pos + 1)
    return url_for(".overview", key=attempt.key)


def _subject(about: Ref) -> Subject:
    return subjects_seen_by(viewer(), [about]).get(about, Subject(title="", address=""))


def _private(response: HttpResponse) -> HttpResponse:
    """Answers are nobody else's business, and a page from the browser's memory would show old ones."""
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the review


def _review(attempt: Attempt, person: Person, *, challenged: int = 0, fault: Sentence | None = None) -> HttpResponse:
    """`fault`: why the challenge to the question at this place was not taken."""
    outcome = queries.outcome_of(attempt)
    policy = Policy.of(attempt.quiz_version.policy)
    shown = Feedback.AT_ONCE if attempt.is_preview else rules.feedback_shown(policy, now=clock.now())
    lessons = [_lesson(attempt, question) for question in outcome.questions]
    subjects = subjects_seen_by(viewer(), [attempt.about, *filter(None, lessons)])
    talked_over = talked_over_in(attempt)
    may_talk = shown is Feedback.AT_ONCE and not attempt.is_preview
    said_of = said_about_questions(person, outcome) if may_talk else {}
    questions = []
    for question, lesson in zip(outcome.questions, lessons, strict=True):
        version = question.version
        said = wording(version.body, version.shown, language(), question.slot.option_order)
        ref = question.slot.question_version.question.asked_ref
        between = talked_over.get(question.slot.id, TalkedOver())
        questions.append(
            {
                "pos": question.pos,
                "mark": question.slot.mark,
                "said": said,
                "review": reviewing.reviewed(version.body, said, question.response, question.fraction),
                "lesson": subjects.get(lesson) if lesson else None,
                "notes": between.notes,
                "points": rubric_points(version.body, said, question),
                "challenge": between.challenge,
                "ref": ref if may_talk else None,
                "talk": said_of.get(ref, []),
            }
        )
    past = queries.past_of(person, attempt.quiz_version)
    return _private(
        page(
            "assessment/review.html",
            status=422 if fault else 200,
            attempt=attempt,
            outcome=outcome,
            needed=policy.needed(outcome.max_score),
            headline=rules.verdict_in_words(policy, outcome.score, outcome.max_score, to_mark=outcome.to_mark),
            questions=questions,
            shown=shown.value,
            closes=policy.closes,
            subject=subjects.get(attempt.about, Subject(title="", address="")),
            may_start=rules.may_start(policy, now=clock.now(), attempts=past.number, last_end=past.last_end),
            challenged=challenged,
            fault=fault,
        )
    )


def _lesson(attempt: Attempt, question: Asked) -> Ref | None:
    """The lesson that teaches what a question asks."""
    slug = question.version.body.get("lesson")
    return Ref("lesson", f"{attempt.about_key}/{slug}") if slug else None


@bp.post("/learn/attempts/<key>/<int(max=9999):pos>/challenge")
def challenge(key: str, pos: int) -> ResponseReturnValue:
    """The learner says that something is wrong with a question."""
    person = member()
    slot = queries.slot_of(person, key, pos)
    reason = request.form.get("reason", "").replace("\0", "").strip()
    try:
        commands.challenge(slot, reason, by=person)
    except Refused as refused:
        if refused.verdict.field != "reason":
            raise
        return _review(slot.attempt, person, challenged=pos, fault=refused.verdict.refusal)
    tell(say("Thank you. A trainer looks at it, and you are told what comes of it."))
    return see(url_for(".attempt", key=key, _anchor=f"q{pos}"))


# --- receipts


@bp.get("/learn/attempts/<key>/receipt")
def receipt(key: str) -> ResponseReturnValue:
    """A text to keep, with a code that can be checked by anybody."""
    person = member()
    attempt = queries.attempt_of(person, key)
    if not rules.is_over(attempt, now=clock.now()):
        raise NotFound
    text = current_app.jinja_env.get_template("assessment/receipt.txt").render(
        outcome=queries.outcome_of(attempt), attempt=attempt, person=person, subject=_subject(attempt.about)
    )
    response = make_response(text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return _private(response)


@bp.get("/receipts")
def check_receipt() -> ResponseReturnValue:
    """Is this code real? It says what was handed in and when, and nothing about whose it is."""
    code = as_typed(request.args.get("code", ""))
    attempt = queries.attempt_with_receipt(code) if code else None
    outcome = queries.outcome_of(attempt) if attempt else None
    return _private(
        page(
            "assessment/receipts.html",
            code=code,
            attempt=attempt,
            outcome=outcome,
            unchanged=outcome is not None and outcome.receipt == code,
            subject=_subject(attempt.about) if attempt else None,
        )
    )


# --- practice


@bp.get("/practice/<bank>/<key>")
def practice(bank: str, key: str) -> ResponseReturnValue:
    return _practice_page(_practice_question(bank, key))


@bp.post("/practice/<bank>/<key>")
@only_reads
def check_practice(bank: str, key: str) -> ResponseReturnValue:
    """Say what is right about an answer. Nothing is stored: anybody may try, as often as they like."""
    question = _practice_question(bank, key)
    response = response_in(question.body, request.form)
    try:
        review = reviewing.practised(question.body, question.wording, response)
    except WrongShape as wrong:
        return _practice_page(question, response=response, fault=wrong.sentence)
    if review.state == reviewing.OPEN:
        return _practice_page(question, fault=say("Give an answer first."))
    return _practice_page(question, response=response, review=review)


def _practice_question(bank: str, key: str) -> PracticeQuestion:
    found = queries.practice_questions(bank, [key], language()).get(key)
    if found is None:
        raise NotFound
    return found


def _practice_page(
    question: PracticeQuestion,
    *,
    response: Response = "",
    review: reviewing.Reviewed | None = None,
    fault: Sentence | None = None,
) -> ResponseReturnValue:
    back = local_path(request.values.get("back", ""), f"/{language()}/")
    return page(
        "assessment/practice_page.html",
        status=422 if fault else 200,
        question=question,
        response=response,
        review=review,
        fault=fault,
        back=back,
    )
