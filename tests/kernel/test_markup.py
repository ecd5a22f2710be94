"""Text from people and authors: what it becomes, and what it can't become."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.kernel import markup
from academy.kernel.markup import (
    LESSON,
    POST,
    Heading,
    Html,
    Labels,
    Practice,
    Profile,
    TooTangled,
    cleaning,
    excerpt,
    plain,
    rendered,
)

ITALIAN = Labels(note="Nota", think="Per riflettere", table="Tabella", notes="Note", back="Torna al testo")
BOTH = pytest.mark.parametrize("profile", [POST, LESSON], ids=lambda profile: profile.name)


def lesson(markdown: str, **options: object) -> str:
    return rendered(markdown, profile=LESSON, **options).html  # type: ignore[arg-type]


def post(markdown: str) -> str:
    return rendered(markdown, profile=POST).html


class Tags(HTMLParser):
    """What a browser would see: every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attributes}))


# trainers show films, play recordings, fold text and explain terms; the attributes below are refused in these too
IN_LESSONS = {"video", "audio", "details", "button"}


def assert_harmless(html: str, profile: Profile) -> None:
    for tag, attributes in Tags(html).seen:
        assert (profile is LESSON and tag in IN_LESSONS) or tag not in {
            *(
                "script",
                "style",
                "iframe",
                "object",
                "embed",
                "form",
                "input",
                "button",
                "svg",
                "math",
                "base",
            ),
            *(
                "link",
                "meta",
                "template",
                "noscript",
                "textarea",
                "title",
                "video",
                "audio",
                "select",
                "details",
            ),
        }
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {
                "style",
                "srcset",
                "srcdoc",
                "action",
                "formaction",
                "xlink:href",
                "background",
            }
            if name in {"href", "src"}:
                address = re.sub(r"[\x00-\x20]", "", value).lower()
                assert not re.match(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address), value
            if name == "src":
                assert not re.match(r"[a-z]+:|[\\/]{2}", value.strip(), re.IGNORECASE)
            if name == "id":
                assert value.startswith(("user-", "s-"))


# What docs/authoring.md promises


def test_headings_have_anchors_that_can_be_read_and_make_the_contents() -> None:
    text = rendered("Una scena.\n\n## Perché *tre* anelli?\n\n### Řeka & břeh\n\n## Perché tre anelli?", profile=LESSON)
    assert text.contents == (
        Heading(2, "s-perché-tre-anelli", "Perché tre anelli?"),
        Heading(3, "s-řeka-břeh", "Řeka & břeh"),
        Heading(2, "s-perché-tre-anelli_1", "Perché tre anelli?"),
    )
    assert '<h2 id="s-perché-tre-anelli">Perché <em>tre</em> anelli?</h2>' in text.html


def test_no_heading_takes_an_id_of_the_page() -> None:
    assert rendered("## Main\n", profile=LESSON).contents[0].id == "s-main"
    assert 'id="' not in lesson('<p id="main">x</p>')
    assert 'href="#s-main"' in lesson("## Main\n\n[see](#main)")


@pytest.mark.parametrize(
    ("typed", "levels"),
    [
        ("# a\n\n## b\n\n# c", [2, 3, 2]),
        ("#### a\n\n## b\n\n#### c", [2, 2, 3]),
        ("## a\n\n### b\n\n#### c\n\n##### d\n\n###### e", [2, 3, 4, 5, 5]),
    ],
)
def test_headings_never_jump_a_level(typed: str, levels: list[int]) -> None:
    assert [heading.level for heading in rendered(typed, profile=LESSON).contents] == levels


def test_headings_of_a_post_stand_below_those_of_the_page() -> None:
    assert [heading.level for heading in rendered("# a\n\n## b", profile=POST).contents] == [3, 4]
    assert [heading.level for heading in rendered("# a\n\n## b", profile=POST, top=2).contents] == [2, 3]


def test_ids_of_two_posts_on_one_page_differ() -> None:
    one, other = (rendered(f"# Question\n\n{body}", profile=POST).contents[0].id for body in "ab")
    assert one != other
    assert one.startswith("user-")
    assert one.endswith("-question")


