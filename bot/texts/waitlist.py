"""What is said to those who wait for a time to open."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.localization.messages import phrase, say, say_count
from bot.texts import labels
from bot.texts.formats import (
    comma_list,
    day,
    doctor,
    esc,
    moment,
    plain_doctor,
    span,
    weekday_and_day,
    zone_name,
    zone_note,
)
from bot.waiting_drafts import WaitDraft
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.scheduling import PartOfDay
from services.models.waitlist import SlotOffer, WaitlistEntryCard
from services.waitlist.joining import Joined

PARTS = {
    PartOfDay.MORNING: labels.MORNING,
    PartOfDay.AFTERNOON: labels.AFTERNOON,
    PartOfDay.EVENING: phrase("Evening"),
    PartOfDay.ANY: phrase("Any time of the day"),
}
# Behind the days.
_IN = {
    PartOfDay.MORNING: phrase("before noon"),
    PartOfDay.AFTERNOON: phrase("from noon to 5 PM"),
    PartOfDay.EVENING: phrase("from 5 PM on"),
}


def _head(draft: WaitDraft) -> str:
    whom = f"\n🙂 {esc(draft.patient_name)}" if draft.patient_name else ""
    wanted = " · ".join(filter(None, (draft.kind_name, draft.place_name)))
    visit = f"\n🩺 {esc(wanted)}" if wanted else ""
    title = say("🔔 <b>Join the waiting list</b>")
    return f"{title}{whom}\n👩‍⚕️ {doctor(draft.doctor_name)}{visit}"


def for_whom(draft: WaitDraft) -> str:
    """Return what stands above the question who waits."""
    return _head(draft)


def ask_kind(draft: WaitDraft) -> str:
    """Ask which kind of visit it is."""
    question = say("Which kind of visit?")
    return f"{_head(draft)}\n\n{question}"


def ask_days(draft: WaitDraft) -> str:
    """Ask on which days."""
    question = say(
        "I'll tell you when a time opens up, and keep it for you while you decide."
        " Which days would suit you? Tap one of these, or type a day."
    )
    return f"{_head(draft)}\n\n{question}"


def only(value: date) -> str:
    """Label the button of the one day that was full."""
    # Translators: a button; at most 40 characters with the day, such as "Tue 4 May 2027".
    return say("Only {day}", day=day(value))


def two_weeks() -> str:
    """Label the button of the days that are near."""
    # Translators: a button; at most 40 characters.
    return say("Any day in the next 2 weeks")


def until(last: date) -> str:
    """Label the button of all days that can be booked."""
    # Translators: a button; at most 40 characters with the day, such as "Tue 4 May 2027".
    return say("Any day until {day}", day=day(last))


def ask_part(draft: WaitDraft, rules: ClinicRules, clinic: ClinicRules) -> str:
    """Ask for the part of the day; it goes by the clinic's clocks."""
    return f"{_head(draft)}\n📆 {days(draft.first, draft.last)}\n\n{ask_which_part(rules, clinic)}"


def ask_which_part(rules: ClinicRules, clinic: ClinicRules) -> str:
    """Ask for the part of the day; the clinic's zone is named where it is not the reader's."""
    if not rules.elsewhere:
        return say("Which part of the day suits you?")
    return say("Which part of the day suits you ({zone})?", zone=zone_name(clinic.zone))


def days(first: date | None, last: date | None) -> str:
    """Return the days from one to another."""
    if first is None or last is None:
        return ""
    return day(first) if first == last else say("{start} – {end}", start=day(first), end=day(last))


def wish(card: WaitlistEntryCard, rules: ClinicRules) -> str:
    """Return what somebody waits for, escaped: the days, the part of the day, which kind of visit, and where."""
    place, zone = card.entry, rules.zone
    first = place.window.start.astimezone(zone).date()
    # The end is no part of it.
    last = (place.window.end - timedelta(minutes=1)).astimezone(zone).date()
    part = _IN.get(place.part)
    said = comma_list([days(first, last), *([str(part)] if part else [])])
    visit = " · ".join(esc(each.name) for each in (card.details.kind, card.details.place) if each is not None)
    return f"{said} ({visit})" if visit else said


def joined(found: Joined, lasts: timedelta, rules: ClinicRules) -> str:
    """Say that somebody waits now, for what, and what will come of it."""
    is_own = found.card.patient.has_account
    lines = [_waits_for(found.card, rules)]
    if found.has_replaced and is_own:
        lines.append(say("This replaces what you were waiting for there before."))
    elif found.has_replaced:
        lines.append(say("This replaces what they were waiting for there before."))
    lines.append(f"{in_line(found.card.before, is_own=is_own)} {when_one_opens(lasts)}")
    if found.free:
        lines.append(
            say_count(
                "{count} matching time is free now. I'll tell you if more open up.",
                "{count} matching times are free now. I'll tell you if more open up.",
                found.free,
            )
        )
    return "\n\n".join(lines)


def _waits_for(card: WaitlistEntryCard, rules: ClinicRules) -> str:
    name, wanted = doctor(card.doctor.name), wish(card, rules)
    if card.patient.has_account:
        return say("🔔 You're on the waiting list for {doctor}: {wish}.", doctor=name, wish=wanted)
    return say(
        "🔔 {patient} is on the waiting list for {doctor}: {wish}.",
        patient=esc(card.patient.name),
        doctor=name,
        wish=wanted,
    )


