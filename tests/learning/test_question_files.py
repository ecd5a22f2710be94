"""Do questions and quizzes that were edited on the web go out as files, and does an import undo none of it?"""

from typing import Any

import pytest

from academy.accounts.models import Role
from academy.assessment import commands as assessment
from academy.assessment import queries as asking
from academy.assessment.bank import queries as bank
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref
from academy.learning import queries
from academy.learning.commands import ConflictingEdits
from tests.given import Given
from tests.learning.given_learning import course_files, exported, imported, question

NEED, TRY, QUIZ = "01-needs/questions/what-is-a-need.yaml", "01-needs/questions/try-it.yaml", "01-needs/quiz.yaml"
ABOUT = Ref("module", "needs")


def edited(given: Given, key: str, **changes: Any) -> None:
    """A trainer changes a question of the module, or writes one."""

    tamas = given.person("", Role.TRAINER)

    def edit() -> None:
        found = bank.question_for("needs", "what-is-a-need")
        assessment.store_question("needs", key, {**found.current.body, **changes}, by=tamas)

    given.done(edit)


def quiz_changed(given: Given, rules: dict[str, Any], keys: list[str]) -> None:
    tamas = given.person("", Role.TRAINER)
    given.done(lambda: assessment.store_quiz(ABOUT, rules, keys, by=tamas))


def retired(given: Given, key: str) -> None:
    tamas = given.person("", Role.TRAINER)
    given.done(lambda: assessment.retire_question(bank.question_for("needs", key), by=tamas))


def there(given: Given) -> list[str]:
    return [found.key for found in given.seen(lambda: list(bank.all_questions(["needs"])))]


def test_what_was_edited_on_the_web_goes_out_and_the_rest_as_it_came(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited(given, "what-is-a-need", mark=2)
    edited(given, "new-here", prompt={"en": "And now?", "it": "E adesso?"})
    quiz_changed(given, {"draw": 2, "pass_mark": 50, "order": "shuffled"}, ["new-here", "what-is-a-need"])
    out = exported(given)
    assert b"mark: 2" in out[NEED] and b"E adesso?" in out["01-needs/questions/new-here.yaml"]
    assert out[QUIZ].decode() == (
        "draw: 2\npass_mark: 50\nattempts: 0\nminutes: 0\norder: shuffled\nquestions:\n- new-here\n- what-is-a-need\n"
    )
    same = files.keys() - {NEED, QUIZ}
    assert {path: out[path] for path in same} == {path: files[path] for path in same}
    assert imported(given, out).changed == 0 and exported(given) == out


def test_an_unchanged_file_never_touches_what_was_edited_on_the_web(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited(given, "what-is-a-need", mark=2)
    quiz_changed(given, {"draw": 1, "pass_mark": 55}, ["try-it", "what-is-a-need"])
    files[TRY] = question("another practice question").encode()
    imported(given, files)
    assert given.seen(lambda: bank.question_for("needs", "what-is-a-need").current.body["mark"]) == 2
    module = given.seen(lambda: queries.module_with_slug("needs"))
    assert module is not None and (module.quiz["pass_mark"], module.quiz["questions"]) == (55, 2)


@pytest.mark.parametrize("path", [NEED, QUIZ])
def test_changed_on_both_sides_is_a_conflict_and_nothing_is_imported(given: Given, path: str) -> None:
    files = course_files()
    imported(given, files)
    edited(given, "what-is-a-need", mark=2)
    quiz_changed(given, {"draw": 1, "pass_mark": 55}, ["try-it", "what-is-a-need"])
    theirs = {**files, path: files[path].replace(b"lacking", b"wanting").replace(b"pass_mark: 70", b"pass_mark: 60")}
    theirs[TRY] = question("something else").encode()
    with pytest.raises(ConflictingEdits) as conflict:
        imported(given, theirs)
    assert conflict.value.paths == [path]
    assert given.seen(lambda: bank.question_for("needs", "try-it").newest) == 1
    edited(given, "what-is-a-need", mark=1)  # as it came, but for a word that says what is usual
    with pytest.raises(ConflictingEdits):
        imported(given, {**files, NEED: files[NEED].replace(b"lacking", b"wanting")})


def test_the_same_change_on_both_sides_is_no_conflict_however_it_is_written(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited(given, "what-is-a-need", mark=2)
    files[NEED] = b"# two marks, we agreed\n" + files[NEED] + b"mark: 2\n"
    imported(given, files)
    assert given.seen(lambda: bank.question_for("needs", "what-is-a-need").newest) == 2
    assert exported(given)[NEED] == files[NEED]


def test_a_question_whose_file_goes_is_retired_and_comes_back_with_it(given: Given) -> None:
    files = course_files()
    files["01-needs/questions/spare.yaml"] = question("spare").encode()
    imported(given, files)
    less = {path: content for path, content in files.items() if "spare" not in path}
    imported(given, less)
    assert there(given) == ["try-it", "what-is-a-need"] and exported(given) == less
    imported(given, files)
    assert "spare" in there(given) and exported(given) == files


def test_a_question_that_is_retired_on_the_web_goes_out_no_more(given: Given) -> None:
    files = course_files()
    files["01-needs/questions/spare.yaml"] = question("spare").encode()
    imported(given, files)
    retired(given, "spare")
    out = exported(given)
    assert "01-needs/questions/spare.yaml" not in out
    files["01-needs/questions/spare.yaml"] = question("sparer").encode()
    with pytest.raises(ConflictingEdits):
        imported(given, files)
    imported(given, out)
    assert "spare" not in there(given)


def test_what_a_quiz_or_a_lesson_asks_is_not_retired(given: Given) -> None:
    imported(given)
    with pytest.raises(Refused) as refused:
        retired(given, "what-is-a-need")
    assert refused.value.verdict.status == 409
    nives = given.person("Nives")
    with pytest.raises(Refused) as refused:
        given.done(lambda: assessment.retire_question(bank.question_for("needs", "try-it"), by=nives))
    assert refused.value.verdict.status == 403


def test_a_quiz_whose_file_goes_and_comes_back_is_the_same_quiz(given: Given) -> None:
    files = course_files()
    imported(given, files)
    less = {path: content for path, content in files.items() if path != QUIZ}
    imported(given, less)
    assert exported(given) == less
    imported(given, files)
    module = given.seen(lambda: queries.module_with_slug("needs"))
    assert module is not None and module.quiz["pass_mark"] == 70
    quiz = given.seen(lambda: asking.quiz_about(ABOUT))
    assert quiz is not None and quiz.newest == 1 and exported(given) == files
