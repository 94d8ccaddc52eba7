"""What is said of a doctor's day and week, in the clinic's time."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.drafts import FollowUpDraft
from bot.localization.messages import number, phrase, say, say_count
from bot.texts.appointments import is_confirmed, presence
from bot.texts.bulk_cancellation import what_to_tell
from bot.texts.formats import (
    clock_time,
    comma_list,
    day,
    doctor,
    esc,
    in_zone,
    moment,
    of_series,
    span,
    stretch,
    stretches,
    times_of,
    weekday,
    weekday_and_day,
    zone_name,
)
from bot.texts.questions import in_day
from bot.texts.visits import what
from services.appointments.agenda import DayAgenda
from services.models.appointments import Alternative, AppointmentCard, AppointmentStatus
from services.models.scheduling import Weekday
from services.models.slots import Slot

MARKS = {
    # Translators: how it stands with an appointment, behind the patient's name.
    AppointmentStatus.HELD: phrase("⏳ being booked"),
    # Translators: how it stands with an appointment, behind the patient's name.
    AppointmentStatus.BOOKED: phrase("• booked"),
    # Translators: the patient was seen by the doctor.
    AppointmentStatus.FULFILLED: phrase("✅ seen"),
    # Translators: the patient did not come to the appointment.
    AppointmentStatus.NOSHOW: phrase("🚷 did not come"),
}


# How an appointment's button begins; of what is booked it depends on who is there.
SIGNS = {
    AppointmentStatus.HELD: "⏳ ",
    AppointmentStatus.FULFILLED: "✅ ",
    AppointmentStatus.NOSHOW: "🚷 ",
}


def day_page(plan: DayAgenda, shown: Sequence[AppointmentCard]) -> str:
    """Show a page of a day."""
    head = [in_zone(f"🗓 <b>{day(plan.day)}</b>", plan.zone), _counts(plan), *_where(plan), *_late(plan)]
    parts = ["\n".join(head)]
    if shown:
        parts.append("\n".join(_entry(card, plan.zone) for card in shown))
    parts += [_time_off(off, plan) for off in plan.time_off]
    parts += [_closed(each.slot, each.reason, plan) for each in plan.closures]
    if not plan.taken:
        parts.append(_quiet(plan))
    return "\n\n".join(parts)


def _where(plan: DayAgenda) -> list[str]:
    """Say where the doctor works that day, if the clinic works at several places."""
    is_named = any(each.place in plan.places for each in plan.hours if each.place is not None)
    return [f"📍 {stretches(plan.hours, plan.places)}"] if is_named else []


def _late(plan: DayAgenda) -> list[str]:
    if not plan.late_minutes:
        return []
    # Translators: the doctor is so much behind today, such as "15 minutes".
    return [say("🕐 {span} late", span=span(timedelta(minutes=plan.late_minutes)))]


def _counts(plan: DayAgenda) -> str:
    parts = [say_count("{count} appointment", "{count} appointments", len(plan.taken))]
    if plan.free:
        parts.append(say_count("{count} free time", "{count} free times", len(plan.free)))
    if plan.cancelled:
        # Translators: so many appointments are cancelled.
        parts.append(say_count("{count} cancelled", "{count} cancelled", plan.cancelled))
    return comma_list(parts)


def _entry(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Return an appointment in one line; all else is on its card."""
    found = card.appointment
    marks = [str(MARKS[found.status])]
    if is_confirmed(found):
        # Translators: the patient has said that they come.
        marks.append(say("👍 confirmed"))
    marks += presence(found, zone)
    if found.by_video:
        marks.append(say("🎥 by video"))
    line = say(
        "<b>{time}</b> · {patient} {status}",
        time=clock_time(found.slot.start, zone),
        patient=esc(card.patient.name),
        status=comma_list(marks),
    )
    return f"{line}{what(card)}{of_series(found)}{in_day(card)}"


def _hours_of(off: Slot, plan: DayAgenda) -> str:
    """Return a stretch as far as it lies in the day, from and to; nothing where it is the whole day."""
    bounds = plan.bounds
    first, last = max(bounds.start, off.start), min(bounds.end, off.end)
    if Slot(first, last) == bounds:
        return ""
    return times_of(Slot(first, last), plan.zone)


def _time_off(off: Slot, plan: DayAgenda) -> str:
    hours = _hours_of(off, plan)
    return say("⛱ Time off {hours}", hours=hours) if hours else say("⛱ Time off all day")


def _closed(closed: Slot, reason: str, plan: DayAgenda) -> str:
    if hours := _hours_of(closed, plan):
        return say("🔒 The clinic is closed {hours}: {reason}", hours=hours, reason=esc(reason))
    return say("🔒 The clinic is closed all day: {reason}", reason=esc(reason))


def _quiet(plan: DayAgenda) -> str:
    if not plan.working:
        return say("You don't work on this day. You can change that in /hours.")
    return say("Nobody has booked this day. I'll tell you about each new appointment here and by email.")


def week_page(plans: Sequence[DayAgenda]) -> str:
    """Show a week, a line a day."""
    first, last = day(plans[0].day), day(plans[-1].day)
    lines = [f"<b>{day(plan.day)}</b>\n   {comma_list([_counts(plan), *_off(plan)])}" for plan in plans]
    # Translators: the first and the last day of what is shown.
    head = say("🗓 <b>{first} – {last}</b>", first=first, last=last)
    return f"{in_zone(head, plans[0].zone)}\n\n" + "\n".join(lines)