def when_one_opens(lasts: timedelta) -> str:
    """Say what comes of waiting."""
    return say(
        "When a time opens up, I'll offer it to you here and by email, and keep it for {length}, or less if it's"
        " soon.",
        length=span(lasts),
    )


def in_line(count: int, *, is_own: bool = True) -> str:
    """Say how many are before somebody in the line: before the reader, or whom the reader looks after."""
    if not count:
        return say("You're first in line.") if is_own else say("They're first in line.")
    if is_own:
        return say_count("{count} person is ahead of you.", "{count} people are ahead of you.", count)
    return say_count("{count} person is ahead of them.", "{count} people are ahead of them.", count)


def places(found: Sequence[tuple[WaitlistEntryCard, SlotOffer | None]], rules: ClinicRules) -> str:
    """List where somebody waits."""
    if not found:
        way = say(
            "If a doctor has no time that suits you, tap “{button}” below the days in /book or on the doctor's"
            " card in /doctors.",
            button=labels.TELL_ME,
        )
        none = say("🔔 You're not on any waiting list.")
        return f"{none}\n\n{way}"
    doctors = len({card.entry.doctor_id for card, _ in found})
    head = say_count(
        "🔔 <b>Waiting list</b>: {count} doctor", "🔔 <b>Waiting list</b>: {count} doctors", doctors
    )
    items = [_place(card, offer, rules) for card, offer in found]
    return "\n\n".join([f"{head}{zone_note(rules)}", *items])


def _place(card: WaitlistEntryCard, offer: SlotOffer | None, rules: ClinicRules) -> str:
    is_own, whom = card.patient.has_account, doctor(card.doctor.name)
    if not is_own:
        whom = say("{doctor}, for {patient}", doctor=whom, patient=esc(card.patient.name))
    since = say("Since {time}.", time=moment(card.entry.since, rules.zone))
    lines = [*_wanted(card, whom, rules), f"{since} {in_line(card.before, is_own=is_own)}"]
    if not card.is_offered:
        lines.append(
            say("⚠️ The doctor doesn't offer that any more. You keep your turn in case it comes back.")
        )
    if offer is not None:
        lines.append(_kept(offer, rules))
    return "\n".join(lines)


def _wanted(card: WaitlistEntryCard, whom: str, rules: ClinicRules) -> list[str]:
    """Return the lines that say with whom somebody waits, and for what."""
    if card.visit is None:
        return [f"👩‍⚕️ {whom}: {wish(card, rules)}"]
    return [
        say("👩‍⚕️ {doctor}: an earlier time", doctor=whom),
        say("Now: {value}", value=moment(card.visit.slot.start, rules.zone)),
        say("Wanted: {wish}", wish=wish(card, rules)),
    ]


def _kept(offer: SlotOffer, rules: ClinicRules) -> str:
    """Say what is kept, and until when."""
    until, time = moment(offer.until, rules.zone), moment(offer.slot.start, rules.zone)
    if offer.was is None:
        return say("➡️ Kept for you until {end}: <b>{time}</b>", end=until, time=time)
    return say(
        "➡️ Kept for you until {end}: <b>{time}</b> in place of {was}",
        end=until,
        time=time,
        was=moment(offer.was, rules.zone),
    )


def take(offer: SlotOffer, rules: ClinicRules) -> str:
    """Label the button that takes what is offered."""
    # Translators: a button that takes an appointment time.
    return say("✅ Take {time}", time=moment(offer.slot.start, rules.zone))


def leave(name: str, patient: str = "") -> str:
    """Label the button that leaves a line; with the patient whom the reader looks after."""
    whose = f"{patient} · " if patient else ""
    return say("✖ Leave the list: {doctor}", doctor=whose + plain_doctor(name))


def leave_earlier(name: str, start: datetime, rules: ClinicRules, patient: str = "") -> str:
    """Label the button to wait no more for an earlier time; with the patient whom the reader looks after."""
    at = weekday_and_day(start.astimezone(rules.zone).date())
    who = comma_list([*filter(None, (patient, plain_doctor(name)))])
    return say("✖ Stop waiting ({day}): {doctor}", day=at, doctor=who)


def left_earlier(*, was_there: bool) -> str:
    """Say that nobody waits for an earlier time there any more."""
    if was_there:
        return say("You're no longer waiting for an earlier time. Your appointment stays as it is.")
    return say("You were no longer waiting for an earlier time there.")


def moved(found: AppointmentCard, rules: ClinicRules) -> str:
    """Say that an earlier time was taken."""
    start = moment(found.appointment.slot.start, rules.zone)
    return say(
        "✅ Your appointment with {doctor} is now on {time}.", doctor=doctor(found.doctor.name), time=start
    )


def left(*, was_there: bool) -> str:
    """Say that somebody waits there no more."""
    if was_there:
        return say("You have left that waiting list.")
    return say("You were no longer on that waiting list.")


def passed() -> str:
    """Say that what was offered goes on to the next."""
    return say(
        "👋 Passed on to the next person in line. You keep your place. I'll tell you when the next time opens up."
    )


def nothing_to_wait_for() -> str:
    """Say where waiting begins."""
    return say(
        "To join a waiting list, tap “{button}” below the days in /book, or on the doctor's card in /doctors.",
        button=labels.TELL_ME,
    )
