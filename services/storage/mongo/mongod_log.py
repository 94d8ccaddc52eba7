"""The log of the embedded mongod: where it is, and why the server ended."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

LAST_WORDS_LENGTH = 300
# So much of the end of a log is read to find out why the server ended.
TAIL_BYTES = 64 * 1024
# With less free space mongod has no room for its journal, and perhaps not even for saying so in its log.
LEAST_FREE_BYTES = 32 * 1024 * 1024
# The system's message for a full disk (ENOSPC), in the C locale, which mongod uses.
NO_SPACE = b"No space left on device"


def log_file(data_dir: Path) -> Path:
    """Return where the server writes its log."""
    return data_dir / "mongod.log"


def is_disk_full(data_dir: Path) -> bool:
    """Tell whether a server has ended because the disk is full: by its log, or by the free space."""
    with suppress(OSError):
        if shutil.disk_usage(data_dir).free < LEAST_FREE_BYTES:
            return True
    with suppress(OSError), log_file(data_dir).open("rb") as written:
        written.seek(max(0, written.seek(0, os.SEEK_END) - TAIL_BYTES))
        return NO_SPACE in written.read()
    return False


def no_room(data_dir: Path) -> str:
    """Say in one line that the disk is full, and what to do."""
    return f"the disk that {data_dir} is on is full; make room there"


def keep_last_log(data_dir: Path) -> None:
    """Rename the last run's log, replacing the one before. mongod itself would keep them all."""
    log = log_file(data_dir)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.old"))


def last_words(data_dir: Path) -> str:
    """Return in one line why the server ended: its first error, as the others follow from it."""
    try:
        lines = log_file(data_dir).read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    words = lines[-1] if lines else "it wrote no log"
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            if entry["s"] in {"E", "F"}:
                words = f"{entry['msg']} {json.dumps(entry.get('attr', {}))}"
                break
    return " ".join(words.split())[:LAST_WORDS_LENGTH]
