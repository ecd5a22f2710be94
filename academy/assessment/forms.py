"""What may people send? An answer, by the names that templates/assessment/answer.html gives its fields."""

from werkzeug.datastructures import MultiDict

from academy.assessment.marking import Body, Response

_PART = "answer-"


def response_in(body: Body, form: MultiDict[str, str]) -> Response:
    """What was chosen, typed or put in order; whether it can be an answer at all, marking.check_shape says.

    `answer` once or more, or `answer-KEY` for each left side, each item and each gap.
    """
    match body["type"]:
        case "single" | "multiple" | "true-false":
            return list(dict.fromkeys(form.getlist("answer")))
        case "matching" | "ordering" | "gaps":
            given = {name.removeprefix(_PART): _typed(value) for name, value in form.items() if name.startswith(_PART)}
            return {key: value for key, value in given.items() if value}
        case _:
            return _typed(form.get("answer", ""))


def _typed(value: str) -> str:
    """A NUL is no letter, and PostgreSQL has no room for it; lines end as they do here."""
    return value.replace("\0", "").replace("\r\n", "\n").strip()
