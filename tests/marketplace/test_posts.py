"""What stands beside the words of a post: its files, who may see it, where it came up."""

import html
import io
import re

from flask.testing import FlaskClient
from PIL import Image

from academy.accounts.models import Person
from academy.accounts.queries import person_with_id
from academy.community.commands import ensure_space
from academy.community.models import Visibility
from academy.kernel import clock, jobs
from academy.kernel.privacy import erase_everything_about, everything_about
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from marketplace import commands, queries
from marketplace.models import Kind, Listing, State
from marketplace.queries import Wish
from marketplace.rules import MOST_FILES
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, FORM, WORKSHOP, a_listing, an_interest
from tests.organisations.given_organisations import an_organisation


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    made.seek(0)
    return made


def status(browser: FlaskClient, address: str) -> int:
    with browser.get(address) as answer:
        return answer.status_code


def tickets(page: str) -> list[str]:
    """Of the files that wait with a form."""
    return [html.unescape(one) for one in re.findall(r'name="received" type="checkbox" value="([^"]+)"', page)]


def with_a_picture(given: Given, listing: Listing, author: Person) -> str:
    """The address of a picture of a listing."""
    browser = given.signed_in(author)
    sent = {"file": (picture(), "yard.png"), "alternative": "The yard behind the school"}
    answer = browser.post(f"/en/marketplace/{listing.slug}/files", data=sent)
    assert answer.status_code == 303, answer.text
    found = re.search(r'src="(/files/[^"]+)"', browser.get(f"/en/marketplace/{listing.slug}").text)
    assert found
    return found[1]


