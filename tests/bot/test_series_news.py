"""News of series: what is said, what calendars get, and what is counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.metrics import Metrics
from bot.notifications.calendar_files import invite_with
from bot.texts.notifications import news
from bot.texts.visits import PRICE, where_rows
from services.appointments.events import visit_facts
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.booked_series import Series
from services.models.catalogue import KindId, Place, Price, VisitDetails, VisitKind
from services.models.notifications import Event, EventKind
from services.models.patients import own_patient
from services.models.people import AccountStatus, Author, ChatId, Principal, Role, User, UserId
from services.models.series import Every, SeriesId, SeriesPart, SeriesRule, SeriesStatus
from services.models.slots import PlaceId, Slot
from services.recurrence import planned_times
from services.series.events import series_event

BERLIN = ZoneInfo("Europe/Berlin")
RAO = User(UserId("d"), "Rao", "rao@example.org", Role.DOCTOR, AccountStatus.ACTIVE, zone="Asia/Kathmandu")
ASHA = User(UserId("p"), "Asha", "asha@example.org", Role.PATIENT, AccountStatus.ACTIVE)
LINK = "https://t.me/clinic_bot"
HALF = timedelta(minutes=30)
SERIES = SeriesId("5" * 24)


def _event(
    kind: EventKind, first: datetime, zone: ZoneInfo, *, version: int = 0, is_whole: bool = False
) -> Event:
    """Return the event about a weekly series of four, of which the third was left out."""
    rule = SeriesRule(Every.WEEK, 4)
    planned = planned_times(rule, first, zone)
    series = Series(
        SERIES,
        SeriesStatus.BOOKED,
        rule,
        zone.key,
        tuple(planned),
        (1, 2, 4),
        RAO.id,
        Author(ASHA.id),
        first,
    )
    visits = [
        Appointment(
            AppointmentId(f"{number}" * 24),
            RAO.id,
            ASHA.id,
            Slot(planned[place], planned[place] + HALF),
            AppointmentStatus.BOOKED,
            reason="a secret",
            version=version,
            series_id=SERIES,
            series=SeriesPart(number, 3, planned[place]),
        )
        for number, place in enumerate((0, 1, 3), start=1)
    ]
    card = AppointmentCard(visits[0], RAO, own_patient(ASHA))
    asha = Principal(ASHA, ChatId(1), "s")
    return series_event(kind, series, card, visits, asha, at=first - HALF, is_whole=is_whole)


def test_a_series_says_where_to_come_to_and_what_to_do_before_as_a_single_visit_does() -> None:
    kind = VisitKind(KindId("k"), "Physiotherapy", 30, price=Price(5500, "GBP"), preparation="Bring a towel.")
    place = Place(PlaceId("h"), "Hospital", "1 Park Road", "+44 117 496 0180", "Follow the green line.")
    facts = {"visit": visit_facts(VisitDetails(kind, place))}
    event = _event(EventKind.SERIES_BOOKED, datetime(2027, 5, 4, 8, tzinfo=UTC), BERLIN)
    told = replace(event, facts={**event.facts, **facts})
    rules = ClinicRules("Clinic", BERLIN, None, email="clinic@example.org")
    single = replace(told, kind=EventKind.BOOKED)
    for reader, number in ((ASHA, 5), (RAO, 1)):
        rows = where_rows(told.facts, reader, rules)
        assert len(rows) == number
        assert set(rows) <= set(news(single.kind, single.facts, reader, rules).facts)
        # One visit of several costs that much.
        each = {(label, f"{value} each" if label == str(PRICE) else value) for label, value in rows}
        assert each <= set(news(told.kind, told.facts, reader, rules).facts)


def _events(event: Event, reader: User, zone: ZoneInfo) -> list[Any]:
    made = invite_with(event, reader, ClinicRules("Clinic", zone, None, email="clinic@example.org"), LINK)
    assert made is not None
    assert b"secret" not in made.content
    whole: Any = Calendar.from_ical(made.content)
    return [*whole.walk("VEVENT")]


@pytest.mark.parametrize("reader", [ASHA, RAO], ids=["patient", "doctor"])
def test_the_rule_is_in_the_zone_of_the_clinic_whoever_reads_it(reader: User) -> None:
    # On 31 October the clocks in Berlin are set back, and those in Kathmandu are not.
    first = datetime(2027, 10, 19, 8, tzinfo=UTC)
    (event,) = _events(_event(EventKind.SERIES_BOOKED, first, BERLIN), reader, BERLIN)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4"
    assert [at.dt.strftime("%d %b %H") for at in event["EXDATE"].dts] == ["02 Nov 10"]


def test_a_clinic_on_utc_has_no_zone_to_write() -> None:
    first = datetime(2027, 5, 4, 8, tzinfo=UTC)
    (event,) = _events(_event(EventKind.SERIES_BOOKED, first, ZoneInfo("UTC")), ASHA, ZoneInfo("UTC"))
    assert event["DTSTART"].to_ical() == b"20270504T080000Z"


def test_what_begins_in_the_hour_that_comes_twice_is_an_exception_to_its_own_rule() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # half past two in Berlin, for the second time
    master, *exceptions = _events(_event(EventKind.SERIES_BOOKED, second, BERLIN), ASHA, BERLIN)
    assert "RRULE" in master
    (moved,) = exceptions
    assert moved["RECURRENCE-ID"].dt.replace(tzinfo=None, fold=0) == datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001
    assert moved["DTSTART"].to_ical() == b"20271031T013000Z"


def test_a_series_of_which_nothing_is_left_is_cancelled_as_one() -> None:
    first = datetime(2027, 5, 4, 8, tzinfo=UTC)
    some = _events(_event(EventKind.SERIES_CANCELLED, first, BERLIN, version=1), ASHA, BERLIN)
    assert len(some) == 3
    assert all("RECURRENCE-ID" in each for each in some)
    (whole,) = _events(
        _event(EventKind.SERIES_CANCELLED, first, BERLIN, version=1, is_whole=True), ASHA, BERLIN
    )
    assert "RECURRENCE-ID" not in whole
    assert (whole["STATUS"], whole["SEQUENCE"]) == ("CANCELLED", 3)
    assert {each["UID"] for each in some} == {whole["UID"]}


def test_each_visit_is_named_with_its_number() -> None:
    first = datetime(2027, 5, 4, 8, tzinfo=UTC)
    rules = ClinicRules("Clinic", BERLIN, None)
    said = news(EventKind.SERIES_BOOKED, _event(EventKind.SERIES_BOOKED, first, BERLIN).facts, ASHA, rules)
    assert [label for label, _ in said.facts] == ["With", "1 of 3", "2 of 3", "3 of 3", "Reason"]
    to_doctor = news(
        EventKind.SERIES_CANCELLED, _event(EventKind.SERIES_CANCELLED, first, BERLIN).facts, RAO, rules
    )
    assert to_doctor.headline == "✖ 3 visits of the series cancelled"
    assert ("By", "the patient") in to_doctor.facts


def test_each_visit_of_a_series_is_counted() -> None:
    metrics = Metrics()
    metrics.spread([_event(EventKind.SERIES_BOOKED, datetime(2027, 5, 4, 8, tzinfo=UTC), BERLIN)])
    name = "mediconnect_appointment_changes_total"
    counted = [
        metrics.registry.get_sample_value(name, {"change": "booked", "where": where})
        for where in ("chat", "http")
    ]
    assert sum(each or 0 for each in counted) == 3
