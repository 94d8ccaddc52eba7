"""The contracts between the packages: each is seen broken when a fault is planted."""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

BANNED = [
    "import motor",
    "from motor.motor_asyncio import AsyncIOMotorClient",
    "import pymongo",
    "from pymongo.errors import PyMongoError",
    "from bson import ObjectId",
    "import datetime\nprint(datetime.datetime.now(datetime.UTC))",
    "from datetime import UTC, datetime\nprint(datetime.now(UTC))",
    "from datetime import datetime\nprint(datetime.utcnow())",
    "from datetime import date\nprint(date.today())",
]


def _complaints(code: str, path: str) -> set[str]:
    """Return the rules that ruff says are broken by code that stood at `path`."""
    ruff = [str(BIN / "ruff"), "check", "--no-cache", "--output-format=concise"]
    done = subprocess.run(  # noqa: S603 - the project's own ruff
        [*ruff, "--stdin-filename", path, "-"],
        input=code,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(re.findall(r"^\S+:\d+:\d+: (\w+)", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("code", BANNED)
@pytest.mark.parametrize("path", ["services/planted.py", "bot/planted.py", "bot/conversations/planted.py"])
def test_the_driver_and_the_machines_clock_are_banned(code: str, path: str) -> None:
    assert "TID251" in _complaints(code, path)


def test_the_driver_is_allowed_in_the_storage() -> None:
    assert "TID251" not in _complaints(BANNED[0], "services/storage/planted.py")


def test_the_storage_asks_no_clock_though_ruff_lets_it() -> None:
    """Ruff knows one ban for the driver and the clock, and the storage is let off it."""
    for path in (ROOT / "services" / "storage").glob("*.py"):
        assert not re.search(r"\b(now|utcnow|today)\(\)|\.now\(|\btime\.time\(", path.read_text()), path


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    """What the linter of imports says of a copy in which every contract is broken."""
    faults = {
        "services/availability/slots.py": "import bot.ui.month_calendar\nimport telegram\n",
        "services/clock.py": "import services.accounts.sessions\n",
        "services/accounts/sessions.py": "import pymongo\n",
        "bot/conversations/login.py": "import services.storage.users\n",
    }
    folder = Path(tempfile.mkdtemp())
    try:
        for name in ("bot", "services"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        for name, fault in faults.items():
            path = folder / name
            path.write_text(path.read_text() + fault)
        done = subprocess.run(  # noqa: S603 - the project's own
            [BIN / "lint-imports", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
        )
        yield done.stdout
    finally:
        shutil.rmtree(folder)


def _contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


@pytest.mark.parametrize("contract", _contracts())
def test_a_broken_contract_is_seen(broken: str, contract: str) -> None:
    assert f"{contract} BROKEN" in broken


def _files() -> Iterator[Path]:
    """Go through the project's own files that are text."""
    for top in sorted(ROOT.iterdir()):
        if top.name in {"bot", "services", "tests", "requirements", "docs", ".ci"}:
            yield from (path for path in top.rglob("*") if path.is_file())
        elif top.is_file() and top.name != ".env":
            yield top


def test_no_file_names_a_package_registry_or_the_machine_it_was_written_on() -> None:
    # Put together here, so that this file does not name them either.
    names = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "npmjs" + ".",
        "/ro" + "ot/",
        "/wo" + "rk/",
        "--index" + "-url",
    ]
    found = [
        (path.name, name)
        for path in _files()
        if path.suffix not in {".pyc", ".png"}
        for name in names
        if name in path.read_text(errors="replace")
    ]
    assert found == []