def test_whoever_sees_a_post_sees_its_files_and_nobody_else(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada")
    draft = a_listing(given, ada, an_organisation(given, ada), state=State.DRAFT)
    browser, page = given.signed_in(ada), f"/en/marketplace/{draft.slug}"
    nothing = browser.post(f"{page}/files", data={})
    assert nothing.status_code == 422 and "Choose a file first." in nothing.text
    silent = browser.post(f"{page}/files", data={"file": (picture(), "yard.png"), "alternative": ""})
    assert silent.status_code == 422 and "Write what one sees in the picture" in silent.text
    wrong = browser.post(f"{page}/files", data={"file": (io.BytesIO(b"MZ\0\0"), "yard.png"), "alternative": "A yard"})
    assert wrong.status_code == 422 and "This kind of file" in wrong.text
    file = with_a_picture(given, draft, ada)
    assert (status(browser, file), status(client, file), status(given.signed_in(given.person()), file)) == (
        200,
        404,
        404,
    )
    browser.post(f"{page}/publish")
    assert status(client, file) == 200
    assert 'alt="The yard behind the school"' in client.get(page).text
    browser.post(f"{page}/pause")
    assert (status(browser, file), status(client, file)) == (200, 404)
    browser.post(f"{page}/files/{file.split('/')[2]}/away")
    assert "yard" not in browser.get(page).text.replace("schoolyard", "")


def test_files_follow_a_draft_that_gets_another_address_and_go_with_it(given: Given) -> None:
    ada = given.person("Ada")
    draft = a_listing(given, ada, an_organisation(given, ada), state=State.DRAFT)
    with_a_picture(given, draft, ada)
    browser = given.signed_in(ada)
    changed = {
        **FORM,
        "action": "draft",
        "revision": 1,
        "title": "A yard with a roof",
        "organisation": draft.organisation_id,
    }
    moved = browser.post(f"/en/marketplace/{draft.slug}/edit", data=changed).location
    assert moved == "/en/marketplace/a-yard-with-a-roof"
    assert "The yard behind the school" in browser.get(moved).text
    browser.post(f"{moved}/discard")
    again = browser.post("/en/marketplace/new", data=changed).location
    assert "The yard behind the school" not in browser.get(again).text


def test_a_post_holds_so_many_files_and_others_can_add_none(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    need = a_listing(given, ada, an_organisation(given, ada))
    browser = given.signed_in(ada)
    for number in range(MOST_FILES):
        note = {"file": (io.BytesIO(f"Note {number}".encode()), "note.txt")}
        assert browser.post(f"/en/marketplace/{need.slug}/files", data=note).status_code == 303
    sent = {"file": (picture(), "yard.png"), "alternative": "One more"}
    full = browser.post(f"/en/marketplace/{need.slug}/files", data=sent)
    assert full.status_code == 422 and "It holds 6 files" in full.text
    sent = {"file": (picture(), "yard.png"), "alternative": "Not mine"}
    assert given.signed_in(bea).post(f"/en/marketplace/{need.slug}/files", data=sent).status_code == 404


def test_a_file_comes_with_the_form_and_is_not_lost_when_something_else_is_wrong(
    given: Given, client: FlaskClient
) -> None:
    ada = given.person("Ada")
    typed = {**FORM, "organisation": an_organisation(given, ada).id}
    browser = given.signed_in(ada)
    sent = {"file": (picture(), "yard.png"), "alternative": "The yard behind the school"}
    refused = browser.post("/en/marketplace/new", data={**typed, **sent, "capacity": "0"})
    assert refused.status_code == 422 and "Write a number from 1" in refused.text and "yard.png" in refused.text
    again = browser.post("/en/marketplace/preview", data={**typed, "received": tickets(refused.text)})
    assert again.status_code == 200 and "yard.png" in again.text
    made = browser.post("/en/marketplace/new", data={**typed, "received": tickets(again.text)})
    assert made.status_code == 303
    shown = client.get(made.location).text
    assert 'alt="The yard behind the school"' in shown
    assert (
        browser.post("/en/marketplace/new", data={**typed, "received": tickets(again.text)}).location == made.location
    )
    assert client.get(f"{made.location}?n=again").text.count('<img src="/files/') == 1, "sent twice, it is there once"


def test_files_are_added_one_by_one_while_nothing_is_written_yet(given: Given) -> None:
    ada = given.person("Ada")
    typed = {"kind": "offer", "organisation": an_organisation(given, ada).id, "body": "Half a sentence"}
    browser = given.signed_in(ada)
    nothing = browser.post("/en/marketplace/with-file", data=typed)
    assert nothing.status_code == 422 and "Choose a file first." in nothing.text
    silent = browser.post("/en/marketplace/with-file", data={**typed, "file": (picture(), "yard.png")})
    assert silent.status_code == 422 and "Write what one sees in the picture" in silent.text
    first = browser.post(
        "/en/marketplace/with-file", data={**typed, "file": (picture(), "yard.png"), "alternative": "A yard"}
    )
    assert first.status_code == 200 and "Half a sentence" in first.text and "Say in one sentence" not in first.text
    plan = {"file": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "plan.pdf")}
    second = browser.post("/en/marketplace/with-file", data={**typed, **plan, "received": tickets(first.text)})
    assert "yard.png" in second.text and "plan.pdf" in second.text
    both = tickets(second.text)
    assert len(both) == 2
    kept = {**typed, "title": "A yard", "language": "en", "action": "draft", "received": both[1:]}
    page = browser.get(browser.post("/en/marketplace/new", data=kept).location).text
    assert "plan.pdf" in page and "yard.png" not in page, "what was unticked stays out"


def test_a_file_that_waited_too_long_is_named_and_a_forged_one_is_nothing(given: Given) -> None:
    ada = given.person("Ada")
    typed = {**FORM, "organisation": an_organisation(given, ada).id}
    browser = given.signed_in(ada)
    sent = {"file": (picture(), "yard.png"), "alternative": "A yard"}
    waiting = tickets(browser.post("/en/marketplace/with-file", data={**typed, **sent}).text)
    for content in (given.app.extensions["settings"].data_dir / "files").iterdir():
        content.unlink()
    gone = browser.post("/en/marketplace/new", data={**typed, "received": waiting})
    assert gone.status_code == 422 and "yard.png” has waited too long" in gone.text
    forged = browser.post("/en/marketplace/new", data={**typed, "received": [waiting[0] + "x", "nonsense"]})
    assert forged.status_code == 303
    assert "/files/" not in browser.get(forged.location).text


def test_what_is_changed_takes_new_files_and_no_more_than_it_holds(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada")
    need = a_listing(given, ada, an_organisation(given, ada))
    browser, page = given.signed_in(ada), f"/en/marketplace/{need.slug}"
    with_a_picture(given, need, ada)
    assert "On its page already: yard.png" in browser.get(f"{page}/edit").text
    typed = {**FORM, "organisation": need.organisation_id, "editing": need.slug, "revision": 1, "action": "save"}
    waiting: list[str] = []
    for number in range(MOST_FILES):
        note = {"file": (io.BytesIO(f"Note {number}".encode()), f"note-{number}.txt")}
        waiting = tickets(browser.post("/en/marketplace/with-file", data={**typed, **note, "received": waiting}).text)
    full = browser.post(f"{page}/edit", data={**typed, "received": waiting})
    assert full.status_code == 422 and "It holds 6 files" in full.text and "note-5.txt" in full.text
    assert "note-0.txt" not in client.get(page).text, "all of them or none"
    assert browser.post(f"{page}/edit", data={**typed, "received": waiting[1:]}).status_code == 303
    assert "note-5.txt" in client.get(f"{page}?n=again").text


def test_files_are_in_the_export_of_whoever_sent_them_and_go_with_them(given: Given, client: FlaskClient) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    kolo = an_organisation(given, ada)
    need = a_listing(given, ada, kolo)
    file = with_a_picture(given, need, ada)
    assert "yard.png" in str(given.seen(lambda: everything_about(ada.id)))
    assert "yard.png" not in str(given.seen(lambda: everything_about(bea.id)))
    given.done(lambda: erase_everything_about(ada.id))
    assert status(client, file) == 404
    assert "The yard behind the school" not in client.get(f"/en/marketplace/{need.slug}").text


def test_what_is_for_members_is_met_by_no_visitor_anywhere(app: Academy, given: Given, client: FlaskClient) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    need = a_listing(given, ada, an_organisation(given, ada))
    breg = an_organisation(given, bea)
    secret = a_listing(given, bea, breg, Kind.OFFER, WORKSHOP, members_only=True)
    file = with_a_picture(given, secret, bea)
    jobs.run_due(app)
    member = given.signed_in(given.person("Carla"))
    pages = (
        "/en",
        "/en/marketplace",
        "/en/marketplace?kind=offer",
        "/en/marketplace?q=bicycle+workshop",
        "/en/marketplace?near=SI03&town=Ptuj",
        "/en/marketplace?view=table",
        "/en/marketplace/feed.atom",
        "/en/search?q=bicycle+workshop",
        f"/en/marketplace/{need.slug}",
        "/sitemaps/listing-1.xml",
        f"/en/organisations/{breg.slug}",
    )
    for address in pages:
        assert secret.slug not in client.get(address).text, address
        assert secret.title not in client.get(address).text, address
    assert client.get(f"/en/marketplace/{secret.slug}").status_code == 404
    assert status(client, file) == 404
    for address in (*pages[1:9], f"/en/marketplace/{secret.slug}"):
        assert secret.title in member.get(address).text, address
    assert status(member, file) == 200
    assert "For members" in member.get(f"/en/marketplace/{secret.slug}").text
    assert given.seen(queries.figures)["open_offers"] == 0


def test_what_visitors_are_counted_leaves_out_what_is_for_members(given: Given) -> None:
    ada = given.person()
    kolo = an_organisation(given, ada)
    for number, members_only in enumerate((True, False, True)):
        word = "abc"[number] * 6
        a_listing(
            given, ada, kolo, title=f"A place to repair bicycles {word}", body=f"{word} " * 9, members_only=members_only
        )

    def found(member: bool) -> tuple[int, dict[str, int]]:
        results = queries.listings_found(Wish(), member=member, language="en", now=clock.now(), limit=20)
        return results.total, dict(results.counts["kind"])

    assert given.seen(lambda: found(True)) == (3, {"need": 3})
    assert given.seen(lambda: found(False)) == (1, {"need": 1})


def test_a_post_that_becomes_one_for_members_leaves_the_open_at_once(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    assert need.slug in client.get("/en/marketplace?q=bicycles").text
    changed = {**FORM, "organisation": need.organisation_id, "revision": 1, "members_only": "y", "action": "save"}
    assert given.signed_in(ada).post(f"/en/marketplace/{need.slug}/edit", data=changed).status_code == 303
    other = given.app.test_client()
    assert need.slug not in other.get("/en/marketplace?q=bicycles&n=1").text
    assert other.get(f"/en/marketplace/{need.slug}?n=1").status_code == 404


def test_a_public_body_names_its_function_and_everybody_how_it_came_up(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    typed = {
        **FORM,
        "organisation": an_organisation(given, ada).id,
        "public_function": "cofog-10",
        "source": "table",
    }
    made = given.signed_in(ada).post("/en/marketplace/new", data=typed).location
    page = client.get(made).text
    assert "Social protection" in page and "Around a table" in page
    assert "Protezione sociale" in client.get(made.replace("/en/", "/it/")).text
    wrong = given.signed_in(ada).post("/en/marketplace/new", data={**typed, "public_function": "cofog-11"})
    assert wrong.status_code == 422


def test_the_page_of_a_post_takes_eight_statements_whoever_asks_and_whatever_it_shows(
    app: Academy, given: Given
) -> None:
    """With an origin, files, matches, interests, something declined, and rooms that are not for everybody."""
    ada, bea, carla = given.person("Ada"), given.person("Bea"), given.person("Carla")
    kolo, breg = an_organisation(given, ada, "Kolo"), an_organisation(given, bea, "Breg")
    first = a_listing(given, ada, kolo, title="Teenagers who wait for the bus have nowhere to go")

    def follow_up(state: State, title: str) -> Listing:
        by = person_with_id(ada.id)
        assert by is not None
        content = BICYCLES.__class__(**{**vars(BICYCLES), "title": title, "body": f"{title}. " * 3})
        listing = commands.draft_listing(Kind.NEED, kolo.id, content, by=by, origin=Ref("listing", first.slug))
        if state == State.PUBLISHED:
            commands.publish_listing(listing, by=by)
        return listing

    need = given.done(lambda: follow_up(State.PUBLISHED, "A room with tools for repairing bicycles"))
    draft = given.done(lambda: follow_up(State.DRAFT, "Somebody who teaches how to true a wheel"))
    offers = [
        a_listing(given, bea, breg, Kind.OFFER, WORKSHOP, title=f"A workshop, {day}") for day in ("Monday", "Friday")
    ]
    for one in (need, draft):
        with_a_picture(given, one, ada)
    jobs.run_due(app)
    given.signed_in(ada).post(
        f"/en/marketplace/{need.slug}/not-for-us", data={"other": offers[0].slug, "reason": "other"}
    )
    an_interest(given, need, bea, breg)
    an_interest(given, need, carla)

    given.done(lambda: ensure_space("our-room", 9, {"en": "Ours"}, None, visibility=Visibility.PRIVATE, by=None))
    jobs.run_due(app)
    for person, address in (
        (ada, need.slug),
        (bea, need.slug),
        (carla, need.slug),
        (ada, draft.slug),
        (None, need.slug),
    ):
        browser = given.signed_in(person) if person else given.app.test_client()
        browser.get(f"/en/marketplace/{address}?n=warm")
        with given.statements() as seen:
            page = browser.get(f"/en/marketplace/{address}?n=again")
        assert page.status_code == 200 and "It grew out of:" in page.text and "The yard behind the school" in page.text
        assert len(seen) <= 8, "\n".join(one[:200].replace("\n", " ") for one in seen)
