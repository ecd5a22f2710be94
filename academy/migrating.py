"""Is the database at the newest migration, and if not, bring it there.

`flask db …` (Flask-Migrate) is the way of people; this is the way of `bin/serve` and the tests, which want no command line.
"""

import sqlalchemy as sa
from flask import Flask

from academy.kernel.db import database
from academy.kernel.health import newest_migration
from academy.settings import ROOT

FOLDER = str(ROOT / "migrations")


def is_current(app: Flask) -> bool:
    with app.app_context(), database.engine.connect() as connection:
        return revision_of(connection) == newest_migration()


def revision_of(connection: sa.Connection) -> str | None:
    """The migration that the database is at; None where there is nothing yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def knows(revision: str) -> bool:
    """This version of the program can bring a database to that migration."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory(FOLDER).walk_revisions()}


def migrate(app: Flask, revision: str = "head") -> None:
    """Run every migration that is missing, up to this one."""
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", FOLDER)
    with app.app_context():
        command.upgrade(config, revision)
