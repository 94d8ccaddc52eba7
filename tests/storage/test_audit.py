"""Who did what: stored, paged, and found by person and by day."""

from datetime import timedelta
from typing import Any

from services.models.audit import Action, AuditEntry
from services.models.people import UserId
from services.models.slots import Slot
from services.storage.storage import Storage
from tests.turning import MONDAY

NORA, ASHA = UserId("nora"), UserId("asha")


def an_entry(
    number: int, action: Action, actor: UserId | None, subject: str | None = None, **facts: Any
) -> AuditEntry:
    return AuditEntry(f"{number:024x}", MONDAY + timedelta(hours=number), action, actor, subject, facts)


async def test_entries_come_newest_first_and_as_they_were_stored(storage: Storage) -> None:
    entries = [
        an_entry(1, Action.SIGNED_IN, ASHA, ASHA),
        an_entry(2, Action.BLOCKED, NORA, ASHA, why="asked"),
        an_entry(30, Action.SIGN_IN_FAILED, None, None, email="a…@example.org"),
    ]
    for entry in entries:
        await storage.audit.add(entry)
    page = await storage.audit.page(None, None, number=0, size=2)
    assert page.items == (entries[2], entries[1])
    assert (page.total, page.pages) == (3, 2)
    assert (await storage.audit.page(None, None, number=9, size=2)).items == (entries[0],)


async def test_a_persons_entries_are_those_they_did_and_those_done_to_them(storage: Storage) -> None:
    mine = [an_entry(1, Action.SIGNED_IN, ASHA, ASHA), an_entry(2, Action.BLOCKED, NORA, ASHA)]
    for entry in (*mine, an_entry(3, Action.EXPORTED, NORA)):
        await storage.audit.add(entry)
    assert (await storage.audit.page(ASHA, None, number=0, size=9)).items == (mine[1], mine[0])
    assert [row["action"] for row in await storage.audit.of_person(ASHA)] == ["signed_in", "blocked"]


async def test_a_day_has_what_was_done_in_it_and_a_subject_its_latest(storage: Storage) -> None:
    first, second = an_entry(1, Action.BLOCKED, NORA, ASHA), an_entry(30, Action.UNBLOCKED, NORA, ASHA)
    for entry in (first, second):
        await storage.audit.add(entry)
    day = Slot(MONDAY, MONDAY + timedelta(days=1))
    assert (await storage.audit.page(None, day, number=0, size=9)).items == (first,)
    decisions = frozenset({Action.BLOCKED, Action.UNBLOCKED})
    assert await storage.audit.latest(ASHA, decisions) == second
    assert await storage.audit.latest(ASHA, frozenset({Action.EXPORTED})) is None
