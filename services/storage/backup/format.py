"""The form of a backup: gzip around a line about it, the collections as raw BSON, and a line with sums.

What is stored is never decoded and encoded again, so that nothing is lost. Only one batch is in memory at a
time. Anybody can write a file with the right sums, so nothing that it says is believed before it was checked.
"""

import gzip
import hashlib
import json
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import IO, Any, Self

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError

from services.storage.backup.errors import (
    BackupDamaged,
    BackupTooNew,
    NotABackup,
    NotAFile,
    ReadingStopped,
)

FORMAT, FORMAT_VERSION = "mediconnect-backup", 1
# gzip's levels above take much longer and save little.
GZIP_LEVEL = 4
# A BSON document begins with its length, itself included, as a little-endian int32 (bsonspec.org). None is
# shorter than 5 bytes, so a length of 0 can end a collection.
LENGTH = struct.Struct("<i")
SHORTEST = 5
END = LENGTH.pack(0)
# MongoDB stores documents of up to 16 MiB.
LONGEST = 16 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
# The first line has short texts only. The name of a collection is a part of a namespace, which in MongoDB has
# at most 255 bytes.
LONGEST_TEXT, LONGEST_NAME = 100, 255
# How much is handed over at once.
BATCH_BYTES, BATCH_COUNT = 4 * 1024 * 1024, 1000
# Takes all that MongoDB can have stored, also what Python's own types can't hold.
LENIENT: CodecOptions[dict[str, Any]] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_MS, unicode_decode_error_handler="replace"
)


