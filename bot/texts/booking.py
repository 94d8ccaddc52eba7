"""What is said while a doctor is looked for and a time is taken."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.drafts import BookingDraft
from bot.localization.messages import phrase, say, say_count
from bot.texts import labels
from bot.texts.bulk_cancellation import what_to_tell
from bot.texts.formats import (
    GENDERS,
    call_the_clinic,
    clock_time,
    comma_list,
    day,
    doctor,
    esc,
    moment,
    moment_read,
    moment_there,
    month,
    plain_doctor,
    short_moment,
    shortened,
    specialist,
    typed_before,
    with_clock,
    zone_note,
)
from bot.texts.specializations import specialization as shown_specialization
from bot.texts.time_bounds import none_within
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User, UserId
from services.models.slots import Slot

# So many characters are said again of what was searched for.
MOST_SEARCHED = 60
# How the two can meet, by video or not, as people type it.
WAYS = {False: phrase("In the clinic"), True: phrase("By video")}


def so_far(draft: BookingDraft) -> str:
    """Return what is chosen so far, a line each."""
    lines = [say("🔁 <b>Move an appointment</b>") if draft.moving else say("📅 <b>Book an appointment</b>")]
    if draft.patient_name:
        lines.append(f"🙂 {esc(draft.patient_name)}")
    elif draft.myself:
        lines.append(str(labels.MYSELF))
    if draft.doctor_name:
        lines.append(f"👩‍⚕️ {specialist(draft.doctor_name, draft.specialization)}")
    elif draft.specialization:
        lines.append(f"🏥 {esc(shown_specialization(draft.specialization))}")
    if draft.kind_name:
        lines.append(f"🩺 {esc(draft.kind_name)}")
    if draft.place and draft.place_name and not draft.by_video:
        lines.append(f"📍 {esc(draft.place_name)}")
    return "\n".join(lines)


def _before(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Return when it is now, of one that is to be moved."""
    return "\n" + say("🕑 Now: {time}", time=moment(draft.moving.start, zone)) if draft.moving else ""


def for_whom(draft: BookingDraft) -> str:
    """Return what stands above the question for whom to book."""
    return so_far(draft)


def ask_patient(page: Page[User | Patient], search: str) -> str:
    """Ask who to book for."""
    head = so_far(BookingDraft())
    if not page.total and not search:
        question = say(
            "There are no patients yet. Who is it for? Tap {new_patient} to add one.",
            new_patient=labels.words_of(labels.NEW_PATIENT),
        )
        return f"{head}\n\n{question}"
    question = say(
        "Who is it for? Tap a name, or type part of a name or email address, or a telephone number."
    )
    if search:
        found = say_count(
            "{count} patient with “{search}”.",
            "{count} patients with “{search}”.",
            page.total,
            search=esc(search),
        )
        question = f"{found} {question}"
    return f"{head}\n\n{question}"


def nobody_yet(rules: ClinicRules) -> str:
    """Say that there are no doctors."""
    return say("No doctor can be booked yet. Please come back later, or {call}.", call=call_the_clinic(rules))


def ask_specialization(draft: BookingDraft, count: int, rules: ClinicRules) -> str:
    """Ask what kind of doctor."""
    if not count:
        return f"{so_far(draft)}\n\n{nobody_yet(rules)}"
    question = (
        say("What kind of doctor do they need?")
        if draft.patient_name
        else say("What kind of doctor do you need?")
    )
    return f"{so_far(draft)}\n\n{question}"


def again(doctor_name: str) -> str:
    """Label the button that takes the next free time of a doctor whom the patient knows."""
    return say("⚡ {doctor}: next free time", doctor=plain_doctor(doctor_name))


def next_free(doctors: Sequence[User], soonest: Mapping[UserId, Slot | None], rules: ClinicRules) -> str:
    """Return when each doctor has the next free time, a line each; nothing where there are no doctors."""
    if not doctors:
        return ""
    lines = (f"• {doctor(user.name)}: {_next_free(soonest.get(user.id), rules.zone)}" for user in doctors)
    return say("🕑 Next free times") + zone_note(rules) + "\n" + "\n".join(lines) + "\n\n"


def _next_free(slot: Slot | None, zone: ZoneInfo) -> str:
    # Translators: said of the next free time of a doctor.
    return short_moment(slot.start, zone) if slot else say("none at the moment")


def ask_doctor(draft: BookingDraft, total: int, free: str) -> str:
    """Ask which doctor, under what is said of the times that are `free`."""
    count = say_count("There is {count} doctor.", "There are {count} doctors.", total)
    question = say("Who should they see?") if draft.patient_name else say("Who would you like to see?")
    return f"{so_far(draft)}\n\n{free}{count} {question}"


def several_doctors(total: int, shown: int, free: str) -> str:
    """Ask which of the doctors is meant who are called like that."""
    count = say_count("👩‍⚕️ {count} doctor has that name.", "👩‍⚕️ {count} doctors have that name.", total)
    question = say("Which one do you mean?")
    if shown < total:
        more = say_count(
            "This is the first one. Type more of the name to see others.",
            "These are the first {count}. Type more of the name to see others.",
            shown,
        )
        question = f"{question} {more}"
    return f"{count}\n\n{free}{question}"


