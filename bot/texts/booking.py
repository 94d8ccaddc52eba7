"""What is said while a doctor is looked for and a time is taken."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.drafts import BookingDraft
from bot.texts.formats import (
    GENDERS,
    clock_time,
    day,
    doctor,
    esc,
    moment,
    moment_read,
    month,
    plain_doctor,
    zone_name,
    zone_note,
)
from services.clinic import ClinicRules
from services.models import Page, Slot, User

PARTS = (("Morning", 12), ("Afternoon", 17), ("Evening", 24))


def _so_far(draft: BookingDraft) -> str:
    """Return what is chosen so far, a line each."""
    lines = ["📅 <b>Book an appointment</b>"]
    if draft.doctor_name:
        lines.append(f"👩‍⚕️ {doctor(draft.doctor_name)}, {esc(draft.specialization or '')}")
    elif draft.specialization:
        lines.append(f"🏥 {esc(draft.specialization)}")
    return "\n".join(lines)


def ask_specialization(draft: BookingDraft, count: int) -> str:
    """Ask what kind of doctor."""
    if not count:
        return f"{_so_far(draft)}\n\nNo doctor can be booked yet. Please come back later, or call the clinic."
    return f"{_so_far(draft)}\n\nWhat kind of doctor do you need?"


def again(doctor_name: str) -> str:
    """Label the button that takes the next free time of a doctor whom the patient knows."""
    return f"⚡ {plain_doctor(doctor_name)}: next free time"


def ask_doctor(draft: BookingDraft, total: int) -> str:
    """Ask which doctor."""
    count = "There is 1 doctor." if total == 1 else f"There are {total} doctors."
    return f"{_so_far(draft)}\n\n{count} Whom would you like to see?"


def ask_day(draft: BookingDraft, shown: date, count: int, soonest: Slot | None, rules: ClinicRules) -> str:
    """Ask for a day."""
    if count:
        line = f"Which day? Days with a number have free times{zone_note(rules)}."
    elif soonest:
        next_one = moment_read(soonest.start, rules)
        line = f"{month(shown)} has no free time any more; the next one is {next_one}."
    else:
        line = "This doctor has no free time at the moment. Please choose another doctor."
    return f"{_so_far(draft)}\n\n{line}"


def soonest(slot: Slot, zone: ZoneInfo) -> str:
    """Label the button that takes the next free time."""
    return f"⚡ Soonest: {slot.start.astimezone(zone):%a %-d %b}, {clock_time(slot.start, zone)}"


def ask_time(draft: BookingDraft, chosen: date, zone: ZoneInfo, count: int) -> str:
    """Ask for a time."""
    if not count:
        return f"{_so_far(draft)}\n📆 {day(chosen)}\n\nThis day has no free time any more. « Back shows other days."
    return f"{_so_far(draft)}\n📆 {day(chosen)}\n\nWhich time? ({zone_name(zone)})"


def part_of_day(start: datetime, zone: ZoneInfo) -> str:
    """Return the part of the day: morning, afternoon, evening."""
    hour = start.astimezone(zone).hour
    return next(name for name, end in PARTS if hour < end)


def ask_reason(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Ask for the reason."""
    return (
        f"{_so_far(draft)}\n{_when(draft, zone)}\n\n"
        "What is the reason for your visit? Only the doctor sees it, and you may skip this."
    )


def summary(draft: BookingDraft, zone: ZoneInfo) -> str:
    """Show everything once more."""
    reason = f"\n💬 <tg-spoiler>{esc(draft.reason)}</tg-spoiler>" if draft.reason else ""
    return f"{_so_far(draft)}\n{_when(draft, zone)}{reason}\n\nShall I book this?"


def _when(draft: BookingDraft, zone: ZoneInfo) -> str:
    return f"🕑 {moment(draft.start, zone)} ({zone_name(zone)})" if draft.start else ""


def booked(slot: Slot, doctor_name: str, zone: ZoneInfo) -> str:
    """Say on the card that it is done; the confirmation itself comes as news."""
    return f"✅ Booked: {doctor(doctor_name)}, {moment(slot.start, zone)} ({zone_name(zone)})."


def specializations(names: list[str]) -> str:
    """Head the list of specializations."""
    if not names:
        return "👩‍⚕️ No doctor can be booked yet. Please come back later, or call the clinic."
    count = "1 specialization" if len(names) == 1 else f"{len(names)} specializations"
    return f"👩‍⚕️ <b>Our doctors</b>\n\nThere are doctors of {count}. Which one?"


def doctors(page: Page[User], specialization: str | None) -> str:
    """Head a page of doctors."""
    title = esc(specialization or "All doctors")
    count = "1 doctor" if page.total == 1 else f"{page.total} doctors"
    if not page.total:
        return f"👩‍⚕️ <b>{title}</b>\n\nNobody at the moment. /doctors shows the others."
    return f"👩‍⚕️ <b>{title}</b>: {count}\n\nWhose card would you like to see?"


def doctor_card(user: User, next_free: Slot | None, zone: ZoneInfo) -> str:
    """Show a doctor."""
    gender = f"\n🙂 {GENDERS[user.gender].capitalize()}" if user.gender else ""
    free = f"{moment(next_free.start, zone)} ({zone_name(zone)})" if next_free else "none at the moment"
    specialization = esc(user.specialization or "")
    return f"👩‍⚕️ <b>{doctor(user.name)}</b>\n🏥 {specialization}{gender}\n🕑 Next free time: {free}"
