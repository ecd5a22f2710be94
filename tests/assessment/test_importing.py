"""Files with questions come in: all that was announced, nothing else, and nothing by half."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from academy import cli
from academy.assessment import commands as assessment
from academy.assessment.bank import commands, queries
from academy.assessment.bank.exporting import Export
from academy.assessment.bank.importing import Coming, Import
from academy.assessment.exchange.carried import TurnedAway
from academy.assessment.models import AttemptSlot, Question, QuestionTag, QuestionVersion
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.files import FileUse, StoredFile
from tests.assessment.given_assessment import TYPES, answers_everything, body, learner, quiz
from tests.given import Given

FILE = """$CATEGORY: rivers/upper course

// [id:drava] [tag:water]
::Drava:: Where does it end? {=Danube ~Sea}

::Po:: Where does it end? {=Sea ~Danube}

Broken {=a
"""


def looked_at(
    given: Given, file: str | bytes, format_: str = "gift", bank: str | None = None, language: str = "en"
) -> tuple[Import, list[Any], io.StringIO]:
    spool = io.StringIO()
    coming = Import(format_, language, bank, spool)
    stream = io.BytesIO(file if isinstance(file, bytes) else file.encode())
    return coming, given.seen(lambda: list(coming.outcomes(stream))), spool


def imported(given: Given, file: str | bytes, *arguments: Any, **named: Any) -> list[Any]:
    coming, found, spool = looked_at(given, file, *arguments, **named)
    assert not coming.broken
    given.done(lambda: commands.take_over(spool, by=None))
    return found


def stored(given: Given) -> dict[str, dict[str, Any]]:
    return given.seen(lambda: {f"{one.bank}/{one.key}": one.current.body for one in queries.all_questions()})


def test_looking_changes_nothing_and_importing_does_what_was_told(given: Given) -> None:
    coming, found, spool = looked_at(given, FILE)
    assert stored(given) == {}
    drava, po, broken = found
    assert (drava.bank, drava.key, drava.what, drava.line) == ("imported", "drava", "new", 3)
    assert isinstance(broken, TurnedAway) and broken.line == 8
    assert coming.counts == {"new": 2, "changed": 0, "same": 0, "refused": 1}
    given.done(lambda: commands.take_over(spool, by=None))
    now = stored(given)
    assert [*now] == ["imported/drava", f"imported/{po.key}"]
    assert now["imported/drava"]["tags"] == ["water", "rivers", "upper-course"]
    tags = given.seen(lambda: set(session.scalars(sa.select(QuestionTag.tag))))
    assert tags == {"water", "rivers", "upper-course"}


def test_a_category_that_is_a_bank_says_where_questions_go(given: Given) -> None:
    quiz(given, ["single"])
    assert [one.bank for one in imported(given, FILE)[:2]] == ["rivers", "rivers"]
    assert [one.bank for one in imported(given, FILE, bank="lakes")[:2]] == ["lakes", "lakes"]


def test_the_same_file_again_changes_nothing(given: Given) -> None:
    twice = FILE.partition("Broken")[0] + "::Po:: Which one? {=this ~that}\n\n::Po:: And which? {=that ~this}"
    first, again = imported(given, twice), imported(given, twice)
    assert [one.key for one in first] == ["drava", "po", "po-2", "po-3"] == [one.key for one in again]
    assert {one.what for one in again} == {"same"}


def test_a_question_with_an_id_gets_a_new_version_and_what_was_asked_stays(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    before = asked_on(nives.page(1))
    (outcome,) = imported(given, "// [id:single-1]\nWhich? {=The Po ~The Rhine}", bank="rivers")
    assert outcome.what == "changed"
    assert asked_on(nives.page(1)) == before
    assert given.seen(lambda: session.scalar(sa.select(sa.func.max(QuestionVersion.n)))) == 2


def asked_on(page: str) -> str:
    return re.sub(r'value="[0-9a-f-]{36}"', "", page)


def test_an_id_that_is_there_twice_is_refused_with_both_lines(given: Given) -> None:
    _, found, _ = looked_at(given, "// [id:a]\nOne {T}\n\n// [id:a]\nTwo {T}")
    assert isinstance(found[1], TurnedAway) and dict(found[1].reason.values)["line"] == 1


def test_a_question_that_asks_the_same_is_pointed_out(given: Given) -> None:
    imported(given, "::One:: Which river? {=Drava ~Po}")
    (twin,) = imported(given, "::Two:: which  RIVER? {~po =dráva}")
    assert (twin.what, twin.twin) == ("new", "one")


def test_one_language_comes_beside_the_others(given: Given) -> None:
    quiz(given, ["single"])
    file = """// [id:single-1] [tag:water]
        // [academy:{"lesson": "where-it-begins"}]
        Quale fiume? {~[markdown]Il Po =[markdown]La *Drava*#Sì ~Il Danubio}"""
    (outcome,) = imported(given, file, bank="rivers", language="it")
    now = stored(given)["rivers/single-1"]
    assert outcome.notes == () and now["prompt"] == {"en": "Question single-1?", "it": "Quale fiume?"}
    assert {one["key"]: one["text"] for one in now["options"]} == {
        "c": {"en": "The Po", "it": "Il Po"},
        "b": {"en": "The *Drava*", "it": "La *Drava*"},
        "a": {"en": "The Rhine", "it": "Il Danubio"},
    }
    (outcome,) = imported(given, "// [id:single-1]\nQuale? {=Drava ~Po}", bank="rivers", language="it")
    assert outcome.notes and "en" not in stored(given)["rivers/single-1"]["prompt"]


def test_what_changed_in_the_meantime_stops_the_whole_import(given: Given) -> None:
    imported(given, "// [id:a]\nOne {T}")
    _, _, spool = looked_at(given, "New {T}\n\n// [id:a]\nTwo {T}")
    imported(given, "// [id:a]\nThree {T}")
    with pytest.raises(Refused):
        given.done(lambda: commands.take_over(spool, by=None))
    assert [*stored(given)] == ["imported/a"]


def test_a_learner_imports_nothing(given: Given) -> None:
    nives = given.person("Nives")
    _, _, spool = looked_at(given, "One {T}")
    with pytest.raises(Refused):
        given.done(lambda: commands.take_over(spool, by=nives))


def test_pictures_are_looked_at_drawn_anew_and_used_by_their_question(given: Given) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(picture, "PNG")
    file = (
        '<quiz><question type="essay"><name><text>Map</text></name><questiontext format="html">'
        '<text>&lt;img src="@@PLUGINFILE@@/m.png" alt="A map"&gt;</text><file name="m.png" encoding="base64">{}</file>'
        "</questiontext></question></quiz>"
    )
    no = looked_at(given, file.format(base64.b64encode(b"#!/bin/sh").decode()), "moodle-xml")[1][0]
    assert isinstance(no, TurnedAway) and "m.png" in str(dict(no.reason.values))
    imported(given, file.format(base64.b64encode(picture.getvalue()).decode()), "moodle-xml")
    (use,) = given.seen(
        lambda: session.execute(sa.select(FileUse.kind, FileUse.key, StoredFile.key).join(StoredFile)).all()
    )
    assert use[:2] == ("question", "imported/map")
    assert f"/files/{use[2]}/m.png" in stored(given)["imported/map"]["prompt"]["en"]
    shown = given.seen(lambda: session.scalar(sa.select(QuestionVersion.shown)))
    assert f"/files/{use[2]}/m.png" in shown["en"]["prompt"]
    trainer = given.signed_in(given.person("Tamás"))
    with trainer.get(f"/files/{use[2]}/m.png") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("format_", ["gift", "moodle-xml"])
def test_what_is_exported_is_the_same_when_it_comes_back(given: Given, format_: str) -> None:
    kinds = [*TYPES, "open"]
    for kind in kinds:
        given.done(lambda kind=kind: assessment.store_question("rivers", kind, body(kind), by=None))  # type: ignore[misc]
    export = Export(format_, "en")
    written = given.seen(lambda: "".join(export.pieces(queries.all_questions())))
    _, found, _ = looked_at(given, written, format_)
    assert {one.key: one.what for one in found} == {kind: "same" for kind in kinds if kind not in refused_by(export)}
    assert refused_by(export) == ({"gaps"} if format_ == "gift" else set())


def refused_by(export: Export) -> set[str]:
    return {one.name.partition("/")[2] for one in export.refused}


def test_many_questions_take_few_statements(given: Given) -> None:
    file = "\n\n".join(f"::Q{number}:: Is it {number}? {{T}}" for number in range(500))
    _, found, spool = looked_at(given, file)
    assert len(found) == 500 and all(isinstance(one, Coming) for one in found)
    with given.statements() as seen:
        given.done(lambda: commands.take_over(spool, by=None))
    assert len([one for one in seen if "audit_records" not in one]) < 20
    assert given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(Question))) == 500


