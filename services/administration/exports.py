"""Exports: the appointments of a period and all accounts, as files for a spreadsheet.

Passwords are not read for it, nor why anybody comes. Each export is noted in the audit before its files are
handed out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.access import require
from services.administration.csv_sheets import CsvSheet, CsvSheetWriter
from services.appointments.visibility import gone, gone_patient
from services.audit import Audit
from services.clock import Clock
from services.local_time import day_bounds
from services.models.appointments import ReportPeriod
from services.models.audit import Action
from services.models.catalogue import EMPTY, Catalogue
from services.models.patients import Patient
from services.models.people import Principal, Role, User, UserId
from services.models.scheduling import Days
from services.patients.finding import Patients
from services.storage.catalogue import CatalogueStore
from services.storage.reporting import Enrolled, ReportStore, Visit

# What a chat carries: 50 MB (Bot API, sendDocument).
MAX_BYTES = 50_000_000
# No calendar of the clinic reaches further.
EVER = Days(date(2000, 1, 1), date(2999, 12, 31))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Column(StrEnum):
    """The columns; the values head them where whoever asks gives no headings of their own."""

    DATE = "Date"
    START = "Start"
    END = "End"
    MINUTES = "Minutes"
    STATUS = "Status"
    DOCTOR = "Doctor"
    DOCTOR_EMAIL = "Doctor mail"
    SPECIALIZATION = "Specialization"
    PATIENT = "Patient"
    PATIENT_EMAIL = "Patient mail"
    BOOKED = "Booked"
    KIND = "Kind"
    PLACE = "Place"
    ROOM = "Room"
    NAME = "Name"
    EMAIL = "Mail"
    ROLE = "Role"
    GENDER = "Gender"
    LANGUAGE = "Language"
    REGISTERED = "Registered"


Headings = Mapping[Column, str]
# Their headings name the zone.
TIMES = frozenset({Column.START, Column.END, Column.BOOKED})
VISIT = (
    *(Column.DATE, Column.START, Column.END, Column.MINUTES, Column.STATUS),
    *(Column.DOCTOR, Column.DOCTOR_EMAIL, Column.SPECIALIZATION),
    *(Column.PATIENT, Column.PATIENT_EMAIL, Column.BOOKED),
)
DETAILS = (Column.KIND, Column.PLACE, Column.ROOM)
ACCOUNT = (
    *(Column.NAME, Column.EMAIL, Column.ROLE, Column.STATUS),
    *(Column.GENDER, Column.SPECIALIZATION, Column.LANGUAGE, Column.REGISTERED),
)


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """Two files; `appointments` is None where the period has none."""

    days: Days
    appointments: CsvSheet | None
    accounts: CsvSheet


class Exports:
    """Writes files for admins. `zone` is the clinic's: days are its days, times its wall time."""

    def __init__(
        self,
        *,
        reporting: ReportStore,
        catalogue: CatalogueStore,
        patients: Patients,
        audit: Audit,
        clock: Clock,
        zone: ZoneInfo,
        max_bytes: int,
    ) -> None:
        self._reporting = reporting
        self._catalogue = catalogue
        self._patients = patients
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._max_bytes = max_bytes

    def days(self, period: ReportPeriod) -> Days:
        """Return the days of a period, counted from today."""
        today = self._clock.now().astimezone(self._zone).date()
        return {
            ReportPeriod.LAST_30_DAYS: Days(today - 29 * DAY, today),
            ReportPeriod.LAST_90_DAYS: Days(today - 89 * DAY, today),
            ReportPeriod.THIS_YEAR: Days(today.replace(month=1, day=1), today.replace(month=12, day=31)),
            ReportPeriod.NEXT_30_DAYS: Days(today, today + 29 * DAY),
            ReportPeriod.EVERYTHING: EVER,
        }[period]

    async def export(
        self, principal: Principal, days: Days, headings: Headings | None = None
    ) -> ExportedFiles:
        """Return the files, after it was noted who asked for which. Raises RoleRequired, ExportTooBig.

        `headings` are those of the columns, in the language of whoever asks.
        """
        require(principal, Role.ADMIN)
        headings = headings or {}
        appointments, accounts = await self._appointments(days, headings), await self._accounts(headings)
        await self._audit.note(
            Action.EXPORTED,
            actor=principal.id,
            **_noted(days),
            appointments=appointments.rows,
            accounts=accounts.rows,
        )
        return ExportedFiles(days, appointments if appointments.rows else None, accounts)

    async def _appointments(self, days: Days, headings: Headings) -> CsvSheet:
        # Where the clinic has no kinds, places or rooms, there are no columns for them.
        catalogue = await self._catalogue.all()
        columns = VISIT if catalogue == EMPTY else (*VISIT, *DETAILS)
        writer = CsvSheetWriter(self._headed(columns, headings), self._max_bytes)
        async for some in self._reporting.visits(day_bounds(days.first, days.last, self._zone)):
            doctors, patients = await self._patients.with_people(
                {visit.doctor_id for visit in some}, {visit.patient_id for visit in some}
            )
            writer.add(_visit_rows(some, (doctors, patients), catalogue, self._zone))
        which = "all" if days == EVER else f"{days.first}_{days.last}"
        return writer.named(f"appointments_{which}.csv")

    async def _accounts(self, headings: Headings) -> CsvSheet:
        writer = CsvSheetWriter(self._headed(ACCOUNT, headings), self._max_bytes)
        async for some in self._reporting.accounts():
            writer.add(_account_row(enrolled, self._zone) for enrolled in some)
        return writer.named(f"accounts_{self._clock.now().astimezone(self._zone):%Y-%m-%d}.csv")

    def _headed(self, columns: Iterable[Column], headings: Headings) -> list[str]:
        plain = {each: f"{each} ({self._zone.key})" if each in TIMES else each.value for each in columns}
        return [headings.get(each, words) for each, words in plain.items()]


