"""A real browser on a real server: `bin/serve`'s own process tree, with the course and the demo community, and a mail server that it sends to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from academy.settings import ROOT
from tests.browser.ways import WAYS, Hand, Way

CHROMIUM = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "demo-academy"
# what a story asks for on purpose, a refusal or a lost connection, is told by the browser and by htmx: neither is a fault of the page
_REFUSED = re.compile(
    r"status of 4\d\d|Response Status Error Code 4\d\d|ERR_INTERNET_DISCONNECTED|^htmx:(afterRequest|sendError)"
)


@dataclass(frozen=True)
class Site:
    address: str
    data: Path
    letters: Path

    def mails(self) -> list[Path]:
        """What the mail server has taken, oldest first."""
        return sorted(self.letters.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)


class Letterbox:
    """What a mail server does with a letter: it keeps it, as it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        (self.folder / f"{time.time_ns()}.eml").write_bytes(envelope.content)
        return "250 OK"


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    letterbox = Letterbox(tmp_path_factory.mktemp("letters"))
    controller = Controller(letterbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, mail_server: Controller) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site")
    port = free_port()
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "academy.serving", "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                "ACADEMY_BASE_URL": f"http://127.0.0.1:{port}",
                "ACADEMY_MAIL_URL": f"smtp://127.0.0.1:{mail_server.port}",
                "WEB_CONCURRENCY": "2",
            },
        )
    site = Site(f"http://127.0.0.1:{port}", data, mail_server.handler.folder)
    try:
        _wait(site, server)
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait(site: Site, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{site.address}/healthz"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError((site.data / "log").read_text(errors="replace")[-4000:])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", chromium_sandbox=False, args=CHROMIUM)
        yield browser
        browser.close()


Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, site: Site) -> Callable[[str], Any]:
    """What a browser keeps of somebody who has signed in: once for all tests in which signing in is not the story."""

    @cache
    def kept(who: str) -> Any:
        context = chromium.new_context(base_url=site.address)
        page = context.new_page()
        page.goto("/en/sign-in")
        page.get_by_label("E-mail address").fill(f"{who}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        state = context.storage_state()
        context.close()
        return state

    return kept


@pytest.fixture
def opened(chromium: Browser, site: Site, signed_in: Callable[[str], Any]) -> Iterator[Opened]:
    """Open a page as somebody: `opened("/en/", who="learner", script=False, width=390)`."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, *, who: str = "", script: bool = True, width: int = 1280, axe: bool = False) -> Page:
        context = chromium.new_context(
            bypass_csp=axe,  # axe's own script could not come in past the policy
            base_url=site.address,
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            storage_state=signed_in(who) if who else None,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type == "error" and not _REFUSED.search(said.text) else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == [], "the console of the browser says so"


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than a small phone. Open the page with `axe=True`."""
    found = _said(Axe().run(page).response)
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if before:
        page.set_viewport_size(before)
    return [*found, *([f"{over} px wider than a small phone"] if over > 0 else [])]


def faults_in_both_themes(page: Page) -> list[str]:
    """The same, and what is hard to read once the page, opened in light, turns dark: nothing else differs."""
    found = faults_of(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour half way to another
    found += [f"dark: {fault}" for fault in _said(Axe().run(page, options={"runOnly": ["color-contrast"]}).response)]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


def _said(response: dict[str, Any]) -> list[str]:
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in response["violations"]]


Begun = Callable[..., Hand]


@pytest.fixture(params=WAYS, ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


@pytest.fixture
def begun(opened: Opened, site: Site, way: Way) -> Begun:
    """A browser of its own, as a visitor or signed in as somebody of the demo community."""

    def begin(who: str = "") -> Hand:
        page = opened(f"/{way.language}/", script=way.script, width=way.width)
        hand = Hand(page, way, site.data)
        if who:
            hand.go("/sign-in")
            hand.write("E-mail address", f"{who}@example.org")
            hand.write("Password", PASSWORD)
            hand.button("Sign in")
            page.wait_for_url(lambda address: "sign-in" not in address)
        return hand

    return begin
