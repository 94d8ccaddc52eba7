"""`python -m bot check`, as it is run: one line for each part, nothing is changed, and no secret is told."""

import json
import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.web.server import listen
from services.clock import SystemClock
from services.storage.inspection import OPTIONS, inspected, wanted_indexes
from services.storage.migrations import COLLECTION, ID
from services.storage.mongo.driver import connect
from services.storage.mongo.embedded import EmbeddedMongo
from tests.bot.test_create_admin import folder, said, said_by_python
from tests.faults.stage import Stage, staged
from tests.town import KEY, TOKEN

__all__ = ["folder"]

PARTS = ["settings", "database", "indexes", "bot api", "smtp", "http"]
SECRET = "hunter-22"
NOBODY = "127.0.0.1:9"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, SystemClock(), tmp_path) as stage:
        yield stage


async def checked(folder: Path, **environ: str) -> tuple[int, dict[str, str]]:
    """Run the command; return its status, and the rest of each line by its part."""
    status, output, errors = await said(folder, "check", **environ)
    assert errors == []
    assert not any(secret in line for line in output for secret in (TOKEN, KEY, SECRET))
    return status, dict(line.split(": ", 1) for line in output)


async def test_all_that_a_real_bot_needs_is_looked_at_and_nothing_is_changed(
    stage: Stage, folder: Path, database_url: str
) -> None:
    status, output, errors = await said_by_python(folder, "check", **stage.environ)
    assert (status, errors) == (0, [])
    found = dict(line.split(": ", 1) for line in output)
    assert list(found) == PARTS
    assert all(text.startswith("ok: ") for text in found.values())
    assert found["database"].startswith("ok: MongoDB ")
    assert "single server" in found["database"]
    assert f"all {len(await wanted_indexes())} are there" in found["indexes"]
    assert "@" in found["bot api"]
    async with connect(database_url) as database:
        assert await database[COLLECTION].find_one({"_id": ID}) is None


async def test_nothing_is_said_where_nobody_reads_the_rest(folder: Path) -> None:
    """`python -m bot check | head -n 1` must not end with a traceback."""
    read, write = os.pipe()
    os.close(read)
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PORT": "0"},
        stdout=write,
        stderr=PIPE,
    )
    os.close(write)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


async def test_what_does_not_work_is_told_line_by_line(stage: Stage, folder: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, found = await checked(
            folder,
            **stage.environ
            | {
                "DB_URL": f"mongodb://nora:{SECRET}@{NOBODY}/clinic",
                "TELEGRAM_API_URL": f"http://nora:{SECRET}@{NOBODY}",
                "EMAIL_PORT": "9",
                "PORT": str(port),
            },
        )
    assert status == 1
    assert found["database"].startswith("failed: it doesn't answer")
    assert found["indexes"].startswith("skipped: ")
    assert found["bot api"].startswith(f"failed: http://{NOBODY} doesn't answer")
    assert found["smtp"].startswith(f"failed: {NOBODY}: mail server not reached")
    assert found["http"].startswith(f"failed: port: {port} is taken by another program")


async def test_a_wrong_token_a_later_version_and_a_refused_account_are_told_apart(
    stage: Stage, folder: Path, database_url: str
) -> None:
    async with connect(database_url) as database:
        await database[COLLECTION].insert_one({"_id": ID, "number": 1000})
    status, found = await checked(
        folder,
        **stage.environ | {"BOT_TOKEN": f"987654321:{'x' * 35}", "EMAIL_USER": "a", "EMAIL_PASSWORD": SECRET},
    )
    assert status == 1
    assert "a later version" in found["database"]
    assert "doesn't know this token" in found["bot api"]
    assert found["smtp"].startswith("failed: ")


async def test_indexes_that_are_missing_or_different_are_named(
    stage: Stage, folder: Path, database_url: str
) -> None:
    async with connect(database_url) as database:
        await database["appointments"].drop_index("one_doctor_id")
        await database["users"].drop_index("name_words_1")
        await database["users"].create_index("name_words", sparse=True)
    status, found = await checked(folder, **stage.environ)
    assert status == 1
    assert "appointments.one_doctor_id" in found["indexes"]
    assert "users.name_words_1" in found["indexes"]
    assert found["indexes"].startswith("failed: 2 of ")


async def test_a_wrong_setting_has_a_line_and_status_2(folder: Path) -> None:
    status, output, errors = await said(folder, "check", PORT="wrong", BOT_TOKEN=TOKEN, EMAIL_SECURITY="none")
    assert (status, errors) == (2, [])
    assert [line.partition(": should")[0].partition(": is missing")[0] for line in sorted(output)] == [
        "settings: failed: port"
    ]


async def test_the_demo_needs_nothing_and_nothing_is_made(folder: Path) -> None:
    status, found = await checked(folder, PORT="0", BOT_TOKEN="", DB_URL="")
    assert status == 0
    assert "the demo" in found["settings"]
    assert found["database"].startswith("skipped: there is none in .mediconnect yet")
    assert found["bot api"].startswith("skipped: ")
    assert found["smtp"].startswith("skipped: ")
    # Any port will do, and none is known yet.
    assert "any free port" in found["http"]
    assert ":0" not in found["http"]
    assert os.listdir(folder) == []  # noqa: PTH208


async def test_a_running_bot_has_its_own_port_and_its_own_database(stage: Stage, folder: Path) -> None:
    async with stage.process(LOG_FORMAT="json") as bot:
        await bot.writes("web.ready")
        (ready,) = [json.loads(line)["message"] for line in bot.lines if "web.ready" in line]
        status, found = await checked(folder, **stage.environ | {"PORT": ready.rpartition(":")[2]})
    assert status == 0
    assert "taken by a MediConnect that is running" in found["http"]
    own = folder / "data"
    async with EmbeddedMongo(own):
        status, found = await checked(folder, **stage.environ | {"DB_URL": "", "DATA_DIR": str(own)})
    assert status == 0
    assert "has it open" in found["database"]
    # And while it is stopped, it is opened.
    status, found = await checked(folder, **stage.environ | {"DB_URL": "", "DATA_DIR": str(own)})
    assert status == 0
    assert "the bot's own" in found["database"]
    assert "the first start makes them" in found["indexes"]


async def test_every_index_that_a_start_makes_is_compared(database_url: str) -> None:
    wanted = await wanted_indexes()
    assert len({str(index) for index in wanted}) == len(wanted) > 40
    async with connect(database_url) as database:
        found = await inspected(database)
        made = {
            f"{name}.{index}"
            for name in await database.list_collection_names()
            for index in await database[name].index_information()
            if index != "_id_"
        }
    assert found.missing == []
    assert made == {str(index) for index in wanted}
    assert {name for index in wanted for name in index.options} <= set(OPTIONS)


async def test_the_documents_count_the_indexes_that_are_there() -> None:
    wanted = await wanted_indexes()
    # Each collection has one on its id, too; migrations has no other.
    collections = {index.collection for index in wanted} | {COLLECTION}
    docs = Path(__file__).parent.parent.parent / "docs"
    assert f"indexes: ok: all {len(wanted)} are there" in (docs / "operating.md").read_text()
    indexes = len(wanted) + len(collections)
    counted = f"{len(collections)} collections with {indexes} indexes, so {len(collections) + indexes} files"
    assert counted in (docs / "scaling.md").read_text()
