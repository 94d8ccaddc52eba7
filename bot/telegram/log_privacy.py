"""Keeps the log private: it gets events, ids and code, but no update and nothing that a person typed."""

import logging
import traceback
from collections.abc import Iterator


def trace(error: BaseException) -> str:
    """Return the traceback of an error and of its causes, as code and types.

    Their messages are left out: a driver or a parser may quote the value that it could not read.
    """
    parts = (
        "".join([*traceback.format_tb(each.__traceback__), f"{type(each).__module__}.{type(each).__name__}"])
        for each in reversed(list(_chain(error)))
    )
    return "\nthen\n".join(parts)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class WithoutMessages(logging.Filter):
    """Lets a traceback through without the messages of its errors. For loggers of our own."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the bare traceback into `exc_text`, which every formatter uses if it is set."""
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = trace(record.exc_info[1])
        return True


class WithoutValues(WithoutMessages):
    """Lets through the constant text of a log line, without its values. For loggers of libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the values: python-telegram-bot logs whole updates and whole answers."""
        if record.args:
            record.msg, record.args = str(record.msg), ()
        return super().filter(record)


_WITHOUT_VALUES = WithoutValues()


def discreet(name: str) -> logging.Logger:
    """Return the logger of that name; it writes tracebacks without the messages of errors."""
    log = logging.getLogger(name)
    log.addFilter(WithoutMessages())
    return log


def silence_values(library: str) -> None:
    """Keep values out of all log lines of a library. Its modules must have been imported."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == library:
            logging.getLogger(name).addFilter(_WITHOUT_VALUES)
