"""What can an administrator do from the command line?

`flask --app wsgi <group> <command>`. Commands that report take `--json`: one document on standard output, everything else on standard error.
"""

import json
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import Migrate

from academy.accounts import commands as accounts
from academy.accounts import passwords, queries, rules
from academy.accounts.models import Person, Role
from academy.kernel import jobs, logs
from academy.kernel.access import Refused
from academy.kernel.db import database, transaction
from academy.kernel.privacy import everything_about
from academy.migrating import FOLDER

people = AppGroup("people", help="Accounts and roles.")
job_commands = AppGroup("jobs", help="Background work.")


def init_app(app: Flask) -> None:
    logs.configure()
    Migrate(app, database, directory=FOLDER, render_as_batch=False)
    for group in (people, job_commands):
        app.cli.add_command(group)


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
