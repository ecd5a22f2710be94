"""What helps while a need or an offer is written, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from academy.accounts import queries as people
from academy.accounts.models import Person, Role
from academy.kernel import clock, jobs
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from marketplace import commands, queries, tongues
from marketplace.matching import seed
from marketplace.models import Kind, State
from marketplace.suggesting import themes_in
from tests.given import Given
from tests.marketplace.given_marketplace import (
    BICYCLES,
    FORM,
    WORKSHOP,
    CountingModel,
    a_listing,
    counting_model,
    expired,
)
from tests.organisations.given_organisations import an_organisation

__all__ = ["counting_model"]  # a fixture

ITALIAN = (
    "Gli anziani delle frazioni non sanno quando passa il medico, e il foglio in bacheca non lo legge nessuno. Cerchiamo modi "
    "semplici per farlo sapere in tempo, e persone che bussino alla porta di chi non ha il telefono."
)
GERMAN = (
    "Die alten Menschen in den Dörfern wissen nicht, wann der Arzt kommt, und den Zettel liest niemand. Wir suchen einfache Wege, "
    "wie sie es rechtzeitig erfahren, und Menschen, die an die Tür klopfen."
)
FRENCH = (
    "Nous sommes une petite association et nous cherchons une salle pour les jeunes du quartier. Ils veulent réparer des vélos "
    "après l'école, trois après-midi par semaine, et nous n'avons pas de place ni d'outils pour le faire."
)
NEIGHBOURS = {
    "es": "Somos una asociación pequeña y buscamos un local para los jóvenes del barrio. Quieren reparar bicicletas después de clase, "
    "tres tardes por semana, y no tenemos sitio ni herramientas para hacerlo.",
    "hr": "Mala smo udruga i tražimo prostor za mlade iz naselja. Poslije škole žele popravljati bicikle, tri puta tjedno, a nemamo ni "
    "mjesto ni alat. Možemo ponuditi rad volontera i suradnju sa školom.",
    "cs": "Jsme malý spolek a hledáme místnost pro mladé ze sídliště. Po škole chtějí opravovat kola, třikrát týdně odpoledne, a nemáme "
    "na to ani prostor, ani nářadí. Můžeme nabídnout práci dobrovolníků.",
    "fr": FRENCH,
    "ro": "Suntem o asociație mică și căutăm o sală pentru tinerii din cartier. Ei vor să repare biciclete după școală, trei "
    "după-amieze pe săptămână, dar nu avem nici spațiu, nici unelte pentru asta.",
}


BICYCLES_AGAIN = replace(
    BICYCLES,
    title="Somebody who teaches how to true a wheel",
    summary="One afternoon every second week for a group of eight teenagers.",
    body="The older ones want to learn what we cannot teach. We look for a patient craftswoman.",
    body_html="<p>The older ones want to learn what we cannot teach.</p>",
)


def _person(person_id: int) -> Person:
    found = people.person_with_id(person_id)
    assert found is not None
    return found


# --- the language of a text ---------------------------------------------------------------------------------------


def test_the_language_of_a_text_is_noticed_where_it_is_plain() -> None:
    assert (tongues.language_of(ITALIAN), tongues.language_of(GERMAN)) == ("it", "de")
    assert tongues.is_in_none(FRENCH)
    assert not tongues.is_in_none("Vélos et outils")  # too short to say
    assert tongues.doubt(ITALIAN, "it") is None
    assert tongues.doubt(ITALIAN, "sk") is not None
    assert tongues.advice(ITALIAN) is None
    assert tongues.advice(f"{ITALIAN}\n\n{GERMAN}") is not None
    assert tongues.doubt(f"{ITALIAN}\n\n{GERMAN}", "de") is None


@pytest.mark.parametrize("code", ["it", "en", "de", "hu", "sl", "sk", "pl"])
def test_no_text_in_one_of_the_seven_languages_is_doubted(code: str) -> None:
    """Three invented sentences each, of needs and offers."""
    for text in seed.texts()[code]:
        assert tongues.doubt(text, code) is None, text
        assert tongues.language_of(text) in ("", code), text


@pytest.mark.parametrize(("code", "text"), sorted(NEIGHBOURS.items()))
def test_a_neighbour_is_not_taken_for_one_of_the_seven(code: str, text: str) -> None:
    assert tongues.language_of(text) == code
    for chosen in ("it", "en", "de", "hu", "sl", "sk", "pl"):
        assert "does not compare" in str(tongues.doubt(text, chosen))
    short = " ".join(text.split()[:8])
    assert tongues.doubt(short, "en") is None  # nobody is held up for a few words


def test_half_a_text_in_a_language_that_is_not_compared_is_advised_against_and_not_refused(app: Academy) -> None:
    text = f"{ITALIAN}\n\n{NEIGHBOURS['es']}"
    with app.test_request_context("/en/"):
        assert tongues.doubt(text, "it") is None
        assert "Italian" in str(tongues.advice(text)) and "Spanish" in str(tongues.advice(text))


@pytest.mark.parametrize(
    ("text", "chosen", "sentence"),
    [
        (NEIGHBOURS["cs"], "sk", "a language that the academy does not compare"),
        (FRENCH, "en", "a language that the academy does not compare"),
        (ITALIAN, "en", "This reads like Italian."),
    ],
)
def test_a_text_in_another_language_than_it_says_can_be_a_draft_and_not_public(
    given: Given, text: str, chosen: str, sentence: str
) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    typed = {**FORM, "organisation": organisation.id, "body": text, "summary": text[:140], "language": chosen}
    refused = browser.post("/en/marketplace/new", data=typed)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert text[:40] in refused.text
    draft = browser.post("/en/marketplace/new", data={**typed, "action": "draft"})
    assert sentence in browser.get(draft.location).text


def test_a_text_in_two_languages_is_advised_against_and_published_all_the_same(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    typed = {**FORM, "organisation": organisation.id, "body": f"{ITALIAN}\n\n{GERMAN}", "language": "it"}
    assert "written in two languages" in browser.post("/en/marketplace/preview", data=typed).text
    assert browser.post("/en/marketplace/new", data=typed).status_code == 303


# --- suggestions --------------------------------------------------------------------------------------------------


def test_themes_are_read_from_the_words_of_any_language() -> None:
    assert "sdg-4" in themes_in("Pupils wait after school")["goals"]
    assert "older-people" in themes_in("Gli anziani sono soli")["targets"]
    assert "tso-c" in themes_in("Starší ľudia nevedia, kedy príde lekár")["fields"]
    assert not any(themes_in("Hello").values())


def test_while_a_need_is_typed_what_could_fit_is_shown_with_themes_to_tick(given: Given) -> None:
    ada, bea = given.person(), given.person()
    a_listing(given, bea, an_organisation(given, bea, "Breg"), Kind.OFFER, WORKSHOP)
    hidden = a_listing(given, bea, an_organisation(given, bea, "Other"), Kind.OFFER, WORKSHOP, state=State.DRAFT)
    organisation = an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    typed = {name: value for name, value in FORM.items() if name not in ("fields", "goals", "targets", "action")}
    shown = browser.post(
        "/en/marketplace/suggestions",
        data={**typed, "organisation": organisation.id},
        headers={"HX-Request": "true", "HX-Target": "suggestions"},
    )
    assert shown.status_code == 200
    assert WORKSHOP.title in shown.text
    assert "Children under 18" in shown.text
    assert hidden.slug not in shown.text
    assert "<h1" not in shown.text
    assert "Choose at least one field" not in shown.text  # nobody has asked yet
    without_script = browser.post("/en/marketplace/preview", data={**FORM, "organisation": organisation.id}).text
    assert WORKSHOP.title in without_script
    assert browser.post("/en/marketplace/suggestions", data={"kind": "need", "title": "B"}).status_code == 200


def test_the_worker_finds_by_meaning_what_fits_a_draft_and_shows_the_draft_to_nobody(
    given: Given, app: Academy, counting_model: CountingModel
) -> None:
    ada, bea = given.person(), given.person()
    offer = a_listing(given, bea, an_organisation(given, bea, "Breg"), Kind.OFFER, WORKSHOP)
    jobs.run_due(app)
    draft = a_listing(given, ada, an_organisation(given, ada, "Kolo"), state=State.DRAFT)
    jobs.run_due(app)
    hers = given.signed_in(ada).get(f"/en/marketplace/{draft.slug}").text
    assert WORKSHOP.title in hers
    assert "Found by words, boxes and meaning." in hers
    assert draft.title not in given.signed_in(bea).get(f"/en/marketplace/{offer.slug}").text
    assert app.test_client().get(f"/en/marketplace/{draft.slug}").status_code == 404


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"capacity": "0"}, "Write a number from 1"),
        ({"capacity": "-3"}, "Write a number from 1"),
        ({"capacity": "many"}, "Not a valid integer value"),
        ({"starts_on": "2031-02-02", "ends_on": "2031-02-01"}, "The end comes before the beginning."),
        ({"ends_on": "2031-02-01", "standing": "y"}, "It can’t end on a day and have no end."),
        ({"on_behalf_of": "Five families of Via dei Mille"}, "Ask them first"),
        ({"country": "IT", "nuts2": "SI03"}, "This region is in another country"),
        ({"ends_on": "2020-02-01"}, "It has an end that is over."),
        (
            {"body": "Write to ada@kolo.example, we answer within a day or two."},
            "“ada@kolo.example” looks like an address",
        ),
        ({"summary": "Call us in the morning: +386 41 123 456."}, "looks like an address or a telephone number"),
        ({"body": "Look here: " + " ".join(f"https://{n}.example" for n in range(6))}, "At most 5 links"),
    ],
)
def test_what_cannot_be_true_is_said_at_its_field_and_nothing_is_lost(
    given: Given, typed: dict[str, str], sentence: str
) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    answer = given.signed_in(ada).post("/en/marketplace/new", data={**FORM, **typed, "organisation": organisation.id})
    assert answer.status_code == 422
    assert sentence.replace("’", "&#39;") in answer.text.replace("’", "&#39;")
    assert BICYCLES.title in answer.text
    assert given.seen(lambda: queries.number_not_closed(organisation.id)) == 0


def test_amounts_and_a_few_links_are_no_addresses(given: Given) -> None:
    ada = given.person()
    body = (
        "A fund of 350 000 000 € or 40 000 000 Ft from 2026-2027, as told at https://kolo.example and www.breg.example."
    )
    typed = {
        **FORM,
        "organisation": an_organisation(given, ada, "Kolo").id,
        "body": body,
        "quantity": "40 m², 12 345678 Ft",
    }
    assert given.signed_in(ada).post("/en/marketplace/new", data=typed).status_code == 303


def test_no_command_takes_a_capacity_of_nothing(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    with pytest.raises(Refused):
        a_listing(given, ada, organisation, capacity=0)


def test_the_same_post_a_hundred_times_is_one_post(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    typed = {**FORM, "organisation": organisation.id}
    places = {browser.post("/en/marketplace/new", data=typed).location for _copy in range(5)}
    assert len(places) == 1
    assert given.seen(lambda: queries.number_not_closed(organisation.id)) == 1
    nearly = {**typed, "summary": f"{BICYCLES.summary} Please!", "title": f"{BICYCLES.title}!"}
    refused = browser.post("/en/marketplace/new", data=nearly)
    assert refused.status_code == 422
    assert "You have this already" in refused.text
    other = {
        **typed,
        "title": "A teacher who shows how to true a wheel",
        "summary": "Somebody patient, twice a month, for eight.",
    }
    assert (
        browser.post("/en/marketplace/new", data={**other, "body": "Wheels, gears and brakes. " * 3}).status_code == 303
    )


def test_an_organisation_with_more_open_than_anybody_can_answer_is_told_to_close_some(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.rules.life.MOST_OPEN", 1)
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    a_listing(given, ada, organisation)
    typed = {**FORM, "organisation": organisation.id, "title": "Wheels that nobody can true", "action": "draft"}
    refused = given.signed_in(ada).post("/en/marketplace/new", data=typed)
    assert refused.status_code == 422
    assert "There are 1 already. Close some first." in refused.text and "Wheels that nobody can true" in refused.text


# --- without an end, on behalf of others, history, origin ---------------------------------------------------------


def test_what_has_no_end_is_asked_about_after_six_months_and_rests_until_it_is_confirmed(
    given: Given, client: FlaskClient
) -> None:
    ada = given.person("Ada", email="ada@standing.example")
    offer = a_listing(given, ada, an_organisation(given, ada, "Breg"), Kind.OFFER, WORKSHOP, standing=True)
    assert "Without an end" in client.get(f"/en/marketplace/{offer.slug}").text
    expired(given, offer)
    given.done(commands.expire_listings)
    given.done(commands.expire_listings)  # once is enough
    assert client.get(f"/en/marketplace/{offer.slug}").status_code == 404
    asked = [mail for mail in given.mail() if "still hold" in mail["Subject"]]
    assert len(asked) == 1
    hers = given.signed_in(ada)
    page = hers.get(given.link_in(asked[0]))
    assert "It still holds" in page.text
    hers.post(f"/en/marketplace/{offer.slug}/renew")
    assert client.get(f"/en/marketplace/{offer.slug}").status_code == 200
    known = given.seen(lambda: queries.listing_with_id(offer.id))
    assert known is not None
    assert known.state == State.PUBLISHED
    assert known.expires_at
    assert known.expires_at > clock.now() + timedelta(days=180)


def test_one_can_write_for_people_without_an_account_who_have_agreed(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    typed = {
        **FORM,
        "organisation": organisation.id,
        "on_behalf_of": "Five families of Via dei Mille",
        "they_agree": "y",
    }
    made = given.signed_in(ada).post("/en/marketplace/new", data=typed)
    assert "Written down by Kolo on behalf of: Five families of Via dei Mille" in client.get(made.location).text


def test_a_listing_has_a_history_that_its_people_and_moderators_read(given: Given) -> None:
    ada, bea, moderator = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    need = a_listing(given, ada, an_organisation(given, ada, "Kolo"))
    browser = given.signed_in(ada)
    changed = {**FORM, "organisation": need.organisation_id, "revision": 1, "municipality": "Maribor", "action": "save"}
    assert browser.post(f"/en/marketplace/{need.slug}/edit", data=changed).status_code == 303
    browser.post(f"/en/marketplace/{need.slug}/pause")
    text = browser.get(f"/en/marketplace/{need.slug}/history").text
    assert text.index("Paused") < text.index("the municipality") < text.index("Made public") < text.index("Written")
    assert given.signed_in(bea).get(f"/en/marketplace/{need.slug}/history").status_code == 404
    assert given.signed_in(moderator).get(f"/en/marketplace/{need.slug}/history").status_code == 200


def test_what_a_need_grew_out_of_is_shown_where_it_can_be_seen(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    kolo = an_organisation(given, ada, "Kolo")
    first = a_listing(given, ada, kolo)

    def follow_up() -> str:
        content = BICYCLES_AGAIN
        listing = commands.draft_listing(
            Kind.NEED, kolo.id, content, by=_person(ada.id), origin=Ref("listing", first.slug)
        )
        commands.publish_listing(listing, by=_person(ada.id))
        return listing.slug

    page = client.get(f"/en/marketplace/{given.done(follow_up)}").text
    assert "It grew out of:" in page
    assert first.title in page