def test_a_table_scrolls_by_keyboard_and_has_the_caption_before_it() -> None:
    html = lesson("Table: Four *sources*\n\n| Ask | | Time |\n|---|---|--:|\n| **A walk** | x | 2 h |")
    assert '<caption id="s-table-1">Four <em>sources</em></caption>' in html
    box, *_ = Tags(html).seen
    assert box == (
        "div",
        {"class": "table", "role": "region", "tabindex": "0", "aria-labelledby": "s-table-1"},
    )
    assert '<th scope="col">Ask</th>' in html
    assert "<td></td>" in html, "an empty header cell is no header"
    assert '<th class="num" scope="col">Time</th>' in html
    assert '<th scope="row">A walk</th>' in html
    assert '<td class="num">2 h</td>' in html
    assert "Table:" not in html


def test_the_caption_may_be_introduced_in_the_language_of_the_lesson() -> None:
    html = lesson("Tabella: Fonti\n\n| a | b |\n|---|---|\n| c | d |", labels=ITALIAN)
    assert ">Fonti</caption>" in html


def test_a_table_without_caption_is_named_but_no_landmark() -> None:
    box, *_ = Tags(lesson("| a | b |\n|---|---|\n| c | d |", labels=ITALIAN)).seen
    assert box == ("div", {"class": "table", "role": "group", "tabindex": "0", "aria-label": "Tabella"})


def test_a_picture_alone_becomes_a_figure() -> None:
    html = lesson(
        'Text.\n\n![Three "rings"](media/rings.en.svg "Who decides, & who bears it")',
        media="/modules/4/media/",
        sizes={"media/rings.en.svg": (470, 260)},
    )
    assert '<figure class="figure"><div ' in html
    assert "<figcaption>Who decides, &amp; who bears it</figcaption></figure>" in html
    picture = next(attributes for tag, attributes in Tags(html).seen if tag == "img")
    assert picture == {
        "src": "/modules/4/media/rings.en.svg",
        "alt": 'Three "rings"',
        "loading": "lazy",
        "width": "470",
        "height": "260",
    }


def test_a_drawing_with_words_can_be_scrolled_with_the_keyboard_and_a_photograph_fits_the_screen() -> None:
    drawing = next(attributes for tag, attributes in Tags(lesson("![Rings](media/rings.svg)")).seen if tag == "div")
    assert drawing == {"class": "drawing", "role": "group", "tabindex": "0", "aria-label": "Diagram"}
    assert "drawing" not in lesson("![A garden](media/garden.webp)")


def test_a_picture_inside_a_sentence_stays_there() -> None:
    html = lesson("See ![x](media/x.svg) here. [Template](media/t.pdf)", media="/m")
    assert "<figure" not in html
    assert 'src="/m/x.svg"' in html
    assert 'href="/m/t.pdf"' in html


@BOTH
def test_a_picture_from_elsewhere_becomes_a_link(profile: Profile) -> None:
    for address in ("https://e.example/x.png", "//e.example/x.png", "/\\e.example/x.png"):
        html = rendered(f"![Our garden]({address})", profile=profile).html
        assert "<img" not in html
        assert ">Our garden</a>" in html
    html = rendered("[![Our garden](https://e.example/x.png)](/gardens)", profile=profile).html
    assert html.count("<a") == 1
    assert "<span>Our garden</span>" in html


@pytest.mark.parametrize(
    ("kind", "opening"),
    [
        ("note", '<div class="callout" role="note">'),
        ("tip", '<div class="callout good" role="note">'),
        ("warning", '<div class="callout warn" role="note">'),
        ("example", '<div class="callout example" role="note">'),
        ("unheard-of", '<div class="callout" role="note">'),
    ],
)
def test_callouts(kind: str, opening: str) -> None:
    html = lesson(f'!!! {kind} "A *title*"\n    Text.\n\n    - a list\n\nAfter.')
    assert html.startswith(opening)
    assert '<p class="callout-title"><strong>A <em>title</em></strong></p>' in html
    assert html.index("a list") < html.index("</div>") < html.index("After")


