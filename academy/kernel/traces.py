"""What does a visit leave behind: last seen, resume here, how often shown?

A GET can't write. A trace is kept in memory, the newest for each key, and written a moment later in a transaction of its own. It may be
lost with the process, is never made by a prefetch, and no rule may read it.
"""

import threading
from collections.abc import Callable, Hashable

from flask import Flask, current_app, request

from academy.kernel.db import transaction
from academy.kernel.logs import logger

_SECONDS = 1.0
_MOST = 10_000

_waiting: dict[Hashable, Callable[[], object]] = {}
_lock = threading.Lock()
_wake = threading.Event()
_writer: threading.Thread | None = None


def leave_trace(key: Hashable, write: Callable[[], object]) -> None:
    """Call `write` soon, in a transaction of its own; a newer trace with the same key replaces this one. An archive keeps none."""
    if current_app.extensions["settings"].archive or "prefetch" in request.headers.get(
        "Sec-Purpose", request.headers.get("Purpose", "")
    ):
        return
    with _lock:
        if len(_waiting) < _MOST:
            _waiting[key] = write
    if not current_app.testing:
        _write_in_background(current_app._get_current_object())  # type: ignore[attr-defined]
    _wake.set()


def write_traces(app: Flask) -> None:
    """Write what is waiting, each in a transaction of its own so that one that fails takes no other with it."""
    with _lock:
        batch = [*_waiting.values()]
        _waiting.clear()
    if not batch:
        return
    with app.app_context():
        for write in batch:
            try:
                with transaction():
                    write()
            except Exception:
                logger.exception("a trace was lost")


def _write_in_background(app: Flask) -> None:
    """Start the writer with the first trace of this process: a thread does not survive the fork of a server."""
    global _writer
    if _writer is not None and _writer.is_alive():
        return

    def run() -> None:
        while True:
            _wake.wait()
            _wake.clear()
            threading.Event().wait(_SECONDS)
            write_traces(app)

    _writer = threading.Thread(target=run, name="traces", daemon=True)
    _writer.start()
