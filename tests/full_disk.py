"""A disk that is full for as long as a test wants: mongod finds no room on it."""

from dataclasses import dataclass
from pathlib import Path

from services.storage.mongo.embedded import find_program

# Takes the place of mongod, and while the marker is there ends as mongod does on a full disk.
MONGOD = """#!/bin/sh
[ -e {marker} ] || exec {mongod} "$@"
while [ "$1" != "--logpath" ]; do shift; done
echo '{{"s":"E","msg":"WiredTiger error","attr":{{"message":"28: No space left on device"}}}}' > "$2"
exit 14
"""


@dataclass(frozen=True)
class FullDisk:
    """`program` is the mongod to run, `marker` the file that fills its disk by being there."""

    program: Path
    marker: Path

    @classmethod
    def made(cls, folder: Path) -> "FullDisk":
        """Make the program, with all the room it wants for now."""
        disk = cls(folder / "bin" / "mongod", folder / "full")
        disk.program.parent.mkdir()
        disk.program.write_text(MONGOD.format(marker=disk.marker, mongod=find_program()))
        disk.program.chmod(0o755)
        return disk

    def fill(self) -> None:
        """Leave no room."""
        self.marker.touch()

    def clear(self) -> None:
        """Make room."""
        self.marker.unlink()
