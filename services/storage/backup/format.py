"""The form of a backup: gzip around a line about it, the collections as raw BSON, and a line with sums.

Nothing is decoded on the way, so that nothing is lost. Only one batch is in memory at a time.
"""

import gzip
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from services.storage.backup.errors import BackupDamaged, BackupTooNew, NotABackup

FORMAT, FORMAT_VERSION = "mediconnect-backup", 1
# gzip's levels above take much longer and save little.
GZIP_LEVEL = 4
# A BSON document begins with its length, itself included, as a little-endian int32 (bsonspec.org). None is
# shorter than 5 bytes, so a length of 0 can end a collection.
LENGTH = struct.Struct("<i")
SHORTEST = 5
END = LENGTH.pack(0)
# MongoDB stores documents of up to 16 MiB. One that claims to be much longer is damaged.
LONGEST = 32 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
# How much is handed over at once.
BATCH_BYTES, BATCH_COUNT = 4 * 1024 * 1024, 1000


@dataclass(frozen=True, slots=True)
class About:
    """What the first line says. `migration` is the last step that was run; `created_at` is UTC, ISO 8601."""

    program_version: str
    migration: int
    created_at: str
    is_demo: bool
    consistency: str
    server_version: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What the last line says: how many documents each collection has, and the SHA-256 of all before."""

    counts: dict[str, int]
    sha256: str

    @property
    def total(self) -> int:
        """How many documents there are."""
        return sum(self.counts.values())


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

    Raises NotABackup, BackupTooNew at the start, where the form is a later one, and BackupDamaged anywhere.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = gzip.open(path, "rb")  # noqa: SIM115 - closed by __exit__
        self._digest = hashlib.sha256()
        try:
            self.about = self._read_about()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()

    def _read_about(self) -> About:
        try:
            line = self._file.readline(LONGEST_LINE)
            stated = json.loads(line)
            is_ours = stated.get("format") == FORMAT
        except (OSError, EOFError, zlib.error, ValueError, AttributeError) as error:
            raise NotABackup(self._path) from error
        if not is_ours:
            raise NotABackup(self._path)
        self._digest.update(line)
        try:
            if stated["format_version"] > FORMAT_VERSION:
                raise BackupTooNew(self._path, str(stated["program_version"]))
            return About(**{name: stated[name] for name in About.__slots__})
        except (KeyError, TypeError) as error:
            raise BackupDamaged(self._path) from error

    def batches(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield some documents of a collection at a time; compare the sums when all was read."""
        counts: dict[str, int] = {}
        try:
            while "collection" in (stated := self._read_line()):
                name = str(stated["collection"])
                counts[name] = 0
                for batch in self._read_collection():
                    counts[name] += len(batch)
                    yield name, batch
            if stated != asdict(Sums(counts, self._digest.hexdigest())) or self._file.read(1):
                raise BackupDamaged(self._path)
        except (OSError, EOFError, zlib.error, ValueError, TypeError, struct.error) as error:
            raise BackupDamaged(self._path) from error
        self.sums = Sums(counts, stated["sha256"])

    def verify(self) -> Sums:
        """Read it all, and return the sums."""
        for _ in self.batches():
            pass
        return self.sums

    def _read_line(self) -> dict[str, Any]:
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
        head = self._exactly(LENGTH.size)
        (length,) = LENGTH.unpack(head)
        if length == 0:
            return b""
        if not SHORTEST <= length <= LONGEST:
            raise BackupDamaged(self._path)
        return head + self._exactly(length - LENGTH.size)

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise BackupDamaged(self._path)
        self._digest.update(data)
        return data


def _line(stated: dict[str, Any]) -> bytes:
    return json.dumps(stated, ensure_ascii=False).encode() + b"\n"
