"""What is said while a doctor is looked for and a time is taken."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.drafts import BookingDraft
from bot.texts.formats import (
    GENDERS,
    call_the_clinic,
    clock_time,
    day,
    doctor,
    esc,
    moment,
    moment_read,
    moment_there,
    month,
    plain_doctor,
    shortened,
    suits_both,
    zone_note,
)
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User, UserId
from services.models.slots import Slot

# So many characters are said again of what was searched for.
MOST_SEARCHED = 60
# How the two can meet, as people type it.
BY_VIDEO = "By video"
WAYS = ("In the clinic", BY_VIDEO)


def so_far(draft: BookingDraft) -> str:
    """Return what is chosen so far, a line each."""
    lines = ["🔁 <b>Move an appointment</b>" if draft.moving else "📅 <b>Book an appointment</b>"]
    if draft.patient_name or draft.myself:
        lines.append(f"🙂 {esc(draft.patient_name or 'Myself')}")
    if draft.doctor_name:
        lines.append(f"👩‍⚕️ {doctor(draft.doctor_name)}, {esc(draft.specialization or '')}")
    elif draft.specialization:
        lines.append(f"🏥 {esc(draft.specialization)}")
    if draft.kind_name:
        lines.append(f"🩺 {esc(draft.kind_name)}")
    if draft.place and draft.place_name and not draft.by_video:
        lines.append(f"📍 {esc(draft.place_name)}")
    return "\n".join(lines)


def _before(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Return when it is now, of one that is to be moved."""
    return f"\n🕑 Now: {moment(draft.moving.start, zone)}" if draft.moving else ""


def for_whom(draft: BookingDraft) -> str:
    """Return what stands above the question for whom to book."""
    return so_far(draft)


def ask_patient(page: Page[User | Patient], search: str) -> str:
    """Ask who to book for."""
    head = f"{so_far(BookingDraft())}\n\n"
    if not page.total and not search:
        return f"{head}There are no patients yet. Who is it for? Tap New patient to add one."
    count = "1 patient" if page.total == 1 else f"{page.total} patients"
    found = f"{count} with “{esc(search)}”. " if search else ""
    return f"{head}{found}Who is it for? Tap a name, or type part of a name or email address, or a telephone number."


def nobody_yet(rules: ClinicRules) -> str:
    """Say that there are no doctors."""
    return f"No doctor can be booked yet. Please come back later, or {call_the_clinic(rules)}."


def ask_specialization(draft: BookingDraft, count: int, rules: ClinicRules) -> str:
    """Ask what kind of doctor."""
    if not count:
        return f"{so_far(draft)}\n\n{nobody_yet(rules)}"
    question = (
        "What kind of doctor do they need?" if draft.patient_name else "What kind of doctor do you need?"
    )
    return f"{so_far(draft)}\n\n{question}"


def again(doctor_name: str) -> str:
    """Label the button that takes the next free time of a doctor whom the patient knows."""
    return f"⚡ {plain_doctor(doctor_name)}: next free time"


def next_free(doctors: Sequence[User], soonest: Mapping[UserId, Slot | None], rules: ClinicRules) -> str:
    """Return when each doctor has the next free time, a line each; nothing where there are no doctors."""
    if not doctors:
        return ""
    lines = (f"• {doctor(user.name)}: {_next_free(soonest.get(user.id), rules.zone)}" for user in doctors)
    return f"🕑 Next free times{zone_note(rules)}\n" + "\n".join(lines) + "\n\n"


def _next_free(slot: Slot | None, zone: ZoneInfo) -> str:
    if slot is None:
        return "none at the moment"
    return f"{slot.start.astimezone(zone):%a %-d %b}, {clock_time(slot.start, zone)}"


def ask_doctor(draft: BookingDraft, total: int, free: str) -> str:
    """Ask which doctor, under the next `free` times of those who are shown."""
    count = "There is 1 doctor." if total == 1 else f"There are {total} doctors."
    question = "Who should they see?" if draft.patient_name else "Who would you like to see?"
    return f"{so_far(draft)}\n\n{free}{count} {question}"


def several_doctors(total: int, shown: int, free: str) -> str:
    """Ask which of the doctors is meant who are called like that."""
    more = f" These are the first {shown}. Type more of the name to see others." if shown < total else ""
    return f"👩‍⚕️ {total} doctors have that name.\n\n{free}Which one do you mean?{more}"


