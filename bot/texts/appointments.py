"""What is said about appointments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.texts.formats import (
    call_the_clinic,
    clock_time,
    doctor,
    esc,
    moment,
    moment_read,
    of_series,
    plain_doctor,
    span_of,
    speaks,
    stretch,
    stretch_read,
    zone_note,
)
from bot.texts.questions import answer_lines
from bot.texts.visits import kind_lines, place_lines, what
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentChange,
    AppointmentStatus,
    ChangeKind,
    Period,
)
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User, UserId, Via
from services.waiting_room.standings import AS_BOOKED, Standing

TABS = {Period.UPCOMING: "🗓 Upcoming", Period.PAST: "🕰 Past", Period.CANCELLED: "✖ Cancelled"}
MOST_NAMED = 3
CHANGES = {
    ChangeKind.BOOKED: "Booked",
    ChangeKind.MOVED: "Moved",
    ChangeKind.CANCELLED: "Cancelled",
    ChangeKind.FULFILLED: "Marked as seen",
    ChangeKind.NOSHOW: "Marked as not come",
}
VIA = {Via.CHAT: "in the chat", Via.HTTP: "over HTTP", Via.DESK: "at the desk"}
# So many changes are shown: the booking, and the newest ones.
MOST_CHANGES = 6
A_FORMER_USER = "a former user"
STATUSES = {
    AppointmentStatus.HELD: "being booked",
    AppointmentStatus.BOOKED: "booked",
    AppointmentStatus.CANCELLED: "cancelled",
    AppointmentStatus.FULFILLED: "seen",
    AppointmentStatus.NOSHOW: "did not come",
}


def other_tabs(shown: Period) -> list[tuple[Period, str]]:
    """Return the labels of the lists that are not shown."""
    return [(period, label) for period, label in TABS.items() if period is not shown]


def page(shown: Page[AppointmentCard], period: Period, role: Role, rules: ClinicRules) -> str:
    """Head a page of appointments."""
    if not shown.total:
        return f"<b>{TABS[period]} appointments</b>\n\n{_empty(period, role)}"
    return f"<b>{TABS[period]}</b>: {counted(shown.total)}{zone_note(rules)}\n\n{_lines(shown, role, rules.zone)}"


def found(
    shown: Page[AppointmentCard],
    period: Period,
    role: Role,
    rules: ClinicRules,
    *,
    search: str,
    others: Sequence[User | Patient],
) -> str:
    """Head a page of the appointments with those `others` whose names were looked for."""
    whom = "doctor" if role is Role.PATIENT else "patient"
    if not others:
        return f"🔎 You have no appointments with a {whom} called “{esc(search)}”."
    names = " or ".join(esc(called(user)) for user in others[:MOST_NAMED])
    more = f" or {len(others) - MOST_NAMED} others" if len(others) > MOST_NAMED else ""
    head = f"<b>{TABS[period]}</b> with {names}{more}"
    if not shown.total:
        return f"{head}: none."
    return f"{head}: {counted(shown.total)}{zone_note(rules)}\n\n{_lines(shown, role, rules.zone)}"


def _lines(shown: Page[AppointmentCard], role: Role, zone: ZoneInfo) -> str:
    return "\n".join(
        f"• {span_of(item.appointment.slot, zone)}\n   {with_whom(item, role)}{what(item)}"
        for item in shown.items
    )


def counted(number: int) -> str:
    """Return so many appointments, in words."""
    return "1 appointment" if number == 1 else f"{number} appointments"


def _empty(period: Period, role: Role) -> str:
    if period is Period.PAST:
        return "Nothing yet."
    if period is Period.CANCELLED:
        return "None of your upcoming appointments is cancelled."
    if role is Role.PATIENT:
        return "None at the moment. Book one with /book."
    return "None at the moment. I'll tell you about each new one here and by email."


def with_whom(item: AppointmentCard, role: Role) -> str:
    """Return whom somebody of that role sees then, and the status where it is not booked."""
    other = with_doctor(item) if role is Role.PATIENT else esc(item.patient.name)
    status = item.appointment.status
    note = "" if status is AppointmentStatus.BOOKED else f" ({STATUSES[status]})"
    return f"{other}{note}{of_series(item.appointment)}"


def short(item: AppointmentCard, role: Role, zone: ZoneInfo, *, whose: bool = True) -> str:
    """Label an appointment's button; with `whose`, where that is a patient without an account, their first name.

    The full name stands in the list above the buttons, and has no room on one.
    """
    start = item.appointment.slot.start
    other = plain_doctor(item.doctor.name) if role is Role.PATIENT else item.patient.name
    if whose and role is Role.PATIENT and not item.patient.has_account:
        other = f"{item.patient.name.split()[0]} · {other}"
    mark = "✖ " if item.appointment.status is AppointmentStatus.CANCELLED else ""
    return f"{mark}{start.astimezone(zone):%-d %b}, {clock_time(start, zone)} · {other}"


def card(item: AppointmentCard, role: Role, rules: ClinicRules, standing: Standing = AS_BOOKED) -> str:
    """Show an appointment, and when it is expected to begin if that is another time."""
    found = item.appointment
    lines = ["📋 <b>Appointment</b>"]
    if role is not Role.PATIENT:
        lines.append(f"🙂 {_patient(item.patient)}")
    elif not item.patient.has_account:
        lines.append(f"🙂 {esc(item.patient.name)}")
    if role is Role.PATIENT:
        lines.append(f"👩‍⚕️ {doctor(item.doctor.name)}, {esc(item.doctor.specialization or '')}")
    if role in DESK:
        lines.append(f"👩‍⚕️ {doctor(item.doctor.name)}, {esc(item.doctor.specialization or '')}")
    lines += [*kind_lines(item, role), f"🕑 {stretch(found.slot, rules.zone)}{of_series(found)}"]
    if standing.expected is not None and standing.expected > found.slot.start:
        lines.append(_expected(standing.expected, item, rules))
    lines += _where(item, role, rules)
    if found.reason:
        lines.append(f"💬 <tg-spoiler>{esc(found.reason)}</tg-spoiler>")
    lines += answer_lines(item, role)
    confirmed_too = ", confirmed" if is_confirmed(found) else ""
    lines.append(f"Status: {STATUSES[found.status]}{confirmed_too}{presence(found, rules.zone)}")
    if found.note:
        lines.append(f"✉️ {esc(found.note)}")
    return "\n".join(lines)


def _where(item: AppointmentCard, role: Role, rules: ClinicRules) -> list[str]:
    """Return the lines that say where the two meet."""
    found = item.appointment
    if found.by_video:
        return ["🎥 By video. You can join from 10 minutes before." if role not in DESK else "🎥 By video"]
    if place := place_lines(item, role):
        return place
    is_told = role is Role.PATIENT and rules.address and found.status is AppointmentStatus.BOOKED
    return [f"📍 {esc(rules.address)}"] if is_told else []


def _expected(at: datetime, item: AppointmentCard, rules: ClinicRules) -> str:
    """Say about when a visit will begin, as the doctor is late."""
    when = f"{clock_time(at, rules.zone)}{zone_note(rules)}"
    return f"🕐 Expected about {when}: {doctor(item.doctor.name)} is running late"


def presence(found: Appointment, zone: ZoneInfo) -> str:
    """Return since when a patient is there, or was called in, after a comma; nothing for what is over."""
    if found.status is not AppointmentStatus.BOOKED:
        return ""
    if found.called_at is not None:
        return f", ▶ called in at {clock_time(found.called_at, zone)}"
    return f", ✓ here since {clock_time(found.arrived_at, zone)}" if found.arrived_at is not None else ""


def changes(done: Sequence[AppointmentChange], people: Mapping[UserId, User], zone: ZoneInfo) -> str:
    """Say who has booked and changed an appointment, when, and from where."""
    left_out = len(done) - MOST_CHANGES
    shown = [*done[:1], *done[1 + left_out :]] if left_out > 0 else done
    lines = [_change(each, people, zone) for each in shown]
    if left_out > 0:
        lines.insert(1, f"… {left_out} more …")
    return "\n".join(lines)


def _change(done: AppointmentChange, people: Mapping[UserId, User], zone: ZoneInfo) -> str:
    user = people.get(done.author.user_id)
    who = esc(called(user)) if user else A_FORMER_USER
    via = f", {VIA[done.author.via]}" if done.author.via else ""
    return f"🧾 {CHANGES[done.kind]} by {who}, {moment(done.at, zone)}{via}"


def call_to_change(rules: ClinicRules) -> str:
    """Say of a card how one moves what is too near, and what to do if one can't come."""
    return (
        f"If you can't come, please tell us with the button. To move it now, please {call_the_clinic(rules)}."
    )


