"""An owner invites a colleague who has no account; she joins from her telephone, accepts with one button, and an administrator gives her more."""

import re
import secrets

from tests.browser.conftest import Opened, Site, faults_of
from tests.browser.test_stories import SECRET, mail_to

MEMBERS = "/organisations/cooperativa-sottoportico/members"


def test_a_colleague_is_invited_joins_and_is_given_a_role(opened: Opened, site: Site) -> None:
    address = f"{secrets.token_hex(5)}@example.net"
    giulia = opened(f"/it{MEMBERS}", who="organisation", axe=True)
    giulia.get_by_label("Indirizzo e-mail della persona da invitare").fill(address)
    giulia.get_by_role("button", name="Manda l’invito").click()
    giulia.get_by_text("Invito mandato.").wait_for()
    assert faults_of(giulia) == []

    link = re.search(r"https?://\S+/invitations/\S+", mail_to(site, address, "/invitations/"))
    assert link
    anna = opened(link[0], width=390, axe=True)
    assert faults_of(anna) == []
    anna.get_by_role("link", name="Iscriviti, è gratis").click()
    anna.get_by_label("Il tuo nome").fill("Anna Moretti")
    anna.get_by_label("Indirizzo e-mail").fill(address)
    anna.get_by_label("Password").fill(SECRET)
    anna.locator("main").get_by_role("button").click()
    confirming = re.search(r"https?://\S+/confirm/\S+", mail_to(site, address, "/confirm/"))
    assert confirming
    anna.goto(confirming[0])
    anna.locator("main").get_by_role("button").click()
    anna.get_by_role("button", name="Accetta l’invito").click()
    anna.get_by_text("ora puoi scrivere a nome di Cooperativa Sottoportico").wait_for()

    giulia.reload()
    row = giulia.locator("li", has_text="Anna Moretti")
    row.get_by_role("button", name="Affida la cura della pagina").click()
    giulia.get_by_text("Ora anche Anna Moretti cura questa pagina.").wait_for()
    anna.goto(f"/it{MEMBERS}")
    anna.get_by_role("heading", name="Invita una persona").wait_for()

    chief = opened("/en/studio", who="admin", axe=True)
    chief.get_by_role("link", name="People and roles").click()
    chief.get_by_role("searchbox").fill("anna mor")
    chief.get_by_role("searchbox").press("Enter")
    chief.get_by_role("link", name="Anna Moretti").click()
    coordinator = chief.locator("li", has=chief.get_by_role("heading", name="Coordinator"))
    coordinator.get_by_text("Give this role").click()
    coordinator.get_by_label("Why?").fill("She runs the edition of Padova.")
    coordinator.get_by_role("button", name="Give it").click()
    chief.get_by_text("Given. Anna Moretti is told.").wait_for()
    assert faults_of(chief) == []
    anna.goto("/it/studio")
    anna.get_by_role("heading", name="Studio").wait_for()
