"""Exports: who may, what is in them, what never is, and that they are noted."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.administration.csv_sheets import CsvSheet
from services.errors import ExportTooBig, RoleRequired
from services.models.appointments import AppointmentId, ReportPeriod
from services.models.audit import Action, AuditEntry
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Days
from tests.services.conftest import Bench
from tests.turning import MONDAY

DAY = timedelta(days=1)
# Ten o'clock in Berlin on Tuesday, 4 May 2027.
TEN = MONDAY + timedelta(days=1, hours=2)
MAY = Days(date(2027, 5, 1), date(2027, 5, 31))


def _read(sheet: CsvSheet | None) -> list[list[str]]:
    assert sheet is not None
    return list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))


async def _booked(bench: Bench, start: datetime = TEN, number: int = 1) -> tuple[Principal, Principal]:
    """Make an admin, and a patient who has booked."""
    admin = await bench.principal("nora@example.org", Role.ADMIN, 9)
    asha = await bench.principal("asha@example.org")
    doctor = await bench.user("rao@example.org", Role.DOCTOR)
    await bench.clinic.booking.book(
        asha, doctor.id, start, reason="a secret cough", request_id=AppointmentId(f"{number:024x}")
    )
    return admin, asha


async def _noted(bench: Bench, admin: Principal) -> list[AuditEntry]:
    """Return what was noted of exports."""
    entries = (await bench.clinic.audit.page(admin)).entries.items
    return [entry for entry in entries if entry.action is Action.EXPORTED]


async def test_appointments_are_written_in_the_clinics_time_without_their_reason(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    export = await bench.clinic.exports.export(admin, MAY)
    header, row = _read(export.appointments)
    assert dict(zip(header, row, strict=True)) == {
        "Date": "2027-05-04",
        "Start (Europe/Berlin)": "10:00",
        "End (Europe/Berlin)": "10:30",
        "Minutes": "30",
        "Status": "booked",
        "Doctor": "Rao",
        "Doctor mail": "rao@example.org",
        "Specialization": "Cardiology",
        "Patient": "Asha",
        "Patient mail": "asha@example.org",
        "Booked (Europe/Berlin)": "2027-05-03 08:00",
    }
    assert export.appointments is not None
    assert export.appointments.name == "appointments_2027-05-01_2027-05-31.csv"
    assert b"cough" not in export.appointments.content


async def test_accounts_are_written_without_what_belongs_to_their_passwords(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    export = await bench.clinic.exports.export(admin, MAY)
    header, *rows = _read(export.accounts)
    assert header == ["Name", "Mail", "Role", "Status", "Gender", "Specialization", "Language", "Registered"]
    assert rows == [
        ["Asha", "asha@example.org", "patient", "active", "", "", "en", "2027-05-03"],
        ["Nora", "nora@example.org", "admin", "active", "", "", "en", "2027-05-03"],
        ["Rao", "rao@example.org", "doctor", "active", "", "Cardiology", "en", "2027-05-03"],
    ]
    assert b"$2" not in export.accounts.content
    assert export.accounts.name == "accounts_2027-05-03.csv"


async def test_the_days_are_the_clinics_and_both_ends_belong_to_the_period(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    tuesday = date(2027, 5, 4)
    for days, there in (
        (Days(tuesday, tuesday), True),
        (Days(tuesday - DAY, tuesday - DAY), False),
        (Days(tuesday + DAY, date(2999, 12, 31)), False),
    ):
        export = await bench.clinic.exports.export(admin, days)
        assert (export.appointments is not None) is there
        assert export.accounts.rows == 3


async def test_the_periods_are_counted_from_the_clinics_today(bench: Bench) -> None:
    days = bench.clinic.exports.days
    bench.clock.turn_to(datetime.fromisoformat("2027-05-03T23:00:00+00:00"))  # the 4th in Berlin
    assert {period: days(period) for period in ReportPeriod} == {
        ReportPeriod.LAST_30_DAYS: Days(date(2027, 4, 5), date(2027, 5, 4)),
        ReportPeriod.LAST_90_DAYS: Days(date(2027, 2, 4), date(2027, 5, 4)),
        ReportPeriod.THIS_YEAR: Days(date(2027, 1, 1), date(2027, 12, 31)),
        ReportPeriod.NEXT_30_DAYS: Days(date(2027, 5, 4), date(2027, 6, 2)),
        ReportPeriod.EVERYTHING: Days(date(2000, 1, 1), date(2999, 12, 31)),
    }
    assert all((days(p).last - days(p).first).days == 29 for p in ReportPeriod if p.value.endswith("30"))


async def test_everything_is_everything_and_is_named_so(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    everything = bench.clinic.exports.days(ReportPeriod.EVERYTHING)
    export = await bench.clinic.exports.export(admin, everything)
    assert export.appointments is not None
    assert (export.appointments.name, export.appointments.rows) == ("appointments_all.csv", 1)
    (entry,) = await _noted(bench, admin)
    assert dict(entry.facts) == {"period": "everything", "appointments": 1, "accounts": 3}


async def test_whose_account_is_gone_has_a_stand_in(bench: Bench) -> None:
    admin, asha = await _booked(bench)
    await bench.storage.users._users.delete_one({"_id": asha.id})
    _, row = _read((await bench.clinic.exports.export(admin, MAY)).appointments)
    assert row[8:10] == ["A former patient", ""]


async def test_each_export_is_noted_with_its_period_and_its_counts(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    await bench.clinic.exports.export(admin, MAY)
    (entry,) = await _noted(bench, admin)
    assert entry.actor == admin.id
    assert dict(entry.facts) == {
        "first": "2027-05-01",
        "last": "2027-05-31",
        "appointments": 1,
        "accounts": 3,
    }


async def test_a_file_that_is_too_big_is_refused_and_nothing_was_exported(bench: Bench) -> None:
    admin, _ = await _booked(bench)
    bench.clinic.exports._max_bytes = 200
    with pytest.raises(ExportTooBig):
        await bench.clinic.exports.export(admin, MAY)
    assert await _noted(bench, admin) == []


async def test_only_admins_export(bench: Bench) -> None:
    _, asha = await _booked(bench)
    doctor = replace(asha, user=replace(asha.user, id=UserId("rao"), role=Role.DOCTOR))
    for person in (asha, doctor):
        with pytest.raises(RoleRequired):
            await bench.clinic.exports.export(person, MAY)
