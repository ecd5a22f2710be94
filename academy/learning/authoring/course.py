"""What does a course tree say? Read into plain data, with everything that is wrong on the way."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

from academy.assessment import yaml_questions
from academy.assessment.rules import Policy, quiz_possible, tags_possible
from academy.kernel.files.kinds import kind_of_bytes
from academy.kernel.i18n import say
from academy.learning.authoring import pictures, prose
from academy.learning.authoring.citations import citation
from academy.learning.authoring.faults import Fault, Faults
from academy.learning.authoring.readability import GULPEASE_AT_LEAST, WORDS, Figures, figures
from academy.learning.authoring.tree import Files
from academy.learning.authoring.yaml_lines import Document, Fields, NotYaml, loaded
from academy.learning.models import UnitKind
from academy.settings import LANGUAGES_KNOWN

# Words that are addresses below /learn, now or soon: no lesson and no module may take them.
RESERVED = frozenset(
    {
        *("quiz", "activity", "facilitator", "glossary", "progress", "attempts", "questions", "media", "print"),
        *("new", "mine", "me", "t", "edit", "done", "undone", "notes", "portfolio", "editions", "sessions"),
        *("sources", "example", "guides"),
        *("learn", "search", "studio", "settings", "static", "api"),
    }
)

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBERED = re.compile(r"(\d+)-([a-z0-9]+(?:-[a-z0-9]+)*)")
_MEDIA = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)(\.[a-z]{2})?\.([a-z0-9]{2,4})")
_TEXT_FOLDERS = {"activity": UnitKind.ACTIVITY, "example": UnitKind.EXAMPLE, "facilitator": UnitKind.GUIDE}
_PLACE = re.compile(r"\d+-([a-z0-9-]+)/(?:module\.yaml$|lessons/\d+-([a-z0-9-]+)/)")
_LIBRARY = "guides"
_LARGEST_PICTURE = 600 * 1024


@dataclass(frozen=True)
class Text:
    """What people read, in one language, as its file says. By itself: a guide of the library."""

    path: str
    slug: str
    language: str
    written: str
    title: str
    summary: str
    minutes: int
    sources: list[str]
    markdown: str
    first_line: int  # of the Markdown in the file

    @property
    def figures(self) -> Figures:
        return figures(self.markdown, self.language)


@dataclass(frozen=True)
class UnitText(Text):
    """A lesson, the activity or another text of a module."""

    kind: UnitKind


@dataclass(frozen=True)
class Quiz:
    settings: dict[str, int]
    keys: list[str]


@dataclass(frozen=True)
class ModuleText:
    folder: str
    slug: str
    position: int
    hue: int
    minutes: int
    title: dict[str, Any]
    summary: dict[str, Any]
    artefact: dict[str, Any]
    outcomes: list[dict[str, Any]]
    authors: list[str]
    glossary: list[dict[str, Any]]
    credits: list[dict[str, str]]
    quiz: Quiz | None
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    about_media: bytes = b""  # media.yaml as it stands there
    texts: list[UnitText] = field(default_factory=list)

    @property
    def lessons(self) -> list[str]:
        """Slugs in order."""
        return list(dict.fromkeys(text.slug for text in self.texts if text.kind is UnitKind.LESSON))


@dataclass(frozen=True)
class CourseText:
    title: dict[str, Any]
    summary: dict[str, Any]
    licence: str
    languages: tuple[str, ...]
    modules: list[ModuleText]
    guides: list[Text]  # of the library, in order, each in every language it is written in

    @property
    def texts(self) -> list[Text]:
        return [*(text for module in self.modules for text in module.texts), *self.guides]


def read(files: Files) -> tuple[CourseText | None, list[Fault]]:
    """The course and its faults, serious or not. No course where `course.yaml` itself can't be read."""
    reading = _Reading(files)
    course = reading.course()
    found = [fault for faults in reading.faults.values() for fault in faults.found]
    return course, sorted(found, key=lambda fault: (fault.path, fault.line))


def split_text(written: str) -> tuple[str, str, int] | None:
    """Front matter, Markdown, and the line on which the Markdown begins; None where there is no front matter."""
    text = written.removeprefix("\ufeff").replace("\r\n", "\n")
    found = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", text, re.DOTALL)
    if found is None:
        return None
    return found[1], text[found.end() :], text[: found.end()].count("\n") + 1


