"""What `python -m bot backup` and `restore` say, in a terminal's plain text."""

from pathlib import Path

from services.storage.backup.format import About, Sums
from services.storage.backup.taking import LOCK, Taken

MEBIBYTE = 1024 * 1024
HELD_BACK = "This is a single MongoDB server, which has no snapshots: it holds back all changes until the backup is done."
INTERRUPTED = "interrupted; nothing is left of it"
NOTHING_RESTORED = "interrupted; nothing of it is in the database"
RESTORE_INTERRUPTED = "interrupted: only a part is in the database. Run restore again, which begins anew"

INTERRUPTED_AT_THE_END = (
    "interrupted when all of the backup was in the database. Start the bot now: it does what is left"
)
DOWN_AT_THE_END = (
    "db_url: all of the backup is in the database, which doesn't answer any more."
    " Start the bot when it does: it does what is left"
)


def taken(path: Path, backup: Taken) -> str:
    """Return what a backup has in it."""
    again = " Changes go on." if backup.about.consistency == LOCK else ""
    size = f"{backup.size / MEBIBYTE:.1f} MiB"
    return f"{path}: {_contents(backup.about, backup.sums)}, {size}, SHA-256 {backup.sums.sha256}.{again}"


def restored(path: Path, about: About, sums: Sums) -> str:
    """Return what was restored."""
    return f"{path}: restored {_contents(about, sums)}. Start the bot now"


def in_use(data_dir: Path) -> str:
    """Return that a bot has the database open, into which a backup should go."""
    return f"data_dir: {data_dir} is in use by the running bot. Stop it first"


def unusable(path: Path, why: str) -> str:
    """Return that a file can't be read or written."""
    return f"{path}: can't be used ({why})"


def no_folder(path: Path) -> str:
    """Return that there is no folder for a file."""
    return f"{path}: there is no folder {path.parent}. Please make it first"


def _contents(about: About, sums: Sums) -> str:
    whose = "the demo's clinic" if about.is_demo else "the clinic"
    return f"{whose} as of {about.created_at}, {sums.total} documents in {len(sums.counts)} collections"
