"""The same story by different hands: with the mouse, by keyboard alone, without script, on a phone in Italian."""

import gettext
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

MOST_TABS = 400
# which key leads from where the focus is to an element; none when it is there
_WAY_TO = """element => {
  const at = document.activeElement;
  if (at === element) return "";
  return at !== document.body && at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
}"""


@dataclass(frozen=True)
class Way:
    name: str
    language: str = "en"
    width: int = 1280
    script: bool = True
    keyboard: bool = False


WAYS = (
    Way("mouse"),
    Way("keyboard", keyboard=True),
    Way("without-script", script=False, width=390),
    Way("phone-italian", language="it", width=390),
)


class Hand:
    """Does what a person does, and finds things as a person does: by role and label."""

    def __init__(self, page: Page, way: Way, data: Path) -> None:
        self.page = page
        self.way = way
        catalogue = data / "translations" / way.language / "LC_MESSAGES" / "messages.mo"
        self._catalogue = gettext.NullTranslations()
        if catalogue.exists():
            with catalogue.open("rb") as opened:
                self._catalogue = gettext.GNUTranslations(opened)

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the language of this way."""
        said = self._catalogue.gettext(sentence)
        return said % values if values else said

    def go(self, path: str) -> None:
        """Type an address, without its language."""
        self.page.goto(f"/{self.way.language}{path}")

    def button(self, text: str, *, within: Locator | None = None) -> None:
        self.press((within or self.page).get_by_role("button", name=self.say(text)).first)

    def link(self, text: str, *, within: Locator | None = None, exact: bool = False) -> None:
        self.press((within or self.page).get_by_role("link", name=self.say(text), exact=exact).first)

    def tick(self, text: str, *, within: Locator | None = None, said: bool = True) -> None:
        """A checkbox or a radio button."""
        label = self.say(text) if said else text
        self.tick_this((within or self.page).get_by_label(label, exact=True).first)

    def tick_this(self, box: Locator) -> None:
        if not self.way.keyboard:
            box.check()
        elif box.get_attribute("type") == "radio":
            box.focus()  # a group of radio buttons is one stop for the tabulator; the space bar chooses
            self.page.keyboard.press("Space")
        else:
            self.press(box, "Space")

    def write(self, label: str, text: str, *, exact: bool = True) -> None:
        self.write_into(self.page.get_by_label(self.say(label), exact=exact).first, text)

    def write_into(self, field: Locator, text: str) -> None:
        if self.way.keyboard:
            self._tab_to(field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(self.say(label), exact=True).first.select_option(value)

    def sees(self, text: str, **values: object) -> None:
        self.page.get_by_text(self.say(text, **values)).first.wait_for()

    def press(self, target: Locator, key: str = "Enter") -> None:
        if self.way.keyboard:
            self._tab_to(target)
            self.page.keyboard.press(key)
        else:
            target.click()

    def _tab_to(self, target: Locator) -> None:
        """Press Tab, or go back with Shift, until the target has the focus: what can't be reached so can't be done by keyboard."""
        target.wait_for()
        for _ in range(MOST_TABS):
            way = target.evaluate(_WAY_TO)
            if not way:
                return
            self.page.keyboard.press(way)
        raise AssertionError(f"the tabulator never comes to {target}")
