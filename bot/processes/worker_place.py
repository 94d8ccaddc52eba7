"""What a worker is told by its supervisor, in its environment: its number, and the socket to serve."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

NUMBER, SOCKET = "MEDICONNECT_WORKER", "MEDICONNECT_SOCKET"
# Exit statuses. REFUSED: a person has to change something first, and standard output says what.
# TRY_AGAIN: what it needs is away for now (EX_TEMPFAIL in sysexits.h).
REFUSED = 2
TRY_AGAIN = 75


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """The place of one worker among those of its supervisor. `number` counts from 1."""

    number: int
    file: int

    def listening(self) -> socket.socket:
        """Return the listening socket, which all workers share."""
        return socket.socket(fileno=self.file)

    def written(self) -> dict[str, str]:
        """Return it as the environment has it."""
        return {NUMBER: str(self.number), SOCKET: str(self.file)}


def worker_place(environ: Mapping[str, str]) -> WorkerPlace | None:
    """Return the place that a supervisor has given to this process; None: it runs on its own."""
    number, file = environ.get(NUMBER, ""), environ.get(SOCKET, "")
    return WorkerPlace(int(number), int(file)) if number.isdigit() and file.isdigit() else None
