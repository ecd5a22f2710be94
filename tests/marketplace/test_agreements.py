"""From a first message to an outcome that both confirm."""

from datetime import timedelta

from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts.models import Person, Role
from academy.accounts.queries import person_with_id
from academy.kernel import clock, jobs
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.organisations.queries import memberships_of, organisation_called
from marketplace import commands
from marketplace.models import Agreement, Interest, Kind, Listing, State
from tests.given import Given
from tests.marketplace.given_marketplace import FORM, WORKSHOP, a_listing, an_interest
from tests.organisations.given_organisations import an_organisation


class Two:
    """A need of Ada’s organisation, and Bea who offers something; they are in contact."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.ada, self.bea = given.person("Ada"), given.person("Bea")
        self.need = a_listing(given, self.ada, an_organisation(given, self.ada, "School"))
        theirs = an_organisation(given, self.bea, "Workshop")
        self.offer = a_listing(given, self.bea, theirs, Kind.OFFER, WORKSHOP)
        self.interest = an_interest(given, self.need, self.bea, theirs)
        self.address = f"/en/marketplace/interest/{self.interest.key}"
        self.owner, self.sender = given.signed_in(self.ada), given.signed_in(self.bea)
        assert self.owner.post(f"{self.address}/accept").status_code == 303

    def agreed(self) -> None:
        promise = {
            "purpose": "Bicycles repaired in winter",
            "ours": "Open the room on Mondays",
            "theirs": "Bring ten pupils",
        }
        assert self.sender.post(f"{self.address}/agreement", data=promise).status_code == 303
        assert self.owner.post(f"{self.address}/agreement/accept").status_code == 303

    def agreement(self) -> Agreement:
        return self.given.seen(lambda: session.query(Agreement).one())


def text(client: FlaskClient, address: str) -> str:
    return client.get(address).text


def test_they_agree_keep_their_word_and_both_confirm_what_came_of_it(given: Given) -> None:
    two = Two(given)
    two.agreed()
    page = text(two.owner, two.address)
    assert "Open the room on Mondays" in page and "Agreed" in page
    pledge = page.split('name="pledge" value="')[1].split('"')[0]
    assert two.owner.post(f"{two.address}/agreement/kept", data={"pledge": pledge}).status_code == 303
    assert two.agreement().state == "running"
    told = {"result": "A workshop every Monday", "people": "24", "goals": ["sdg-11"], "evidence": "We counted."}
    assert two.owner.post(f"{two.address}/outcome", data=told).status_code == 303
    assert two.owner.post(f"{two.address}/outcome/confirm").status_code == 403  # the other side has to
    assert two.sender.post(f"{two.address}/outcome/confirm").status_code == 303
    agreement = two.agreement()
    assert (agreement.state, agreement.people_reached, agreement.goals) == ("done", 24, ["sdg-11"])
    assert given.seen(lambda: session.get_one(Listing, two.need.id)).state == State.CLOSED
    assert given.seen(lambda: session.get_one(Listing, two.offer.id)).state == State.PUBLISHED  # may serve others


def test_only_the_other_side_can_agree_and_an_empty_proposal_says_what_is_missing(given: Given) -> None:
    two = Two(given)
    answer = two.sender.post(f"{two.address}/agreement", data={"purpose": "Something", "theirs": ""})
    assert answer.status_code == 422 and "at least one thing" in answer.text and "Something" in answer.text
    late = {"purpose": "Something", "ours": "Something small", "ours_by": "2020-01-01"}
    answer = two.sender.post(f"{two.address}/agreement", data=late)
    assert answer.status_code == 422 and "This day is over." in answer.text and 'value="2020-01-01"' in answer.text
    two.sender.post(f"{two.address}/agreement", data={"purpose": "Something", "ours": "Something small"})
    assert two.sender.post(f"{two.address}/agreement/accept").status_code == 403
    stranger = given.signed_in(given.person())
    assert stranger.post(f"{two.address}/agreement/accept").status_code == 404
    assert "Something small" not in stranger.get(two.address).text


def test_addresses_are_seen_when_both_want_it(given: Given) -> None:
    two = Two(given)
    assert two.owner.post(f"{two.address}/address").status_code == 303
    assert two.ada.email not in text(two.sender, two.address)
    assert two.sender.post(f"{two.address}/address").status_code == 303
    assert two.ada.email in text(two.sender, two.address) and two.bea.email in text(two.owner, two.address)


def test_who_blocks_hears_no_more_and_a_report_reaches_moderators_without_the_words(given: Given) -> None:
    two = Two(given)
    moderator = given.signed_in(given.person("Mo", Role.MODERATOR))
    assert two.owner.post(f"{two.address}/report", data={"reason": ""}).status_code == 422
    assert two.owner.post(f"{two.address}/report", data={"reason": "Rude"}).status_code == 303
    page = text(moderator, "/en/marketplace/review")
    assert "Rude" in page and "We could help." not in page
    assert two.owner.post(f"{two.address}/block").status_code == 303
    again = two.sender.post(
        f"/en/marketplace/{two.need.slug}/interest", data={"body": "Hello again", "organisation": "0"}
    )
    assert again.status_code == 409
    assert two.sender.post(two.address, data={"body": "Hello?", "key": "k"}).status_code == 409


def test_after_five_silent_days_the_owner_is_reminded_once(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    interest = an_interest(given, need, bea)

    def age() -> None:
        session.get_one(Interest, interest.id).created_at = clock.now() - timedelta(days=6)

    given.done(age)
    for _twice in range(2):
        given.done(lambda: commands.remind_of_interests())
    assert len([one for one in given.mail() if "waits for your answer" in one["Subject"]]) == 1


def test_thirty_and_ninety_days_on_both_are_asked_once_each(app: Academy, given: Given) -> None:
    two = Two(given)
    two.agreed()
    for days, told in ((10, 0), (31, 2), (40, 2), (91, 4), (99, 4)):

        def age(days: int = days) -> None:
            session.query(Agreement).one().agreed_at = clock.now() - timedelta(days=days)

        given.done(age)
        given.done(lambda: commands.ask_after_agreements())
        assert len([one for one in given.mail() if "How is it going" in one["Subject"]]) == told


def broker_of(given: Given) -> Person:
    return given.person("Zoe", Role.COORDINATOR)


def test_a_broker_without_an_organisation_writes_for_people_without_an_account(
    given: Given, client: FlaskClient
) -> None:
    cleo, tom = given.person("Cleo", Role.COORDINATOR), given.person("Tom", Role.MODERATOR)
    browser = given.signed_in(cleo)
    assert "Write in the name of the desk" in text(browser, "/en/marketplace/new?kind=need")
    assert "Write in the name of the desk" not in text(given.signed_in(given.person()), "/en/marketplace/new?kind=need")
    assert given.signed_in(given.person()).post("/en/marketplace/broker/desk").status_code == 403
    form = browser.post("/en/marketplace/broker/desk", data={"kind": "need"}).location
    assert "In the name of Broker’s desk" in text(browser, form)
    desk = given.seen(lambda: organisation_called("desk"))
    assert desk is not None
    typed = {**FORM, "organisation": desk.id, "on_behalf_of": "Five families of Via dei Mille", "they_agree": "y"}
    made = browser.post("/en/marketplace/new", data=typed).location
    assert "Written down by Broker’s desk on behalf of: Five families of Via dei Mille" in text(client, made)
    theirs = given.signed_in(tom)  # a colleague of the desk answers too
    assert theirs.get(f"{made}/edit").status_code == 404
    theirs.post("/en/marketplace/broker/desk")
    assert theirs.get(f"{made}/edit").status_code == 200
    assert client.get("/en/organisations/desk").status_code == 200


def test_whoever_no_longer_brings_people_together_leaves_the_desk(given: Given) -> None:
    cleo = given.person("Cleo", Role.COORDINATOR, Role.TRAINER)
    given.signed_in(cleo).post("/en/marketplace/broker/desk")

    def lose(role: Role) -> int:
        given.done(lambda: accounts.take_role(_loaded(cleo), role, by=None))
        return len(given.seen(lambda: memberships_of(cleo)))

    assert (lose(Role.TRAINER), lose(Role.COORDINATOR)) == (1, 0)


def _loaded(person: Person) -> Person:
    found = person_with_id(person.id)
    assert found is not None
    return found


def test_a_broker_introduces_two_who_have_not_met_and_it_is_in_the_log(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada, "School"))
    offer = a_listing(given, bea, an_organisation(given, bea, "Workshop"), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    browser = given.signed_in(broker_of(given))
    assert f'value="{need.slug}"' in text(browser, "/en/marketplace/broker")
    asked = {"need": need.slug, "offer": offer.slug}
    assert browser.post("/en/marketplace/broker/introductions", data=asked).status_code == 422
    long = browser.post("/en/marketplace/broker/introductions", data=asked | {"note": "Next door. " * 100})
    assert long.status_code == 422 and long.text.count("Next door.") == 100, "nothing typed is lost"
    for _twice in range(2):
        answer = browser.post("/en/marketplace/broker/introductions", data=asked | {"note": "You live next door."})
        assert answer.status_code == 303
    page = text(browser, "/en/marketplace/broker")
    assert "You live next door." in page and f'value="{need.slug}"' not in page
    assert len([one for one in given.mail() if "You are introduced" in one["Subject"]]) == 2
    assert given.signed_in(ada).get("/en/marketplace/broker").status_code == 403
