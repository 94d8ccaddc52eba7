"""What is said of a doctor's day and week, in the clinic's time."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.drafts import FollowUpDraft
from bot.texts.appointments import is_confirmed, presence
from bot.texts.formats import (
    clock_time,
    day,
    doctor,
    esc,
    moment,
    of_series,
    span,
    stretch,
    stretches,
    zone_name,
)
from bot.texts.questions import in_day
from bot.texts.visits import what
from services.appointments.agenda import DayAgenda
from services.models.appointments import Alternative, AppointmentCard, AppointmentStatus
from services.models.slots import Slot

MARKS = {
    AppointmentStatus.HELD: "⏳ being booked",
    AppointmentStatus.BOOKED: "• booked",
    AppointmentStatus.FULFILLED: "✅ seen",
    AppointmentStatus.NOSHOW: "🚷 did not come",
}


# How an appointment's button begins; of what is booked it depends on who is there.
SIGNS = {
    AppointmentStatus.HELD: "⏳ ",
    AppointmentStatus.FULFILLED: "✅ ",
    AppointmentStatus.NOSHOW: "🚷 ",
}


def day_page(plan: DayAgenda, shown: Sequence[AppointmentCard]) -> str:
    """Show a page of a day."""
    lines = [f"🗓 <b>{day(plan.day)}</b> ({zone_name(plan.zone)})", _counts(plan)]
    lines[1] += _where(plan)
    if plan.late_minutes:
        lines[1] += f"\n🕐 {span(timedelta(minutes=plan.late_minutes))} late"
    if shown:
        lines.append("\n".join(_entry(card, plan.zone) for card in shown))
    lines += [f"⛱ Time off {_times(off, plan)}" for off in plan.time_off]
    lines += [
        f"🔒 The clinic is closed {_times(each.slot, plan)}: {esc(each.reason)}" for each in plan.closures
    ]
    if not plan.taken:
        lines.append(_quiet(plan))
    return "\n\n".join([lines[0] + "\n" + lines[1], *lines[2:]])


def _where(plan: DayAgenda) -> str:
    """Say where the doctor works that day, if the clinic works at several places."""
    is_named = any(each.place in plan.places for each in plan.hours if each.place is not None)
    return f"\n📍 {stretches(plan.hours, plan.places)}" if is_named else ""


def _counts(plan: DayAgenda) -> str:
    count = len(plan.taken)
    parts = ["1 appointment" if count == 1 else f"{count} appointments"]
    if plan.free:
        parts.append("1 free time" if len(plan.free) == 1 else f"{len(plan.free)} free times")
    if plan.cancelled:
        parts.append(f"{plan.cancelled} cancelled")
    return ", ".join(parts)


def _entry(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Return an appointment in one line; all else is on its card."""
    found = card.appointment
    said = f"{MARKS[found.status]}{_confirmed(card)}{presence(found, zone)}"
    video = ", 🎥 by video" if found.by_video else ""
    who = f"{esc(card.patient.name)} {said}{video}{what(card)}{of_series(found)}{in_day(card)}"
    return f"<b>{clock_time(found.slot.start, zone)}</b> · {who}"


def _confirmed(card: AppointmentCard) -> str:
    return ", 👍 confirmed" if is_confirmed(card.appointment) else ""


def _times(off: Slot, plan: DayAgenda) -> str:
    """Return a stretch as far as it lies in the day: all day, or from and to."""
    bounds = plan.bounds
    first, last = max(bounds.start, off.start), min(bounds.end, off.end)
    if Slot(first, last) == bounds:
        return "all day"
    return f"{clock_time(first, plan.zone)} – {clock_time(last, plan.zone)}"


def _quiet(plan: DayAgenda) -> str:
    if not plan.working:
        return "You don't work on this day. You can change that in /hours."
    return "Nobody has booked this day. I'll tell you about each new appointment here and by email."


def week_page(plans: Sequence[DayAgenda]) -> str:
    """Show a week, a line a day."""
    first, last, zone = plans[0].day, plans[-1].day, plans[0].zone
    lines = [f"<b>{day(plan.day)}</b>\n   {_counts(plan)}{_off(plan)}" for plan in plans]
    return f"🗓 <b>{day(first)} – {day(last)}</b> ({zone_name(zone)})\n\n" + "\n".join(lines)


def _off(plan: DayAgenda) -> str:
    if plan.closures:
        return ", 🔒 the clinic is closed"
    if plan.time_off:
        return ", ⛱ time off"
    return "" if plan.working else ", no working hours"


