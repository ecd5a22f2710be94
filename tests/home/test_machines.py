"""A search engine comes by."""

from xml.etree import ElementTree

from flask.testing import FlaskClient

from academy.kernel.web import Academy
from academy.settings import Settings
from marketplace.models import State
from tests.community.given_community import topic
from tests.given import Given
from tests.home.given_home import a_course
from tests.marketplace.given_marketplace import a_listing
from tests.organisations.given_organisations import an_organisation

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def addresses(client: FlaskClient, path: str, what: str = "s:url/s:loc") -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "application/xml"
    return [found.text or "" for found in ElementTree.fromstring(response.data).findall(what, NAMES)]


def test_robots_are_told_where_to_look(app: Academy, client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert "Disallow: /en/me\n" in response.text
    assert "Sitemap: http://localhost/sitemap.xml" in response.text
    site: Settings = app.extensions["settings"]
    app.jinja_env.globals["settings"] = type(site)(**{**vars(site), "demo": True})
    assert client.get("/robots.txt").text.strip().endswith("Disallow: /")


def test_every_public_page_is_listed_in_each_language(client: FlaskClient, given: Given) -> None:
    a_course(given)
    giulia = given.person("Giulia Ferrin")
    organisation = an_organisation(given, giulia)
    shown = a_listing(given, giulia, organisation)
    hidden = a_listing(given, giulia, organisation, state=State.DRAFT, title="Not yet")
    question = topic(given, giulia)
    found: list[str] = []
    for part in addresses(client, "/sitemap.xml", "s:sitemap/s:loc"):
        found += addresses(client, part.removeprefix("http://localhost"))
    for path in (
        "",
        "about",
        "learn",
        "learn/active-citizenship",
        "learn/active-citizenship/seeing-a-need",
        "learn/active-citizenship/activity",
        "community/stakeholder-engagement",
        f"community/t/{question.address}",
        f"marketplace/{shown.slug}",
        f"organisations/{organisation.slug}",
    ):
        for language in ("en", "it"):
            assert f"http://localhost/{language}/{path}" in found, path
    assert not any(hidden.slug in address for address in found)
    assert len(found) == len(set(found))
    for address in found:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200, address


def test_each_entry_names_its_other_languages(client: FlaskClient) -> None:
    response = client.get("/sitemaps/pages.xml")
    entry = ElementTree.fromstring(response.data).findall("s:url", NAMES)[0]
    links = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", NAMES)}
    assert links == {"en": "http://localhost/en/", "it": "http://localhost/it/"}


def test_a_file_that_nobody_listed_is_not_there(client: FlaskClient) -> None:
    for name in ("nothing", "topic", "topic-", "topic-x", "person-1", "topic-" + "9" * 40, "pages-1"):
        assert client.get(f"/sitemaps/{name}.xml").status_code == 404, name
    assert addresses(client, "/sitemaps/topic-999.xml") == []
    assert addresses(client, "/sitemaps/topic-0.xml") == []
