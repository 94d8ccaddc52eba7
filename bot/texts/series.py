"""What is said while a series of visits is booked, moved or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.drafts import BookingDraft, SeriesDraft
from bot.localization.messages import phrase, say, say_count
from bot.texts import labels
from bot.texts.formats import (
    comma_list,
    doctor,
    esc,
    long_weekday,
    moment,
    moment_read,
    of_series,
    short_moment,
    zone_note,
)
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment, AppointmentCard
from services.models.people import Role
from services.models.scheduling import Weekday
from services.models.series import Every, SeriesScope
from services.recurrence import weekday_of_month
from services.series.planning import Gap

# Labels of buttons, which are also what people type.
EVERY = {
    Every.WEEK: phrase("Every week"),
    Every.TWO_WEEKS: phrase("Every 2 weeks"),
    Every.THREE_WEEKS: phrase("Every 3 weeks"),
    Every.FOUR_WEEKS: phrase("Every 4 weeks"),
    Every.MONTH: phrase("Every month"),
}
# Why a time that was planned can't be had.
GAPS = {
    # Translators: why a time can't be booked.
    Gap.TAKEN: phrase("taken"),
    # Translators: why a time can't be booked.
    Gap.BUSY: phrase("another appointment then"),
    # Translators: why a time can't be booked.
    Gap.THAT_DAY: phrase("another visit that day"),
    Gap.AWAY: phrase("the doctor is away"),
    Gap.CLOSED: phrase("the clinic is closed"),
    # Translators: why a time can't be booked: the doctor has no working hours then.
    Gap.NO_HOURS: phrase("no hours then"),
    # Translators: why a time can't be booked.
    Gap.TOO_FAR: phrase("too far ahead to book"),
    # Translators: why a time can't be booked.
    Gap.PASSED: phrase("too soon to book"),
}
SCOPES = {
    SeriesScope.ONE: labels.THIS_ONE,
    SeriesScope.REST: labels.THIS_AND_THE_REST,
    SeriesScope.ALL: labels.ALL_OF_THEM,
}
LAST = -1


def _head(draft: BookingDraft) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    kind = f"\n🩺 {esc(draft.kind_name)}" if draft.kind_name else ""
    title = say("🔂 <b>A series of visits</b>")
    return f"{title}{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{kind}"


def ask_every(draft: BookingDraft, rules: ClinicRules, most: int) -> str:
    """Ask how often the visits are."""
    first = "\n" + say("🕑 From {time}", time=moment(draft.start, rules.zone)) if draft.start else ""
    # Translators: begin what is typed with the words of the button “Every week”: “Every week, 6 times”.
    question = say(
        "How often? You can also type it with the number of visits (2 to {most}), such as “weekly, 6 times”.",
        most=most,
    )
    return f"{_head(draft)}{first}\n\n{question}"


def ask_count(draft: BookingDraft, every: Every, zone: ZoneInfo) -> str:
    """Ask how many visits there are."""
    question = say("How many visits in all?")
    return f"{_head(draft)}\n🔁 {rhythm(every, draft.start, zone)}\n\n{question}"


def rhythm(every: Every, first: datetime | None, zone: ZoneInfo) -> str:
    """Say how often the visits are; monthly is on a weekday of the month, which is named."""
    if every is not Every.MONTH or first is None:
        return str(EVERY[every])
    number, day = weekday_of_month(first.astimezone(zone))
    return _monthly(number, long_weekday(Weekday(day)))


def _monthly(number: int, name: str) -> str:
    # Translators: {weekday} is the name of the day as it stands alone, such as "Monday".
    said = {
        1: lambda: say("Every month, on the first {weekday}", weekday=name),
        # Translators: {weekday} is the name of the day as it stands alone, such as "Monday".
        2: lambda: say("Every month, on the second {weekday}", weekday=name),
        # Translators: {weekday} is the name of the day as it stands alone, such as "Monday".
        3: lambda: say("Every month, on the third {weekday}", weekday=name),
        # Translators: {weekday} is the name of the day as it stands alone, such as "Monday".
        4: lambda: say("Every month, on the fourth {weekday}", weekday=name),
        # Translators: {weekday} is the name of the day as it stands alone, such as "Monday".
        LAST: lambda: say("Every month, on the last {weekday}", weekday=name),
    }
    return said[number]()


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
        comma_list([_line(number, start, gap, rules), *([esc(place)] if place else [])])
        for number, (start, gap, place) in enumerate(
            zip(series.starts, series.gaps, named, strict=True), start=1
        )
    ]
    reason = f"\n💬 <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    kept, times = sum(start is not None for start in series.starts), "\n".join(lines)
    return (
        f"{_head(draft)}\n🔁 {rhythm(series.every, draft.start, zone)}: {_visits(kept)}{zone_note(rules)}{where}"
        f"\n\n{times}{reason}\n\n{_asked(kept, has_gaps=any(series.gaps))}"
    )


def _asked(kept: int, *, has_gaps: bool) -> str:
    """Ask whether to book what is kept of a series."""
    asked = [
        say("Book these visits?")
        if kept > 1
        else say("A series has at least 2 visits. Please change one, or go back.")
    ]
    if has_gaps:
        asked.append(say("Times that don't work are marked."))
    return " ".join([*asked, say("Tap a number to change that visit.")])


def _visits(number: int) -> str:
    return say_count("{count} visit", "{count} visits", number)


def _line(number: int, start: datetime | None, gap: Gap | None, rules: ClinicRules) -> str:
    why = f"⚠️ {GAPS[gap]}: " if gap else ""
    # Translators: said of a visit of a series.
    when = moment(start, rules.zone) if start else say("left out")
    return f"{number}. {why}{when}"


def change_button(number: int, gap: Gap | None) -> str:
    """Label the button that changes a visit of a series."""
    return f"⚠️ {number}" if gap else f"✏️ {number}"


def ask_other(draft: BookingDraft, series: SeriesDraft, rules: ClinicRules, free: int) -> str:
    """Ask for another time for one visit."""
    start, gap = series.starts[series.number - 1], series.gaps[series.number - 1]
    now = say("🕑 Now: {time}", time=moment(start, rules.zone)) if start else say("🕑 Now: left out")
    why = f"\n⚠️ {GAPS[gap]}" if gap else ""
    times = (
        say("Which time instead? You can also type one.") if free else say("There is no other time near it.")
    )
    visit = say("<b>Visit {number}</b>", number=series.number)
    return f"{_head(draft)}\n{visit}\n{now}{why}\n\n{times}"


def other_time(start: datetime, zone: ZoneInfo) -> str:
    """Label the button that takes another time for one visit."""
    return short_moment(start, zone)


def which_to_cancel(item: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    """Ask which visits of a series somebody wants to cancel."""
    question = say("Which visits do you want to cancel?")
    return f"{_one_of(item, role, rules)}\n\n{question}"


def which_to_move(item: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    """Ask which visits of a series somebody wants to move."""
    question = say("Which visits do you want to move?")
    return f"{_one_of(item, role, rules)}\n\n{question}"


def _one_of(item: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    visit = comma_list([_whom(item, role), moment_read(item.appointment.slot.start, rules)])
    return f"{visit}{of_series(item.appointment)}"


def _whom(item: AppointmentCard, role: Role) -> str:
    return doctor(item.doctor.name) if role is Role.PATIENT else esc(item.patient.name)


def scope_button(scope: SeriesScope, number: int) -> str:
    """Label the button for these visits, with how many there are."""
    return str(SCOPES[scope]) if scope is SeriesScope.ONE else f"{SCOPES[scope]} ({number})"


def ask_cancel(item: AppointmentCard, visits: Sequence[Appointment], role: Role, rules: ClinicRules) -> str:
    """Ask whether to cancel these visits, and name each."""
    times = "\n".join(f"• {moment(visit.slot.start, rules.zone)}" for visit in visits)
    question = say_count(
        "Cancel this visit with {name}?",
        "Cancel these {count} visits with {name}?",
        len(visits),
        name=_whom(item, role) + zone_note(rules),
    )
    return f"{question}\n\n{times}"


def cancelled(number: int) -> str:
    """Say that visits are cancelled."""
    return say_count("✖ {count} visit is cancelled.", "✖ {count} visits are cancelled.", number)


def moving_summary(before: Sequence[Appointment], after: Sequence[Appointment], rules: ClinicRules) -> str:
    """Show where each visit goes."""
    lines = [
        f"• {moment(was.slot.start, rules.zone)} → {moment(now.slot.start, rules.zone)}"
        for was, now in zip(before, after, strict=True)
    ]
    return f"\n\n{_visits(len(lines))}{zone_note(rules)}:\n" + "\n".join(lines)
