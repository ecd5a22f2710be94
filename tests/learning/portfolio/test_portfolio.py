"""Is what a learner makes theirs alone, until they say otherwise?"""

import csv
import io
import re
from datetime import timedelta

import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from academy.accounts.commands import close_account
from academy.accounts.models import Person, Role
from academy.accounts.queries import person_with_id
from academy.community import jobs as community_jobs
from academy.kernel import clock, jobs
from academy.kernel.db import session as database
from academy.kernel.privacy import everything_about
from academy.learning.portfolio.commands import reindex
from academy.learning.portfolio.models import PortfolioComment, PortfolioReport
from academy.learning.portfolio.outlines import outline_of
from academy.retrieval import commands as retrieval
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


def waiting(desk: FlaskClient) -> str:
    """The address of the one report that waits."""
    (address,) = re.findall(r'/en/community/moderation/\d+(?=")', desk.get("/en/community/moderation").text)
    return address


def stays(desk: FlaskClient) -> TestResponse:
    return decided(desk, action="left", ground="none", because="")


def hidden(desk: FlaskClient, because: str) -> TestResponse:
    return decided(desk, action="hidden", ground="privacy", because=because)


def decided(desk: FlaskClient, **fields: str) -> TestResponse:
    """As the page stands when it is opened."""
    review = waiting(desk)
    version = re.search(r'name="version"[^>]*value="(\d+)"', desk.get(review).text)
    return desk.post(review, data={**fields, "version": version[1] if version else "0"})


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


def test_who_objects_is_heard_by_another_moderator_and_the_log_says_what_came_of_it(given: Given) -> None:
    imported(given)
    ada, mo, ida = given.person("Ada"), given.person("Mo", Role.MODERATOR), given.person("Ida", Role.MODERATOR)
    mine, first, second = given.signed_in(ada), given.signed_in(mo), given.signed_in(ida)
    piece = kept(mine)
    shown(mine, piece, "published")
    first.post(f"{piece}/down", data={"because": "It names a child.", "ground": "privacy"})
    again = mine.post(f"{piece}/shown", data={"to": "published"})
    assert again.status_code == 409 and "Change it before you publish it again" in again.text
    decision = re.findall(r"/en/community/decisions/\w+", mine.get(piece).text)[0]
    assert given.signed_in(given.person("Bo")).get(decision).status_code == 404
    read = mine.get(decision).text
    assert "It names a child." in read and "It shows somebody’s private data" in read and "forty pupils" in read.lower()
    assert mine.post(decision, data={"text": "The child is invented."}).status_code == 303
    jobs.run_due(given.app)
    desk = second.get("/en/community/moderation").text
    assert "The bus at the mill" in desk and "Somebody objects to a decision" in news(second)
    (objection,) = re.findall(r"/en/community/moderation/appeals/\d+", desk)
    assert "forty pupils" in second.get(objection).text.lower(), "also while nobody else may see it"
    answer = {"upheld": "undone", "answer": "It is invented indeed.", "version": "1"}
    assert first.post(objection, data=answer).status_code == 403, "not who decided"
    assert second.post(objection, data=answer).status_code == 303
    assert given.app.test_client().get(piece).status_code == 200
    jobs.run_due(given.app)
    assert "was looked at again" in news(mine)
    (line,) = csv.DictReader(io.StringIO(second.get("/en/community/moderation/log.csv").text))
    assert line["about"] == f"portfolio:{piece.rsplit('/', 1)[1]}" and line["ground"] == "privacy"
    assert line["action"] == "hidden" and line["stands"] == "False" and ada.name not in line.values()


def test_who_reported_a_piece_that_stays_may_object_too(given: Given) -> None:
    imported(given)
    ada, bo = given.person("Ada"), given.person("Bo")
    mo, ida = given.person("Mo", Role.MODERATOR), given.person("Ida", Role.MODERATOR)
    mine, theirs, first, second = (given.signed_in(person) for person in (ada, bo, mo, ida))
    piece = kept(mine)
    shown(mine, piece, "published")
    theirs.post(f"{piece}/report", data={"text": "It names a child."})
    stays(first)
    (mail,) = [message for message in given.mail() if message["To"] == bo.email]
    (decision,) = re.findall(r"/en/community/decisions/\w+", mail.get_content())
    assert theirs.get(decision).status_code == 200
    assert "nothing to object to" in mine.post(decision, data={"text": "It is mine."}).text
    assert theirs.post(decision, data={"text": "The second line does."}).status_code == 303
    (objection,) = re.findall(r"/en/community/moderation/appeals/\d+", second.get("/en/community/moderation").text)
    answer = {"upheld": "undone", "answer": "So it does.", "version": "1"}
    assert second.post(objection, data=answer).status_code == 303
    assert given.app.test_client().get(piece).status_code == 404
    assert "So it does." in mine.get(piece).text and "no longer published" in news(mine)


