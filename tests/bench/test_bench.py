"""The benchmark itself, in a few seconds: it measures what it says, and nothing goes unanswered."""

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import programs
from tests.bench.forked import forked
from tests.bench.plan import Plan
from tests.bench.report import as_json, markdown

SHORT = Plan(
    sizes=(1_000,),
    people=(4,),
    drivers=("motor",),
    waiting_lists=(0, 20),
    rounds=1,
    seconds=0.4,
    call_seconds=0.25,
    warm_up=0.1,
    call_warm_up=0.1,
    others=False,
    visits=4,
)


@pytest.mark.timeout(600)  # it starts several bots one after the other
async def test_a_short_run_has_every_figure_and_loses_no_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "executed", forked)
    monkeypatch.setattr(bench, "IDLE_SECONDS", 0)
    monkeypatch.setattr(bench, "LOGINS_A_SECOND", 2)
    report = await bench.run(SHORT, tmp_path)
    by_row = [row.rounds for row in report.whole] + [row.rounds for row in report.calls]
    rounds = [*report.echoes.values(), *report.logins.values(), *report.waits.values(), *by_row]
    results = [result for results in rounds for result in results]
    assert all(result.updates > 0 for result in results)
    assert [(result.lost, result.unanswered, result.failures) for result in results] == [(0, 0, 0)] * len(
        results
    )
    assert sum(row.rounds[0].bookings for row in report.whole) > 0
    assert all(row.rounds[0].cpu.keys() == {"bot", "api", "mongod", "people"} for row in report.whole)
    assert {row.call for row in report.calls} == {"empty", "insert", "book", "list"}
    assert all(0 < start.seconds[0] < 60 and start.idle[0] > 0 for start in report.starts.values())
    shown, written = markdown(report), json.loads(json.dumps(as_json(report)))
    assert "| motor, 1,000, 4, webhook, 2 workers |" in shown
    assert len(written["goals"]) == 15
    assert shown.count("\n| ") > 25
