"""Every page, in both languages and both themes: nothing for axe to find, nothing wider than a small phone.

What is hard to read in the dark is so in every language: of the Italian pages only the light ones are looked at.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opened, faults_in_both_themes, faults_of

PUBLIC = (
    "/",
    "/learn",
    "/learn/active-citizenship",
    "/learn/active-citizenship/seeing-a-need",
    "/learn/active-citizenship/activity",
    "/learn/active-citizenship/example",
    "/learn/active-citizenship/facilitator",
    "/learn/active-citizenship/glossary",
    "/learn/active-citizenship/print",
    "/learn/social-business/print",
    "/learn/active-citizenship/quiz",
    "/learn/sources",
    "/guides",
    "/guides/write-a-need",
    "/marketplace",
    "/marketplace/how-matching-works",
    "/community",
    "/community/stakeholder-engagement",
    "/search",
    "/search?q=need",
    "/search?q=zzzz",
    "/about",
    "/accessibility",
    "/privacy",
    "/terms",
    "/sign-in",
    "/sign-up",
    "/forgotten-password",
    "/styleguide",
    "/not-here",
)
OWN = (
    "/me",
    "/learn",
    "/learn/progress",
    "/inbox",
    "/settings",
    "/marketplace/mine",
    "/marketplace/new?kind=need",
    "/community/new",
)


@pytest.mark.parametrize(("language", "look"), [("en", faults_in_both_themes), ("it", faults_of)])
def test_public_pages(opened: Opened, language: str, look: Callable[[Page], list[str]]) -> None:
    page = opened(f"/{language}/", axe=True)
    found = {}
    for path in PUBLIC:
        page.goto(f"/{language}{path}")
        assert page.locator("h1").count() == 1, path
        if faults := look(page):
            found[path] = faults
    assert found == {}


@pytest.mark.parametrize("who", ["learner", "organisation"])
def test_pages_of_ones_own(opened: Opened, who: str) -> None:
    page = opened("/en/me", who=who, axe=True)
    found = {}
    for path in OWN:
        page.goto(f"/en{path}")
        if faults := faults_in_both_themes(page):
            found[path] = faults
    assert found == {}


def test_things_one_finds_on_the_way(opened: Opened) -> None:
    """A topic, a need with its matches, a profile."""
    page = opened("/en/community", who="organisation", axe=True)
    found = {}
    for list_page, link in (("/en/community", "a[href*='/community/t/']"), ("/en/marketplace", "ul.rows h3 a")):
        page.goto(list_page)
        page.locator(link).first.click()
        page.wait_for_load_state()
        if faults := faults_in_both_themes(page):
            found[page.url] = faults
    assert found == {}
