"""What is said of news about one appointment: that it is booked or moved, is near, or that its doctor is late."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.localization.messages import say
from bot.texts.formats import call_the_clinic, clock_time, day, moment, plain_doctor, span, zone_note
from bot.texts.news_rows import (
    about,
    by,
    doctor_for,
    has_no_chat,
    how_to_change,
    is_doctor,
    looks_after,
    may_change,
    note,
    on_behalf,
    reason,
    see_your_day,
    subject,
)
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News, plain_facts
from bot.texts.visits import where_rows
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import Role, User

Facts = Mapping[str, Any]


def _booked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [*about(facts, reader, rules), *plain_facts(where_rows(facts, reader, rules)), *on_behalf(facts)]
    if facts["reason"]:
        rows.append(reason(facts["reason"]))
    return News(
        # Translators: stands for an appointment, before a colon.
        subject=subject(say("Booked"), facts, reader, rules),
        headline=_booked_headline(facts, reader),
        facts=tuple(rows),
        closing=_after_change(facts, reader, rules),
    )


def _booked_headline(facts: Facts, reader: User) -> str:
    """Say that it is booked; to whoever looks after the patient also whose it is, and who did it."""
    if not looks_after(facts, reader):
        return say("✅ Appointment booked")
    patient, carer = facts["patient"], facts.get("carer")
    if carer:
        return say("✅ {carer} booked an appointment for {patient}", carer=carer, patient=patient)
    return say("✅ {patient}'s appointment is booked", patient=patient)


def _moved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [*about(facts, reader, rules), *plain_facts(where_rows(facts, reader, rules))]
    # Translators: the label of a line; the time follows at which the appointment was before it was moved.
    rows += [Fact(say("Before"), moment(facts["was"], rules.zone)), *on_behalf(facts)]
    is_told_by_doctor = facts.get("by") == Role.DOCTOR.value and not is_doctor(reader)
    if is_told_by_doctor:
        rows.append(by(plain_doctor(facts["doctor"])))
    closing = _after_change(facts, reader, rules)
    if is_told_by_doctor and not has_no_chat(reader):
        closing = say(
            "Does that suit you? If not, choose another time or cancel it{in_the_chat}.",
            in_the_chat=IN_THE_CHAT,
        )
    return News(
        # Translators: stands for an appointment, before a colon.
        subject=subject(say("Moved"), facts, reader, rules),
        headline=_moved_headline(facts, reader),
        facts=(*rows, *note(facts, reader)),
        closing=closing,
    )


def _moved_headline(facts: Facts, reader: User) -> str:
    if not looks_after(facts, reader):
        return say("🔁 Appointment moved")
    patient, carer = facts["patient"], facts.get("carer")
    if carer:
        return say("🔁 {carer} moved the appointment of {patient}", carer=carer, patient=patient)
    return say("🔁 {patient}'s appointment is moved", patient=patient)


def _after_change(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say what to do about an appointment that was booked or moved."""
    return see_your_day() if is_doctor(reader) else how_to_change(facts, reader, rules)


