"""Does the course in the database follow the tree, and does nobody lose a word by it?"""

import json
from pathlib import Path

import pytest

from academy import cli, loading
from academy.accounts.models import Role
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.learning import commands, queries
from academy.learning.authoring import tree
from academy.learning.authoring.course import read
from academy.learning.changes import changes_between
from academy.learning.commands import ConflictingEdits
from academy.retrieval.models import SearchEntry
from tests.given import Given
from tests.learning.given_learning import (
    RENDERER,
    course_files,
    done,
    edited_on_the_web,
    exported,
    imported,
    lesson,
    versions,
)

SEEING = "01-needs/lessons/01-seeing/en.md"


def test_what_is_imported_is_exported_byte_for_byte(given: Given) -> None:
    files = course_files()
    files["01-needs/lessons/02-asking/it.md"] = files["01-needs/lessons/02-asking/it.md"].replace(b"\n", b"\r\n")
    files["02-money/module.yaml"] = b"# a comment\n" + files["02-money/module.yaml"]
    imported(given, files)
    assert exported(given) == files


def test_the_real_course_comes_out_as_it_went_in(given: Given) -> None:
    files = tree.files_in(loading.MODULES)
    course, faults = read(files)
    assert course is not None
    assert not [loading.line_of(fault) for fault in faults if fault.serious]
    given.done(lambda: commands.import_course(course, files, renderer=RENDERER, fingerprint="x", by=None))
    assert exported(given) == files


def test_importing_the_same_tree_again_changes_nothing(given: Given) -> None:
    first = imported(given)
    assert first.published == 11
    again = imported(given)
    assert (again.added, again.changed, again.removed, again.published, again.retired) == (0, 0, 0, 0, 0)


def test_a_changed_lesson_becomes_a_new_version_in_its_language(given: Given) -> None:
    files = course_files()
    imported(given, files)
    files[SEEING] = lesson("Seeing better", "Other words.").encode()
    assert imported(given, files).published == 1
    assert versions(given, "needs", "seeing", "en") == [(1, False, "Seeing (en)"), (2, True, "Seeing better")]
    assert versions(given, "needs", "seeing", "it") == [(1, True, "Seeing (it)")]


def test_an_unchanged_file_never_touches_what_a_trainer_edited_on_the_web(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person("", Role.TRAINER))
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking well", "Other words.").encode()
    imported(given, files)
    assert versions(given, "needs", "seeing", "en")[-1] == (2, True, "Edited")
    assert exported(given)[SEEING] == lesson("Mine", "My words.").encode()


def test_only_trainers_publish(given: Given) -> None:
    imported(given)
    with pytest.raises(Refused, match="Trainers"):
        edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person())


def test_a_file_changed_on_both_sides_is_a_conflict_and_nothing_is_imported(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person("", Role.TRAINER))
    files[SEEING] = lesson("Theirs", "Their words.").encode()
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking well", "Other words.").encode()
    with pytest.raises(ConflictingEdits) as conflict:
        imported(given, files)
    assert conflict.value.paths == [SEEING]
    assert len(versions(given, "needs", "asking", "en")) == 1
    assert versions(given, "needs", "seeing", "en")[-1] == (2, True, "Edited")


def test_removing_what_was_edited_on_the_web_is_a_conflict_too(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person("", Role.TRAINER))
    del files[SEEING]
    with pytest.raises(ConflictingEdits):
        imported(given, files)


def test_a_conflict_is_settled_by_exporting_and_importing_what_is_on_the_web(given: Given) -> None:
    files = course_files()
    imported(given, files)
    edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person("", Role.TRAINER))
    assert imported(given, exported(given)).published == 0
    again = exported(given)
    again[SEEING] = lesson("Theirs", "Built on mine.").encode()
    imported(given, again)
    assert [number for number, *_ in versions(given, "needs", "seeing", "en")] == [1, 2, 3]