def read_text(
    written: str,
    *,
    path: str,
    kind: UnitKind,
    slug: str,
    language: str,
    pictures: Collection[str],
    questions: Collection[str],
    terms: Collection[str],
    places: Collection[str],
) -> tuple[UnitText | None, list[Fault]]:
    """One text by itself, checked as the tree is: for what is written on the web."""
    reading = _Reading({path: written.encode()}, places)
    text = reading.unit_text(path, kind, slug, language, pictures, questions, terms)
    return text, sorted(reading.faults[path].found, key=lambda fault: fault.line)


class _Reading:
    def __init__(self, files: Files, places: Collection[str] | None = None) -> None:
        self._files = files
        self.faults: defaultdict[str, Faults] = _FaultsByPath()
        self._languages: tuple[str, ...] = ()
        self._places = (
            places
            if places is not None
            else {"/".join(part for part in found.groups() if part) for found in map(_PLACE.match, files) if found}
        )
        self._loaded: dict[str, Document] = {}

    def course(self) -> CourseText | None:
        fields = self._fields("course.yaml")
        if fields is None:
            return None
        faults = self.faults["course.yaml"]
        self._languages = tuple(fields.list_of_text("languages"))
        for number, language in enumerate(self._languages):
            if language not in LANGUAGES_KNOWN:
                faults.note(
                    fields.line("languages", number),
                    say("“%(language)s” is not a language of the platform.", language=language),
                    say("Use some of: %(languages)s.", languages=", ".join(LANGUAGES_KNOWN)),
                )
        folders = fields.list_of_text("modules")
        made = CourseText(
            title=fields.texts("title", self._languages),
            summary=fields.texts("summary", self._languages),
            licence=fields.text("licence"),
            languages=self._languages,
            modules=[
                module
                for position, folder in enumerate(folders, 1)
                if (module := self._module(folder, position, fields.line("modules", position - 1)))
            ],
            guides=self._guides(fields),
        )
        fields.nothing_but("title", "summary", "licence", "languages", "modules", "guides")
        self._check_repeated([module.slug for module in made.modules], "course.yaml")
        known = {"course.yaml", _LIBRARY, *folders}
        for top in sorted({path.split("/")[0] for path in self._files} - known):
            if any(path.startswith(f"{top}/") for path in self._files):
                faults.note(
                    fields.line("modules"),
                    say("The folder “%(folder)s” is not in the list of modules.", folder=top),
                    say("Add it to “modules”, where it belongs in the order, or take it away."),
                )
            else:
                self._stray(top)
        return made

    # --- the library

    def _guides(self, fields: Fields) -> list[Text]:
        """In the order of `course.yaml`; the folder of each holds one file for each language."""
        slugs = fields.list_of_text("guides", needed=False)
        self._check_repeated(slugs, "course.yaml", fields.line("guides"))
        inside = sorted(path for path in self._files if path.startswith(f"{_LIBRARY}/"))
        found = []
        for number, slug in enumerate(slugs):
            self._check_slug(slug, "course.yaml", fields.line("guides", number))
            folder = f"{_LIBRARY}/{slug}"
            there = [language for language in self._languages if f"{folder}/{language}.md" in inside]
            texts = (self._text(f"{folder}/{language}.md", None, slug, language) for language in there)
            found += [text for text in texts if text]
            if not there:
                self.faults["course.yaml"].note(
                    fields.line("guides", number),
                    say("There is no guide “%(slug)s”.", slug=slug),
                    say("Write guides/%(slug)s/en.md, or take it out of the list.", slug=slug),
                )
            else:
                self._note_missing(folder, there)
        for path in inside:
            folder, _, name = path.removeprefix(f"{_LIBRARY}/").partition("/")
            if folder not in slugs and name:
                self.faults[path].note(
                    0,
                    say("The guide “%(slug)s” is not in the list of guides.", slug=folder),
                    say("Add it to “guides” in course.yaml, where it belongs in the order, or take it away."),
                )
            elif name not in {f"{language}.md" for language in self._languages}:
                self._stray(path)
        return found

    # --- one module

    def _module(self, folder: str, position: int, line: int) -> ModuleText | None:
        numbered = _NUMBERED.fullmatch(folder)
        if numbered is None or not any(path.startswith(f"{folder}/") for path in self._files):
            self.faults["course.yaml"].note(
                line,
                say("There is no folder “%(folder)s” for this module.", folder=folder),
                say("Make a folder with a number, a hyphen and the slug, such as 01-active-citizenship."),
            )
            return None
        path = f"{folder}/module.yaml"
        fields = self._fields(path)
        if fields is None:
            return None
        slug = fields.text("slug")
        self._check_slug(slug, path, fields.line("slug"))
        if slug != numbered[2]:
            self.faults[path].note(
                fields.line("slug"),
                say("The slug is not the name of the folder."),
                say("Write “slug: %(slug)s”, or rename the folder.", slug=numbered[2]),
            )
        inside = sorted(name.removeprefix(f"{folder}/") for name in self._files if name.startswith(f"{folder}/"))
        self._note_strays(folder, inside)
        languages = self._languages
        lessons = self._lessons(folder, inside)
        media, credits = self._media(folder, inside)
        questions = self._questions(folder, inside, list(lessons), media.keys())
        module = ModuleText(
            folder=folder,
            slug=slug,
            position=position,
            hue=fields.number("hue", 1, 7),
            minutes=fields.number("minutes", 1, 6_000),
            title=fields.texts("title", languages, longest=120),
            summary=fields.texts("summary", languages, longest=600),
            artefact=fields.texts("artefact", languages, longest=120),
            outcomes=[
                fields.texts_at(("outcomes", number), languages, longest=300)
                for number, _ in enumerate(fields.entries("outcomes"))
            ],
            authors=fields.list_of_text("authors"),
            glossary=self._glossary(folder),
            credits=credits,
            quiz=self._quiz(folder, questions, bool(lessons)),
            questions=questions,
            media=media,
            about_media=self._files.get(f"{folder}/media/media.yaml", b""),
        )
        if not 4 <= len(module.outcomes) <= 6:
            self.faults[path].note(
                fields.line("outcomes"),
                say("There are %(number)s outcomes.", number=len(module.outcomes)),
                say("Write four to six."),
                serious=False,
            )
        fields.nothing_but("slug", "hue", "minutes", "title", "summary", "artefact", "outcomes", "authors")
        module.texts.extend(self._texts(module, lessons, inside))
        return module

    def _note_strays(self, folder: str, inside: list[str]) -> None:
        files = {"module.yaml", "glossary.yaml", "quiz.yaml", "media/media.yaml"}
        for name in inside:
            top, _, rest = name.partition("/")
            place = PurePosixPath(rest)
            known = (
                name in files
                or (top == "media" and _MEDIA.fullmatch(rest) and place.suffix in pictures.KINDS)
                or (top == "questions" and place.suffix == ".yaml" and _SLUG.fullmatch(place.stem))
                or (top in _TEXT_FOLDERS and place.suffix == ".md" and place.stem in self._languages)
                or (top == "lessons" and self._is_lesson(rest))
            )
            if not known:
                self._stray(f"{folder}/{name}")

    def _is_lesson(self, path: str) -> bool:
        folder, _, name = path.partition("/")
        return bool(_NUMBERED.fullmatch(folder)) and name in {f"{language}.md" for language in self._languages}

    def _lessons(self, folder: str, inside: list[str]) -> dict[str, str]:
        """Folder by slug, in order."""
        folders = {
            name.split("/")[1]
            for name in inside
            if name.startswith("lessons/") and self._is_lesson(name[len("lessons/") :])
        }
        found: dict[str, str] = {}
        numbers: dict[int, str] = {}
        for lesson in sorted(folders, key=lambda name: (int(name.split("-")[0]), name)):
            numbered = _NUMBERED.fullmatch(lesson)
            assert numbered is not None
            number, slug = int(numbered[1]), numbered[2]
            path = f"{folder}/lessons/{lesson}"
            self._check_slug(slug, path, 0)
            if slug in found or number in numbers:
                self.faults[path].note(
                    0,
                    say("Another lesson has the same number or the same name."),
                    say("Give each folder a number and a name of its own."),
                )
            found.setdefault(slug, lesson)
            numbers[number] = slug
        return found

    def _texts(self, module: ModuleText, lessons: dict[str, str], inside: list[str]) -> Iterable[UnitText]:
        places = [(f"lessons/{lesson}", UnitKind.LESSON, slug) for slug, lesson in lessons.items()]
        places += [(name, kind, name) for name, kind in _TEXT_FOLDERS.items()]
        for place, kind, slug in places:
            there = [language for language in self._languages if f"{place}/{language}.md" in inside]
            for language in there:
                path = f"{module.folder}/{place}/{language}.md"
                pictures, questions = module.media.keys(), module.questions.keys()
                terms = {entry["key"] for entry in module.glossary}
                if text := self.unit_text(path, kind, slug, language, pictures, questions, terms):
                    yield text
            if there or (kind is UnitKind.ACTIVITY and lessons):
                self._note_missing(f"{module.folder}/{place}", there)

    def unit_text(
        self,
        path: str,
        kind: UnitKind,
        slug: str,
        language: str,
        pictures: Collection[str],
        questions: Collection[str],
        terms: Collection[str],
    ) -> UnitText | None:
        text = self._text(path, kind, slug, language, pictures, questions, terms)
        return UnitText(**vars(text), kind=kind) if text else None

    def _note_missing(self, place: str, there: list[str]) -> None:
        missing = [language for language in self._languages if language not in there]
        if missing:
            self.faults[place].note(
                0,
                say("Not written yet in: %(languages)s.", languages=", ".join(missing)),
                say("Until it is, readers see the other language with a notice, or nothing."),
                serious=False,
            )

    def _text(
        self,
        path: str,
        kind: UnitKind | None,
        slug: str,
        language: str,
        pictures: Collection[str] = (),
        questions: Collection[str] = (),
        terms: Collection[str] = (),
    ) -> Text | None:
        """Without a kind: a guide of the library, which has neither pictures nor practice questions."""
        written = self._decoded(path)
        if written is None:
            return None
        faults = self.faults[path]
        pieces = split_text(written)
        if pieces is None:
            faults.note(
                1,
                say("The front matter is missing."),
                say("Begin the file with a line ---, then title, summary and minutes, then a line ---."),
            )
            return None
        front, markdown, first_line = pieces
        fields = self._document(path, front, first_line=2)
        if fields is None:
            return None
        lesson = kind is UnitKind.LESSON
        sources = fields.list_of_text("sources", needed=False)
        if lesson and not sources:
            faults.note(1, say("The lesson names no source."), say("Add “sources” to the front matter."), serious=False)
        for number, source in enumerate(sources):
            if citation(source) is None:
                faults.note(
                    fields.line("sources", number),
                    say("It can't be told who wrote this source, when, and what it is called."),
                    say("Write “Author (year), Title, where it is found [what of it].”"),
                    serious=False,
                )
        if not markdown.strip():
            faults.note(first_line, say("The text is empty."), say("Write it, or take the file away."))
        around = prose.Surroundings(language, lesson, pictures, questions, terms, self._places)
        prose.check(markdown, first_line, around, faults)
        text = Text(
            path=path,
            slug=slug,
            language=language,
            written=written,
            title=fields.text("title", longest=160),
            summary=fields.text("summary", longest=400),
            minutes=fields.number("minutes", 1, 600, otherwise=240 if kind is UnitKind.GUIDE else None),
            sources=sources,
            markdown=markdown,
            first_line=first_line,
        )
        fields.nothing_but("title", "summary", "minutes", "sources")
        if lesson:
            self._advise(text, faults)
        return text

    def _advise(self, text: Text, faults: Faults) -> None:
        counted = text.figures
        if not WORDS[0] <= counted.words <= WORDS[1]:
            faults.note(
                text.first_line,
                say("The lesson has %(number)s words.", number=counted.words),
                say("Between %(least)s and %(most)s are read in one sitting.", least=WORDS[0], most=WORDS[1]),
                serious=False,
            )
        if text.language == "it" and counted.index < GULPEASE_AT_LEAST:
            faults.note(
                text.first_line,
                say("The Gulpease index is %(index)s.", index=counted.index),
                say("Shorten sentences and words until it is at least %(least)s.", least=GULPEASE_AT_LEAST),
                serious=False,
            )

    # --- quiz, questions, glossary, pictures

    def _questions(
        self, folder: str, inside: list[str], lessons: list[str], media: Collection[str]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name in inside:
            key = PurePosixPath(name).stem
            if not (name.startswith("questions/") and name.endswith(".yaml") and _SLUG.fullmatch(key)):
                continue
            path = f"{folder}/{name}"
            written = self._decoded(path)
            if written is None:
                continue
            # also where it can't be read it is there, so that what names it is not a second fault
            found[key], faults = yaml_questions.read(written, self._languages, lessons, media)
            for fault in faults:
                self.faults[path].note(fault.line, fault.sentence, "", serious=fault.serious)
        return found

    def _quiz(self, folder: str, questions: Mapping[str, Mapping[str, Any]], has_lessons: bool) -> Quiz | None:
        path = f"{folder}/quiz.yaml"
        if path not in self._files:
            if has_lessons:
                self.faults[path].note(0, say("The module has no quiz yet."), say("Write quiz.yaml."), serious=False)
            return None
        fields = self._fields(path)
        if fields is None:
            return None
        keys = fields.list_of_text("questions")
        if not keys:
            self.faults[path].note(
                fields.line("questions"), say("The quiz has no questions."), say("List their keys after “questions:”.")
            )
            return None
        for number, key in enumerate(keys):
            if key not in questions:
                self.faults[path].note(
                    fields.line("questions", number),
                    say("There is no question “%(key)s”.", key=key),
                    say("Mend the key, or add questions/%(key)s.yaml.", key=key),
                )
        self._check_repeated(keys, path, fields.line("questions"))
        settings = {
            "draw": fields.number("draw", 1, max(1, len(keys))),
            "pass_mark": fields.number("pass_mark", 1, 100),
            "attempts": fields.number("attempts", 0, 100, otherwise=0),
            "minutes": fields.number("minutes", 0, 600, otherwise=0),
            "wait": fields.number("wait", 0, 60_000, otherwise=0),
        }
        others = ("order", "counts", "feedback", "opens", "closes", "tags")
        fields.nothing_but(*settings, *others, "questions")
        found = self._loaded[path].value
        return self._policy(
            path, {**settings, **{name: found[name] for name in others if name in found}}, keys, questions
        )

    def _policy(
        self, path: str, settings: dict[str, Any], keys: list[str], questions: Mapping[str, Mapping[str, Any]]
    ) -> Quiz:
        """How it is drawn, when it is open, what counts: as the quiz itself reads it."""
        try:
            policy = Policy.of(settings)
        except (ValueError, TypeError, AttributeError):
            self.faults[path].note(
                1,
                say("The rules of the quiz can't be read."),
                say(
                    "Write for example “order: shuffled”, “counts: last”, “feedback: marks”, "
                    "“opens: 2026-12-01T09:00+01:00”, “tags: {need: 3}”."
                ),
            )
            return Quiz(settings, keys)
        tagged = Counter(tag for key in keys for tag in questions.get(key, {}).get("tags", ()))
        for verdict in (quiz_possible(policy, len(keys)), tags_possible(policy, tagged)):
            if verdict.refusal is not None:
                self.faults[path].note(1, verdict.refusal, say("Mend the rules of the quiz."))
        return Quiz(policy.facts, keys)

    def _glossary(self, folder: str) -> list[dict[str, Any]]:
        path = f"{folder}/glossary.yaml"
        document = self._read_yaml(path) if path in self._files else None
        if document is None:
            return []
        if not isinstance(document.value, list):
            self.faults[path].note(1, say("The glossary is not a list."), say("Write each term after “- key: …”."))
            return []
        found = []
        for number in range(len(document.value)):
            term = Fields(document, self.faults[path], (number,))
            entry = {
                "key": term.text("key"),
                "term": term.texts("term", self._languages, longest=120),
                "definition": term.texts("definition", self._languages, longest=800),
            }
            term.nothing_but("key", "term", "definition")
            if isinstance(entry["key"], str) and entry["key"] and not _SLUG.fullmatch(entry["key"]):
                self._bad_slug(entry["key"], path, term.line("key"))
            found.append(entry)
        self._check_repeated([str(entry["key"]) for entry in found], path)
        return found

    def _media(self, folder: str, inside: list[str]) -> tuple[dict[str, bytes], list[dict[str, str]]]:
        names = [name.removeprefix("media/") for name in inside if name.startswith("media/")]
        media = {
            name: self._files[f"{folder}/media/{name}"]
            for name in names
            if _MEDIA.fullmatch(name) and PurePosixPath(name).suffix in pictures.KINDS
        }
        for name, content in media.items():
            self._check_picture(f"{folder}/media/{name}", name, content)
        path = f"{folder}/media/media.yaml"
        if not media and path not in self._files:
            return media, []
        fields = self._fields(path)
        if fields is None:
            return media, []
        stems = {found[1] for name in media if (found := _MEDIA.fullmatch(name)) and found[3] != "vtt"}
        fields.nothing_but(*sorted(stems))
        credits: list[dict[str, str]] = []
        for stem in sorted(stems):
            if not fields.has(stem):
                self.faults[path].note(
                    0,
                    say("Nothing is said about the picture “%(name)s”.", name=stem),
                    say("Write “%(name)s: {licence: CC-BY-SA-4.0, credit: …}”.", name=stem),
                )
                continue
            about = Fields(self._loaded[path], self.faults[path], (stem,))
            credit = {"credit": about.text("credit"), "licence": about.text("licence")}
            about.nothing_but("credit", "licence", "source")
            if credit not in credits:
                credits.append(credit)
        return media, credits

    def _check_picture(self, path: str, name: str, content: bytes) -> None:
        faults = self.faults[path]
        if PurePosixPath(name).suffix not in pictures.DRAWN:
            self._check_file(name, content, faults)
            return
        if len(content) > _LARGEST_PICTURE:
            faults.note(0, say("The picture is larger than 600 kB."), say("Make it smaller: many read on a phone."))
        if pictures.size_of(name, content) is None:
            faults.note(
                0,
                say("This is not a picture of the kind that its name says, or it does not say its size."),
                say("Save it again; an SVG needs a viewBox."),
            )
        if not name.endswith(".svg"):
            return
        if pictures.is_active(content):
            faults.note(
                0,
                say("The drawing holds a script, or points at another place."),
                say("Save it as a plain SVG, with everything in the file."),
            )
        try:
            ElementTree.fromstring(content)  # noqa: S314  # an author's file; what it may hold was checked above
        except ElementTree.ParseError as wrong:
            faults.note(wrong.position[0], say("The drawing can't be read."), str(wrong))

    def _check_file(self, name: str, content: bytes, faults: Faults) -> None:
        """A film, a recording, captions or something to download: it has to be what its name says."""
        ending = PurePosixPath(name).suffix
        kind = kind_of_bytes(content, name)
        if kind is None or kind.ending != ending:
            faults.note(
                0, say("This is not a file of the kind that its name says."), say("Save it again, or rename it.")
            )

    # --- files

    def _decoded(self, path: str) -> str | None:
        content = self._files[path]
        try:
            text = content.decode()
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
            self.faults[path].note(line, say("This is not UTF-8 text."), say("Save the file as UTF-8."))
            return None
        if "\0" in text:
            self.faults[path].note(0, say("The file holds a character that is no text."), say("Save it as plain text."))
            return None
        return text

    def _fields(self, path: str) -> Fields | None:
        document = self._read_yaml(path)
        return None if document is None else Fields(document, self.faults[path])

    def _document(self, path: str, text: str, first_line: int = 1) -> Fields | None:
        document = self._loaded_yaml(path, text, first_line)
        return None if document is None else Fields(document, self.faults[path])

    def _read_yaml(self, path: str) -> Document | None:
        if path not in self._files:
            self.faults[path].note(0, say("The file is missing."), say("Write it; docs/authoring.md shows how."))
            return None
        text = self._decoded(path)
        return None if text is None else self._loaded_yaml(path, text.removeprefix("\ufeff"), 1)

    def _loaded_yaml(self, path: str, text: str, first_line: int) -> Document | None:
        try:
            document = loaded(text, first_line)
        except NotYaml as wrong:
            self.faults[path].note(
                wrong.line,
                say("This is not YAML: %(why)s.", why=str(wrong)),
                say("Look at the indentation, and put texts with a colon in quotation marks."),
            )
            return None
        for line, name in document.repeated:
            self.faults[path].note(line, say("“%(name)s” is there twice.", name=name), say("Keep one of them."))
        self._loaded[path] = document
        return document

    # --- words that come back

    def _check_slug(self, slug: str, path: str, line: int) -> None:
        if slug and not _SLUG.fullmatch(slug):
            self._bad_slug(slug, path, line)
        elif slug in RESERVED:
            self.faults[path].note(
                line, say("“%(slug)s” is an address of the site.", slug=slug), say("Choose another name.")
            )

    def _bad_slug(self, slug: str, path: str, line: int) -> None:
        self.faults[path].note(
            line,
            say("“%(slug)s” can't be part of an address.", slug=slug),
            say("Use lower case letters without accents, digits and hyphens."),
        )

    def _check_repeated(self, keys: list[str], path: str, line: int = 0) -> None:
        for key in sorted({key for key in keys if key and keys.count(key) > 1}):
            self.faults[path].note(line, say("“%(name)s” is there twice.", name=key), say("Keep one of them."))

    def _stray(self, path: str) -> None:
        self.faults[path].note(
            0,
            say("This file has no place in a course."),
            say("Rename it as docs/authoring.md says, or take it away."),
        )


class _FaultsByPath(defaultdict[str, Faults]):
    def __missing__(self, path: str) -> Faults:
        self[path] = Faults(path)
        return self[path]
