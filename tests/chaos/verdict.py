"""What became of it: everything that is stored, against what each person was told in the chat and by mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.card import fitting
from bot.demo.chats import Json
from bot.demo.entities import tidy
from bot.demo.html_mode import parse_html
from bot.texts.formats import moment_there
from bot.texts.news import as_message
from bot.texts.notices import news
from services.models import AppointmentStatus, User, UserId
from services.news import ChannelName, EventKind, Notice
from services.sequence import NOTHING_LEFT, OUTDATED
from services.storage.notifications import _notice
from tests.chaos.offers import offered, to_two
from tests.chaos.people import Wishes
from tests.chaos.waiting import Heard
from tests.chaos.world import World, patiently

CANCELLED, HELD = AppointmentStatus.CANCELLED.value, AppointmentStatus.HELD.value
# The instants that are compared were taken a little before what they tell was written.
NEARLY = timedelta(seconds=15)
OVERTAKEN = frozenset({OUTDATED, NOTHING_LEFT})
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Verdict:
    """How many of each there were; what must not be is in `failures`."""

    doubles: int = 0
    promised_twice: int = 0
    offers: int = 0
    # On the phones of those who waited, while they did; the others come as the days pass.
    offers_seen: int = 0
    offers_taken: int = 0
    offered_to_two: int = 0
    lost: int = 0
    moves: int = 0
    cancels: int = 0
    told: int = 0
    untold: int = 0
    repeats: int = 0
    reminded: int = 0
    unreminded: int = 0
    reminded_again: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """That a reader should have heard of an event on a channel, and what the message says where it is one."""

    notice: Notice
    to: str
    chat_id: int
    text: str
    is_overtaken: bool = False


async def judged(
    world: World, wishes: Wishes, heard: Heard, reminders: Counter[tuple[str, datetime]]
) -> Verdict:
    """Look at everything. `reminders` are those that fell due: (appointment, when)."""
    rows = [row for row in await world.rows("appointments") if row["status"] != HELD]
    verdict = Verdict()
    _doubles(verdict, rows)
    _promises(verdict, rows)
    people = {row["_id"]: row["user_id"] for row in await world.rows("sessions")}
    _bookings(verdict, rows, wishes, people, world.stage.town.assembly.clinic.rules.zone)
    verdict.moves = sum(len(_moves(row)) for row in rows)
    verdict.cancels = sum(row["status"] == CANCELLED for row in rows)
    stored = await world.rows("notifications")
    notices = [_notice(row) for row in stored]
    # What was not so any more when its turn came is in the events, and is not waited for.
    overtaken = {row["_id"] for row in stored if row.get("outcome") in OVERTAKEN or "missed" in row}
    _offers(verdict, rows, notices, heard)
    told = await _told(world, notices, overtaken)
    _news(verdict, world, rows, told)
    _reminders(verdict, world, rows, told, reminders)
    return verdict


def _doubles(verdict: Verdict, rows: Sequence[Json]) -> None:
    """Find booked appointments that overlap, of one doctor and of one patient."""
    for party in ("doctor_id", "patient_id"):
        diaries: dict[str, list[Json]] = defaultdict(list)
        for row in rows:
            if row["status"] != CANCELLED:
                diaries[row[party]].append(row)
        for diary in diaries.values():
            diary.sort(key=lambda row: row["start"])
            for one, next_one in pairwise(diary):
                if next_one["start"] < one["end"]:
                    verdict.doubles += 1
                    verdict.failures.append(f"double booking: {one['_id']} and {next_one['_id']}")


def _promises(verdict: Verdict, rows: Sequence[Json]) -> None:
    """Find times of a doctor that belonged to two people at one moment, however it ended."""
    times: dict[tuple[str, datetime], list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for row in rows:
        for start, since, until in _stays(row):
            times[row["doctor_id"], start].append((since, until, row["_id"]))
    for stays in times.values():
        stays.sort()
        for (_, until, one), (since, _, other) in pairwise(stays):
            if since + NEARLY < until:
                verdict.promised_twice += 1
                verdict.failures.append(f"one time promised to two: {one} and {other}")


def _bookings(
    verdict: Verdict, rows: Sequence[Json], wishes: Wishes, people: Mapping[int, str], zone: ZoneInfo
) -> None:
    """Find what the bot has said that is booked, and what is not stored, or stored otherwise.

    `people` are the patients of the chats. Whose appointment has moved since was there before.
    """
    reasons = {row.get("reason") or "" for row in rows}
    begun: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        for start in (row["start"], *(move["from"] for move in _moves(row))):
            begun[row["patient_id"], moment_there(start, zone)].append(str(row))
    for promise in sorted(wishes.booked, key=str):
        if promise.reason in reasons:
            continue
        stored = begun[people[promise.chat_id], promise.moment]
        verdict.lost += not stored
        what = f"stored otherwise: {'; '.join(stored)}" if stored else "not stored"
        verdict.failures.append(f"booked, said the bot, and is {what}: {promise}")


def _offers(verdict: Verdict, rows: Sequence[Json], notices: Sequence[Notice], heard: Heard) -> None:
    """Find times that were offered to two people at once, and taken ones that are not stored."""
    offers, stored = offered(notices, rows, heard), {row["_id"] for row in rows}
    unstored = sorted(heard.booked - stored)
    twice = to_two(offers)
    verdict.offers, verdict.offers_seen = len(offers), len(heard.at)
    verdict.offers_taken = sum(offer.id in stored for offer in offers)
    verdict.offered_to_two = len(twice)
    verdict.lost += len(unstored)
    verdict.failures += [*twice, *(f"taken, said the bot, and is not stored: {each}" for each in unstored)]
    unknown = sorted(set(heard.at) - {offer.id for offer in offers})
    verdict.failures += [f"offered, said the bot, and is not stored: {each}" for each in unknown]


def _moves(row: Json) -> list[Json]:
    return [entry for entry in row["history"] if "from" in entry]


def _stays(row: Json) -> Iterable[tuple[datetime, datetime, datetime]]:
    """Give each start that an appointment had, since when, and until when."""
    since = row["booked_at"]
    for move in _moves(row):
        yield move["from"], since, move["at"]
        since = move["at"]
    ends = [entry["at"] for entry in row["history"] if entry["status"] == CANCELLED]
    yield row["start"], since, ends[-1] if ends else FOREVER


async def _told(
    world: World, notices: Sequence[Notice], overtaken: AbstractSet[str]
) -> dict[tuple[str, str], list[Told]]:
    """Return, by event and reader, what was to be told on each channel."""
    users: dict[UserId, User] = {}
    for reader in {notice.reader for notice in notices}:
        user = await patiently(partial(world.stage.town.storage.users.by_id, reader))
        if user is not None:
            users[reader] = user
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for notice in notices:
        user = users[notice.reader]
        text = _text(world, notice, user) if notice.channel is ChannelName.CHAT else ""
        told[notice.event.id, notice.reader].append(
            Told(notice, user.email, notice.chat_id or 0, text, notice.id in overtaken)
        )
    return told


def _text(world: World, notice: Notice, reader: User) -> str:
    """Return what the message says, without its markup."""
    rules = world.stage.town.assembly.clinic.rules
    said = news(notice.event.kind, notice.event.facts, reader, rules)
    return tidy(parse_html(fitting(as_message(said)))).text


def _news(
    verdict: Verdict, world: World, rows: Sequence[Json], told: dict[tuple[str, str], list[Told]]
) -> None:
    """Find what patients and doctors were not told, and what they were told more than once."""
    events: dict[tuple[str, EventKind, str], set[str]] = defaultdict(set)
    for (event_id, reader), notices in told.items():
        event = notices[0].notice.event
        if event.kind in {EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED}:
            events[event.facts["appointment_id"], event.kind, reader].add(event_id)
    wanted: list[tuple[str, str]] = []
    for row in rows:
        happened = {
            EventKind.BOOKED: 1,
            EventKind.MOVED: len(_moves(row)),
            EventKind.CANCELLED: int(row["status"] == CANCELLED),
        }
        for kind, number in happened.items():
            for reader in (row["patient_id"], row["doctor_id"]):
                known = events[row["_id"], kind, reader]
                wanted += [(event_id, reader) for event_id in sorted(known)]
                for _ in range(number - len(known)):
                    verdict.untold += 2
                    verdict.failures.append(f"no notices of {kind} of {row['_id']} for {reader}")
    verdict.told, untold, verdict.repeats = _count(world, wanted, told)
    verdict.untold += len(untold)
    verdict.failures += untold


def _reminders(
    verdict: Verdict,
    world: World,
    rows: Sequence[Json],
    told: dict[tuple[str, str], list[Told]],
    reminders: Counter[tuple[str, datetime]],
) -> None:
    """Find reminders that fell due and that the patient did not get, and those that came more than once."""
    patients = {row["_id"]: row["patient_id"] for row in rows}
    events = {
        (notices[0].notice.event.facts["appointment_id"], event_id.rpartition(".")[2]): event_id
        for (event_id, _), notices in told.items()
        if notices[0].notice.event.kind is EventKind.REMINDER
    }
    wanted: list[tuple[str, str]] = []
    for appointment_id, at in reminders:
        event_id = events.get((appointment_id, str(int(at.timestamp()))))
        if event_id is None:
            verdict.unreminded += 1
            verdict.failures.append(f"no reminder of {appointment_id} at {at}")
        else:
            wanted.append((event_id, patients[appointment_id]))
    verdict.reminded, untold, verdict.reminded_again = _count(world, wanted, told)
    verdict.unreminded += len(untold)
    verdict.failures += untold


def _count(
    world: World, wanted: Sequence[tuple[str, str]], told: dict[tuple[str, str], list[Told]]
) -> tuple[int, list[str], int]:
    """Return how many messages and mails came, which did not, and how many came again."""
    came, again, untold = 0, 0, []
    said: Counter[tuple[int, str]] = Counter()
    for event_id, reader in wanted:
        notices = told[event_id, reader]
        channels = {notice.notice.channel for notice in notices}
        untold += [f"no {name} of {event_id} for {reader}" for name in ChannelName if name not in channels]
        for notice in notices:
            if notice.is_overtaken:
                continue
            if notice.notice.channel is ChannelName.CHAT:
                said[notice.chat_id, notice.text] += 1
                continue
            number = world.post.counted[notice.notice.id, notice.to]
            came += min(number, 1)
            again += max(number - 1, 0)
            untold += [] if number else [f"no mail {notice.notice.id} to {notice.to}"]
    for (chat_id, text), number in said.items():
        # Two things may be told in the same words, as when somebody books and cancels one time twice.
        heard = world.chats.sent[chat_id][text]
        came += min(heard, number)
        again += max(heard - number, 0)
        untold += [f"not in chat {chat_id}: {text!r}"] * max(number - heard, 0)
    return came, untold, again
