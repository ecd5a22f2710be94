"""What a quiz says about its questions."""

from datetime import datetime

from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.assessment import queries as assessment
from academy.assessment.bank import figures, keeping, queries
from academy.assessment.models import Quiz
from academy.assessment.rules import Policy
from academy.assessment.statistics import ENOUGH
from academy.kernel.amounts import rounded
from academy.kernel.i18n import language
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import page
from academy.studio.questions import pictures, sheets
from academy.studio.questions.views.blueprint import TYPES, author, bp, download


@bp.get("/statistics/<module>")
def statistics(module: str) -> ResponseReturnValue:
    person = author()
    quiz, found, added_up_at = _figures(module)
    return page(
        "studio/questions/statistics.html",
        module=module,
        title=subjects_seen_by(person, [quiz.about]).get(quiz.about),
        found=found,
        added_up_at=added_up_at,
        bars=pictures.scores(found.bins) if found else [],
        pictures=pictures,
        needed=Policy.of(quiz.current.policy).pass_mark,
        rounded=rounded,
        enough=ENOUGH,
        types=TYPES,
    )


@bp.get("/statistics/<module>.<any(csv, xlsx):ending>")
def statistics_file(module: str, ending: str) -> ResponseReturnValue:
    author()
    _quiz, found, _when = _figures(module)
    if found is None:
        raise NotFound
    content = sheets.as_csv(found) if ending == "csv" else sheets.as_xlsx(found)
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    return download(content, f"{module}.{ending}", kinds[ending])


def _figures(module: str) -> tuple[Quiz, figures.Figures | None, datetime | None]:
    """The quiz, its figures, and of when they are where the worker added them up. No figures: it has not yet."""
    quiz = assessment.quiz_seen_by(None, Ref("module", module))
    learners, _points = queries.progress_of(quiz)
    if learners <= figures.MANY:
        tallies, when = figures.tallies_of(queries.first_attempts(quiz)), None
    elif kept := queries.kept_tallies(quiz):
        tallies, when = keeping.tallies_in(kept.tallies), kept.added_up_at
    else:
        return quiz, None, None
    return quiz, figures.figures_of(tallies, queries.versions_with_ids(tallies.questions), language()), when
