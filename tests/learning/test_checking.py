"""Does the checker say what is wrong, in which line, and how it is mended?"""

import pytest

from academy.learning.authoring.course import RESERVED, read, split_text
from academy.learning.authoring.faults import Fault
from academy.learning.authoring.pictures import is_active, size_of
from academy.learning.authoring.readability import figures
from academy.learning.authoring.yaml_lines import NotYaml, loaded
from tests.learning.given_learning import DRAWING, Files, course_files, lesson

SEEING = "01-needs/lessons/01-seeing/en.md"
MODULE = "01-needs/module.yaml"


def faults_of(files: Files) -> list[Fault]:
    return [fault for fault in read(files)[1] if fault.serious]


def with_body(body: str) -> Files:
    return course_files() | {SEEING: lesson("Seeing", body).encode()}


def test_a_course_as_it_should_be_has_no_faults() -> None:
    assert faults_of(course_files()) == []


# body of a lesson, the line below its front matter, and what the message says
BODIES = [
    ("## A heading first\n\nWords.", 0, "begins with a heading"),
    ("Words.\n\n# Too high\n\nMore.", 2, "one #"),
    ("Words.\n\nToo high\n========\n\nMore.", 3, "line below it"),
    ("Words.\n\n### Jumps\n\nMore.", 2, "jumps"),
    ("Words.\n\n## Two\n\n#### Four\n\nMore.", 4, "jumps"),
    ("Words.\n\n##\n\nMore.", 2, "is empty"),
    ("Words.\n\n| a | b |\n|---|---|\n| 1 | 2 |", 2, "no caption"),
    ("Words.\n\nTable: A caption\n| a | b |\n|---|---|\n| 1 | 2 |", 3, "no caption"),
    ("Words.\n\n![](media/levels.en.svg \"Caption\")", 2, "no alternative text"),
    ("Words.\n\n![A ladder](media/ladder.en.svg)", 2, "no picture"),
    ("Words.\n\n![A ladder](media/levels.it.svg)", 2, "another language"),
    ("Words.\n\n![A ladder](https://example.org/a.png)", 2, "not in media/"),
    ("Words.\n\n<img src=\"media/levels.en.svg\" alt=\"A ladder\">", 2, "in HTML"),
    ("Words.\n\n::practice[no-such-question]", 2, "no question"),
    ("Words ::practice[try-it] and more.", 0, "paragraph of its own"),
    ("Words.\n::practice[try-it]\nMore.", 1, "paragraph of its own"),
    ("Words.\n\n!!! danger \"Look\"\n    Out.", 2, "no call-out"),
    ("Words.\n\n!!! note \"Look\"\nOut.", 2, "call-out is empty"),
    ("Words.\n\n- one\n  - inside", 3, "indented by 2 spaces"),
    ("Words.[^9]", 0, "no note"),
    ("[" * 40, 0, "too many brackets"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "words"), BODIES)
def test_a_fault_in_a_text_is_told_with_its_line(body: str, line: int, words: str) -> None:
    first = with_body(body)[SEEING].decode()
    pieces = split_text(first)
    assert pieces is not None
    [fault] = faults_of(with_body(body))
    assert fault.path == SEEING
    assert fault.line == pieces[2] + 1 + line, "an empty line stands between front matter and text"
    assert words in _said(fault)
    assert fault.remedy


def _said(fault: Fault) -> str:
    message = fault.message
    return message if isinstance(message, str) else message.message % dict(message.values)


def test_what_stands_in_code_is_no_fault() -> None:
    body = "Words.\n\n```\n# no heading\n![](x)\n::practice[nothing]\n```\n\nAnd `![](x)` too."
    assert faults_of(with_body(body)) == []


# path, what is replaced by what, line and words of the one fault
EDITS = [
    ("course.yaml", "licence: CC-BY-SA-4.0", "license: CC-BY-SA-4.0", 3, "license"),
    ("course.yaml", "[en, it]", "[en, it, xx]", 4, "xx"),
    ("course.yaml", ", 03-later", "", 5, "03-later"),
    ("course.yaml", "03-later", "03-never", 5, "03-never"),
    (MODULE, "slug: needs", "slug: other", 1, "not the name of the folder"),
    (MODULE, "hue: 1", "hue: 8", 2, "whole number from 1 to 7"),
    (MODULE, "hue: 1", "hue: blue", 2, "whole number from 1 to 7"),
    (MODULE, "title: {en: Needs, it: Needs in italiano}", "title: {en: Needs}", 4, "title.it"),
    (MODULE, "title: {en: Needs, it: Needs in italiano}", "title: {en: No, it: Sì}", 4, "not a text"),
    (MODULE, "it: dirlo", "ti: dirlo", 9, "ti"),
    (MODULE, "authors: [The authors]", "authors: The authors", 12, "not a list"),
    (MODULE, "minutes: 200", "minutes: 200\nminutes: 300", 4, "twice"),
    (MODULE, "minutes: 200", "minutes: [200", 4, "not YAML"),
    (MODULE, "minutes: 200", "minutes: &m 200\nx: *m", 1, "not YAML"),
    (SEEING, "minutes: 12", "minutes: soon", 4, "whole number"),
    (SEEING, 'title: "Seeing (en)"', "titel: Seeing", 2, "titel"),
    (SEEING, "---\ntitle", "title", 1, "front matter"),
    ("01-needs/quiz.yaml", "[what-is-a-need]", "[what-is-a-need, gone]", 3, "gone"),
    ("01-needs/quiz.yaml", "draw: 1", "draw: 5", 1, "from 1 to 1"),
    ("01-needs/quiz.yaml", "[what-is-a-need]", "[what-is-a-need, what-is-a-need]", 3, "twice"),
    ("01-needs/glossary.yaml", "it: bisogno", "it: ''", 2, "term.it"),
    ("01-needs/glossary.yaml", "key: need", "key: A Need", 1, "address"),
    ("01-needs/media/media.yaml", "levels:", "leves:", 1, "leves"),
    ("01-needs/media/levels.en.svg", "<text", "<script/><text", 0, "script"),
    ("01-needs/media/levels.en.svg", "viewBox", "box", 0, "size"),
    ("01-needs/media/levels.en.svg", "</text>", "", 1, "can't be read"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "line", "words"), EDITS)
