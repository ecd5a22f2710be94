"""How is an answer talked over with the person who gave it? The same in a review and in practice."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from academy.assessment import marking
from academy.assessment.marking import WHOLE, Body, Response
from academy.assessment.wording import Wording

RIGHT, PARTLY, WRONG, OPEN = "right", "partly", "wrong", "open"


@dataclass(frozen=True)
class Reviewed:
    state: str
    points: int  # 1/10,000 of the mark
    yours: list[Markup]
    right: list[Markup]
    reasons: list[Markup]


def reviewed(body: Body, said: Wording, response: Response, points: int) -> Reviewed:
    is_right = points == WHOLE
    state = OPEN if marking.is_empty(response) else RIGHT if is_right else PARTLY if points else WRONG
    return Reviewed(
        state=state,
        points=points,
        yours=in_words(said, response),
        right=in_words(said, marking.right_response(body)),
        reasons=_reasons(said, response, is_right=is_right),
    )


def practised(body: Body, said: Wording, response: Response) -> Reviewed:
    """Raises WrongShape."""
    return reviewed(body, said, response, marking.points(marking.fraction(body, response)))


def in_words(said: Wording, response: Response) -> list[Markup]:
    """An answer as its reader knows it, a line for each thing chosen, paired up or placed."""
    texts = {part.key: part.text for part in said.parts}
    if isinstance(response, str):
        written = escape(response.strip())
        return [] if not written else [Markup("{} {}").format(written, said.unit) if said.unit else written]
    if isinstance(response, list):
        return [text for key, text in texts.items() if key in response]
    if said.rights:
        rights = dict(said.rights)
        return [Markup("{} → {}").format(text, rights[response[key]]) for key, text in texts.items() if key in response]
    placed = sorted(response.items(), key=lambda item: int(item[1]))
    return [Markup("{}. {}").format(place, texts[key]) for key, place in placed]


def _reasons(said: Wording, response: Response, *, is_right: bool) -> list[Markup]:
    """First about what was chosen, then why."""
    chosen = [part.feedback for part in said.parts if isinstance(response, list) and part.key in response]
    return [text for text in (*chosen, said.correct if is_right else said.wrong) if text]
