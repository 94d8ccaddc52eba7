"""`python -m bot backup` and `restore`, as they are run: what they say, and what they refuse."""

import asyncio
import gzip
import json
import os
import signal
from pathlib import Path

import pytest

from bot import __version__
from bot.demo.real_database import DATABASE_SUFFIX
from services.storage.migrations import COLLECTION, ID, RESTORING
from services.storage.mongo.driver import connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.storage import Storage
from tests.bot.test_create_admin import SECONDS, folder, said, said_by_python
from tests.faults.database import Database
from tests.faults.stage import BotProcess
from tests.preloaded import completed
from tests.storage.test_hostile_backup import ASHA, ONE, hostile

__all__ = ["folder"]


@pytest.fixture
async def clinic(database: Database) -> str:
    """A clinic with somebody in it, on a single server; its address."""
    url = f"{database.url}clinic"
    async with connect(url) as opened:
        await Storage.on(opened).prepare()
        await opened.users.insert_one({"_id": "asha", "email": "asha@example.org"})
    return url


async def test_a_single_server_says_that_it_holds_back_changes_and_nothing_is_replaced(
    clinic: str, folder: Path, database_url: str
) -> None:
    status, output, errors = await said_by_python(folder, "backup", "a.backup", DB_URL=clinic)
    assert status == 0
    assert "holds back all changes" in errors[0]
    assert output[0].endswith("Changes go on.")
    async with connect(clinic) as opened:
        assert not (await opened.client.admin.command("currentOp")).get("fsyncLock")
    about = json.loads(gzip.decompress((folder / "a.backup").read_bytes()).split(b"\n", 1)[0])
    assert (about["program_version"], about["consistency"], about["is_demo"]) == (__version__, "lock", False)
    status, output, errors = await said(folder, "backup", "a.backup", DB_URL=clinic)
    assert (status, output, errors) == (2, [], ["a.backup: is there already. Please give another name"])
    status, output, errors = await said(folder, "restore", "a.backup", DB_URL=database_url)
    assert (status, errors) == (0, [])
    assert output[0].startswith("a.backup: restored the clinic as of ")
    async with connect(database_url) as opened:
        assert [
            row["_id"] for row in await opened.users.find({"email": "asha@example.org"}).to_list(None)
        ] == ["asha"]
    status, output, errors = await said(folder, "restore", "a.backup", DB_URL=database_url)
    assert (status, output) == (2, [])
    assert errors[0].startswith("db_url: the database is not empty (users has something in it)")


async def test_what_can_not_be_is_said_in_one_line(clinic: str, folder: Path) -> None:
    (folder / "other").write_text("something else")
    for words, line in (
        (("restore", "other"), "other: is no backup of MediConnect"),
        (("restore", "none"), "none: can't be used (No such file or directory)"),
        (("backup", "none/a"), "none/a: there is no folder none. Please make it first"),
    ):
        assert await said(folder, *words, DB_URL=clinic) == (2, [], [line])
    for words in (("backup", "a"), ("restore", "other")):
        status, output, errors = await said(folder, *words, DB_URL="mongodb://127.0.0.1:9/x")
        assert (status, output, len(errors)) == (2, [], 1)
    assert await said(folder, "backup", "a", DB_URL="") == (
        2,
        [],
        ["db_url: there is nothing in the database yet"],
    )
    assert not (folder / ".mediconnect").exists()
    status, _, errors = await said(folder, "backup")
    assert status == 2


async def test_no_command_works_on_a_half_that_was_restored(clinic: str, folder: Path) -> None:
    async with connect(clinic) as opened:
        await opened[COLLECTION].update_one({"_id": ID}, {"$set": {"number": RESTORING}})
    for words in (("backup", "a"), ("create-admin", "--name", "Nora", "--email", "nora@example.org")):
        status, output, errors = await said(folder, *words, typed="correct horse\n", DB_URL=clinic)
        assert (status, output) == (2, [])
        assert errors[-1].startswith("db_url: only a part of a backup has been restored")
    assert not (folder / "a").exists()
    status, output, _ = await said(folder, "check", DB_URL=f"{clinic}{DATABASE_SUFFIX}", PORT="0")
    assert status == 0
    async with connect(f"{clinic}{DATABASE_SUFFIX}{DATABASE_SUFFIX}") as demo:
        await demo[COLLECTION].insert_one({"_id": ID, "number": RESTORING})
    status, output, _ = await said(folder, "check", DB_URL=f"{clinic}{DATABASE_SUFFIX}", PORT="0")
    assert status == 1
    assert "only a part of a backup" in "\n".join(output)