def test_a_removed_lesson_is_retired_and_keeps_its_page_and_its_progress(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "needs/asking")
    gone = imported(given, {path: text for path, text in files.items() if "02-asking" not in path})
    assert gone.retired == 1
    seen = given.seen(lambda: queries.text_seen_by(person, "needs", "asking", "en"))
    assert seen.part.retired
    assert seen.part.done_at
    assert "asking" not in [part.slug for part in seen.module.parts]
    assert found_as(given, "lesson", "needs/asking") == []
    imported(given, files)
    assert not given.seen(lambda: queries.text_seen_by(person, "needs", "asking", "en")).part.retired
    assert found_as(given, "lesson", "needs/asking") == ["en", "it"]
    assert len(versions(given, "needs", "asking", "en")) == 1, "the same text is no new version"


def test_one_language_can_go_while_the_other_stays(given: Given) -> None:
    files = course_files()
    imported(given, files)
    imported(given, {path: text for path, text in files.items() if path != SEEING})
    seen = given.seen(lambda: queries.text_seen_by(None, "needs", "seeing", "en"))
    assert seen.version.language == "it"
    assert not seen.part.retired
    assert found_as(given, "lesson", "needs/seeing") == ["it"]


def test_a_removed_module_is_retired_and_comes_back(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "money/paying")
    without = {path: text for path, text in files.items() if not path.startswith("02-money")}
    without["course.yaml"] = without["course.yaml"].replace(b"02-money, ", b"")
    imported(given, without)
    course = given.seen(lambda: queries.course_seen_by(person, "en"))
    assert course is not None
    assert [module.row.slug for module in course.modules] == ["needs", "later"]
    imported(given, files)
    course = given.seen(lambda: queries.course_seen_by(person, "en"))
    assert course is not None
    assert course.module("money").progress.done == 1


def test_another_order_is_no_other_lesson(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "needs/seeing")
    swapped = {path.replace("01-seeing", "03-seeing"): text for path, text in files.items()}
    result = imported(given, swapped)
    assert (result.added, result.changed, result.removed, result.published) == (0, 1, 0, 0), "the order itself"
    seen = given.seen(lambda: queries.module_seen_by(person, "needs", "en"))
    assert [lesson.slug for lesson in seen.lessons] == ["asking", "seeing"]
    assert seen.lessons_done == 1
    assert exported(given) == swapped


def test_a_new_picture_changes_its_address_and_no_version(given: Given) -> None:
    files = course_files()
    imported(given, files)
    before = given.seen(lambda: queries.text_seen_by(None, "needs", "seeing", "en")).version
    files["01-needs/media/levels.en.svg"] = files["01-needs/media/levels.en.svg"].replace(b">A<", b">B<")
    assert imported(given, files).published == 0
    after = given.seen(lambda: queries.text_seen_by(None, "needs", "seeing", "en")).version
    assert after.n == before.n == 1
    hashed = tree.sha256(files["01-needs/media/levels.en.svg"])[:12]
    assert f"/media/needs/levels.en.svg?v={hashed}" in str(after.parts)
    assert str(after.parts) != str(before.parts)


def test_lessons_and_modules_are_found_by_search_in_each_language(given: Given) -> None:
    imported(given)
    assert found_as(given, "lesson", "needs/seeing") == ["en", "it"]
    assert found_as(given, "activity", "needs") == ["en", "it"]
    assert found_as(given, "module", "later") == ["en", "it"]


def found_as(given: Given, kind: str, key: str) -> list[str]:
    """The languages in which a thing can be found."""

    def look() -> list[str]:
        return sorted(entry.language for entry in session.query(SearchEntry).filter_by(kind=kind, key=key))

    return given.seen(look)


def test_nothing_of_a_broken_tree_is_imported(given: Given, app: Academy, tmp_path: Path) -> None:
    files = course_files()
    files["02-money/module.yaml"] = b"slug: [unfinished,\n"
    tree.write(files, tmp_path / "modules")
    with app.app_context():
        outcome = loading.import_folder(tmp_path / "modules")
    assert outcome.imported is None
    assert [(fault.path, fault.line) for fault in outcome.serious] == [("02-money/module.yaml", 2)]
    assert given.seen(queries.course) is None