def test_a_fault_in_a_file_is_told_with_its_line(path: str, old: str, new: str, line: int, words: str) -> None:
    files = course_files()
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode(), 1)
    found = [fault for fault in faults_of(files) if fault.path == path]
    assert found, faults_of(files)
    assert any(words in _said(fault) and fault.line == line for fault in found), found


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("01-needs/notes.txt", "no place"),
        ("01-needs/lessons/03-third/EN.md", "no place"),
        ("01-needs/lessons/third/en.md", "no place"),
        ("01-needs/lessons/03-third/de.md", "no place"),
        ("01-needs/media/clip.gif", "no place"),
        ("01-needs/media/../../x.svg", "no place"),
        ("readme.txt", "no place"),
    ],
)
def test_a_file_that_belongs_nowhere_is_a_fault(path: str, words: str) -> None:
    found = faults_of(course_files() | {path: b"x"})
    assert [words in _said(fault) for fault in found if fault.path == path] == [True]


def test_words_that_are_addresses_are_refused_as_names() -> None:
    for word in ("quiz", "activity", "progress", "attempts", "facilitator", "new", "mine", "t"):
        assert word in RESERVED
        [fault] = faults_of(course_files() | {f"01-needs/lessons/03-{word}/en.md": lesson("X", "Words.").encode()})
        assert "address of the site" in _said(fault)


def test_two_lessons_of_one_name_or_number_are_refused() -> None:
    for folder in ("01-listening", "03-seeing"):
        files = course_files() | {f"01-needs/lessons/{folder}/en.md": lesson("X", "Words.").encode()}
        assert any("same number or the same name" in _said(fault) for fault in faults_of(files))


def test_a_file_that_is_no_text_is_told() -> None:
    [fault] = faults_of(course_files() | {SEEING: b"---\ntitle: caf\xe9\n---\n"})
    assert (fault.line, "UTF-8" in _said(fault)) == (2, True)


def test_a_missing_translation_is_advice_and_no_fault() -> None:
    found = read(course_files())[1]
    assert "02-money/lessons/01-paying" in [fault.path for fault in found if "Not written yet" in _said(fault)]
    assert not any(fault.serious for fault in found)


def test_a_question_file_is_checked_by_those_who_mark_it() -> None:
    path = "01-needs/questions/try-it.yaml"
    files = course_files()
    files[path] = files[path].replace(b"correct: true", b"correct: false")
    assert [fault.path for fault in faults_of(files)] == [path]
    files[path] = course_files()[path].replace(b"lesson: seeing", b"lesson: gone")
    assert [fault.line for fault in faults_of(files)] == [2]


def test_without_course_yaml_there_is_no_course() -> None:
    course, found = read({})
    assert course is None
    assert [fault.path for fault in found] == ["course.yaml"]


def test_yaml_that_would_never_end_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))
    for text in (bomb, "[" * 5_000, "a: !!python/object:os.system x", "\0"):
        with pytest.raises(NotYaml):
            loaded(text)


def test_words_and_readability() -> None:
    # 89 + (300 x 2 sentences - 10 x 30 letters) / 8 words = 126.5: easier than the scale goes
    assert figures("Il pane è buono. Lo mangiamo insieme ogni giorno.", "it").index == 100
    hard = "L'amministrazione condivisa presuppone un'interpretazione costituzionalmente orientata della sussidiarietà."
    assert figures(hard, "it").index < 45
    assert figures("The cat sat on the mat. We ate bread.", "en").index > 90
    found = figures(
        "Words here.\n\nTable: A table\n\n| one | two |\n|---|---|\n| three | four |\n\n- item one\n- item two", "en"
    )
    assert found.words == 2 + 2 + 1 + 4 + 4
    assert figures("", "it").index == 0


def test_pictures_say_how_large_they_are() -> None:
    assert size_of("a.svg", DRAWING) == (640, 360)
    assert size_of("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\x68") == (640, 360)
    assert size_of("a.jpg", b"\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\1\x68\2\x80" + b"\0" * 9) == (640, 360)
    for name in ("a.png", "a.jpg", "a.svg"):
        assert size_of(name, b"GIF89a") is None


@pytest.mark.parametrize(
    "drawing",
    [
        b"<svg><script>alert(1)</script></svg>",
        b"<svg onload='x()'/>",
        b"<svg><image href='https://example.org/x.png'/></svg>",
        b"<svg><style>@import 'x.css'</style></svg>",
        b"<svg><style>a{fill:url(https://example.org)}</style></svg>",
        b"<svg><foreignObject/></svg>",
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        b"<svg><a href='javascript:x'/></svg>",
    ],
)
def test_a_drawing_that_does_something_is_refused(drawing: bytes) -> None:
    assert is_active(drawing)
    assert not is_active(DRAWING + b"<use href='#a'/><path fill='url(#b)'/>")