@dataclass(frozen=True, slots=True)
class About:
    """What the first line says. `migration` is the last step that was run; `created_at` is UTC, ISO 8601."""

    program_version: str
    migration: int
    created_at: str
    is_demo: bool
    consistency: str
    server_version: str

    def __post_init__(self) -> None:
        """Raise ValueError where a value is not what the form says: some are shown in a terminal."""
        for text in (self.program_version, self.created_at, self.consistency, self.server_version):
            if not _is_plain(text):
                raise ValueError(text)
        datetime.fromisoformat(self.created_at)
        # True would be a number, too.
        if type(self.migration) is not int or self.migration < 0 or type(self.is_demo) is not bool:
            raise ValueError(self.migration, self.is_demo)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the last line says: how many documents each collection has, and the SHA-256 of all before."""

    counts: dict[str, int]
    sha256: str

    @property
    def total(self) -> int:
        """How many documents there are."""
        return sum(self.counts.values())


# What Python raises where a file is not what it should be; RecursionError where it is nested endlessly.
FAULTS = (OSError, EOFError, zlib.error, ValueError, TypeError, struct.error, RecursionError)


class BackupWriter:
    """Writes a backup into an open file."""

    def __init__(self, file: IO[bytes], about: About) -> None:
        self._out = gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=GZIP_LEVEL)
        self._digest = hashlib.sha256()
        self._counts: dict[str, int] = {}
        self._write(_line({"format": FORMAT, "format_version": FORMAT_VERSION} | asdict(about)))

    def begin(self, collection: str) -> None:
        """Begin a collection, which `end` ends."""
        self._counts[collection] = 0
        self._write(_line({"collection": collection}))

    def add(self, collection: str, documents: bytes) -> None:
        """Add BSON documents, one after the other, to the collection that was begun."""
        at = count = 0
        while at < len(documents):
            at += LENGTH.unpack_from(documents, at)[0]
            count += 1
        self._counts[collection] += count
        self._write(documents)

    def end(self) -> None:
        """End the collection."""
        self._write(END)

    def finish(self) -> Sums:
        """Write the sums. The file stays open."""
        sums = Sums(self._counts, self._digest.hexdigest())
        self._out.write(_line(asdict(sums)))
        self._out.close()
        return sums

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._out.write(data)


class BackupReader:
    """Reads a backup. Use it as a context manager.

    Raises NotAFile, NotABackup, BackupTooNew at the start, where the form is a later one, BackupDamaged
    anywhere, and ReadingStopped soon after `stop` was set.
    """

    def __init__(self, path: Path, stop: Event | None = None) -> None:
        self._path = path
        self._stop = stop or Event()
        self._raw = _opened(path)
        self._file = gzip.GzipFile(fileobj=self._raw, mode="rb")
        self._digest = hashlib.sha256()
        try:
            self.about = self._read_about()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()
        self._raw.close()

    def _read_about(self) -> About:
        try:
            line = self._file.readline(LONGEST_LINE)
            stated = json.loads(line)
            is_ours = stated.get("format") == FORMAT
        except (OSError, EOFError, zlib.error, ValueError, AttributeError, RecursionError) as error:
            raise NotABackup(self._path) from error
        if not is_ours:
            raise NotABackup(self._path)
        self._digest.update(line)
        try:
            version, by = stated["format_version"], stated["program_version"]
            if type(version) is not int or version < 1:
                raise BackupDamaged(self._path)
            if version > FORMAT_VERSION and _is_plain(by):
                raise BackupTooNew(self._path, by)
            return About(**{name: stated[name] for name in About.__slots__})
        except (KeyError, TypeError, ValueError) as error:
            raise BackupDamaged(self._path) from error

    def batches(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield some documents of a collection at a time; compare the sums when all was read."""
        counts: dict[str, int] = {}
        try:
            while "collection" in (stated := self._read_line()):
                name = stated["collection"]
                if name in counts or not _is_name(name):
                    raise BackupDamaged(self._path)
                counts[name] = 0
                for batch in self._read_collection():
                    counts[name] += len(batch)
                    yield name, batch
            if stated != asdict(Sums(counts, self._digest.hexdigest())) or self._file.read(1):
                raise BackupDamaged(self._path)
        except FAULTS as error:
            raise BackupDamaged(self._path) from error
        self.sums = Sums(counts, stated["sha256"])

    def verify(self) -> Sums:
        """Read it all, see that each document can be stored, and return the sums."""
        for _, documents in self.batches():
            for document in documents:
                self._check(document)
        return self.sums

    def _check(self, document: bytes) -> None:
        """Raise BackupDamaged where MongoDB can't have stored it: it gives each document an `_id`."""
        try:
            if "_id" not in bson.decode(document, LENIENT):
                raise BackupDamaged(self._path)
        except (BSONError, *FAULTS) as error:
            raise BackupDamaged(self._path) from error

    def _read_line(self) -> dict[str, Any]:
        self._go_on()
        line = self._file.readline(LONGEST_LINE)
        stated = json.loads(line)
        if not isinstance(stated, dict):
            raise BackupDamaged(self._path)
        if "sha256" not in stated:
            self._digest.update(line)
        return stated

    def _read_collection(self) -> Iterator[list[bytes]]:
        batch: list[bytes] = []
        size = 0
        while document := self._read_document():
            batch.append(document)
            size += len(document)
            if size >= BATCH_BYTES or len(batch) >= BATCH_COUNT:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _read_document(self) -> bytes:
        """Return the next document, nothing at the end of the collection."""
        self._go_on()
        head = self._exactly(LENGTH.size)
        (length,) = LENGTH.unpack(head)
        if length == 0:
            return b""
        if not SHORTEST <= length <= LONGEST:
            raise BackupDamaged(self._path)
        return head + self._exactly(length - LENGTH.size)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise ReadingStopped(self._path)

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise BackupDamaged(self._path)
        self._digest.update(data)
        return data


def _line(stated: dict[str, Any]) -> bytes:
    return json.dumps(stated, ensure_ascii=False).encode() + b"\n"


def _opened(path: Path) -> IO[bytes]:
    """Open a file for reading, and nothing that could keep one waiting for ever. Raises NotAFile, OSError."""
    # Without waiting for whoever writes into a pipe.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotAFile(path)
    return os.fdopen(handle, "rb")


def _is_plain(text: object) -> bool:
    """Tell whether it is a short text that can be shown as it is: without line feeds and control codes."""
    return isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isprintable()


def _is_name(name: object) -> bool:
    """Tell whether a collection of ours can have this name.

    Source: MongoDB's "Naming Restrictions", and what PyMongo's Collection accepts.
    """
    return (
        isinstance(name, str)
        and 0 < len(name.encode()) <= LONGEST_NAME
        and not any(part in name for part in ("$", "\0", ".."))
        and not name.startswith((".", "system."))
        and not name.endswith(".")
    )