# --- from the command line


def test_the_command_line_looks_imports_and_exports(given: Given, tmp_path: Path) -> None:
    file = tmp_path / "rivers.gift"
    file.write_text(FILE, encoding="utf-8")
    cli.init_app(given.app)
    run = given.app.test_cli_runner().invoke
    arguments = ["questions", "import", str(file), "--format", "gift"]
    told = run(args=[*arguments, "--dry-run", "--json"])
    facts = json.loads(told.stdout)
    assert told.exit_code == 1 and facts["imported"] is False and stored(given) == {}
    assert [(one["line"], one["what"]) for one in facts["questions"]] == [(3, "new"), (6, "new"), (8, "refused")]
    done = run(args=arguments)
    assert done.exit_code == 1 and f"{file}:8: refused" in done.stdout and len(stored(given)) == 2
    out = tmp_path / "out.xml"
    assert run(args=["questions", "export", "--format", "moodle-xml", "--output", str(out)]).exit_code == 0
    again = run(args=["questions", "import", str(out), "--format", "moodle-xml", "--json"])
    assert again.exit_code == 0 and json.loads(again.stdout)["same"] == 2


def test_a_file_that_is_broken_changes_nothing_although_its_beginning_is_whole(given: Given, tmp_path: Path) -> None:
    file = tmp_path / "half.xml"
    whole = (
        '<question type="essay"><name><text>A</text></name><questiontext><text>Why?</text></questiontext></question>'
    )
    file.write_text(f"<quiz>{whole}\n<question>", encoding="utf-8")
    cli.init_app(given.app)
    done = given.app.test_cli_runner().invoke(args=["questions", "import", str(file), "--format", "moodle-xml"])
    assert done.exit_code == 1 and "half.xml:2: refused" in done.stdout and stored(given) == {}


def test_answers_to_a_question_stay_when_it_is_imported_anew(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    answers_everything(nives)
    imported(given, "// [id:single-1]\nWhich? {=The Po ~The Rhine}", bank="rivers")
    assert "Passed" in nives.hands_in()
    assert given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(AttemptSlot))) == 1
