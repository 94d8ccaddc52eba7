"""What a clinic offers in tests: kinds of visit, places and rooms, and a doctor who works with them."""

from datetime import time

from services.models.catalogue import (
    AnswerType,
    KindId,
    Place,
    Price,
    Question,
    Room,
    RoomId,
    VisitKind,
)
from services.models.people import UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import PlaceId
from services.storage.storage import Storage

FIRST_VISIT = VisitKind(
    KindId("k-first"),
    "First visit",
    45,
    buffer_minutes=15,
    price=Price(9000, "EUR"),
    preparation="Please bring your old letters.",
)
CHECK = VisitKind(KindId("k-check"), "Check", 15, price=Price(2550, "EUR"))
ULTRASOUND = VisitKind(
    KindId("k-ultrasound"),
    "Ultrasound",
    30,
    group="ultrasound",
    preparation="Please come without having eaten.",
    questions=(
        Question("q-medicines", "Which medicines do you take?"),
        Question("q-before", "Have you had an ultrasound before?", AnswerType.YES_NO),
        Question("q-side", "Which side hurts?", AnswerType.CHOICE, ("Left", "Right", "Both")),
    ),
)
HARBOUR = Place(
    PlaceId("l-harbour"),
    "Harbour Street",
    address="Harbour Street 5, Berlin",
    phone="+49 30 5550100",
    directions="Bus 12 to the harbour, second floor.",
)
HOSPITAL = Place(PlaceId("l-hospital"), "St Mary's Hospital", address="Park Road 1, Berlin")
DEVICE = Room(RoomId("r-device"), "Ultrasound 1", "ultrasound", HARBOUR.id)


async def offers(storage: Storage, doctor_id: UserId, *kinds: VisitKind, grid_minutes: int = 15) -> None:
    """Store the kinds, and that the doctor offers them."""
    for kind in kinds:
        await storage.catalogue.put(kind)
    await storage.schedules.offer(doctor_id, [kind.id for kind in kinds], grid_minutes)


async def works_at(storage: Storage, doctor_id: UserId, *places: Place) -> None:
    """Store the places, and that the doctor works at the first every morning and at the last after that."""
    for place in places:
        await storage.catalogue.put(place)
    mornings = Hours(time(9), time(12), places[0].id)
    afternoons = Hours(time(13), time(17), places[-1].id)
    working = {day: (mornings, afternoons) for day in Weekday if day < Weekday.SATURDAY}
    await storage.schedules.put(doctor_id, Schedule(weekly=working))
