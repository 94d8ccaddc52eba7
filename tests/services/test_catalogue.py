"""The clinic's kinds of visit, places and rooms: who keeps them, what is valid, and what doctors offer."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.catalogue.fields import checked_kind, checked_place, checked_question
from services.errors import (
    BadBuffer,
    BadChoices,
    BadGrid,
    BadHorizon,
    BadLeadTime,
    BadPhone,
    BadPrice,
    BadQuestion,
    BadSeries,
    BadVisitLength,
    ClinicError,
    EntryNameTaken,
    GridTooCoarse,
    KindFitsNowhere,
    KindUnknown,
    PlaceUnknown,
    RoleRequired,
    TextTooLong,
    TooManyQuestions,
)
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.catalogue import (
    AnswerType,
    KindId,
    Place,
    Price,
    Question,
    VisitKind,
    WantedVisit,
)
from services.models.people import Principal, Role
from services.models.scheduling import DateHours, Hours, Schedule, Weekday
from services.models.slots import PlaceId, TimeOff
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TUESDAY = date(2027, 5, 4)
NINE = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = VisitKind(KindId("1" * 24), "First visit", 45, buffer_minutes=5, price=Price(8000, "EUR"))
CHECK = VisitKind(KindId("2" * 24), "Check", 10)
HARBOUR, HOSPITAL = Place(PlaceId("h" * 24), "Harbour Street"), Place(PlaceId("o" * 24), "Hospital")
MORNING = Hours(time(9), time(13), HARBOUR.id)
AFTERNOON = Hours(time(14), time(17), HOSPITAL.id)


@pytest.fixture
async def vera(bench: Bench) -> Principal:
    """An admin."""
    return await bench.principal("vera@example.org", Role.ADMIN, chat=9)


@pytest.fixture
async def rao(bench: Bench) -> Principal:
    """A doctor."""
    return await bench.principal("rao@example.org", Role.DOCTOR, chat=2)


@pytest.fixture
async def asha(bench: Bench) -> Principal:
    """A patient."""
    return await bench.principal("asha@example.org")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": " "}, TextTooLong),
        ({"name": "x" * 41}, TextTooLong),
        ({"minutes": 0}, BadVisitLength),
        ({"minutes": 42}, BadVisitLength),
        ({"minutes": 485}, BadVisitLength),
        ({"buffer_minutes": 3}, BadBuffer),
        ({"buffer_minutes": 125}, BadBuffer),
        ({"price": Price(100, "EURO")}, BadPrice),
        ({"price": Price(-1, "EUR")}, BadPrice),
        ({"price": Price(10**12, "EUR")}, BadPrice),
        ({"preparation": "x" * 301}, TextTooLong),
        ({"lead_time": timedelta(days=31)}, BadLeadTime),
        ({"horizon": timedelta(hours=5)}, BadHorizon),
        ({"in_series": 13}, BadSeries),
        ({"questions": tuple(Question(str(n), f"Question {n}?") for n in range(6))}, TooManyQuestions),
    ],
)
def test_a_kind_that_is_not_valid_is_refused_for_its_own_reason(
    wrong: dict[str, object], error: type[ClinicError]
) -> None:
    with pytest.raises(error):
        checked_kind(replace(FIRST, **wrong))  # type: ignore[arg-type]


def test_questions_places_and_texts_are_checked_and_cleaned() -> None:
    for choices in (("left",), ("left", "left"), tuple("abcdefghi"), ("x" * 41, "y")):
        with pytest.raises(BadChoices):
            checked_question(Question("q", "Which side?", AnswerType.CHOICE, choices))
    with pytest.raises(BadQuestion):
        checked_question(Question("q", "\u200b"))
    with pytest.raises(BadPhone):
        checked_place(replace(HARBOUR, phone="no number"), "DE")
    place = checked_place(replace(HARBOUR, name=" Harbour \n Street ", phone="0170 1234567"), "DE")
    assert (place.name, place.phone) == ("Harbour Street", "+491701234567")
    assert checked_kind(replace(FIRST, group="Ultrasound")).group == "ultrasound"


async def test_admins_alone_keep_it_and_each_change_is_in_the_audit(
    bench: Bench, vera: Principal, rao: Principal
) -> None:
    entries = bench.clinic.visits.catalogue
    with pytest.raises(RoleRequired):
        await entries.add(rao, FIRST)
    kept = await entries.add(vera, FIRST)
    assert await entries.add(vera, FIRST) == kept
    changed = await entries.change(vera, kept, replace(kept, minutes=50, buffer_minutes=10))
    retired = await entries.retire(vera, changed)
    assert (await entries.retire(vera, retired, is_retired=False)).minutes == 50
    page = await bench.clinic.audit.page(vera)
    done = [(entry.action, entry.facts.get("changed")) for entry in page.entries.items]
    assert [each for each in done if str(each[0]).startswith("catalogue")] == [
        (Action.CATALOGUE_RESTORED, None),
        (Action.CATALOGUE_RETIRED, None),
        (Action.CATALOGUE_CHANGED, "minutes, buffer_minutes"),
        (Action.CATALOGUE_ADDED, None),
    ]


async def test_of_two_admins_who_give_one_name_at_once_one_is_told(bench: Bench, vera: Principal) -> None:
    entries = bench.clinic.visits.catalogue
    twins = [
        replace(CHECK, id=KindId(f"{number:024x}"), name=name)
        for number, name in enumerate(("Check", "chéck"))
    ]
    done = await asyncio.gather(*(entries.add(vera, each) for each in twins), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["EntryNameTaken", "VisitKind"]
    # What is retired gives its name away, and does not get it back.
    (first,) = (each for each in done if isinstance(each, VisitKind))
    await entries.retire(vera, first)
    again = await entries.add(vera, replace(CHECK, id=KindId("f" * 24)))
    with pytest.raises(EntryNameTaken):
        await entries.retire(vera, replace(first, is_retired=True), is_retired=False)
    assert (await entries.all(vera)).offered_kinds == (again,)


async def test_names_of_signs_alone_are_told_apart(bench: Bench, vera: Principal) -> None:
    entries = bench.clinic.visits.catalogue
    for number, name in enumerate(("✚", "★")):
        await entries.add(vera, replace(CHECK, id=KindId(f"{number:024x}"), name=name))
    with pytest.raises(EntryNameTaken):
        await entries.checked(vera, replace(CHECK, id=KindId("f" * 24), name="★"))


async def test_two_changes_of_different_fields_at_once_are_both_kept(bench: Bench, vera: Principal) -> None:
    entries = bench.clinic.visits.catalogue
    seen = await entries.add(vera, FIRST)
    await entries.change(vera, seen, replace(seen, minutes=60))
    await entries.change(vera, seen, replace(seen, desk_only=True))
    now = await entries.kind(vera, seen.id)
    assert (now.minutes, now.desk_only) == (60, True)


async def test_a_doctor_offers_kinds_in_an_order_and_what_is_retired_is_not_offered(
    bench: Bench, vera: Principal, rao: Principal, asha: Principal
) -> None:
    entries, offers = bench.clinic.visits.catalogue, bench.clinic.visits.offers
    for kind in (FIRST, CHECK):
        await entries.add(vera, kind)
    await offers.offer(rao, [CHECK.id, FIRST.id], change_id="a")
    await offers.set_grid(rao, 30, change_id="b")
    shown = await bench.clinic.schedules.availability(asha, rao.id, TUESDAY)
    assert [slot.end - slot.start for slot in shown.slots(TUESDAY)[:2]] == [timedelta(minutes=10)] * 2
    assert shown.slots(TUESDAY)[1].start - shown.slots(TUESDAY)[0].start == timedelta(minutes=30)
    book = bench.clinic.booking.book
    wanted = WantedVisit(FIRST.id)
    booked = await book(asha, rao.id, NINE, reason=None, request_id=AppointmentId("a" * 24), wanted=wanted)
    await entries.retire(vera, FIRST)
    assert [kind.id for kind in (await bench.clinic.schedules.of_doctor(rao.id)).kinds] == [CHECK.id]
    kept = await bench.storage.appointments.by_id(booked.appointment.id)
    assert kept is not None
    assert (kept.status, kept.kind_id) == (AppointmentStatus.BOOKED, FIRST.id)
    (card,) = await bench.clinic.appointment_views.cards([kept])
    assert card.details.kind is not None
    assert card.details.kind.name == "First visit"
    await offers.offer(rao, [CHECK.id], change_id="c")
    with pytest.raises(KindUnknown):
        await offers.offer(rao, [CHECK.id, FIRST.id], change_id="d")


async def test_a_kind_longer_than_the_day_and_a_grid_that_fits_nothing_are_refused(
    bench: Bench, vera: Principal, rao: Principal
) -> None:
    entries, offers = bench.clinic.visits.catalogue, bench.clinic.visits.offers
    short = {Weekday.MONDAY: (Hours(time(9), time(9, 40)),)}
    await bench.clinic.working_hours.save(rao, Schedule(weekly=short), order_id="o")
    await entries.add(vera, FIRST)
    with pytest.raises(KindFitsNowhere) as refused:
        await offers.offer(rao, [FIRST.id], change_id="a")
    assert (refused.value.minutes, refused.value.longest) == (45, 40)
    for minutes, error in ((0, BadGrid), (12, BadGrid), (65, BadGrid), (45, GridTooCoarse)):
        with pytest.raises(error):
            await offers.set_grid(rao, minutes, change_id="b")
    # A single day with longer hours is enough, and a night counts as long as it is.
    changed = DateHours("d", TUESDAY, (Hours(time(22), time(2)),))
    await bench.clinic.changed_dates.change(rao, changed)
    assert (await offers.offer(rao, [FIRST.id], change_id="c")).longest == 240
    await offers.set_grid(rao, 45, change_id="e")


async def test_a_doctor_is_told_of_what_an_admin_has_changed_of_the_offer(
    bench: Bench, vera: Principal, rao: Principal
) -> None:
    await bench.clinic.visits.catalogue.add(vera, CHECK)
    await bench.clinic.visits.offers.offer(vera, [CHECK.id], change_id="a", doctor_id=rao.id)
    (event,) = [e for e in await bench.storage.notifications.unspread(99) if e.kind == "schedule_changed"]
    assert (event.readers, event.facts["what"]) == ((rao.id,), "kinds")


async def _two_places(bench: Bench, vera: Principal, rao: Principal) -> None:
    for place in (HARBOUR, HOSPITAL):
        await bench.clinic.visits.catalogue.add(vera, place)
    weekly = dict.fromkeys(Weekday, (MORNING, AFTERNOON))
    await bench.clinic.working_hours.save(rao, Schedule(weekly=weekly), order_id="o")


async def _book(bench: Bench, asha: Principal, rao: Principal, start: datetime, number: int) -> AppointmentId:
    request_id = AppointmentId(f"{number:024x}")
    await bench.clinic.booking.book(asha, rao.id, start, reason=None, request_id=request_id)
    return request_id


async def _status(bench: Bench, appointment_id: AppointmentId) -> AppointmentStatus | None:
    found = await bench.storage.appointments.by_id(appointment_id)
    return found.status if found is not None else None


async def test_time_off_at_one_place_leaves_what_is_at_the_other(
    bench: Bench, vera: Principal, rao: Principal, asha: Principal
) -> None:
    await _two_places(bench, vera, rao)
    there, elsewhere = [await _book(bench, asha, rao, NINE + hours * HOUR, hours) for hours in (1, 6)]
    held = AppointmentId("e" * 24), AppointmentId("f" * 24)
    bela = await bench.principal("bela@example.org", chat=3)
    for request_id, hours in zip(held, (2, 7), strict=True):
        await bench.clinic.booking.hold(bela, rao.id, NINE + hours * HOUR, request_id=request_id)
    times = bench.clinic.time_off
    off = TimeOff("t" * 24, times.days(TUESDAY, TUESDAY), HARBOUR.id)
    (affected,) = await times.affected(rao, off.slot, place=HARBOUR.id)
    assert affected.appointment.id == there
    assert await times.take(rao, off) == 1
    assert await _status(bench, there) is AppointmentStatus.CANCELLED
    assert await _status(bench, elsewhere) is AppointmentStatus.BOOKED
    assert [await _status(bench, each) for each in held] == [None, AppointmentStatus.HELD]
    free = (await bench.clinic.schedules.availability(asha, rao.id, TUESDAY)).slots(TUESDAY)
    assert min(slot.start for slot in free) == NINE + 5 * HOUR
    assert [each.place for each in await times.coming(rao)] == [HARBOUR.id]
    with pytest.raises(PlaceUnknown):
        await times.take(rao, TimeOff("u" * 24, off.slot, PlaceId("x" * 24)))


async def test_who_is_booked_at_a_place_where_the_doctor_is_no_more_lies_outside_the_hours(
    bench: Bench, vera: Principal, rao: Principal, asha: Principal
) -> None:
    await _two_places(bench, vera, rao)
    booked = await _book(bench, asha, rao, NINE, 1)
    swapped = {day: (replace(MORNING, place=HOSPITAL.id),) for day in Weekday}
    preview = await bench.clinic.working_hours.preview(rao, Schedule(weekly=swapped))
    assert [card.appointment.id for card in preview.outside] == [booked]
    changed = DateHours("d" * 24, TUESDAY, swapped[Weekday.MONDAY])
    (card,) = await bench.clinic.changed_dates.affected(rao, changed)
    assert card.appointment.id == booked
    assert await bench.clinic.changed_dates.change(rao, changed) == 1


async def test_a_retired_place_offers_nothing_new_and_keeps_what_is_booked(
    bench: Bench, vera: Principal, rao: Principal, asha: Principal
) -> None:
    await _two_places(bench, vera, rao)
    booked = await _book(bench, asha, rao, NINE, 1)
    await bench.clinic.visits.catalogue.retire(vera, HARBOUR)
    free = (await bench.clinic.schedules.availability(asha, rao.id, TUESDAY)).slots(TUESDAY)
    assert min(slot.start for slot in free) == NINE + 5 * HOUR
    assert await _status(bench, booked) is AppointmentStatus.BOOKED
