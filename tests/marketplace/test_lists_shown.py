"""What a list that is shown learns, how varied it is, and who is shown how often."""

from array import array
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from academy.accounts.models import Person, Role
from academy.kernel import clock, jobs
from academy.kernel.web import Academy
from academy.settings import WrongSetting, settings_from
from marketplace import commands, matching, queries
from marketplace.matching import model
from marketplace.models import Kind, Listing
from marketplace.queries.exposure import gini
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP, a_listing
from tests.organisations.given_organisations import an_organisation


def seen(given: Given, app: Academy, need: Listing) -> list[str]:
    """Titles in the list of a need as its page would show it."""
    jobs.run_due(app)

    def read() -> list[str]:
        known = queries.listing_with_id(need.id)
        assert known is not None
        return [one.listing.title for one in queries.matches_of(known, member=True, now=clock.now(), limit=10).fits]

    return given.seen(read)


def decline(given: Given, person: Person, need: Listing, offer: Listing, reason: str) -> None:
    def say_so() -> None:
        mine, theirs = queries.listing_with_id(need.id), queries.listing_with_id(offer.id)
        assert mine is not None
        assert theirs is not None
        commands.decline_match(mine, theirs, reason, by=person)

    given.done(say_so)


def test_what_is_as_far_as_a_declined_one_sinks_below_what_is_near(given: Given, app: Academy) -> None:
    ada = given.person()
    need = a_listing(given, ada, an_organisation(given, ada, "Kolo"), country="SI", nuts2="SI03", municipality="")
    offers = {}
    for name, nuts2 in (("first", "SI04"), ("second", "SI04"), ("far", "SI04"), ("near", "SI03")):
        person = given.person()
        less = {"targets": ["families"]} if name == "near" else {}
        offers[name] = a_listing(
            given, person, an_organisation(given, person, name), Kind.OFFER, WORKSHOP,
            title=f"{WORKSHOP.title} {name}", summary=f"{WORKSHOP.summary} {name}", nuts2=nuts2, municipality="", **less,
        )  # fmt: skip
    before = seen(given, app, need)
    assert before[-1] == offers["near"].title  # it is not for the same people
    for name in ("first", "second"):
        decline(given, ada, need, offers[name], "too-far")
    after = seen(given, app, need)
    assert after == [offers["near"].title, offers["far"].title]


def a_kept(number: int, score: float, organisation: int) -> matching.Kept:
    listing = Listing(**{**vars(WORKSHOP), "title": f"Offer {number}", "summary": f"Summary {number}"})
    listing.id, listing.kind, listing.organisation_id, listing.published_at = (
        number,
        Kind.OFFER,
        organisation,
        clock.now(),
    )
    listing.words = {}
    return matching.Kept(score, listing)


def test_what_says_again_what_stands_above_gives_way_to_what_is_different() -> None:
    mine = Listing(**vars(BICYCLES))
    mine.id, mine.kind, mine.words = 99, Kind.NEED, {}
    kept = [a_kept(1, 0.80, 1), a_kept(2, 0.79, 2), a_kept(3, 0.75, 3)]
    vectors = {
        1: array("b", [100, 0, 0]).tobytes(),
        2: array("b", [100, 5, 0]).tobytes(),
        3: array("b", [0, 0, 100]).tobytes(),
    }

    def order(sameness: matching.Sameness) -> list[int]:
        return [one.listing.id for one in matching.best(kept, mine, now=clock.now(), limit=3, sameness=sameness)]

    assert order(matching.Sameness(vectors, {})) == [1, 3, 2]
    assert order(matching.Sameness({}, {})) == [1, 2, 3]


def test_sameness_takes_out_what_a_language_has_in_common() -> None:
    one, other = a_kept(1, 0.8, 1).listing, a_kept(2, 0.8, 2).listing
    vectors = {1: array("b", [100, 50, 0]).tobytes(), 2: array("b", [100, 0, 50]).tobytes()}
    mean = [100 / np.hypot(100, 50), 0.0, 0.0]
    assert matching.Sameness(vectors, {})(one, other) == pytest.approx(0.8)
    assert matching.Sameness(vectors, {"en": mean})(one, other) == pytest.approx(0.0, abs=1e-6)


