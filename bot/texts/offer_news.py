"""What is said of times that are offered: for a lost appointment, as a follow-up, or to those who wait."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.callbacks.deep_links import alternative_link, waitlist_offer_links
from bot.callbacks.visits import TakeAlternative, TakeFollowUp
from bot.localization.messages import say
from bot.texts.formats import (
    call_the_clinic,
    clock_time,
    day,
    moment,
    moment_read,
    plain_doctor,
    span_of,
    stretch,
    zone_note,
)
from bot.texts.news_rows import (
    for_whom,
    has_no_chat,
    is_doctor,
    looks_after,
    patient,
    specialization,
    with_doctor,
)
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News, plain_facts
from bot.texts.visits import kind_rows, place_line
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentId
from services.models.notifications import EventKind
from services.models.people import User, UserId
from services.models.slots import Slot

Facts = Mapping[str, Any]


def _follow_up(facts: Facts, reader: User, rules: ClinicRules) -> News:
    doctor = plain_doctor(facts["doctor"])
    around = day(facts["around"].astimezone(rules.zone).date())
    visited = (
        [patient(facts)] if is_doctor(reader) else [*for_whom(facts, reader), with_doctor(facts["doctor"])]
    )
    rows = [*visited, Fact(say("Free times"), offers(facts, rules) + zone_note(rules))]
    if facts.get("note"):
        rows.append(Fact(say("Note"), facts["note"]))
    return News(
        subject=say("Follow-up: {doctor}, around {day}", doctor=doctor, day=around),
        headline=_wants_to_see(facts, reader, around),
        facts=tuple(rows),
        closing=how_to_take(reader, rules),
        links=links(facts, reader, rules),
    )


def _wants_to_see(facts: Facts, reader: User, around: str) -> str:
    doctor = plain_doctor(facts["doctor"])
    if not looks_after(facts, reader):
        return say("↪ {doctor} would like to see you again around {day}", doctor=doctor, day=around)
    return say(
        "↪ {doctor} would like to see {patient} again around {day}",
        doctor=doctor,
        patient=facts["patient"],
        day=around,
    )


def how_to_take(reader: User, rules: ClinicRules) -> str:
    """Say how an offered time is taken."""
    if has_no_chat(reader):
        return say("To take one of these or another time, please {call}.", call=call_the_clinic(rules))
    return say(
        "Tap one of these{in_the_chat} to book it, or find another time with /book.", in_the_chat=IN_THE_CHAT
    )


def links(facts: Facts, reader: User, rules: ClinicRules) -> tuple[tuple[str, str], ...]:
    """Return the links that take the offered times, which only those with an account can."""
    found = () if is_doctor(reader) or has_no_chat(reader) else facts.get("offers") or ()
    return tuple(_take(offer, facts, rules) for offer in found)


def _take(offer: Mapping[str, Any], facts: Facts, rules: ClinicRules) -> tuple[str, str]:
    """Return what a link says that takes an offered time, and its start parameter."""
    return say("Take {time}", time=offered(offer, facts, rules)), alternative_link(taking(offer, facts))


def taking(offer: Mapping[str, Any], facts: Facts) -> TakeAlternative | TakeFollowUp:
    """Return what takes an offered time: in the place of a lost one, or as the follow-up of a visit."""
    appointment_id, number = AppointmentId(facts["appointment_id"]), facts.get("number")
    if number is not None:
        return TakeFollowUp(appointment_id, number, offer["start"])
    return TakeAlternative(appointment_id, offer["start"], UserId(offer["doctor_id"]))


def offers(facts: Facts, rules: ClinicRules) -> str:
    """Return all times that are offered, in a line."""
    return say("; ").join(offered(offer, facts, rules) for offer in facts["offers"])


def offered(offer: Mapping[str, Any], facts: Facts, rules: ClinicRules) -> str:
    """Return a time that is offered in the place of another, with the doctor where that is another one."""
    time = moment(offer["start"], rules.zone)
    if offer["doctor_id"] == facts["doctor_id"]:
        return time
    return say("{time}, {doctor}", time=time, doctor=plain_doctor(offer["doctor"]))


def _slot_opened(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say that a time has opened, until when it is kept, and what to do."""
    (offer,) = facts["offers"]
    take, leave = waitlist_offer_links(AppointmentId(facts["offer_id"]))
    is_move = facts.get("instead_of") is not None
    what = say("An earlier time has opened up") if is_move else say("A time has opened up")
    when = moment_read(offer["start"], rules)
    return News(
        # Translators: the subject of an email: "A time has opened up: Dr Sen, Tue 4 May 2027, 10:30 AM".
        subject=say("{what}: {whom}, {when}", what=what, whom=plain_doctor(offer["doctor"]), when=when),
        headline=f"🔔 {what}",
        facts=tuple(_opened_rows(facts, reader, rules)),
        closing=_taking_it(reader, rules, is_move=is_move),
        links=() if has_no_chat(reader) else ((say("Take it"), take), (say("Pass"), leave)),
    )


def _opened_rows(facts: Facts, reader: User, rules: ClinicRules) -> list[Fact]:
    """Return what has opened: with whom, of which kind, when, where, and in place of what."""
    (offer,) = facts["offers"]
    rows = [*for_whom(facts, reader), with_doctor(offer["doctor"]), *specialization(facts)]
    rows += plain_facts(kind_rows(facts))
    rows.append(Fact(say("When"), stretch(Slot(offer["start"], facts["end"]), rules.zone)))
    if place := place_line(facts):
        rows.append(Fact(say("Where"), place))
    if (given_up := facts.get("instead_of")) is not None:
        was = span_of(Slot(given_up["start"], given_up["end"]), rules.zone)
        # Translators: the label of a line; the time follows that is given up for an earlier one.
        rows.append(Fact(say("In place of"), was))
    # Translators: the label of a line; a time of day follows.
    return [*rows, Fact(say("Kept for you until"), clock_time(facts["until"], rules.zone))]


def _taking_it(reader: User, rules: ClinicRules, *, is_move: bool) -> str:
    """Say how an offered time is taken, and what comes of it if it is not."""
    next_one = say("After that time I'll offer it to the next person in line.")
    if has_no_chat(reader):
        how = say("To take it, please {call}.", call=call_the_clinic(rules))
        return f"{how} {next_one}"
    if is_move:
        how = say("Take it, and your appointment moves there; or pass it on, and it stays as it is.")
        leave = say("You can stop waiting in /waitlist{in_the_chat}.", in_the_chat=IN_THE_CHAT)
    else:
        how = say("Take it, or pass it on.")
        leave = say("You can leave the waiting list in /waitlist{in_the_chat}.", in_the_chat=IN_THE_CHAT)
    return f"{how} {next_one} {leave}"


OFFER_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.FOLLOW_UP: _follow_up,
    EventKind.SLOT_OPENED: _slot_opened,
}
