"""What both sides confirm is summed, and nothing else."""

import csv
import io

from flask.testing import FlaskClient

from academy.kernel.web import Academy
from marketplace import queries
from marketplace.models import Kind
from tests.given import Given
from tests.marketplace.given_marketplace import WORKSHOP, a_listing, an_interest
from tests.marketplace.test_agreements import Two
from tests.organisations.given_organisations import an_organisation


def done(two: Two, *, people: str = "24", goals: tuple[str, ...] = ("sdg-11", "sdg-4"), confirmed: bool = True) -> None:
    two.agreed()
    told = {"result": "A workshop on Mondays.", "people": people, "goals": [*goals], "evidence": ""}
    assert two.owner.post(f"{two.address}/outcome", data=told).status_code == 303
    if confirmed:
        assert two.sender.post(f"{two.address}/outcome/confirm").status_code == 303


def table(client: FlaskClient, address: str, delimiter: str = ",") -> dict[tuple[str, str], tuple[str, ...]]:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=delimiter)
    return {(row[0], row[1]): tuple(row[3:]) for row in list(rows)[1:]}


def test_an_outcome_that_both_confirm_is_counted_once_and_in_each_goal_it_names(
    given: Given, client: FlaskClient
) -> None:
    two = Two(given)
    done(two, confirmed=False)
    assert "None yet" in client.get("/en/marketplace/outcomes?n=1").text
    assert two.sender.post(f"{two.address}/outcome/confirm").status_code == 303
    page = client.get("/en/marketplace/outcomes?n=2").text
    assert "1 outcome." in page and "24 people better off, as both sides say." in page
    assert "Sustainable cities and communities" in page and "Vzhodna Slovenija" in page
    assert "A workshop on Mondays." not in page and "School" not in page  # sums alone: what was written is theirs
    assert "24 persone stanno meglio" in client.get("/it/marketplace/outcomes").text
    sums = table(client, "/en/marketplace/outcomes.csv")
    for line in (
        ("all", ""),
        ("goal", "sdg-11"),
        ("goal", "sdg-4"),
        ("country", "SI"),
        ("region", "SI03"),
        ("kind", "need"),
    ):
        assert sums[line] == ("1", "24", "0"), line
    assert table(client, "/it/marketplace/outcomes.csv", ";") == sums


def test_where_nobody_names_a_number_none_is_invented(given: Given, client: FlaskClient) -> None:
    done(Two(given), people="", goals=())
    page = client.get("/en/marketplace/outcomes").text
    assert "1 names no number of people." in page and "better off" not in page
    assert table(client, "/en/marketplace/outcomes.csv")["country", "SI"] == ("1", "0", "1")


def test_the_figures_are_narrowed_by_country_and_theme(given: Given, client: FlaskClient) -> None:
    done(Two(given))
    for asked, outcomes in (
        ("country=SI", "1"),
        ("region=SI03", "1"),
        ("region=SI04", "0"),
        ("country=IT&region=SI03", "1"),
        ("country=IT", "0"),
        ("theme=sdg-11", "1"),
        ("theme=sdg-1", "0"),
        ("country=XX", "1"),
    ):
        assert table(client, f"/en/marketplace/outcomes.csv?{asked}")["all", ""][0] == outcomes, asked


def test_an_outcome_is_where_the_need_is_whoever_wrote_first(app: Academy, given: Given) -> None:
    two = Two(given)
    offer = a_listing(given, two.bea, an_organisation(given, two.bea, "Breg"), Kind.OFFER, WORKSHOP, title="A workshop in Graz",
                      country="AT", nuts2="AT22", municipality="Graz", body="Benches and stands in Graz for whoever comes. " * 2)  # fmt: skip
    two.interest = an_interest(given, offer, two.ada)
    browser = given.signed_in(two.ada)
    sent = {"body": "We could use it.", "organisation": two.need.organisation_id, "with_listing": two.need.slug}
    two.address = f"/en/marketplace/interest/{two.interest.key}"
    assert two.owner.post(f"{two.address}/withdraw").status_code == 303
    two.address = browser.post(f"/en/marketplace/{offer.slug}/interest", data=sent).location
    two.owner, two.sender = two.sender, browser
    assert two.owner.post(f"{two.address}/accept").status_code == 303
    done(two)
    found = given.seen(queries.impact)
    assert {name: [*found.by[name]] for name in ("country", "kind")} == {"country": ["SI"], "kind": ["offer"]}


def test_the_page_takes_few_statements(given: Given, client: FlaskClient) -> None:
    done(Two(given))
    client.get("/en/marketplace/outcomes")
    with given.statements() as seen:
        client.get("/en/marketplace/outcomes?n=again")
    assert len(seen) <= 8