def _off(plan: DayAgenda) -> list[str]:
    if plan.closures:
        return [say("🔒 the clinic is closed")]
    if plan.time_off:
        return [say("⛱ time off")]
    return [] if plan.working else [say("no working hours")]


def person_button(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Label the button that opens an appointment."""
    found = card.appointment
    sign = SIGNS.get(found.status, "")
    if found.status is AppointmentStatus.BOOKED:
        sign = "▶ " if found.called_at is not None else "✓ " if found.is_waiting else ""
    time = clock_time(found.slot.start, zone)
    return sign + say("{time} {patient}", time=time, patient=card.patient.name)


def week_button(plan: DayAgenda) -> str:
    """Label the button that opens a day of the week."""
    # Translators: a button, at most 12 characters: "Tue 4: 3", with how many appointments that day has.
    return say(
        "{weekday} {day}: {count}",
        weekday=weekday(Weekday(plan.day.weekday())),
        day=number(plan.day.day),
        count=number(len(plan.taken)),
    )


def turn_back(to: date) -> str:
    """Label the button that turns back to a day, or to its week."""
    # Translators: a button; at most 40 characters. In a language that is read from right to left it is "▶ {day}".
    return say("◀ {day}", day=weekday_and_day(to))


def turn_on(to: date) -> str:
    """Label the button that turns on to a day, or to its week."""
    # Translators: a button; at most 40 characters. In a language that is read from right to left it is "{day} ◀".
    return say("{day} ▶", day=weekday_and_day(to))


def marked(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Say what was noted."""
    name, time = esc(card.patient.name), clock_time(card.appointment.slot.start, zone)
    if card.appointment.status is AppointmentStatus.FULFILLED:
        return say("✅ Noted: {patient}, {time}, was seen.", patient=name, time=time)
    return say("✅ Noted: {patient}, {time}, did not come.", patient=name, time=time)


def in_weeks(count: int) -> str:
    """Label the button that proposes to come again in so many weeks."""
    # Translators: a button; at most 40 characters.
    return say_count("In {count} week", "In {count} weeks", count)


def _follow_up_head(card: AppointmentCard) -> str:
    title = say("↪ <b>Propose a follow-up</b>")
    return f"{title}\n🙂 {esc(card.patient.name)}"


def ask_follow_up(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Ask when a patient who was seen is to come again."""
    # Translators: when the doctor has seen the patient.
    seen = say("🕑 Seen {when}", when=stretch(card.appointment.slot, zone))
    # Translators: what stands in quotation marks are examples of what can be typed.
    asked = say(
        "When should they come again? Tap it, or type it like “in 10 days”, “3 weeks” or “4 May”. They'll get up to three"
        " of your free times around then, and can book one with a tap. You'll see the times before I send them."
    )
    return f"{_follow_up_head(card)}\n{seen}\n\n{asked}"


def ask_follow_up_note(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    """Show which times the patient would get, and ask what to tell them."""
    return f"{_follow_up(card, draft, zone)}\n\n{what_to_tell(1)}"


def _to_the_patient(note: str | None) -> list[str]:
    return [say("💬 To the patient: {note}", note=esc(note))] if note else []


def follow_up_summary(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    """Show what goes out."""
    asked = say("Send this? I'll tell them here and by email, and they can book one of the times with a tap.")
    shown = "\n".join([_follow_up(card, draft, zone), *_to_the_patient(draft.note)])
    return f"{shown}\n\n{asked}"


def _follow_up(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    times = [f"🕑 {moment(start, zone)}" for start in draft.shown]
    return "\n".join([_follow_up_head(card), *times])


def proposed(card: AppointmentCard, offers: Sequence[Alternative], zone: ZoneInfo) -> str:
    """Say what was proposed."""
    return say(
        "↪ Proposed to {patient}: {times} ({zone}). I'll tell them here and by email,"
        " and you as soon as they book one.",
        patient=esc(card.patient.name),
        times=say("; ").join(moment(offer.slot.start, zone) for offer in offers),
        zone=zone_name(zone),
    )


def picture_title(doctor_name: str, plan: DayAgenda) -> str:
    """Head the picture of a day; plain text."""
    return say("{doctor} · {day}", doctor=doctor_name, day=day(plan.day))


def picture_caption(plan: DayAgenda) -> str:
    """Say under the picture of a day what is in it."""
    return f"{in_zone(f'🗓 <b>{day(plan.day)}</b>', plan.zone)}\n{_counts(plan)}"


def ask_note(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Ask what to tell a patient whose appointment is about to be cancelled."""
    return f"{_lost(card, zone)}\n\n{what_to_tell(1)}"


def ask_sure(card: AppointmentCard, note: str | None, zone: ZoneInfo) -> str:
    """Ask once whether to cancel, and name what goes."""
    shown = "\n".join([_lost(card, zone), *_to_the_patient(note)])
    asked = say("Cancel it? I'll tell the patient right away, here and by email.")
    return f"{shown}\n\n{asked}"


def _lost(card: AppointmentCard, zone: ZoneInfo) -> str:
    title = say("✖ <b>Cancel an appointment</b>")
    who = f"🙂 {esc(card.patient.name)}\n👩‍⚕️ {doctor(card.doctor.name)}"
    return f"{title}\n{who}\n🕑 {stretch(card.appointment.slot, zone)}"


def withdrawn(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Say that it is cancelled."""
    return say(
        "✖ Cancelled: {patient} with {doctor}, {when}. I'll tell the patient, with a button to book again.",
        patient=esc(card.patient.name),
        doctor=doctor(card.doctor.name),
        when=stretch(card.appointment.slot, zone),
    )
