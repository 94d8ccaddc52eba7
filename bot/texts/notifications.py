"""What is said of each kind of news, to the one who reads it: the facts, and what to do next."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.callbacks.deep_links import alternative_link, waitlist_offer_links
from bot.callbacks.visits import TakeAlternative, TakeFollowUp
from bot.texts.formats import (
    ROLES,
    call_the_clinic,
    clock_time,
    day,
    moment,
    moment_read,
    moment_there,
    plain_doctor,
    shortened,
    span,
    span_of,
    stretch,
    week,
    zone_note,
)
from bot.texts.notification_layouts import IN_THE_CHAT, ROOM, News
from bot.texts.patient_news import SAID as PATIENT_NEWS
from bot.texts.questions import left_in, please_answer
from bot.texts.series_news import SERIES_NEWS
from bot.texts.time_off import off
from bot.texts.visits import in_short, kind_rows, place_line, where_rows
from services.access import DESK
from services.accounts.one_time_codes import CODE_LIFETIME, CodeLetter, Purpose
from services.appointments.schedule_events import Changed
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentId, CancellationCause
from services.models.notifications import ChannelName, EventKind, Notice
from services.models.patients import has_no_account
from services.models.people import Role, User, UserId
from services.models.scheduling import Schedule
from services.models.slots import Slot
from services.names.email_addresses import masked

Facts = Mapping[str, Any]
# A day's news is one message: what does not fit is in /schedule.
MOST_ITEMS, MOST_REASON = 20, 60
IN_CLINIC_TIME = frozenset({EventKind.DIGEST, EventKind.SCHEDULE_CHANGED})
HOW_TO_JOIN = f"From 10 minutes before, tap Join on the appointment's card{IN_THE_CHAT}."


def news(kind: EventKind, facts: Mapping[str, Any], reader: User, rules: ClinicRules) -> News:
    """Return what to say of an event to one of its readers, in whose zone times are told.

    A doctor's days are told in the clinic's, as /schedule and /timeoff show them.
    """
    said = _SAID[kind](facts, reader, rules if kind in IN_CLINIC_TIME else rules.seen_by(reader))
    said = _with_questions(said, kind, facts, reader)
    if not facts.get("room"):
        return said
    if kind is EventKind.REMINDER:
        return replace(said, facts=(*said.facts, (ROOM, facts["room"])))
    if kind in {EventKind.BOOKED, EventKind.MOVED}:
        return replace(said, closing=f"{HOW_TO_JOIN} {said.closing}")
    return said


def _with_questions(said: News, kind: EventKind, facts: Facts, reader: User) -> News:
    """Return the news of an appointment to come, with how many questions its patient may still answer."""
    asks = kind in {EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER}
    if not asks or not _is_patient(reader) or _has_no_chat(reader):
        return said
    return replace(said, closing=f"{please_answer(left_in(facts))}{said.closing}")


def notice_news(notice: Notice, reader: User, rules: ClinicRules) -> News:
    """Return what a notice says to its reader."""
    event, facts = notice.event, notice.event.facts
    if event.kind is EventKind.EMAIL_CORRECTED and notice.channel is ChannelName.MAIL:
        # The old address may be a stranger's, because it was mistyped.
        facts = {**facts, "email": masked(facts["email"])}
    said = news(event.kind, facts, reader, rules)
    return replace(said, headline=while_away(said.headline)) if notice.was_away else said


def while_away(headline: str) -> str:
    """Return the headline of what is told only now, as nobody was there."""
    return f"While you were away: {headline}"


def _approved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say that a doctor is let in, and that patients can book from now on, in the hours that all begin with."""
    del reader
    return News(
        subject=f"Your registration at {rules.name} is approved",
        headline=f"✅ Welcome, {plain_doctor(facts['name'])}: your registration is approved.",
        facts=(),
        closing=f"You can sign in now with /login{IN_THE_CHAT}. Patients can book you from now on:"
        f" {week(Schedule().weekly)}, clinic time. You can change that in /hours.",
    )


def _refused(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Your registration at {rules.name}",
        headline=f"{plain_doctor(facts['name'])}, your registration was not approved.",
        facts=(),
        closing=f"If you think this is a mistake, please {call_the_clinic(rules)}.",
    )


def _blocked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    return News(
        subject=f"Your account at {rules.name}",
        headline=f"🚫 {_called(facts, reader)}, your account at {rules.name} is blocked.",
        facts=(),
        closing=f"All chats are signed out. If you think this is a mistake, please {call_the_clinic(rules)}.",
    )


