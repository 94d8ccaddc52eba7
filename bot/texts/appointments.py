"""What is said about appointments."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.localization.messages import apart, phrase, phrase_in, say, say_count
from bot.texts.formats import (
    call_the_clinic,
    clock_time,
    comma_list,
    doctor,
    either,
    esc,
    moment,
    moment_read,
    of_series,
    plain_doctor,
    short_day,
    span_of,
    speaks,
    specialist,
    stretch,
    stretch_read,
    typed_before,
    with_clock,
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

# Lists of appointments.
TABS = {
    # Translators: a button that leads to a list of appointments, and the heading of that list.
    Period.UPCOMING: phrase("🗓 Upcoming"),
    # Translators: a button that leads to a list of appointments, and the heading of that list.
    Period.PAST: phrase("🕰 Past"),
    # Translators: a button that leads to a list of appointments, and the heading of that list.
    Period.CANCELLED: phrase("✖ Cancelled"),
}
EMPTY_HEADS = {
    Period.UPCOMING: phrase("🗓 Upcoming appointments"),
    Period.PAST: phrase("🕰 Past appointments"),
    Period.CANCELLED: phrase("✖ Cancelled appointments"),
}
MOST_NAMED = 3
# What became of an appointment, by whom, and when.
CHANGES: Mapping[ChangeKind, Callable[[str, str], str]] = {
    ChangeKind.BOOKED: lambda who, when: say("Booked by {who}, {when}", who=who, when=when),
    ChangeKind.MOVED: lambda who, when: say("Moved by {who}, {when}", who=who, when=when),
    ChangeKind.CANCELLED: lambda who, when: say("Cancelled by {who}, {when}", who=who, when=when),
    ChangeKind.FULFILLED: lambda who, when: say("Marked as seen by {who}, {when}", who=who, when=when),
    ChangeKind.NOSHOW: lambda who, when: say("Marked as not come by {who}, {when}", who=who, when=when),
}
VIA = {Via.CHAT: phrase("in the chat"), Via.HTTP: phrase("over HTTP"), Via.DESK: phrase("at the desk")}
# So many changes are shown: the booking, and the newest ones.
MOST_CHANGES = 6
A_FORMER_USER = phrase("a former user")
STATUSES = {
    AppointmentStatus.HELD: phrase_in("appointment", "being booked"),
    AppointmentStatus.BOOKED: phrase_in("appointment", "booked"),
    AppointmentStatus.CANCELLED: phrase_in("appointment", "cancelled"),
    # Translators: the doctor has seen the patient.
    AppointmentStatus.FULFILLED: phrase_in("appointment", "seen"),
    # Translators: the patient did not come.
    AppointmentStatus.NOSHOW: phrase_in("appointment", "did not come"),
}


def other_tabs(shown: Period) -> list[tuple[Period, str]]:
    """Return the labels of the lists that are not shown."""
    return [(period, str(label)) for period, label in TABS.items() if period is not shown]


def page(shown: Page[AppointmentCard], period: Period, role: Role, rules: ClinicRules) -> str:
    """Head a page of appointments."""
    if not shown.total:
        return f"<b>{EMPTY_HEADS[period]}</b>\n\n{_empty(period, role)}"
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
    if not others:
        return _nobody_called(search, role)
    names, more = [esc(called(user)) for user in others[:MOST_NAMED]], len(others) - MOST_NAMED
    if more > 0:
        names.append(say_count("{count} other", "{count} others", more))
    whom, tab = either(names), TABS[period]
    if not shown.total:
        return say("<b>{list}</b> with {names}: none.", list=tab, names=whom)
    # Translators: {list} is the heading of a list, such as "🗓 Upcoming"; {count} is, for example, "3 appointments".
    head = say("<b>{list}</b> with {names}: {count}", list=tab, names=whom, count=counted(shown.total))
    return f"{head}{zone_note(rules)}\n\n{_lines(shown, role, rules.zone)}"


def _nobody_called(search: str, role: Role) -> str:
    if role is Role.PATIENT:
        return say("🔎 You have no appointments with a doctor called “{name}”.", name=esc(search))
    return say("🔎 You have no appointments with a patient called “{name}”.", name=esc(search))


def _lines(shown: Page[AppointmentCard], role: Role, zone: ZoneInfo) -> str:
    return "\n".join(
        f"• {span_of(item.appointment.slot, zone)}\n   {with_whom(item, role)}{what(item)}"
        for item in shown.items
    )


def counted(number: int) -> str:
    """Return so many appointments, in words."""
    return say_count("{count} appointment", "{count} appointments", number)


def _empty(period: Period, role: Role) -> str:
    if period is Period.PAST:
        return say("Nothing yet.")
    if period is Period.CANCELLED:
        return say("None of your upcoming appointments is cancelled.")
    if role is Role.PATIENT:
        return say("None at the moment. Book one with /book.")
    return say("None at the moment. I'll tell you about each new one here and by email.")


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
    other = plain_doctor(item.doctor.name) if role is Role.PATIENT else apart(item.patient.name)
    if whose and role is Role.PATIENT and not item.patient.has_account:
        other = f"{apart(item.patient.name.split()[0])} · {other}"
    mark = "✖ " if item.appointment.status is AppointmentStatus.CANCELLED else ""
    when = say("{day}, {time}", day=short_day(start.astimezone(zone).date()), time=clock_time(start, zone))
    return f"{mark}{when} · {other}"


def card(item: AppointmentCard, role: Role, rules: ClinicRules, standing: Standing = AS_BOOKED) -> str:
    """Show an appointment, and when it is expected to begin if that is another time."""
    found = item.appointment
    lines = [say("📋 <b>Appointment</b>")]
    if role is not Role.PATIENT:
        lines.append(f"🙂 {_patient(item.patient)}")
    elif not item.patient.has_account:
        lines.append(f"🙂 {esc(item.patient.name)}")
    if role is Role.PATIENT or role in DESK:
        lines.append(f"👩‍⚕️ {specialist(item.doctor.name, item.doctor.specialization)}")
    lines += [*kind_lines(item, role), f"🕑 {with_clock(stretch(found.slot, rules.zone))}{of_series(found)}"]
    if standing.expected is not None and standing.expected > found.slot.start:
        lines.append(_expected(standing.expected, item, rules))
    lines += _where(item, role, rules)
    if found.reason:
        lines.append(f"💬 <tg-spoiler>{esc(found.reason)}</tg-spoiler>")
    lines += answer_lines(item, role)
    status = [str(STATUSES[found.status]), *([say("confirmed")] if is_confirmed(found) else [])]
    lines.append(say("Status: {status}", status=comma_list([*status, *presence(found, rules.zone)])))
    if found.note:
        lines.append(f"✉️ {esc(found.note)}")
    return "\n".join(lines)


def _where(item: AppointmentCard, role: Role, rules: ClinicRules) -> list[str]:
    """Return the lines that say where the two meet."""
    found = item.appointment
    if found.by_video:
        by_video = say("🎥 By video. You can join from 10 minutes before.")
        return [by_video if role not in DESK else say("🎥 By video")]
    if place := place_lines(item, role):
        return place
    is_told = role is Role.PATIENT and rules.address and found.status is AppointmentStatus.BOOKED
    return [f"📍 {esc(rules.address)}"] if is_told else []


def _expected(at: datetime, item: AppointmentCard, rules: ClinicRules) -> str:
    """Say about when a visit will begin, as the doctor is late."""
    when = f"{clock_time(at, rules.zone)}{zone_note(rules)}"
    return say(
        "🕐 Expected about {time}: {doctor} is running late", time=when, doctor=doctor(item.doctor.name)
    )


def presence(found: Appointment, zone: ZoneInfo) -> list[str]:
    """Say since when a patient is there, or was called in; nothing of what is over."""
    if found.status is not AppointmentStatus.BOOKED:
        return []
    if found.called_at is not None:
        return [say("▶ called in at {time}", time=clock_time(found.called_at, zone))]
    if found.arrived_at is not None:
        return [say("✓ here since {time}", time=clock_time(found.arrived_at, zone))]
    return []


def changes(done: Sequence[AppointmentChange], people: Mapping[UserId, User], zone: ZoneInfo) -> str:
    """Say who has booked and changed an appointment, when, and from where."""
    left_out = len(done) - MOST_CHANGES
    shown = [*done[:1], *done[1 + left_out :]] if left_out > 0 else done
    lines = [_change(each, people, zone) for each in shown]
    if left_out > 0:
        lines.insert(1, say_count("… {count} more …", "… {count} more …", left_out))
    return "\n".join(lines)


def _change(done: AppointmentChange, people: Mapping[UserId, User], zone: ZoneInfo) -> str:
    user = people.get(done.author.user_id)
    who = esc(called(user)) if user else str(A_FORMER_USER)
    said = CHANGES[done.kind](who, moment(done.at, zone))
    return f"🧾 {comma_list([said, str(VIA[done.author.via])]) if done.author.via else said}"


def call_to_change(rules: ClinicRules) -> str:
    """Say of a card how one moves what is too near, and what to do if one can't come."""
    return say(
        "If you can't come, please tell us with the button. To move it now, please {call}.",
        call=call_the_clinic(rules),
    )


