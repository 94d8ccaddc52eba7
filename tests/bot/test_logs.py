"""What a line of the log looks like, and that it has the id of what is being handled."""

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.logs.formats import TOO_TALKATIVE, JsonLines, TextLines, begin_log
from bot.logs.request_id import begin_request, begin_update, request_id
from bot.telegram.log_privacy import discreet
from bot.telegram.updates.chat_queue import ChatQueues
from services.models.people import ChatId

FORMATS = {"text": TextLines(), "json": JsonLines()}


class Kept(logging.Handler):
    """Keeps the lines, as they are when they are written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(params=FORMATS)
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """All lines of the log, in each of the formats."""
    handler = Kept(FORMATS[request.param])
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def in_context() -> Callable[[Callable[[], None]], None]:
    """Run something in a context of its own."""
    return lambda act: contextvars.copy_context().run(act)


def fail(message: str) -> None:
    raise LookupError(message)


def test_a_line_of_json_is_one_line_whatever_is_in_it() -> None:
    handler = Kept(JsonLines())
    log = logging.Logger("bot.of.a.test")  # noqa: LOG001 - one that nobody else has
    log.addHandler(handler)
    log.warning("event.one a=%s", 'x\ny"\u2028\ud800')
    try:
        fail("why")
    except LookupError:
        log.exception("event.two")
    first, second = map(json.loads, handler.lines)
    assert not any(set("\n\u2028") & set(line) for line in handler.lines)
    assert set(first) == {"time", "level", "logger", "message"}
    assert first | {"time": ""} == {
        "time": "",
        "level": "WARNING",
        "logger": "bot.of.a.test",
        "message": 'event.one a=x\ny"\u2028\ud800',
    }
    assert first["time"].endswith("Z")
    assert "LookupError: why" in second["traceback"]


def test_what_people_have_typed_stays_out_of_tracebacks_in_either_format(kept: Kept) -> None:
    log = discreet("bot.of.a.test.discreet")
    typed = "a " + "secret"
    try:
        fail(typed)
    except LookupError:
        log.exception("event")
    (line,) = kept.lines
    assert "LookupError" in line
    assert typed not in line


async def test_all_that_an_update_begins_has_its_id_and_nothing_else_has(kept: Kept) -> None:
    log = logging.getLogger("bot.of.a.test")
    log.setLevel(logging.INFO)
    queues = ChatQueues()

    async def errand() -> None:
        log.info("begun.errand")

    def work(update_id: int) -> Callable[[], object]:
        async def handled() -> None:
            begin_update(update_id)
            log.info("begun.update")
            await asyncio.create_task(errand())
            fail("inside")

        return handled

    tasks = [queues.put(ChatId(chat), work(update)) for chat, update in ((1, 7), (1, 8), (2, 9))]  # type: ignore[arg-type]
    await asyncio.wait(tasks)
    await asyncio.sleep(0)
    log.info("afterwards")
    assert request_id() == ""
    *others, last = [line.partition("\n")[0] for line in kept.lines if "asyncio" not in line]
    for update in (7, 8, 9):
        # Also what has gone wrong in a way that nobody has thought of.
        names = ("begun.update", "begun.errand", "queue.failed")
        mine = [line for line in others if f"update-{update}" in line]
        assert [name for line in mine for name in names if name in line] == [*names]
    assert len(others) == 9
    assert "request" not in last


def test_requests_have_ids_that_nobody_chose(in_context: Callable[[Callable[[], None]], None]) -> None:
    ids: list[str] = []
    for _ in range(2):
        in_context(lambda: ids.append(begin_request()))
    assert len(set(ids)) == 2
    assert all(len(each) == 16 for each in ids)


@pytest.mark.parametrize(
    ("level", "shown"), [("warning", logging.WARNING), ("", logging.INFO), ("loud", logging.INFO)]
)
def test_a_level_that_is_none_is_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, level: str, shown: int
) -> None:
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging, "root", root)
    monkeypatch.setattr(logging.Logger, "root", root)
    # The levels that it gives belong to the whole process: caplog puts back those that it set.
    for name in TOO_TALKATIVE:
        caplog.set_level(logging.INFO, name)
    begin_log({"LOG_LEVEL": level})
    logging.captureWarnings(capture=False)
    assert root.level == shown
    assert {logging.getLogger(name).level for name in TOO_TALKATIVE} == {logging.WARNING}
