"""What the sample clinic offers: two places, five kinds of visit, an ultrasound, and who works with them.

Earlier demos did not have them, so what one of these has left gets them, too. Most doctors have none of it:
they see patients for half an hour, wherever the clinic is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.sample_clinic import (
    GENERALIST,
    PASSWORD,
    PHYSIOTHERAPIST,
    SCHEDULE,
    SINCE,
    Sample,
    account_of,
    enrol,
)
from services.accounts.registration import Accounts
from services.availability.bookable_slots import BookableSlot
from services.availability.slots import fits_hours
from services.clock import Clock
from services.ids import derived_id
from services.models.appointments import Appointment
from services.models.catalogue import (
    LONGEST_SERIES,
    AnswerType,
    KindId,
    Place,
    Price,
    Question,
    Room,
    RoomId,
    Video,
    VisitKind,
)
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import PlaceId, Slot
from services.storage.storage import Storage


def _id(name: str) -> str:
    """Return the id of an entry of the catalogue. It is always the same, as accounts' are."""
    return derived_id(f"sample.{name}")


HARBOUR = Place(
    PlaceId(_id("harbour")),
    "Harbour Practice",
    address="12 Harbour Street, 2nd floor",
    # The numbers are reserved for films.
    phone="+44 117 496 0120",
    directions="Bus 8 to the harbour. The entrance is beside the bakery.",
)
HOSPITAL = Place(
    PlaceId(_id("hospital")),
    "St Mary's Hospital",
    address="1 Park Road, ward C",
    phone="+44 117 496 0180",
    directions="Through the main entrance, then follow the green line.",
)
ULTRASOUND = Room(RoomId(_id("ultrasound")), "Ultrasound 1", "ultrasound", HARBOUR.id)

FIRST_VISIT = VisitKind(
    KindId(_id("first visit")),
    "First visit",
    45,
    buffer_minutes=10,
    price=Price(9000, "GBP"),
    preparation="Please bring a list of the medicines that you take.",
    questions=(
        Question("medicines", "Which medicines do you take?"),
        Question("allergies", "Do you have any allergies?", AnswerType.YES_NO),
    ),
)
CHECK = VisitKind(KindId(_id("check")), "Check", 10, price=Price(2500, "GBP"), for_follow_ups=True)
SCAN = VisitKind(
    KindId(_id("scan")),
    "Ultrasound",
    20,
    buffer_minutes=5,
    price=Price(12000, "GBP"),
    preparation="Please come without having eaten for six hours. Water is fine.",
    group=ULTRASOUND.group,
)
CALL = VisitKind(KindId(_id("call")), "Video consultation", 20, price=Price(4000, "GBP"), video=Video.ONLY)
PHYSIOTHERAPY = VisitKind(
    KindId(_id("physiotherapy")),
    "Physiotherapy",
    30,
    price=Price(5500, "GBP"),
    preparation="Please bring a towel and clothes that you can move in.",
    in_series=LONGEST_SERIES,
)
# The last one says that all the others are there.
KINDS = (FIRST_VISIT, CHECK, SCAN, CALL, PHYSIOTHERAPY)

WORKDAYS = [day for day in Weekday if day < Weekday.SATURDAY]
MORNINGS, AFTERNOONS = Hours(time(9), time(12, 30), HARBOUR.id), Hours(time(13, 30), time(17), HOSPITAL.id)
WEEKEND = (Hours(time(9), time(14), HARBOUR.id),)


def _hours(*workday: Hours) -> Schedule:
    """Return hours of the same kind on all workdays, and those of the weekend."""
    weekly = {day: workday if day in WORKDAYS else WEEKEND for day in Weekday}
    return Schedule(weekly, change_lead_time=timedelta(0))


HOURS: Mapping[Sample, Schedule] = {
    GENERALIST: _hours(MORNINGS, AFTERNOONS),
    PHYSIOTHERAPIST: _hours(Hours(time(9), time(17), HOSPITAL.id)),
}
OFFERED: Mapping[Sample, tuple[tuple[VisitKind, ...], int]] = {
    GENERALIST: ((FIRST_VISIT, CHECK, SCAN, CALL), 10),
    PHYSIOTHERAPIST: ((PHYSIOTHERAPY,), 30),
}


# What the generalist has done in half an hour, one after the other; the ultrasound stands in one place.
DONE = (CHECK, SCAN, CHECK, CHECK)


def as_visit(visit: Appointment, doctor: Sample, number: int, zone: ZoneInfo) -> Appointment | None:
    """Return a visit of the sample history as one of a kind, at a place, if its doctor has such things.

    None: the doctor is on the way from one place to the other then.
    """
    if doctor not in HOURS:
        return visit
    kind = PHYSIOTHERAPY if doctor is PHYSIOTHERAPIST else DONE[number % len(DONE)]
    slot = Slot(visit.slot.start, visit.slot.start + kind.length)
    places = (HARBOUR.id, HOSPITAL.id)
    place = next((each for each in places if fits_hours(HOURS[doctor], slot, zone, each)), None)
    if place is None:
        return None
    kind = CHECK if kind.group and place != ULTRASOUND.place else kind
    slot = Slot(slot.start, slot.start + kind.length)
    found = BookableSlot(slot, HOURS[doctor], kind, place).visit(visit)
    return replace(found, room_id=ULTRASOUND.id if kind.group else None)


async def is_fitted_out(storage: Storage) -> bool:
    """Tell whether all of it is there, or was: what is no longer offered is kept."""
    return KINDS[-1].id in (await storage.catalogue.all()).kinds


async def fit_out(storage: Storage, accounts: Accounts, clock: Clock) -> None:
    """Add the places, the kinds of visit and the ultrasound, once, and let two doctors work with them.

    The last kind is stored last: if the start was interrupted it is finished at the next one, and what is
    changed afterwards stays changed.
    """
    if await is_fitted_out(storage):
        return
    hashed, at = await accounts.hash_password(PASSWORD), clock.now() - SINCE
    if await account_of(storage, PHYSIOTHERAPIST) is None:
        await enrol(storage, PHYSIOTHERAPIST.user, hashed, at)
    for entry in (HARBOUR, HOSPITAL, ULTRASOUND, *KINDS[:-1]):
        await storage.catalogue.put(entry)
    for doctor, (kinds, grid_minutes) in OFFERED.items():
        await _offer(storage, doctor, kinds, grid_minutes)
    await storage.catalogue.put(KINDS[-1])


async def _offer(storage: Storage, doctor: Sample, kinds: tuple[VisitKind, ...], grid_minutes: int) -> None:
    """Let a doctor who is still there offer the kinds; hours that were changed stay as they are."""
    account = await account_of(storage, doctor)
    if account is None:
        return
    stored = await storage.schedules.of_doctor(account.id)
    if stored is None or stored.weekly == SCHEDULE.weekly:
        await storage.schedules.put(account.id, HOURS[doctor])
    await storage.schedules.offer(account.id, [kind.id for kind in kinds], grid_minutes)
