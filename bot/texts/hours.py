"""What is said while a doctor changes the working hours, in the clinic's wall time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.drafts import HoursDraft
from bot.localization.messages import phrase, say, say_count
from bot.texts import labels
from bot.texts.bulk_cancellation import booked_lines, were_cancelled
from bot.texts.dates import own_hours
from bot.texts.formats import (
    PlaceNames,
    clock_time,
    comma_list,
    doctor,
    esc,
    in_zone,
    long_weekday,
    span,
    stretches,
    wall_time,
    weekday,
    weekday_and_day,
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
VIDEO = {
    Video.OFFERED: phrase("🎥 They come to the clinic or see you by video, as they choose."),
    Video.ONLY: phrase("🎥 They see you by video only."),
}
VIDEO_LABELS = {
    # Translators: a button; at most 40 characters. A tap changes it.
    Video.OFF: phrase("🎥 Video visits: off"),
    Video.OFFERED: phrase("🎥 Video visits: offered"),
    # Translators: a button; at most 40 characters. The doctor sees patients by video only.
    Video.ONLY: phrase("🎥 Video visits: only"),
}


def overview(
    draft: HoursDraft,
    digest: Digest | None,
    zone: ZoneInfo,
    dates: Mapping[date, Sequence[Hours]] | None = None,
    places: Workplaces = ONE_PLACE,
) -> str:
    """Show the week and the numbers, and ask what to change; where there are several places, at which."""
    days = [f"<b>{weekday(day)}</b>  {stretches(draft.weekly[day], places.names)}" for day in Weekday]
    morning = [_morning(digest)] if digest else []
    unsaved = [say("✏️ Not saved yet. Tap Preview &amp; save.")] if draft.changed else []
    ask = say(
        "What would you like to change? Tap it, or type hours like “{hours}” or “Sat closed”,"
        " and a single day like “24 Dec 9-12”.",
        hours=_like(places),
    )
    week = "\n".join([*days, *_dates(dates or {}, places.names)])
    settings = "\n".join([*_numbers(draft), *morning])
    last = "\n".join([*_closed_places(draft, places), *unsaved, ask])
    return f"{in_zone(_title(draft), zone)}\n\n{week}\n\n{settings}\n\n{last}"


def _title(draft: HoursDraft) -> str:
    if draft.doctor_name:
        return say("⏰ <b>Working hours of {doctor}</b>", doctor=doctor(draft.doctor_name))
    return say("⏰ <b>Working hours</b>")


def _like(places: Workplaces) -> str:
    """Return hours as an example, with places where there are several."""
    if len(places.open) <= 1:
        # Translators: an example of what can be typed, so it has the short names of the weekdays.
        return say("Mon-Fri 9-12, 13-17")
    first, second = (esc(place.name) for place in places.open[:2])
    # Translators: an example of what can be typed, with the names of two places where a doctor works.
    return say("Mon-Fri 9-12 {first}, 13-17 {second}", first=first, second=second)


def _closed_places(draft: HoursDraft, places: Workplaces) -> list[str]:
    """Say of which places no times are offered any more, and of which hours it is not known where they are."""
    at = {hours.place for day in draft.weekly for hours in day}
    said = closed_places(name for place_id, name in places.closed.items() if place_id in at)
    if len(places.open) > 1 and None in at:
        said.append(say("📍 Hours without a place are offered to patients who choose no place."))
    return said


def ask_place(hours: Sequence[Hours], zone: ZoneInfo) -> str:
    """Ask where hours are."""
    title, asked = say("📍 <b>Where?</b>"), say("At which place do you work then? Tap it, or type it.")
    return f"{title}\n{in_zone(stretches(hours), zone)}\n\n{asked}"


def _dates(dates: Mapping[date, Sequence[Hours]], places: PlaceNames) -> list[str]:
    """Return the next single days with hours of their own."""
    lines = [
        say("📆 {day}: {hours}", day=weekday_and_day(day), hours=own_hours(hours, places))
        for day, hours in list(dates.items())[:MOST_DATES]
    ]
    more = len(dates) - MOST_DATES
    if more > 0:
        lines.append(say_count("… and {count} more day", "… and {count} more days", more))
    return lines


def _numbers(draft: HoursDraft) -> tuple[str, ...]:
    said = (_slots(draft), _notice(draft), _changes(draft))
    return (*said, str(VIDEO[draft.video])) if draft.video in VIDEO else said


def _slots(draft: HoursDraft) -> str:
    length = span(draft.slot)
    if not draft.buffer:
        return say("Each slot lasts {length}, with no buffer after it.", length=length)
    return say(
        "Each slot lasts {length}, with a buffer of {buffer} after it.",
        length=length,
        buffer=span(draft.buffer),
    )


def _notice(draft: HoursDraft) -> str:
    ahead = span(draft.horizon)
    if not draft.notice:
        return say("Patients can book until the slot starts, up to {horizon} ahead.", horizon=ahead)
    return say(
        "Patients can book at least {notice} before, up to {horizon} ahead.",
        notice=span(draft.notice),
        horizon=ahead,
    )


def _changes(draft: HoursDraft) -> str:
    if not draft.change_notice:
        return say("They can move or cancel until it starts.")
    return say("They can move or cancel until {notice} before.", notice=span(draft.change_notice))


def _morning(digest: Digest) -> str:
    at = wall_time(digest.at)
    if digest.when_empty:
        return say("☀️ Morning message at {time}, also on days without appointments.", time=at)
    return say("☀️ Morning message at {time}, not on days without appointments.", time=at)


def _digest_now(digest: Digest) -> str:
    at = wall_time(digest.at)
    if digest.when_empty:
        return say("Now: {time}, also on days without appointments.", time=at)
    return say("Now: {time}, not on days without appointments.", time=at)


def number_label(name: str, value: timedelta) -> str:
    """Label the button of one of the numbers."""
    return say("{name}: {value}", name=name, value=span(value))


def digest_label(digest: Digest) -> str:
    """Label the button of the morning message."""
    # Translators: a button; at most 40 characters.
    return say("☀️ Morning message: {time}", time=wall_time(digest.at))


def video_label(video: Video) -> str:
    """Label the button that offers video visits, nothing else, or none."""
    return str(VIDEO_LABELS[video])


def ask_weekday(draft: HoursDraft, zone: ZoneInfo, places: Workplaces = ONE_PLACE) -> str:
    """Ask for the hours of a weekday."""
    title = in_zone(f"⏰ <b>{long_weekday(draft.weekday)}</b>", zone)
    asked = say(
        "When do you work? Type it like “9-12, 13:30-17” or “9am to 5pm”. The gap between them is your break."
    )
    now = _now(stretches(draft.weekly[draft.weekday], places.names))
    questions = " ".join([asked, *_where_like(places)])
    return f"{title}\n{now}\n\n{questions}"


def _where_like(places: Workplaces) -> list[str]:
    if len(places.open) <= 1:
        return []
    first, second = (esc(place.name) for place in places.open[:2])
    return [say("Say where, like “9-12 {first}, 13-17 {second}”.", first=first, second=second)]


def _now(value: str) -> str:
    # Translators: how something is set at present, above the question for a new value.
    return say("Now: {value}", value=value)


def same_as_monday() -> str:
    """Label the button that takes over Monday's hours."""
    # Translators: a button; at most 40 characters.
    return say("Same as Monday")


