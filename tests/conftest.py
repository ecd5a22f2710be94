"""What every test stands on: an application on a migrated, empty database, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from academy.accounts import passwords
from academy.app import create_app
from academy.kernel import shared, traces
from academy.kernel.db import database
from academy.kernel.web import Academy, forget_kept_pages
from academy.migrating import migrate
from academy.settings import Settings
from tests import databases
from tests.given import Given

# how long something takes is measured in bench/, on a machine that does nothing else
hypothesis.settings.register_profile("academy", deadline=None)
hypothesis.settings.load_profile("academy")

SECRET = "only for tests, only for tests"
COMPILED_ONCE = ("assets", "translations", "templates")


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_compiled_once() -> Iterator[None]:
    """Every application compiles a function for each of its addresses, and every test makes an application: they are always the same."""
    original = Rule._compile_builder
    compiled: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, append_unknown)
        if key not in compiled:
            compiled[key] = original(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
    yield
    Rule._compile_builder = original  # type: ignore[method-assign]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="without the browser and without PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = ["sqlite"] if metafunc.config.getoption("--fast") else ["sqlite", "postgresql"]
        metafunc.parametrize("database_kind", kinds, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--fast"):
        items[:] = [item for item in items if "tests/browser" not in str(item.path)]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The real algorithm at its smallest setting."""
    before = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    passwords._hasher = before


def settings_for(folder: Path, url: str) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=url,
        secret_key=SECRET,
        base_url="http://localhost",
        mail_from="Academy <academy@example.org>",
        testing=True,
    )


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def sqlite_template(shared_folder: Path) -> Path:
    """A migrated, empty database, copied for each test."""
    template = shared_folder / "template.db"
    app = create_app(settings_for(shared_folder, f"sqlite:///{template}"))
    migrate(app)
    with app.app_context():
        database.engine.dispose()  # the last connection writes the log into the file
    return template


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with databases.postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str, shared_folder: Path) -> str:
    databases.on_server(postgresql, "DROP DATABASE IF EXISTS academy_template")
    databases.on_server(postgresql, "CREATE DATABASE academy_template")
    app = create_app(settings_for(shared_folder, databases.url_of(postgresql, "academy_template")))
    migrate(app)
    with app.app_context():
        database.engine.dispose()
    return "academy_template"


@pytest.fixture(scope="session")
def postgresql_database(postgresql: str, postgresql_template: str) -> databases.Reused:
    return databases.Reused(postgresql, "academy_test", postgresql_template)


@pytest.fixture
def data_dir(database_kind: str, shared_folder: Path) -> Path:
    """The data directory of this test's site: empty, but for what is compiled once."""
    folder = shared_folder / database_kind
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        if left.name in COMPILED_ONCE:
            continue
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()
    for name in COMPILED_ONCE:
        (shared_folder / name).mkdir(exist_ok=True)
        if not (folder / name).exists():
            (folder / name).symlink_to(shared_folder / name)
    return folder


@pytest.fixture
def database_url(database_kind: str, data_dir: Path, request: pytest.FixtureRequest) -> str:
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), data_dir / "test.db")
        return f"sqlite:///{data_dir}/test.db"
    reused: databases.Reused = request.getfixturevalue("postgresql_database")
    return reused.as_new()


class Applications:
    """One for test after test, for each database: to make it, and to let it meet each statement and template anew, takes longer than most tests.

    It forgets what it keeps between requests; where a test has changed more than that, it is made anew.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[Academy, object]] = {}

    def as_new(self, folder: Path, url: str) -> Academy:
        forget_kept_pages()
        traces._waiting.clear()  # of the test before, whose people had the same numbers
        if url not in self._made or self._made[url][1] != self._marks(self._made[url][0]):
            app = create_app(settings_for(folder, url))
            self._made[url] = app, self._marks(app)
        app = self._made[url][0]
        app._got_first_request = False  # a test may add addresses of its own
        app.extensions["shared"] = shared._Kept()
        for kept in ("figures", "outside"):
            app.extensions.pop(kept, None)
        return app

    @staticmethod
    def _marks(app: Academy) -> object:
        return (
            app.extensions["settings"],
            app.jinja_env.globals["settings"],
            dict(app.config),
            len(list(app.url_map.iter_rules())),
        )


@pytest.fixture(scope="session")
def applications() -> Applications:
    return Applications()


@pytest.fixture
def app(applications: Applications, data_dir: Path, database_url: str) -> Iterator[Academy]:
    """The application on an empty database. Never wrap a client's calls in an application context: they would share `g`."""
    app = applications.as_new(data_dir, database_url)
    yield app
    with app.app_context():
        database.engine.dispose()


@pytest.fixture
def client(app: Academy) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def given(app: Academy) -> Given:
    return Given(app)
