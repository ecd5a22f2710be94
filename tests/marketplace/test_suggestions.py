"""What a listing's page shows of what fits it."""

from academy.kernel import jobs
from academy.kernel.web import Academy
from marketplace.models import Kind
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP, a_listing, pairs_kept
from tests.organisations.given_organisations import an_organisation


def test_each_side_is_shown_the_other_with_reasons_and_so_is_everybody_else(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada, "Kolo"))
    offer = a_listing(given, bea, an_organisation(given, bea, "Breg"), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    visitor = app.test_client()
    for browser in (given.signed_in(ada), visitor):
        shown = browser.get(f"/en/marketplace/{need.slug}").text
        assert WORKSHOP.title in shown
        assert "Strong fit" in shown
        assert "Offers what is asked for: Space" in shown
        assert "Same place: Ptuj" in shown
    assert "Not for us" not in visitor.get(f"/en/marketplace/{need.slug}").text
    assert "%" not in visitor.get(f"/en/marketplace/{need.slug}").text.split('id="matches"')[1].split("</section>")[0]
    back = given.signed_in(bea).get(f"/en/marketplace/{offer.slug}").text
    assert BICYCLES.title in back
    assert "Asks for what is offered: Space" in back
    italian = visitor.get(f"/it/marketplace/{need.slug}").text
    assert "Offre quello che si cerca: Spazio" in italian
    assert "Stesso luogo: Ptuj" in italian
    assert "1 offer could fit" in visitor.get("/en/marketplace").text


def test_until_the_worker_has_been_there_the_page_says_that_it_looks(app: Academy, given: Given) -> None:
    ada = given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    browser = given.signed_in(ada)
    assert "We are looking for what fits" in browser.get(f"/en/marketplace/{need.slug}").text
    jobs.run_due(app)
    block = browser.get(f"/en/marketplace/{need.slug}", headers={"HX-Request": "true", "HX-Target": "matches"}).text
    assert "Nothing that fits well yet" in block
    assert "<html" not in block
    assert "hx-get" not in block


def test_not_for_us_hides_the_pair_on_both_pages_for_good(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    offer = a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    browser, address = given.signed_in(ada), f"/en/marketplace/{need.slug}"
    assert browser.post(f"{address}/not-for-us", data={"other": offer.slug, "reason": "because"}).status_code == 422
    assert browser.post(f"{address}/not-for-us", data={"other": "nothing", "reason": "too-far"}).status_code == 404
    assert browser.post(f"{address}/not-for-us", data={"other": need.slug, "reason": "too-far"}).status_code == 404
    for _twice in range(2):
        answer = browser.post(f"{address}/not-for-us", data={"other": offer.slug, "reason": "too-far"})
        assert answer.status_code == 303
    assert pairs_kept(given) == set()
    assert WORKSHOP.title not in browser.get(address).text
    assert BICYCLES.title not in given.signed_in(bea).get(f"/en/marketplace/{offer.slug}").text.split('id="matches"')[1]
    given.signed_in(bea).post(f"/en/marketplace/{offer.slug}/pause")
    given.signed_in(bea).post(f"/en/marketplace/{offer.slug}/publish")
    jobs.run_due(app)
    assert pairs_kept(given) == set()


def test_the_page_takes_few_statements_however_many_fit(app: Academy, given: Given) -> None:
    ada = given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    numbers = []
    for _ in range(2):
        for _more in range(3):
            bea = given.person()
            a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
        jobs.run_due(app)
        browser = given.signed_in(ada)
        browser.get(f"/en/marketplace/{need.slug}")  # what all readers share is read
        with given.statements() as seen:
            browser.get(f"/en/marketplace/{need.slug}")
        numbers.append(len([one for one in seen if one.startswith("SELECT")]))
    assert numbers[0] == numbers[1]


def test_how_matching_works_is_public_with_its_weights(app: Academy) -> None:
    english = app.test_client().get("/en/marketplace/how-matching-works").text
    assert "30 %" in english
    assert "version 2" in english
    assert "Come funzionano gli abbinamenti" in app.test_client().get("/it/marketplace/how-matching-works").text
