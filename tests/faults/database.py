"""A database server that tests can kill."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import Popen

from services.storage.mongo import embedded


class Database:
    """A database server that can be killed, and comes back on the same port with the same files."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.port = embedded._free_port()
        self._process: Popen[bytes] | None = None
        embedded._db_folder(data_dir).mkdir(exist_ok=True)

    @property
    def pid(self) -> int | None:
        """Its process id, once it was started."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        return f"mongodb://{embedded.HOST}:{self.port}/"

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = embedded._spawn(embedded.find_program(), self._data_dir, self.port)
        assert await embedded._answers(self._process, self._data_dir, self.port)

    def stop(self) -> None:
        """End it, after it has written what it has in memory."""
        if self._process is not None:
            embedded._end(self._process)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """Have no database during the block."""
        self.kill()
        yield
        await self.start()
