"""A file from which a part of the demo is restored after a restart, and the folder of files beside it."""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.files import StoredFile

log = logging.getLogger(__name__)

# Changes come in bursts (one tap is several), which are written together after this pause.
SETTLE_SECONDS = 0.2


class Journal:
    """Writes a snapshot soon after each change, off the event loop, by atomic replacement.

    `snapshot` returns the state as JSON values that nobody changes later. `files` returns the files that
    people and the bot have sent; their content is written once, beside the snapshot.
    """

    def __init__(
        self,
        path: Path,
        snapshot: Callable[[], Json],
        files: Callable[[], list[StoredFile]] = list,
    ) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".files")
        self._snapshot = snapshot
        self._files = files
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._changed = False

    def read(self) -> Json | None:
        """Return the last snapshot, None if there is none that can be read."""
        try:
            saved: Json = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            self.put_aside()
            return None
        return saved

    def put_aside(self) -> None:
        """Rename a file that cannot be read, and begin without it; it stays there to be looked at."""
        beside = self._path.with_name(self._path.name + ".damaged")
        self._path.replace(beside)
        log.warning("journal.damaged: begun empty; what was there is in %s", beside)

    def read_files(self) -> list[StoredFile]:
        """Return the files as they were kept, oldest first."""
        cards = sorted(self._folder.glob("*.json"), key=lambda card: card.stat().st_mtime_ns)
        return [
            StoredFile(content=card.with_suffix(".bin").read_bytes(), **json.loads(card.read_text("utf-8")))
            for card in cards
        ]

    def touch(self) -> None:
        """Note a change; it is written soon."""
        self._changed = True
        if self._timer is None and self._writing is None:
            self._timer = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._begin)

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._writing is not None:
            await self._writing
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._changed:
            await self._write_snapshot()

    def _begin(self) -> None:
        self._timer = None
        self._writing = asyncio.create_task(self._write_and_look_again())

    async def _write_and_look_again(self) -> None:
        try:
            await self._write_snapshot()
        finally:
            self._writing = None
        if self._changed:
            self.touch()

    async def _write_snapshot(self) -> None:
        self._changed = False
        await asyncio.to_thread(self._write, self._snapshot(), self._files())

    def _write(self, state: Json, files: list[StoredFile]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if files:
            self._folder.mkdir(exist_ok=True)
        for file in files:
            self._write_file(file)
        _replace(self._path, json.dumps(state).encode())

    def _write_file(self, file: StoredFile) -> None:
        card = self._folder / f"{file.file_id}.json"
        if card.exists():
            return
        facts = {
            "file_id": file.file_id,
            "path": file.path,
            "name": file.name,
            "mime_type": file.mime_type,
        }
        card.with_suffix(".bin").write_bytes(file.content)
        # The card is written last: a file that has one is complete.
        _replace(card, json.dumps(facts).encode())


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