def ask_day(draft: BookingDraft, shown: date, count: int, soonest: Slot | None, rules: ClinicRules) -> str:
    """Ask for a day."""
    if count:
        line = f"Which day? Days with a number have free times{zone_note(rules)}."
    elif soonest:
        next_one = moment_read(soonest.start, rules)
        line = f"There is no {_wanted(draft)} left in {month(shown)}. The next one is {next_one}."
    else:
        line = _nothing(draft)
    return f"{so_far(draft)}{_before(draft, rules.zone)}\n\n{line}"


def _wanted(draft: BookingDraft) -> str:
    """Return which times are shown: for a patient who is named, those at which that patient is free, too."""
    return suits_both(draft.doctor_name, draft.patient_name) if draft.patient_name else "free time"


def _nothing(draft: BookingDraft) -> str:
    """Say that there is no time, however far one looks, and what to do."""
    if draft.patient_name:
        what = f"other {_wanted(draft)}" if draft.moving else _wanted(draft)
        return f"There is no {what} at the moment.{'' if draft.moving else ' Please choose another doctor.'}"
    if draft.moving:
        return "This doctor has no other free time at the moment."
    return (
        "This doctor has no free time at the moment. I can tell you when a time opens up."
        " Tap « Back to see other doctors."
    )


def soonest(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that takes the next free time."""
    return f"⚡ Soonest: {slot.start.astimezone(zone):%a %-d %b}, {clock_time(slot.start, zone)}"


def ask_time(
    draft: BookingDraft,
    chosen: date,
    rules: ClinicRules,
    count: int,
    at_places: Sequence[tuple[str, Sequence[Slot]]] = (),
) -> str:
    """Ask for a time; `at_places` has the places and the free times there, if they are at several."""
    head = f"{so_far(draft)}{_before(draft, rules.zone)}\n📆 {day(chosen)}"
    if not count:
        return f"{head}\n\nThis day has no {_wanted(draft)} left. Tap « Back to see other days."
    where = "".join(f"\n📍 {esc(name)}: {_from_to_start(slots, rules.zone)}" for name, slots in at_places)
    return f"{head}{where}\n\nWhich time?{zone_note(rules)}"


def _from_to_start(slots: Sequence[Slot], zone: ZoneInfo) -> str:
    """Return from when to when free times begin."""
    first, last = clock_time(slots[0].start, zone), clock_time(slots[-1].start, zone)
    return first if first == last else f"{first} – {last}"


def ask_reason(draft: BookingDraft, role: Role, rules: ClinicRules) -> str:
    """Ask somebody of that role for the reason."""
    if role is not Role.PATIENT:
        question = (
            "What is the reason for the visit? The patient and the doctor will see it. You can skip this."
        )
    else:
        whose = "the" if draft.patient_name else "your"
        question = f"What is the reason for {whose} visit? Only the doctor will see it. You can skip this."
    now = f"\n💬 Now: <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    return f"{so_far(draft)}\n{_when(draft, rules)}{now}\n\n{question}"


def ask_way(draft: BookingDraft, rules: ClinicRules) -> str:
    """Ask whether the two meet in the clinic or by video."""
    return f"{so_far(draft)}\n{_when(draft, rules)}\n\nIn the clinic, or by video?"


def summary(draft: BookingDraft, rules: ClinicRules) -> str:
    """Show everything once more."""
    reason = f"\n💬 <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    when = f"🕑 {moment_there(draft.start, rules.zone)}" if draft.start else ""
    return f"{so_far(draft)}\n{when}{_way(draft, rules)}{reason}\n\n{'' if draft.beyond else 'Book this appointment?'}".rstrip()


def _way(draft: BookingDraft, rules: ClinicRules) -> str:
    """Return where the two meet, as far as there is something to say of it."""
    if draft.by_video:
        return "\n🎥 By video"
    if draft.place_name:  # where a place was chosen, it stands above
        return "" if draft.place else f"\n📍 {esc(draft.place_name)}"
    if rules.address:
        return f"\n📍 {esc(rules.address)}"
    return "" if draft.by_video is None else "\n🏥 In the clinic"


def _when(draft: BookingDraft, rules: ClinicRules) -> str:
    return f"🕑 {moment_read(draft.start, rules)}" if draft.start else ""


def booked(item: AppointmentCard, zone: ZoneInfo, *, for_another: bool) -> str:
    """Say on the card that it is done; the confirmation itself comes as news, to whom it is for."""
    whom = f" for {esc(item.patient.name)}" if for_another else ""
    return f"✅ Booked{whom}: {doctor(item.doctor.name)}, {moment_there(item.appointment.slot.start, zone)}."


def stored_before(item: AppointmentCard, role: Role, zone: ZoneInfo) -> str:
    """Say what is stored of a request whose answer was lost, or which was changed since; nothing is added."""
    found = item.appointment
    what = f"{_both(item, role)}, {moment_there(found.slot.start, zone)}"
    if found.status is AppointmentStatus.CANCELLED:
        return f"✖ This appointment was booked, but has since been cancelled: {what}."
    reason = f"\n💬 <tg-spoiler>{esc(found.reason)}</tg-spoiler>" if found.reason else ""
    return f"📋 This appointment is already booked: {what}.{reason}\nYou can change it on its card."


def ask_moving_note(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Ask a doctor what to tell the patient whose appointment is moved."""
    return f"{_from_to(draft, zone)}\n\nWhat should I tell the patient? Type it, or skip this."


def moving_summary(draft: BookingDraft, role: Role, zone: ZoneInfo) -> str:
    """Show the old time and the new one to somebody of that role."""
    said = f"\n💬 To the patient: {esc(draft.note)}" if draft.note else ""
    return f"{_from_to(draft, zone)}{said}\n\nMove the appointment? {_HEAR[role]}"


_HEAR = {
    Role.PATIENT: "I'll tell the doctor.",
    Role.DOCTOR: "I'll tell the patient right away. They can choose another time or cancel.",
    **dict.fromkeys(DESK, "I'll tell them both."),
}


def _from_to(draft: BookingDraft, zone: ZoneInfo) -> str:
    new = f"\n➡️ New: {moment_there(draft.start, zone)}" if draft.start else ""
    if draft.place_name:
        new += f"\n📍 {esc(draft.place_name)}"
    return f"{so_far(draft)}{_before(draft, zone)}{new}"


def moved(item: AppointmentCard, was: datetime, role: Role, zone: ZoneInfo) -> str:
    """Say on the card that it is moved, to somebody of that role."""
    return f"🔁 Moved: {_both(item, role)}, from {moment(was, zone)} to {moment_there(item.appointment.slot.start, zone)}."


def _both(item: AppointmentCard, role: Role) -> str:
    """Return who meets, without the one who reads it."""
    is_own = role is Role.PATIENT and item.patient.has_account
    return f"{'' if is_own else f'{esc(item.patient.name)} with '}{doctor(item.doctor.name)}"


def nothing_to_move() -> str:
    """Say where moving begins."""
    return "To move an appointment, open it in /appointments."


def specializations(names: list[str], rules: ClinicRules) -> str:
    """Head the list of specializations."""
    if not names:
        return f"👩‍⚕️ {nobody_yet(rules)}"
    count = "1 specialization" if len(names) == 1 else f"{len(names)} specializations"
    return f"👩‍⚕️ <b>Our doctors</b>\n\nWe have doctors in {count}. Which one?"


def nobody_called(search: str) -> str:
    """Say that no doctor has such a name."""
    return f"🔎 I couldn't find a doctor called “{esc(shortened(search, MOST_SEARCHED))}”."


def doctors(page: Page[User], specialization: str | None, free: str) -> str:
    """Head a page of doctors."""
    title = esc(specialization or "All doctors")
    count = "1 doctor" if page.total == 1 else f"{page.total} doctors"
    if not page.total:
        return f"👩‍⚕️ <b>{title}</b>\n\nNobody at the moment. See the others in /doctors."
    return f"👩‍⚕️ <b>{title}</b>: {count}\n\n{free}Who would you like to know more about?"


def doctor_card(user: User, next_free: Slot | None, rules: ClinicRules) -> str:
    """Show a doctor."""
    gender = f"\n🙂 {str(GENDERS[user.gender]).capitalize()}" if user.gender else ""
    free = moment_read(next_free.start, rules) if next_free else "none at the moment"
    specialization = esc(user.specialization or "")
    return f"👩‍⚕️ <b>{doctor(user.name)}</b>\n🏥 {specialization}{gender}\n🕑 Next free time: {free}"
