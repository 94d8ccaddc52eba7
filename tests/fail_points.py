"""MongoDB's fail points: a server that does at a test's wish what it does in trouble.

Source: MongoDB, `configureFailPoint`, which only a server with `enableTestCommands` knows.
"""

from pathlib import Path

import pytest

from services.storage.mongo.embedded import find_program


def allow_fail_points(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database servers that this test starts have fail points; `folder` keeps what starts them."""
    program = folder / "bin" / "mongod"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {find_program()} "$@" --setParameter enableTestCommands=1\n')
    program.chmod(0o755)
    monkeypatch.setattr("services.storage.mongo.embedded.find_program", lambda: program)
