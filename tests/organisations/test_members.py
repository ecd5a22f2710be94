"""People who work together: a colleague is invited, comes, is given more to do, and leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person, Role
from academy.kernel import clock
from academy.kernel.events import Event, collecting
from academy.kernel.privacy import everything_about
from academy.organisations import commands, queries, rules
from academy.organisations.events import MemberInvited
from academy.organisations.models import MembershipRole, Organisation
from tests.given import PASSWORD, Given
from tests.organisations.given_organisations import a_colleague, an_organisation

MEMBERS = "/en/organisations/kolo/members"
NEW = "nives@example.org"


@pytest.fixture
def ada(given: Given) -> Person:
    return given.person("Ada", language="it")


@pytest.fixture
def kolo(given: Given, ada: Person) -> Organisation:
    return an_organisation(given, ada, "Kolo")


def invited(given: Given, ada: Person, email: str = NEW) -> str:
    """The path of the invitation, as it stands in the message."""
    assert given.signed_in(ada).post(MEMBERS, data={"email": email}).status_code == 303
    message = given.mail()[-1]
    assert message["To"] == email.lower()
    return given.link_in(message)


def roles_in(given: Given, organisation: Organisation) -> dict[int, MembershipRole]:
    return given.seen(lambda: {one.person_id: one.role for one in queries.memberships_in(organisation.id)})


def test_somebody_without_an_account_joins_confirms_and_accepts_without_losing_the_way(
    given: Given, ada: Person, kolo: Organisation, client: FlaskClient
) -> None:
    link = invited(given, ada)
    message = given.mail()[-1]
    assert message["Subject"] == "Ada ti invita a scrivere per Kolo"  # in the language of who invites
    assert "/it/organisations/kolo" in message.get_content()
    shown = client.get(link)
    assert shown.status_code == 200
    assert "Ti invita Ada." in shown.text
    assert NEW in shown.text
    assert client.post(link).status_code == 401

    joining = f"/it/sign-up?next={link}"
    assert joining in shown.text
    assert f'name="next" value="{link}"' in client.get(joining).text
    client.post("/it/sign-up", data={"name": "Nives", "email": NEW, "password": PASSWORD, "next": link})
    confirming = given.link_in(given.mail()[-1])
    elsewhere = given.app.test_client()  # the mail is opened on a telephone
    assert elsewhere.post(confirming).location == link
    assert elsewhere.get(link).text.count("Accetta l’invito") == 1
    accepted = elsewhere.post(link)
    assert accepted.location == "/it/organisations/kolo"
    assert "Ora puoi scrivere a nome di Kolo" in elsewhere.get(accepted.location).text.replace("ora puoi", "Ora puoi")

    assert sorted(roles_in(given, kolo).values()) == [MembershipRole.MEMBER, MembershipRole.OWNER]
    told = given.mail()[-1]
    assert (told["To"], told["Subject"]) == (ada.email, "Ora Nives scrive per Kolo")
    assert "Una persona nuova scrive per Kolo" in given.signed_in(ada).get("/it/inbox").text
    assert "Accepted" in given.signed_in(ada).get(MEMBERS).text
    assert elsewhere.get(link).location == "/it/organisations/kolo/members", "the link is of use to its owner still"
    assert given.app.test_client().get(link).status_code == 410


def test_who_has_an_account_reads_it_in_their_language_and_in_their_inbox(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    bea = given.person("Bea", language="en")
    link = invited(given, ada, bea.email.upper())
    assert given.mail()[-1]["Subject"] == "Ada invites you to write for Kolo"
    browser = given.signed_in(bea)
    assert "You are invited to write for Kolo" in browser.get("/en/inbox").text
    assert browser.post(link).status_code == 303
    assert bea.id in roles_in(given, kolo)
    assert "You are invited" not in browser.get("/en/inbox").text


def test_who_confirms_an_address_later_finds_the_invitation_in_their_inbox(
    given: Given, ada: Person, kolo: Organisation, client: FlaskClient
) -> None:
    client.post("/en/sign-up", data={"name": "Nives", "email": NEW, "password": PASSWORD})
    confirming = given.link_in(given.mail()[-1])
    invited(given, ada)
    assert client.post(confirming).location == "/en/me"
    assert "You are invited to write for Kolo" in client.get("/en/inbox").text


def test_nobody_learns_which_addresses_have_an_account(given: Given, ada: Person, kolo: Organisation) -> None:
    bea = given.person("Bea")
    given.done(lambda: a_membership(kolo, bea))
    browser, answers = given.signed_in(ada), []
    for email in (bea.email, "nobody@example.org"):
        sent = browser.post(MEMBERS, data={"email": email})
        page = browser.get(sent.location).text
        row = page[page.index(f"<h3>{email}") :].partition("</li>")[0]
        key = row.partition("/invitations/")[2].partition("/")[0]
        answers.append((sent.status_code, sent.location, row.replace(email, "").replace(key, "")))
    assert answers[0] == answers[1]


def a_membership(organisation: Organisation, person: Person) -> None:
    commands.add_member(organisation, person, MembershipRole.MEMBER, by=None)


def test_only_the_address_it_was_sent_to_accepts(given: Given, ada: Person, kolo: Organisation) -> None:
    link, other = invited(given, ada), given.person("Eva", email="eva@example.org")
    browser = given.signed_in(other)
    assert "mandato a nives@example.org, mentre il tuo account ha l’indirizzo eva@example.org" in browser.get(link).text
    assert browser.post(link).status_code == 403
    assert f'name="next" value="{link}"' in browser.get(link).text
    assert browser.post("/it/sign-out", data={"next": link}).location == link, "to come back with the other account"
    assert [*roles_in(given, kolo)] == [ada.id]
    assert given.signed_in(given.person("Nives", email=NEW)).post(link).status_code == 303
    assert given.signed_in(other).post(link).status_code == 410, "once"


def test_an_invitation_ends_when_it_is_withdrawn_or_its_time_is_over(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    bea = given.person("Bea")
    link, browser = invited(given, ada, bea.email), given.signed_in(ada)
    hers = given.signed_in(bea)
    key = link.rpartition("/")[2]
    assert browser.post(f"/en/organisations/kolo/invitations/{key}/withdraw").status_code == 303
    assert "Withdrawn" in browser.get(MEMBERS).text
    assert "Kolo has withdrawn this invitation" in hers.get(link.replace("/it/", "/en/")).text
    assert hers.post(link).status_code == 410
    assert "You are invited" not in hers.get("/en/inbox").text

    late = invited(given, ada, bea.email)
    with time_machine.travel(clock.now() + rules.INVITATION_LASTS, tick=False):
        assert "time of this invitation is over" in hers.get(late.replace("/it/", "/en/")).text
        assert hers.post(late).status_code == 410
        assert "Run out" in browser.get(MEMBERS).text
        assert hers.post(invited(given, ada, bea.email)).status_code == 303, "one that has run out is sent anew"


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Write an e-mail address."),
        ("nives", "Invalid email address."),
        ("ada@example.org", "your own address"),
        ("twice@example.org", "invited this address already"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_beside_it(given: Given, email: str, sentence: str) -> None:
    ada = given.person("Ada", email="ada@example.org")
    an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    browser.post(MEMBERS, data={"email": "twice@example.org"})
    answer = browser.post(MEMBERS, data={"email": email})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{email}"' in answer.text


def test_nobody_sends_invitations_without_end(given: Given, ada: Person, kolo: Organisation) -> None:
    browser = given.signed_in(ada)
    for number in range(rules.MOST_INVITED):
        assert browser.post(MEMBERS, data={"email": f"n{number}@example.org"}).status_code == 303
    assert "20 invitations are open" in browser.post(MEMBERS, data={"email": "one.more@example.org"}).text
    key = given.seen(lambda: queries.invitations_of(kolo)[0].key)
    browser.post(f"/en/organisations/kolo/invitations/{key}/withdraw")
    assert "Go on tomorrow" in browser.post(MEMBERS, data={"email": "one.more@example.org"}).text


def test_an_address_is_not_written_to_again_and_again_by_whichever_organisation(given: Given) -> None:
    most, _per = rules.INVITATIONS_PER_ADDRESS
    for number in range(most + 1):
        owner = given.person()
        organisation = an_organisation(given, owner, f"Group {number}")
        answer = given.signed_in(owner).post(f"/en/organisations/{organisation.slug}/members", data={"email": NEW})
        assert answer.status_code == (303 if number < most else 422)


def test_owners_decide_members_look_and_strangers_see_nothing(given: Given, ada: Person, kolo: Organisation) -> None:
    bea, stranger, admin = given.person("Bea"), given.person("Eva"), given.person("Max", Role.ADMINISTRATOR)
    a_colleague(given, kolo, bea)
    key = invited(given, ada).rpartition("/")[2]
    doing = {
        MEMBERS: {"email": "x@example.org"},
        f"{MEMBERS}/ada/role": {"role": "member"},
        f"{MEMBERS}/ada/remove": {},
        f"/en/organisations/kolo/invitations/{key}/withdraw": {},
    }
    hers = given.signed_in(bea)
    shown = hers.get(MEMBERS).text
    assert "Ada" in shown
    assert "Invite a colleague" not in shown
    assert NEW not in shown
    for address, data in doing.items():
        assert hers.post(address, data=data).status_code == 403, address
        assert given.signed_in(stranger).post(address, data=data).status_code == 404, address
    assert given.signed_in(stranger).get(MEMBERS).status_code == 404
    assert given.signed_in(stranger).post("/en/organisations/kolo/leave").status_code == 404
    assert NEW in given.signed_in(admin).get(MEMBERS).text
    assert "People and invitations" in hers.get("/en/organisations/kolo").text
    assert "People and invitations" not in given.signed_in(stranger).get("/en/organisations/kolo").text


def test_somebody_always_looks_after_the_page(given: Given, ada: Person, kolo: Organisation) -> None:
    bea = given.person("Bea")
    a_colleague(given, kolo, bea)
    hers, his = given.signed_in(ada), given.signed_in(bea)
    refused = hers.post("/en/organisations/kolo/leave")
    assert refused.status_code == 409
    assert "Somebody has to look after the page" in refused.text
    assert "Somebody has to look after the page" in hers.get(MEMBERS).text
    assert hers.post(f"{MEMBERS}/ada/role", data={"role": "member"}).status_code == 409
    assert hers.post(f"{MEMBERS}/ada/remove").status_code == 409

    assert hers.post(f"{MEMBERS}/bea/role", data={"role": "owner"}).status_code == 303
    assert given.mail()[-1]["Subject"] == "You look after Kolo now"
    assert his.post(f"{MEMBERS}/ada/role", data={"role": "member"}).status_code == 303
    assert given.mail()[-1]["Subject"] == "Non curi più la pagina di Kolo"
    assert roles_in(given, kolo) == {ada.id: MembershipRole.MEMBER, bea.id: MembershipRole.OWNER}
    assert hers.post("/en/organisations/kolo/leave").status_code == 303
    assert given.mail()[-1]["Subject"] == "Ada no longer writes for Kolo"
    assert "Somebody no longer writes for Kolo" in his.get("/en/inbox").text
    assert [*roles_in(given, kolo)] == [bea.id]
    assert hers.get(MEMBERS).status_code == 404


def test_of_two_owners_who_leave_at_the_same_moment_one_stays(given: Given, ada: Person, kolo: Organisation) -> None:
    bea = given.person("Bea")
    given.done(lambda: commands.add_member(kolo, bea, MembershipRole.OWNER, by=None) and None)
    browsers = [given.signed_in(ada), given.signed_in(bea)]
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda one: one.post("/en/organisations/kolo/leave").status_code, browsers)]
    assert sorted(answers) == [303, 409]
    assert [*roles_in(given, kolo).values()] == [MembershipRole.OWNER]


def test_an_invitation_that_is_accepted_twice_at_once_makes_one_member(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    bea = given.person("Bea")
    link = invited(given, ada, bea.email)
    browsers = [given.signed_in(bea), given.signed_in(bea)]
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda one: one.post(link).status_code, browsers)]
    assert sorted(answers) == [303, 410]
    assert len(roles_in(given, kolo)) == 2


def test_who_is_taken_out_is_told_and_can_do_nothing_there_any_more(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    bea = given.person("Bea")
    a_colleague(given, kolo, bea)
    assert given.signed_in(ada).post(f"{MEMBERS}/bea/remove").status_code == 303
    told = given.mail()[-1]
    assert (told["To"], told["Subject"]) == (bea.email, "You no longer write for Kolo")
    assert given.signed_in(bea).get(MEMBERS).status_code == 404


def test_the_people_of_the_desk_come_from_their_roles(given: Given) -> None:
    moderator = given.person("Max", Role.MODERATOR)
    given.done(lambda: commands.join_desk(languages=["en"], by=people.person_with_id(moderator.id)))  # type: ignore[arg-type]
    browser = given.signed_in(moderator)
    shown = browser.get("/en/organisations/desk/members").text
    assert "follows from their roles" in shown
    assert "Invite a colleague" not in shown
    assert browser.post("/en/organisations/desk/members", data={"email": NEW}).status_code == 409
    assert browser.post("/en/organisations/desk/leave").status_code == 409


def test_what_is_kept_of_an_invitation_is_exported_and_goes(given: Given, ada: Person, kolo: Organisation) -> None:
    bea = given.person("Bea")
    invited(given, ada, bea.email)
    invited(given, ada)
    held = given.seen(lambda: everything_about(bea.id)["membership_invitations"])
    assert [(row["email"], "key" in row) for row in held] == [(bea.email, False)]
    assert len(given.seen(lambda: everything_about(ada.id)["membership_invitations"])) == 2

    def leave() -> None:
        person = people.person_with_id(bea.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    assert given.seen(lambda: [one.email for one in queries.invitations_of(kolo)]) == [NEW]
    with time_machine.travel(clock.now() + timedelta(days=45), tick=False):
        given.done(lambda: commands.forget_invitations(by=None))
    assert not given.seen(lambda: queries.invitations_of(kolo))


def test_when_the_last_member_leaves_the_platform_nobody_can_join_any_more(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    link = invited(given, ada)

    def leave() -> None:
        person = people.person_with_id(ada.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    assert given.signed_in(given.person("Nives", email=NEW)).post(link).status_code == 404
    assert roles_in(given, kolo) == {}


def test_the_page_of_members_takes_few_statements_however_many_there_are(
    given: Given, ada: Person, kolo: Organisation
) -> None:
    for _ in range(5):
        a_colleague(given, kolo, given.person())
    invited(given, ada)
    browser = given.signed_in(ada)
    with given.statements() as seen:
        assert browser.get(MEMBERS).status_code == 200
    assert len(seen) <= 8, seen


def test_a_long_list_of_members_goes_on_where_it_stopped(
    given: Given, ada: Person, kolo: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("academy.organisations.views.MEMBERS", 2)
    for name in ("Bea", "Cem"):
        a_colleague(given, kolo, given.person(name))
    browser = given.signed_in(ada)
    first = browser.get(MEMBERS).text
    assert f"{MEMBERS}?after=bea" in first
    assert "Cem" not in first
    assert "Cem" in browser.get(f"{MEMBERS}?after=bea").text


def test_an_invitation_is_written_down_without_its_address(given: Given, ada: Person, kolo: Organisation) -> None:
    with collecting(Event) as heard:
        invited(given, ada)
    assert [event for event in heard if isinstance(event, MemberInvited)]
    assert not any(NEW in str(event) for event in heard)
