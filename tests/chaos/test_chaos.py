"""The short forms of `make chaos`: everything goes wrong at once, and all is well in the end."""

import pytest

from tests.chaos.report import markdown
from tests.chaos.scenario import SCENARIOS, played
from tests.chaos.sizes import BRIEF, CALM, QUICK
from tests.chaos.troubles import Size

SEED = 5


# It takes a minute; more where the machine is slow, or has much else to do.
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "size"), [("all", QUICK), ("two workers", CALM)])
async def test_nothing_is_lost_or_booked_twice_whatever_breaks(name: str, size: Size) -> None:
    outcome = await played(SCENARIOS[name], size, SEED)
    assert outcome.verdict.failures == []
    assert "**" not in markdown([outcome])
    assert sum(outcome.seen.values()) >= size.acts / 4
    assert outcome.verdict.told >= size.acts
    assert outcome.verdict.offers > 0
    assert outcome.kills >= 4 * (name == "all")


@pytest.mark.timeout(600)
async def test_each_worker_behind_a_balancer_may_die_while_people_act() -> None:
    outcome = await played(SCENARIOS["behind a balancer"], BRIEF, SEED)
    assert outcome.verdict.failures == []
    assert "**" not in markdown([outcome])
    assert sum(outcome.seen.values()) >= BRIEF.acts / 2
    assert outcome.kills == BRIEF.most_kills
    assert outcome.verdict.steps > 0
