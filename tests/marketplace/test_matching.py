"""How well two listings fit, without a database."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as supposing
from hypothesis import settings
from hypothesis import strategies as st

from academy.kernel.i18n import in_language
from academy.kernel.web import Academy
from marketplace import matching, vocabulary
from marketplace.commands import Content
from marketplace.matching import weights
from marketplace.models import Kind, Listing, Relation
from marketplace.words import telling_words, words_of
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def listing(
    kind: Kind, content: Content = BICYCLES, *, number: int = 1, organisation: int = 1, **changes: Any
) -> Listing:
    made = Listing(
        id=number, kind=kind, organisation_id=organisation, published_at=NOW, **asdict(replace(content, **changes))
    )
    made.words = words_of(made)
    return made


def need(**changes: Any) -> Listing:
    return listing(Kind.NEED, BICYCLES, number=1, **changes)


def offer(**changes: Any) -> Listing:
    return listing(Kind.OFFER, WORKSHOP, number=2, organisation=2, **changes)


@pytest.mark.parametrize("with_meaning", [True, False])
def test_the_weights_are_a_whole_and_the_public_page_names_each(with_meaning: bool) -> None:
    table = matching.weights_for(Relation.FITS, with_meaning=with_meaning)
    assert sum(table.values()) + weights.FRESHNESS == pytest.approx(1)
    assert {*table, "freshness"} <= {part[0] for part in vocabulary.PARTS}


def test_what_fits_scores_high_and_what_does_not_scores_low() -> None:
    fitting = matching.likeness(need(), offer()).score
    unlike = matching.likeness(
        need(),
        offer(
            title="Bookkeeping for small foundations",
            summary="We keep the accounts of foundations, four times a year.",
            body="Accounts, balance, tax declaration.",
            resources=["skills"],
            fields=["tso-k"],
            goals=["sdg-8"],
            targets=["staff"],
            country="PL",
            nuts2="PL71",
            municipality="Łódź",
            conditions="paid",
        ),
    ).score
    assert fitting >= weights.STRONG
    assert unlike < weights.FLOOR


@pytest.mark.parametrize(
    "worse",
    [
        {"resources": ["funding"]},
        {"fields": ["tso-i"], "goals": ["sdg-14"]},
        {"targets": ["older-people"]},
        {"country": "HU", "nuts2": "HU11", "municipality": "Budapest"},
        {"conditions": "paid"},
        {"title": "Something quite different", "summary": "Choir rehearsals", "body": "Singing."},
    ],
)
def test_each_part_counts(worse: dict[str, Any]) -> None:
    assert matching.likeness(need(), offer(**worse)).score < matching.likeness(need(), offer()).score


def test_what_is_not_said_is_neutral_neither_good_nor_bad() -> None:
    said = matching.likeness(need(targets=["children"]), offer(targets=["children"])).score
    unsaid = matching.likeness(need(targets=[]), offer(targets=["children"])).score
    against = matching.likeness(need(targets=["children"]), offer(targets=["older-people"])).score
    assert against < unsaid < said


def test_two_languages_are_not_punished_for_their_words() -> None:
    italian = offer(
        title="La nostra officina è libera il pomeriggio",
        summary="Una stanza con attrezzi per riparare biciclette, tre pomeriggi alla settimana.",
        body="Banchi e attrezzi per dodici ragazzi.",
        language="it",
    )
    assert matching.likeness(need(), italian).score >= weights.GOOD


def test_a_fit_for_one_side_alone_is_worth_less_than_their_mean() -> None:
    much = offer(resources=["space", "funding", "data", "training", "technology"])
    like = matching.likeness(need(), much)
    one, other = (
        sum(weights.BY_WORDS[name] * value for name, value in like.parts[side].items()) / sum(weights.BY_WORDS.values())
        for side in ("mine", "theirs")
    )
    assert like.score <= (one + other) / 2
    assert like.score == pytest.approx(2 * one * other / (one + other), abs=1e-3)


words = st.lists(st.sampled_from(["bicycle", "garden", "officina", "anziani", "choir", "repair"]), max_size=6)
some = st.builds(
    lambda **changes: changes,
    title=words.map(" ".join),
    summary=words.map(" ".join),
    body=words.map(" ".join),
    language=st.sampled_from(["en", "it", "sl"]),
    resources=st.lists(st.sampled_from([*vocabulary.RESOURCES]), max_size=3, unique=True),
    fields=st.lists(st.sampled_from([*vocabulary.FIELDS]), max_size=2, unique=True),
    goals=st.lists(st.sampled_from([*vocabulary.GOALS]), max_size=2, unique=True),
    targets=st.lists(st.sampled_from([*vocabulary.TARGETS]), max_size=2, unique=True),
    country=st.sampled_from(["", "IT", "SI", "PL"]),
    nuts2=st.sampled_from(["", "ITH3", "SI03"]),
    remote=st.booleans(),
    transferable=st.booleans(),
    conditions=st.sampled_from(["", *vocabulary.CONDITIONS]),
    starts_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ends_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)


@settings(deadline=None, max_examples=150)
@supposing(some, some)
def test_a_score_is_between_nothing_and_everything_and_does_not_depend_on_who_asks(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    mine, theirs = need(**one), offer(**other)
    like = matching.likeness(mine, theirs)
    assert 0 <= like.score <= 1
    assert like == matching.likeness(mine, theirs)
    assert all(0 <= value <= 1 for side in ("mine", "theirs") for value in like.parts[side].values())
    for viewed in ((mine, theirs), (theirs, mine)):
        assert len(matching.reasons(*viewed, like.words)) <= weights.MOST_REASONS
        assert len(matching.caveats(*viewed)) <= weights.MOST_CAVEATS
        possible = matching.BestPossible(
            viewed[0], Relation.FITS, with_meaning=False, parts_of=lambda _one: range(6), facts_of=lambda one: one
        )
        sides = possible.sides(viewed[1], None)
        assert like.score <= possible.score(sides, matching.most_of_words(len(mine.words.keys() & theirs.words.keys())))
        assert like.score <= possible.score(sides)
        assert like.score == matching.likeness(*viewed).score


def test_reasons_and_caveats_are_sentences_in_the_language_of_the_reader(app: Academy) -> None:
    mine, theirs = need(), offer(country="AT", nuts2="AT22", municipality="Graz", conditions="paid", language="it")
    words = matching.likeness(mine, theirs).words
    with app.test_request_context():
        with in_language("en"):
            said = [str(one) for one in matching.reasons(mine, theirs, words)]
            against = [str(one) for one in matching.caveats(mine, theirs)]
        with in_language("it"):
            detto = [str(one) for one in matching.reasons(mine, theirs, words)]
            contro = [str(one) for one in matching.caveats(mine, theirs)]
    assert said[0] == "Offers what is asked for: Space"
    assert detto[0] == "Offre quello che si cerca: Spazio"
    assert against == ["It is in another country: Austria", "The offer has a price"]
    assert contro == ["È in un altro Paese: Austria", "L’offerta è a pagamento"]


def test_dates_that_do_not_meet_are_said_first() -> None:
    mine = need(starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    theirs = offer(starts_on=date(2027, 4, 1), ends_on=date(2027, 6, 30))
    assert matching.caveats(mine, theirs)[0].message == "The dates do not meet"
    meeting = offer(starts_on=date(2027, 2, 1))
    assert not [one for one in matching.caveats(mine, meeting) if one.message == "The dates do not meet"]


def kept(score: float, number: int, organisation: int, *, days: int = 0, **facts: Any) -> matching.Kept:
    other = listing(Kind.OFFER, WORKSHOP, number=number, organisation=organisation, title=f"Workshop {number}")
    other.published_at = NOW - timedelta(days=days)
    other.capacity = facts.pop("capacity", None)
    return matching.Kept(score, other, **facts)


def shown(rows: list[matching.Kept], limit: int = 10) -> list[int]:
    return [one.listing.id for one in matching.best(rows, need(), now=NOW, limit=limit)]


def test_one_organisation_does_not_fill_a_list() -> None:
    assert shown([*(kept(0.9 - n / 100, n, 7) for n in range(5)), kept(0.65, 9, 8)]) == [0, 1, 9]


def test_a_post_that_stands_there_many_times_is_shown_once() -> None:
    copies = [kept(0.9, number, number) for number in range(100)]
    for copy in copies:
        copy.listing.title = "The same post"
    assert shown(copies) == [0]


def test_what_is_new_stands_a_little_higher() -> None:
    assert shown([kept(0.700, 1, 7, days=150), kept(0.690, 2, 8)]) == [2, 1]
    assert shown([kept(0.800, 1, 7, days=150), kept(0.690, 2, 8)]) == [1, 2]


def test_what_is_full_is_not_shown_and_what_is_crowded_comes_last() -> None:
    full = kept(0.9, 1, 7, capacity=2, accepted=2)
    crowded = kept(0.8, 2, 8, capacity=1, waiting=3)
    assert shown([full, crowded, kept(0.6, 3, 9)]) == [3, 2]


def test_one_place_in_ten_is_for_what_is_new_and_hardly_seen() -> None:
    old = [kept(0.9 - n / 100, n, n, days=40) for n in range(12)]
    new = kept(0.56, 20, 20, days=3)
    assert shown([*old, new])[weights.EXPLORED - 1] == 20
    explored = [one for one in matching.best([*old, new], need(), now=NOW, limit=10) if one.explored]
    assert [one.explored for one in explored] == [1.0]
    assert 20 not in shown([*old, kept(0.56, 20, 20, days=3, shown=weights.SEEN_ENOUGH)])


def test_resources_and_countries_meet_both_ways() -> None:
    for one in vocabulary.RESOURCES:
        for other in vocabulary.RESOURCES:
            assert matching.resource_fit(one, other) == matching.resource_fit(other, one)
            assert (other in matching.resources_that_meet([one])) == (one in matching.resources_that_meet([other]))


def test_words_that_say_nothing_are_left_out() -> None:
    assert set(telling_words("We are looking for people who would help every week", "en")) == set()
    assert set(telling_words("Cerchiamo persone che ci aiutino: biciclette", "it")) >= {"biciclett"}
    assert telling_words("Fahrräder für Jugendliche", "de").keys() & telling_words("ein Fahrrad", "de").keys()
