"""What the embedded database writes about itself: where it stands, and why it ended."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

LAST_WORDS_LENGTH = 300
# So much of the end of a log is read for why the server ended.
TAIL_BYTES = 64 * 1024
# Where less is free, mongod has no room for its journal, and may not even have written that in its log.
LEAST_FREE_BYTES = 32 * 1024 * 1024
# What the system says of a full disk (ENOSPC), in the C locale that mongod keeps to.
NO_SPACE = b"No space left on device"


def log_file(data_dir: Path) -> Path:
    """Return where the server writes its log."""
    return data_dir / "mongod.log"


def is_disk_full(data_dir: Path) -> bool:
    """Tell whether a server that has ended had no room: by its log, or by what is free now."""
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
    """Put the last run's log aside. mongod would keep every run's, for ever."""
    log = log_file(data_dir)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.old"))


def last_words(data_dir: Path) -> str:
    """Return on one line why the server ended: its first complaint, for the others follow from it."""
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
