"""Does a site that was filled for load tests look like one that people filled?"""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from click.testing import Result

from academy import cli, populating
from academy.accounts.models import Person
from academy.assessment.models import AttemptStep
from academy.community.models import Post, Topic
from academy.kernel.db import session
from academy.kernel.web import Academy
from marketplace.models.listings import Listing
from tests.assessment.given_assessment import answers_everything, learner, quiz
from tests.community.given_community import topic
from tests.given import Given
from tests.marketplace.given_marketplace import a_listing
from tests.organisations.given_organisations import an_organisation

MORE = ("--people", "7", "--topics", "12", "--posts", "40", "--listings", "4", "--answers", "30")


def populate(app: Academy, *told: str) -> Result:
    if "populate" not in app.cli.commands:
        cli.init_app(app)
    return app.test_cli_runner().invoke(args=["populate", *told])


def counts(given: Given) -> list[int]:
    models: Sequence[type] = (Person, Topic, Post, Listing, AttemptStep)
    return [
        given.seen(lambda model=model: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)  # type: ignore[misc]
        for model in models
    ]


@pytest.fixture
def invented(given: Given) -> Person:
    """One row of everything, all by invented people."""
    author = given.person("Nives Example")
    topic(given, author)
    given.done(lambda: session.execute(sa.update(Topic).values(about="lesson:needs/seeing", is_thread=True)))
    a_listing(given, author, an_organisation(given, author))
    quiz(given)
    one = learner(given)
    one.begins()
    answers_everything(one)
    one.hands_in()
    given.done(lambda: session.execute(sa.update(Person).values(example=True)))
    return author


def test_it_holds_so_much_more_and_its_pages_work(app: Academy, given: Given, invented: Person) -> None:
    before = counts(given)
    done = populate(app, *MORE)
    assert done.exit_code == 0, done.output
    people, topics, posts, listings, steps = (after - was for after, was in zip(counts(given), before, strict=True))
    assert (people, topics, posts, listings) == (7, 12, 40, 4)
    assert steps >= 30
    newest = given.seen(lambda: session.scalars(sa.select(Topic).order_by(Topic.id.desc()).limit(1)).one())
    listing = given.seen(lambda: session.scalars(sa.select(Listing).order_by(Listing.id.desc()).limit(1)).one())
    reader = given.signed_in(invented)
    for address in (
        "/en/community",
        f"/en/community/t/{newest.address}",
        "/en/marketplace",
        f"/en/marketplace/{listing.slug}",
        "/en/search?q=count",
        "/en/me",
    ):
        assert reader.get(address).status_code == 200, address
    assert newest.title in reader.get("/en/search?q=count").text
    topic(given, invented, title="Numbers go on after those that were given")


def test_it_can_be_done_again(app: Academy, given: Given, invented: Person) -> None:
    assert [populate(app, *MORE).exit_code for _ in range(2)] == [0, 0]


def test_real_people_are_not_mixed_with_invented_ones_by_mistake(app: Academy, given: Given, invented: Person) -> None:
    given.person("Somebody Real")
    before = counts(given)
    refused = populate(app, *MORE)
    assert refused.exit_code == 1 and "1 people here are real" in refused.output
    assert counts(given) == before
    assert populate(app, *MORE, "--among-real-people").exit_code == 0


def test_an_empty_site_has_nothing_to_make_others_after(app: Academy) -> None:
    refused = populate(app, "--topics", "1")
    assert refused.exit_code == 1 and "demo load" in refused.output


def test_nobody_can_sign_in_as_a_synthetic_person(app: Academy, given: Given, invented: Person) -> None:
    populate(app, "--people", "1")
    made = given.seen(lambda: session.scalars(sa.select(Person).where(Person.email.startswith(populating.MARK))).one())
    assert made.example
    sent = app.test_client().post("/en/sign-in", data={"email": made.email, "password": "!"})
    assert sent.status_code == 422
