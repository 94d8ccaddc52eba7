"""What is said while a doctor changes the working hours, in the clinic's wall time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.drafts import HoursDraft
from bot.texts.bulk_cancellation import are, booked_lines, each_patient
from bot.texts.dates import own_hours
from bot.texts.formats import (
    PlaceNames,
    clock_time,
    doctor,
    esc,
    long_weekday,
    span,
    stretches,
    wall_time,
    weekday,
    zone_name,
)
from bot.texts.workplaces import ONE_PLACE, Workplaces, closed_places
from services.models.appointments import AppointmentCard
from services.models.catalogue import Video
from services.models.paging import Page
from services.models.scheduling import Digest, Hours, Weekday
from services.models.slots import Slot
from services.working_hours.weekly import HoursPreview

# A day's times are one line; what does not fit is told as a number.
MOST_TIMES = 16
MOST_DATES = 3
MONDAY_TO_FRIDAY = "Mon–Fri"
VIDEO = {
    Video.OFF: "",
    Video.OFFERED: "\n🎥 They come to the clinic or see you by video, as they choose.",
    Video.ONLY: "\n🎥 They see you by video only.",
}


def overview(
    draft: HoursDraft,
    digest: Digest | None,
    zone: ZoneInfo,
    dates: Mapping[date, Sequence[Hours]] | None = None,
    places: Workplaces = ONE_PLACE,
) -> str:
    """Show the week and the numbers, and ask what to change; where there are several places, at which."""
    week = "\n".join(
        f"<b>{weekday(day)}</b>  {stretches(draft.weekly[day], places.names)}" for day in Weekday
    )
    morning = f"\n☀️ Morning message at {_digest(digest)}" if digest else ""
    unsaved = "\n✏️ Not saved yet. Tap Preview &amp; save." if draft.changed else ""
    return (
        f"⏰ <b>Working hours{_of(draft)}</b> ({zone_name(zone)})\n\n{week}{_dates(dates or {}, places.names)}\n\n{_numbers(draft)}{morning}\n{_closed_places(draft, places)}{unsaved}\n"
        f"What would you like to change? Tap it, or type hours like “{_like(places)}” or “Sat closed”, and a single day like “24 Dec 9-12”."
    )


def _like(places: Workplaces) -> str:
    """Return hours as an example, with places where there are several."""
    if len(places.open) <= 1:
        return "Mon-Fri 9-12, 13-17"
    first, second = (esc(place.name) for place in places.open[:2])
    return f"Mon-Fri 9-12 {first}, 13-17 {second}"


def _closed_places(draft: HoursDraft, places: Workplaces) -> str:
    """Say of which places no times are offered any more, and of which hours it is not known where they are."""
    at = {hours.place for day in draft.weekly for hours in day}
    said = closed_places(name for place_id, name in places.closed.items() if place_id in at)
    if len(places.open) > 1 and None in at:
        said += "\n📍 Hours without a place are offered to patients who choose no place."
    return said


def ask_place(hours: Sequence[Hours], zone: ZoneInfo) -> str:
    """Ask where hours are."""
    return f"📍 <b>Where?</b>\n{stretches(hours)} ({zone_name(zone)})\n\nAt which place do you work then? Tap it, or type it."


def _of(draft: HoursDraft) -> str:
    return f" of {doctor(draft.doctor_name)}" if draft.doctor_name else ""


def _dates(dates: Mapping[date, Sequence[Hours]], places: PlaceNames) -> str:
    """Return the next single days with hours of their own."""
    lines = [
        f"📆 {day:%a %-d %b}: {own_hours(hours, places)}" for day, hours in list(dates.items())[:MOST_DATES]
    ]
    more = len(dates) - MOST_DATES
    return "".join(f"\n{line}" for line in lines) + (f"\n… and {more} more days" if more > 0 else "")


def _numbers(draft: HoursDraft) -> str:
    return (
        f"Each slot lasts {span(draft.slot)}, with {_buffer(draft.buffer)} after it.\n"
        f"Patients can book {_notice(draft.notice)}, up to {span(draft.horizon)} ahead.\n"
        f"They can move or cancel {_changes(draft.change_notice)}.{VIDEO[draft.video]}"
    )


def _buffer(value: timedelta) -> str:
    return f"a buffer of {span(value)}" if value else "no buffer"


def _notice(value: timedelta) -> str:
    return f"at least {span(value)} before" if value else "until the slot starts"


def _changes(value: timedelta) -> str:
    return f"until {span(value)} before" if value else "until it starts"


def _digest(digest: Digest) -> str:
    empty = "also on days without appointments" if digest.when_empty else "not on days without appointments"
    return f"{wall_time(digest.at)}, {empty}."


def number_label(name: str, value: timedelta) -> str:
    """Label the button of one of the numbers."""
    return f"{name}: {span(value)}"


def digest_label(digest: Digest) -> str:
    """Label the button of the morning message."""
    return f"☀️ Morning message: {wall_time(digest.at)}"


def video_label(video: Video) -> str:
    """Label the button that offers video visits, nothing else, or none."""
    return f"🎥 Video visits: {video.value}"


def ask_weekday(draft: HoursDraft, zone: ZoneInfo, places: Workplaces = ONE_PLACE) -> str:
    """Ask for the hours of a weekday."""
    now = stretches(draft.weekly[draft.weekday], places.names)
    where = f" Say where, like “{_like(places).removeprefix('Mon-Fri ')}”." if len(places.open) > 1 else ""
    return (
        f"⏰ <b>{long_weekday(draft.weekday)}</b> ({zone_name(zone)})\nNow: {now}\n\n"
        f"When do you work? Type it like “9-12, 13:30-17” or “9am to 5pm”. The gap between them is your break.{where}"
    )


def same_as_monday() -> str:
    """Label the button that takes over Monday's hours."""
    return "Same as Monday"


