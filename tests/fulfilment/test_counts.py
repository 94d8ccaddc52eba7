"""How much is understood is counted by day, language and intent, and told to admins; texts are not kept."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import RoleRequired
from services.models.people import Principal, Role
from services.understanding import UnderstandingCount, UnderstandingOutcome
from tests.town import Town
from tests.turning import MONDAY, TurnableClock

UNDERSTOOD, ASKED, MISSED = UnderstandingOutcome


async def test_messages_are_counted_by_day_and_language(town: Town, clock: TurnableClock) -> None:
    counts = town.assembly.clinic.understanding_counts
    await asyncio.gather(*(counts.note("en", "book", UNDERSTOOD) for _ in range(10)))
    await counts.note("de", "move", ASKED)
    clock.turn_to(MONDAY + timedelta(days=1))
    await counts.note("en", None, MISSED)
    await counts.note("de", None, MISSED)
    nora = await town.account("Nora Lind", "nora@example.org", Role.ADMIN)
    principal = Principal(nora, None, "")
    assert await counts.of_last(principal, 7) == [
        UnderstandingCount("en", 10, 0, 1),
        UnderstandingCount("de", 0, 1, 1),
    ]
    assert [each.total for each in await counts.of_last(principal, 1)] == [1, 1]
    asha = await town.account("Asha Patel", "asha@example.org", Role.PATIENT)
    with pytest.raises(RoleRequired):
        await counts.of_last(Principal(asha, None, ""), 7)


async def test_admins_see_it_in_stats(town: Town) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    assert "I understood" not in await nora.says("/stats 7")
    counts = town.assembly.clinic.understanding_counts
    for language, outcome, number in (("en", UNDERSTOOD, 9), ("en", MISSED, 2), ("de", MISSED, 1)):
        for _ in range(number):
            await counts.note(language, None, outcome)
    answer = await nora.says("/stats 7")
    assert "I understood 75% of 12 messages. Not understood: English 2, German 1" in answer


async def test_what_people_write_is_counted_and_not_kept(town: Town) -> None:
    guest = town.person()
    await guest.says("hello")
    await guest.says("zzyzx qwrtp")
    nora = await town.account("Nora Lind", "nora@example.org", Role.ADMIN)
    counts = town.assembly.clinic.understanding_counts
    async with asyncio.timeout(60):
        while sum(each.total for each in await counts.of_last(Principal(nora, None, ""), 1)) < 2:
            pass
    assert await counts.of_last(Principal(nora, None, ""), 1) == [UnderstandingCount("en", 1, 0, 1)]
