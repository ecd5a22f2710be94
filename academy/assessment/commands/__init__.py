"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.assessment.commands.attempts import (
    Kept,
    Saved,
    close_overdue_attempt,
    hand_in_attempt,
    save_answer,
    start_attempt,
)
from academy.assessment.commands.challenges import challenge, decide_challenge
from academy.assessment.commands.marks import comment, forget_words_about, mark_by_rubric, override_mark, regrade
from academy.assessment.commands.questions import (
    restore_quiz,
    retire_question,
    retire_quiz,
    store_question,
    store_quiz,
)
from academy.assessment.commands.time import allow_time, announce_outage

__all__ = [
    "Kept",
    "Saved",
    "allow_time",
    "announce_outage",
    "challenge",
    "close_overdue_attempt",
    "comment",
    "decide_challenge",
    "forget_words_about",
    "hand_in_attempt",
    "mark_by_rubric",
    "override_mark",
    "regrade",
    "restore_quiz",
    "retire_question",
    "retire_quiz",
    "save_answer",
    "start_attempt",
    "store_question",
    "store_quiz",
]
