"""A file with the right sums, but with what no backup has, is refused in a sentence; nothing of it stays."""

import gzip
import hashlib
import json
import os
import struct
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import bson
import pytest

from services.storage.backup.errors import (
    BackupDamaged,
    BackupError,
    BackupRefused,
    BackupTooNew,
    NotABackup,
    NotAFile,
    ReadingStopped,
    ServerRefused,
)
from services.storage.backup.restoring import restore, verified
from services.storage.migrations import COLLECTION
from services.storage.mongo.driver import Database, connect
from services.storage.storage import Storage

pytestmark = pytest.mark.dreadful

ABOUT = {
    "format": "mediconnect-backup",
    "format_version": 1,
    "program_version": "1.0.0",
    "migration": 1,
    "created_at": "2027-05-03T06:00:00+00:00",
    "is_demo": False,
    "consistency": "snapshot",
    "server_version": "7.0.14",
}
ONE = bson.encode({"_id": 1})
ASHA = bson.encode({"_id": "asha", "email": "asha@example.org"})
Collections = Sequence[tuple[str, Sequence[bytes]]]


def hostile(path: Path, collections: Collections = (), **about: Any) -> Path:
    """Write a backup whose sums are right, whatever is in it."""
    body = json.dumps(ABOUT | about).encode() + b"\n"
    for name, documents in collections:
        body += json.dumps({"collection": name}).encode() + b"\n" + b"".join(documents) + bytes(4)
    counts = {name: len(documents) for name, documents in collections}
    sums = json.dumps({"counts": counts, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"
    path.write_bytes(gzip.compress(body + sums, 1))
    return path


def nested(depth: int) -> bytes:
    """Return a document that has an array in an array, and so on."""
    inner = struct.pack("<i", 5) + b"\0"
    for _ in range(depth):
        inner = struct.pack("<i", len(inner) + 8) + b"\x040\0" + inner + b"\0"
    begin = b"\x10_id\0" + struct.pack("<i", 1) + b"\x04a\0" + inner
    return struct.pack("<i", len(begin) + 5) + begin + b"\0"


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """Where it should go."""
    async with connect(database_url, "pymongo") as database:
        yield database


def test_what_is_said_in_the_first_line_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "a"
    verified(hostile(path, [("users", [ONE])]))
    wrong: dict[str, Sequence[Any]] = {
        "migration": ("x", None, [1], 1.5, -5, True),
        "is_demo": (1, "yes", None),
        "program_version": ("1\n2", "\x1b[2J", 7, "x" * 101, "\u202e", "\ud800"),
        "created_at": ("\x1b[2J", "2027-05-03\n06:00:00", "yesterday", "", None),
        "server_version": ("7\x07", 7),
        "consistency": ("a\nb",),
        "format_version": ("1", None, 0, True, 1.5),
    }
    for name, values in wrong.items():
        for value in values:
            about: dict[str, Any] = {name: value}
            with pytest.raises(BackupDamaged):
                verified(hostile(path, **about))
    with pytest.raises(BackupDamaged):
        verified(hostile(path, format_version=2, program_version="\x1b[2J"))
    with pytest.raises(BackupTooNew):
        verified(hostile(path, format_version=2, program_version="2.0.0", migration="later"))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "$cmd",
        "a$b",
        "..",
        "a..b",
        ".a",
        "a.",
        "a\0b",
        "x" * 300,
        "system.users",
        "\ud800",
        7,
        None,
        ["a"],
    ],
)
def test_a_collection_has_a_name_that_mongodb_takes(tmp_path: Path, name: Any) -> None:
    path = tmp_path / "a"
    whole = (
        json.dumps(ABOUT).encode()
        + b"\n"
        + json.dumps({"collection": name}).encode()
        + b"\n"
        + ONE
        + bytes(4)
    )
    sums = {"counts": {str(name): 1}, "sha256": hashlib.sha256(whole).hexdigest()}
    path.write_bytes(gzip.compress(whole + json.dumps(sums).encode() + b"\n"))
    with pytest.raises(BackupDamaged):
        verified(path)


