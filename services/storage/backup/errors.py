"""Why a backup can't be made or restored.

BackupError
  FileExists               a backup never takes the place of a file
  NothingToBackUp          the database has never been used
  SnapshotLost             the database could not show one moment for as long as it took
  LockRefused              writes can't be held back
  StillLocked              the database could not be told to take writes again
  NotAFile                 what should be read is a folder, a pipe or a device
  NotABackup               the file is something else
  BackupDamaged            the file is not complete, or not as it was written
  BackupRefused            the database does not store what is in it
  ServerRefused            the database refuses what was asked of it, for a reason of its own
  BackupTooNew             a later version has made it
  DatabaseNotEmpty         there is something where it should go
  RestoreRunning           another restore is at work there
  ReadingStopped           nobody waits for it any more
"""

from pathlib import Path


def shown(name: str) -> str:
    """Return the name of a collection as a terminal may show it: without line feeds and control codes."""
    return name if name.isprintable() else ascii(name)


class BackupError(Exception):
    """The text is one line that says why, and what to do."""


class FileExists(BackupError):
    """There is a file of that name."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is there already. Please give another name")


class NothingToBackUp(BackupError):
    """The database has no collections."""

    def __init__(self) -> None:
        super().__init__("db_url: there is nothing in the database yet")


class SnapshotLost(BackupError):
    """The database has given up what it was like at the moment of the backup."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: the database did not keep the moment of the backup until it was read. Please try again"
            " at a quieter time, or set its minSnapshotHistoryWindowInSeconds higher"
        )


class LockRefused(BackupError):
    """The user of the database may not hold back writes."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: its user may not hold back writes (fsyncLock), which a single server needs for a backup."
            " Give it the role hostManager, or make the server a replica set"
        )


class StillLocked(BackupError):
    """The lock could not be ended."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: the database still holds back writes. Run db.fsyncUnlock() in mongosh, or restart it"
        )


class NotAFile(BackupError):
    """It can't be read twice, as a restore does: first to check it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is no regular file. Please give the file that `backup` has written")


class NotABackup(BackupError):
    """It is no backup of MediConnect."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is no backup of MediConnect")


class BackupDamaged(BackupError):
    """Its end is missing, or something in it was changed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: is damaged or not complete; nothing of it can be used. Please take another backup"
        )


class BackupRefused(BackupError):
    """The database does not store a `part` of it: a collection, or the indexes."""

    def __init__(self, path: Path, part: str, why: str) -> None:
        super().__init__(
            f"{path}: the database refuses what is in it ({shown(part)}: {why}). Nothing of it was kept:"
            " please restore another backup"
        )


class ServerRefused(BackupError):
    """The server has refused it, and not for what is in the file: for want of a right, of room, and so on.

    `part` is what it was about, if anything; the `codes` and the `name` are MongoDB's.
    """

    def __init__(self, part: str, codes: frozenset[int], name: str) -> None:
        about = f"{shown(part)}: " if part else ""
        known = f"{shown(name)}, " if name else ""
        super().__init__(
            f"db_url: the database has refused it ({about}{known}MongoDB's error {max(codes)})."
            " Please mend that, and try again"
        )
        self.codes = codes


class BackupTooNew(BackupError):
    """A later version has made it: `version`."""

    def __init__(self, path: Path, version: str) -> None:
        super().__init__(
            f"{path}: was made by a later version of MediConnect ({version}). Restore it with that version"
        )


class DatabaseNotEmpty(BackupError):
    """Something is stored there."""

    def __init__(self, collection: str) -> None:
        super().__init__(
            f"db_url: the database is not empty ({shown(collection)} has something in it)."
            " Please restore into an empty one"
        )


class RestoreRunning(BackupError):
    """Somebody else restores there at the moment."""

    def __init__(self) -> None:
        super().__init__(
            "db_url: another restore into this database is running, or was cut off in the last seconds."
            " Please wait for it, or try again in half a minute"
        )


class ReadingStopped(BackupError):
    """Reading was given up, as nobody waits for what is in it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: was not read to its end")
