"""Are the guides of the library there to read, to find and to take away, and do they follow the tree?"""

import pytest
from flask.testing import FlaskClient

from academy.learning.authoring.citations import citation
from academy.learning.authoring.course import read
from academy.learning.library import queries
from tests.given import Given
from tests.learning.given_learning import Files, course_files, exported, imported, lesson

NEED = "guides/write-a-need/en.md"


def with_guides(**more: str) -> Files:
    files = course_files()
    files["course.yaml"] += b"guides: [write-a-need, write-an-offer]\n"
    files[NEED] = lesson("Write a need", "Begin with a person.\n\n## Listen\n\nTwenty minutes.").encode()
    files["guides/write-a-need/it.md"] = lesson("Scrivere un bisogno", "Comincia da una persona.").encode()
    files["guides/write-an-offer/en.md"] = lesson("Write an offer", "Say how much.").encode()
    return files | {path: text.encode() for path, text in more.items()}


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_guides_are_listed_in_their_order_and_linked_from_the_course(client: FlaskClient, given: Given) -> None:
    assert "The guides are being written" in text_of(client, "/en/guides")
    imported(given, with_guides())
    page = text_of(client, "/en/guides")
    assert page.index("/en/guides/write-a-need") < page.index("/en/guides/write-an-offer")
    assert 'href="/en/guides"' in text_of(client, "/en/learn")
    assert "/en/guides/write-a-need</loc>" in text_of(client, "/sitemaps/pages.xml")


def test_a_guide_says_its_version_licence_and_sources(client: FlaskClient, given: Given) -> None:
    imported(given, with_guides())
    page = text_of(client, "/en/guides/write-a-need")
    for words in ("Begin with a person.", "Version 1, ", "CC BY-SA 4.0", "Somebody (2020), A Book, Town."):
        assert words in page
    assert 'href="/en/guides/write-an-offer"' in page
    assert "Comincia da una persona." in text_of(client, "/it/guides/write-a-need")
    text_of(client, "/en/guides/nothing", 404)


def test_a_guide_not_yet_translated_shows_the_other_language(client: FlaskClient, given: Given) -> None:
    imported(given, with_guides())
    page = text_of(client, "/it/guides/write-an-offer")
    assert "Say how much." in page
    assert "non è ancora nella tua lingua" in page
    assert 'content="noindex"' in page


def test_a_guide_can_be_taken_away_as_it_was_written(client: FlaskClient, given: Given) -> None:
    files = with_guides()
    imported(given, files)
    answer = client.get("/en/guides/write-a-need.md")
    assert answer.data == files[NEED]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="write-a-need.en.md"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_guides_are_found_by_search_in_their_language(client: FlaskClient, given: Given) -> None:
    imported(given, with_guides())
    assert "/en/guides/write-a-need" in text_of(client, "/en/search?q=person")
    assert "/it/guides/write-a-need" in text_of(client, "/it/search?q=persona&kind=course")


def test_what_is_imported_of_the_library_is_exported_byte_for_byte(given: Given) -> None:
    files = with_guides()
    files[NEED] = files[NEED].replace(b"\n", b"\r\n")
    imported(given, files)
    assert exported(given) == files
    again = imported(given, files)
    assert (again.added, again.changed, again.removed, again.published) == (0, 0, 0, 0)


def test_a_changed_guide_is_a_new_version_and_a_removed_one_stays_at_its_address(
    client: FlaskClient, given: Given
) -> None:
    files = with_guides()
    imported(given, files)
    imported(given, files | {NEED: lesson("Write a need", "Begin with two people.").encode()})
    assert "Version 2, " in text_of(client, "/en/guides/write-a-need")
    assert "Version 1, " not in text_of(client, "/en/guides/write-a-need")
    without = {path: text for path, text in files.items() if not path.startswith("guides/write-a-need")}
    without["course.yaml"] = without["course.yaml"].replace(b"write-a-need, ", b"")
    assert imported(given, without).retired == 1
    page = text_of(client, "/en/guides/write-a-need")
    assert "no longer part of the library" in page
    assert "/en/guides/write-a-need" not in text_of(client, "/en/guides")
    assert "/en/guides/write-a-need" not in text_of(client, "/en/search?q=people")
    imported(given, files)
    assert "/en/guides/write-a-need" in text_of(client, "/en/search?q=person")


