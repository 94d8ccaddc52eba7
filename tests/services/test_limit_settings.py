"""Limits that an admin sets in the chat: in force at once, in every worker, instead of the environment's."""

import asyncio
import itertools

import pytest

from services import limit_settings
from services.errors import BadLimit, RoleRequired, TooManyAppointments, TooManyHolds
from services.limit_settings import READ_AGAIN_SECONDS
from services.models.appointments import USUAL_LIMITS, AppointmentId, BookingLimits
from services.models.audit import Action
from services.models.limits import MOST_OF_A_LIMIT, LimitName, SetLimit
from services.models.people import Principal, Role
from services.storage.limits import LimitStore
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_limits import DAYS, TEN, clinic_of

OPEN, HOLDS = LimitName.OPEN_APPOINTMENTS, LimitName.HOLDS


class Worker:
    """A worker of its own on the bench's database."""

    def __init__(self, bench: Bench, rao: Principal) -> None:
        self.clinic = clinic_of(bench)
        self.rao = rao

    async def books(self, asha: Principal, number: int) -> None:
        request_id = AppointmentId(f"{number:024x}")
        start = TEN + DAYS[number]
        await self.clinic.booking.book(asha, self.rao.id, start, reason=None, request_id=request_id)

    async def holds(self, asha: Principal, number: int) -> None:
        request_id = AppointmentId(f"f{number:023x}")
        await self.clinic.booking.hold(asha, self.rao.id, TEN + DAYS[number], request_id=request_id)


@pytest.fixture
async def asha(bench: Bench) -> Principal:
    return await bench.principal("asha@example.org")


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    return await bench.principal("nora@example.org", Role.ADMIN, chat=9)


@pytest.fixture
async def workers(bench: Bench) -> tuple[Worker, Worker]:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    return Worker(bench, rao), Worker(bench, rao)


async def test_what_is_set_counts_at_once_here_and_in_the_other_worker_and_until_it_is_reset(
    workers: tuple[Worker, Worker], asha: Principal, nora: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = workers
    await here.books(asha, 0)
    await there.books(asha, 1)
    await here.clinic.limit_settings.change(nora, OPEN, 2)
    with pytest.raises(TooManyAppointments) as refused:
        await here.books(asha, 2)
    assert refused.value.most == 2
    # The other one has read them less than a second ago.
    monkeypatch.setattr(limit_settings, "READ_AGAIN_SECONDS", 0)
    with pytest.raises(TooManyAppointments):
        await there.books(asha, 2)
    await there.clinic.limit_settings.change(nora, OPEN, None)
    for number in (2, 3, 4, 5):
        await here.books(asha, number)
    await here.clinic.limit_settings.reset(nora, OPEN)
    with pytest.raises(TooManyAppointments) as refused:
        await there.books(asha, 6)
    assert refused.value.most == USUAL_LIMITS.open_appointments


async def test_holds_follow_what_is_set(
    workers: tuple[Worker, Worker], asha: Principal, nora: Principal
) -> None:
    here, _ = workers
    await here.clinic.limit_settings.change(nora, HOLDS, 1)
    await here.holds(asha, 0)
    with pytest.raises(TooManyHolds):
        await here.holds(asha, 1)


async def test_they_are_read_once_however_many_book(
    workers: tuple[Worker, Worker], asha: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, usual = [], LimitStore.all

    async def counted(store: LimitStore) -> object:
        reads.append(asyncio.get_running_loop().time())
        return await usual(store)

    monkeypatch.setattr(LimitStore, "all", counted)
    for number in range(4):
        await workers[0].books(asha, number)
    waits = [later - earlier for earlier, later in itertools.pairwise(reads)]
    assert reads
    assert all(wait >= READ_AGAIN_SECONDS for wait in waits)


async def test_what_is_read_while_it_is_changed_does_not_stay(
    bench: Bench, nora: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, usual = bench.clinic.limit_settings, LimitStore.all
    came, go_on = asyncio.Event(), asyncio.Event()

    async def slow(store: LimitStore) -> object:
        found = await usual(store)
        came.set()
        await go_on.wait()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(LimitStore, "all", slow)
        reading = asyncio.create_task(settings.current())
        await came.wait()
    await settings.change(nora, OPEN, 3)
    go_on.set()
    await reading
    assert (await settings.current()).open_appointments == 3


async def test_admins_see_where_each_comes_from_and_the_audit_who_has_set_it(
    bench: Bench, nora: Principal
) -> None:
    settings = clinic_of(bench).limit_settings
    await settings.change(nora, OPEN, 3)
    await settings.change(nora, HOLDS, None)
    await settings.reset(nora, HOLDS)
    seen = {each.name: each for each in await settings.shown(nora)}
    assert [(each.value, each.usual) for each in seen.values()] == [(3, 5), (1, 1), (10, 10), (2, 2)]
    by = seen[OPEN].set_by
    assert by is not None
    assert (by.id, seen[OPEN].set_at) == (nora.id, bench.clock.now())
    assert seen[HOLDS].set_at is None
    entries = (await bench.clinic.audit.page(nora)).entries.items
    noted = [(each.action, dict(each.facts)) for each in entries if "limit" in each.action]
    assert sorted(noted, key=str) == sorted(
        [
            (Action.LIMIT_CHANGED, {"limit": "open_appointments", "before": 5, "after": 3}),
            (Action.LIMIT_CHANGED, {"limit": "holds", "before": 2, "after": "none"}),
            (Action.LIMIT_RESET, {"limit": "holds", "before": "none", "after": 2}),
        ],
        key=str,
    )


async def test_only_admins_and_only_numbers_that_make_sense(
    bench: Bench, nora: Principal, asha: Principal
) -> None:
    settings = bench.clinic.limit_settings
    for value in (0, -1, MOST_OF_A_LIMIT + 1):
        with pytest.raises(BadLimit):
            await settings.change(nora, OPEN, value)
    for act in (settings.shown(asha), settings.change(asha, OPEN, 1), settings.reset(asha, OPEN)):
        with pytest.raises(RoleRequired):
            await act
    assert await bench.storage.limits.all() == {}


async def test_what_a_later_version_has_set_and_this_one_cannot_read_counts_as_not_set(
    bench: Bench, nora: Principal
) -> None:
    await bench.clinic.limit_settings.change(nora, OPEN, 4)
    odd = {"$set": {"holds": {"value": "many"}, "a_day": 7, "of_a_later_version": {"value": 1}}}
    await bench.storage.limits._settings.update_one({"_id": "limits"}, odd, comment=OURS)
    found = await bench.storage.limits.all()
    assert found == {OPEN: SetLimit(4, nora.id, bench.clock.now())}
    assert await bench.clinic.limit_settings.current() == BookingLimits(4, None, None, None)
