"""How is an answer talked over with the person who gave it? The same in a review and in practice."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from academy.assessment import marking
from academy.assessment.marking import WHOLE, Body, Response
from academy.assessment.queries import Asked
from academy.assessment.wording import Gap, Wording
from academy.kernel.amounts import amount

RIGHT, PARTLY, WRONG, OPEN, WAITING = "right", "partly", "wrong", "open", "waiting"


@dataclass(frozen=True)
class Reviewed:
    state: str
    points: int | None  # 1/10,000 of the mark; None: a person still has to mark it
    yours: list[Markup]
    right: list[Markup]
    reasons: list[Markup]


def reviewed(body: Body, said: Wording, response: Response, points: int | None) -> Reviewed:
    state = _state(response, points)
    return Reviewed(
        state=state,
        points=points,
        yours=in_words(said, response),
        right=in_words(said, right_answer(body, said.language)),
        reasons=_reasons(body, said, response, state),
    )


def right_answer(body: Body, language: str) -> Response:
    """As its reader would type it."""
    right = marking.right_response(body, language)
    if isinstance(right, str):
        return amount(right) if body["type"] == "number" else right
    if isinstance(right, dict) and body["type"] == "gaps":
        numbers = {gap["key"] for gap in body["gaps"] if "answer" in gap}
        return {key: amount(filling) if key in numbers else filling for key, filling in right.items()}
    return right


def practised(body: Body, said: Wording, response: Response) -> Reviewed:
    """Raises WrongShape."""
    part = marking.fraction(body, response)
    return reviewed(body, said, response, None if part is None else marking.points(part))


def _state(response: Response, points: int | None) -> str:
    if marking.is_empty(response):
        return OPEN
    if points is None:
        return WAITING
    return RIGHT if points == WHOLE else PARTLY if points else WRONG


def rubric_points(body: Body, said: Wording, asked: Asked) -> list[tuple[Markup, int, int]]:
    """What a trainer gave for each criterion, and of how much."""
    given = asked.mark.chosen if asked.mark is not None and asked.marked else None
    if not marking.by_hand(body) or not isinstance(given, dict):
        return []
    return [(one.text, int(given.get(one.key, 0)), one.points) for one in said.rubric]


def in_words(said: Wording, response: Response) -> list[Markup]:
    """An answer as its reader knows it, a line for each thing chosen, paired up or placed."""
    texts = {part.key: part.text for part in said.parts}
    if isinstance(response, str):
        written = escape(response.strip())
        return [] if not written else [Markup("{} {}").format(written, said.unit) if said.unit else written]
    if isinstance(response, list):
        return [text for key, text in texts.items() if key in response]
    if said.type == "matching":
        rights = dict(said.rights)
        return [Markup("{} → {}").format(text, rights[response[key]]) for key, text in texts.items() if key in response]
    if said.type == "gaps":
        return [
            Markup("{}. {}").format(gap.number, dict(gap.choices).get(response[gap.key], response[gap.key]))
            for gap in said.gaps
            if gap.key in response
        ]
    placed = sorted(response.items(), key=lambda item: int(item[1]))
    return [Markup("{}. {}").format(place, texts[key]) for key, place in placed]


def _reasons(body: Body, said: Wording, response: Response, state: str) -> list[Markup]:
    """First about what was given, then why, then what holds for everybody."""
    why = {RIGHT: said.correct, PARTLY: said.partly or said.wrong, WAITING: Markup()}.get(state, said.wrong)
    return [text for text in (*_about(body, said, response), why, said.general) if text]


def _about(body: Body, said: Wording, response: Response) -> list[Markup]:
    if isinstance(response, list):
        return [part.feedback for part in said.parts if part.key in response]
    if body["type"] in ("short-text", "number") and isinstance(response, str):
        variant = marking.variant_of(body, response)
        return [part.feedback for part in said.parts if variant is not None and part.key == variant["key"]]
    if body["type"] == "gaps" and isinstance(response, dict):
        by_key = {gap["key"]: gap for gap in body["gaps"]}
        wrong = [gap for gap in said.gaps if not marking.fills(body, by_key[gap.key], response.get(gap.key, ""))]
        return [_numbered(gap) for gap in wrong if gap.feedback]
    return []


def _numbered(gap: Gap) -> Markup:
    """With the number of its gap before the first words."""
    return gap.feedback.replace(Markup("<p>"), Markup("<p>{}. ").format(gap.number), 1)
