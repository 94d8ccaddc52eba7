"""The short form of `make chaos`: everything goes wrong at once, and all is well in the end."""

import pytest

from tests.chaos.report import markdown
from tests.chaos.scenario import SCENARIOS, Size, played

SEED = 5
SMALL = Size(
    people=10,
    doctors=10,
    acts=40,
    wait=3,
    times=4,
    acts_seconds=20,
    quiet_seconds=30,
    mail_down_seconds=3,
    kills_within_seconds=2,
    most_kills=2,
    database_dies_within_seconds=5,
    most_database_deaths=1,
)


# It takes a third of that; more only where the machine has much else to do.
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["all", "two workers"])
async def test_nothing_is_lost_or_booked_twice_whatever_breaks(name: str) -> None:
    outcome = await played(SCENARIOS[name], SMALL, SEED)
    assert outcome.verdict.failures == []
    assert "**" not in markdown([outcome])
    assert sum(outcome.seen.values()) >= SMALL.acts / 4
    assert outcome.verdict.told >= SMALL.acts
    assert outcome.verdict.offers > 0
    assert outcome.kills >= 4 * (name == "all")
