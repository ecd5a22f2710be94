"""The four stories the product exists for, each done in four ways."""

import email
import re
import secrets
import time
from email.message import EmailMessage

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Begun, Site
from tests.browser.ways import Hand
from tests.given import PLAINLY

SECRET = "five blue wooden chairs"


def letter_to(site: Site, address: str, about: str, *, seconds: int = 30) -> EmailMessage:
    """The newest message to somebody that has these words, as soon as the worker has sent it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for written in (file.read_bytes() for file in reversed(site.mails())):
            if address.encode() not in written:  # most are to others: to look into each takes longer than to wait
                continue
            message = email.message_from_bytes(written, policy=PLAINLY)
            if message["To"] == address and about in _whole(message):
                return message
        time.sleep(0.1)
    raise AssertionError(f"nothing came for {address}")


def _whole(message: EmailMessage) -> str:
    return f"{message['Subject']}\n\n{message.get_content()}"


def mail_to(site: Site, address: str, about: str) -> str:
    return _whole(letter_to(site, address, about))


def joined(hand: Hand, site: Site, name: str) -> str:
    """Sign up and press the button behind the link of the message; the address."""
    address = f"{secrets.token_hex(5)}@example.net"
    hand.go("/sign-up")
    hand.write("Your name", name)
    hand.write("E-mail address", address)
    hand.write("Password", SECRET)
    hand.button("Join")
    hand.sees("Look at your mail")
    link = re.search(r"https?://\S+/confirm/\S+", mail_to(site, address, "/confirm/"))
    assert link
    hand.page.goto(link[0])
    hand.button("Confirm and sign in")
    hand.page.wait_for_url(re.compile(r"/me$"))
    return address


def answer(hand: Hand) -> None:
    """Give some answer to the question on the page, whatever its kind."""
    page: Page = hand.page
    question = page.locator("form.question")
    boxes, lists, typed = (
        question.locator("input[type=radio], input[type=checkbox]"),
        question.locator("select"),
        question.locator("input[type=text]"),
    )
    if boxes.count():
        hand.tick_this(boxes.first)
    elif lists.count():
        for number in range(lists.count()):
            options: Locator = lists.nth(number).locator("option")
            lists.nth(number).select_option(index=1 + number % (options.count() - 1))
    else:
        typed.first.fill("10")


def test_a_learner_follows_a_lesson_takes_the_quiz_and_sees_true_progress(begun: Begun, site: Site) -> None:
    hand = begun()
    joined(hand, site, "Ada Bianchi")
    hand.go("/learn/active-citizenship")
    hand.press(hand.page.locator("ol.lessons a").first)
    hand.page.wait_for_url(re.compile("/what-is-social-innovation"))
    hand.button("Mark as done")
    hand.page.get_by_role("heading", name=hand.say("Done"), exact=True).wait_for()
    hand.go("/learn/progress")
    assert "1" in hand.page.locator("main").inner_text()
    hand.page.get_by_text(hand.say("What counts, module by module")).first.wait_for()
    hand.go("/learn/active-citizenship/quiz")
    hand.button("Begin")
    hand.page.wait_for_url(re.compile("/learn/attempts/"))
    total = hand.page.locator("nav.steps li").count()
    assert total >= 8
    attempt = hand.page.url.partition("?")[0]
    for _number in range(total):
        answer(hand)
        with hand.page.expect_navigation():
            hand.button("Save and continue")
    hand.page.goto(f"{attempt}/overview")
    hand.sees("Everything is answered")
    hand.button("Hand in")
    hand.page.get_by_role("heading", level=1).wait_for()
    assert hand.page.locator("ol.review > li").count() == total
    review = hand.page.url
    hand.page.reload()
    assert hand.page.url == review
    assert hand.page.locator("ol.review > li").count() == total
    hand.go("/learn")
    shown = hand.page.locator("progress").first
    assert 0 < float(shown.get_attribute("value") or 0) <= float(shown.get_attribute("max") or 0)


NEEDS = {  # nobody says the same need twice on one site
    "mouse": "We look for a workshop room, three afternoons a week, for teenagers who repair bicycles.",
    "keyboard": "Old bicycles stand in cellars. Whoever lends a bench, light and a locker helps girls and boys to repair them.",
    "without-script": "Is there a garage or workshop near the school? A mechanic would show teenagers how to repair bicycles until the bus comes.",
    "phone-italian": "Twelve sets of spanners are here already. What is missing is a heated place to repair bicycles on winter days.",
}


def test_an_organisation_posts_a_need_and_is_shown_offers_with_reasons(begun: Begun) -> None:
    hand = begun("organisation")
    hand.go("/marketplace/new?kind=need")
    title = f"Pupils wait ninety minutes for the bus and have no room to be in ({secrets.token_hex(2)})"
    hand.page.locator("[name=title]").fill(title)
    hand.page.locator("[name=summary]").fill(
        "About forty pupils want a warm room with tools to repair bicycles after school."
    )
    hand.page.locator("[name=body]").fill(NEEDS[hand.way.name])
    hand.page.locator("[name=language]").select_option("en")
    hand.tick_this(hand.page.locator("[name=resources][value=space]"))
    for name in ("targets", "fields"):
        hand.tick_this(hand.page.locator(f"[name={name}]").first)
    hand.page.locator("[name=country]").select_option("SI")
    hand.page.locator("[name=nuts2]").select_option("")
    hand.tick_this(hand.page.locator("[name=conditions]").first)
    for code in ("en", "it"):
        box = hand.page.locator(f"[name=contact_languages][value={code}]")
        if not box.is_checked():
            hand.tick_this(box)
    hand.button("Publish")
    hand.page.wait_for_url(lambda address: "/new" not in address)
    hand.page.get_by_role("heading", level=1, name=title).wait_for()
    hand.page.get_by_role("heading", name=hand.say("Offers that could fit")).wait_for()
    matches = hand.page.locator("li.match")
    for _ in range(240):  # the worker finds them, on a new site after it has compared all that is there
        if matches.count():
            break
        hand.page.wait_for_timeout(500)
        hand.page.reload()
    assert matches.count() >= 1
    assert matches.first.locator(".reasons li").count() >= 1
    assert "%" not in matches.first.inner_text()
    hand.go("/marketplace?q=bus")
    hand.page.get_by_role("link", name=title).first.wait_for()


def test_interest_goes_through_the_platform_without_an_address(begun: Begun, site: Site) -> None:
    asking = begun()
    address = joined(asking, site, "Bruno Verdi")
    asking.go("/marketplace?kind=offer")
    theirs = asking.page.locator("ul.rows li", has_text="Sottoportico").get_by_role("link").first
    asking.press(theirs)
    asking.link("Write to them")
    asking.page.locator("textarea[name=body]").fill("We would like to borrow the tools in January. When could we meet?")
    asking.button("Send")
    asking.page.wait_for_url(re.compile("/marketplace/interest/"))
    asking.sees("Waiting")
    owner = begun("organisation")
    owner.go("/inbox")
    owner.press(owner.page.get_by_role("button", name=re.compile("Bruno Verdi")).first)
    owner.page.get_by_text("We would like to borrow the tools").first.wait_for()
    assert address not in owner.page.content()
    owner.button("Accept")
    owner.sees("In contact")
    told = mail_to(site, address, "/marketplace/interest/")
    assert "organisation@example.org" not in told
    asking.page.reload()
    asking.sees("In contact")


def test_a_question_is_asked_answered_and_accepted(begun: Begun, site: Site) -> None:
    asking = begun()
    address = joined(asking, site, "Carla Neri")
    title = f"How many chairs does a table need? ({secrets.token_hex(2)})"
    asking.go("/community/new?space=active-citizenship")
    asking.page.locator("[name=title]").fill(title)
    asking.page.locator("[name=body]").fill("We are **twelve** and have one table.\n\n- six chairs\n- no more room")
    asking.button("Preview")
    asking.page.locator("strong", has_text="twelve").first.wait_for()
    asking.button("Post it")
    asking.page.wait_for_url(re.compile("/community/t/"))
    asking.page.get_by_role("heading", level=1, name=title).wait_for()
    topic = asking.page.url
    helping = begun("trainer")
    helping.page.goto(topic)
    helping.page.locator("textarea[name=body]").fill("One more than you think: somebody always brings a friend.")
    helping.button("Post it")
    helping.page.get_by_text("somebody always brings a friend").first.wait_for()
    assert "somebody always brings a friend" in mail_to(site, address, title)
    asking.go("/inbox")
    asking.press(asking.page.get_by_role("button", name=re.compile("chairs")).first)
    asking.page.wait_for_url(re.compile("/community/t/"))
    asking.button("Accept this answer")
    asking.sees("Accepted answer")
    helping.page.reload()
    helping.sees("Accepted answer")
