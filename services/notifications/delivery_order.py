"""The order in which the notices of an appointment are sent, and which are not sent any more.

Each reader is told of an appointment's versions in order, in each chat and by email: a notice waits until
those of earlier versions are sent or closed. A notice that is out of date by then is not sent: a reminder or
a confirmation of an appointment that is cancelled or at another time by now. A later notice says how it is.
As emails keep the order, too, a calendar gets each SEQUENCE once, and growing (RFC 5545 section 3.8.7.4). Who
was never invited gets no cancellation, unless somebody else has cancelled.

Moves that lead back to where it was are not told, except to readers who were not told of the booking either.

Many changes in a row become few messages: after a move was told, the next move waits for a minute; so does a
booking after two that were booked and cancelled within one. Notices that became out of date meanwhile are not
sent.

What a card has shown is not sent. But if the notice of an earlier version may have arrived after the card, as
it was being sent while somebody acted in the chat, it is sent all the same, so that the last message is the
true one.

What an admin has sent again keeps the order, too: if its reader has heard of a later version in that place
meanwhile, it is not sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.models.appointments import AppointmentStatus
from services.models.delivery_history import DeliveryCause
from services.models.delivery_order import (
    CHANGES,
    NOTHING_LEFT,
    OUTDATED,
    SENT,
    SETTLING,
    SHOWN,
    AppointmentState,
    Close,
    Postpone,
    Send,
    SiblingNotice,
    Surroundings,
    Verdict,
    has_version,
)
from services.models.notifications import EventKind, Notice, is_for_patient

# After so many bookings that were cancelled within SETTLING, the next booking waits.
CHANGES_OF_MIND = 2
# Sent after the notice of the version itself.
AFTERTHOUGHTS = frozenset(
    {
        EventKind.REMINDER,
        EventKind.FOLLOW_UP,
        EventKind.RUNNING_LATE,
        EventKind.CALLED,
        EventKind.MESSAGE,
    }
)
# True only as long as the appointment is booked for that time.
STATES = frozenset(
    {EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER, EventKind.RUNNING_LATE, EventKind.CALLED}
)
# Of several that wait, only the last is sent.
LAST_COUNTS = frozenset({EventKind.REMINDER, EventKind.RUNNING_LATE})


def judge(notice: Notice, around: Surroundings, now: datetime) -> Verdict:
    """Return the verdict on a notice about an appointment that is due."""
    facts = notice.event.facts
    if is_outdated(notice.event.kind, facts, around.state):
        return Close(OUTDATED, _since(around.state))
    if not has_version(facts):
        return Send(notice)
    here, same = _same_reader(notice, around), _same_appointment(notice, around)
    earlier = _earlier(notice, around)
    if any(_repeats(other, notice) or _was_told_after(other, notice) for other in same):
        return Close(OUTDATED, DeliveryCause.LATER_TOLD)
    open_ones = [other for other in earlier if other.due is not None]
    if open_ones:
        return _behind(_first(open_ones), around, now)
    if (until := _settled_at(notice, here, same)) is not None and until > now:
        return Postpone(until)
    return _final(notice, earlier, around)


def judge_shown(notice: Notice, around: Surroundings, now: datetime) -> Verdict:
    """Return the verdict on a notice about an appointment that a card has shown."""
    facts = notice.event.facts
    if not has_version(facts):
        return Close(SHOWN)
    earlier = _earlier(notice, around)
    if open_ones := [other for other in earlier if other.due is not None]:
        return _behind(_first(open_ones), around, now)
    is_last_word = not any(other.may_have_come_after(facts["at"]) for other in earlier)
    is_old = is_outdated(notice.event.kind, facts, around.state)
    return Close(SHOWN) if is_last_word or is_old else Send(notice)


def is_outdated(kind: EventKind, facts: Any, state: AppointmentState | None) -> bool:
    """Tell whether an event about an appointment is out of date."""
    if kind not in STATES or "appointment_id" not in facts:
        return False
    if state is None:
        return kind is EventKind.REMINDER
    return state.status is AppointmentStatus.CANCELLED or state.start != facts.get("start")


def _since(state: AppointmentState | None) -> DeliveryCause:
    """Return what has happened to an appointment of which a notice is out of date."""
    is_booked = state is not None and state.status is not AppointmentStatus.CANCELLED
    return DeliveryCause.MOVED_SINCE if is_booked else DeliveryCause.CANCELLED_SINCE


def _first(others: Sequence[SiblingNotice]) -> SiblingNotice:
    return min(others, key=lambda other: _order(other.kind, other.facts))


def _same_reader(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    return [other for other in around.others if _is_same_reader(other, notice)]


def _same_appointment(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    here, wanted = _same_reader(notice, around), notice.event.facts["appointment_id"]
    return [about for other in here if (about := _about(other, wanted)) is not None]


def _about(other: SiblingNotice, appointment_id: str) -> SiblingNotice | None:
    """Return a notice as it is about that appointment, which may be one of a series; None if it is not."""
    if other.facts.get("appointment_id") == appointment_id:
        return other
    visits = other.facts.get("visits") or ()
    visit = next((each for each in visits if each.get("appointment_id") == appointment_id), None)
    return replace(other, facts={**other.facts, **visit}) if visit is not None else None


def _earlier(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    """Return the notices of the same appointment that its reader gets before it."""
    place = _order(notice.event.kind, notice.event.facts)
    return [other for other in _same_appointment(notice, around) if _order(other.kind, other.facts) < place]


def _is_same_reader(other: SiblingNotice, notice: Notice) -> bool:
    place = (notice.channel.value, notice.chat_id)
    return other.id != notice.id and other.reader == notice.reader and other.place == place


def _order(kind: EventKind, facts: Any) -> tuple[int, bool, datetime]:
    return facts["version"], kind in AFTERTHOUGHTS, facts["at"]


def _repeats(other: SiblingNotice, notice: Notice) -> bool:
    """Tell whether a later one of its kind waits, too, of which only the last is sent."""
    is_alike = other.kind is notice.event.kind and other.kind in LAST_COUNTS and other.due is not None
    return is_alike and _order(other.kind, other.facts) > _order(notice.event.kind, notice.event.facts)


def _was_told_after(other: SiblingNotice, notice: Notice) -> bool:
    """Tell whether later news makes one old that is sent again: a change, or news of the same kind."""
    is_later = _order(other.kind, other.facts) > _order(notice.event.kind, notice.event.facts)
    is_repeated = other.kind is notice.event.kind and other.kind is not EventKind.MESSAGE
    makes_old = other.kind in CHANGES or is_repeated
    return notice.is_again and is_later and makes_old and other.outcome in {SENT, SHOWN}


def _behind(first: SiblingNotice, around: Surroundings, now: datetime) -> Postpone:
    """Return the verdict to wait for a notice that is open."""
    due = first.due or now
    is_waiting = due > now and not first.is_claimed
    hurry = is_waiting and is_outdated(first.kind, first.facts, around.state)
    return Postpone(due if due > now else now + around.lease, first.id, hurry)


def _settled_at(
    notice: Notice, here: Sequence[SiblingNotice], same: Sequence[SiblingNotice]
) -> datetime | None:
    """Return until when a change waits because others were told just before; None: it does not."""
    if notice.event.kind is EventKind.MOVED:
        moves = [other for other in same if other.kind is EventKind.MOVED and other.outcome == SENT]
        ends = [move.closed_at for move in moves if move.closed_at is not None]
    elif notice.event.kind is EventKind.BOOKED:
        doctor = notice.event.facts.get("doctor_id")
        ends = _changes_of_mind([other for other in here if other.facts.get("doctor_id") == doctor])
        ends = ends if len(ends) >= CHANGES_OF_MIND else []
    else:
        return None
    return max(ends) + SETTLING if ends else None


def _changes_of_mind(between_two: Sequence[SiblingNotice]) -> list[datetime]:
    """Return when cancellations were told of appointments whose booking was told recently, too."""
    told = [other for other in between_two if other.outcome == SENT and other.closed_at is not None]
    booked = {other.facts.get("appointment_id") for other in told if other.kind is EventKind.BOOKED}
    return [
        other.closed_at
        for other in told
        if other.kind is EventKind.CANCELLED
        and other.facts.get("appointment_id") in booked
        and other.closed_at is not None
    ]


def _undoes_what_they_know(notice: Notice, overtaken: Sequence[SiblingNotice]) -> bool:
    """Tell whether somebody else has cancelled what the reader may know of, although they were not told.

    Patients know what was booked for them. Of those who look after one, only who booked it does; to the
    others a booking that they never heard of need not be cancelled.
    """
    facts, reader = notice.event.facts, notice.reader
    if not is_for_patient(reader, facts) or facts.get("actor") == reader:
        return False
    if facts.get("by") != "patient":
        return True
    booked = (other for other in overtaken if other.kind is EventKind.BOOKED)
    return reader != facts.get("patient_id") and any(each.facts.get("actor") == reader for each in booked)


def _knows_of_none(notice: Notice, around: Surroundings, changes: Sequence[SiblingNotice]) -> bool:
    """Tell whether the reader was not told of the booking, nor of a change since, as far as is known."""
    wanted = notice.event.facts["appointment_id"]
    untold = [other for other in around.untold if _is_same_reader(other, notice) and other.was_overtaken]
    return any(_about(other, wanted) for other in untold) and all(other.was_overtaken for other in changes)


def _final(notice: Notice, earlier: Sequence[SiblingNotice], around: Surroundings) -> Verdict:
    """Return the verdict when all earlier notices are sent or closed: what is left to tell."""
    facts, overtaken = notice.event.facts, [other for other in earlier if other.was_overtaken]
    changes = [other for other in earlier if other.kind not in AFTERTHOUGHTS]
    if notice.event.kind is EventKind.CANCELLED:
        knows_of_none = any(other.kind is EventKind.BOOKED for other in overtaken)
        is_needless = knows_of_none and not _undoes_what_they_know(notice, overtaken)
        if is_needless and all(other.was_overtaken for other in changes):
            return Close(NOTHING_LEFT)
    moves = [other for other in overtaken if other.kind is EventKind.MOVED]
    if notice.event.kind is not EventKind.MOVED or not moves:
        return Send(notice)
    # The reader knows the time from before the moves that were not told.
    was = min(moves, key=lambda other: _order(other.kind, other.facts)).facts.get("was")
    if was == facts.get("start"):
        # Whoever was not told of the booking either knows of no time to which it has come back.
        if _knows_of_none(notice, around, changes):
            return Send(notice)
        return Close(NOTHING_LEFT)
    return Send(replace(notice, event=replace(notice.event, facts={**facts, "was": was})))
