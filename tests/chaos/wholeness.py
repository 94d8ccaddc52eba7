"""A series is whole or not at all, nobody has two times by a swap, and what is held comes to an end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.bot_api.chats import Json
from bot.texts.formats import moment
from services.models.appointments import AppointmentStatus
from services.models.notifications import EventKind, Notice
from services.models.series import SeriesId, SeriesStatus
from services.models.slots import Slot, ticks
from services.series.booking import visit_id
from services.storage.appointment_documents import LONGEST_HOLD
from tests.chaos.wishes import SeriesPromise

HELD, BOOKED, CANCELLED = (
    AppointmentStatus.HELD.value,
    AppointmentStatus.BOOKED.value,
    AppointmentStatus.CANCELLED.value,
)
# What is told of several visits at once, as what it is told of each.
OF_EACH = {
    EventKind.SERIES_BOOKED: EventKind.BOOKED,
    EventKind.SERIES_MOVED: EventKind.MOVED,
    EventKind.SERIES_CANCELLED: EventKind.CANCELLED,
}


def told_of_each(kind: EventKind, facts: Mapping[str, Any]) -> tuple[EventKind, Sequence[Mapping[str, Any]]]:
    """Return what an event says of each appointment, and the facts of each."""
    if kind in OF_EACH:
        return OF_EACH[kind], facts["visits"]
    return kind, [facts]


def partial_series(series: Iterable[Json], rows: Iterable[Json]) -> list[str]:
    """Find series of which a part is booked and another is not; `rows` may be holds, too."""
    visits: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.get("series_id") and row["status"] != HELD:
            visits[row["series_id"]].add(row["_id"])
    wanted: dict[str, set[str]] = {}
    for one in series:
        is_booked = one["status"] == SeriesStatus.BOOKED.value
        numbers = one["numbers"] if is_booked else ()
        wanted[one["_id"]] = {visit_id(SeriesId(one["_id"]), number) for number in numbers}
    return [
        f"a series is not whole: {each} has {sorted(visits[each])} of {sorted(wanted.get(each, ()))}"
        for each in sorted({*visits, *wanted})
        if visits[each] != wanted.get(each, set())
    ]


def never_ending(series: Iterable[Json], rows: Iterable[Json], now: datetime) -> list[str]:
    """Find what is held without an end, or for too long, and series that nobody is done with."""
    without_end = now + 2 * LONGEST_HOLD
    found = [
        f"held for ever: {row['_id']}"
        for row in rows
        if row["status"] == HELD and row.get("held_until", without_end) > now + LONGEST_HOLD
    ]
    for one in series:
        is_open = "unfinished" in one and one["status"] != SeriesStatus.GIVEN_UP.value
        if is_open or one.get("change") is not None:
            found.append(f"nobody is done with a series: {one['_id']}")
    return found


def taken_beside(rows: Iterable[Json]) -> list[str]:
    """Find appointments that take another time than their own, or a time though they are cancelled."""
    found = []
    for row in rows:
        own = set(ticks(Slot(row["start"], row["end"]))) if row["status"] != CANCELLED else set()
        if not set(row.get("ticks", ())) <= own or "moving_to" in row:
            found.append(f"takes more than its time: {row['_id']}")
    return found


def two_by_a_swap(notices: Iterable[Notice], rows: Sequence[Json]) -> tuple[int, list[str]]:
    """Return how many times were offered in place of another, and who has both."""
    swaps = {
        each.event.id: each
        for each in notices
        if each.event.kind is EventKind.SLOT_OPENED and each.event.facts.get("instead_of")
    }
    found = []
    for event_id, notice in sorted(swaps.items()):
        facts = notice.event.facts
        (offer,), before = facts["offers"], facts["instead_of"]
        both = [(offer["start"], facts["end"]), (before["start"], before["end"])]
        mine = [row for row in rows if row["patient_id"] == facts.get("patient_id", notice.reader)]
        there = [row["_id"] for row in mine if _is_at(row, offer["doctor_id"], both)]
        if len(there) > 1:
            found.append(f"two times by a swap ({event_id}): {there}")
    return len(swaps), found


def _is_at(row: Json, doctor_id: str, times: Sequence[tuple[datetime, datetime]]) -> bool:
    is_here = row["status"] == BOOKED and row["doctor_id"] == doctor_id
    return is_here and any(row["start"] < end and start < row["end"] for start, end in times)


def unlike_promised(
    promises: Iterable[SeriesPromise],
    rows: Sequence[Json],
    people: Mapping[int, AbstractSet[str]],
    zone: ZoneInfo,
) -> list[str]:
    """Find series of which the bot has said that they are booked, and that are not as on their card."""
    found = []
    for promise in promises:
        mine = [row for row in rows if row["patient_id"] in people.get(promise.chat_id, ())]
        those: dict[str, list[str]] = defaultdict(list)
        for row in mine:
            if row.get("series_id") and row.get("reason") == promise.reason:
                first = next((entry["from"] for entry in row["history"] if "from" in entry), row["start"])
                those[row["series_id"]].append(moment(first, zone))
        if all(sorted(each) != sorted(promise.moments) for each in those.values()):
            found.append(f"a series is booked, said the bot, and is stored otherwise: {promise}")
    return found
