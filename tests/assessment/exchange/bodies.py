"""Questions of every type that can be exchanged, in seven languages and with everything that formats give a meaning to."""

from typing import Any

from hypothesis import strategies as st

from academy.assessment.exchange import shaping

LANGUAGES = ("en", "it", "de", "hu", "sl", "sk", "pl")
SNIPPETS = (
    *("::", ":", "#", "####", "=", "~", "{", "}", "->", "\\", "\\n", "\\\\", "//", "%50%", "%", "[html]", "[", "]", "*a*", "$CATEGORY:"),
    *("<b>x</b>", "&amp;", "]]>", "<![CDATA[", "<span lang=\"it\" class=\"multilang\">x</span>", "@@PLUGINFILE@@/a.png", "T", "0", "=T"),
    *("città", "Größe", "árvíztűrő", "čebela", "žriebä", "źdźbło", "what’s “new”?", "1. x", "- y", "…", "€ 12,50", "🐝", "\u00a0"),
)  # fmt: skip
letters = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), exclude_characters="\ufffd\u2028\u2029\x85\ufeff"
)
pieces = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(letters, max_size=6)), min_size=1, max_size=5)
line = pieces.map(" ".join).map(lambda text: " ".join(text.split())).filter(lambda text: text not in ("", "*"))
paragraphs = st.lists(line, min_size=1, max_size=3).map("\n\n    ".join)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
amounts = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals("-9999", "9999", places=3).map(lambda value: shaping.number_of(str(value))),
)
tolerances = st.one_of(st.integers(0, 999), st.sampled_from([0.5, 0.01, 12.25]))
weights = st.sampled_from([50, 33.33333, 25, 12.5, 0, -50, -33.33333])


def optional(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


@st.composite
def bodies(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A question in one language."""
    language = draw(st.sampled_from(LANGUAGES))
    said = st.builds(lambda text: {language: text}, line)
    told = st.builds(lambda text: {language: text}, paragraphs)
    keys = st.lists(slugs, min_size=6, max_size=6, unique=True) | st.just([shaping.key(place) for place in range(6)])
    feedback = optional(general=told, correct=told, partly=told, wrong=told)
    body: dict[str, Any] = {"type": kind, "tags": draw(st.lists(slugs, unique=True, max_size=3)), "prompt": draw(told)}
    body |= draw(optional(lesson=slugs, source=line, name=line, mark=st.sampled_from([2, 0.5])))
    if about := draw(feedback):
        body["feedback"] = about
    own = draw(keys)
    count = draw(st.integers(2, 4))

    def texts(name: str) -> list[dict[str, Any]]:
        return [{"key": own[place], name: draw(said)} for place in range(count)]

    match kind:
        case "single" | "multiple":
            right = (
                {draw(st.integers(0, count - 1))}
                if kind == "single"
                else draw(st.sets(st.integers(0, count - 1), min_size=1))
            )
            body["options"] = [
                {**option, "correct": place in right, **draw(optional(feedback=told))}
                for place, option in enumerate(texts("text"))
            ]
            if kind == "single" and draw(st.booleans()):
                for option in body["options"]:
                    if not option["correct"]:
                        option["weight"] = draw(weights.filter(bool))
            body |= draw(optional(shuffle=st.just(False)))
        case "true-false":
            body["answer"] = draw(st.booleans())
        case "short-text":
            body["accepted"] = {language: draw(st.lists(line, min_size=1, max_size=3))}
            also = [
                {"key": key, "accepted": {language: [draw(line)]}, "weight": weight, **draw(optional(feedback=told))}
                for key, weight in zip(own[: draw(st.integers(0, 2))], (10, 20), strict=False)
            ]
            body |= {"also": also} if also else {}
            body |= draw(optional(accents=st.just(True)))
        case "number":
            body |= {"answer": draw(amounts)} | draw(optional(tolerance=tolerances, unit=said))
            also = [
                {
                    "key": key,
                    "answer": draw(amounts),
                    "weight": 50,
                    **draw(optional(tolerance=tolerances, feedback=told)),
                }
                for key in own[: draw(st.integers(0, 2))]
            ]
            body |= {"also": also} if also else {}
        case "matching":
            body["pairs"] = [{**pair, "right": draw(said)} for pair in texts("left")]
            body |= draw(optional(scoring=st.just("all-or-nothing")))
            if draw(st.booleans()):
                body["distractors"] = [{"key": own[4], "right": draw(said)}]
        case "ordering":
            body["items"] = texts("text")
            body |= draw(optional(scoring=st.just("all-or-nothing")))
        case "open":
            body |= draw(optional(example=told))
            if draw(st.booleans()):
                body["rubric"] = [
                    {"key": own[place], "text": draw(said), "points": place + 1} for place in range(count)
                ]
    return body
