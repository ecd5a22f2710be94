"""Do browsers get the style sheet, the script, the fonts and the icons, small and under names that last?"""

import gzip
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from flask import Flask

from academy.kernel import assets
from academy.kernel.assets import Assets, minified, with_published_urls

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LETTERS = sorted((ROOT / "templates").rglob("mail/*.html"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A static folder as small as it can be."""
    folder = tmp_path / "static"
    for name, content in {
        **{
            f"css/{layer}.css": f"@layer {layer} {{ .{layer} {{ color: red; }} }}"
            for layer in ("reset", "tokens", "base")
        },
        "css/components.css": "@layer components { @font-face { src: url(../fonts/text.woff2) } }",
        "css/features.css": "@layer features { .a { color: red } }",
        "css/meetings.css": "@layer features { .agenda { color: red } }",
        "css/utilities.css": "@layer utilities { .b { color: red } }",
        "fonts/text.woff2": "font",
        "vendor/htmx.js": "var htmx = 1",
        "vendor/markdown-toolbar.js": "(() => {})();",
        "js/academy.js": "(() => { htmx })();",
        "icons.svg": '<svg xmlns="http://www.w3.org/2000/svg">\n<symbol id="check" viewBox="0 0 24 24"/>\n</svg>',
        "motifs/1-step.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g id="m"><g><path d="M0 0"/></g></g></svg>',
        "favicon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def published(source: Path, tmp_path: Path) -> Assets:
    made = Assets(source, tmp_path / "assets")
    made.refresh()
    return made


def content(made: Assets, name: str) -> str:
    return (made.public / made.names[name]).read_text()


def test_sheets_are_joined_in_the_order_of_their_layers(source: Path, tmp_path: Path) -> None:
    joined = content(published(source, tmp_path), "css")
    assert re.findall(r"@layer (\w+)", joined) == [
        *("reset", "tokens", "base", "components", "features", "features", "utilities")
    ]
    assert joined.index(".agenda") < joined.index("utilities")


def test_scripts_are_joined_after_what_they_use(source: Path, tmp_path: Path) -> None:
    joined = content(published(source, tmp_path), "js")
    assert joined == "var htmx = 1\n;(() => { htmx })();"


def test_a_folder_of_sheets_or_scripts_is_a_bundle_that_other_pages_do_not_load(source: Path, tmp_path: Path) -> None:
    for name, text in {
        "css/studio/board.css": "@layer features { .board { src: url(../../fonts/text.woff2) } }",
        "css/studio/table.css": "@layer features { .table { color: red } }",
        "js/charts/draw.js": "draw()",
    }.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    made = published(source, tmp_path)
    sheet = content(made, "studio.css")
    assert sheet.index(".board") < sheet.index(".table")
    assert f"url({made.names['fonts/text.woff2']})" in sheet
    assert ".board" not in content(made, "css")
    assert content(made, "charts.js") == "draw()"
    assert "draw" not in content(made, "js")
    assert made.of_bundles("studio charts", "css") == [made.address("studio.css")]
    assert made.of_bundles("studio charts", "js") == [made.address("charts.js")]
    assert made.of_bundles("", "js") == []
    with pytest.raises(KeyError):
        made.of_bundles("no-such-bundle", "css")


def test_only_a_page_with_an_editor_loads_the_script_of_its_toolbar(source: Path, tmp_path: Path) -> None:
    made = published(source, tmp_path)
    assert content(made, "editor.js") == "(() => {})();"
    assert content(made, "editor.js") not in content(made, "js")


def test_a_font_in_a_sheet_is_the_published_font(source: Path, tmp_path: Path) -> None:
    made = published(source, tmp_path)
    assert f"url({made.names['fonts/text.woff2']})" in content(made, "css")
    with pytest.raises(ValueError, match=r"missing\.woff2"):
        with_published_urls("url(../fonts/missing.woff2)", "css/base.css", "academy.css", made.names)


def test_the_sprite_holds_icons_and_motifs(source: Path, tmp_path: Path) -> None:
    sprite = content(published(source, tmp_path), "icons.svg")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == ["check", "motif-1"]
    assert sprite.count("</svg>") == 1


def test_a_name_changes_with_the_content_and_only_then(source: Path, tmp_path: Path) -> None:
    before = published(source, tmp_path).names
    (source / "css/base.css").write_text("@layer base { .base { color: blue; } }")
    after = published(source, tmp_path).names
    assert {name for name in before if before[name] != after[name]} == {"css"}
    assert all(re.search(r"\.[0-9a-f]{12}\.\w+$", name) for name in after.values())


def test_a_start_without_a_change_publishes_nothing(source: Path, tmp_path: Path) -> None:
    made = published(source, tmp_path)
    times = {path: path.stat().st_mtime_ns for path in made.public.rglob("*")}
    again = Assets(source, tmp_path / "assets")
    assert not again.refresh()
    assert again.names == made.names
    assert times == {path: path.stat().st_mtime_ns for path in made.public.rglob("*")}


def test_a_published_file_that_was_lost_comes_back(source: Path, tmp_path: Path) -> None:
    made = published(source, tmp_path)
    (made.public / made.names["css"]).unlink()
    assert Assets(source, tmp_path / "assets").refresh()
    assert content(made, "css")


def test_files_of_the_last_version_stay_a_month(source: Path, tmp_path: Path) -> None:
    made = published(source, tmp_path)
    old = made.public / made.names["js"]
    long_ago = time.time() - 2 * assets.KEPT_SECONDS
    os.utime(old, (long_ago, long_ago))
    (source / "js/academy.js").write_text("1")
    published(source, tmp_path)
    assert old.exists(), "the month begins when a file is replaced, not when it was made"
    os.utime(old, (long_ago, long_ago))
    (source / "js/academy.js").write_text("22")
    published(source, tmp_path)
    assert not old.exists()


def test_processes_may_publish_at_the_same_time(source: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        starts = [pool.submit(published, source, tmp_path) for _ in range(8)]
        names = [start.result().names for start in starts]
    assert all(one == names[0] for one in names)
    assert all((tmp_path / "assets/public" / name).exists() for name in names[0].values())
    assert not [path for path in (tmp_path / "assets").iterdir() if path.name.startswith("making")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a :hover { color : red }", "a :hover{color :red}"),
        (".a { margin: calc(1px + 2px) -3px; /* why */ }", ".a{margin:calc(1px + 2px) -3px}"),
        ('li::after { content: "/* a  b */ ;"; }', 'li::after{content:"/* a  b */ ;"}'),
        (
            "@media (width >= 60rem) and (hover) {\n .a > .b + .c {\n }\n}",
            "@media (width >= 60rem) and (hover){.a > .b + .c{}}",
        ),
        ('.a { background: url("x  y.svg") , url(z.svg) }', '.a{background:url("x  y.svg") ,url(z.svg)}'),
        (".a { &.b { c: d; } :is( e, f ) & { g: h } }", ".a{&.b{c:d}:is(e,f) &{g:h}}"),
    ],
)
def test_a_smaller_sheet_means_the_same(written: str, kept: str) -> None:
    assert minified(written) == kept
    assert minified(kept) == kept


def test_browsers_get_compressed_files_and_keep_them_for_good(tmp_path: Path) -> None:
    app = Flask("served", root_path=str(ROOT), static_folder=None)
    app.config["DATA_DIR"] = tmp_path
    assets.init_app(app)
    made: Assets = app.extensions["assets"]
    browser = app.test_client()
    plain = (made.public / made.names["css"]).read_bytes()
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        with browser.get(made.address("css"), headers={"Accept-Encoding": encoding}) as answer:
            assert answer.headers["Content-Encoding"] == encoding
            assert unpack(answer.data) == plain
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Vary"] == "Accept-Encoding"
    with browser.get("/static/css/base.css") as answer:
        assert answer.status_code == 404, "only published names are served"
    for name in ("js", "icons.svg", "fonts/text.woff2", "fonts/title.woff2", *(f"motifs/{p.name}" for p in MOTIFS)):
        with browser.get(made.address(name)) as answer:
            assert answer.status_code == 200
    with pytest.raises(KeyError):
        made.address("no-such-file.svg")


MOTIFS = sorted((STATIC / "motifs").glob("*.svg"))


def test_what_every_page_loads_is_light(tmp_path: Path) -> None:
    """A first visit may weigh 90 kB with the page itself; this leaves it 13."""
    made = published(STATIC, tmp_path)
    every_page = ("css", "js", "icons.svg", "fonts/text.woff2", "fonts/title.woff2")
    paths = [made.public / made.names[name] for name in every_page]
    sent = [Path(f"{path}.br") if Path(f"{path}.br").exists() else path for path in paths]
    assert sum(path.stat().st_size for path in sent) < 77_000


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_every_icon_that_a_template_asks_for_is_drawn(template: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    asked = re.findall(r'\bicon(?:_before|_after)?\s*(?:=|\()\s*"([a-z-]+)"', template.read_text())
    assert set(asked) <= drawn


@pytest.mark.parametrize(
    "file", sorted({*TEMPLATES, *SHEETS} - {*LETTERS}), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_style_stays_in_the_layers(file: Path) -> None:
    text = file.read_text()
    assert "!important" not in text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|hx-on", text)
    if file.suffix == ".css":
        rest = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip()
        assert rest.startswith("@layer"), "a rule outside every layer beats all of them"


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_letter_brings_its_style_and_asks_for_nothing_else(letter: Path) -> None:
    text = letter.read_text()
    assert "!important" not in text
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|hx-|<script|<link|<img|url\(", text)


def test_vendored_files_are_what_was_fetched() -> None:
    subprocess.run([sys.executable, ROOT / "bin/vendor", "--check"], check=True)
