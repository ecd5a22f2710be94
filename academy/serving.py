"""How does the whole academy run on one machine? One process migrates, loads and checks, then forks the web server and the worker.

The children share the memory of what was loaded before the fork. Ctrl-C, or the end of any part, stops all of it.
"""

import argparse
import contextlib
import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from academy import demo, loading
from academy.app import create_app
from academy.kernel import jobs, logs
from academy.kernel.db import database
from academy.kernel.web import Academy
from academy.migrating import is_current, migrate
from academy.settings import Settings, WrongSetting, settings_from

LOCAL = {"127.0.0.1", "localhost", "::1"}
OPENED_FIRST = ("", "learn", "marketplace", "community")
# what mallopt calls what is set, and to what
M_MMAP_THRESHOLD, LARGE = -3, 256 * 1024  # bytes
M_ARENA_MAX, HEAPS = -8, 2


def main(arguments: list[str] | None = None) -> int:
    told = _told(arguments)
    try:
        settings = _settings(told)
    except WrongSetting as wrong:
        print(f"bin/serve: {wrong}", file=sys.stderr)
        return 2
    logs.configure()
    _give_memory_back()
    app = create_app(settings)
    if not is_current(app):
        print("Preparing the database …", flush=True)
        migrate(app)
    loading.load_course(app)
    if settings.demo:
        demo.load(app)
    elif told.host not in LOCAL and demo.is_loaded(app):
        print(
            f"bin/serve: --host {told.host} would show the demo accounts, whose password is public, to the network. "
            "Use another data directory, or erase them.",
            file=sys.stderr,
        )
        return 2
    _open_pages(app, settings.languages[0])
    with app.app_context():
        database.engine.dispose()  # a connection must not be shared across a fork
    gc.freeze()
    return _run(app, settings, told.host)


def _told(arguments: list[str] | None) -> argparse.Namespace:
    ask = argparse.ArgumentParser("bin/serve", description="Run the academy on this machine.")
    ask.add_argument("--port", type=int, help="default 8000, or the setting PORT")
    ask.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; anything but this machine is refused while demo accounts exist",
    )
    ask.add_argument("--data", help="data directory, default ./var")
    ask.add_argument("--no-demo", action="store_true", help="without demo accounts and demo content")
    ask.add_argument("--production", action="store_true", help="demand a secret key, load no demo")
    return ask.parse_args(arguments)


def _settings(told: argparse.Namespace) -> Settings:
    environment = dict(os.environ)
    if told.data:
        environment["ACADEMY_DATA_DIR"] = told.data
    if told.port:
        environment["PORT"] = str(told.port)
    if told.production:
        environment["ACADEMY_PRODUCTION"] = "yes"
    settings = settings_from(environment)
    wants_demo = not (told.no_demo or settings.production) and environment.get("ACADEMY_DEMO", "yes") not in {
        "no",
        "0",
        "false",
    }
    if wants_demo and told.host not in LOCAL:
        raise WrongSetting(
            f"--host {told.host} is refused with demo accounts: their password is public. Add --no-demo."
        )
    return replace(settings, demo=wants_demo)


def _open_pages(app: Academy, language: str) -> None:
    """What is made when a page is opened for the first time is made once, before the processes part, and shared by them."""
    browser = app.test_client()
    for place in OPENED_FIRST:
        browser.get(f"/{language}/{place}")


def _give_memory_back() -> None:
    """Large pieces go back to the system when they are done with. The C library learns from them to keep their like, some tens of megabytes;
    and it gives each thread a heap of its own, each with its own gaps, though here one thread runs at a time."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_ARENA_MAX, HEAPS)


def _run(app: Academy, settings: Settings, host: str) -> int:
    parts = [_fork(lambda: _work(app)), _fork(lambda: _serve(app, settings, host))]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for part in parts:
            _tell(part, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _announce(settings, host)
    gone, status = os.wait()
    for part in parts:
        if part != gone:
            _tell(part, signal.SIGTERM)
            os.waitpid(part, 0)
    return os.waitstatus_to_exitcode(status) and 1


def _fork(do: Callable[[], None]) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        do()
        os._exit(0)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        logs.logger.exception("a part of the server failed")
        os._exit(1)


def _work(app: Academy) -> None:
    _end_with_parent()
    jobs.consume(app)


def _serve(app: Academy, settings: Settings, host: str) -> None:
    _end_with_parent()
    _Gunicorn(app, settings, host).run()


def _end_with_parent() -> None:
    """Where the system can do it, a part ends when the process that holds them all is killed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _tell(process: int, what: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, what)


def _announce(settings: Settings, host: str) -> None:
    print(f"\n  The academy is at http://{host}:{settings.port}/  (Ctrl-C stops it)", flush=True)
    if settings.demo:
        print(f"  Demo accounts, password {demo.PASSWORD}: {', '.join(demo.ACCOUNTS)}", flush=True)
    print(flush=True)


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, app: Academy, settings: Settings, host: str) -> None:
        self._app = app
        self._options = {
            "bind": f"{host}:{settings.port}",
            "workers": settings.web_concurrency,
            "worker_class": "gthread",
            "threads": 8,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "warning",
            "graceful_timeout": 20,
            "forwarded_allow_ips": "127.0.0.1",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._app


if __name__ == "__main__":
    sys.exit(main())
