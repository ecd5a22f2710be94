"""How fast are figures computed and files read? Without servers: what the worker and the command line do."""

import io
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from academy.app import create_app
from academy.assessment.bank import commands, keeping
from academy.assessment.bank.figures import figures_of, tallies_of
from academy.assessment.bank.importing import Import
from academy.assessment.bank.queries import AnswerMarked
from academy.assessment.models import Question, QuestionVersion
from academy.assessment.statistics import item_figures, quiz_figures
from academy.kernel.db import looking, transaction
from academy.migrating import migrate
from academy.settings import settings_from

Report = Callable[[str, str, float, str], None]


def measure(report: Report) -> None:
    figures_of_many(report)
    questions_from_gift(report)


def figures_of_many(report: Report, attempts: int = 50_000, questions: int = 20) -> None:
    lots = random.Random(1)
    skills = (lots.random() for _ in range(attempts))
    answers = [
        [
            AnswerMarked(place, place, 10_000, 10_000 if lots.random() < skill else 0, [lots.choice("abcd")], None)
            for place in range(questions)
        ]
        for skill in skills
    ]
    begun = time.perf_counter()
    tallies = tallies_of(answers)
    for tally in tallies.questions.values():
        item_figures(tally)
    totals = {total: times for (total, _most), times in tallies.totals.items()}
    quiz_figures([*tallies.places[questions].values()], totals)
    report("statistics", f"{attempts} attempts by {questions} questions", time.perf_counter() - begun, "s")
    versions = [version_of(place) for place in range(questions)]
    kept = json.dumps(keeping.plain(tallies, {version.id: version for version in versions}))
    begun = time.perf_counter()
    figures_of(keeping.tallies_in(json.loads(kept)), versions, "en")
    report("statistics", "the same, from what the worker kept", time.perf_counter() - begun, "s")
    report("statistics", "weight of what it kept", len(kept) / 1024, "kB")


def version_of(place: int) -> QuestionVersion:
    options = [{"key": key, "correct": key == "b", "text": {"en": key}} for key in "abcd"]
    body: dict[str, Any] = {"type": "single", "prompt": {"en": f"Question {place}?"}, "options": options}
    return QuestionVersion(
        id=place,
        n=1,
        type="single",
        body=body,
        shown={"en": {"prompt": f"Question {place}?", **{f"text:{key}": key for key in "abcd"}}},
        question=Question(bank="bench", key=f"q-{place}"),
    )


def questions_from_gift(report: Report, questions: int = 5_000) -> None:
    text = "\n\n".join(
        f"// [id:q-{number}] [tag:bench]\n::Question {number}:: Which of these belongs to number {number}?"
        f"{{=The first, {number}#Yes. ~The second#No. ~The third ~A fourth####See lesson {number}.}}"
        for number in range(questions)
    )
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            settings_from({"ACADEMY_DATA_DIR": folder, "ACADEMY_DATABASE_URL": f"sqlite:///{Path(folder)}/x.db"})
        )
        migrate(app)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with app.app_context(), tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
            begun, worked = time.perf_counter(), time.process_time()
            with looking():
                for _outcome in Import("gift", "en", "bench", spool).outcomes(io.BytesIO(text.encode())):
                    pass
            looked = time.perf_counter()
            with transaction():
                commands.take_over(spool, by=None)
            report("gift", f"import of {questions} questions", time.perf_counter() - begun, "s")
            report("gift", "processor for that", time.process_time() - worked, "s")
            report("gift", "of that in the transaction", time.perf_counter() - looked, "s")
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        report("gift", "growth of memory", grown, "MB")