def test_one_language_of_a_guide_can_go(client: FlaskClient, given: Given) -> None:
    files = with_guides()
    imported(given, files)
    imported(given, {path: text for path, text in files.items() if path != NEED})
    assert "Comincia da una persona." in text_of(client, "/en/guides/write-a-need")
    assert "/en/guides/write-a-need" not in text_of(client, "/en/search?q=person")


def test_a_guide_is_two_statements_away(given: Given, client: FlaskClient) -> None:
    imported(given, with_guides())
    with given.statements() as statements:
        text_of(client, "/en/guides/write-a-need")
    assert len(statements) <= 4, statements
    assert [guide.slug for guide in given.seen(lambda: queries.library("en"))] == ["write-a-need", "write-an-offer"]


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"guides/another/en.md": lesson("Another", "Words.")}, "guides/another/en.md", "not in the list of guides"),
        ({"guides/write-a-need/notes.txt": "Words."}, "guides/write-a-need/notes.txt", "no place"),
        ({NEED: "Words without front matter."}, NEED, "front matter is missing"),
        ({NEED: lesson("Need", "Words.\n\n::practice[try-it]")}, NEED, "no question"),
    ],
)
def test_what_is_wrong_in_the_library_is_told(change: dict[str, str], path: str, words: str) -> None:
    [fault] = [fault for fault in read(with_guides(**change))[1] if fault.serious]
    assert fault.path == path
    assert words in str(fault.message)


def test_a_guide_that_is_listed_must_be_there() -> None:
    files = {path: text for path, text in with_guides().items() if "write-an-offer" not in path}
    [fault] = [fault for fault in read(files)[1] if fault.serious]
    assert fault.path == "course.yaml"
    assert "no guide “write-an-offer”" in str(fault.message)


def test_the_sources_of_the_course_stand_on_one_page_each_once(client: FlaskClient, given: Given) -> None:
    assert "No source is named yet" in text_of(client, "/en/learn/sources")
    law = "Union (2016), Regulation (EU) 2016/679 (data protection), EUR-Lex [article {}]."
    files = with_guides()
    for path, article in (("01-needs/lessons/02-asking/en.md", 5), (NEED, 9)):
        files[path] = files[path].replace(b"Somebody (2020), A Book, Town.", law.format(article).encode())
    imported(given, files)
    page = text_of(client, "/en/learn/sources")
    assert page.count("Somebody (2020), A Book, Town.") == 1
    assert page.count("Regulation (EU) 2016/679") == 1
    assert "article 5" not in page, "what one lesson takes from a law belongs to that lesson"
    assert page.index("Somebody (2020)") < page.index("Laws and official acts") < page.index("Regulation (EU)")
    assert 'href="/en/guides"' in page
    assert "/en/learn/sources</loc>" in text_of(client, "/sitemaps/pages.xml")
    with given.statements() as statements:
        text_of(client, "/it/learn/sources")
    assert len(statements) <= 4, statements


@pytest.mark.parametrize(
    ("line", "author", "year", "title", "act"),
    [
        ("Fung, A. (2006), Varieties of Participation, PAR 66.", "Fung, A.", "2006", "Varieties of Participation", False),
        ("Agency (ESFA) (2023), Calls of 2020, esf.lt", "Agency (ESFA)", "2023", "Calls of 2020", False),
        ("Brandsen, T. (eds., 2018), Co-Production, Routledge.", "Brandsen, T.", "eds., 2018", "Co-Production", False),
        ("Italia (2017), Decreto legislativo 117/2017 (Codice), normattiva.it [articolo 4].", "Italia", "2017",
         "Decreto legislativo 117/2017 (Codice)", True),
    ],
)  # fmt: skip
def test_a_source_says_author_year_and_title(line: str, author: str, year: str, title: str, act: bool) -> None:
    found = citation(line)
    assert found is not None
    assert (found.author, found.year, found.title, found.is_act) == (author, year, title, act)


@pytest.mark.parametrize("line", ["A book without a year, Town.", "Somebody, A Book (2020).", "(2020), A Book", ""])
def test_a_source_that_says_too_little_is_advised_against(line: str) -> None:
    assert citation(line) is None
    files = course_files()
    path = "01-needs/lessons/02-asking/en.md"
    files[path] = files[path].replace(b"Somebody (2020), A Book, Town.", line.encode() or b"x")
    assert "who wrote this source" in str([str(fault.message) for fault in read(files)[1] if fault.path == path])
