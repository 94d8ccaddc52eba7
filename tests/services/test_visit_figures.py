"""Figures and exports by kind of visit, place and room."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.texts.statistics import caption
from services.administration.statistics import offered_time
from services.administration.visit_figures import StatusCounts
from services.models.appointments import AppointmentId
from services.models.catalogue import ANY_VISIT, Catalogue, VisitKind, WantedVisit
from services.models.people import Role
from services.models.scheduling import Days, Schedule
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench
from tests.services.families import account
from tests.services.visits import (
    CHECK,
    FIRST,
    HARBOUR,
    HOSPITAL,
    KINDS,
    ONE,
    SCAN,
    TWO,
    WEEK,
    VisitClinic,
    visit_clinic,
)

# Ten o'clock in Berlin on a Tuesday.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
TUESDAY = date(2027, 5, 4)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def _booked(clinic: VisitClinic, visits: Sequence[tuple[VisitKind | None, datetime]]) -> None:
    for number, (kind, start) in enumerate(visits):
        await clinic.bench.clinic.booking.book(
            clinic.asha,
            clinic.rao.id,
            start,
            reason="a secret cough",
            request_id=AppointmentId(f"{number:024x}"),
            wanted=WantedVisit(kind.id) if kind else ANY_VISIT,
        )


@pytest.fixture
async def clinic(bench: Bench) -> VisitClinic:
    """A clinic in which six visits were booked, of which one was cancelled."""
    clinic = await visit_clinic(bench, ONE, TWO)
    visits = [(CHECK, TEN), (CHECK, TEN + HOUR), (FIRST, TEN + 5 * HOUR)]
    visits += [(SCAN, TEN + HOUR / 2), (SCAN, TEN - HOUR / 2), (SCAN, TEN + DAY)]
    await _booked(clinic, visits)
    await bench.clinic.appointments.cancel(clinic.asha, AppointmentId(f"{4:024x}"))
    bench.clock.turn(2 * DAY)
    return clinic


async def test_visits_are_counted_by_kind_and_place(clinic: VisitClinic) -> None:
    figures = (await clinic.bench.clinic.statistics.of_last(clinic.nora, 7)).visits
    assert {kind.id: tally for kind, tally in figures.by_kind} == {
        CHECK.id: StatusCounts(2),
        FIRST.id: StatusCounts(1),
        SCAN.id: StatusCounts(2, 1),
    }
    assert dict(figures.by_place) == {HARBOUR: StatusCounts(4, 1), HOSPITAL: StatusCounts(1)}
    assert figures.by_kind[0][0].id == SCAN.id, "most first"


async def test_the_use_of_a_room_is_told_against_the_hours_in_which_it_could_be_used(
    clinic: VisitClinic,
) -> None:
    """The doctor is at its place for three hours a day, since three days; it was out of order for one hour.

    Another doctor there does not offer what needs the room, and is there longer.
    """
    other = await account(clinic.bench, "sen", Role.DOCTOR)
    await clinic.offer(other.user, [CHECK])
    await clinic.put(replace(ONE, out=(TimeOff("o", Slot(TEN, TEN + HOUR)),)))
    figures = await clinic.bench.clinic.statistics.of_last(clinic.nora, 7)
    one, two = figures.visits.rooms
    assert (one.room.id, one.booked, one.offered) == (ONE.id, timedelta(minutes=40), 8 * HOUR)
    assert (two.room.id, two.booked, two.offered) == (TWO.id, timedelta(), 9 * HOUR)
    said = caption(figures)
    assert "By kind: Ultrasound 3, Check 2, First visit 1" in said
    assert "By place: Harbour Street 5, The hospital 1" in said
    assert "Rooms in use: Ultrasound 1 8% of 8 hours, Ultrasound 2 0% of 9 hours" in said


def test_time_in_which_several_kinds_fit_is_offered_once() -> None:
    catalogue = Catalogue({kind.id: kind for kind in KINDS})
    schedule = Schedule(weekly=WEEK, kind_ids=tuple(catalogue.kinds), grid_minutes=5, catalogue=catalogue)
    assert offered_time(schedule, Days(TUESDAY, TUESDAY), ZoneInfo("Europe/Berlin")) == 7 * HOUR


async def test_an_export_names_kind_place_and_room_and_no_answers(clinic: VisitClinic) -> None:
    export = await clinic.bench.clinic.exports.export(clinic.nora, Days(TUESDAY, TUESDAY))
    assert export.appointments is not None
    text = export.appointments.content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header[-3:] == ["Kind", "Place", "Room"]
    named = [tuple(row[-3:]) for row in rows]
    assert ("Ultrasound", "Harbour Street", "Ultrasound 1") in named
    assert ("First visit", "The hospital", "") in named
    assert "cough" not in text


async def test_a_clinic_without_kinds_and_places_sees_nothing_of_them(bench: Bench) -> None:
    nora = await account(bench, "nora", Role.ADMIN)
    asha, rao = await account(bench, "asha"), await account(bench, "rao", Role.DOCTOR)
    await _booked(VisitClinic(bench, nora, asha, rao), [(None, TEN)])
    bench.clock.turn(DAY)
    figures = await bench.clinic.statistics.of_last(nora, 7)
    assert (figures.visits.by_kind, figures.visits.by_place, figures.visits.rooms) == ((), (), ())
    assert not any(word in caption(figures) for word in ("By kind", "By place", "Rooms"))
    export = await bench.clinic.exports.export(nora, Days(TUESDAY, TUESDAY))
    assert export.appointments is not None
    assert b"Kind" not in export.appointments.content