def test_what_was_taken_down_is_published_again_once_it_is_changed(given: Given) -> None:
    imported(given)
    mine, moderator = given.signed_in(given.person("Ada")), given.signed_in(given.person("Mo", Role.MODERATOR))
    piece = kept(mine)
    shown(mine, piece, "published")
    moderator.post(f"{piece}/down", data={"because": "It names a child."})
    fields = {"title": "The bus at the mill", "language": "en", "body": "Nobody is named.", "revision": "1"}
    assert mine.post(f"{piece}/edit", data=fields).status_code == 303
    assert mine.post(f"{piece}/shown", data={"to": "published"}).status_code == 303
    assert given.app.test_client().get(piece).status_code == 200


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


def commented(browser: FlaskClient, piece: str, words: str) -> int:
    return browser.post(f"{piece}/comments", data={"body": words}).status_code


def news(browser: FlaskClient) -> str:
    return browser.get("/en/inbox").text


def test_trainers_are_told_once_of_all_that_is_shared_with_them(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, tom = given.person("Ada"), given.person("Tom", Role.TRAINER)
    una, bo = given.person("Una", Role.TRAINER), given.person("Bo")
    session(given, rovigo, cleo, "needs", trainers=(tom,))
    enrols(given, rovigo, ada, bo)
    mine = given.signed_in(ada)
    for title in ("The bus", "The mill"):
        shown(mine, kept(mine, title), "shared")
    jobs.run_due(given.app)
    for told in (tom, cleo):
        page = news(given.signed_in(told))
        assert page.count("2 pieces from “Rovigo, autumn 2026” are shown to you") == 1
        assert "/studio/editions/rovigo-autumn-2026/portfolio" in page or "/inbox/" in page
    for other in (una, bo, ada):
        assert "are shown to you" not in news(given.signed_in(other))


def test_a_comment_is_between_the_learner_and_those_trainers_and_each_hears_of_the_other(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, tom = given.person("Ada"), given.person("Tom", Role.TRAINER)
    bo, other = given.person("Bo"), given.person("Una", Role.TRAINER)
    session(given, rovigo, cleo, "needs", trainers=(tom,))
    enrols(given, rovigo, ada, bo)
    mine, his = given.signed_in(ada), given.signed_in(tom)
    piece = kept(mine)
    alone = mine.post(f"{piece}/comments", data={"body": "To myself"})
    assert alone.status_code == 422 and "show it to your trainers first" in alone.text and "To myself" in alone.text
    shown(mine, piece, "published")
    assert [commented(given.signed_in(one), piece, "Mine") for one in (bo, other)] == [403, 403]
    assert his.post(f"{piece}/comments", data={"body": ""}).status_code == 422
    assert commented(his, piece, "Who counted the **pupils**?") == 303
    assert "<strong>pupils</strong>" in mine.get(piece).text and "A comment on “The bus at the mill”" in news(mine)
    assert commented(mine, piece, "The caretaker did.") == 303
    assert "The caretaker did." in his.get(piece).text and "A comment on" in news(his)
    for stranger in (given.app.test_client(), given.signed_in(bo), given.signed_in(other)):
        assert "caretaker" not in stranger.get(piece).text
    with given.statements() as seen:
        mine.get(piece)
    assert len(seen) <= 8, seen


def test_what_was_said_of_a_piece_is_exported_and_goes_with_its_maker(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    mine = given.signed_in(ada)
    piece = kept(mine)
    shown(mine, piece, "published")
    commented(given.signed_in(cleo), piece, "Who counted them?")
    given.signed_in(given.person("Bo")).post(f"{piece}/report", data={"text": "It names a child."})
    for person in (ada, cleo):
        (said,) = given.seen(lambda person=person: everything_about(person.id))["portfolio_comments"]  # type: ignore[misc]
        assert said["body"] == "Who counted them?"
    given.done(lambda: close_account(person_with_id(ada.id), by=None))
    assert given.signed_in(cleo).get(piece).status_code == 404
    left = given.seen(
        lambda: [
            database.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (PortfolioComment, PortfolioReport)
        ]
    )
    assert left == [0, 0]
    assert "The bus at the mill" not in given.app.test_client().get("/en/search?q=forty+pupils").text


def test_a_report_reaches_the_moderators_who_decide_and_everybody_hears_it(given: Given) -> None:
    imported(given)
    ada, bo, moderator = given.person("Ada"), given.person("Bo"), given.person("Mo", Role.MODERATOR)
    mine, theirs, desk = given.signed_in(ada), given.signed_in(bo), given.signed_in(moderator)
    piece = kept(mine)
    assert theirs.get(f"{piece}/report").status_code == 404, "what nobody else sees can't be reported"
    shown(mine, piece, "published")
    assert "Report this piece" in theirs.get(piece).text and "Report this piece" not in mine.get(piece).text
    assert mine.post(f"{piece}/report", data={"text": "My own"}).status_code == 409
    assert theirs.post(f"{piece}/report", data={"text": ""}).status_code == 422
    for words in ("It names a child.", "It names a child, in the second line."):
        assert theirs.post(f"{piece}/report", data={"text": words}).status_code == 303
    assert "A published piece of a portfolio is reported" in news(desk)
    assert desk.get("/en/community/moderation").text.count("It names a child") == 1, "one person reports once"
    review = waiting(desk)
    assert review in desk.get(piece).text and review not in mine.get(piece).text
    assert "in the second line" in desk.get(review).text and "forty pupils" in desk.get(review).text.lower()
    assert theirs.get(review).status_code == 403
    assert stays(desk).status_code == 303
    assert "The piece that you reported stays" in news(theirs)
    theirs.post(f"{piece}/report", data={"text": "I still think so."})
    assert hidden(desk, "The child is named.").status_code == 303
    assert "is taken down" in news(theirs) and "no longer published" in news(mine)
    assert given.app.test_client().get(piece).status_code == 404
    assert "The bus at the mill" not in desk.get("/en/community/moderation").text


def test_of_two_moderators_one_decides_and_who_came_second_reads_why(given: Given) -> None:
    imported(given)
    mine, theirs = given.signed_in(given.person("Ada")), given.signed_in(given.person("Bo"))
    mo, ida = given.person("Mo", Role.MODERATOR), given.person("Ida", Role.MODERATOR)
    first, second = given.signed_in(mo), given.signed_in(ida)
    piece = kept(mine)
    shown(mine, piece, "published")
    theirs.post(f"{piece}/report", data={"text": "It names a child."})
    review = waiting(first)
    assert first.post(f"{review}/claim").status_code == 303
    assert "Mo is looking at it" in second.get("/en/community/moderation").text
    assert "Somebody else is looking at it just now." in second.get(review).text
    assert stays(second).status_code == 409
    assert second.post(f"{piece}/down", data={"because": "It names a child."}).status_code == 409
    assert given.app.test_client().get(piece).status_code == 200
    given.signed_in(given.person("Lea")).post(f"{piece}/report", data={"text": "And a school."})
    old = {"action": "left", "ground": "none", "version": "2"}
    assert "In the meantime" in first.post(review, data=old).text, "there is more to read now"
    assert hidden(first, "A child and a school.").status_code == 303
    assert "decided this already" in second.get(review).text
    assert "is taken down" in news(theirs)


def test_a_report_of_a_piece_reminds_after_a_day_and_goes_when_nobody_else_sees_the_piece(given: Given) -> None:
    imported(given)
    mo = given.person("Mo", Role.MODERATOR)
    mine, theirs, desk = given.signed_in(given.person("Ada")), given.signed_in(given.person("Bo")), given.signed_in(mo)
    piece = kept(mine)
    shown(mine, piece, "published")
    theirs.post(f"{piece}/report", data={"text": "It names a child."})
    with time_machine.travel(clock.now() + timedelta(days=1.1), tick=False):
        given.done(community_jobs.remind_moderators)
        (mail,) = [mail for mail in given.mail() if "more than a day" in mail["Subject"]]
    assert mail["To"] == mo.email and "The bus at the mill" in mail["Subject"]
    review = waiting(desk)
    assert review in mail.get_content()
    shown(mine, piece, "private")
    assert "The bus at the mill" not in desk.get("/en/community/moderation").text
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        given.done(community_jobs.remind_moderators)
    assert len([mail for mail in given.mail() if "more than a day" in mail["Subject"]]) == 1
    shown(mine, piece, "published")
    assert waiting(desk) != review, "what was reported waits again"
    mine.post(f"{piece}/delete")
    assert "no longer there" not in desk.get("/en/community/moderation").text


def test_what_is_published_stands_on_its_makers_profile_and_is_found_by_the_search(given: Given) -> None:
    imported(given)
    ada = given.person("Ada")
    mine, visitor = given.signed_in(ada), given.app.test_client()
    profile, search = f"/en/people/{ada.slug}", "/en/search?q=pupils"
    piece = kept(mine)
    shown(mine, piece, "shared")
    assert all("The bus at the mill" not in visitor.get(address).text for address in (profile, search))
    shown(mine, piece, "published")
    assert all(piece in visitor.get(address).text for address in (profile, search)), "in both"
    form = {"title": "The bus", "language": "it", "body": "Quaranta alunni.", "revision": "1"}
    mine.post(f"{piece}/edit", data=form)
    assert piece not in visitor.get(search).text and piece in visitor.get("/en/search?q=alunni").text
    given.done(retrieval.forget_all)
    given.done(lambda: reindex(by=None))
    assert piece in visitor.get("/en/search?q=alunni").text
    shown(mine, piece, "private")
    assert all(piece not in visitor.get(address).text for address in (profile, "/en/search?q=alunni"))
