"""The rules of docs/architecture.md that import-linter cannot say."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from academy.app import create_app
from academy.kernel.privacy import NotPersonal, Personal, tables_with_privacy
from academy.settings import ROOT, Settings

SOURCES = [path for package in ("academy", "marketplace") for path in sorted((ROOT / package).rglob("*.py"))]
FEATURES = [path for path in SOURCES if "kernel" not in path.parts and "demo" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NOTICES = sorted((ROOT / "templates").rglob("*.txt"))
PAGES = [path for path in TEMPLATES if path.name not in {"layout.html", "ui.html"}]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path, *names: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_the_transaction_ends_in_one_place(path: Path) -> None:
    if path != ROOT / "academy" / "kernel" / "db.py":
        assert not [*calls(path, "commit", "rollback")]


@pytest.mark.parametrize("path", FEATURES, ids=short)
def test_selects_live_in_queries(path: Path) -> None:
    if path in {ROOT / "academy" / "archive.py", ROOT / "academy" / "populating.py"}:
        return  # it reads every table, whatever is in it, and belongs to no feature
    if "queries" not in path.stem and "queries" not in path.parent.name:
        assert not [*calls(path, "select")]


@pytest.mark.parametrize("path", [path for path in FEATURES if path.name == "models.py"], ids=short)
def test_models_know_neither_session_nor_request(path: Path) -> None:
    assert not re.search(r"^(from|import) flask|import session", path.read_text(encoding="utf-8"), re.M)


# Commands that are called by another command which has asked, or which tell what is so without changing who may see it.
ASKS_NOTHING = {
    "accounts": {
        "sign_up",
        "sign_in",
        "too_many_tries",
        "ask_for_reset",
        "note_visit",
        "key_hash",
        "throttle_key",
        "verified",
    },
    "notifications": {"notify", "notify_selected", "read_news_about", "make_digests"},
    "retrieval": {"index", "add", "number_anew", "forget", "forget_all", "join_parts"},
    "learning": {"index_again", "index_version", "index_module"},
    "marketplace": {
        "mine_of",
        "complete",
        "ref_of",
        "let_it_be_found",
        "put_into_sets",
        "index",
        "index_words",
        "forget_matches",
        "lose_lines",
    },
}
NO_ACTOR = {"accounts": {"key_hash", "throttle_key", "verified"}, "marketplace": ASKS_NOTHING["marketplace"]}


@pytest.mark.parametrize(
    "path", [path for path in FEATURES if path.name == "commands.py" or path.parent.name == "commands"], ids=short
)
def test_a_command_says_who_and_asks_its_rule(path: Path) -> None:
    feature = path.parent.parent.name if path.parent.name == "commands" else path.parent.name
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if node.name not in NO_ACTOR.get(feature, set()):
            assert "by" in {argument.arg for argument in node.args.kwonlyargs}, f"{node.name} lacks *, by="
        if node.name not in ASKS_NOTHING.get(feature, set()):
            assert re.search(r"\b_?require\w*\(|rules\.may_", ast.unparse(node)), f"{node.name} asks no rule"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_every_module_says_what_it_answers(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), (
        "a module's docstring is the question it answers"
    )


@pytest.mark.parametrize("path", [*SOURCES, *TEMPLATES], ids=short)
def test_nothing_is_unfinished(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|lorem ipsum", path.read_text(encoding="utf-8"))


def test_no_file_is_called_by_what_it_is_not() -> None:
    assert not [path for path in SOURCES if path.stem in {"utils", "helpers", "services", "manager", "common", "misc"}]


def test_every_table_says_what_becomes_of_personal_data(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db", secret_key="x" * 30, testing=True)
    create_app(settings)
    declared = dict(tables_with_privacy())
    assert declared
    for model, privacy in declared.items():
        columns = set(model.__table__.c.keys())
        assert isinstance(privacy, Personal | NotPersonal), model
        if isinstance(privacy, Personal):
            assert privacy.owner in columns, f"{model.__name__}: {privacy.owner}"
            assert set(privacy.blank) | privacy.hidden <= columns, model.__name__
        else:
            assert not {"person_id", "email"} & columns, f"{model.__name__} holds somebody's data"


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_every_page_has_a_title(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if '{% extends "layout.html" %}' in source:
        assert "{% block title %}" in source


def test_every_template_is_used() -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    markup = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    unused = []
    for path in [*PAGES, *NOTICES]:
        name = str(path.relative_to(ROOT / "templates"))
        kind = f"{path.parent.parent.name}.{path.stem}" if path.parent.name == "notices" else name
        if not any(word in python or word in markup for word in (f'"{name}"', f'"{kind}"', f'"{path.stem}"')):
            unused.append(name)
    assert not unused


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_no_inline_style_script_or_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if path.name == "letter.html":  # a message: it loads no style sheet
        source = re.sub(r"<style>.*?</style>", "", source, flags=re.S)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|hx-on|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_stored_html_is_marked_safe_in_as_few_places_as_can_be(path: Path) -> None:
    assert "| safe" not in path.read_text(encoding="utf-8"), "a query or the view hands out Markup for what was cleaned"


def test_styles_use_no_important_and_no_colour_outside_the_tokens() -> None:
    for path in sorted((ROOT / "static" / "css").glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert "!important" not in css, path
        if path.name not in {"tokens.css", "code.css", "utilities.css", "guide.css"}:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![-\w])|\brgba?\(|\bhsla?\(", css), path


def test_every_sentence_is_translated() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "bin" / "translations", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", prose):
            assert (document.parent / target).exists(), f"{short(document)} links to {target}"
