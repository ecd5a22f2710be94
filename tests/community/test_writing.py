"""What a member types becomes a post, whatever it is."""

from hypothesis import given as any_of
from hypothesis import strategies as st

from academy.community import rules, writing
from tests.given import Given

PIECES = st.sampled_from(
    ["@ada", "@Ada-B", " ", "<p>", "</p>", '<a href="x > @ada">', "</a>", "<code>", "</code>", "&lt;", "x", "é"]
)


@any_of(st.lists(PIECES, max_size=30).map("".join))
def test_calls_are_linked_in_text_alone_and_nothing_else_changes(html: str) -> None:
    linked = writing.with_calls(html, {"ada"})
    assert linked.replace('<a class="call" href="/people/ada">', "").replace("</a>", "") == html.replace("</a>", "")
    assert 'href="x > <a' not in linked


@any_of(st.integers(1, 10_000))
def test_every_post_is_on_the_page_that_its_number_gives(no: int) -> None:
    first = rules.page_of(no)
    assert first <= no < first + rules.PAGE and rules.page_of(first) == first


def test_links_that_lead_away_are_counted(given: Given) -> None:
    body = "https://a.example [b](http://b.example) www.c.example [home](/en/learn) <mailto:x@y.example> `https://d.example`"
    assert given.seen(lambda: writing.written(body)).links == 3
