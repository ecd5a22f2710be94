"""Is an author's Markdown as docs/authoring.md promises it? Read line by line, so that every fault has its line."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from markdown.extensions.toc import slugify_unicode

from academy.kernel.access import Refused
from academy.kernel.files import VIDEO
from academy.kernel.i18n import say
from academy.kernel.markup import LESSON, guard
from academy.kernel.markup.films import film_at
from academy.learning.authoring.faults import Faults
from academy.learning.authoring.links import addresses_in
from academy.learning.authoring.pictures import PLAYED

CALLOUTS = ("note", "tip", "warning", "example", "think", "transcript")

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]*(.*?)[ \t#]*$")
_UNDERLINE = re.compile(r"^ {0,3}=+[ \t]*$")
_TABLE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$")
_CAPTION = re.compile(r"^(Table|Tabella)[ \t]*:[ \t]*\S")
_PICTURE = re.compile(r"!\[([^\[\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+(\"[^\"]*\"|'[^']*'))?\s*\)")
_RAW_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_LANGUAGE_OF_PICTURE = re.compile(r"\.([a-z]{2})\.[a-z]+$")
_PRACTICE = re.compile(r"^::practice\[([a-z0-9]+(?:-[a-z0-9]+)*)\]\s*$")
_CALLOUT = re.compile(r"^!!![ \t]*([\w-]*)")
_ITEM = re.compile(r"^( *)(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_CODE = re.compile(r"`[^`]*`")
_COURSE_PAGE = re.compile(r"/[a-z]{2}/learn/([a-z0-9-]+)(?:/([a-z0-9-]+))?/?(?:[?#].*)?$")
FILMS = {kind.ending for kind in VIDEO}
_PAGES_OF_MODULE = {"activity", "example", "facilitator", "quiz", "glossary", "print"}


@dataclass(frozen=True)
class Surroundings:
    """What a text may refer to."""

    language: str
    is_lesson: bool
    pictures: Collection[str]  # the files in media/
    questions: Collection[str]  # the keys in questions/
    terms: Collection[str] = ()  # the keys in glossary.yaml
    places: Collection[str] | None = (
        None  # "module" and "module/lesson", for links inside the course; None: not known here
    )


def check(markdown: str, first_line: int, around: Surroundings, faults: Faults) -> None:
    """Note what is wrong; `first_line` is the line of the file on which the Markdown begins."""
    text = markdown.replace("\r\n", "\n")
    first_line += len(text) - len(text.lstrip("\n"))
    lines = _without_code(text.lstrip("\n").split("\n"))
    _check_outline(lines, first_line, around, faults)
    _check_tables(lines, first_line, faults)
    _check_pictures(lines, first_line, around, faults)
    _check_practice(lines, first_line, around, faults)
    _check_callouts(lines, first_line, around, faults)
    _check_lists(lines, first_line, faults)
    _check_notes(lines, first_line, faults)
    _check_links(lines, first_line, around, faults)
    try:
        guard.check(markdown, longest=LESSON.longest)
    except Refused as refused:
        faults.note(first_line, refused.verdict.refusal or "", say("Make it simpler, or divide it."))


def _check_outline(lines: list[str], first: int, around: Surroundings, faults: Faults) -> None:
    level = 1
    if around.is_lesson and _HEADING.match(lines[0]):
        faults.note(
            first,
            say("The lesson begins with a heading."),
            say("Begin with a paragraph: a problem, a scene, a person."),
        )
    for number, line in enumerate(lines):
        if _UNDERLINE.match(line) and number and lines[number - 1].strip():
            faults.note(first + number, say("A heading is written with a line below it."), say("Write “## Heading”."))
        if (heading := _HEADING.match(line)) is None:
            continue
        deep = len(heading[1])
        if not heading[2]:
            faults.note(first + number, say("A heading is empty."), say("Write its words, or take it out."))
        elif deep == 1:
            faults.note(
                first + number, say("A heading has one #."), say("Begin at ##: the page has its own title above.")
            )
        elif deep > level + 1:
            faults.note(
                first + number,
                say("A heading jumps from level %(above)s to level %(deep)s.", above=level, deep=deep),
                say("Write it with %(number)s #.", number=level + 1),
            )
        level = max(deep, 1)


def _check_tables(lines: list[str], first: int, faults: Faults) -> None:
    for number, line in enumerate(lines):
        if not _TABLE.match(line) or number == 0 or "|" not in lines[number - 1]:
            continue
        before = number - 2
        while before >= 0 and not lines[before].strip():
            before -= 1
        start = before
        while start > 0 and lines[start - 1].strip():
            start -= 1
        if before < 0 or not _CAPTION.match(lines[start].strip()) or lines[number - 2].strip():
            faults.note(
                first + number - 1,
                say("A table has no caption."),
                say("Put a paragraph before it that begins with “Table:”, with an empty line between."),
            )


def _check_pictures(lines: list[str], first: int, around: Surroundings, faults: Faults) -> None:
    for number, line in enumerate(lines):
        at = first + number
        plain = _CODE.sub("", line)
        if _RAW_PICTURE.search(plain):
            faults.note(at, say("A picture is written in HTML."), say("Write ![what one sees](media/file.svg)."))
        for alternative, address, caption in _PICTURE.findall(plain):
            if not alternative.strip():
                faults.note(
                    at,
                    say("A picture has no alternative text."),
                    say("Write between ![ and ] what one sees, for those who can't see it."),
                )
            name = address.removeprefix("media/")
            if film_at(address) or PurePosixPath(name).suffix in PLAYED:
                _check_played(lines, number, at, address, around, faults)
            if film_at(address):
                continue
            if not address.startswith("media/"):
                faults.note(
                    at,
                    say("The picture “%(address)s” is not in media/.", address=address),
                    say("Put the file into the module's folder media/ and write media/ before its name."),
                )
            elif name not in around.pictures:
                faults.note(
                    at,
                    say("There is no picture “%(address)s”.", address=address),
                    say("Mend the name, or add the file."),
                )
            language = _LANGUAGE_OF_PICTURE.search(name)
            if language and language[1] != around.language:
                faults.note(
                    at,
                    say("The picture “%(address)s” is in another language than the text.", address=address),
                    say("Use the file that ends in .%(language)s and the kind of picture.", language=around.language),
                )
            if not caption and plain.strip().startswith("![") and plain.strip().endswith(")"):
                faults.note(
                    at,
                    say("A figure has no caption."),
                    say("Write it in quotation marks after the address of the file."),
                    serious=False,
                )


def _check_played(lines: list[str], number: int, at: int, address: str, around: Surroundings, faults: Faults) -> None:
    """Who can't hear or see has to get the same."""
    path = PurePosixPath(address)
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    transcript = (found := _CALLOUT.match(below)) is not None and found[1] == "transcript"
    captions = f"{path.stem}.{around.language}.vtt"
    if path.suffix in FILMS and captions not in around.pictures:
        faults.note(
            at,
            say("The film has no captions in the language of the text."),
            say("Add them as media/%(name)s.", name=captions),
        )
    if not transcript:
        faults.note(
            at,
            say("There is no transcript below the film or the recording."),
            say("Put a box that begins with !!! transcript directly below it."),
            serious=path.suffix in PLAYED - FILMS,
        )


