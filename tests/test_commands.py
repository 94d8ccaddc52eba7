"""The commands and the files beside them hold what they promise. Nothing is installed here."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
SECONDS = 20

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile and an environment that is complete; its Python is a fake."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python(tmp_path, "import sys; print(*sys.argv[1:])")
    for stamp in ("installed", "installed-dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def python(project: Path, source: str) -> None:
    """Make the environment's Python a program of that source."""
    program = project / ".venv" / "bin" / "python"
    program.write_text(f"#!{sys.executable}\n{source}\n")
    program.chmod(0o755)


@contextmanager
def make(project: Path, *arguments: str, path: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start make as a terminal does: in a process group of its own, and not as a part of `make test`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    with subprocess.Popen(  # noqa: S603 - the Makefile is ours
        [shutil.which("make") or "make", *arguments],
        cwd=project,
        env=environ | ({"PATH": path} if path else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            # Whatever a Makefile that is wrong leaves behind.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said(project: Path, *arguments: str, path: str | None = None) -> tuple[int, str]:
    """Return what make ended with and all that was said."""
    with make(project, *arguments, path=path) as running:
        output, _ = running.communicate(timeout=SECONDS)
        return running.returncode, output


def test_make_run_starts_the_bot_and_says_nothing_of_its_own(project: Path) -> None:
    assert said(project, "run") == (0, "-m bot\n")
    assert said(project) == (0, "-m bot\n")


def test_make_test_hands_its_arguments_on(project: Path) -> None:
    assert said(project, "test", "ARGS=-k slots") == (0, "-m pytest -k slots\n")


def test_make_test_fails_when_a_test_does(project: Path) -> None:
    python(project, "raise SystemExit(1)")
    assert said(project, "test")[0] != 0


def test_make_chaos_hands_its_arguments_on_and_fails_where_something_was_lost(project: Path) -> None:
    assert said(project, "chaos", "ARGS=--seed 7") == (0, "-m tests.chaos --seed 7\n")
    python(project, "raise SystemExit(1)")
    assert said(project, "chaos")[0] != 0


def test_make_lint_runs_all_four_checks(project: Path) -> None:
    commands = said(project, "-n", "lint")[1]
    for check in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        assert check in commands


def test_what_keeps_the_bot_from_starting_is_one_line_make_adds_none(project: Path) -> None:
    python(project, "import sys; print('port: is taken'); sys.exit(2)")
    assert said(project, "run")[1] == "port: is taken\n"


def test_a_crash_of_the_bot_is_a_failure_of_make(project: Path) -> None:
    python(project, "raise SystemExit(1)")
    assert said(project, "run")[0] != 0


@pytest.mark.parametrize(
    "to_all", [True, False], ids=["Ctrl-C, for the whole group", "a kill, for make alone"]
)
def test_a_signal_ends_the_bot_gently_and_make_waits_for_that(project: Path, to_all: bool) -> None:
    python(
        project,
        "import signal, sys\n"
        "stop = lambda *_: (print('stopped', flush=True), sys.exit(0))\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('ready', flush=True)\n"
        "signal.pause()",
    )
    with make(project, "run") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        if to_all:
            os.killpg(running.pid, signal.SIGINT)
        else:
            running.terminate()
        # The pipe ends when nobody is left who could write to it: neither make nor shell nor bot.
        rest, _ = running.communicate(timeout=SECONDS)
    assert "stopped" in rest
    if to_all:
        assert "make" not in rest


def test_an_installation_is_done_again_only_when_the_project_file_changed(project: Path) -> None:
    assert said(project, "-q", ".venv/installed", ".venv/installed-dev")[0] == 0
    for stamp in (".venv/installed", ".venv/installed-dev"):
        os.utime(project / stamp, (0, 0))
        assert said(project, "-q", stamp)[0] == 1


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path) -> None:
    program = project / ".venv" / "bin" / "python"
    program.unlink()
    program.symlink_to("/nonexistent/python")
    commands = said(project, "-n", "run")[1]
    assert "-m venv --clear --without-pip" in commands
    assert "--require-hashes --requirement requirements/run.txt" in commands
    assert "--no-deps" in commands


@pytest.mark.parametrize("there", ["none", "an old one"])
def test_without_a_python_that_will_do_one_line_says_what_is_needed(project: Path, there: str) -> None:
    tools = project / "tools"
    tools.mkdir()
    for tool in ("sh", "rm"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    if there == "an old one":
        (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
        (tools / "python3").chmod(0o755)
    shutil.rmtree(project / ".venv")
    status, output = said(project, "run", path=str(tools))
    assert status != 0
    assert output.splitlines()[0] == "MediConnect needs Python 3.11 or later with pip; please install it."


def test_the_users_own_python_settings_have_no_say(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE", "PIP_USER", "PIP_TARGET")
    python(project, f"import os; print([name for name in {names} if name in os.environ])")
    for name in names:
        # An empty one is enough to see whether it arrives, and hurts nobody on the way.
        monkeypatch.setenv(name, "")
    assert said(project, "run") == (0, "[]\n")


def test_no_file_names_where_packages_come_from() -> None:
    for name in ("Makefile", "pyproject.toml", ".ci/run"):
        assert not re.search(r"https?://|index-url|find-links", (ROOT / name).read_text()), name


def test_the_example_of_settings_explains_each_of_them_and_no_other() -> None:
    paragraphs = (ROOT / ".env.example").read_text().split("\n\n")[1:]
    named = [re.findall(r"^#([A-Z_]+)=", paragraph, re.MULTILINE) for paragraph in paragraphs]
    assert sorted(name.lower() for names in named for name in names) == sorted(Settings.model_fields)
    assert all(paragraph.startswith("# ") for paragraph in paragraphs)


def test_a_copy_of_the_example_works_as_it_is_and_shows_the_defaults(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    uncommented = tmp_path / "uncommented"
    uncommented.write_text(re.sub(r"^#([A-Z_]+=)", r"\1", example, flags=re.MULTILINE))
    defaults = Settings.load(None, {})
    assert Settings.load(ROOT / ".env.example", {}) == defaults
    assert Settings.load(uncommented, {}) == defaults


def test_the_procfile_starts_the_bot() -> None:
    assert (ROOT / "Procfile").read_text() == "web: HOST=0.0.0.0 python -m bot\n"


def test_the_license_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("MIT License\n")
    assert "The MediConnect authors" in text


def test_ci_lints_and_tests() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make lint", "make test"]


def test_the_change_log_begins_with_what_is_not_released() -> None:
    headings = re.findall(r"^## .*", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0].startswith("## Unreleased")