def _reminder(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say when and with whom: today and tomorrow are those of whoever reads it, as it is told."""
    start, told = facts["start"].astimezone(rules.zone).date(), facts["at"].astimezone(rules.zone).date()
    days = {timedelta(0): say("Today"), timedelta(days=1): say("Tomorrow")}
    return News(
        # Translators: the subject of an email about an appointment, before a colon.
        subject=subject(say("Reminder"), facts, reader, rules),
        headline=say(
            "⏰ {day}, {time}: {whom}",
            day=days.get(start - told, day(start)),
            time=clock_time(facts["start"], rules.zone),
            whom=facts["patient"] if is_doctor(reader) else doctor_for(facts, reader),
        ),
        facts=(
            *about(facts, reader, rules),
            *_delayed(facts, rules),
            *plain_facts(where_rows(facts, reader, rules)),
        ),
        closing=_can_you_come(facts, reader, rules),
    )


def _can_you_come(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Ask whether the patient comes, and say what to do if not."""
    if has_no_chat(reader):
        return how_to_change(facts, reader, rules)
    if may_change(facts):
        return say("Can you come? You can confirm, move or cancel it{in_the_chat}.", in_the_chat=IN_THE_CHAT)
    return say(
        "Can you come? You can confirm it, or tell us that you can't come{in_the_chat}. To move it, please {call}.",
        in_the_chat=IN_THE_CHAT,
        call=call_the_clinic(rules),
    )


def _delayed(facts: Facts, rules: ClinicRules) -> tuple[Fact, ...]:
    """Return when a visit is expected to begin, if the doctor is late; older reminders do not say."""
    minutes = facts.get("late_minutes") or 0
    if not minutes:
        return ()
    time = clock_time(facts["start"] + timedelta(minutes=minutes), rules.zone)
    return (Fact(say("Expected"), say("about {time}, as the doctor is late", time=time)),)


def _running_late(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say when a patient is expected now; the appointment itself stays as it is."""
    doctor, late = plain_doctor(facts["doctor"]), timedelta(minutes=facts.get("minutes", 0))
    rows = about(facts, reader, rules)
    if late <= timedelta(0):
        return News(
            subject=subject(say("On time again"), facts, reader, rules),
            headline=say("🕐 {doctor} is on time again", doctor=doctor),
            # Translators: "Expected: as booked": the visit begins at the time that was booked.
            facts=(*rows, Fact(say("Expected"), say("as booked"))),
            closing=say("Please come at the time you booked."),
        )
    # Translators: "Expected: about 10:30 AM": when a late visit is expected to begin.
    about_then = say("about {time}", time=clock_time(facts["start"] + late, rules.zone)) + zone_note(rules)
    return News(
        subject=subject(say("Running late"), facts, reader, rules),
        headline=say("🕐 {doctor} is running about {minutes} late", doctor=doctor, minutes=span(late)),
        facts=(*rows, Fact(say("Expected"), about_then)),
        closing=say("Your appointment stays yours. I'll tell you if the time changes much."),
    )


def _called_in(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Call a patient in."""
    doctor, patient = plain_doctor(facts["doctor"]), facts["patient"]
    headline = (
        say("🔔 {doctor} is ready for {patient}", doctor=doctor, patient=patient)
        if looks_after(facts, reader)
        else say("🔔 {doctor} is ready for you", doctor=doctor)
    )
    # Translators: "Join" is the label of a button.
    join = say("Please open your appointment{in_the_chat} and tap Join.", in_the_chat=IN_THE_CHAT)
    return News(
        subject=subject(say("Ready for you"), facts, reader, rules),
        headline=headline,
        facts=(),
        closing=join if facts.get("room") else say("Please come in."),
    )


def _message(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Bring a message of the doctor or of the clinic; its words are not in the subject."""
    sender = plain_doctor(facts["doctor"]) if facts["by"] == Role.DOCTOR.value else rules.name
    return News(
        subject=subject(say("A message about your appointment"), facts, reader, rules),
        headline=say("💬 A message from {sender}", sender=sender),
        # Translators: stands in the place of the message of a doctor that was removed.
        facts=(*about(facts, reader, rules), Fact(say("Message"), facts["note"] or say("(removed)"))),
        closing=say(
            "Your appointment stays as it is. I can't pass on an answer. For that, please {call}.",
            call=call_the_clinic(rules),
        ),
    )


def how_to_join() -> str:
    """Say how a video visit is joined."""
    # Translators: "Join" is the label of a button.
    return say(
        "From 10 minutes before, tap Join on the appointment's card{in_the_chat}.", in_the_chat=IN_THE_CHAT
    )


APPOINTMENT_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.BOOKED: _booked,
    EventKind.MOVED: _moved,
    EventKind.REMINDER: _reminder,
    EventKind.RUNNING_LATE: _running_late,
    EventKind.CALLED: _called_in,
    EventKind.MESSAGE: _message,
}
