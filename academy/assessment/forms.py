"""What may people send? An answer, by the names that templates/assessment/answer.html gives its fields."""

from werkzeug.datastructures import MultiDict

from academy.assessment.marking import Body, Response

_PART = "answer-"


def response_in(body: Body, form: MultiDict[str, str]) -> Response:
    """What was chosen, typed or put in order; whether it can be an answer at all, marking.check_shape says.

    `answer` once or more, or `answer-KEY` for each left side and each item.
    """
    match body["type"]:
        case "single" | "multiple" | "true-false":
            return list(dict.fromkeys(form.getlist("answer")))
        case "matching" | "ordering":
            given = {name.removeprefix(_PART): value for name, value in form.items() if name.startswith(_PART)}
            return {key: value for key, value in given.items() if value}
        case _:
            # a NUL is no letter, and PostgreSQL has no room for it
            return form.get("answer", "").replace("\0", "").strip()