def test_three_states_are_compared_text_by_text() -> None:
    editable = frozenset("abcdefgh")
    last = {"a": "1", "b": "1", "c": "1", "d": "1", "e": "1", "q.yaml": "1"}
    now = {"a": "1", "b": "2", "c": "2", "d": "2", "f": "1", "g": "1", "q.yaml": "2"}
    web = {"a": "9", "b": "1", "c": "9", "d": "2", "e": "1", "g": "9", "h": "9"}
    changes = changes_between(last, now, web, editable)
    assert changes.changed == {"b", "q.yaml"}
    assert changes.agreed == {"d"}
    assert changes.added == {"f"}
    assert changes.removed == {"e"}
    assert changes.conflicts == ("c", "g")
    assert not changes_between(last, last, web, editable)


# --- at start, and from the command line


def test_a_start_reads_the_tree_again_only_when_it_changed(
    given: Given, app: Academy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "modules"
    monkeypatch.setattr(loading, "MODULES", folder)
    loading.load_course(app)
    assert given.seen(queries.course) is None, "no tree, no course, no fault"
    tree.write(course_files(), folder)
    loading.load_course(app)
    first = given.seen(queries.course)
    assert first is not None
    with given.statements() as statements:
        loading.load_course(app)
    assert len(statements) == 2
    (folder / SEEING).touch()
    loading.load_course(app)
    touched = given.seen(queries.course)
    assert touched is not None
    assert touched.fingerprint != first.fingerprint
    assert touched.imported_at == first.imported_at, "other times, the same content"
    (folder / SEEING).write_text("broken", encoding="utf-8")
    loading.load_course(app)
    assert f"modules/{SEEING}:1: The front matter is missing." in capsys.readouterr().err
    assert versions(given, "needs", "seeing", "en") == [(1, True, "Seeing (en)")]


def test_the_commands_check_import_and_export(given: Given, app: Academy, tmp_path: Path) -> None:
    cli.init_app(app)
    run = app.test_cli_runner().invoke
    folder = str(tmp_path / "modules")
    tree.write(course_files(), tmp_path / "modules")

    checked = run(args=["modules", "check", folder, "--report", "--json"])
    assert checked.exit_code == 0
    report = json.loads(checked.stdout)
    assert {text["index_name"] for text in report["texts"]} == {"Flesch", "Gulpease"}
    assert not [fault for fault in report["faults"] if fault["serious"]]

    tried = json.loads(run(args=["modules", "import", folder, "--dry-run", "--json"]).stdout)
    assert "needs/lessons/seeing/en.md" in tried["added"]
    assert not tried["imported"]
    assert json.loads(run(args=["modules", "import", folder, "--json"]).stdout)["imported"]
    assert json.loads(run(args=["modules", "import", folder, "--json"]).stdout)["added"] == []

    out = tmp_path / "out"
    assert json.loads(run(args=["modules", "export", str(out), "--json"]).stdout)["written"] == len(course_files())
    assert tree.files_in(out) == course_files()
    assert json.loads(run(args=["modules", "export", str(out), "--json"]).stdout)["written"] == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine", encoding="utf-8")
    assert run(args=["modules", "export", str(tmp_path / "other")]).exit_code == 1

    edited_on_the_web(given, "needs", "seeing", "en", lesson("Mine", "My words."), by=given.person("", Role.TRAINER))
    (tmp_path / "modules" / SEEING).write_text(lesson("Theirs", "Their words."), encoding="utf-8")
    conflict = run(args=["modules", "import", folder, "--json"])
    assert conflict.exit_code == 1
    assert json.loads(conflict.stdout)["conflicts"] == ["needs/lessons/seeing/en.md"]

    (tmp_path / "modules" / SEEING).write_text("no front matter", encoding="utf-8")
    wrong = run(args=["modules", "check", folder])
    assert wrong.exit_code == 1
    assert f"{SEEING}:1: The front matter is missing. Begin the file with a line ---" in wrong.stdout
