"""Cards with all that can be on them stay within what Telegram carries."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram.constants import MessageLimit

from bot.conversations.hours.draft import opened
from bot.demo.bot_api.html_mode import parse_html
from bot.texts import hours, time_off
from bot.ui.paging import ITEMS_A_PAGE, page_of
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.patients import own_patient
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import (
    Digest,
    Hours,
    Schedule,
    Weekday,
    at_minute,
)
from services.models.slots import Slot
from services.working_hours.weekly import HoursPreview

ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
START = datetime(2027, 9, 29, 8, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)
LONG = User(UserId("p"), "&" * 80, "p@example.org", Role.PATIENT, AccountStatus.ACTIVE)


def _cards(count: int) -> list[AppointmentCard]:
    slot = Slot(START, START + FIVE)
    found = Appointment(AppointmentId("a"), UserId("d"), UserId("p"), slot, AppointmentStatus.BOOKED)
    return [AppointmentCard(found, LONG, own_patient(LONG))] * count


def _fits(text: str) -> bool:
    return len(parse_html(text).text) <= MessageLimit.MAX_TEXT_LENGTH - 200  # a sentence may stand above it


def test_a_preview_of_five_minute_slots_around_the_clock_with_many_outside_fits() -> None:
    slots = [Slot(START + n * FIVE, START + (n + 1) * FIVE) for n in range(288)]
    free = {date(2027, 9, 29) + timedelta(days=n): slots for n in range(7)}
    outside = _cards(1000)
    text = hours.preview(HoursPreview(free, outside), page_of(outside, 0), ZONE)
    assert "288 free" in text
    assert f"… and {1000 - ITEMS_A_PAGE} more on the other pages" in text
    assert _fits(text)


def test_an_overview_of_a_week_in_very_many_pieces_fits() -> None:
    pieces = tuple(Hours(at_minute(10 * n), at_minute(10 * n + 5)) for n in range(144))
    draft = replace(opened(Schedule(weekly=dict.fromkeys(Weekday, pieces))), changed=True)
    text = hours.overview(draft, Digest(time(23, 55), when_empty=True), ZONE)
    assert "and 138 more" in text
    assert _fits(text)


def test_a_summary_of_time_off_with_many_in_it_fits() -> None:
    slot = Slot(START, START + timedelta(days=300))
    assert _fits(time_off.summary(slot, page_of(_cards(1000), 3), "&" * 300, ZONE))


def test_a_list_shows_the_page_that_there_is() -> None:
    assert page_of(range(20), 99).items == tuple(range(16, 20))
    assert page_of(range(20), -1).items == tuple(range(8))
    assert page_of([], 3).pages == 1