def test_a_callout_without_title_says_what_it_is_in_the_language_of_the_lesson() -> None:
    assert "<strong>Nota</strong>" in lesson("!!! note\n    Testo.", labels=ITALIAN)
    assert "callout-title" not in lesson('!!! note ""\n    Text.')


def test_a_box_to_think_about() -> None:
    html = lesson('!!! think "Think about it"\n    Whom do you miss?')
    assert '<aside aria-labelledby="s-think-1" class="think">' in html
    assert '<p class="callout-title" id="s-think-1"><strong>Think about it</strong></p>' in html
    assert 'aria-label="Per riflettere"' in lesson('!!! think ""\n    Chi manca?', labels=ITALIAN)


def test_footnotes_lead_there_and_back() -> None:
    html = lesson("One[^a], again[^a].\n\n[^a]: Freeman, *Strategic Management*.", labels=ITALIAN)
    assert '<a class="ref" href="#s-fn:a" id="s-fnref:a"><sup>1</sup><span class="sr"> note</span></a>' in html
    assert '<ol aria-label="Note" class="notes small soft">' in html
    assert '<li id="s-fn:a">' in html
    assert html.count(">Torna al testo</a>") == 2
    ids = {attributes["id"] for _, attributes in Tags(html).seen if "id" in attributes}
    links = {attributes["href"][1:] for _, attributes in Tags(html).seen if "href" in attributes}
    assert links == ids


def test_definition_lists_task_lists_and_nested_lists() -> None:
    assert "<dl>\n<dt>Term</dt>\n<dd>What it means</dd>\n</dl>" in lesson("Term\n:   What it means")
    html = lesson("- [ ] one\n- [x] two")
    assert '<ul class="task-list">' in html
    assert '<span class="tick" role="img" aria-label="to do">☐</span> one' in html
    assert '<span class="tick" role="img" aria-label="done">☑</span> two' in html
    assert "<li>a<ul>" in lesson("- a\n    - b").replace("\n", "")


def test_code_is_coloured_by_classes_and_reached_by_keyboard() -> None:
    html = lesson("```python\ndef seat():\n    pass\n```")
    assert '<div class="code"><pre tabindex="0"><code><span class="k">def</span>' in html
    assert '<pre tabindex="0"><code>&lt;b&gt;' in post("```\n<b>\n```")


def test_practice_questions_divide_a_lesson() -> None:
    text = rendered(
        "Before[^1].\n\n::practice[three-levels]\n\nBetween.\n::practice[who2]\nAfter.\n\n[^1]: Note.",
        profile=LESSON,
    )
    first, question, between, second, after = text.parts
    assert isinstance(first, Html)
    assert "Before" in first.html
    assert question == Practice("three-levels")
    assert between == Html("<p>Between.</p>\n")
    assert second == Practice("who2")
    assert isinstance(after, Html)
    assert "After" in after.html
    assert "notes" in after.html
    assert text.html == "".join(part.html for part in text.parts if isinstance(part, Html))
    assert "practice" not in text.html


def test_a_practice_question_is_one_only_in_a_line_of_its_own_in_a_lesson() -> None:
    for written in (
        "See ::practice[a] here.",
        "    ::practice[a]",
        "```\n::practice[a]\n```",
        "::practice[A b]",
    ):
        assert [type(part) for part in rendered(written, profile=LESSON).parts] == [Html], written
    assert "::practice[a]" in post("::practice[a]")


def test_authors_may_write_a_little_html() -> None:
    html = lesson('H<sub>2</sub>O, <abbr title="European Union">EU</abbr>, <span lang="it" class="k">ciao</span>')
    assert "<sub>2</sub>" in html
    assert '<abbr title="European Union">' in html
    assert 'lang="it"' in html


# Community text


def test_addresses_in_a_post_become_links_that_pass_nothing_on() -> None:
    html = post("See (https://a.example/x?b=1&c=2), www.b.example. Not setup.py, nor me@c.example.")
    links = [attributes for tag, attributes in Tags(html).seen if tag == "a"]
    assert links == [
        {"href": "https://a.example/x?b=1&c=2", "rel": "nofollow ugc noopener"},
        {"href": "http://www.b.example", "rel": "nofollow ugc noopener"},
    ]


