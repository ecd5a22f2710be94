"""What does a reader of the course find, signed in or not, in either language?"""

import re

import pytest
from flask.testing import FlaskClient

from academy.kernel import traces
from academy.kernel.i18n import in_language
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import Academy
from academy.learning import queries
from academy.learning.authoring import tree
from tests.given import Given
from tests.learning.given_learning import DRAWING, course_files, done, imported, lesson

SEEING = "/en/learn/needs/seeing"


def text_of(client: FlaskClient, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_before_anything_is_imported_the_course_says_so(client: FlaskClient, given: Given) -> None:
    assert "The course is being prepared" in text_of(client, "/en/learn")
    assert "Nothing is asked of you yet" in text_of(given.signed_in(given.person()), "/en/learn/progress")
    text_of(client, "/en/learn/needs", 404)


def test_a_visitor_reads_without_an_account(client: FlaskClient, given: Given) -> None:
    imported(given)
    course = text_of(client, "/en/learn")
    assert "Read the first lesson" in course
    assert 'href="/en/learn/needs/seeing"' in course
    assert "Lessons are being written" in course
    page = text_of(client, SEEING)
    for words in ("Words about seeing.", "Lesson 1 of 2", "12 minutes", "Somebody (2020), A Book, Town.", "Sign in"):
        assert words in page
    assert "Mark as done" not in page


def test_the_same_lesson_in_the_other_language(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, "/it/learn/needs/seeing")
    assert "<h1>Seeing (it)</h1>" in page
    assert 'lang="it"' in page
    assert "Lezione 1 di 2" in page


def test_a_missing_translation_shows_the_other_language_with_a_notice(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, "/it/learn/money/paying")
    assert "Only in English so far." in page
    assert '<span lang="en">Paying</span>' in page
    assert '<div class="prose" lang="en">' in page
    assert "non è ancora nella tua lingua" in page


def test_a_module_shows_what_it_leads_to_and_what_it_holds(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, "/en/learn/needs")
    for words in ("draw it", "Seeing (en)", "Activity: Write a card (en)", "Quiz: 1 question", "70 % of the marks"):
        assert words in page
    for words in ("The authors", "CC BY-SA 4.0", "Italiano", "Glossary, 1 term", "Guide for facilitators"):
        assert words in page
    guide = text_of(client, "/en/learn/needs/facilitator")
    assert "Chairs." in guide
    assert "Mark as done" not in guide
    glossary = text_of(client, "/en/learn/needs/glossary")
    assert "What people lack." in glossary
    assert '<span lang="it">bisogno</span>' in glossary


def test_a_module_without_lessons_is_honest_about_it(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, "/en/learn/later")
    assert "About later." in page
    assert "see it" in page
    assert "Lessons are being written" in page
    for missing in ("activity", "facilitator", "glossary", "nothing-here"):
        text_of(client, f"/en/learn/later/{missing}", 404)


def test_practice_questions_stand_where_the_author_put_them(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, SEEING)
    assert page.index("And a question.") < page.index("Which is a practice question?") < page.index("The end.")
    assert "::practice" not in page


def test_marking_a_lesson_as_done_and_taking_it_back(given: Given) -> None:
    imported(given)
    browser = given.signed_in(given.person())
    assert "Mark as done" in text_of(browser, SEEING)
    answer = browser.post(f"{SEEING}/done")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SEEING}#finish")
    page = text_of(browser, SEEING)
    assert "Take the mark away" in page
    assert "1 of 2 lessons" in page
    browser.post(f"{SEEING}/done")
    assert "1 of 4" in text_of(browser, "/en/learn")
    browser.post(f"{SEEING}/undone")
    assert "Mark as done" in text_of(browser, SEEING)


def test_done_in_one_language_is_done_in_both(given: Given) -> None:
    imported(given)
    browser = given.signed_in(given.person())
    browser.post("/it/learn/needs/seeing/done")
    browser.post("/en/learn/needs/seeing/done")
    assert "1 of 4" in text_of(browser, "/en/learn")
    assert "1 su 4" in text_of(browser, "/it/learn")


