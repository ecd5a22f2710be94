"""What happened in this process, one JSON object a line, each with the id of its request?"""

import json
import logging
import secrets
import sys
import time
from contextvars import ContextVar
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

request_id: ContextVar[str] = ContextVar("request_id", default="-")

logger = logging.getLogger("academy")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "request": request_id.get(),
            "message": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Send the academy's own log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False


def init_app(app: Flask) -> None:
    if not app.testing:
        configure()

    @app.url_value_preprocessor  # the first thing that is called, before an unknown language can be refused
    def _begin(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        g.began = time.perf_counter()
        request_id.set(secrets.token_hex(8))

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id.get()
        logger.info(
            "request",
            extra={
                "facts": {
                    "method": request.method,
                    "path": request.path,
                    "endpoint": request.endpoint,
                    "status": response.status_code,
                    "milliseconds": round(1000 * (time.perf_counter() - g.began), 1),
                }
            },
        )
        return response
