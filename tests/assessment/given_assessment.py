"""Questions of every type, quizzes of them, and a learner's browser."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.accounts.models import Person
from academy.accounts.queries import person_with_id
from academy.assessment import commands, marking, queries
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep, QuestionVersion, Quiz
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from tests.given import Given

MODULE = Ref("module", "rivers")
TYPES = ("single", "multiple", "true-false", "short-text", "number", "matching", "ordering", "gaps")  # marked at once


def both(english: str, italian: str = "") -> dict[str, str]:
    return {"en": english, "it": italian or f"{english} (it)"}


def body(kind: str, prompt: str | dict[str, str] = "", **other: Any) -> dict[str, Any]:
    """A question of this type, about rivers; `other` replaces parts of it."""
    own: dict[str, dict[str, Any]] = {
        "single": {
            "options": [
                {
                    "key": "a",
                    "correct": False,
                    "text": both("The Rhine", "Il Reno"),
                    "feedback": both("It ends in the sea."),
                },
                {
                    "key": "b",
                    "correct": True,
                    "text": both("The *Drava*", "La *Drava*"),
                    "feedback": both("It joins the Danube."),
                },
                {"key": "c", "correct": False, "text": both("The Po", "Il Po")},
            ]
        },
        "multiple": {
            "options": [
                {"key": "a", "correct": True, "text": both("Drava")},
                {"key": "b", "correct": True, "text": both("Sava")},
                {"key": "c", "correct": False, "text": both("Adige")},
                {"key": "d", "correct": False, "text": both("Soča")},
            ]
        },
        "true-false": {"answer": False},
        "short-text": {"accepted": {"en": ["Danube", "the Danube"], "it": ["Danubio"]}},
        "number": {"answer": 2850, "tolerance": 10, "unit": both("km")},
        "matching": {
            "pairs": [
                {"key": "a", "left": both("Ptuj"), "right": both("lies on the Drava")},
                {"key": "b", "left": both("Linz"), "right": both("lies on the Danube")},
                {"key": "c", "left": both("Ferrara"), "right": both("lies near the Po")},
            ]
        },
        "ordering": {
            "items": [
                {"key": "a", "text": both("spring")},
                {"key": "b", "text": both("brook")},
                {"key": "c", "text": both("river")},
                {"key": "d", "text": both("sea")},
            ]
        },
        "gaps": {
            "text": both(
                "The [[a]] is [[b]] km long and ends in the [[c]].", "Il [[a]] è lungo [[b]] km e finisce nel [[c]]."
            ),
            "gaps": [
                {
                    "key": "a",
                    "accepted": {"en": ["Danube"], "it": ["Danubio"]},
                    "feedback": both("It begins in Germany."),
                },
                {"key": "b", "answer": 2850, "tolerance": 10},
                {
                    "key": "c",
                    "choices": [
                        {"key": "north", "text": both("North Sea", "Mare del Nord")},
                        {"key": "black", "correct": True, "text": both("Black Sea", "Mar Nero")},
                    ],
                },
            ],
        },
        "open": {
            "rubric": [
                {"key": "place", "text": both("Names a place."), "points": 1},
                {"key": "reason", "text": both("Says why."), "points": 3},
            ],
            "example": both("The Drava at Ptuj, because it is quiet there."),
            "feedback": {"general": both("There is no one right answer.")},
        },
    }
    return {
        "type": kind,
        "lesson": "where-it-begins",
        "tags": ["water"],
        "prompt": prompt if isinstance(prompt, dict) else both(prompt or f"A question of the type {kind}?"),
        "feedback": {"correct": both("Right, that is so."), "wrong": both("Look at the map again.")},
        **own[kind],
        **other,
    }


def quiz(given: Given, kinds: Sequence[str] = TYPES, *, about: Ref = MODULE, **settings: Any) -> Quiz:
    """A quiz that asks one question of each of these types, all of them unless told to draw."""
    keys = [f"{kind}-{number}" for number, kind in enumerate(kinds, 1)]

    def store() -> None:
        for key, kind in zip(keys, kinds, strict=True):
            commands.store_question(about.key, key, body(kind, f"Question {key}?"), by=None)
        rules = {"draw": len(keys), "pass_mark": 70, "attempts": 0, "minutes": 0, **settings}
        commands.store_quiz(about, rules, keys, by=None)

    given.done(store)
    found = given.seen(lambda: queries.quiz_about(about))
    assert found is not None
    return found


def attempts(given: Given) -> list[Attempt]:
    return given.seen(lambda: list(session.scalars(sa.select(Attempt).order_by(Attempt.id))))


def whose(given: Given) -> Person:
    """The learner of the newest attempt."""
    person = given.seen(lambda: person_with_id(attempts(given)[-1].person_id or 0))
    assert person is not None
    return person


def slots(given: Given) -> list[tuple[AttemptSlot, QuestionVersion]]:
    """Those of the newest attempt."""
    newest = sa.select(sa.func.max(Attempt.id)).scalar_subquery()
    rows = (
        sa.select(AttemptSlot, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.question_version_id)
        .where(AttemptSlot.attempt_id == newest)
        .order_by(AttemptSlot.pos)
    )
    return given.seen(lambda: [(slot, version) for slot, version in session.execute(rows)])


def steps(given: Given) -> list[AttemptStep]:
    """The whole journal, as it was written."""
    return given.seen(lambda: list(session.scalars(sa.select(AttemptStep).order_by(AttemptStep.id))))


def form_of(response: marking.Response) -> dict[str, Any]:
    """As a browser sends it."""
    if isinstance(response, dict):
        return {f"answer-{key}": value for key, value in response.items()}
    return {"answer": response}


class Learner:
    """A browser with a quiz in front of it."""

    def __init__(self, given: Given, client: FlaskClient, language: str = "en", module: str = "rivers") -> None:
        self.given, self.client, self.language, self.module = given, client, language, module
        self.address = ""

    def begins(self) -> str:
        answer = self.client.post(f"/{self.language}/learn/{self.module}/quiz")
        assert answer.status_code == 303, answer.text
        self.address = answer.location
        return self.address

    def page(self, pos: int | None = None) -> str:
        shown = self.client.get(self.address + (f"?q={pos}" if pos else ""))
        assert shown.status_code == 200
        return shown.text

    def hidden(self, pos: int) -> dict[str, str]:
        """What the page of a question sends along without being asked."""
        shown = self.page(pos)
        return {name: re.findall(rf'name="{name}" value="([^"]*)"', shown)[0] for name in ("client_uuid", "seen")}

    def opens(self) -> "Learner":
        """The same attempt in another window of the same person."""
        other = Learner(self.given, self.given.signed_in(whose(self.given)), self.language, self.module)
        other.address = self.address
        return other

    def answers(self, pos: int, response: marking.Response, *, automatic: bool = False, **hidden: str) -> Any:
        """Open the question and answer it, unless the page is open already: then `hidden` is what it sends along."""
        data = {**(hidden or self.hidden(pos)), **form_of(response)}
        headers = {"HX-Request": "true", "HX-Target": "saved"} if automatic else {}
        return self.client.post(f"{self.address}/{pos}", data=data, headers=headers)

    def hands_in(self) -> str:
        answer = self.client.post(f"{self.address}/hand-in")
        assert answer.status_code == 303
        shown: str = self.client.get(answer.location).text
        return shown


def learner(given: Given, name: str = "Nives", language: str = "en") -> Learner:
    return Learner(given, given.signed_in(given.person(name)), language)


def answers_everything(one: Learner, *, right: bool = True) -> None:
    for slot, version in slots(one.given):
        wrong: marking.Response = (
            "nothing like it" if version.type == "short-text" else "1" if version.type == "number" else []
        )
        response = marking.right_response(version.body) if right else wrong
        assert one.answers(slot.pos, response).status_code == 303
