"""The folder in which workers count together is gone after them, at the latest when the next ones start."""

import os
import subprocess
import sys
from pathlib import Path

from bot.processes.shared_figures import PREFIX, shared_figures


def test_the_folder_goes_with_its_supervisor_and_so_does_what_a_killed_one_has_left(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left = tmp_path / f"{PREFIX}{ended.pid}-a"
    others = tmp_path / f"{PREFIX}{os.getppid()}-b"
    for folder in (left, others):
        folder.mkdir()
        (folder / "counter_1.db").touch()
    with shared_figures(tmp_path) as mine:
        assert mine.is_dir()
        assert not left.exists()
        assert others.is_dir()
    assert not mine.exists()
