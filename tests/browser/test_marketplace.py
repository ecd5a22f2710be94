"""Two organisations of two countries, one writing in Italian and one in Slovak, find each other, agree, and say together what came of it.

A broker brings a third and a fourth together.
"""

import time

from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD, Opened

NEED = "I ragazzi con disabilità restano fuori dal coro della città"
OFFER = "Učíme zborový spev deti so zdravotným postihnutím"


def write(page: Page, labels: dict[str, str], boxes: list[str], choices: dict[str, str]) -> None:
    for label, text in labels.items():
        page.get_by_label(label, exact=True).first.fill(text)
    for label, value in choices.items():
        page.get_by_label(label, exact=True).first.select_option(value)
    for box in boxes:
        page.get_by_label(box, exact=True).first.check()


def seen_after_a_while(page: Page, text: str) -> None:
    """The worker hears both texts and compares them; on a new site it hears the others first."""
    for _ in range(240):
        if page.get_by_text(text).count():
            return
        time.sleep(1)
        page.reload()
    raise AssertionError(f"{text} did not come")


def test_they_find_each_other_and_confirm_what_came_of_it(opened: Opened) -> None:
    giulia = opened("/it/marketplace/new?kind=need", who="organisation")
    write(
        giulia,
        {
            "Di che cosa si tratta, in una frase?": NEED,
            "In breve": "Venti ragazzi vorrebbero cantare, e nessuno sa come si fa un coro aperto a tutti.",
            "La descrizione completa": "Le prove ci sono, la sala è accessibile. Manca chi ha già insegnato canto corale a "
            "ragazzi con disabilità e può mostrarci come si fa.",
        },
        ["Formazione", "Servizi sociali", "Si può fare anche a distanza", "Gratuito"],
        {"Paese": "IT"},
    )
    suggested = giulia.locator("#suggestions").get_by_text("Persone con disabilità")
    suggested.click()  # what the text seems to be about, while it is written: a click ticks its box
    assert giulia.get_by_label("Persone con disabilità", exact=True).first.is_checked()
    giulia.get_by_role("button", name="Pubblica", exact=True).click()
    giulia.get_by_text("È pubblico.").wait_for()
    need = giulia.url

    juraj = opened("/en/sign-in")
    juraj.get_by_label("E-mail address").fill("juraj@example.net")
    juraj.get_by_label("Password").fill(PASSWORD)
    juraj.get_by_label("Password").press("Enter")
    juraj.wait_for_url(lambda url: "sign-in" not in url)
    juraj.goto("/en/marketplace/new?kind=offer")
    write(
        juraj,
        {
            "What is it, in one sentence?": OFFER,
            "In short": "Ukážeme vám, ako viesť zbor, v ktorom spievajú všetci, aj na diaľku.",
            "The whole of it": "Sedem rokov vedieme detský zbor, v ktorom spievajú deti so zdravotným postihnutím. Naučíme "
            "vás to cez video alebo u vás.",
        },
        [
            "Training",
            "Social services",
            "People with disabilities",
            "It can also be done at a distance",
            "Free of charge",
        ],
        {"Country": "SK"},
    )
    juraj.get_by_role("button", name="Publish", exact=True).click()
    juraj.get_by_role(
        "link", name="This reads like Slovak."
    ).wait_for()  # English was chosen, as the page is in English
    juraj.get_by_label("This text is written in").select_option("sk")
    juraj.get_by_role("button", name="Publish", exact=True).click()
    juraj.get_by_text("It is public.").wait_for()

    seen_after_a_while(giulia, OFFER)
    match = giulia.locator(".match", has_text=OFFER)
    assert match.get_by_text("Offre quello che si cerca: Formazione").count()
    assert match.get_by_text("Per le stesse persone").count()
    match.get_by_role("link", name="Scrivi loro").click()
    giulia.get_by_label("Il tuo messaggio").fill("Vorremmo imparare da voi. Potete raccontarci come avete iniziato?")
    giulia.get_by_role("button", name="Invia").click()
    giulia.get_by_text("Inviato").first.wait_for()
    conversation = giulia.url

    juraj.goto(conversation.replace("/it/", "/en/"))
    juraj.get_by_role("button", name="Accept", exact=True).click()
    juraj.get_by_label("Your message").fill("Gladly! Write to me at juraj@example.net, or call 0905 123456.")
    juraj.get_by_role("button", name="Send", exact=True).click()
    juraj.get_by_text("Gladly!").wait_for()
    giulia.goto(conversation)
    giulia.get_by_text("Gladly! Write to me at •••, or call •••.").wait_for()
    # everybody is told which address of theirs would be shown; the other one stays hidden
    for page, other in ((giulia, "juraj@example"), (juraj, "organisation@example")):
        assert other not in page.content()

    juraj.get_by_text("Write down who does what").click()
    juraj.get_by_label("What do you want to reach together?").fill("An open choir in Padova by the summer")
    juraj.get_by_label("What we do", exact=True).fill("Three evenings by video")
    juraj.get_by_label("What they do").fill("Bring two conductors")
    juraj.get_by_role("button", name="Propose it").click()

    giulia.goto(conversation)
    giulia.get_by_role("button", name="Accetta", exact=True).click()
    giulia.get_by_text("Scrivi che cosa ne è nato").click()
    giulia.get_by_label("Che cosa c’è ora che prima non c’era?").fill("Un coro aperto, ogni martedì")
    giulia.get_by_label("Per quante persone?").fill("20")
    giulia.get_by_role("button", name="Salva", exact=True).click()
    giulia.get_by_text("Vale quando lo confermano").first.wait_for()

    juraj.goto(conversation.replace("/it/", "/en/"))
    juraj.get_by_role("button", name="We see it so too").click()
    juraj.get_by_text("What came of it, confirmed by both").wait_for()
    giulia.goto(need)
    giulia.get_by_text("Ci siamo trovati qui").first.wait_for()
    giulia.get_by_role("link", name="Cronologia").click()
    giulia.get_by_text("Chiuso: ci siamo trovati qui").wait_for()


def test_a_broker_introduces_two_who_have_not_met(opened: Opened) -> None:
    zsofia = opened("/en/marketplace/broker", who="coordinator")
    seen_after_a_while(zsofia, "They fit well")
    first = (
        zsofia.locator("section", has=zsofia.get_by_role("heading", name="Introductions to make")).locator("li").first
    )
    first.locator("summary").click()
    first.get_by_label("Why do you introduce them?").fill("You work on the same thing, an hour from each other.")
    first.get_by_role("button", name="Introduce them").click()
    zsofia.get_by_text("Both sides have been told.").wait_for()
    log = zsofia.locator("section", has=zsofia.get_by_role("heading", name="Introductions made"))
    log.get_by_text("You work on the same thing, an hour from each other.").wait_for()
    zsofia.get_by_role("link", name="What came of it").click()
    zsofia.get_by_label("Country").select_option("IT")
    zsofia.get_by_role("button", name="Show the figures", exact=True).click()
    zsofia.wait_for_url("**/outcomes?country=IT**")
    zsofia.go_back()
    zsofia.go_back()
    zsofia.get_by_role("link", name="Who is shown").click()
    zsofia.get_by_role("heading", name="Who is shown").wait_for()