def ask_day(draft: BookingDraft, shown: date, count: int, soonest: Slot | None, rules: ClinicRules) -> str:
    """Ask for a day."""
    if count:
        line = say("Which day? Days with a number have free times{zone}.", zone=zone_note(rules))
    elif draft.bounds and not soonest:
        line = none_within(draft.bounds)
    elif soonest:
        line = _none_in_month(draft, month(shown), moment_read(soonest.start, rules))
    else:
        line = _nothing(draft)
    return f"{so_far(draft)}{_before(draft, rules.zone)}\n\n{line}"


def _none_in_month(draft: BookingDraft, month_name: str, next_one: str) -> str:
    """Say that nothing is free; for a patient who is named, only times are shown at which they are free, too."""
    if not draft.patient_name:
        return say(
            "There is no free time left in {month}. The next one is {next}.", month=month_name, next=next_one
        )
    return say(
        "There is no time that suits both {doctor} and {patient} left in {month}. The next one is {next}.",
        doctor=doctor(draft.doctor_name),
        patient=esc(draft.patient_name),
        month=month_name,
        next=next_one,
    )


def _nothing(draft: BookingDraft) -> str:
    """Say that there is no time, however far one looks, and what to do."""
    if draft.patient_name and draft.moving:
        return say(
            "There is no other time that suits both {doctor} and {patient} at the moment.",
            doctor=doctor(draft.doctor_name),
            patient=esc(draft.patient_name),
        )
    if draft.patient_name:
        return say(
            "There is no time that suits both {doctor} and {patient} at the moment. Please choose another doctor.",
            doctor=doctor(draft.doctor_name),
            patient=esc(draft.patient_name),
        )
    if draft.moving:
        return say("This doctor has no other free time at the moment.")
    return say(
        "This doctor has no free time at the moment. I can tell you when a time opens up."
        " Tap {back} to see other doctors.",
        back=labels.BACK,
    )


