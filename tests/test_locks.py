"""What is locked agrees with pyproject.toml, on every Python and system, and each file of it has a hash."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("linux", "darwin", "win32")

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PIN = re.compile(r"([a-z0-9][a-z0-9-]*)==([^ ;]+)(?: ; (.+))?")


@dataclass(frozen=True)
class Pin:
    """A version that is locked, where the marker holds, and how many hashes its files have."""

    requirement: Requirement
    version: str
    hashes: int


def pins(name: str) -> Iterator[Pin]:
    """Read a lock. Raises ValueError at what is neither a pin, nor a hash, nor a comment."""
    text = (LOCKS / name).read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        pin, *hashes = re.split(r" +(?=--hash=)", line)
        if line.lstrip().startswith("#"):
            continue
        found = PIN.fullmatch(pin)
        if found is None or not all(HASH.fullmatch(each) for each in hashes):
            raise ValueError(line)
        yield Pin(Requirement(pin), found[2], len(hashes))


def wanted(name: str) -> list[Requirement]:
    """Read what a person has written: a line each."""
    lines = (LOCKS / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def holds(requirement: Requirement, python: str, system: str) -> bool:
    """Tell whether it is needed there."""
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return requirement.marker is None or requirement.marker.evaluate(there)


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "bench.txt"])
def test_each_line_is_a_version_with_its_hashes_and_nothing_says_where_from(name: str) -> None:
    locked = list(pins(name))
    assert locked
    assert [str(pin.requirement) for pin in locked if not pin.hashes] == []
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-(?!-hash=)", text, re.MULTILINE)


@pytest.mark.parametrize(("python", "system"), list(product(PYTHONS, SYSTEMS)))
@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("run.txt", [Requirement(each) for each in RUN]),
        ("dev.txt", [Requirement(each) for each in RUN + DEV]),
        ("bench.txt", wanted("bench.in")),
    ],
    ids=["run", "dev", "bench"],
)
def test_each_dependency_is_locked_once_within_its_bounds(
    name: str, needed: list[Requirement], python: str, system: str
) -> None:
    here = [pin for pin in pins(name) if holds(pin.requirement, python, system)]
    versions = {canonicalize_name(pin.requirement.name): pin.version for pin in here}
    assert len(versions) == len(here)
    for requirement in needed:
        if holds(requirement, python, system):
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_the_tests_run_on_what_the_bot_runs_on() -> None:
    assert {str(pin.requirement) for pin in pins("run.txt")} <= {
        str(pin.requirement) for pin in pins("dev.txt")
    }


def test_what_builds_the_project_is_locked_as_it_is_asked_for() -> None:
    built_with = [Requirement(each) for each in PROJECT["build-system"]["requires"]]
    assert wanted("build.in") == built_with