async def test_the_demo_is_backed_up_while_it_runs_and_is_the_demo_again_elsewhere(folder: Path) -> None:
    one, two = {"DATA_DIR": str(folder / "one")}, {"DATA_DIR": str(folder / "two")}
    demo = BotProcess({"BOT_TOKEN": "", "DB_URL": "", "PORT": "0", **one})
    try:
        await demo.start()
        status, output, errors = await said(folder, "backup", "a.backup", DB_URL="", **one)
        assert (status, errors) == (0, [])
        assert output[0].startswith("a.backup: the demo's clinic as of ")
        status, output, errors = await said(folder, "restore", "a.backup", DB_URL="", **one)
        assert (status, output) == (2, [])
        assert errors == [f"data_dir: {folder / 'one'} is in use by the running bot. Stop it first"]
        await demo.stop(signal.SIGINT)
    finally:
        await demo.end()
    status, output, errors = await said(folder, "restore", "a.backup", DB_URL="", **two)
    assert (status, errors) == (0, [])
    async with EmbeddedMongo(folder / "two") as url, connect(url, name_suffix=DATABASE_SUFFIX) as restored:
        assert await restored.users.count_documents({}) > 3
        assert f"mediconnect{DATABASE_SUFFIX}" == restored.name


SIGNAL_WHILE_READING = """
from bot.cli import backup
def slow(path, stop=None):
    os.kill(os.getpid(), signal.SIGTERM)
    stop.wait()
    raise SystemExit("nobody hears this")
backup.verified = slow"""
SIGNAL_AT = """
from services.storage.storage import Storage
async def interrupted(storage):
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.Event().wait()
Storage.{} = interrupted"""
DOWN_AT_THE_END = """
from services.errors import StorageDown
from services.storage.storage import Storage
async def down(storage):
    raise StorageDown
Storage.prepare = down"""


async def restored_with(change: str, folder: Path, path: str, url: str) -> tuple[int, str, list[str]]:
    """Run `restore` in a bot that was changed; return its status, output and errors."""
    environ = {**os.environ, "DB_URL": url, "CHANGE": f"import asyncio, os, signal\n{change}"}
    async with asyncio.timeout(SECONDS):
        status, output, errors = await completed(
            "tests.bot.changed_bot", ("restore", path), environ, folder, b""
        )
    return status, output, errors.splitlines()


async def test_an_interrupted_restore_says_what_is_there_and_what_to_do(
    folder: Path, database_url: str
) -> None:
    hostile(folder / "a", [("users", [ASHA])])
    # Nothing was written yet.
    status, output, errors = await restored_with(SIGNAL_WHILE_READING, folder, "a", database_url)
    assert (status, output, errors) == (143, "", ["interrupted; nothing of it is in the database"])
    # Everything but the indexes: it is not taken for complete, and another restore begins anew, as is said.
    status, output, errors = await restored_with(SIGNAL_AT.format("make_indexes"), folder, "a", database_url)
    assert (status, output) == (130, "")
    assert errors == [
        "interrupted: only a part is in the database. Run restore again, which begins anew",
    ]
    # Everything: it says so, and the bot can be started.
    status, output, errors = await restored_with(SIGNAL_AT.format("prepare"), folder, "a", database_url)
    assert (status, output) == (130, "")
    (line,) = errors
    assert line.startswith("interrupted when all of the backup was in the database. Start the bot now")
    async with connect(database_url) as opened:
        await Storage.on(opened).prepare()
        assert await opened.users.count_documents({}) == 1


async def test_a_database_that_goes_away_at_the_end_has_everything(folder: Path, database_url: str) -> None:
    hostile(folder / "a", [("users", [ASHA])])
    status, output, errors = await restored_with(DOWN_AT_THE_END, folder, "a", database_url)
    assert (status, output, len(errors)) == (2, "", 1)
    assert errors[0].startswith("db_url: all of the backup is in the database, which doesn't answer any more")


async def test_a_hostile_file_is_refused_in_one_line(folder: Path, database_url: str) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "deep").write_bytes(gzip.compress(b"[" * 900_000))
    hostile(folder / "shown", created_at="\x1b[2J\n")
    hostile(folder / "name", [("system.users", [ONE])])
    hostile(folder / "twice", [("people", [ONE, ONE])])
    damaged = "is damaged or not complete; nothing of it can be used. Please take another backup"
    twice = (
        "the database refuses what is in it (people: something that may be there once is there twice)."
        " Nothing of it was kept: please restore another backup"
    )
    for path, why in (
        ("pipe", "is no regular file. Please give the file that `backup` has written"),
        ("deep", "is no backup of MediConnect"),
        ("shown", damaged),
        ("name", damaged),
        (
            "twice",
            twice,
        ),
    ):
        assert await said(folder, "restore", path, DB_URL=database_url) == (2, [], [f"{path}: {why}"])