def copy_to_week() -> str:
    """Label the button that gives the day's hours to all from Monday to Friday."""
    return f"Copy to {MONDAY_TO_FRIDAY}"


def ask_slot(draft: HoursDraft) -> str:
    """Ask how long a slot is."""
    return f"⏱ <b>Slot length</b>\nNow: {span(draft.slot)}\n\nHow many minutes does an appointment last?"


def ask_buffer(draft: HoursDraft) -> str:
    """Ask how long the buffer is."""
    return (
        f"⏱ <b>Buffer between slots</b>\nNow: {span(draft.buffer)}\n\n"
        "How many minutes do you need between two appointments?"
    )


def ask_notice(draft: HoursDraft) -> str:
    """Ask for the minimum notice."""
    return (
        f"⏱ <b>Minimum notice</b>\nNow: {span(draft.notice)}\n\n"
        "How long before a slot do patients have to book it? Tap it, or type it like “90 min”, “3 hours” or “2 days”."
    )


def ask_horizon(draft: HoursDraft) -> str:
    """Ask how far ahead one may book."""
    return f"📆 <b>How far ahead</b>\nNow: {span(draft.horizon)}\n\nHow many days ahead can patients book? From 1 to 365."


def ask_changes(draft: HoursDraft) -> str:
    """Ask until when patients may move and cancel."""
    return (
        f"🔁 <b>Notice for changes</b>\nNow: {span(draft.change_notice)}\n\n"
        "How long before can patients still move or cancel? After that they are asked to call."
        " Tap it, or type it like “90 min”, “3 hours” or “2 days”."
    )


def ask_digest(digest: Digest, zone: ZoneInfo) -> str:
    """Ask for the hour of the morning message."""
    return (
        f"☀️ <b>Morning message</b> ({zone_name(zone)})\nNow: {_digest(digest)}\n\n"
        "When should I send you the day's appointments? Tap a time, or type one like 06:45 AM. I'll save it right away."
    )


def empty_days(digest: Digest) -> str:
    """Label the button that turns the message on empty days on or off."""
    return "Not on empty days" if digest.when_empty else "On empty days, too"


def preview(shown: HoursPreview, page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    """Show what the hours would mean."""
    days = "\n".join(_free_line(day, slots, zone) for day, slots in shown.free.items())
    return (
        f"👀 <b>Preview</b> ({zone_name(zone)}). Nothing is saved yet.\n\n"
        f"<b>Free times in the next seven days</b>\n{days}\n\n{_unfit(shown)}{_outside(page, zone)}"
    )


def _unfit(shown: HoursPreview) -> str:
    """Name the kinds of visit that are longer than any of the hours."""
    lines = [
        f"⚠️ “{esc(kind.name)}” takes {span(timedelta(minutes=kind.minutes))}, which is longer than any of these hours.\n\n"
        for kind in shown.unfit
    ]
    return "".join(lines)


def _free_line(day: date, slots: Sequence[Slot], zone: ZoneInfo) -> str:
    if not slots:
        return f"{day:%a %-d %b}: none"
    times = [clock_time(slot.start, zone) for slot in slots]
    if len(times) > MOST_TIMES:
        times = [*times[: MOST_TIMES - 1], f"… {times[-1]}"]
    return f"{day:%a %-d %b}: {len(slots)} free\n   {', '.join(times)}"


def _outside(page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    if not page.total:
        return "No booked appointment is outside these hours."
    those = "1 booked appointment is" if page.total == 1 else f"{page.total} booked appointments are"
    stay = "It stays" if page.total == 1 else "They stay"
    those_cancelled = "cancel it" if page.total == 1 else "cancel them"
    return (
        f"⚠️ <b>{those} outside these hours</b>\n{booked_lines(page, zone)}\n"
        f"{stay} booked unless you {those_cancelled}. Then {each_patient(page.total).lower()} a message and an email with other free times."
    )


def save(count: int) -> str:
    """Label the button that saves and cancels nothing."""
    return f"✅ Save, keep {_those(count)}" if count else "✅ Save"


def save_and_cancel(count: int) -> str:
    """Label the button that saves and cancels what lies outside."""
    return f"✖ Save and cancel {_those(count)}"


def _those(count: int) -> str:
    return "that one" if count == 1 else f"those {count}"


def saved(kept: int, cancelled: int, doctor_name: str = "") -> str:
    """Say that the hours are saved, and what became of the appointments outside."""
    done = "✅ Your working hours are saved. Patients see them right away."
    if doctor_name:
        whose = f"{doctor(doctor_name)}'s"
        done = f"✅ {whose} working hours are saved. Patients see them right away. The doctor is told."
    if cancelled:
        return f"{done}\n{are(cancelled)} cancelled. {each_patient(cancelled)} a message and an email with other free times."
    return f"{done}\n{are(kept)} outside them and still booked." if kept else done
