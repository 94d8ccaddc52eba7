"""What killed runs of the tests have left does not stay in memory."""

import os
import subprocess
import sys
from pathlib import Path

from tests.left_over import unlock_left_over


def test_the_folder_of_a_run_that_is_gone_is_unlocked_and_no_other(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    locks = {}
    for name, pid in (("gone", str(gone.pid)), ("running", str(os.getpid())), ("odd", "")):
        locks[name] = tmp_path / "pytest-of-somebody" / f"pytest-{name}" / ".lock"
        locks[name].parent.mkdir(parents=True)
        locks[name].write_text(pid)
    unlock_left_over(tmp_path)
    assert [name for name, lock in locks.items() if lock.exists()] == ["running", "odd"]
