"""What are the roles called, and what does each allow?

Everybody learns, writes in the forum and speaks for their organisations without one. `LEARNER` and `ORGANISATION` are kept for who was given
them; they allow nothing more, so nobody is offered them.
"""

from academy.accounts.models import Role
from academy.kernel.i18n import Sentence, say

ROLES: dict[Role, Sentence] = {
    Role.TRAINER: say("Trainer"),
    Role.MODERATOR: say("Moderator"),
    Role.COORDINATOR: say("Coordinator"),
    Role.ADMINISTRATOR: say("Administrator"),
}

ALLOWS: dict[Role, Sentence] = {
    Role.TRAINER: say(
        "Writes and publishes lessons and questions, marks answers, looks after the online edition and teaches the sessions they are named for."
    ),
    Role.MODERATOR: say(
        "Decides on what is reported in the forum, in portfolios and in the marketplace, reads first needs and offers before they are "
        "public, verifies organisations, and writes at the brokers’ desk."
    ),
    Role.COORDINATOR: say(
        "Sets up and runs editions of the organisations that they write for, opens spaces in the forum, writes to everybody, and "
        "brings needs and offers together at the brokers’ desk."
    ),
    Role.ADMINISTRATOR: say(
        "May do all of that, takes the course out and brings it in, helps with the page of any organisation, and gives and takes roles."
    ),
}
