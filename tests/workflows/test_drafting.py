"""Does a piece of the portfolio become a draft in the marketplace, in one step and without losing a word?"""

import sqlalchemy as sa

from academy.accounts.models import Role
from academy.kernel.db import session as database
from academy.learning.portfolio.models import PortfolioItem
from academy.workflows.drafting import content_of
from marketplace.models import Kind, Listing
from tests.given import Given
from tests.learning.editions.given_editions import organisation
from tests.learning.given_learning import imported
from tests.learning.portfolio.test_portfolio import kept

CARD = """\
## 3. What hurts

The bus leaves at one, the next at **half past two**.

## 5. Evidence

Forty pupils, counted on 12 May.

## 6. Who already tries

The bar lends chairs.

## 7. What would be better

## 8. And

A bench.
"""


def test_a_need_card_becomes_a_draft_with_its_lines_in_their_fields_once(given: Given) -> None:
    imported(given)
    ada = given.person("Ada")
    ponte = organisation(given, ada)
    browser = given.signed_in(ada)
    piece = kept(browser, "The bus at the mill", CARD)
    form = {"kind": "need", "organisation": ponte.id}
    address = browser.post(f"{piece}/listing", data=form).headers["Location"]
    page = browser.get(address).text
    assert "The bus at the mill" in page and "Forty pupils, counted on 12 May." in page
    assert browser.post(f"{piece}/listing", data=form).headers["Location"] == address, "pressed twice it is one draft"
    draft = given.seen(lambda: database.scalars(sa.select(Listing)).one())
    assert (draft.kind, draft.state, draft.origin) == (Kind.NEED, "draft", f"portfolio:{piece.rsplit('/', 1)[-1]}")
    assert draft.tried == "The bar lends chairs." and "half past two" in draft.summary
    assert "What hurts" in draft.body and "A bench." in draft.body and "Evidence" not in draft.body


def test_only_ones_own_piece_and_only_for_ones_own_organisation(given: Given) -> None:
    imported(given)
    ada, bo = given.person("Ada"), given.person("Bo", Role.ADMINISTRATOR)
    theirs = organisation(given, bo)
    browser = given.signed_in(ada)
    piece = kept(browser)
    assert browser.post(f"{piece}/listing", data={"kind": "need", "organisation": theirs.id}).status_code == 403
    assert browser.post(f"{piece}/listing", data={"kind": "wish", "organisation": theirs.id}).status_code == 400
    stranger = given.signed_in(bo)
    assert stranger.post(f"{piece}/listing", data={"kind": "need", "organisation": theirs.id}).status_code == 404
    assert "also an informal group" in browser.get(piece).text


def test_an_answer_that_is_too_long_for_its_field_stays_in_the_text() -> None:
    long = "word " * 500
    item = PortfolioItem(title="A card", language="en", body=f"Before.\n\n## Evidence\n\n{long}")
    content = content_of(item, Kind.NEED)
    assert content.evidence == "" and long.strip() in content.body and content.summary == "Before."
    assert content_of(PortfolioItem(title="A card", language="en", body=CARD), Kind.OFFER).evidence == ""
