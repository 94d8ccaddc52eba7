"""Doctors whose visits are of kinds, at two places, some in the one room that there is: every third one."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.demo.bot_api.chats import Json
from services.models.catalogue import KindId, Place, Room, RoomId, VisitKind
from services.models.people import ChatId
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import PlaceId, Slot, TimeOff
from tests.chaos.world import World

EVERY = 3
KINDS = (
    VisitKind(KindId("long"), "Long visit", 45, buffer_minutes=15, in_series=4),
    VisitKind(KindId("short"), "Short check", 10, in_series=4),
    VisitKind(KindId("scan"), "Scan", 30, buffer_minutes=5, group="scanner", in_series=4),
)
PLACES = (Place(PlaceId("harbour"), "Harbour Street"), Place(PlaceId("hospital"), "Old hospital"))
ROOMS = (Room(RoomId("scanner"), "Scanner", "scanner"),)
GRID_MINUTES = 15
WEEK = {
    day: (Hours(time(9), time(13), PLACES[0].id), Hours(time(13), time(17), PLACES[1].id))
    for day in Weekday
    if day < Weekday.SATURDAY
}
# They are away two weeks after the first day on which people book: a gap in each series that begins then.
AWAY = timedelta(days=16)
A_DAY = timedelta(days=1)
# What the bot asks of whoever books with one of these doctors.
WHICH_KIND, WHERE = "Which kind of visit?", "Where?\n"
KIND_NAMES = tuple(kind.name for kind in KINDS)
PLACE_NAMES = ("Any", *(place.name for place in PLACES))


async def offer_kinds(world: World) -> None:
    """Let every third doctor offer kinds of visit."""
    storage, clinic = world.stage.town.storage, world.stage.town.assembly.clinic
    for entry in (*KINDS, *PLACES, *ROOMS):
        await storage.catalogue.put(entry)
    midnight = world.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    away = TimeOff("away", Slot(midnight + AWAY, midnight + AWAY + A_DAY))
    for person in list(world.doctors.values())[::EVERY]:
        doctor = await clinic.sessions.authenticate(ChatId(person.phone.chat_id))
        await storage.schedules.put(doctor.id, Schedule(weekly=WEEK, time_off=(away,)))
        offered = {"kinds": [kind.id for kind in KINDS], "grid_minutes": GRID_MINUTES}
        await world.db["schedules"].update_one({"_id": doctor.id}, {"$set": offered})


def shared(rows: Sequence[Json]) -> list[tuple[str, Json, Json]]:
    """Return what two visits have at one time: a doctor (until the buffer is over), a patient, or a room."""
    found = []
    for party in ("doctor_id", "patient_id", "room_id"):
        diaries: dict[str, list[Json]] = {}
        for row in rows:
            if row.get(party):
                diaries.setdefault(row[party], []).append(row)
        for diary in diaries.values():
            until: tuple[datetime, Json] | None = None
            for row in sorted(diary, key=lambda each: each["start"]):
                if until is not None and row["start"] < until[0]:
                    found.append((party, until[1], row))
                end = row["end"]
                if party == "doctor_id":
                    end += timedelta(minutes=row.get("buffer_minutes", 0))
                until = max(until, (end, row), key=lambda each: each[0]) if until else (end, row)
    return found
