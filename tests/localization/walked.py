"""A clinic without a Latin letter: its people, places and visits are written in Cyrillic ones."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.catalogue import (
    AnswerType,
    KindId,
    Place,
    Price,
    Question,
    Room,
    RoomId,
    Video,
    VisitKind,
    WantedVisit,
)
from services.models.patients import Made, Patient
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.series import Every, SeriesId, SeriesRule
from services.models.slots import PlaceId, Slot
from services.models.waitlist import WaitlistEntry
from services.series.planning import WantedSeries
from tests.town import Person, Town, founded
from tests.turning import MONDAY, TurnableClock

CLINIC = "Клиника"
SETTINGS: dict[str, Any] = {
    "CLINIC_NAME": CLINIC,
    "CLINIC_ADDRESS": "Портовая улица 5",
    "CLINIC_PHONE": "+49 30 5550100",
    "TIMEZONE": "Europe/Berlin",
    "HOLIDAYS": "GR",
    "VIDEO_URL": "https://meet.example.org",
}
FIRST = VisitKind(
    KindId(derived_id("first")),
    "Первый приём",
    30,
    buffer_minutes=10,
    price=Price(9000, "EUR"),
    preparation="Возьмите письма.",
    questions=(
        Question("q-1", "Какие лекарства?"),
        Question("q-2", "Был ли осмотр?", AnswerType.YES_NO),
        Question("q-3", "С какой стороны?", AnswerType.CHOICE, ("Слева", "Справа")),
        Question("q-4", "Аллергия?", AnswerType.YES_NO),
        Question("q-5", "Что ещё?"),
    ),
    for_follow_ups=True,
    video=Video.OFFERED,
)
EXERCISES = VisitKind(KindId(derived_id("exercises")), "Гимнастика", 30, in_series=12)
SCAN = VisitKind(KindId(derived_id("scan")), "Осмотр прибором", 15, group="прибор")
HARBOUR = Place(
    PlaceId(derived_id("harbour")),
    "Порт",
    address="Портовая улица 5",
    phone="+49 30 5550100",
    directions="Автобус 12.",
)
HOSPITAL = Place(PlaceId(derived_id("hospital")), "Больница", address="Парковая улица 1")
DEVICE = Room(RoomId(derived_id("device")), "Прибор 1", "прибор", HARBOUR.id)
STATUSES = AppointmentStatus
ENDED = (STATUSES.FULFILLED, STATUSES.NOSHOW, STATUSES.CANCELLED, STATUSES.BOOKED)
# Days, counted from today, on which visits to the first doctor have questions.
QUESTIONED = {1, 3}
ACCOUNTS: dict[str, tuple[Any, ...]] = {
    "Мира": (Role.DOCTOR, "Сердце"),
    "Пётр": (Role.DOCTOR, "Кожа"),
    "Анна": (Role.DOCTOR, "Зрение"),
    "Аша": (Role.PATIENT,),
    "Бен": (Role.PATIENT,),
    "Нора": (Role.ADMIN,),
    "Рита": (Role.RECEPTIONIST,),
}


@dataclass(frozen=True)
class Walked:
    """The town, and the ids of what is in it: accounts by name, patients without one, visits."""

    town: Town
    people: Mapping[str, User]
    patients: Mapping[str, UserId]
    visits: Mapping[str, AppointmentId]


@asynccontextmanager
async def walked_town(database_url: str, clock: TurnableClock, data_dir: Path) -> AsyncIterator[Walked]:
    """Build such a town, with a week behind it and one before it."""
    async with founded(database_url, clock, data_dir, **SETTINGS) as town:
        yield await _fit_out(town)


def email(name: str) -> str:
    """Return the address of somebody."""
    return f"{int(derived_id(name)[:6], 16)}@example.org"


async def _fit_out(town: Town) -> Walked:
    people = {name: await town.account(name, email(name), *facts) for name, facts in ACCOUNTS.items()}
    rao, sen, asha, ben = (people[name] for name in ("Мира", "Пётр", "Аша", "Бен"))
    await _offer(town, rao)
    await town.storage.schedules.put(sen.id, Schedule(video=Video.OFFERED))
    patients = {
        "Мия": await _patient(town, "Мия", by=asha, born=date(2019, 3, 14)),
        "Вера": await _patient(town, "Вера", by=rao, phone="+441174960456"),
        "Вера Ро": await _patient(town, "Вера Ро", by=rao, phone="+441174960457"),
    }
    await town.storage.carers.look_after(asha.id, patients["Мия"])
    asha = await _again(town, asha)
    visits = await _visits(town, [rao.id, sen.id], [asha.id, ben.id, patients["Мия"]])
    visits["series"] = await _series(town, rao, asha, hour=3)
    visits["another series"] = await _series(town, rao, ben, hour=2)
    await _wait(town, asha.id, rao.id)
    await _wait_for_decisions(town, people["Анна"])
    return Walked(town, people, patients, visits)


async def _again(town: Town, user: User) -> User:
    found = await town.storage.users.by_id(user.id)
    assert found is not None
    return found


async def _series(town: Town, doctor: User, patient: User, *, hour: int) -> AppointmentId:
    """Book three visits, one each week."""
    principal, clinic = Principal(patient, ChatId(1), "session"), town.assembly.clinic
    first = MONDAY + timedelta(days=10, hours=hour)
    wanted = WantedSeries(
        SeriesId(derived_id(f"series {hour}")),
        doctor.id,
        SeriesRule(Every.WEEK, 3),
        first,
        tuple(first + timedelta(weeks=number) for number in range(3)),
        WantedVisit(EXERCISES.id, HARBOUR.id),
    )
    card = await clinic.visits.series.booking.book(principal, wanted, reason="Колено")
    return card.appointment.id


async def _offer(town: Town, doctor: User) -> None:
    for entry in (HARBOUR, HOSPITAL, DEVICE, FIRST, EXERCISES, SCAN):
        await town.storage.catalogue.put(entry)
    day = (Hours(time(8), time(12), HARBOUR.id), Hours(time(13), time(17), HOSPITAL.id))
    working = {each: day for each in Weekday if each < Weekday.SATURDAY}
    await town.storage.schedules.put(doctor.id, Schedule(working, video=Video.OFFERED))
    await town.storage.schedules.offer(doctor.id, [FIRST.id, EXERCISES.id, SCAN.id], 15)


async def _patient(
    town: Town, name: str, *, by: User, phone: str | None = None, born: date | None = None
) -> UserId:
    made = Patient(UserId(f"p-{derived_id(name)[2:]}"), name, phone=phone, birth_date=born)
    await town.storage.patients.add(made, Made(town.assembly.clinic.clock.now(), by.id))
    return made.id


async def _visits(town: Town, doctors: list[UserId], patients: list[UserId]) -> dict[str, AppointmentId]:
    """Store visits of the last week, of today and of the next days; those of the first two are named."""
    found: list[tuple[Appointment, datetime]] = []
    named: dict[str, AppointmentId] = {}
    for offset in (-7, -6, -5, -4, 0, 1, 2, 3, 4):
        for number, (doctor, patient) in enumerate((doctor, one) for doctor in doctors for one in patients):
            start = MONDAY + timedelta(days=offset, hours=1 + offset % 2, minutes=45 * number)
            status = STATUSES.BOOKED if offset >= 0 else ENDED[number % len(ENDED)]
            kind = FIRST if doctor == doctors[0] and offset in QUESTIONED else None
            visit = _visit(doctor, patient, start, status, kind)
            found.append((visit, MONDAY - timedelta(days=20)))
            if number == 0:
                named[f"{offset}"] = visit.id
    await town.storage.appointments.add_silently(found)
    return named


def _visit(
    doctor: UserId, patient: UserId, start: datetime, status: AppointmentStatus, kind: VisitKind | None
) -> Appointment:
    number = AppointmentId(derived_id(f"{doctor} {patient} {start}"))
    slot = Slot(start, start + timedelta(minutes=30))
    visit = Appointment(number, doctor, patient, slot, status, "Кашель")
    return replace(visit, kind_id=kind.id, place_id=HARBOUR.id) if kind else visit


async def _wait(town: Town, patient: UserId, doctor: UserId) -> None:
    window = Slot(MONDAY, MONDAY + timedelta(days=14))
    entry = WaitlistEntry(
        doctor_id=doctor, patient_id=patient, since=MONDAY, window=window, part=PartOfDay.ANY
    )
    await town.storage.waitlist.put(entry)


async def _wait_for_decisions(town: Town, doctor: User) -> None:
    """Let a doctor wait for approval."""
    users = town.storage.users._users
    await users.update_one({"_id": doctor.id}, {"$set": {"status": AccountStatus.PENDING.value}})


async def arrives(town: Town, name: str) -> Person:
    """Return somebody who is signed in."""
    person = town.person(name)
    await person.signs_in(email(name))
    return person
