"""How much is done in a scenario."""

from dataclasses import replace

from tests.chaos.troubles import Size
from tests.faults.replica_set import QUICK_ELECTION_MS, RECOMMENDED_ELECTION_MS

# Alone each trouble has fewer acts to spoil than all of them together.
ALONE = Size(people=50, doctors=8, acts=60)
TOGETHER = replace(ALONE, doctors=24, acts=300, families=6, regulars=4, least_offers=1)

# With a replica set as docs/operating.md sets one up.
REPLICATED = replace(ALONE, election_ms=RECOMMENDED_ELECTION_MS)
# So many acts that each of two workers dies in the midst of many of them.
MANY = replace(ALONE, doctors=24, acts=500, days=2, acts_seconds=300, most_kills=80)
SOME = replace(MANY, acts=200)

# Few acts and no days that pass: for what happens to workers while people act.
BRIEF = Size(
    people=8, doctors=6, acts=24, wait=0, families=0, regulars=0, times=4, acts_seconds=90, quiet_seconds=60,
    kills_within_seconds=1, most_kills=2, restarts=2, days_pass=False,
)  # fmt: skip

# As a test, which must not take long.
SHORT = Size(
    people=10,
    doctors=10,
    acts=40,
    wait=3,
    families=1,
    regulars=1,
    visit_doctors=1,
    visit_rounds=1,
    families_linger_seconds=10,
    times=4,
    acts_seconds=20,
    quiet_seconds=30,
    mail_down_seconds=3,
    kills_within_seconds=2,
    most_kills=2,
    database_dies_within_seconds=5,
    most_database_deaths=1,
    most_primary_deaths=1,
    primary_dies_within_seconds=1,
    election_ms=QUICK_ELECTION_MS,
    newcomers=3,
    slow_seconds=(0.3, 1.5),
    flood_seconds=6,
    floods=1,
    days_off=2,
)
# In the test suite, where many other tests run at the same time: fewer acts, no pauses that only wait, and as
# long as a busy machine may take, as it ends as soon as all is done.
QUICK = replace(
    SHORT, acts=24, acts_seconds=90, waiters_linger_seconds=1.5, chat_pause_seconds=0.2, mail_down_seconds=2
)
# Nothing but two workers at once; families are told of in the other one.
CALM = replace(QUICK, families=0, regulars=0)
