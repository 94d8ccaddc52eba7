"""The unit for systemd: systemd itself understands all of it, and it ends the bot as the bot needs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[1] / "deploy" / "mediconnect.service"
ANALYZE = shutil.which("systemd-analyze")


def given(name: str) -> list[str]:
    """Return the values of a directive."""
    lines = (line.partition("=") for line in UNIT.read_text().splitlines())
    return [value for key, _, value in lines if key == name]


def test_only_the_bot_is_told_to_stop_and_it_always_comes_back() -> None:
    # Its own database must outlive what was begun.
    assert given("KillMode") == ["mixed"]
    assert given("Restart") == ["always"]
    # A database that is not there yet ends the start with the same status as a wrong setting.
    assert (given("RestartPreventExitStatus"), given("StartLimitIntervalSec")) == ([], ["0"])
    assert given("ExecStart") == ["/opt/mediconnect/.venv/bin/python -m bot"]


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd")
@pytest.mark.parametrize(("change", "is_right"), [(("", ""), True), (("=mixed", "=mixt"), False)])
def test_systemd_understands_it(tmp_path: Path, change: tuple[str, str], is_right: bool) -> None:
    """With the control: what it does not understand is seen."""
    text = UNIT.read_text().replace("/opt/mediconnect/.venv/bin/python", sys.executable)
    text = text.replace("/opt/mediconnect", str(tmp_path)).replace("User=mediconnect", "User=root")
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace(*change) if change[0] else text)
    seen = subprocess.run(  # noqa: S603 - the unit is ours
        [ANALYZE or "", "verify", "--man=no", str(unit)], check=False, capture_output=True, text=True
    )
    assert (unit.name not in seen.stderr) == is_right