def copy_to_week() -> str:
    """Label the button that gives the day's hours to all from Monday to Friday."""
    # Translators: a button; at most 40 characters.
    return say("Copy to Mon–Fri")


def ask_slot(draft: HoursDraft) -> str:
    """Ask how long a slot is."""
    asked = say("How many minutes does an appointment last?")
    return _question(say("⏱ <b>Slot length</b>"), draft.slot, asked)


def ask_buffer(draft: HoursDraft) -> str:
    """Ask how long the buffer is."""
    asked = say("How many minutes do you need between two appointments?")
    return _question(say("⏱ <b>Buffer between slots</b>"), draft.buffer, asked)


def ask_notice(draft: HoursDraft) -> str:
    """Ask for the minimum notice."""
    asked = say(
        "How long before a slot do patients have to book it?"
        " Tap it, or type it like “90 min”, “3 hours” or “2 days”."
    )
    return _question(say("⏱ <b>Minimum notice</b>"), draft.notice, asked)


def ask_horizon(draft: HoursDraft) -> str:
    """Ask how far ahead one may book."""
    asked = say("How many days ahead can patients book? From 1 to 365.")
    return _question(say("📆 <b>How far ahead</b>"), draft.horizon, asked)


def ask_changes(draft: HoursDraft) -> str:
    """Ask until when patients may move and cancel."""
    asked = say(
        "How long before can patients still move or cancel? After that they are asked to call."
        " Tap it, or type it like “90 min”, “3 hours” or “2 days”."
    )
    return _question(say("🔁 <b>Notice for changes</b>"), draft.change_notice, asked)


