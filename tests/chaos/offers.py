"""The times that were offered to those who wait: whose each was, and since and until when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from bot.demo.bot_api.chats import Json
from services.appointments.changes import held_for_move
from services.models.appointments import AppointmentId
from services.models.notifications import EventKind, Notice
from tests.chaos.waiting import Heard

# It is noted at the place a little before the time is held, and told.
NEARLY = timedelta(seconds=15)


@dataclass(frozen=True)
class Offered:
    """A time of a doctor that was offered to somebody; `since` and `until` when at the least."""

    id: str
    doctor_id: str
    reader: str
    start: datetime
    end: datetime
    since: datetime
    until: datetime

    def clashes(self, other: "Offered") -> bool:
        """Tell whether both were offered the same time, or a part of it, at one moment."""
        is_one_time = self.doctor_id == other.doctor_id and self.start < other.end and other.start < self.end
        is_at_once = self.since < other.until and other.since < self.until
        return is_one_time and is_at_once and self.reader != other.reader


def offered(notices: Iterable[Notice], rows: Iterable[Json], heard: Heard) -> list[Offered]:
    """Return all offers that were made; `rows` are the appointments that are or were booked."""
    events = {each.event.id: each for each in notices if each.event.kind is EventKind.SLOT_OPENED}
    taken = taken_at(rows)
    return [_offered(notice, taken, heard) for _, notice in sorted(events.items())]


def taken_at(rows: Iterable[Json]) -> dict[str, datetime]:
    """Return when offers were taken, by their ids: by a booking, or by moving what was given up for it."""
    found: dict[str, datetime] = {}
    for row in rows:
        found[row["_id"]] = row["booked_at"]
        moves = [entry for entry in row.get("history", ()) if "from" in entry]
        starts = [*(entry["from"] for entry in moves[1:]), row.get("start")]
        for entry, start in zip(moves, starts, strict=False):
            found[held_for_move(AppointmentId(row["_id"]), start)] = entry["at"]
    return found


def _offered(notice: Notice, taken: Mapping[str, datetime], heard: Heard) -> Offered:
    facts = notice.event.facts
    (time,), offer_id = facts["offers"], facts["offer_id"]
    # The first digits of an id are the second in which it was made; not so of one that follows from a move.
    is_move = "instead_of" in facts
    made = facts["until"] if is_move else datetime.fromtimestamp(int(offer_id[:8], 16), UTC) + NEARLY
    ends = [facts["until"], *(each[offer_id] for each in (taken, heard.passed) if offer_id in each)]
    return Offered(
        id=offer_id,
        doctor_id=time["doctor_id"],
        reader=notice.reader,
        start=time["start"],
        end=facts["end"],
        # On the phone it was there for certain; what never came to it was made at least.
        since=min(made, heard.at.get(offer_id, made)),
        until=min(ends),
    )


def to_two(offers: Sequence[Offered]) -> list[str]:
    """Find times that were offered to two people at one moment."""
    diaries: dict[str, list[Offered]] = defaultdict(list)
    for offer in offers:
        diaries[offer.doctor_id].append(offer)
    return [
        f"offered to two: {one.id} and {other.id}"
        for diary in diaries.values()
        for one, other in combinations(diary, 2)
        if one.clashes(other)
    ]
