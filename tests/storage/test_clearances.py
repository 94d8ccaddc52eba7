"""Orders to cancel, and what they have cancelled."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from services.ids import new_id
from services.models.appointments import AppointmentId, CancellationCause, CancellationOrder
from services.models.catalogue import RoomId, RoomOutage
from services.models.people import Role, UserId
from services.models.scheduling import Closure, DateHours, Hours
from services.models.slots import PlaceId, Slot, TimeOff
from services.storage.storage import Storage
from tests.storage.conftest import TEN, an_appointment, an_event
from tests.turning import MONDAY

RAO = UserId("rao")
WINDOW = Slot(TEN, TEN + timedelta(hours=1))
PLAIN = CancellationOrder("a", CancellationCause.BLOCKED, Role.DOCTOR, RAO, WINDOW, UserId("nora"), MONDAY)
FULL = CancellationOrder(
    id="b",
    kind=CancellationCause.TIME_OFF,
    role=Role.PATIENT,
    user_id=RAO,
    window=WINDOW,
    by=RAO,
    until=MONDAY,
    only=frozenset({AppointmentId("1"), AppointmentId("2")}),
    time_off=TimeOff("b", WINDOW),
    note="I am ill.",
)
CLOSING = CancellationOrder(
    id="c",
    kind=CancellationCause.CLOSURE,
    role=Role.ADMIN,
    user_id=RAO,
    window=WINDOW,
    by=RAO,
    until=MONDAY,
    closure=Closure("c", WINDOW, "Christmas Day"),
)
DATED = CancellationOrder(
    id="d",
    kind=CancellationCause.HOURS,
    role=Role.DOCTOR,
    user_id=RAO,
    window=WINDOW,
    by=RAO,
    until=MONDAY,
    date_hours=DateHours("d", MONDAY.date(), (Hours(time(22), time(2)),)),
)
USUAL = replace(
    DATED,
    id="e",
    date_hours=DateHours("e", MONDAY.date(), None),
    outside=(WINDOW, Slot(WINDOW.end, WINDOW.end + timedelta(hours=1))),
)
AT_ONE_PLACE = replace(FULL, id="f", time_off=TimeOff("f", WINDOW, PlaceId("harbour")))
ROOM_OUT = replace(
    CLOSING,
    id="g",
    kind=CancellationCause.ROOM_OUT,
    closure=None,
    room_out=RoomOutage(RoomId("r"), TimeOff("g", WINDOW)),
)


async def test_orders_come_back_as_they_were_given_oldest_first(storage: Storage) -> None:
    given = [PLAIN, FULL, CLOSING, DATED, USUAL, AT_ONE_PLACE, ROOM_OUT]
    for order in (FULL, *given):
        await storage.bulk_cancellations.add(order)
    assert await storage.bulk_cancellations.all() == given


async def test_an_order_of_a_version_without_closures_and_single_dates_is_read(storage: Storage) -> None:
    await storage.bulk_cancellations.add(FULL)
    without = {"$unset": {"date_hours": "", "closure": "", "outside": "", "room_out": ""}}
    await storage.bulk_cancellations._orders.update_one({"_id": FULL.id}, without)
    assert await storage.bulk_cancellations.all() == [FULL]


async def test_an_order_stands_until_it_is_removed(storage: Storage) -> None:
    assert not await storage.bulk_cancellations.stands("a")
    await storage.bulk_cancellations.add(PLAIN)
    assert await storage.bulk_cancellations.stands("a")
    await storage.bulk_cancellations.remove("a")
    assert not await storage.bulk_cancellations.stands("a")


async def test_an_order_of_another_version_does_not_hide_the_others(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    unread = new_id(MONDAY)  # of its own: each is logged once in a process
    await storage.bulk_cancellations._orders.insert_one({"_id": unread, "kind": "unheard of"})
    await storage.bulk_cancellations.add(PLAIN)
    assert await storage.bulk_cancellations.all() == [PLAIN]
    assert f"clearance.unreadable id={unread}" in caplog.text


async def test_what_an_order_has_cancelled_is_counted(storage: Storage) -> None:
    for number in range(4):
        appointment = an_appointment(number, at=30 * number)
        await storage.appointments.add(appointment, an_event(f"e{number}"), MONDAY)
        order = {0: "a", 1: "a", 2: "other"}.get(number)
        event = an_event(f"c{number}")
        if number < 3:
            await storage.appointments.cancel(appointment.id, RAO, appointment, event, MONDAY, order=order)
    cleared = storage.appointment_queries.cleared
    day = Slot(TEN - timedelta(hours=3), TEN + timedelta(hours=9))
    assert await cleared(Role.DOCTOR, RAO, day, "a") == 2
    assert await cleared(Role.PATIENT, UserId("asha"), day, "other") == 1
    assert await cleared(Role.DOCTOR, RAO, day, "none") == 0
    assert await cleared(Role.DOCTOR, UserId("sen"), day, "a") == 0
