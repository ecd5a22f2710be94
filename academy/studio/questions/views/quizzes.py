"""The quiz of a module."""

from collections import Counter
from collections.abc import Sequence

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from academy.accounts.viewer import member
from academy.assessment import commands, wording
from academy.assessment import queries as assessment
from academy.assessment.bank import queries
from academy.assessment.bank.queries import Wanted
from academy.assessment.rules import Policy
from academy.kernel.i18n import language, say
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import page, see, submitted, tell
from academy.studio.questions.forms import QuizForm
from academy.studio.questions.views.blueprint import TYPES, author, bp

MOST_OF_A_BANK = 500


@bp.get("/quiz/<module>")
def quiz(module: str) -> ResponseReturnValue:
    person = author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    form = QuizForm.about(Policy.of(found.current.policy), person.time_zone)
    return _quiz_page(module, form, assessment.keys_of(found.current))


@bp.post("/quiz/<module>")
def change_quiz(module: str) -> ResponseReturnValue:
    person = author()
    found = assessment.quiz_seen_by(None, Ref("module", module))
    form = submitted(QuizForm)
    ticked = dict.fromkeys(request.form.getlist("question"))
    before = [key for key in assessment.keys_of(found.current) if key in ticked]  # the order that the course gave them
    wanted = [*dict.fromkeys([*before, *ticked])]
    if form.validate() and form.carries(
        lambda: commands.store_quiz(Ref("module", module), form.rules(person.time_zone), wanted, by=person)
    ):
        tell(say("The quiz is saved. Attempts that have begun go on as they were."))
        return see(url_for(".quiz", module=module))
    return _quiz_page(module, form, wanted, status=422)


def _quiz_page(module: str, form: QuizForm, chosen: Sequence[str], *, status: int = 200) -> Response:
    """The questions that are drawn from stand first, in their order."""
    person = member()
    about = Ref("module", module)
    places = {key: place for place, key in enumerate(chosen)}
    pool = sorted(
        queries.listed(Wanted(bank=module), after=None, limit=MOST_OF_A_BANK),
        key=lambda one: places.get(one.question.key, len(places)),
    )
    return page(
        "studio/questions/quiz.html",
        status=status,
        module=module,
        title=subjects_seen_by(person, [about]).get(about),
        form=form,
        pool=[(one, wording.plain_prompt(one.question.current.shown, language())) for one in pool],
        chosen=places,
        tagged=sorted(Counter(tag for one in pool for tag in one.tags).items()),
        clock=say("Times are those of %(zone)s.", zone=person.time_zone.rpartition("/")[2].replace("_", " ")),
        types=TYPES,
    )
