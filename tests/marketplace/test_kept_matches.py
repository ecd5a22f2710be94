"""Matches are kept one listing at a time: is that the same as computing them all?"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import given as supposing
from hypothesis import strategies as st

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.organisations.models import Organisation
from academy.organisations.territories import NEIGHBOURS
from marketplace import commands, matching, queries, rules
from marketplace.commands import Content
from marketplace.models import Facet, Interest, Kind, Listing, Match, Message, PairDeclined, State
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP, a_listing, expired, kept_matches
from tests.organisations.given_organisations import an_organisation

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


def may_meet(need: Listing, offer: Listing, declined: set[tuple[int, int]]) -> bool:
    """The gates and what two have in common, written once more without a database."""
    near = need.country == offer.country or offer.country in NEIGHBOURS[need.country]
    in_common = (
        any(matching.resource_fit(one, other) for one in need.resources for other in offer.resources)
        or set(need.themes) & set(offer.themes)
        or set(matching.words_of_title(need)) & set(matching.words_of_title(offer))
    )
    return bool(
        need.organisation_id != offer.organisation_id
        and set(need.contact_languages) & set(offer.contact_languages)
        and (near or need.remote or offer.remote or offer.transferable)
        and (need.id, offer.id) not in declined
        and in_common
    )


class Market:
    def __init__(self, app: Academy, given: Given, people: list[tuple[Person, Organisation]]) -> None:
        self.app, self.given, self.people = app, given, people
        self.made: list[tuple[int, Person]] = []

    def take(self, step: tuple[Any, ...]) -> None:
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
            for model in (Match, Facet, PairDeclined, Message, Interest, Listing, jobs.Job):
                session.execute(sa.delete(model))

        self.given.done(clear)
        self.made = []

    def computed(self) -> dict[tuple[int, int], tuple[float, Any]]:
        """All pairs, one by one, from the listings alone."""

        def compare() -> dict[tuple[int, int], tuple[float, Any]]:
            everything = queries.open_listings(now=clock.now())
            declined = {(one.need_id, one.offer_id) for one in session.query(PairDeclined)}
            found = {}
            for need in everything:
                for offer in everything:
                    if need.kind == Kind.NEED and offer.kind == Kind.OFFER and may_meet(need, offer, declined):
                        like = matching.likeness(need, offer)
                        if like.score >= matching.FLOOR:
                            found[need.id, offer.id] = (like.score, like.parts)
            return found

        return self.given.seen(compare)


def test_kept_one_by_one_they_are_the_same_as_computed_all_at_once(app: Academy, given: Given) -> None:
    people = []
    for number in range(3):
        person = given.person()
        people.append((person, an_organisation(given, person, f"Organisation {number}")))
    market = Market(app, given, people)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @supposing(st.lists(steps, min_size=4, max_size=16))
    def whatever_happens(taken: list[tuple[Any, ...]]) -> None:
        market.empty()
        for step in taken:
            market.take(step)
        jobs.run_due(app)
        kept = kept_matches(given)
        assert kept == market.computed()
        given.done(lambda: commands.rebuild_matches(by=None) and None)
        assert kept_matches(given) == kept

    whatever_happens()


def test_what_can_not_be_seen_any_more_has_no_match_at_once(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    offer = a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    assert [*kept_matches(given)] == [(need.id, offer.id)]

    def pause() -> None:
        found = queries.listing_with_id(offer.id)
        assert found is not None
        commands.pause_listing(found, by=bea)

    given.done(pause)
    assert kept_matches(given) == {}  # before the worker has woken


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
    assert kept_matches(given) == {}


def test_rebuild_says_how_many_there_are(app: Academy, given: Given) -> None:
    ada, bea = given.person(), given.person()
    a_listing(given, ada, an_organisation(given, ada))
    a_listing(given, bea, an_organisation(given, bea), Kind.OFFER, WORKSHOP)
    runner = app.test_cli_runner()
    from academy import cli

    cli.init_app(app)
    answer = runner.invoke(args=["matching", "rebuild", "--json"])
    assert answer.exit_code == 0, answer.output
    assert '"matches": 1' in answer.output
