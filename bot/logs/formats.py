"""The two forms of a log line, text and JSON, and how the log is set up."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from bot.logs.request_id import request_id

LogFormat = Literal["text", "json"]

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
# At the level INFO these log every request, and the address of a Bot API request has the token in it.
TOO_TALKATIVE = ("httpx", "httpcore", "apscheduler", "aiohttp.access", "mail.log", "telegram", "pymongo")


class TextLines(logging.Formatter):
    """`time level logger event key=value`, and at the end `request=` with the id, where there is one.

    With several workers `worker=` with its number stands before that.
    """

    def __init__(self, worker: int | None = None) -> None:
        super().__init__(LINE if worker is None else f"{LINE} worker={worker}")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the first line of a record; a traceback stands in the lines below it."""
        line = super().formatMessage(record)
        return f"{line} request={request_id()}" if request_id() else line


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC, RFC 3339), level, logger, message.

    Where they are known also `worker`, `request_id` and `traceback`. Line breaks are escaped, so that a
    record is one line whatever is in it.
    """

    def __init__(self, worker: int | None = None) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if self._worker is not None:
            line["worker"] = self._worker
        if request_id():
            line["request_id"] = request_id()
        # Where messages of errors must not be logged, a filter has set the text already.
        trace = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else None)
        if trace:
            line["traceback"] = trace
        return json.dumps(line)


def begin_log(environ: Mapping[str, str] = os.environ, *, worker: int | None = None) -> None:
    """Log to standard error, as text, from the level that LOG_LEVEL names on (INFO if it names none).

    With the number of a `worker` each line says it.
    """
    wanted = logging.getLevelNamesMapping().get(environ.get("LOG_LEVEL", "").strip().upper(), logging.INFO)
    logging.basicConfig(level=wanted)
    use_format("text", worker=worker)
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def use_format(log_format: LogFormat, *, worker: int | None = None) -> None:
    """Give all lines from now on that form. Python's own warnings become lines, too."""
    logging.captureWarnings(capture=True)
    formatter = JsonLines(worker) if log_format == "json" else TextLines(worker)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter)