def soonest(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that takes the next free time."""
    return say("⚡ Soonest: {time}", time=short_moment(slot.start, zone))


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
        return f"{head}\n\n{_none_that_day(draft)}"
    where = "".join(f"\n📍 {esc(name)}: {_from_to_start(slots, rules.zone)}" for name, slots in at_places)
    question = say("Which time?")
    return f"{head}{where}\n\n{question}{zone_note(rules)}"


def _none_that_day(draft: BookingDraft) -> str:
    if not draft.patient_name:
        return say("This day has no free time left. Tap {back} to see other days.", back=labels.BACK)
    return say(
        "This day has no time that suits both {doctor} and {patient} left. Tap {back} to see other days.",
        doctor=doctor(draft.doctor_name),
        patient=esc(draft.patient_name),
        back=labels.BACK,
    )


def _from_to_start(slots: Sequence[Slot], zone: ZoneInfo) -> str:
    """Return from when to when free times begin."""
    first, last = clock_time(slots[0].start, zone), clock_time(slots[-1].start, zone)
    return first if first == last else say("{start} – {end}", start=first, end=last)


def ask_reason(draft: BookingDraft, role: Role, rules: ClinicRules) -> str:
    """Ask somebody of that role for the reason."""
    if role is not Role.PATIENT:
        question = say(
            "What is the reason for the visit? The patient and the doctor will see it. You can skip this."
        )
    elif draft.patient_name:
        question = say("What is the reason for the visit? Only the doctor will see it. You can skip this.")
    else:
        question = say("What is the reason for your visit? Only the doctor will see it. You can skip this.")
    return f"{so_far(draft)}\n{_when(draft, rules)}{typed_before(draft.reason)}\n\n{question}"


def ask_way(draft: BookingDraft, rules: ClinicRules) -> str:
    """Ask whether the two meet in the clinic or by video."""
    question = say("In the clinic, or by video?")
    return f"{so_far(draft)}\n{_when(draft, rules)}\n\n{question}"


def summary(draft: BookingDraft, rules: ClinicRules) -> str:
    """Show everything once more."""
    reason = f"\n💬 <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    when = f"🕑 {moment_there(draft.start, rules.zone)}" if draft.start else ""
    question = "" if draft.beyond else say("Book this appointment?")
    return f"{so_far(draft)}\n{when}{_way(draft, rules)}{reason}\n\n{question}".rstrip()


def _way(draft: BookingDraft, rules: ClinicRules) -> str:
    """Return where the two meet, as far as there is something to say of it."""
    if draft.by_video:
        return "\n" + say("🎥 By video")
    if draft.place_name:  # where a place was chosen, it stands above
        return "" if draft.place else f"\n📍 {esc(draft.place_name)}"
    if rules.address:
        return f"\n📍 {esc(rules.address)}"
    return "" if draft.by_video is None else "\n" + say("🏥 In the clinic")


def _when(draft: BookingDraft, rules: ClinicRules) -> str:
    return f"🕑 {moment_read(draft.start, rules)}" if draft.start else ""


def booked(item: AppointmentCard, zone: ZoneInfo, *, for_another: bool) -> str:
    """Say on the card that it is done; the confirmation itself comes as news, to whom it is for."""
    when = with_clock(moment_there(item.appointment.slot.start, zone))
    visit = comma_list([doctor(item.doctor.name), when])
    if for_another:
        return say("✅ Booked for {patient}: {visit}.", patient=esc(item.patient.name), visit=visit)
    return say("✅ Booked: {visit}.", visit=visit)


def stored_before(item: AppointmentCard, role: Role, zone: ZoneInfo) -> str:
    """Say what is stored of a request whose answer was lost, or which was changed since; nothing is added."""
    found = item.appointment
    visit = comma_list([_both(item, role), moment_there(found.slot.start, zone)])
    if found.status is AppointmentStatus.CANCELLED:
        return say("✖ This appointment was booked, but has since been cancelled: {visit}.", visit=visit)
    reason = f"\n💬 <tg-spoiler>{esc(found.reason)}</tg-spoiler>" if found.reason else ""
    is_booked = say("📋 This appointment is already booked: {visit}.", visit=visit)
    change = say("You can change it on its card.")
    return f"{is_booked}{reason}\n{change}"


def ask_moving_note(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Ask a doctor what to tell the patient whose appointment is moved."""
    question = what_to_tell(1)
    return f"{_from_to(draft, zone)}\n\n{question}"


def moving_summary(draft: BookingDraft, role: Role, zone: ZoneInfo) -> str:
    """Show the old time and the new one to somebody of that role."""
    said = "\n" + say("💬 To the patient: {text}", text=esc(draft.note)) if draft.note else ""
    return f"{_from_to(draft, zone)}{said}\n\n{_MOVE[role]}"


_MOVE = {
    Role.PATIENT: phrase("Move the appointment? I'll tell the doctor."),
    Role.DOCTOR: phrase(
        "Move the appointment? I'll tell the patient right away. They can choose another time or cancel."
    ),
    **dict.fromkeys(DESK, phrase("Move the appointment? I'll tell them both.")),
}


def _from_to(draft: BookingDraft, zone: ZoneInfo) -> str:
    new = "\n" + say("➡️ New: {time}", time=moment_there(draft.start, zone)) if draft.start else ""
    if draft.place_name:
        new += f"\n📍 {esc(draft.place_name)}"
    return f"{so_far(draft)}{_before(draft, zone)}{new}"


def moved(item: AppointmentCard, was: datetime, role: Role, zone: ZoneInfo) -> str:
    """Say on the card that it is moved, to somebody of that role."""
    return say(
        "🔁 Moved: {visit}, from {was} to {now}.",
        visit=_both(item, role),
        was=moment(was, zone),
        now=with_clock(moment_there(item.appointment.slot.start, zone)),
    )


def _both(item: AppointmentCard, role: Role) -> str:
    """Return who meets, without the one who reads it."""
    if role is Role.PATIENT and item.patient.has_account:
        return doctor(item.doctor.name)
    return say("{patient} with {doctor}", patient=esc(item.patient.name), doctor=doctor(item.doctor.name))


def nothing_to_move() -> str:
    """Say where moving begins."""
    return say("To move an appointment, open it in /appointments.")


def specializations(names: list[str], rules: ClinicRules) -> str:
    """Head the list of specializations."""
    if not names:
        return f"👩‍⚕️ {nobody_yet(rules)}"
    question = say_count(
        "We have doctors in {count} specialization. Which one?",
        "We have doctors in {count} specializations. Which one?",
        len(names),
    )
    heading = say("👩‍⚕️ <b>Our doctors</b>")
    return f"{heading}\n\n{question}"


def nobody_called(search: str) -> str:
    """Say that no doctor has such a name."""
    return say("🔎 I couldn't find a doctor called “{name}”.", name=esc(shortened(search, MOST_SEARCHED)))


def doctors(page: Page[User], specialization: str | None, free: str) -> str:
    """Head a page of doctors."""
    title = esc(shown_specialization(specialization) if specialization else labels.ALL_DOCTORS)
    if not page.total:
        nobody = say("Nobody at the moment. See the others in /doctors.")
        return f"👩‍⚕️ <b>{title}</b>\n\n{nobody}"
    count = say_count("{count} doctor", "{count} doctors", page.total)
    question = say("Who would you like to know more about?")
    return f"👩‍⚕️ <b>{title}</b>: {count}\n\n{free}{question}"


def doctor_card(user: User, next_free: Slot | None, rules: ClinicRules) -> str:
    """Show a doctor."""
    gender = f"\n🙂 {str(GENDERS[user.gender]).capitalize()}" if user.gender else ""
    free = (
        say("🕑 Next free time: {time}", time=moment_read(next_free.start, rules))
        if next_free
        else say("🕑 Next free time: none at the moment")
    )
    specialization = esc(shown_specialization(user.specialization))
    return f"👩‍⚕️ <b>{doctor(user.name)}</b>\n🏥 {specialization}{gender}\n{free}"
