"""In what order the news of an appointment is told, and what of it is told no more.

Each reader hears of an appointment's versions in their order, in each chat and by mail: the later of two
waits until the earlier is sent or closed, whatever holds that up. What is not so any more when its turn comes
is not told: a reminder or a confirmation of what is cancelled by now, or is at another time. What follows
it in the outbox says how it is. Mails go the same way, so a calendar sees each SEQUENCE once, growing
(RFC 5545 section 3.8.7.4); one that was never invited is told of no cancelling, unless somebody else did it.

Who changes their mind often is told now and then how it ended: after a move that was told, another waits for
a minute, and so does a booking after two that were booked and cancelled within one. Of what was overtaken
meanwhile nothing is told.

What a card has said is told no more, unless news of an earlier version may have come after it: that was on
its way to the chat while somebody acted there. Then it is told again, so that the last word is what is so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.models.appointments import AppointmentStatus
from services.models.delivery_order import (
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
from services.models.notifications import EventKind, Notice

# So many times may a patient book and cancel within it, before the next booking waits.
CHANGES_OF_MIND = 2
# What is told of a version after the version itself.
AFTERTHOUGHTS = frozenset({EventKind.REMINDER, EventKind.FOLLOW_UP})
# What is true only as long as the appointment is then.
STATES = frozenset({EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER})


def judge(notice: Notice, around: Surroundings, now: datetime) -> Verdict:
    """Return what is to become of a notice of an appointment that is due."""
    facts = notice.event.facts
    if is_outdated(notice.event.kind, facts, around.state):
        return Close(OUTDATED)
    if not has_version(facts):
        return Send(notice)
    here, same = _same_reader(notice, around), _same_appointment(notice, around)
    earlier = _earlier(notice, around)
    if any(_repeats(other, notice) for other in same):
        return Close(OUTDATED)
    open_ones = [other for other in earlier if other.due is not None]
    if open_ones:
        return _behind(_first(open_ones), around, now)
    if (until := _settled_at(notice, here, same)) is not None and until > now:
        return Postpone(until)
    return _final(notice, earlier)


def judge_shown(notice: Notice, around: Surroundings, now: datetime) -> Verdict:
    """Return what is to become of a notice of an appointment that a card has said."""
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
    """Tell whether what the news says of an appointment is not so any more."""
    if kind not in STATES or "appointment_id" not in facts:
        return False
    if state is None:
        return kind is EventKind.REMINDER
    return state.status is AppointmentStatus.CANCELLED or state.start != facts.get("start")


def _first(others: Sequence[SiblingNotice]) -> SiblingNotice:
    return min(others, key=lambda other: _order(other.kind, other.facts))


def _same_reader(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    return [other for other in around.others if _is_same_reader(other, notice)]


def _same_appointment(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    here, wanted = _same_reader(notice, around), notice.event.facts["appointment_id"]
    return [other for other in here if other.facts.get("appointment_id") == wanted]


def _earlier(notice: Notice, around: Surroundings) -> list[SiblingNotice]:
    """Return what its reader hears of the same appointment before it."""
    place = _order(notice.event.kind, notice.event.facts)
    return [other for other in _same_appointment(notice, around) if _order(other.kind, other.facts) < place]


def _is_same_reader(other: SiblingNotice, notice: Notice) -> bool:
    place = (notice.channel.value, notice.chat_id)
    return other.id != notice.id and other.reader == notice.reader and other.place == place


def _order(kind: EventKind, facts: Any) -> tuple[int, bool, datetime]:
    return facts["version"], kind in AFTERTHOUGHTS, facts["at"]


def _repeats(other: SiblingNotice, notice: Notice) -> bool:
    """Tell whether a later reminder waits, too: of several the last is enough."""
    are_reminders = other.kind is notice.event.kind is EventKind.REMINDER and other.due is not None
    return are_reminders and _order(other.kind, other.facts) > _order(notice.event.kind, notice.event.facts)


def _behind(first: SiblingNotice, around: Surroundings, now: datetime) -> Postpone:
    """Let it wait for one that is open."""
    due = first.due or now
    is_waiting = due > now and not first.is_claimed
    hurry = is_waiting and is_outdated(first.kind, first.facts, around.state)
    return Postpone(due if due > now else now + around.lease, first.id, hurry)


def _settled_at(
    notice: Notice, here: Sequence[SiblingNotice], same: Sequence[SiblingNotice]
) -> datetime | None:
    """Return until when a change waits that comes soon after others."""
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
    """Return when the cancellings were told of what was booked of late, too."""
    told = [other for other in between_two if other.outcome == SENT and other.closed_at is not None]
    booked = {other.facts.get("appointment_id") for other in told if other.kind is EventKind.BOOKED}
    return [
        other.closed_at
        for other in told
        if other.kind is EventKind.CANCELLED
        and other.facts.get("appointment_id") in booked
        and other.closed_at is not None
    ]


def _final(notice: Notice, earlier: Sequence[SiblingNotice]) -> Verdict:
    """Return what is left to tell of a version, when those before it were told or overtaken."""
    facts, overtaken = notice.event.facts, [other for other in earlier if other.was_overtaken]
    changes = [other for other in earlier if other.kind not in AFTERTHOUGHTS]
    if notice.event.kind is EventKind.CANCELLED:
        knows_of_none = any(other.kind is EventKind.BOOKED for other in overtaken)
        did_it = notice.reader != facts.get("patient_id") or facts.get("by") == "patient"
        if knows_of_none and did_it and all(other.was_overtaken for other in changes):
            return Close(NOTHING_LEFT)
    moves = [other for other in overtaken if other.kind is EventKind.MOVED]
    if notice.event.kind is not EventKind.MOVED or not moves:
        return Send(notice)
    # What it was before is what its reader knows of.
    was = min(moves, key=lambda other: _order(other.kind, other.facts)).facts.get("was")
    if was == facts.get("start"):
        return Close(NOTHING_LEFT)
    return Send(replace(notice, event=replace(notice.event, facts={**facts, "was": was})))