def is_confirmed(found: Appointment) -> bool:
    """Tell whether the patient has said again that they come, which matters until they do."""
    return found.status is AppointmentStatus.BOOKED and found.confirmed_at is not None


def with_doctor(item: AppointmentCard) -> str:
    """Return a patient's appointment in short, to whoever acts for them: the doctor, and for whom it is.

    Whom somebody looks after has no account, and they themselves have one.
    """
    whom = "" if item.patient.has_account else f", for {esc(item.patient.name)}"
    return f"{doctor(item.doctor.name)}{whom}"


def _patient(patient: Patient) -> str:
    said = speaks(patient)
    return esc(patient.name) + (f", {said}" if said else "")


def called(person: User | Patient) -> str:
    """Return what somebody is called, without markup: a doctor is Dr."""
    is_doctor = isinstance(person, User) and person.role is Role.DOCTOR
    return plain_doctor(person.name) if is_doctor else person.name


def reason_button(found: Appointment) -> str:
    """Label the button that leads to the reason."""
    return "💬 Change the reason" if found.reason else "💬 Add a reason"


def ask_reason(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask for the reason of a visit that is booked."""
    now = item.appointment.reason
    said = f"💬 Now: <tg-spoiler>{esc(now)}</tg-spoiler>\n" if now else ""
    whose = "your" if item.patient.has_account else "the"
    return (
        f"{with_doctor(item)}, {stretch_read(item.appointment.slot, rules)}\n{said}\n"
        f"What is the reason for {whose} visit? Only {doctor(item.doctor.name)} sees it."
    )


def explained(item: AppointmentCard, rules: ClinicRules) -> str:
    """Say what became of the reason."""
    what = "Reason saved" if item.appointment.reason else "Reason removed"
    return f"💬 {what}: {with_doctor(item)}, {stretch_read(item.appointment.slot, rules)}."


def ask_cancel(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask whether to cancel."""
    return f"Cancel {with_doctor(item)}, {stretch_read(item.appointment.slot, rules)}?"


def ask_cant_come(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask whether to cancel what is too near to be cancelled without the clinic's hearing of it at once."""
    return (
        f"Are you sure that you can't come? {doctor(item.doctor.name)}, {stretch_read(item.appointment.slot, rules)}\n\n"
        "I'll cancel it, tell the clinic right away and offer the time to someone else."
    )


def cancelled(item: AppointmentCard, rules: ClinicRules) -> str:
    """Say that it is cancelled."""
    return f"✖ Cancelled: {with_doctor(item)}, {stretch_read(item.appointment.slot, rules)}."


def confirmed(item: AppointmentCard, rules: ClinicRules) -> str:
    """Thank whoever says that they come."""
    whom = "you" if item.patient.has_account else esc(item.patient.name)
    when = stretch_read(item.appointment.slot, rules)
    return f"👍 Thank you! See {whom} on {when} with {doctor(item.doctor.name)}."


def taken(item: AppointmentCard, zone: ZoneInfo) -> str:
    """Say that an offered time is booked; the confirmation itself comes as news."""
    return f"✅ Booked: {with_doctor(item)}, {stretch(item.appointment.slot, zone)}."


def taken_before(item: AppointmentCard, rules: ClinicRules, *, is_this: bool) -> str:
    """Say that one of the offered times was taken before, and what became of it."""
    status, which = STATUSES[item.appointment.status], "this time" if is_this else "another time for this"
    return (
        f"You have already taken {which}: {with_doctor(item)},"
        f" {stretch_read(item.appointment.slot, rules)} ({status})."
    )


def offer_gone(start: datetime, rules: ClinicRules) -> str:
    """Say that an offered time is not free any more."""
    return f"🙁 {moment_read(start, rules)} is not free any more. Please tap another time, or find one here."
