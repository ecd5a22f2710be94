"""How big is this, truly? Counted from the records, and each number can say how.

Counting a large table takes a while, so a process counts every ten minutes and the page says when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import format_decimal
from markupsafe import Markup, escape

from academy.community import queries as community
from academy.home import queries, rules
from academy.kernel import clock
from academy.kernel.i18n import Sentence, say, say_number
from marketplace import queries as marketplace

NUMBER = "#"
GOOD_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Figure:
    number: int
    sentence: Sentence  # with NUMBER where the number stands
    counted: Sentence

    @property
    def worth_telling(self) -> bool:
        return rules.worth_telling(self.number)

    def __html__(self) -> Markup:
        """The sentence, its number in bold."""
        before, _, after = str(self.sentence).partition(NUMBER)
        return escape(before) + Markup("<b>{}</b>").format(format_decimal(self.number)) + escape(after)


@dataclass(frozen=True)
class Figures:
    all: tuple[Figure, ...]
    at: datetime

    @property
    def told(self) -> list[Figure]:
        return [figure for figure in self.all if figure.worth_telling]


def figures() -> Figures:
    """The figures of the front page, at most ten minutes old."""
    kept: Figures | None = current_app.extensions.get("figures")
    now = clock.now()
    if kept is None or kept.at + GOOD_FOR < now:
        kept = current_app.extensions["figures"] = Figures(tuple(_counted()), now)
    return kept


def _counted() -> list[Figure]:
    learners, listings, forum = queries.learner_figures(), marketplace.figures(), community.figures()
    return [
        Figure(
            learners["begun"],
            say_number(
                "%(number)s person has begun the course.",
                "%(number)s people have begun the course.",
                learners["begun"],
                number=NUMBER,
            ),
            say(
                "Different people who have marked a lesson or an activity as done, or passed a quiz. Who reads without an account is not counted."
            ),
        ),
        Figure(
            learners["finished"],
            say_number(
                "%(number)s has finished at least one module.",
                "%(number)s have finished at least one module.",
                learners["finished"],
                number=NUMBER,
            ),
            say("Different people who have done every part of a module: its lessons, its activity and its quiz."),
        ),
        Figure(
            listings["open_needs"],
            say_number("%(number)s need is open.", "%(number)s needs are open.", listings["open_needs"], number=NUMBER),
            say("Needs that are published today and have not been met, withdrawn or passed their date."),
        ),
        Figure(
            listings["open_offers"],
            say_number(
                "%(number)s offer is open.", "%(number)s offers are open.", listings["open_offers"], number=NUMBER
            ),
            say("Offers, counted in the same way."),
        ),
        Figure(
            listings["agreed"],
            say_number(
                "%(number)s need or offer found what it was looking for here.",
                "%(number)s needs and offers found what they were looking for here.",
                listings["agreed"],
                number=NUMBER,
            ),
            say("Needs and offers whose organisation closed them as met through this site."),
        ),
        Figure(
            forum["answered"],
            say_number(
                "%(number)s question was answered.",
                "%(number)s questions were answered.",
                forum["answered"],
                number=NUMBER,
            ),
            say(
                "Questions in the community that somebody other than their author has answered. What moderators hid is not counted."
            ),
        ),
    ]