def test_with_htmx_only_the_block_is_swapped(given: Given) -> None:
    imported(given)
    browser = given.signed_in(given.person())
    headers = {"HX-Request": "true", "HX-Target": "finish"}
    answer = browser.post(f"{SEEING}/done", headers=headers, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert page.lstrip().startswith("<section")
    assert "Take the mark away" in page
    assert "<h1>" not in page


def test_a_visitor_who_wants_to_mark_is_asked_to_sign_in(client: FlaskClient, given: Given) -> None:
    imported(given)
    assert client.post(f"{SEEING}/done").status_code == 401
    assert client.get("/en/learn/progress").status_code == 401
    browser = given.signed_in(given.person())
    assert browser.post("/en/learn/needs/quiz/done").status_code == 403
    assert browser.post("/en/learn/needs/nothing/done").status_code == 404
    assert browser.post(f"{SEEING}/done", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_course_remembers_where_one_stopped(given: Given, app: Academy) -> None:
    imported(given)
    person = given.person()
    browser = given.signed_in(person)
    assert "Begin here" in text_of(browser, "/en/learn")
    text_of(browser, "/en/learn/needs/asking")
    traces.write_traces(app)
    page = text_of(browser, "/en/learn")
    assert "Go on from here" in page
    assert 'id="next"><a href="/en/learn/needs/asking"' in page
    done(given, person, "needs/asking")
    assert 'id="next"><a href="/en/learn/needs/activity"' in text_of(browser, "/en/learn")


def test_a_prefetch_leaves_no_trace(given: Given, app: Academy) -> None:
    imported(given)
    browser = given.signed_in(given.person())
    text_of(browser, "/en/learn/needs/asking", **{"Sec-Purpose": "prefetch"})
    traces.write_traces(app)
    assert "Go on from here" not in text_of(browser, "/en/learn")


def test_why_so_many_per_cent(given: Given) -> None:
    imported(given)
    person = given.person()
    done(given, person, "needs/seeing", "money/paying")
    browser = given.signed_in(person)
    page = text_of(browser, "/en/learn/progress")
    assert "Why 40 %, and what is missing" in page
    assert "2 of 5 is 40 %" in page
    for missing in ("/en/learn/needs/asking", "/en/learn/needs/activity", "/en/learn/needs/quiz"):
        assert f'href="{missing}"' in page
    assert "nothing is asked yet" in page
    italian = text_of(browser, "/it/learn/progress")
    assert "Perché 40" in italian


def test_what_is_new_since_one_finished_is_said(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "money/paying")
    browser = given.signed_in(person)
    assert "You completed this module on" in text_of(browser, "/en/learn/money")
    files["02-money/lessons/02-lending/en.md"] = lesson("Lending", "New words.").encode()
    imported(given, files)
    page = text_of(browser, "/en/learn/money")
    assert "What you earned stays yours." in page
    assert "New since you finished" in page


def test_a_retired_lesson_stays_at_its_address_and_says_so(given: Given, client: FlaskClient) -> None:
    files = course_files()
    imported(given, files)
    imported(given, {path: text for path, text in files.items() if "02-asking" not in path})
    page = text_of(client, "/en/learn/needs/asking")
    assert "no longer part of the course" in page
    assert 'content="noindex"' in page
    browser = given.signed_in(given.person())
    assert "Mark as done" not in text_of(browser, "/en/learn/needs/asking")
    assert browser.post("/en/learn/needs/asking/done").status_code == 409


def test_pages_need_few_statements_however_much_there_is(given: Given) -> None:
    files = course_files()
    for number in range(3, 30):
        files[f"01-needs/lessons/{number:02}-more-{number}/en.md"] = lesson(f"More {number}", "Words.").encode()
    imported(given, files)
    person = given.person()
    done(given, person, *[f"needs/more-{number}" for number in range(3, 20)])
    browser = given.signed_in(person)
    for address in ("/en/learn", SEEING, "/en/learn/needs", "/en/learn/needs/activity", "/en/learn/progress"):
        with given.statements() as statements:
            text_of(browser, address)
        assert len(statements) <= 8, (address, statements)


def test_a_page_for_visitors_is_made_once_and_again_when_something_changes(client: FlaskClient, given: Given) -> None:
    files = course_files()
    imported(given, files)
    text_of(client, SEEING)
    with given.statements() as statements:
        text_of(client, SEEING)
    assert statements == []
    files["01-needs/lessons/01-seeing/en.md"] = lesson("Seeing", "Quite other words.").encode()
    imported(given, files)
    assert "Quite other words." in text_of(client, SEEING)


def test_pictures_come_with_a_policy_of_their_own_and_may_be_kept(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, SEEING)
    found = re.search(r'src="(/media/needs/levels\.en\.svg\?v=[0-9a-f]{12})"', page)
    assert found
    assert 'width="640"' in page
    assert 'height="360"' in page
    picture = client.get(found[1])
    assert picture.data == DRAWING
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.cache_control.immutable
    assert "Set-Cookie" not in picture.headers
    other = client.get("/media/needs/levels.en.svg?v=000000000000")
    assert other.status_code == 200
    assert not other.cache_control.immutable
    assert client.get(found[1], headers={"If-None-Match": picture.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/media/needs/media.yaml",
        "/media/needs/levels.en.svg.exe",
        "/media/needs/..%2fmodule.yaml",
        "/media/needs/../module.svg",
        "/media/nowhere/levels.en.svg",
    ],
)
def test_only_pictures_that_are_listed_are_served(client: FlaskClient, given: Given, address: str) -> None:
    imported(given)
    assert client.get(address).status_code == 404


def test_hostile_text_does_nothing(client: FlaskClient, given: Given) -> None:
    files = course_files()
    body = "Words <script>alert(1)</script> [link](javascript:alert(1)).\n\n<a href=x onclick=alert(1)>a</a>"
    files["01-needs/lessons/01-seeing/en.md"] = lesson("<b>Bold</b> & co", body).encode()
    imported(given, files)
    page = text_of(client, SEEING)
    assert "<h1>&lt;b&gt;Bold&lt;/b&gt; &amp; co</h1>" in page
    written = page[page.index('<div class="prose"') : page.index('id="sources"')]
    assert "<script" not in written
    assert "javascript:" not in written
    assert "onclick" not in written


def test_other_features_can_name_parts_of_the_course(given: Given, app: Academy) -> None:
    imported(given)
    refs = [Ref("module", "needs"), Ref("lesson", "needs/seeing"), Ref("activity", "needs"), Ref("guide", "needs")]
    with app.test_request_context("/it/learn"), in_language("it"):
        found = subjects_seen_by(None, [*refs, Ref("lesson", "needs/gone"), Ref("lesson", "odd")])
    assert {str(ref): (subject.title, subject.address) for ref, subject in found.items()} == {
        "module:needs": ("Needs in italiano", "/it/learn/needs"),
        "lesson:needs/seeing": ("Seeing (it)", "/it/learn/needs/seeing"),
        "activity:needs": ("Write a card (it)", "/it/learn/needs/activity"),
        "guide:needs": ("Four hours (it)", "/it/learn/needs/facilitator"),
    }


def test_the_address_of_a_picture_is_part_of_no_lesson(given: Given) -> None:
    """Its hash is of its content, so that two pictures never share an address."""
    imported(given)
    file = given.seen(lambda: queries.picture("needs", "levels.en.svg"))
    assert file.sha256 == tree.sha256(DRAWING)


def test_the_worked_example_has_a_page_of_its_own_and_counts_for_nothing(client: FlaskClient, given: Given) -> None:
    imported(given)
    page = text_of(client, "/en/learn/needs/example")
    assert "A card by others (en)" in page
    assert "Invented." in page
    assert 'href="/en/learn/needs/example"' in text_of(client, "/en/learn/needs")
    assert 'href="example"' in text_of(client, "/en/learn/needs/activity")
    assert "/it/learn/needs/example" in text_of(client, "/it/search?q=others")
    text_of(client, "/en/learn/money/example", 404)
    browser = given.signed_in(given.person())
    assert browser.post("/en/learn/needs/example/done").status_code == 403
    assert "0 of 4" in text_of(browser, "/en/learn")