def test_a_link_inside_the_site_is_no_link_to_elsewhere() -> None:
    (link,) = [attributes for tag, attributes in Tags(post("[x](/en/meetings)")).seen if tag == "a"]
    assert "rel" not in link
    (link,) = [attributes for tag, attributes in Tags(post("[x](//e.example)")).seen if tag == "a"]
    assert link["rel"] == "nofollow ugc noopener"


def test_code_in_a_post_holds_no_links() -> None:
    assert "<a" not in post("`https://a.example`\n\n```\nhttps://a.example\n```")


def test_a_post_keeps_its_line_breaks_and_shows_html_as_typed() -> None:
    assert post("a\nb") == "<p>a<br>\nb</p>"
    assert post("<b>bold</b> & 1 < 2") == "<p>&lt;b&gt;bold&lt;/b&gt; &amp; 1 &lt; 2</p>"


# Hostile text

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//e.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    '<img src="x" onerror="alert(1)" / >',
    "<img src=`x` onerror=alert(1)>",
    '<a href="x" onclick="alert(1)">x</a>',
    '<p onmouseover="alert(1)" style="position:fixed;inset:0">x</p>',
    "<body onload=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<p title="</p><script>alert(1)</script>">x</p>',
    "<style>@import '//e.example/x.css'</style>",
    "<link rel=stylesheet href=//e.example/x.css>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    "<base href=//e.example/>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<textarea><script>alert(1)</script></textarea>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<x-y onclick=alert(1)>x</x-y>",
    "<div class='notice' id='main' role='alert'>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x]( &#1;javascript:alert(1))",
    "[x](\u200bjavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](<javascript:alert(1)>)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    '[x](https://e.example "\\" onclick=alert(1) x=\\"")',
    "[x](https://e.example'onclick=alert(1)//)",
    "![x](javascript:alert(1))",
    "![x](x\"onerror='alert(1))",
    '![x](x "\\" onerror=\\"alert(1)")',
    '![" onerror=alert(1) x="](x)',
    "<javascript:alert(1)>",
    "<https://e.example/<script>alert(1)</script>>",
    'https://e.example/"onmouseover="alert(1)',
    "http://e.example/<script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "## x {: onclick=alert(1) }",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "``` { .python onclick=alert(1) style=color:red }\nx\n```",
    '```python title="<script>alert(1)</script>"\nx\n```',
    "```<script>alert(1)</script>\nx\n```",
    "x[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>",
    'x[^" onclick="alert(1)]\n\n[^" onclick="alert(1)]: y',
    '!!! note "<script>alert(1)</script>"\n    <img src=x onerror=alert(1)>',
    '!!! "onclick=alert(1) note\n    x',
    "Table: <script>alert(1)</script>\n\n|<img src=x onerror=alert(1)>|b|\n|---|---|\n|c|d|",
    "|a|b|\n|---|---|\n|<svg onload=alert(1)>|d|",
    "- [ ] <script>alert(1)</script>",
    "<b>\n\n::practice[a]\n\n</b><script>alert(1)</script>",
    "Term\n:   <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    "\x02klzzwxh:0000\x03",
    "<\x00script>alert(1)</script>",
    "\ufeff<script>alert(1)</script>",
]


@BOTH
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_runs_nothing(text: str, profile: Profile) -> None:
    assert_harmless(rendered(text, profile=profile).html, profile)
    assert_harmless(rendered(f"> a\n\n- b {text}\n\n{text}", profile=profile).html, profile)


def test_classes_and_ids_of_the_page_are_out_of_reach() -> None:
    html = lesson('<div class="notice callout" id="notice" role="alert">x</div><span id="s-x" class="sr">y</span>')
    assert 'class="callout"' in html
    assert "notice" not in html
    assert "alert" not in html


# Text that would keep a process busy


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "[" * 4000,
        "![" * 4000,
        "[](" * 3000,
        "[a](b" * 3000,
        "x\n" * 40 + "(" * 33,
        ">" * 400 + " a",
        "a\n=\n" * 2000,
    ],
    ids=lambda text: text[:5],
)
def test_tangled_text_is_refused_with_a_sentence(text: str, profile: Profile) -> None:
    with pytest.raises(TooTangled) as refused:
        rendered(text, profile=profile)
    assert refused.value.sentence.message
    assert refused.value.verdict.status == 422