def _question(title: str, now: timedelta, asked: str) -> str:
    return f"{title}\n{_now(span(now))}\n\n{asked}"


def ask_digest(digest: Digest, zone: ZoneInfo) -> str:
    """Ask for the hour of the morning message."""
    asked = say(
        "When should I send you the day's appointments? Tap a time, or type one like 06:45 AM."
        " I'll save it right away."
    )
    title = say("☀️ <b>Morning message</b>")
    return f"{in_zone(title, zone)}\n{_digest_now(digest)}\n\n{asked}"


def empty_days(digest: Digest) -> str:
    """Label the button that turns the message on empty days on or off."""
    if digest.when_empty:
        # Translators: a button; at most 40 characters. No morning message on days without appointments.
        return say("Not on empty days")
    # Translators: a button; at most 40 characters. A morning message also on days without appointments.
    return say("On empty days, too")


def preview(shown: HoursPreview, page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    """Show what the hours would mean."""
    title = say("👀 <b>Preview</b> ({zone}). Nothing is saved yet.", zone=zone_name(zone))
    free = [_free_line(day, slots, zone) for day, slots in shown.free.items()]
    days = "\n".join([say("<b>Free times in the next seven days</b>"), *free])
    return "\n\n".join([title, days, *_unfit(shown), _outside(page, zone)])


def _unfit(shown: HoursPreview) -> list[str]:
    """Name the kinds of visit that are longer than any of the hours."""
    return [
        say(
            "⚠️ “{kind}” takes {length}, which is longer than any of these hours.",
            kind=esc(kind.name),
            length=span(timedelta(minutes=kind.minutes)),
        )
        for kind in shown.unfit
    ]


def _free_line(day: date, slots: Sequence[Slot], zone: ZoneInfo) -> str:
    shown = weekday_and_day(day)
    if not slots:
        # Translators: no time is free on that day.
        return say("{day}: none", day=shown)
    times = [clock_time(slot.start, zone) for slot in slots]
    if len(times) > MOST_TIMES:
        times = [*times[: MOST_TIMES - 1], f"… {times[-1]}"]
    # Translators: so many times are free on that day.
    head = say_count("{day}: {count} free", "{day}: {count} free", len(slots), day=shown)
    return f"{head}\n   {comma_list(times)}"


def _outside(page: Page[AppointmentCard], zone: ZoneInfo) -> str:
    if not page.total:
        return say("No booked appointment is outside these hours.")
    head = say_count(
        "⚠️ <b>{count} booked appointment is outside these hours</b>",
        "⚠️ <b>{count} booked appointments are outside these hours</b>",
        page.total,
    )
    stay = say_count(
        "It stays booked unless you cancel it. Then the patient gets a message and an email with other free times.",
        "They stay booked unless you cancel them."
        " Then each patient gets a message and an email with other free times.",
        page.total,
    )
    return f"{head}\n{booked_lines(page, zone)}\n{stay}"


def save(count: int) -> str:
    """Label the button that saves and cancels nothing."""
    if not count:
        return str(labels.SAVE)
    # Translators: a button; at most 40 characters. "Those" are appointments.
    return say_count("✅ Save, keep that one", "✅ Save, keep those {count}", count)


def save_and_cancel(count: int) -> str:
    """Label the button that saves and cancels what lies outside."""
    # Translators: a button; at most 40 characters. "Those" are appointments.
    return say_count("✖ Save and cancel that one", "✖ Save and cancel those {count}", count)


def saved(kept: int, cancelled: int, doctor_name: str = "") -> str:
    """Say that the hours are saved, and what became of the appointments outside."""
    done = say("✅ Your working hours are saved. Patients see them right away.")
    if doctor_name:
        done = say(
            "✅ {doctor}'s working hours are saved. Patients see them right away. The doctor is told.",
            doctor=doctor(doctor_name),
        )
    if cancelled:
        return f"{done}\n{were_cancelled(cancelled)}"
    return f"{done}\n{_kept(kept)}" if kept else done


def _kept(count: int) -> str:
    return say_count(
        "{count} appointment is outside them and still booked.",
        "{count} appointments are outside them and still booked.",
        count,
    )
