"""Logs as lines of JSON for programs that gather them, with what is secret struck out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO

import orjson

STRUCK = "***"
# What stands between a scheme and the host of an address: a name and a password.
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_FIELDS = ("act", "target", "role", "result")


class JsonLines(logging.Formatter):
    """A record as one line: `at`, `level`, `logger`, `message`, the fields of an act, `error` where there is one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        # The longest first: one may stand within another.
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._strike(record.getMessage()),
        }
        line |= {name: self._strike(str(getattr(record, name))) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self._strike(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()

    def _strike(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        return _USERINFO.sub(f"{STRUCK}@", text)


def write_json_logs(secrets: Iterable[str], stream: IO[str] | None = None) -> None:
    """Let every logger that there is write such lines, to standard error where no stream is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    logging.getLogger("tension").setLevel(logging.INFO)
    for logger in list(logging.root.manager.loggerDict.values()):
        # Streamlit and uvicorn give theirs handlers of their own, which would write each line a second time.
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers, logger.propagate = [], True