def is_confirmed(found: Appointment) -> bool:
    """Tell whether the patient has said again that they come, which matters until they do."""
    return found.status is AppointmentStatus.BOOKED and found.confirmed_at is not None


def with_doctor(item: AppointmentCard) -> str:
    """Return a patient's appointment in short, to whoever acts for them: the doctor, and for whom it is.

    Whom somebody looks after has no account, and they themselves have one.
    """
    name = doctor(item.doctor.name)
    if item.patient.has_account:
        return name
    return say("{doctor}, for {patient}", doctor=name, patient=esc(item.patient.name))


def _patient(patient: Patient) -> str:
    said = speaks(patient)
    return comma_list([esc(patient.name), *([said] if said else [])])


def called(person: User | Patient) -> str:
    """Return what somebody is called, without markup: a doctor is Dr."""
    is_doctor = isinstance(person, User) and person.role is Role.DOCTOR
    return plain_doctor(person.name) if is_doctor else person.name


def reason_button(found: Appointment) -> str:
    """Label the button that leads to the reason."""
    return say("💬 Change the reason") if found.reason else say("💬 Add a reason")


def ask_reason(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask for the reason of a visit that is booked."""
    said, name = typed_before(item.appointment.reason), doctor(item.doctor.name)
    if item.patient.has_account:
        question = say("What is the reason for your visit? Only {doctor} sees it.", doctor=name)
    else:
        question = say("What is the reason for the visit? Only {doctor} sees it.", doctor=name)
    return f"{_in_short(item, rules)}{said}\n\n{question}"


def _in_short(item: AppointmentCard, rules: ClinicRules) -> str:
    """Return with whom, for whom and when a visit is, in one line."""
    return comma_list([with_doctor(item), stretch_read(item.appointment.slot, rules)])


def explained(item: AppointmentCard, rules: ClinicRules) -> str:
    """Say what became of the reason."""
    if item.appointment.reason:
        return say("💬 Reason saved: {visit}.", visit=_in_short(item, rules))
    return say("💬 Reason removed: {visit}.", visit=_in_short(item, rules))


def ask_cancel(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask whether to cancel."""
    # Translators: {visit} is, for example, "Dr Sen, for Mira, Tue 4 May 2027, 10:30 AM (Berlin time)".
    return say("Cancel {visit}?", visit=_in_short(item, rules))


def ask_cant_come(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask whether to cancel what is too near to be cancelled without the clinic's hearing of it at once."""
    question = say(
        "Are you sure that you can't come? {doctor}, {when}",
        doctor=doctor(item.doctor.name),
        when=stretch_read(item.appointment.slot, rules),
    )
    will = say("I'll cancel it, tell the clinic right away and offer the time to someone else.")
    return f"{question}\n\n{will}"


def cancelled(item: AppointmentCard, rules: ClinicRules) -> str:
    """Say that it is cancelled."""
    return say("✖ Cancelled: {visit}.", visit=_in_short(item, rules))


def confirmed(item: AppointmentCard, rules: ClinicRules) -> str:
    """Thank whoever says that they come."""
    when, name = stretch_read(item.appointment.slot, rules), doctor(item.doctor.name)
    if item.patient.has_account:
        return say("👍 Thank you! See you on {when} with {doctor}.", when=when, doctor=name)
    return say(
        "👍 Thank you! See {patient} on {when} with {doctor}.",
        patient=esc(item.patient.name),
        when=when,
        doctor=name,
    )


def taken(item: AppointmentCard, zone: ZoneInfo) -> str:
    """Say that an offered time is booked; the confirmation itself comes as news."""
    return say(
        "✅ Booked: {visit}.",
        visit=comma_list([with_doctor(item), with_clock(stretch(item.appointment.slot, zone))]),
    )


def taken_before(item: AppointmentCard, rules: ClinicRules, *, is_this: bool) -> str:
    """Say that one of the offered times was taken before, and what became of it."""
    visit, status = _in_short(item, rules), STATUSES[item.appointment.status]
    if is_this:
        return say("You have already taken this time: {visit} ({status}).", visit=visit, status=status)
    return say(
        "You have already taken another time for this: {visit} ({status}).", visit=visit, status=status
    )


def offer_gone(start: datetime, rules: ClinicRules) -> str:
    """Say that an offered time is not free any more."""
    return say(
        "🙁 {moment} is not free any more. Please tap another time, or find one here.",
        moment=moment_read(start, rules),
    )