def _noted(days: Days) -> dict[str, str]:
    if days == EVER:
        return {"period": "everything"}
    return {"first": days.first.isoformat(), "last": days.last.isoformat()}


def _visit_rows(
    visits: Iterable[Visit],
    people: tuple[Mapping[UserId, User], Mapping[UserId, Patient]],
    catalogue: Catalogue,
    zone: ZoneInfo,
) -> Iterator[list[str]]:
    doctors, patients = people
    for visit in visits:
        doctor = doctors.get(visit.doctor_id) or gone(visit.doctor_id)
        patient = patients.get(visit.patient_id) or gone_patient(visit.patient_id)
        start, end = visit.slot.start.astimezone(zone), visit.slot.end.astimezone(zone)
        yield [
            f"{start:%Y-%m-%d}",
            f"{start:%H:%M}",
            f"{end:%H:%M}",
            str((visit.slot.end - visit.slot.start) // MINUTE),
            visit.status.value,
            doctor.name,
            doctor.email,
            doctor.specialization or "",
            patient.name,
            patient.email,
            _moment(visit.booked_at, zone),
            *(_named(catalogue, visit) if catalogue != EMPTY else ()),
        ]


def _named(catalogue: Catalogue, visit: Visit) -> list[str]:
    """Return the names of its kind, place and room, as they are now; "" where it has none."""
    details = catalogue.details(visit.kind_id, visit.place_id, visit.room_id)
    return [each.name if each is not None else "" for each in (details.kind, details.place, details.room)]


def _account_row(enrolled: Enrolled, zone: ZoneInfo) -> list[str]:
    user = enrolled.user
    return [
        user.name,
        user.email,
        user.role.value,
        user.status.value,
        user.gender.value if user.gender else "",
        user.specialization or "",
        user.language,
        f"{enrolled.at.astimezone(zone):%Y-%m-%d}",
    ]


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else ""