def person_button(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Label the button that opens an appointment."""
    found = card.appointment
    sign = SIGNS.get(found.status, "")
    if found.status is AppointmentStatus.BOOKED:
        sign = "▶ " if found.called_at is not None else "✓ " if found.is_waiting else ""
    return f"{sign}{clock_time(found.slot.start, zone)} {card.patient.name}"


def week_button(plan: DayAgenda) -> str:
    """Label the button that opens a day of the week."""
    return f"{plan.day:%a %-d}: {len(plan.taken)}"


def near_day(value: date) -> str:
    """Label the button that turns to a day."""
    return f"{value:%a %-d %b}"


def marked(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Say what was noted."""
    what = "was seen" if card.appointment.status is AppointmentStatus.FULFILLED else "did not come"
    return f"✅ Noted: {esc(card.patient.name)}, {clock_time(card.appointment.slot.start, zone)}, {what}."


def in_weeks(count: int) -> str:
    """Label the button that proposes to come again in so many weeks."""
    return "In 1 week" if count == 1 else f"In {count} weeks"


def ask_follow_up(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Ask when a patient who was seen is to come again."""
    return (
        f"↪ <b>Propose a follow-up</b>\n🙂 {esc(card.patient.name)}\n🕑 Seen {stretch(card.appointment.slot, zone)}\n\n"
        "When should they come again? Tap it, or type it like “in 10 days”, “3 weeks” or “4 May”. They'll get up to three"
        " of your free times around then, and can book one with a tap. You'll see the times before I send them."
    )


def ask_follow_up_note(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    """Show which times the patient would get, and ask what to tell them."""
    return f"{_follow_up(card, draft, zone)}\n\nWhat should I tell the patient? Type it, or skip this."


def follow_up_summary(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    """Show what goes out."""
    said = f"\n💬 To the patient: {esc(draft.note)}" if draft.note else ""
    return (
        f"{_follow_up(card, draft, zone)}{said}\n\n"
        "Send this? I'll tell them here and by email, and they can book one of the times with a tap."
    )


def _follow_up(card: AppointmentCard, draft: FollowUpDraft, zone: ZoneInfo) -> str:
    times = "\n".join(f"🕑 {moment(start, zone)}" for start in draft.shown)
    return f"↪ <b>Propose a follow-up</b>\n🙂 {esc(card.patient.name)}\n{times}"


def proposed(card: AppointmentCard, offers: Sequence[Alternative], zone: ZoneInfo) -> str:
    """Say what was proposed."""
    times = "; ".join(moment(offer.slot.start, zone) for offer in offers)
    return (
        f"↪ Proposed to {esc(card.patient.name)}: {times} ({zone_name(zone)}). I'll tell them here and by email,"
        " and you as soon as they book one."
    )


def picture_title(doctor_name: str, plan: DayAgenda) -> str:
    """Head the picture of a day; plain text."""
    return f"{doctor_name} · {day(plan.day)}"


def picture_caption(plan: DayAgenda) -> str:
    """Say under the picture of a day what is in it."""
    return f"🗓 <b>{day(plan.day)}</b> ({zone_name(plan.zone)})\n{_counts(plan)}"


def ask_note(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Ask what to tell a patient whose appointment is about to be cancelled."""
    return f"{_lost(card, zone)}\n\nWhat should I tell the patient? Type it, or skip this."


def ask_sure(card: AppointmentCard, note: str | None, zone: ZoneInfo) -> str:
    """Ask once whether to cancel, and name what goes."""
    said = f"\n💬 To the patient: {esc(note)}" if note else ""
    return f"{_lost(card, zone)}{said}\n\nCancel it? I'll tell the patient right away, here and by email."


def _lost(card: AppointmentCard, zone: ZoneInfo) -> str:
    who = f"🙂 {esc(card.patient.name)}\n👩‍⚕️ {doctor(card.doctor.name)}"
    return f"✖ <b>Cancel an appointment</b>\n{who}\n🕑 {stretch(card.appointment.slot, zone)}"


def withdrawn(card: AppointmentCard, zone: ZoneInfo) -> str:
    """Say that it is cancelled."""
    return (
        f"✖ Cancelled: {esc(card.patient.name)} with {doctor(card.doctor.name)}, {stretch(card.appointment.slot, zone)}."
        " I'll tell the patient, with a button to book again."
    )
