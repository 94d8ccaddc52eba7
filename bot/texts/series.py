"""What is said while a series of visits is booked, moved or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.drafts import BookingDraft, SeriesDraft
from bot.texts import labels
from bot.texts.formats import clock_time, doctor, esc, moment, of_series, zone_note
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment, AppointmentCard
from services.models.people import Role
from services.models.series import Every, SeriesScope
from services.recurrence import DAY_NAMES, weekday_of_month
from services.series.planning import Gap

EVERY = {
    Every.WEEK: "Every week",
    Every.TWO_WEEKS: "Every 2 weeks",
    Every.THREE_WEEKS: "Every 3 weeks",
    Every.FOUR_WEEKS: "Every 4 weeks",
    Every.MONTH: "Every month",
}
# What people type for them.
TYPED = {
    Every.TWO_WEEKS: ("every 2 weeks", "every two weeks", "every other week", "fortnightly", "biweekly"),
    Every.THREE_WEEKS: ("every 3 weeks", "every three weeks"),
    Every.FOUR_WEEKS: ("every 4 weeks", "every four weeks"),
    Every.MONTH: ("every month", "monthly"),
    Every.WEEK: ("every week", "weekly"),
}
GAPS = {
    Gap.TAKEN: "taken",
    Gap.BUSY: "another appointment then",
    Gap.THAT_DAY: "another visit that day",
    Gap.AWAY: "the doctor is away",
    Gap.CLOSED: "the clinic is closed",
    Gap.NO_HOURS: "no hours then",
    Gap.TOO_FAR: "too far ahead to book",
    Gap.PASSED: "too soon to book",
}
SCOPES = {
    SeriesScope.ONE: labels.THIS_ONE,
    SeriesScope.REST: labels.THIS_AND_THE_REST,
    SeriesScope.ALL: labels.ALL_OF_THEM,
}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


def _head(draft: BookingDraft) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    kind = f"\n🩺 {esc(draft.kind_name)}" if draft.kind_name else ""
    return f"🔂 <b>A series of visits</b>{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{kind}"


def ask_every(draft: BookingDraft, rules: ClinicRules, most: int) -> str:
    """Ask how often the visits are."""
    first = f"\n🕑 From {moment(draft.start, rules.zone)}" if draft.start else ""
    return (
        f"{_head(draft)}{first}\n\nHow often? You can also type it with the number of visits (2 to {most}),"
        " such as “weekly, 6 times”."
    )


def ask_count(draft: BookingDraft, every: Every, zone: ZoneInfo) -> str:
    """Ask how many visits there are."""
    return f"{_head(draft)}\n🔁 {rhythm(every, draft.start, zone)}\n\nHow many visits in all?"


def rhythm(every: Every, first: datetime | None, zone: ZoneInfo) -> str:
    """Say how often the visits are; monthly is on a weekday of the month, which is named."""
    if every is not Every.MONTH or first is None:
        return EVERY[every]
    number, day = weekday_of_month(first.astimezone(zone))
    return f"{EVERY[every]}, on the {ORDINALS[number]} {DAY_NAMES[day]}"


def card(
    draft: BookingDraft, series: SeriesDraft, places: Sequence[str], rules: ClinicRules, zone: ZoneInfo
) -> str:
    """Show all times of a series, and the gaps with how each is filled; `zone` is the clinic's.

    `places` are the names of where the visits are, "" where there is nothing to say; they stand with each visit
    only if they differ.
    """
    there = {name for name in places if name}
    named = places if len(there) > 1 else [""] * len(places)
    where = "" if len(there) != 1 else f"\n📍 {esc(*there)}"
    lines = [
        _line(number, start, gap, rules) + (f", {esc(place)}" if place else "")
        for number, (start, gap, place) in enumerate(
            zip(series.starts, series.gaps, named, strict=True), start=1
        )
    ]
    kept = sum(start is not None for start in series.starts)
    reason = f"\n💬 <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    asked = (
        "Book these visits?" if kept > 1 else "A series has at least 2 visits. Please change one, or go back."
    )
    gaps = (
        " Times that don't work are marked. Tap a number to change that visit."
        if any(series.gaps)
        else (" Tap a number to change that visit.")
    )
    times, visits = "\n".join(lines), "1 visit" if kept == 1 else f"{kept} visits"
    return (
        f"{_head(draft)}\n🔁 {rhythm(series.every, draft.start, zone)}: {visits}{zone_note(rules)}{where}"
        f"\n\n{times}{reason}\n\n{asked}{gaps}"
    )


def _line(number: int, start: datetime | None, gap: Gap | None, rules: ClinicRules) -> str:
    why = f"⚠️ {GAPS[gap]}: " if gap else ""
    return f"{number}. {why}{moment(start, rules.zone) if start else 'left out'}"


def change_button(number: int, gap: Gap | None) -> str:
    """Label the button that changes a visit of a series."""
    return f"⚠️ {number}" if gap else f"✏️ {number}"


def ask_other(draft: BookingDraft, series: SeriesDraft, rules: ClinicRules, free: int) -> str:
    """Ask for another time for one visit."""
    start, gap = series.starts[series.number - 1], series.gaps[series.number - 1]
    now = f"\n🕑 Now: {moment(start, rules.zone)}" if start else "\n🕑 Now: left out"
    why = f"\n⚠️ {GAPS[gap]}" if gap else ""
    times = "Which time instead? You can also type one." if free else "There is no other time near it."
    return f"{_head(draft)}\n<b>Visit {series.number}</b>{now}{why}\n\n{times}"


def other_time(start: datetime, zone: ZoneInfo) -> str:
    """Label the button that takes another time for one visit."""
    return f"{start.astimezone(zone):%a %-d %b}, {clock_time(start, zone)}"


def which(item: AppointmentCard, role: Role, rules: ClinicRules, what: str) -> str:
    """Ask which visits of a series somebody wants to cancel or move (`what`)."""
    whom = doctor(item.doctor.name) if role is Role.PATIENT else esc(item.patient.name)
    when = moment(item.appointment.slot.start, rules.zone)
    return f"{whom}, {when}{zone_note(rules)}{of_series(item.appointment)}\n\nWhich visits do you want to {what}?"


def scope_button(scope: SeriesScope, number: int) -> str:
    """Label the button for these visits, with how many there are."""
    return str(SCOPES[scope]) if scope is SeriesScope.ONE else f"{SCOPES[scope]} ({number})"


def ask_cancel(item: AppointmentCard, visits: Sequence[Appointment], role: Role, rules: ClinicRules) -> str:
    """Ask whether to cancel these visits, and name each."""
    whom = doctor(item.doctor.name) if role is Role.PATIENT else esc(item.patient.name)
    times = "\n".join(f"• {moment(visit.slot.start, rules.zone)}" for visit in visits)
    what = "this visit" if len(visits) == 1 else f"these {len(visits)} visits"
    return f"Cancel {what} with {whom}{zone_note(rules)}?\n\n{times}"


def cancelled(number: int) -> str:
    """Say that visits are cancelled."""
    return "✖ 1 visit is cancelled." if number == 1 else f"✖ {number} visits are cancelled."


def moving_summary(before: Sequence[Appointment], after: Sequence[Appointment], rules: ClinicRules) -> str:
    """Show where each visit goes."""
    lines = [
        f"• {moment(was.slot.start, rules.zone)} → {moment(now.slot.start, rules.zone)}"
        for was, now in zip(before, after, strict=True)
    ]
    return f"\n\n{len(lines)} visits{zone_note(rules)}:\n" + "\n".join(lines)
