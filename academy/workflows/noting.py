"""What is known of a need or an offer that came up at a session? Pure."""

from academy.learning.editions.models import Session
from academy.learning.queries import said
from academy.organisations.models import Organisation
from marketplace.commands import Content
from marketplace.suggesting import themes_in

LONGEST_LINE = 120
MOST_LINES = 20


def lines_in(text: str) -> list[str]:
    """What was written down, one thing in each line; without the signs that lists begin with, and nothing twice."""
    lines = (" ".join(line.lstrip("-–•* \t").split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def content_of(line: str, session: Session, language: str, organisation: Organisation) -> Content:
    """One line, with the place and the languages of the edition, whom it seems to be for and what it seems to be about: the topic of the
    session where the line itself does not say. Goals are left to whoever completes it. `session` with its edition and modules."""
    edition = session.edition
    where = edition if edition.country else organisation
    themes = themes_in(line)
    topics = ". ".join(said(module.title, language).text for module in session.modules)
    return Content(
        title=line,
        language=language,
        fields=themes["fields"] or themes_in(topics)["fields"],
        targets=themes["targets"],
        country=where.country,
        nuts2=where.nuts2,
        municipality=where.municipality,
        contact_languages=list(dict.fromkeys([language, *organisation.languages])),
        source="table",
    )
