"""What follows here from what happened elsewhere, and elsewhere from what happened here?"""

from academy.assessment import queries as assessment
from academy.assessment.events import AttemptHandedIn, AttemptMarked, QuizStored
from academy.community.commands import recognise_member
from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.learning import commands, queries, rules
from academy.learning.events import PartCompleted


@handles(AttemptHandedIn)
def quiz_is_done_when_passed(event: AttemptHandedIn) -> None:
    """Once passed, passed: a later attempt that fails takes nothing away."""
    _done_when_passed(event)


@handles(AttemptMarked)
def quiz_is_done_when_marks_make_it_passed(event: AttemptMarked) -> None:
    """Nor does a mark that falls."""
    _done_when_passed(event)


def _done_when_passed(event: AttemptHandedIn | AttemptMarked) -> None:
    if not event.passed or event.person_id is None or event.about_kind != "module":
        return
    if quiz := queries.quiz_of(event.about_key):
        evidence = str(Ref("attempt", str(event.attempt_id)))
        commands.complete(event.person_id, quiz, source=rules.QUIZ, evidence=evidence, by=None)


@handles(QuizStored)
def the_module_says_how_its_quiz_goes(event: QuizStored) -> None:
    quiz = assessment.quiz_about(Ref(event.about_kind, event.about_key))
    if quiz is not None and event.about_kind == "module":
        commands.note_quiz(event.about_key, quiz.current.policy, quiz.current.pool, by=None)


@handles(PartCompleted)
def who_learns_is_known_in_the_forum(event: PartCompleted) -> None:
    recognise_member(event.person_id, because=Ref.parsed(event.item) or Ref("part", event.item), by=None)
