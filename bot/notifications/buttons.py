"""The buttons under a notice in the chat: what its reader can do about it with one tap."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.callbacks.admins import Decide, ShowOutbox, ShowPerson, ShowUser
from bot.callbacks.doctors import ShowDay
from bot.callbacks.reception import NoteCalled
from bot.callbacks.steps import Do
from bot.callbacks.visits import (
    AddToCalendar,
    AnswerQuestions,
    AskCancel,
    AskCantCome,
    BookDoctor,
    ConfirmAppointment,
    MoveAppointment,
    PassWaitlistOffer,
    SayHere,
    ShowAppointment,
    TakeWaitlistOffer,
)
from bot.texts import labels
from bot.texts.news_rows import may_change
from bot.texts.offer_news import offered, taking
from bot.texts.questions import answer_button, left_in
from bot.ui.account_card import name_decisions
from bot.ui.email_code import code_rows
from bot.ui.keyboards import Button, Keyboard, Row, button, copies, keyboard, notice_button
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentId, CancellationCause, Period
from services.models.notifications import Event, EventKind
from services.models.people import Role, User, UserId
from services.waiting_room.arrivals import EARLY

Facts = Mapping[str, Any]
Buttons = Callable[[Facts, User, ClinicRules], list[Row]]


def buttons(event: Event, reader: User, rules: ClinicRules) -> Keyboard | None:
    """Return the buttons under the notice of an event for one reader; None if there are none."""
    rows = button_rows(event, reader, rules)
    return keyboard(*rows) if rows else None


def button_rows(event: Event, reader: User, rules: ClinicRules) -> list[Row]:
    """Return the rows of these buttons."""
    made = _BUTTONS.get(event.kind)
    return made(event.facts, reader, rules.seen_by(reader)) if made else []


def _appointment(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del rules
    appointment_id = AppointmentId(facts["appointment_id"])
    return [
        *_questions(facts, reader),
        [notice_button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id))],
        [button(labels.ADD_TO_CALENDAR, AddToCalendar(appointment_id))],
    ]


def _questions(facts: Facts, reader: User) -> list[Row]:
    """Return the button to the questions before the visit, for its patient, if any are open."""
    left = left_in(facts)
    if not left or reader.role is not Role.PATIENT:
        return []
    tap = AnswerQuestions(AppointmentId(facts["appointment_id"]))
    return [[notice_button(answer_button(left), tap)]]


def _moved(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    """Return the buttons for a moved appointment; its patient can answer if the doctor has moved it."""
    rows = _appointment(facts, reader, rules)
    if reader.role is not Role.PATIENT or facts.get("by") != Role.DOCTOR.value:
        return rows
    appointment_id = AppointmentId(facts["appointment_id"])
    move = notice_button(labels.MOVE_TO_ANOTHER_TIME, MoveAppointment(appointment_id))
    drop = notice_button(labels.CANCEL, AskCancel(appointment_id))
    return [[notice_button(labels.SUITS, ConfirmAppointment(appointment_id))], [move, drop], *rows]


def _reminder(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del rules
    appointment_id = AppointmentId(facts["appointment_id"])
    move = notice_button(labels.MOVE, MoveAppointment(appointment_id))
    drop = notice_button(labels.CANCEL, AskCancel(appointment_id))
    changes = [move, drop] if may_change(facts) else [_cant_come(appointment_id)]
    comes = [button(labels.COMES, ConfirmAppointment(appointment_id)), *_here(facts)]
    return [comes, *_questions(facts, reader), changes, copies(labels.COPY_ADDRESS, facts.get("room") or "")]


def _here(facts: Facts) -> Row:
    """Return the button to say that one is there, under a reminder that comes within the last hour."""
    is_near = "at" in facts and facts["start"] - facts["at"] <= EARLY
    return [button(labels.HERE, SayHere(AppointmentId(facts["appointment_id"])))] if is_near else []


def _cant_come(appointment_id: AppointmentId) -> Button:
    return notice_button(labels.CANT_COME, AskCantCome(appointment_id))


def _running_late(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    appointment_id = AppointmentId(facts["appointment_id"])
    return [
        [notice_button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id))],
        [_cant_come(appointment_id)],
    ]


def _open_only(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    return [[notice_button(labels.OPEN_APPOINTMENT, ShowAppointment(AppointmentId(facts["appointment_id"])))]]


def _cancelled(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    if reader.role in DESK:
        return _open_only(facts, reader, rules)
    return _other_times(facts, reader, rules) if reader.role is Role.PATIENT else []


def _other_times(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    """Return the alternatives to a lost appointment, or a follow-up's times, and a way to book another."""
    del reader
    rows: list[Row] = [
        [button(f"🕑 {offered(offer, facts, rules)}", taking(offer, facts))]
        for offer in facts.get("offers") or ()
    ]
    stays = facts.get("why") not in {CancellationCause.BLOCKED.value, CancellationCause.ACCOUNT_DELETED.value}
    another = BookDoctor(UserId(facts["doctor_id"])) if stays else Do("book")
    return [*rows, [notice_button(labels.ANOTHER_TIME, another)]]


def _digest(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    return [[notice_button(labels.OPEN_THE_DAY, ShowDay(date.fromisoformat(facts["day"]), 0))]]


def _opened(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    offer_id = AppointmentId(facts["offer_id"])
    return [
        [
            button(labels.TAKE_IT, TakeWaitlistOffer(offer_id)),
            button(labels.PASS, PassWaitlistOffer(offer_id)),
        ]
    ]


def _waits(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    doctor_id = UserId(facts["user_id"])
    approve, refuse = Decide(doctor_id, True, ""), Decide(doctor_id, False, "")
    return [[button(labels.APPROVE, approve), button(labels.REFUSE, refuse)]]


def _name_waits(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    doctor_id = UserId(facts["user_id"])
    card = [notice_button(labels.OPEN_ACCOUNT, ShowUser(doctor_id, ""))]
    return [name_decisions(doctor_id, facts.get("wanted")), card]


def _email_corrected(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del facts, rules
    return code_rows(reader.id, notice_button)


def _undelivered(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del facts, reader, rules
    return [[notice_button(labels.OPEN_OUTBOX, ShowOutbox(0))]]


def _callback(facts: Facts, reader: User, rules: ClinicRules) -> list[Row]:
    del reader, rules
    user_id = UserId(facts["user_id"])
    return [
        [notice_button(labels.OPEN_PERSON, ShowPerson(user_id, Period.UPCOMING, 0))],
        [button(labels.WAS_CALLED, NoteCalled(user_id, facts["at"]))],
    ]


_BUTTONS: Mapping[EventKind, Buttons] = {
    EventKind.BOOKED: _appointment,
    EventKind.MOVED: _moved,
    EventKind.SERIES_BOOKED: _appointment,
    EventKind.SERIES_MOVED: _appointment,
    EventKind.SERIES_CANCELLED: _cancelled,
    EventKind.REMINDER: _reminder,
    EventKind.CANCELLED: _cancelled,
    EventKind.RUNNING_LATE: _running_late,
    EventKind.CALLED: _open_only,
    EventKind.MESSAGE: _open_only,
    EventKind.FOLLOW_UP: _other_times,
    EventKind.DIGEST: _digest,
    EventKind.SLOT_OPENED: _opened,
    EventKind.DOCTOR_WAITS: _waits,
    EventKind.NAME_WAITS: _name_waits,
    EventKind.EMAIL_CORRECTED: _email_corrected,
    EventKind.UNDELIVERED: _undelivered,
    EventKind.CALLBACK_WANTED: _callback,
}
