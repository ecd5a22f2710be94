"""Is what a learner makes theirs alone, until they say otherwise?"""

import io
import re

from flask.testing import FlaskClient
from PIL import Image

from academy.accounts.models import Person, Role
from academy.learning.portfolio.outlines import outline_of
from tests.given import Given
from tests.learning.editions.given_editions import course_and_edition, enrols, session
from tests.learning.given_learning import imported

NEW = "/en/learn/portfolio/new?module=needs"


def kept(browser: FlaskClient, title: str = "The bus at the mill", body: str = "## Who\n\nForty pupils.") -> str:
    """A piece is put into the portfolio; its address."""
    answer = browser.post(NEW, data={"title": title, "language": "en", "body": body, "revision": "0"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def shown(browser: FlaskClient, piece: str, to: str) -> None:
    assert browser.post(f"{piece}/shown", data={"to": to}).status_code == 303


def given_back(browser: FlaskClient, address: str) -> int:
    with browser.get(address) as answer:
        return answer.status_code


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    made.seek(0)
    return made


def test_a_piece_is_seen_by_nobody_else_until_it_is_shared_and_then_by_the_trainers_of_its_edition(
    given: Given,
) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, bo = given.person("Ada"), given.person("Bo")
    tom, other = given.person("Tom", Role.TRAINER), given.person("Una", Role.TRAINER)
    session(given, rovigo, cleo, "needs", trainers=(tom,))
    enrols(given, rovigo, ada, bo)
    mine = given.signed_in(ada)
    piece = kept(mine)

    def sees(person: Person) -> int:
        return given.signed_in(person).get(piece).status_code

    assert [sees(one) for one in (ada, tom, cleo, bo, other)] == [200, 404, 404, 404, 404]
    shown(mine, piece, "shared")
    assert [sees(one) for one in (ada, tom, cleo, bo, other)] == [200, 200, 200, 404, 404]
    desk = given.signed_in(tom).get(f"/en/studio/editions/{rovigo.slug}/portfolio").text
    assert "The bus at the mill" in desk and "Ada" in desk
    shown(mine, piece, "published")
    assert given.app.test_client().get(piece).status_code == 200 and sees(bo) == 200
    assert "The bus at the mill" in given.app.test_client().get("/en/learn/needs/portfolio").text
    shown(mine, piece, "private")
    assert [sees(one) for one in (ada, tom, bo)] == [200, 404, 404]
    assert "The bus at the mill" not in given.signed_in(bo).get("/en/learn/needs/portfolio").text


def test_only_its_maker_changes_it(given: Given) -> None:
    imported(given)
    ada, bo = given.person("Ada"), given.person("Bo")
    mine, theirs = given.signed_in(ada), given.signed_in(bo)
    piece = kept(mine)
    shown(mine, piece, "published")
    for address in ("edit", "shown", "delete", "files"):
        assert theirs.post(f"{piece}/{address}", data={"to": "private"}).status_code == 404, address
    assert theirs.post(f"{piece}/down", data={"because": "I don't like it"}).status_code == 403
    assert "Change it" not in theirs.get(piece).text


def test_what_was_typed_in_two_windows_is_lost_in_neither(given: Given) -> None:
    imported(given)
    mine = given.signed_in(given.person("Ada"))
    piece = kept(mine)
    form = {"title": "The bus", "language": "en", "body": "From the first window.", "revision": "1"}
    assert mine.post(f"{piece}/edit", data=form).status_code == 303
    late = mine.post(f"{piece}/edit", data={**form, "body": "From the second window."})
    assert late.status_code == 409
    assert "From the second window." in late.text and "<p>From the first window.</p>" in late.text
    again = re.search(r'name="revision"[^>]*value="(\d+)"', late.text)
    assert again
    assert mine.post(f"{piece}/edit", data={**form, "revision": again[1]}).status_code == 303
    empty = mine.post(f"{piece}/edit", data={**form, "title": "", "body": "Kept all the same."})
    assert empty.status_code in {409, 422} and "Kept all the same." in empty.text


def test_a_picture_says_what_one_sees_and_is_seen_by_whoever_sees_the_piece(given: Given) -> None:
    imported(given)
    mine = given.signed_in(given.person("Ada"))
    piece = kept(mine)
    silent = mine.post(f"{piece}/files", data={"file": (picture(), "canvas.png"), "alternative": ""})
    assert silent.status_code == 422 and "Write what one sees in the picture" in silent.text
    wrong = mine.post(f"{piece}/files", data={"file": (io.BytesIO(b"MZ\0\0"), "canvas.png"), "alternative": "A sheet"})
    assert wrong.status_code == 422 and "This kind of file" in wrong.text
    mine.post(f"{piece}/files", data={"file": (picture(), "canvas.png"), "alternative": "A sheet with twelve boxes"})
    page = mine.get(piece).text
    assert 'alt="A sheet with twelve boxes"' in page
    file = re.search(r'src="(/files/[^"]+)"', page)
    assert file
    visitor = given.app.test_client()
    assert (given_back(mine, file[1]), given_back(visitor, file[1])) == (200, 404)
    shown(mine, piece, "published")
    assert given_back(visitor, file[1]) == 200
    mine.post(f"{piece}/files/{file[1].split('/')[2]}/away")
    assert given_back(visitor, file[1]) == 404


def test_a_moderator_takes_down_what_is_published_and_says_why(given: Given) -> None:
    imported(given)
    ada, moderator = given.person("Ada"), given.person("Mo", Role.MODERATOR)
    mine, theirs = given.signed_in(ada), given.signed_in(moderator)
    piece = kept(mine)
    shown(mine, piece, "published")
    assert theirs.post(f"{piece}/down", data={"because": ""}).status_code == 422
    assert theirs.post(f"{piece}/down", data={"because": "It names a child."}).status_code == 303
    assert given.app.test_client().get(piece).status_code == 404 and mine.get(piece).status_code == 200
    (mail,) = [message for message in given.mail() if "no longer published" in message["Subject"]]
    assert mail["To"] == ada.email and "It names a child." in mail.get_content()


def test_a_piece_goes_with_its_files_when_it_is_deleted(given: Given) -> None:
    imported(given)
    mine = given.signed_in(given.person("Ada"))
    piece = kept(mine)
    assert mine.post(f"{piece}/delete").status_code == 303
    assert mine.get(piece).status_code == 404
    assert "The bus at the mill" not in mine.get("/en/learn/portfolio").text


def test_my_pages_show_the_portfolio_in_few_statements(given: Given) -> None:
    imported(given)
    mine = given.signed_in(given.person("Ada"))
    pieces = [kept(mine, f"Piece {number}") for number in range(3)]
    for address in ("/en/me", "/en/learn/portfolio", pieces[0], "/en/learn/needs/portfolio", NEW):
        mine.get(address)
        with given.statements() as seen:
            answer = mine.get(address)
        assert answer.status_code == 200 and len(seen) <= 8, (address, seen)
    assert "Piece 2" in mine.get("/en/me").text


def test_the_form_begins_with_what_the_activity_wants_filled_in() -> None:
    card = "## The template\n\nTable: The card\n\n| Line | What |\n|---|---|\n| **1. Who** | a group |\n| **2. Where** | a place |\n\nMore.\n"
    assert outline_of(card) == "## 1. Who\n\n\n## 2. Where\n"
    plan = "Table: The plan\n\n| Who | When |\n|---|---|\n| | |\n"
    assert outline_of(plan) == "Table: The plan\n\n| Who | When |\n|---|---|\n| | |"
    assert outline_of("No table at all.") == ""
