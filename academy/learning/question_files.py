"""What do the questions and the quiz of a module say as files? As they came, or, where they were edited on the web, written anew."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from academy.assessment import queries as assessment
from academy.assessment import yaml_questions
from academy.assessment.bank import queries as bank
from academy.assessment.models import Quiz
from academy.assessment.rules import Policy
from academy.assessment.sameness import sha256_of
from academy.learning.authoring.tree import sha256
from academy.learning.models import Module

Rules = tuple[dict[str, Any], list[str]]  # of a quiz: what is said of it, and the keys of its questions


@dataclass(frozen=True)
class Asked:
    """A question or a quiz as it is on the web. `means`: what would have to be read from a file that says the same."""

    key: str
    means: object
    written: str

    def said_by(self, content: bytes) -> bool:
        return self.means == _read(self.key, content)


def is_of_questions(key: str) -> bool:
    """Is this the path of a question or a quiz? Keys are as `tree.key_of` makes them."""
    parts = key.split("/")
    return (len(parts) == 2 and parts[1] == "quiz.yaml") or (len(parts) == 3 and parts[1] == "questions")


def on_the_web(modules: Iterable[Module]) -> Iterator[Asked]:
    """Of these modules: what is asked now. What was retired is not."""
    standing = [module for module in modules if module.retired_at is None]
    for question in bank.all_questions([module.slug for module in standing]) if standing else ():
        body = question.current.body
        yield Asked(f"{question.bank}/questions/{question.key}.yaml", sha256_of(body), yaml_questions.written(body))
    for module in standing:
        quiz = assessment.quiz_about(module.ref)
        if quiz is not None and quiz.retired_at is None:
            rules, keys = _rules_of(quiz)
            yield Asked(f"{module.slug}/quiz.yaml", (rules, keys), yaml_questions.quiz_written(rules, keys))


def hashes_on_the_web(
    changed: Collection[str], modules: Iterable[Module], last: Mapping[str, bytes], now: Mapping[str, bytes]
) -> dict[str, str]:
    """For comparing trees: what the web says of the files that changed. A file that means the same counts as the same."""
    concerned = {key.partition("/")[0] for key in changed}
    found = {}
    for asked in on_the_web(module for module in modules if module.slug in concerned):
        if asked.key in changed:
            files = (tree[asked.key] for tree in (now, last) if asked.key in tree)
            same = next((content for content in files if asked.said_by(content)), asked.written.encode())
            found[asked.key] = sha256(same)
    return found


def _rules_of(quiz: Quiz) -> Rules:
    return Policy.of(quiz.current.policy).facts, assessment.keys_of(quiz.current)


def _read(key: str, content: bytes) -> object:
    """What a file of a tree that was checked says."""
    body = yaml_questions.parsed(content.decode())
    if not key.endswith("/quiz.yaml"):
        return sha256_of(body)
    return Policy.of({name: value for name, value in body.items() if name != "questions"}).facts, body["questions"]