def test_brokers_see_who_is_shown_and_nobody_else_does(given: Given, app: Academy) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada, "Kolo"))
    a_listing(given, bea, an_organisation(given, bea, "Breg"), Kind.OFFER, replace(WORKSHOP, language="sl"))
    jobs.run_due(app)
    given.done(lambda: commands.count_impressions([(need.id, 0.0)], by=None))
    found = given.seen(lambda: queries.exposure(now=clock.now()))
    assert {row.name: (row.listings, row.lines, row.shown) for row in found.by_language} == {
        "en": (1, 1, 1),
        "sl": (1, 1, 0),
    }
    assert [row.share for row in found.by_language] == [1.0, 1.0]
    assert found.gini == pytest.approx(0.5)
    browser = given.signed_in(given.person("", Role.COORDINATOR))
    assert "By language of the text" in browser.get("/en/marketplace/broker/exposure").text
    assert given.signed_in(ada).get("/en/marketplace/broker/exposure").status_code == 403


def test_how_uneven_a_showing_is() -> None:
    assert gini([]) == 0
    assert gini([(5, 4)]) == 0
    assert gini([(0, 9), (10, 1)]) == pytest.approx(0.9)


def test_the_funnel_is_counted_of_a_country_and_a_theme(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    a_listing(given, ada, organisation)
    a_listing(
        given,
        ada,
        organisation,
        country="IT",
        nuts2="",
        fields=["tso-a"],
        title="A stage for the street band of Ptuj",
        body="Music.  " * 10,
    )

    def posted(**chosen: str) -> int:
        return given.seen(lambda: queries.funnel(**chosen))["posted"]

    assert (
        posted(),
        posted(country="SI", region="SI03"),
        posted(field="tso-a"),
        posted(field="sdg-11"),
        posted(country="SI", field="tso-a"),
    ) == (2, 1, 1, 2, 0)
    broker = given.signed_in(given.person("", Role.COORDINATOR))
    assert broker.get("/en/marketplace/outcomes?country=SI&theme=tso-f").status_code == 200
    assert broker.get("/en/marketplace/outcomes?country=XX&theme=none").status_code == 200


# --- a larger model in a folder -----------------------------------------------------------------------------------


class FewTokens:
    """As much of a tokenizer as is asked of it: a word is its length, texts are filled up with noughts."""

    def encode_batch(self, texts: list[str]) -> list[Any]:
        longest = max(len(text.split()) for text in texts)
        rows = [[len(word) for word in text.split()] for text in texts]
        return [
            SimpleNamespace(
                ids=row + [0] * (longest - len(row)), attention_mask=[1] * len(row) + [0] * (longest - len(row))
            )
            for row in rows
        ]


class FewLayers:
    """A session whose hidden state of a token is its number, and one."""

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="input_ids"), SimpleNamespace(name="attention_mask")]

    def run(self, _outputs: None, given: dict[str, Any]) -> list[Any]:
        assert set(given) == {"input_ids", "attention_mask"}
        ids = given["input_ids"].astype(np.float32)
        return [np.stack([ids, np.ones_like(ids)], axis=2)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "e5-large"
    made.mkdir()
    (made / "model.onnx").write_bytes(b"x")
    (made / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(model, "opened", lambda _folder: (FewTokens(), FewLayers()))
    return made


def test_a_model_in_a_folder_hears_the_mean_of_what_is_not_filled_up(folder: Path) -> None:
    vectors = model.LocalModel(folder).vectors(["abc", "abc de"])  # “query: ” is a word of six
    assert vectors[0] == pytest.approx(np.array([4.5, 1]) / np.hypot(4.5, 1), rel=1e-5)
    assert vectors[1] == pytest.approx(np.array([11 / 3, 1]) / np.hypot(11 / 3, 1), rel=1e-5)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    assert model.LocalModel(folder).vectors(["abc de"])[0] == pytest.approx(np.array([6, 1]) / np.hypot(6, 1), rel=1e-5)


def test_vectors_of_a_folder_have_a_name_of_their_own(folder: Path, app: Academy) -> None:
    with app.app_context():
        app.extensions["settings"] = replace(app.extensions["settings"], matching=str(folder))
        assert model.wanted_model().startswith("e5-large/")
        assert model.LocalModel(folder, "passage").name != model.LocalModel(folder).name
        assert len(model.LocalModel(folder, "passage").name) <= 40


def test_a_folder_without_a_model_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="ACADEMY_MATCHING"):
        settings_from({"ACADEMY_DATA_DIR": str(tmp_path), "ACADEMY_MATCHING": str(tmp_path)})
