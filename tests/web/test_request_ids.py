"""Each HTTP request and each update has an id, in the answer and in every line of the log."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.web.site import READ
from services.clock import SystemClock
from tests.faults.stage import Stage, staged
from tests.web.conftest import Portal

ID = re.compile(r"[0-9a-f]{16}")
HEADER = "X-Request-Id"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, SystemClock(), tmp_path) as stage:
        yield stage


async def test_every_answer_has_an_id_of_its_own_which_the_client_does_not_choose(portal: Portal) -> None:
    ids = set()
    for path in ("/healthz", "/metrics", "/nowhere", "/me", "/calendar/nothing.ics"):
        answer = await portal.call("GET", path, headers={HEADER: "asha@example.org"})
        ids.add(answer.headers[HEADER])
        assert sum(name.lower() == HEADER.lower() for name in answer.headers) == 1
    assert len(ids) == 5
    assert all(map(ID.fullmatch, ids))
    assert HEADER in READ


async def test_an_incident_and_a_request_that_is_none_have_one_too(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.health.JSONResponse", None)
    answer = await portal.call("GET", "/healthz")
    assert answer.status == 500
    assert ID.fullmatch(answer.headers[HEADER])
    host, _, port = portal.address.partition("//")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"nonsense\r\n\r\n")
    assert re.search(rb"\r\nx-request-id: [0-9a-f]{16}\r\n", await reader.read())
    writer.close()


async def test_a_log_of_json_tells_which_lines_belong_together(stage: Stage) -> None:
    guest = stage.town.person()
    async with stage.process(LOG_FORMAT="json") as bot:
        await bot.writes("web.ready")
        (ready,) = [json.loads(line) for line in bot.lines if "web.ready" in line]
        address = ready["message"].partition("address=")[2]
        async with aiohttp.ClientSession() as session, session.get(f"{address}/me") as answer:
            assert answer.status == 401
            http_id = answer.headers[HEADER]
        assert "sign in" in await guest.says("/appointments")
        await bot.writes("NotSignedIn")
        assert await bot.stop(signal.SIGTERM) == 0
    lines = [json.loads(line) for line in bot.lines if line]
    refused = [line for line in lines if line["message"].startswith("refused")]
    assert next(line["request_id"] for line in refused) == http_id
    (update_id,) = {line["request_id"] for line in refused[1:]}
    assert re.fullmatch(r"update-\d+", update_id)
    # What belongs to no request has no id, and nobody's values are in any line.
    assert {line["message"].partition(" ")[0] for line in lines if "request_id" not in line} >= {
        "bot.ready",
        "web.ready",
        "bot.stopped",
    }
    assert str(guest.phone.chat_id) not in "".join(bot.lines)
