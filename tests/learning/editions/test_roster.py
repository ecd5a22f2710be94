"""What becomes of a list that somebody made with a spreadsheet?"""

import io
from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from academy.kernel import clock
from academy.learning.editions import commands, queries, roster
from tests.given import Given
from tests.learning.editions.given_editions import coordinator, edition, enrols
from tests.learning.given_learning import imported


def faults(content: bytes) -> list[str]:
    read = roster.read(content)
    return (
        [str(read.fault.message)] if read.fault else [line.fault.message if line.fault else "" for line in read.lines]
    )


@pytest.mark.parametrize(
    "content",
    [
        "email\nada@example.org\n",
        "\ufeffName;E-Mail;Town\r\nAda;ada@example.org;Pàdova\r\n",
        "name\temail\nAda\tADA@example.org\n",
        'email,name\n" ada@example.org ","Ada, the first"\n\n,\n',
    ],
)
def test_every_common_shape_is_read(content: str) -> None:
    assert [line.email for line in roster.read(content.encode()).lines] == ["ada@example.org"]


def test_old_and_wide_encodings_are_read_and_what_is_no_text_is_said() -> None:
    words = "indirizzo;nome\nada@example.org;Niccolò\n"
    for encoding in ("cp1252", "utf-16"):
        assert roster.read(words.encode(encoding)).good
    assert "no text file" in faults(b"PK\x03\x04 a workbook")[0]
    assert "no text file" in faults(b"email\nada\0@example.org")[0]


def test_what_is_wrong_is_said_for_the_file_or_for_the_line() -> None:
    assert "is empty" in faults(b"  \n")[0]
    assert "name the columns" in faults(b"Ada,ada@example.org\n")[0]
    assert "nobody on this list" in faults(b"email\n\n")[0]
    lines = faults(
        b"email,note\nada@example.org,\nnot an address,\n,only a note\nbo@example.org,=HYPERLINK(1)\n@SUM(A1),\n"
        b"ada@example.org,again\ncleo@example.org,-12\n"
    )
    assert lines[0] == "" and lines[5] == "" and lines[6] == ""
    assert "no e-mail address" in lines[1] and "no address in this line" in lines[2]
    assert "like a formula" in lines[3] and "like a formula" in lines[4]
    assert "up to" in faults(b"email\n" + b"a@example.org\n" * 2001)[0]


def test_a_list_enrols_everybody_or_nobody(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo)
    ada, bo = given.person("Ada"), given.person("Bo")
    enrols(given, rovigo, bo)
    browser = given.signed_in(cleo)

    def send(content: str) -> TestResponse:
        file = (io.BytesIO(content.encode()), "list.csv")
        return browser.post(f"/en/studio/editions/{rovigo.slug}/people", data={"file": file})

    answer = send(f"email\n{ada.email}\nnobody@example.org\n{bo.email}\n")
    assert answer.status_code == 422
    for said in ("Nobody was enrolled", "Nobody here has this address", "Enrolled already", "nobody@example.org"):
        assert said in answer.text
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == {bo.id}, "nothing by half"
    assert send(f"email\n{ada.email}\n{bo.email}\n").status_code == 303
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == {ada.id, bo.id}
    assert send("town\nRovigo\n").status_code == 422
    assert browser.post(f"/en/studio/editions/{rovigo.slug}/people", data={}).status_code == 422


def test_a_list_that_is_longer_than_there_are_places_enrols_nobody(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo, seats=1)
    people = [given.person() for _ in range(2)]
    file = (io.BytesIO("\n".join(["email", *(one.email for one in people)]).encode()), "list.csv")
    answer = given.signed_in(cleo).post(f"/en/studio/editions/{rovigo.slug}/people", data={"file": file})
    assert answer.status_code == 422 and "2 people and there are 1 places" in answer.text
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == frozenset()


def test_who_has_no_account_is_invited_and_enrolled_on_joining(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo)
    ada = given.person("Ada", email="ada@example.org")
    browser = given.signed_in(cleo)

    def send(content: bytes, **more: str) -> TestResponse:
        data = {"file": (io.BytesIO(content), "list.csv"), **more}
        return browser.post(f"/en/studio/editions/{rovigo.slug}/people", data=data)

    both = b"email\nada@example.org\nnew@example.net\n"
    assert "Nobody here has this address" in send(both).text
    assert send(both, invite="y").status_code == 303
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == {ada.id}
    (mail,) = [message for message in given.mail() if message["To"] == "new@example.net"]
    assert rovigo.title in mail["Subject"] and "Paid for by an invented fund." in mail.get_content()
    assert "1 invitation is not answered yet." in browser.get(f"/en/studio/editions/{rovigo.slug}/people").text
    send(both, invite="y")
    assert len([message for message in given.mail() if message["To"] == "new@example.net"]) == 1, "asked once"
    new = given.person("Nina", email="new@example.net")
    assert new.id in given.seen(lambda: queries.enrolled_ids(rovigo))
    assert given.seen(lambda: queries.invited_to(rovigo)) == frozenset()


def test_whoever_signs_up_with_an_invited_address_is_enrolled_only_when_it_is_confirmed(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo)
    data = {"file": (io.BytesIO(b"email\nnew@example.net\n"), "list.csv"), "invite": "y"}
    given.signed_in(cleo).post(f"/en/studio/editions/{rovigo.slug}/people", data=data)
    form = {"name": "Nina", "email": "new@example.net", "password": "five blue wooden chairs"}
    visitor = given.app.test_client()
    visitor.post("/en/sign-up", data=form)
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == frozenset()
    (mail,) = [message for message in given.mail() if "/confirm/" in message.get_content()]
    visitor.post(given.link_in(mail))
    assert len(given.seen(lambda: queries.enrolled_ids(rovigo))) == 1


def test_an_invitation_that_nobody_follows_is_forgotten(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo)
    data = {"file": (io.BytesIO(b"email\nnew@example.net\n"), "list.csv"), "invite": "y"}
    given.signed_in(cleo).post(f"/en/studio/editions/{rovigo.slug}/people", data=data)
    with time_machine.travel(clock.now() + timedelta(days=59), tick=False):
        given.done(lambda: commands.forget_invitations(by=None))
        assert given.seen(lambda: queries.invited_to(rovigo))
    with time_machine.travel(clock.now() + timedelta(days=61), tick=False):
        given.done(lambda: commands.forget_invitations(by=None))
        assert not given.seen(lambda: queries.invited_to(rovigo))