@BOTH
def test_too_long_a_text_is_refused(profile: Profile) -> None:
    with pytest.raises(TooTangled, match="too long"):
        rendered("a " * profile.longest, profile=profile)


@BOTH
def test_ordinary_brackets_are_not_tangled(profile: Profile) -> None:
    text = "\n\n".join("A sad line :( and (another [one]) " * 5 for _ in range(40))
    assert rendered(text, profile=profile).html


@BOTH
@pytest.mark.parametrize("sign", ["*a_", "`", "a-a.", "_", "&", "~~~\n", "|", "    - a\n", "www.", "http://a/", "***a"])
def test_many_signs_are_bounded(sign: str, profile: Profile) -> None:
    assert_harmless(rendered((sign * 3000)[:3900], profile=profile).html, profile)


PIECES = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.sampled_from(
            ["\n\n", "\n", "    ", "> ", "- ", "*", "`", "```\n", "](", "[^1]", "|---|", "::practice[a]", '"']
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("".join)


@BOTH
@settings(max_examples=150, deadline=None)
@given(text=PIECES)
def test_whatever_is_written_nothing_runs(text: str, profile: Profile) -> None:
    try:
        made = rendered(text, profile=profile)
    except TooTangled:
        return
    assert_harmless(made.html, profile)
    plain(made.html)
    assert len(excerpt(text, 40)) <= 40


# Plain words


def test_plain_words_leave_out_what_is_not_text() -> None:
    html = lesson("One[^1] &amp; two.\n\n- a\n- b\n\n[^1]: Note.")
    assert plain(html) == "One & two.\na\nb\nNote."


def test_an_excerpt_ends_between_words() -> None:
    assert excerpt("<p>Who has a <em>stake</em> in this?</p>", 100) == "Who has a stake in this?"
    assert excerpt("<p>Who has a <em>stake</em> in this?</p>", 12) == "Who has a…"
    assert excerpt("Onewordthatislong", 8) == "Oneword…"
    assert excerpt("", 8) == ""


def test_an_excerpt_of_markdown_shows_no_marks() -> None:
    text = "## Title\n\n> A **bold** [link](https://a.example), ![alt](x.png) and `code`.\n\n- [x] snake_case\n"
    assert excerpt(text, 200) == "Title A bold link, alt and code. snake_case"
    assert excerpt('!!! note "Title"\n    Text[^1] 2 * 3\n\n::practice[a]\n', 200) == "Title Text 2 * 3"


@given(st.from_regex(markup._PLAIN, fullmatch=True), st.sampled_from([POST, LESSON]))
def test_plain_words_are_what_the_whole_way_makes_of_them(words: str, profile: Profile) -> None:
    short = rendered(words, profile=profile)
    long = rendered(words + "\n\n*end*", profile=profile)
    assert long.html.startswith(short.html)


PIECES = [
    "<b>", "</b>", "<br/>", "<foo>", "<!-- a -->", "&", "&nbsp;", "<", "> ", "<p>", "</div>", "<table><td>", "<i title='<'>", "`<b>`", "**x**",
    "<a href='https://a.example'>", "</a>", "<a href='java\tscript:x'>", '<a href="java script:x">', "<a href=x>", "<A HREF=javascript:x>",
    '<img src="//b.example/x">', "![a](media/x.png)", "[a](#b)", "[a](example?x=1&y=2)", "[a](ja\tva:x)", "[a](b)", "https://a.example",
    "www.a.example", "\n\n", "| a | b |\n|---|---|\n| 1 | 2 |", "word ", "- item\n",
]  # fmt: skip


@BOTH
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_text_that_is_spared_the_first_pass_comes_out_the_same(profile: Profile, pieces: list[str]) -> None:
    made = rendered("".join(pieces), profile=profile).html
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(cleaning._STRANGE, profile, re.compile(""))
        assert rendered("".join(pieces), profile=profile).html == made
