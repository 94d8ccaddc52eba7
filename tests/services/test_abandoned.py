"""Whoever was told that nothing was saved finds nothing saved, however late an answer that was on its way."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest

from services.appointments.changes import held_for_move
from services.errors import RequestAbandoned
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import Principal, Role
from tests.plans import OURS
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
ELEVEN = TEN + timedelta(hours=1)
MINE = AppointmentId("a" * 24)
ATTEMPT = "b" * 24
Step = Callable[..., Awaitable[Any]]
# What is asked of the storage on the way to a booking, of a time that is held and of one that is not.
OF_HELD = ("schedules.of_doctor", "appointments.add", "appointments._held_times.take")
OF_OTHERS = (*OF_HELD, "appointments._held_times._insert", "appointments._held_times.store")
OF_MOVE = ("schedules.of_doctor", "appointments.let_go", "appointments.move", "appointments._change")


class Leaver:
    """Somebody whose answer is being taken in one process while they leave in another."""

    def __init__(self, bench: Bench, asha: Principal, rao: Principal) -> None:
        self.bench, self.asha, self.rao = bench, asha, rao
        # Whether they were told that something is stored; None: they have not left yet.
        self.told: bool | None = None

    async def leaves(self) -> None:
        """Abandon the booking, and look."""
        is_held = await self.bench.clinic.booking.abandon(MINE)
        self.told = not is_held and await self.bench.clinic.booking.stored(self.asha, MINE) is not None

    async def leaves_move(self) -> None:
        """Abandon the move, and look."""
        await self.bench.clinic.booking.let_go(held_for_move(MINE, ELEVEN))
        await self.bench.clinic.appointments.abandon_move(MINE, ATTEMPT)
        self.told = await self.start() == ELEVEN

    async def start(self) -> datetime:
        """Return when the appointment is."""
        return (await self.bench.clinic.appointment_views.get(self.asha, MINE)).appointment.slot.start

    async def statuses(self) -> list[str]:
        """Return the statuses of all that is stored."""
        rows = self.bench.storage.appointments._appointments.find({}, comment=OURS)
        return [row["status"] for row in await rows.to_list(None)]

    async def news(self) -> list[str]:
        """Return what there is news of."""
        return [event.kind.value for event in await self.bench.storage.notifications.unspread(99)]

    async def books(self, principal: Principal) -> AppointmentStatus:
        """Confirm the booking."""
        for_whom = None if principal is self.asha else self.asha.id
        card = await self.bench.clinic.booking.book(
            principal, self.rao.id, TEN, reason="a cough", request_id=MINE, patient_id=for_whom
        )
        return card.appointment.status

    async def moves(self, attempt: str | None = ATTEMPT) -> datetime:
        """Confirm the move."""
        appointments = self.bench.clinic.appointments
        return (
            await appointments.move(self.asha, MINE, ELEVEN, was=TEN, attempt=attempt)
        ).appointment.slot.start


@pytest.fixture
async def leaver(bench: Bench) -> Leaver:
    """Return the patient of a clinic with a doctor."""
    asha = await bench.principal("asha@example.org")
    return Leaver(bench, asha, await bench.principal("rao@example.org", Role.DOCTOR, 3))


def _once(function: Step, act: Callable[[], Awaitable[object]], *, after: bool, skip: int = 0) -> Step:
    """Return the function as it is, but for `act` beside one of its calls: the first that is not skipped."""
    calls = 0

    async def called(*args: Any, **facts: Any) -> Any:
        nonlocal calls
        calls += 1
        is_now = calls == skip + 1
        if is_now and not after:
            await act()
        answer = await function(*args, **facts)
        if is_now and after:
            await act()
        return answer

    return called


@pytest.mark.parametrize("role", [Role.PATIENT, Role.ADMIN])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize(
    ("is_held", "step"), [*((True, step) for step in OF_HELD), *((False, step) for step in OF_OTHERS)]
)
async def test_wherever_a_booking_is_when_it_is_left_what_is_told_is_what_is_stored(
    leaver: Leaver,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    skip: int,
    role: Role,
    *,
    is_held: bool,
    after: bool,
) -> None:
    nora = await leaver.bench.principal("nora@example.org", Role.ADMIN, 9)
    who = leaver.asha if role is Role.PATIENT else nora
    if is_held:
        for_whom = None if who is leaver.asha else leaver.asha.id
        await leaver.bench.clinic.booking.hold(who, leaver.rao.id, TEN, request_id=MINE, patient_id=for_whom)
    owner, _, name = step.rpartition(".")
    of = attrgetter(owner)(leaver.bench.storage)
    monkeypatch.setattr(of, name, _once(getattr(of, name), leaver.leaves, after=after, skip=skip))
    try:
        status = await leaver.books(who)
    except RequestAbandoned:
        assert leaver.told is False
        assert (await leaver.statuses(), await leaver.news()) == ([], [])
    else:
        assert status is AppointmentStatus.BOOKED
        assert leaver.told is not False
        assert (await leaver.statuses(), await leaver.news()) == (["booked"], ["booked"])


async def test_what_was_booked_before_it_was_left_is_said_to_be_booked_when_it_is_confirmed_again(
    leaver: Leaver,
) -> None:
    await leaver.books(leaver.asha)
    await leaver.leaves()
    assert leaver.told
    assert await leaver.books(leaver.asha) is AppointmentStatus.BOOKED


async def test_what_was_left_is_forgotten_by_the_database_itself(leaver: Leaver) -> None:
    await leaver.leaves()
    requests = leaver.bench.storage.appointments._abandoned._requests
    (row,) = await requests.find({}, comment=OURS).to_list(None)
    assert row == {"_id": MINE, "until": leaver.bench.clock.now() + timedelta(days=2)}
    assert (await requests.index_information())["until_1"]["expireAfterSeconds"] == 0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", OF_MOVE)
async def test_wherever_a_move_is_when_it_is_left_what_is_told_is_what_is_stored(
    leaver: Leaver, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool
) -> None:
    await leaver.books(leaver.asha)
    slot = (await leaver.bench.clinic.appointment_views.get(leaver.asha, MINE)).appointment.slot
    await leaver.bench.clinic.booking.hold(
        leaver.asha, leaver.rao.id, ELEVEN, request_id=held_for_move(MINE, ELEVEN), moving=slot
    )
    owner, _, name = step.rpartition(".")
    of = attrgetter(owner)(leaver.bench.storage)
    monkeypatch.setattr(of, name, _once(getattr(of, name), leaver.leaves_move, after=after))
    try:
        await leaver.moves()
    except RequestAbandoned:
        assert leaver.told is False
        assert await leaver.start() == TEN
    else:
        assert leaver.told is not False
        assert await leaver.start() == ELEVEN


async def test_whoever_leaves_a_move_may_begin_another_to_the_same_time(leaver: Leaver) -> None:
    await leaver.books(leaver.asha)
    await leaver.leaves_move()
    assert leaver.told is False
    with pytest.raises(RequestAbandoned):
        await leaver.moves()
    assert await leaver.moves("c" * 24) == ELEVEN
