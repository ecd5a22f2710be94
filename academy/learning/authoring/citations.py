"""Who wrote a source, when, and what is it called? A source is one line: `Author (year), Title, where it is found [what of it].`"""

import re
from dataclasses import dataclass

_LINE = re.compile(r"(?P<author>.+?) \((?P<year>(?:[^()]*\D)?\d{4})\), (?P<rest>\S.*)", re.DOTALL)
_PINPOINT = re.compile(r"\s*\[([^\[\]]*)\](?=\.?$)")
_TITLE = re.compile(r"(?:[^,.()]|\([^()]*\)|[.](?! )|,(?! ))+")
# Titles of what states and the Union have laid down, in the languages of the course
_ACT = re.compile(
    r"(Act|Code|Constitution|Council Recommendation|Decree|Directive|Judgment|Law|Legislative Decree|Regulation"
    r"|Codice|Costituzione|Decreto|Direttiva|Legge|Raccomandazione del Consiglio|Regolamento|Sentenza)\b"
)


@dataclass(frozen=True)
class Citation:
    author: str
    year: str  # or more: “eds., 2018”
    title: str
    line: str  # the whole of it, without what a single lesson takes from it

    @property
    def is_act(self) -> bool:
        return _ACT.match(self.title) is not None

    @property
    def key(self) -> str:
        """The same for the same work, however its line is spaced and ends."""
        return re.sub(r"[\W_]+", "", f"{self.author}{self.year}{self.title}".casefold())


def citation(source: str) -> Citation | None:
    """None where author, year and title can't be told apart."""
    line = _PINPOINT.sub("", source.strip())
    found = _LINE.fullmatch(line)
    title = _TITLE.match(found["rest"]) if found else None
    if found is None or title is None:
        return None
    return Citation(found["author"], found["year"], title[0].strip(), line)