def test_what_mongodb_can_not_have_stored_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for documents in (
        [b"\x05\0\0\0\x01"],
        [bson.encode({"name": "no id"})],
        [struct.pack("<i", 12) + b"\x99_id\0\1\2\0"],
        [bson.encode({"_id": 1, "x": "y" * (17 * 1024 * 1024)})],
        [nested(5000)],
    ):
        with pytest.raises(BackupDamaged):
            verified(hostile(path, [(COLLECTION, documents)]))
    with pytest.raises(BackupDamaged):
        verified(hostile(path, [("users", [ONE]), ("users", [])]))


def test_lines_that_are_nested_endlessly_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(b"[" * 900_000))
    with pytest.raises(NotABackup):
        verified(path)
    path.write_bytes(gzip.compress(json.dumps(ABOUT).encode() + b"\n" + b'{"collection":' * 50_000))
    with pytest.raises(BackupDamaged):
        verified(path)


@pytest.mark.parametrize(
    ("collections", "part"),
    [
        ([("people", [ONE, ONE])], "people"),
        ([("a\x1bb", [ONE, ONE])], r"'a\\x1bb'"),
        ([("people", [ONE, nested(250)])], "people"),
        ([("people", [bson.encode({"_id": [1, 2]})])], "people"),
        ([("x" * 250, [ONE])], "x"),
        ([("users", [bson.encode({"_id": n, "email": "a@example.org"}) for n in "ab"])], "the indexes|users"),
    ],
    ids=["id twice", "name", "nested", "id of a list", "long name", "email twice"],
)
async def test_what_the_database_refuses_is_the_files_fault_and_leaves_nothing(
    empty: Database, tmp_path: Path, collections: Collections, part: str
) -> None:
    path = hostile(tmp_path / "a", [(COLLECTION, [bson.encode({"_id": "other"})]), *collections])
    verified(path)
    with pytest.raises(BackupRefused, match=rf"a: the database refuses what is in it \(({part})") as refused:
        await restore(empty, path)
    assert str(refused.value).isprintable()
    assert "example.org" not in str(refused.value)
    for name in await empty.list_collection_names():
        assert await empty[name].count_documents({}) == 0
    # A bot may start on it, and another backup may be restored into it.
    await Storage.on(empty).prepare()
    await restore(empty, hostile(path, [(COLLECTION, [bson.encode({"_id": "other"})]), ("people", [ONE])]))
    assert await empty.people.count_documents({}) == 1


async def test_what_the_server_refuses_for_a_reason_of_its_own_is_told(
    empty: Database, tmp_path: Path
) -> None:
    path = hostile(tmp_path / "a", [(COLLECTION, [bson.encode({"_id": "other"})]), ("people", [ONE])])
    await empty.create_collection("people", viewOn="others")
    told = r"db_url: the database has refused it \(people: .*MongoDB's error 166\)\. Please mend that"
    with pytest.raises(ServerRefused, match=told):
        await restore(empty, path)
    await empty.drop_collection("people")
    # It is begun anew, and nothing is left of the first try.
    await restore(empty, path)
    assert await empty.people.count_documents({}) == 1


async def test_a_file_that_is_another_one_after_it_was_verified_says_why(
    empty: Database, tmp_path: Path
) -> None:
    for documents in ([b"\x05\0\0\0\x01"], [bson.encode({"name": "no id"})]):
        with pytest.raises(BackupError):
            await restore(empty, hostile(tmp_path / "a", [(COLLECTION, documents)]))


def test_only_a_regular_file_is_read_and_reading_it_can_be_stopped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(NotAFile):
            verified(path)
    stop = Event()
    stop.set()
    # Also where there is no document between the collections.
    path = hostile(tmp_path / "a", [(f"c{number}", []) for number in range(9)])
    with pytest.raises(ReadingStopped):
        verified(path, stop)