def _unblocked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    return News(
        subject=f"Your account at {rules.name} is open again",
        headline=f"✅ {_called(facts, reader)}, your account at {rules.name} is open again.",
        facts=(),
        closing=f"You can sign in now with /login{IN_THE_CHAT}.",
    )


def _called(facts: Facts, reader: User) -> str:
    return plain_doctor(facts["name"]) if _is_doctor(reader) else str(facts["name"])


def _waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"A doctor is waiting for approval at {rules.name}",
        headline=f"⏳ {plain_doctor(facts['name'])} is waiting for approval",
        facts=(("Specialization", facts["specialization"]), ("Email", facts["email"]), *_alike(facts)),
        closing=f"Approve or refuse with the buttons{IN_THE_CHAT}, or in /users.",
    )


def _alike(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return a warning where another doctor has that name, or one that looks the same."""
    return (("⚠️ Check the name", "it looks the same as another doctor's name"),) if facts.get("alike") else ()


def _name_waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"A doctor wants a new name at {rules.name}",
        headline=f"✏️ {plain_doctor(facts['name'])} wants a new name",
        facts=(("New name", plain_doctor(_wanted(facts))), *_alike(facts)),
        closing=f"Approve or refuse with the buttons{IN_THE_CHAT}, or in /users. Until then the old name stays.",
    )


def _name_approved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Your new name at {rules.name} is approved",
        headline=f"✅ Your name here is now {plain_doctor(_wanted(facts))}.",
        facts=(),
        closing="Patients can find you by that name now.",
    )


def _name_refused(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Your new name at {rules.name}",
        headline=f"Your new name was not approved. You are still {plain_doctor(facts['name'])} here.",
        facts=(),
        closing=f"If you think this is a mistake, please {call_the_clinic(rules)}.",
    )


def _wanted(facts: Facts) -> str:
    return str(facts.get("wanted") or facts["name"])


def _email_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Your email address at {rules.name} was changed",
        headline=f"{facts['name']}, your account at {rules.name} has a new email address.",
        facts=(("Old address", facts["to"]), ("New address", facts["email"])),
        closing="I'll write to the new one from now on. Please use it to sign in, too. If this wasn't you, please"
        f" {call_the_clinic(rules, at_once=True)}.",
    )


def _email_corrected(facts: Facts, reader: User, rules: ClinicRules) -> News:
    return News(
        subject=f"Your email address at {rules.name} was corrected",
        headline=f"📧 {_called(facts, reader)}, the clinic has corrected your email address.",
        facts=(("Old address", facts["to"]), ("New address", facts["email"])),
        closing=f"I've emailed a code to the new one. Please enter it in /me{IN_THE_CHAT}. Use the new address to sign in,"
        f" too. If it is wrong, please {call_the_clinic(rules)}.",
    )


def _password_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Your password at {rules.name} was changed",
        headline=f"{facts['name']}, your account at {rules.name} has a new password.",
        facts=(("When", moment_there(facts["at"], rules.zone)),),
        closing=(
            "All other chats are signed out. If this wasn't you, type /forgot in the chat to choose another"
            f" password, and {call_the_clinic(rules)}."
        ),
    )


def _address_tried(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=f"Someone used your email address at {rules.name}",
        headline=f"{facts['name']}, someone tried to register at {rules.name} with your email address.",
        facts=(),
        closing=(
            "You already have an account. If this was you, type /login in the chat, or /forgot if you don't know the"
            " password. If it wasn't you, you don't need to do anything. Nothing was changed."
        ),
    )


def code_news(letter: CodeLetter, rules: ClinicRules) -> News:
    """Return what the mail with a code says. The subject is seen on locked screens, so the code is not in it."""
    minutes = CODE_LIFETIME // timedelta(minutes=1)
    if letter.purpose is Purpose.EMAIL:
        headline = f"{letter.reader.name}, is this your email address?"
        closing = "Please type the code in the chat. If you didn't ask for it, you can ignore this email. Nothing was changed."
    elif letter.is_welcome:
        headline = f"{letter.reader.name}, {rules.name} has made an account for you as a {ROLES[letter.reader.role]}."
        closing = (
            "Choose a password to sign in: in the chat, type /forgot, tap “I have a code”, and give this email address"
            " and the code. If the code has expired, you can get a new one there."
        )
    elif letter.by_clinic:
        headline = f"{letter.reader.name}, {rules.name} asks you to choose a new password."
        closing = (
            "Your old password no longer works, and all chats are signed out. In the chat, type /forgot, tap “I have a"
            " code”, and give your email address and the code. If the code has expired, you can get a new one there."
        )
    else:
        headline = f"{letter.reader.name}, here is your code for a new password."
        closing = (
            "Please type it in the chat. Don't tell it to anyone. The clinic never asks for it."
            " If you didn't ask for it, you can ignore this email."
        )
    return News(
        subject=f"Your code for {rules.name}",
        headline=headline,
        facts=(("Code", letter.code), ("Works for", f"{minutes} minutes, once")),
        closing=closing,
    )


def _digest(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say what is to come today; the clinic's time, as in /schedule."""
    del reader
    today, items = day(date.fromisoformat(facts["day"])), facts["items"]
    rows: list[tuple[str, str]] = []
    for item in items[:MOST_ITEMS]:
        rows.append((clock_time(item["start"], rules.zone), f"{item['patient']}{in_short(item)}"))
        if item["reason"]:
            rows.append(("Reason", shortened(item["reason"], MOST_REASON)))
    count = (
        "no appointments"
        if not items
        else "1 appointment"
        if len(items) == 1
        else f"{len(items)} appointments"
    )
    return News(
        subject=f"Your day: {today}",
        headline=f"☀️ {today}: {count}",
        facts=tuple(rows),
        closing=f"See the whole day: /schedule{IN_THE_CHAT}"
        if items
        else f"Enjoy the quiet. See other days: /schedule{IN_THE_CHAT}",
    )


def _booked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = [*_about(facts, reader, rules), *where_rows(facts, reader, rules), *_on_behalf(facts)]
    if facts["reason"]:
        rows.append(("Reason", facts["reason"]))
    closing = _after_change(facts, reader, rules)
    headline = _headline("✅", "booked", facts, reader)
    return News(_subject("Booked", facts, reader, rules), headline, tuple(rows), closing)


def _moved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    about = [*_about(facts, reader, rules), *where_rows(facts, reader, rules)]
    rows = [*about, ("Before", moment(facts["was"], rules.zone)), *_on_behalf(facts)]
    is_doctors = facts.get("by") == Role.DOCTOR.value
    if is_doctors and not _is_doctor(reader):
        rows.append(("By", _BY[Role.DOCTOR.value].format(doctor=plain_doctor(facts["doctor"]))))
    if facts.get("note"):
        rows.append(("Told the patient" if _is_doctor(reader) else "Note", facts["note"]))
    closing = _after_change(facts, reader, rules)
    if is_doctors and not _is_doctor(reader) and not _has_no_chat(reader):
        closing = f"Does that suit you? If not, choose another time or cancel it{IN_THE_CHAT}."
    headline = _headline("🔁", "moved", facts, reader)
    return News(_subject("Moved", facts, reader, rules), headline, tuple(rows), closing)


def _after_change(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say what to do about an appointment that was booked or moved."""
    if _is_doctor(reader):
        return f"See your day: /schedule{IN_THE_CHAT}"
    return _how_to_change(facts, reader, rules)


def _headline(sign: str, done: str, facts: Facts, reader: User) -> str:
    """Return what was done, and to whom who looks after the patient: whose appointment it is, and who did it."""
    if not _looks_after(facts, reader):
        return f"{sign} Appointment {done}"
    if facts.get("carer"):
        whose = "an appointment for" if done == "booked" else "the appointment of"
        return f"{sign} {facts['carer']} {done} {whose} {facts['patient']}"
    return f"{sign} {facts['patient']}'s appointment is {done}"


def _looks_after(facts: Facts, reader: User) -> bool:
    """Tell whether the appointment is somebody's whom the reader looks after."""
    patient_id = str(facts.get("patient_id"))
    return reader.role is Role.PATIENT and has_no_account(patient_id) and reader.id != patient_id


def _has_no_chat(reader: User) -> bool:
    """Tell whether the reader is a patient without an account, who has emails only."""
    return has_no_account(reader.id)


def _reminder(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say when and with whom: today and tomorrow are those of whoever reads it, as it is told."""
    start, told = facts["start"].astimezone(rules.zone).date(), facts["at"].astimezone(rules.zone).date()
    days = {timedelta(0): "Today", timedelta(days=1): "Tomorrow"}
    when = days.get(start - told, day(start))
    other = facts["patient"] if _is_doctor(reader) else plain_doctor(facts["doctor"])
    return News(
        subject=_subject("Reminder", facts, reader, rules),
        headline=f"⏰ {when}, {clock_time(facts['start'], rules.zone)}: {_whose(facts, reader)}{other}",
        facts=(*_about(facts, reader, rules), *_delayed(facts, rules), *where_rows(facts, reader, rules)),
        closing=_can_you_come(facts, reader, rules),
    )


def _can_you_come(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Ask whether the patient comes, and say what to do if not."""
    if _has_no_chat(reader):
        return _how_to_change(facts, reader, rules)
    if may_change(facts):
        return f"Can you come? You can confirm, move or cancel it{IN_THE_CHAT}."
    return (
        f"Can you come? You can confirm it, or tell us that you can't come{IN_THE_CHAT}. To move it, please"
        f" {call_the_clinic(rules)}."
    )


def _whose(facts: Facts, reader: User) -> str:
    """Return for whom it is, before the doctor's name, where the reader looks after the patient."""
    return f"{facts['patient']} with " if _looks_after(facts, reader) else ""


def _delayed(facts: Facts, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    """Return when a visit is expected to begin, if the doctor is late; older reminders do not say."""
    minutes = facts.get("late_minutes") or 0
    at = facts["start"] + timedelta(minutes=minutes)
    return (("Expected", f"about {clock_time(at, rules.zone)}, as the doctor is late"),) if minutes else ()


def _running_late(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say when a patient is expected now; the appointment itself stays as it is."""
    minutes = facts.get("minutes", 0)
    doctor, late = plain_doctor(facts["doctor"]), timedelta(minutes=minutes)
    expected = clock_time(facts["start"] + late, rules.zone)
    is_late = minutes > 0
    return News(
        subject=_subject("Running late" if is_late else "On time again", facts, reader, rules),
        headline=f"🕐 {doctor} is running about {span(late)} late"
        if is_late
        else f"🕐 {doctor} is on time again",
        facts=(
            *_about(facts, reader, rules),
            ("Expected", f"about {expected}{zone_note(rules)}" if is_late else "as booked"),
        ),
        closing="Your appointment stays yours. I'll tell you if the time changes much."
        if is_late
        else "Please come at the time you booked.",
    )


def _called_in(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Call a patient in."""
    doctor = plain_doctor(facts["doctor"])
    is_video = bool(facts.get("room"))
    whom = facts["patient"] if _looks_after(facts, reader) else "you"
    return News(
        subject=_subject("Ready for you", facts, reader, rules),
        headline=f"🔔 {doctor} is ready for {whom}",
        facts=(),
        closing=f"Please open your appointment{IN_THE_CHAT} and tap Join." if is_video else "Please come in.",
    )


def _message(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Bring a message of the doctor or of the clinic; its words are not in the subject."""
    sender = plain_doctor(facts["doctor"]) if facts["by"] == Role.DOCTOR.value else rules.name
    return News(
        subject=_subject("A message about your appointment", facts, reader, rules),
        headline=f"💬 A message from {sender}",
        facts=(*_about(facts, reader, rules), ("Message", facts["note"] or "(removed)")),
        closing=f"Your appointment stays as it is. I can't pass on an answer. For that, please {call_the_clinic(rules)}.",
    )


def may_change(facts: Facts) -> bool:
    """Tell whether the patient could still move or cancel it when the news was made."""
    until = facts.get("changes_until")
    return until is None or facts["at"] <= until


def _how_to_change(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say how a patient moves or cancels, and until when."""
    if not may_change(facts) or _has_no_chat(reader):
        return f"To move or cancel it, please {call_the_clinic(rules)}."
    here, until = f"You can move or cancel it in /appointments{IN_THE_CHAT}", facts.get("changes_until")
    if until is None:  # news from before it was told
        return f"{here}."
    return f"{here} until {moment(until, rules.zone)}. After that, please {call_the_clinic(rules)}."


def _follow_up(facts: Facts, reader: User, rules: ClinicRules) -> News:
    doctor = plain_doctor(facts["doctor"])
    around = day(facts["around"].astimezone(rules.zone).date())
    times = "; ".join(offered(offer, facts, rules) for offer in facts["offers"])
    visited = (
        [("Patient", facts["patient"])]
        if _is_doctor(reader)
        else [*_for_whom(facts, reader), ("With", doctor)]
    )
    note = (("Note", facts["note"]),) if facts.get("note") else ()
    whom = facts["patient"] if _looks_after(facts, reader) else "you"
    return News(
        subject=f"Follow-up: {doctor}, around {around}",
        headline=f"↪ {doctor} would like to see {whom} again around {around}",
        facts=(*visited, ("Free times", times + zone_note(rules)), *note),
        closing=_how_to_take(reader, rules),
        links=_links(facts, reader, rules),
    )


def _how_to_take(reader: User, rules: ClinicRules) -> str:
    """Say how an offered time is taken."""
    if _has_no_chat(reader):
        return f"To take one of these or another time, please {call_the_clinic(rules)}."
    return f"Tap one of these{IN_THE_CHAT} to book it, or find another time with /book."


def _links(facts: Facts, reader: User, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    """Return the links that take the offered times, which only those with an account can."""
    offers = () if _is_doctor(reader) or _has_no_chat(reader) else facts.get("offers") or ()
    return tuple(_take(offer, facts, rules) for offer in offers)


def _cancelled(facts: Facts, reader: User, rules: ClinicRules) -> News:
    rows = _about(facts, reader, rules)
    if facts["reason"] and _is_doctor(reader):
        rows.append(("Reason", facts["reason"]))
    if facts.get("by") in _BY and facts["by"] != reader.role.value:
        rows.append(("By", _BY[facts["by"]].format(doctor=plain_doctor(facts["doctor"]))))
    is_closed = facts.get("why") == CancellationCause.CLOSURE.value
    if is_closed:
        rows.append(("Why", f"The clinic is closed: {facts.get('note') or 'no reason was given'}"))
    elif facts.get("why") in _WHYS:
        why = _BLOCKED_PATIENT if _is_doctor(reader) and facts["why"] == _BLOCKED else _WHYS[facts["why"]]
        rows.append(("Why", why.format(doctor=plain_doctor(facts["doctor"]), room=_room(facts))))
    if facts.get("note") and not is_closed:
        rows.append(("Told the patient" if _is_doctor(reader) else "Note", facts["note"]))
    offers = facts.get("offers") or ()
    if offers:
        rows.append(
            (
                "Other free times",
                "; ".join(offered(offer, facts, rules) for offer in offers),
            )
        )
    subject = _subject("Cancelled", facts, reader, rules)
    # Whoever is at the desk, or waits for the patient, has to see to it at once.
    headline = (
        "✖ Cancelled at short notice"
        if facts.get("late") and not _is_patient(reader)
        else _headline("✖", "cancelled", facts, reader)
    )
    return News(
        subject, headline, tuple(rows), _after_loss(facts, reader, rules), _links(facts, reader, rules)
    )


def _room(facts: Facts) -> str:
    """Return the room or device that the visit was in."""
    return (facts.get("visit") or {}).get("in_room") or "What the visit needs"


def _after_loss(facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Say what to do about an appointment that was cancelled."""
    if reader.role in DESK:
        return f"The time is free again, and I offer it to the waiting list. See the day: /appointments{IN_THE_CHAT}"
    is_own_time_off = facts.get("why") == CancellationCause.TIME_OFF.value and facts.get("by") not in _DESK
    if _is_doctor(reader) and is_own_time_off:
        return "A patient was booking it while that time off was taken."
    if _is_doctor(reader):
        # Whether that time is free now, or kept for who is next in line, is looked up where days are shown.
        return f"See your updated day: /schedule{IN_THE_CHAT}"
    if facts.get("offers"):
        return _how_to_take(reader, rules)
    if _has_no_chat(reader):
        return f"To book another time, please {call_the_clinic(rules)}."
    return f"To book another time, type /book{IN_THE_CHAT}."


def _schedule_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Tell a doctor what the clinic has changed for them, in the clinic's wall time where days are told."""
    what = facts.get("what", "")
    rows = _SCHEDULE_FACTS.get(what, _no_facts)(facts, rules)
    return News(
        subject=f"Your working times at {rules.name} were changed",
        headline=f"⏰ {plain_doctor(reader.name)}, {_CHANGES.get(what, 'your working times were changed')}",
        facts=(*rows, ("By", "the clinic")),
        closing=f"See your days in /schedule, and change your times in /hours and /timeoff{IN_THE_CHAT}.",
    )


def _no_facts(facts: Facts, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    del facts, rules
    return ()


def _away_facts(facts: Facts, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    # Of earlier versions it does not say where.
    at = (("Only at", facts["place"]),) if facts.get("place") else ()
    return (("When", off(Slot(facts["start"], facts["end"]), rules.zone)), *at)


def _date_facts(facts: Facts, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    del rules
    told = facts["hours"]
    hours = "as on that weekday" if told is None else ", ".join(told) or "closed"
    return (("Day", day(date.fromisoformat(facts["day"]))), ("Hours", hours))


def _slot_opened(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say that a time has opened, until when it is kept, and what to do."""
    (offer,) = facts["offers"]
    doctor, until = plain_doctor(offer["doctor"]), clock_time(facts["until"], rules.zone)
    rows = [*_for_whom(facts, reader), ("With", doctor)]
    if facts["specialization"]:
        rows.append(("Specialization", facts["specialization"]))
    rows += kind_rows(facts)
    rows.append(("When", stretch(Slot(offer["start"], facts["end"]), rules.zone)))
    rows += [("Where", place)] if (place := place_line(facts)) else []
    given_up = facts.get("instead_of")
    if given_up is not None:
        rows.append(("In place of", span_of(Slot(given_up["start"], given_up["end"]), rules.zone)))
    rows.append(("Kept for you until", until))
    take, leave = waitlist_offer_links(AppointmentId(facts["offer_id"]))
    what = "A time has opened up" if given_up is None else "An earlier time has opened up"
    return News(
        subject=f"{what}: {doctor}, {moment_read(offer['start'], rules)}",
        headline=f"🔔 {what}",
        facts=tuple(rows),
        closing=_taking_it(reader, rules, is_move=given_up is not None),
        links=() if _has_no_chat(reader) else (("Take it", take), ("Pass", leave)),
    )


def _taking_it(reader: User, rules: ClinicRules, *, is_move: bool) -> str:
    """Say how an offered time is taken, and what comes of it if it is not."""
    next_one = "After that time I'll offer it to the next person in line."
    if _has_no_chat(reader):
        return f"To take it, please {call_the_clinic(rules)}. {next_one}"
    if is_move:
        return (
            f"Take it, and your appointment moves there; or pass it on, and it stays as it is. {next_one}"
            f" You can stop waiting in /waitlist{IN_THE_CHAT}."
        )
    return f"Take it, or pass it on. {next_one} You can leave the waiting list in /waitlist{IN_THE_CHAT}."


def _take(offer: Mapping[str, Any], facts: Facts, rules: ClinicRules) -> tuple[str, str]:
    """Return what a link says that takes an offered time, and its start parameter."""
    return f"Take {offered(offer, facts, rules)}", alternative_link(taking(offer, facts))


def taking(offer: Mapping[str, Any], facts: Facts) -> TakeAlternative | TakeFollowUp:
    """Return what takes an offered time: in the place of a lost one, or as the follow-up of a visit."""
    appointment_id, number = AppointmentId(facts["appointment_id"]), facts.get("number")
    if number is not None:
        return TakeFollowUp(appointment_id, number, offer["start"])
    return TakeAlternative(appointment_id, offer["start"], UserId(offer["doctor_id"]))


def offered(offer: Mapping[str, Any], facts: Facts, rules: ClinicRules) -> str:
    """Return a time that is offered in the place of another, with the doctor where that is another one."""
    other = "" if offer["doctor_id"] == facts["doctor_id"] else f", {plain_doctor(offer['doctor'])}"
    return f"{moment(offer['start'], rules.zone)}{other}"


def _is_doctor(reader: User) -> bool:
    return reader.role is Role.DOCTOR


def _is_patient(reader: User) -> bool:
    return reader.role is Role.PATIENT


def _about(facts: Facts, reader: User, rules: ClinicRules) -> list[tuple[str, str]]:
    """Return with whom and when, and if it is by video; at the desk, for whom, too."""
    rows = _for_whom(facts, reader) if _is_patient(reader) else [("Patient", facts["patient"])]
    rows = [*rows, *([] if _is_doctor(reader) else [("With", plain_doctor(facts["doctor"]))])]
    if not _is_doctor(reader) and facts["specialization"]:
        rows.append(("Specialization", facts["specialization"]))
    rows += kind_rows(facts)
    rows.append(("When", stretch(Slot(facts["start"], facts["end"]), rules.zone)))
    if series := facts.get("series"):
        rows.append(("Series", f"{series['number']} of {series['of']}"))
    return [*rows, ("Where", "By video")] if facts.get("room") else rows


def _for_whom(facts: Facts, reader: User) -> list[tuple[str, str]]:
    """Return for whom it is, to whoever looks after the patient."""
    return [("For", facts["patient"])] if _looks_after(facts, reader) else []


def _on_behalf(facts: Facts) -> list[tuple[str, str]]:
    """Return who did it, where that is nobody of the two."""
    return [("By", _BY[facts["by"]])] if facts.get("by") in _DESK else []


def _subject(what: str, facts: Facts, reader: User, rules: ClinicRules) -> str:
    """Return what is seen on locked screens: who and when, never why."""
    if _is_patient(reader):
        other = f"{_whose(facts, reader)}{plain_doctor(facts['doctor'])}"
    else:
        other = facts["patient"]
    return f"{what}: {other}, {moment_read(facts['start'], rules)}"


def _undelivered(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader, rules
    count = facts["count"]
    said = "1 message" if count == 1 else f"{count:,} messages"
    return News(
        subject=f"{said} could not be delivered",
        headline=f"📮 {said} could not be delivered",
        facts=(),
        closing=f"I tried for a day. See who they were for, and why, in /outbox{IN_THE_CHAT}. There you can retry or drop them.",
    )


_DESK = frozenset(role.value for role in DESK)
_BY = {
    Role.DOCTOR.value: "{doctor}",
    Role.PATIENT.value: "the patient",
    **dict.fromkeys(_DESK, "the clinic"),
}
_BLOCKED = CancellationCause.BLOCKED.value
_BLOCKED_PATIENT = "The patient's account is blocked."
_WHYS = {
    CancellationCause.TIME_OFF.value: "{doctor} is away that day.",
    CancellationCause.HOURS.value: "{doctor}'s working hours have changed.",
    _BLOCKED: "{doctor} isn't seeing patients here at the moment.",
    CancellationCause.ACCOUNT_DELETED.value: "The account was deleted.",
    CancellationCause.ROOM_OUT.value: "{room} is out of order.",
}
_CHANGES = {
    Changed.HOURS.value: "your working hours were changed",
    Changed.TIME_OFF.value: "time off was taken for you",
    Changed.TIME_OFF_TAKEN_BACK.value: "your time off was taken back",
    Changed.DATE.value: "your hours on one day were changed",
    Changed.KINDS.value: "the kinds of visit that you offer were changed",
}
_SCHEDULE_FACTS: Mapping[str, Callable[[Facts, ClinicRules], tuple[tuple[str, str], ...]]] = {
    Changed.TIME_OFF.value: _away_facts,
    Changed.TIME_OFF_TAKEN_BACK.value: _away_facts,
    Changed.DATE.value: _date_facts,
}
_SAID: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.BOOKED: _booked,
    EventKind.MOVED: _moved,
    EventKind.REMINDER: _reminder,
    EventKind.RUNNING_LATE: _running_late,
    EventKind.CALLED: _called_in,
    EventKind.MESSAGE: _message,
    EventKind.FOLLOW_UP: _follow_up,
    EventKind.CANCELLED: _cancelled,
    EventKind.DIGEST: _digest,
    EventKind.SLOT_OPENED: _slot_opened,
    EventKind.DOCTOR_WAITS: _waits,
    EventKind.DOCTOR_APPROVED: _approved,
    EventKind.DOCTOR_REFUSED: _refused,
    EventKind.NAME_WAITS: _name_waits,
    EventKind.NAME_APPROVED: _name_approved,
    EventKind.NAME_REFUSED: _name_refused,
    EventKind.ACCOUNT_BLOCKED: _blocked,
    EventKind.ACCOUNT_UNBLOCKED: _unblocked,
    EventKind.EMAIL_CHANGED: _email_changed,
    EventKind.EMAIL_CORRECTED: _email_corrected,
    EventKind.PASSWORD_CHANGED: _password_changed,
    EventKind.ADDRESS_TRIED: _address_tried,
    EventKind.UNDELIVERED: _undelivered,
    EventKind.SCHEDULE_CHANGED: _schedule_changed,
    **SERIES_NEWS,
    **PATIENT_NEWS,
}
