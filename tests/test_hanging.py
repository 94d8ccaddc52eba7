"""A test that hangs says where, although its worker is ended."""

import subprocess
import sys
from pathlib import Path

HANGS = """
import asyncio

async def for_a_door_that_never_opens():
    await asyncio.Event().wait()

async def test_waits():
    await asyncio.create_task(for_a_door_that_never_opens(), name="the one that waits")

def test_is_well():
    pass
"""
CONFTEST = """
from tests.hanging import HangingTests

def pytest_configure(config):
    config.pluginmanager.register(HangingTests.on_stderr())
"""


def test_a_test_that_hangs_in_a_worker_says_where_before_the_worker_is_ended(tmp_path: Path) -> None:
    (tmp_path / "test_door.py").write_text(HANGS)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\ntimeout_method = thread\n")
    run = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-m", "pytest", "-n", "2", "--timeout=0.4", "-p", "no:schemathesis", str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stderr.count("is still running") == 1
    assert "is still running: test_door.py::test_waits" in run.stderr
    task = run.stderr.partition("++++ task the one that waits:\n")[2].splitlines()
    assert f'File "{tmp_path}/test_door.py", line 5 in for_a_door_that_never_opens' in task[0]
    assert "in wait" in task[1]
    assert "1 passed" in run.stdout
