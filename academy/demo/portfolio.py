"""What have the people of the demonstration made in the activities, and to whom do they show it? Invented."""

from academy.accounts.models import Person
from academy.kernel.markup import POST, rendered
from academy.learning.editions.queries import modules_to_choose
from academy.learning.portfolio import commands
from academy.learning.portfolio.commands import Result
from academy.learning.portfolio.models import Visibility

NEED_CARD = """\
## 1. Who

About forty pupils between eleven and fifteen who live beyond the bridge.

## 2. Where

Ptuj, the three streets between the river and the depot.

## 3. What hurts

School ends at one, the bus leaves at half past two. “We stand by the wall of the depot. When it rains, we stand in the gate.”

## 4. Since when

Since the timetable changed in September 2025. In winter it is worse.

## 5. Evidence

Thirty-eight pupils counted at the stop on a Tuesday; fifty-five minutes on average. It does not say who went home on foot.

Two voices, both quoted with consent.

## 6. Who already tries

The library lets six of them in. It closes at two.

## 7. What would be better

A dry hour in which something can be done with the hands, and somebody knows their names.
"""

CANVAS = """\
## 1 Il bisogno

Chi abita nelle frazioni di Valdombra e non guida più aspetta la visita di qualcuno per fare la spesa.

## 2 Chi ne beneficia

Ventidue persone sopra i settantacinque anni, in quattro frazioni.

## 3 Chi paga

Il Comune, per il carburante; il negozio di paese, con una quota sulle consegne. **Lo crediamo: non lo sappiamo ancora.**

## 4 Il cambiamento, e come ce ne accorgiamo

Due uscite la settimana invece di una. Lo chiediamo a maggio, casa per casa.
"""

# who, module, title, language, text, seen by
PIECES = (
    ("learner", "active-citizenship", "Need card: an hour and a half at the depot", "en", NEED_CARD, Visibility.SHARED),
    ("dario", "social-business", "Canvas: la spesa che viene da te", "it", CANVAS, Visibility.PUBLISHED),
)  # fmt: skip
# what is said of it, between its maker and those who help
SAID = {
    ("learner", "active-citizenship"): (
        ("trainer", "The fifth line is the strongest: a count, a day and what it does *not* say. Who could count once more in the rain?"),
        ("learner", "The caretaker of the school offered. Next Tuesday."),
    ),
}  # fmt: skip


def load(people: dict[str, Person]) -> None:
    """Nothing where the course is not there."""
    modules = {module.slug: module for module in modules_to_choose()}
    for who, slug, title, language, body, to in PIECES:
        if slug in modules and who in people:
            written = rendered(body, profile=POST, top=2)
            item = commands.keep_item(
                modules[slug], Result(title, language, body, written.html, written.version), by=people[who]
            )
            commands.show_item(item, to, by=people[who])
            for author, words in SAID.get((who, slug), ()):
                commands.comment_on_item(item, rendered(words, profile=POST, top=3), words, by=people[author])