def _check_practice(lines: list[str], first: int, around: Surroundings, faults: Faults) -> None:
    for number, line in enumerate(lines):
        if "::practice" not in _CODE.sub("", line):
            continue
        question = _PRACTICE.match(line)
        alone = not any(near.strip() for near in (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]))
        if question is None or not alone:
            faults.note(
                first + number,
                say("A practice question does not stand in a paragraph of its own."),
                say("Write ::practice[key] at the beginning of a line, with an empty line before and after."),
            )
        elif question[1] not in around.questions:
            faults.note(
                first + number,
                say("There is no question “%(key)s”.", key=question[1]),
                say("Mend the key, or add questions/%(key)s.yaml.", key=question[1]),
            )


def _check_callouts(lines: list[str], first: int, around: Surroundings, faults: Faults) -> None:
    kinds = []
    for number, line in enumerate(lines):
        if (callout := _CALLOUT.match(line)) is None:
            continue
        kinds.append(callout[1])
        if callout[1] not in CALLOUTS:
            faults.note(
                first + number,
                say("There is no call-out “%(kind)s”.", kind=callout[1]),
                say("Use one of: %(kinds)s.", kinds=", ".join(CALLOUTS)),
            )
        below = next((under for under in lines[number + 1 :] if under.strip()), "")
        if not below.startswith(("    ", "\t")):
            faults.note(
                first + number,
                say("A call-out is empty."),
                say("Indent the text below it by four spaces."),
            )
    if around.is_lesson and "think" not in kinds:
        faults.note(
            first,
            say("The lesson asks nothing to think about."),
            say("Add two questions in a box that begins with !!! think."),
            serious=False,
        )


def _check_lists(lines: list[str], first: int, faults: Faults) -> None:
    above = -1  # how far the item before was indented; -1: no list here
    for number, line in enumerate(lines):
        item = _ITEM.match(line)
        if item is None:
            if line.strip() and not line.startswith(" "):
                above = -1
            continue
        indent = len(item[1])
        if above >= 0 and indent > above and indent - above != 4:
            faults.note(
                first + number,
                say("A list inside a list is indented by %(spaces)s spaces.", spaces=indent - above),
                say("Indent it by four."),
            )
        above = indent


def _check_notes(lines: list[str], first: int, faults: Faults) -> None:
    notes = {note[1]: number for number, line in enumerate(lines) if (note := _NOTE.match(line))}
    used: set[str] = set()
    for number, line in enumerate(lines):
        for key in _REFERENCE.findall(_CODE.sub("", line)):
            used.add(key)
            if key not in notes:
                faults.note(
                    first + number,
                    say("There is no note “%(key)s”.", key=key),
                    say("Write it in a line of its own: [^%(key)s]: …", key=key),
                )
    for key in notes.keys() - used:
        faults.note(
            first + notes[key],
            say("Nothing refers to the note “%(key)s”.", key=key),
            say("Write [^%(key)s] where it belongs.", key=key),
            serious=False,
        )


def _check_links(lines: list[str], first: int, around: Surroundings, faults: Faults) -> None:
    headings = {slugify_unicode(heading[2], "-") for line in lines if (heading := _HEADING.match(line))}
    for number, line in enumerate(lines):
        for address in addresses_in(line):
            if _leads_nowhere(address, headings, around):
                faults.note(
                    first + number,
                    say("The link “%(address)s” leads nowhere.", address=address),
                    say("Mend the address, or take the link out."),
                )


def _leads_nowhere(address: str, headings: Collection[str], around: Surroundings) -> bool:
    """Of what can be known here: headings of this text, files of the module, pages of the course."""
    if address.startswith("#"):
        return address[1:] not in headings and not address.startswith("#fn")
    if address.startswith("term:"):
        return address.removeprefix("term:") not in around.terms
    if address.startswith("media/"):
        return address.removeprefix("media/") not in around.pictures
    page = _COURSE_PAGE.match(address)
    if page is None:
        return address in {"", "http://", "https://"} or " " in address
    if around.places is None:
        return False
    place = "/".join(part for part in (page[1], page[2]) if part)
    return page[2] not in _PAGES_OF_MODULE and place not in around.places


def _without_code(lines: list[str]) -> list[str]:
    """The lines, with those of fenced code left empty."""
    fence = ""
    seen = []
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            seen.append("")
        elif mark:
            fence = mark[1]
            seen.append("")
        else:
            seen.append(line)
    return seen
