"""What became of it: everything that is stored, against what each person was told in the chat and by mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.demo.bot_api.chats import Json
from bot.texts.formats import moment_there
from services.models.appointments import AppointmentStatus
from services.models.notifications import ChannelName, EventKind, Notice
from services.models.series import SeriesStatus
from services.storage.notifications import _notice
from tests.chaos.cards import booked_after_all, in_time_off, untrue
from tests.chaos.carers import acted_for, carers_of, strangers, twice_over, unmerged
from tests.chaos.kinds import shared
from tests.chaos.last_news import ABOUT, Line, contradicting
from tests.chaos.offers import offered, taken_at, to_two
from tests.chaos.strange import UNKNOWN_KIND
from tests.chaos.told import Told, all_told, count
from tests.chaos.visit_day import told_of_the_day, told_without_need
from tests.chaos.waiting import Heard
from tests.chaos.wholeness import (
    never_ending,
    partial_series,
    taken_beside,
    told_of_each,
    two_by_a_swap,
    unlike_promised,
)
from tests.chaos.wishes import Wishes
from tests.chaos.world import World

CANCELLED, HELD = AppointmentStatus.CANCELLED.value, AppointmentStatus.HELD.value
# The instants that are compared were taken a little before what they tell was written.
NEARLY = timedelta(seconds=15)
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
    # Booked in time off, and cards that said what is not.
    in_time_off: int = 0
    untrue: int = 0
    # Series that are booked, and times that were offered in place of another one, of which none is had twice.
    series: int = 0
    partial: int = 0
    swaps: int = 0
    # What is held or taken and never will be free.
    stuck: int = 0
    # Appointments whose last message says what is no more.
    contradicted: int = 0
    newcomers: int = 0
    secrets: int = 0
    steps: int = 0
    exits: int = 0
    # Told to somebody who doesn't look after the patient, or twice over one channel.
    strangers: int = 0
    # Patients who were made one.
    merges: int = 0
    # Messages and mails that a doctor is late, or calls: how many came, again, and without need.
    on_the_day: int = 0
    told_again: int = 0
    needless: int = 0
    failures: list[str] = field(default_factory=list)


async def judged(
    world: World, wishes: Wishes, heard: Heard, reminders: Counter[tuple[str, datetime]]
) -> Verdict:
    """Look at everything. `reminders` are those that fell due: (appointment, when)."""
    all_rows = await world.rows("appointments")
    rows = [row for row in all_rows if row["status"] != HELD]
    verdict = Verdict()
    _doubles(verdict, rows)
    _promises(verdict, rows)
    accounts = {row["_id"]: row["user_id"] for row in await world.rows("sessions")}
    people = await acted_for(world, rows, accounts)
    zone = world.stage.town.assembly.clinic.rules.zone
    _bookings(verdict, rows, wishes, people, zone)
    _cards(verdict, rows, wishes, people, zone)
    away = in_time_off(rows, await world.rows("schedules"))
    verdict.in_time_off = len(away)
    verdict.failures += away
    verdict.moves = sum(len(_moves(row)) for row in rows)
    verdict.cancels = sum(row["status"] == CANCELLED for row in rows)
    stored = await world.rows("notifications", {"event.kind": {"$ne": UNKNOWN_KIND}})
    notices = [_notice(row) for row in stored]
    _offers(verdict, rows, notices, heard)
    _series(verdict, all_rows, await world.rows("series"), notices, world.clock.now())
    otherwise = unlike_promised(wishes.series, rows, people, zone)
    verdict.lost += len(otherwise)
    verdict.failures += otherwise
    told = await all_told(world, rows, stored)
    _news(verdict, world, rows, told, accounts)
    _families(verdict, world, told, await strangers(world, accounts))
    verdict.failures += unmerged(world.care, await world.rows("patients"), rows)
    carers = await carers_of(world)
    _reminders(verdict, world, rows, told, reminders=reminders, carers=carers)
    _visit_day(verdict, world, told)
    _last_news(verdict, world, rows, told)
    _workers(verdict, world)
    return verdict


def _cards(
    verdict: Verdict,
    rows: Sequence[Json],
    wishes: Wishes,
    people: Mapping[int, AbstractSet[str]],
    zone: ZoneInfo,
) -> None:
    """Find what cards said that was done, and that is stored otherwise."""
    found = untrue(wishes.claims, rows, people, zone)
    found += booked_after_all(sorted(wishes.booked, key=str), rows, people, zone)
    verdict.untrue = len(found)
    verdict.failures += found


def _last_news(
    verdict: Verdict, world: World, rows: Sequence[Json], told: dict[tuple[str, str], list[Told]]
) -> None:
    """Find appointments whose last message in a chat says what is no more."""
    lines = []
    for notices in told.values():
        for each in notices:
            event = each.notice.event
            kind, abouts = told_of_each(event.kind, event.facts)
            if kind in ABOUT and each.notice.channel is ChannelName.CHAT:
                subject = frozenset(facts["appointment_id"] for facts in abouts)
                lines += [
                    Line(each.chat_id, each.text, kind, facts["appointment_id"], facts["start"], subject)
                    for facts in abouts
                ]
    found = contradicting(lines, rows, world.chats.log)
    verdict.contradicted = len(found)
    verdict.failures += found


def _workers(verdict: Verdict, world: World) -> None:
    """Find workers that ended by themselves, and what was found meanwhile."""
    verdict.exits, verdict.steps = sum(worker.exits for worker in world.workers), world.steps
    verdict.failures += [
        f"{worker.name} ended by itself {worker.exits} times" for worker in world.workers if worker.exits
    ]
    verdict.failures += world.found


def _doubles(verdict: Verdict, rows: Sequence[Json]) -> None:
    """Find booked appointments that overlap, of one doctor, of one patient and in one room."""
    for _, one, other in shared([row for row in rows if row["status"] != CANCELLED]):
        verdict.doubles += 1
        verdict.failures.append(f"double booking: {one['_id']} and {other['_id']}")


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
    verdict: Verdict,
    rows: Sequence[Json],
    wishes: Wishes,
    people: Mapping[int, AbstractSet[str]],
    zone: ZoneInfo,
) -> None:
    """Find what the bot has said that is booked, and what is not stored, or stored otherwise.

    `people` are the patients for whom each chat acts. Whose appointment has moved since was there before.
    """
    reasons = {row.get("reason") or "" for row in rows}
    begun: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        for start in (row["start"], *(move["from"] for move in _moves(row))):
            begun[row["patient_id"], moment_there(start, zone)].append(str(row))
    for promise in sorted(wishes.booked, key=str):
        if promise.reason in reasons:
            continue
        stored = [each for one in people[promise.chat_id] for each in begun[one, promise.moment]]
        verdict.lost += not stored
        what = f"stored otherwise: {'; '.join(stored)}" if stored else "not stored"
        verdict.failures.append(f"booked, said the bot, and is {what}: {promise}")


def _offers(verdict: Verdict, rows: Sequence[Json], notices: Sequence[Notice], heard: Heard) -> None:
    """Find times that were offered to two people at once, and taken ones that are not stored."""
    offers, stored = offered(notices, rows, heard), taken_at(rows).keys()
    unstored = sorted(heard.booked - stored)
    twice = to_two(offers)
    verdict.offers, verdict.offers_seen = len(offers), len(heard.at)
    verdict.offers_taken = sum(offer.id in stored for offer in offers)
    verdict.offered_to_two = len(twice)
    verdict.lost += len(unstored)
    verdict.failures += [*twice, *(f"taken, said the bot, and is not stored: {each}" for each in unstored)]
    unknown = sorted(set(heard.at) - {offer.id for offer in offers})
    verdict.failures += [f"offered, said the bot, and is not stored: {each}" for each in unknown]


def _series(
    verdict: Verdict, rows: Sequence[Json], series: Sequence[Json], notices: Sequence[Notice], now: datetime
) -> None:
    """Find series that are there in part, two times for one person, and what is held for ever."""
    partial, stuck = partial_series(series, rows), [*never_ending(series, rows, now), *taken_beside(rows)]
    verdict.swaps, twice = two_by_a_swap(notices, rows)
    verdict.series = sum(each["status"] == SeriesStatus.BOOKED.value for each in series)
    verdict.partial, verdict.stuck = len(partial), len(stuck)
    verdict.doubles += len(twice)
    verdict.failures += [*partial, *stuck, *twice]


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


def _news(
    verdict: Verdict,
    world: World,
    rows: Sequence[Json],
    told: dict[tuple[str, str], list[Told]],
    accounts: Mapping[int, str],
) -> None:
    """Find what patients and doctors were not told, and what they were told more than once."""
    events: dict[tuple[str, EventKind, str], set[str]] = defaultdict(set)
    for (event_id, reader), notices in told.items():
        event = notices[0].notice.event
        kind, abouts = told_of_each(event.kind, event.facts)
        if kind in {EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED}:
            for facts in abouts:
                events[facts["appointment_id"], kind, reader].add(event_id)
    wanted: list[tuple[str, str]] = []
    for row in rows:
        for kind, instants in _happened(row).items():
            must = Counter(
                reader
                for at in instants
                for reader in (*world.care.must_hear(row, at, accounts), *_doctor(row, kind))
            )
            known_by = {reader for one, about, reader in events if one == row["_id"] and about is kind}
            hear = known_by | set(must)
            for reader in sorted(hear):
                known = events[row["_id"], kind, reader]
                wanted += [(event_id, reader) for event_id in sorted(known)]
                for _ in range(must[reader] - len(known)):
                    verdict.untold += 2
                    verdict.failures.append(f"no notices of {kind} of {row['_id']} for {reader}")
    # What is told of several visits is told once.
    verdict.told, untold, verdict.repeats = count(world, list(dict.fromkeys(wanted)), told)
    verdict.untold += len(untold)
    verdict.failures += untold


def _happened(row: Json) -> dict[EventKind, list[datetime]]:
    """Return when an appointment was booked, moved and cancelled."""
    cancelled = [entry["at"] for entry in row["history"] if entry["status"] == CANCELLED]
    return {
        EventKind.BOOKED: [row["booked_at"]],
        EventKind.MOVED: [move["at"] for move in _moves(row)],
        EventKind.CANCELLED: cancelled if row["status"] == CANCELLED else [],
    }


def _doctor(row: Json, kind: EventKind) -> tuple[str, ...]:
    """Return the doctor, unless it was cancelled by time off: that list the doctor has seen."""
    is_by_doctor = kind is EventKind.CANCELLED and any("order" in entry for entry in row["history"])
    return () if is_by_doctor else (row["doctor_id"],)


def _families(
    verdict: Verdict, world: World, told: dict[tuple[str, str], list[Told]], strange: Sequence[str]
) -> None:
    """Find what was told to strangers, and twice over."""
    found = [*strange, *twice_over(told)]
    verdict.strangers, verdict.merges = len(found), len(world.care.merged)
    verdict.failures += found


def _visit_day(verdict: Verdict, world: World, told: dict[tuple[str, str], list[Told]]) -> None:
    """Find what was not told on the day of the visits, and what was told without need."""
    wanted = told_of_the_day(told)
    came, untold, again = count(world, wanted, told)
    verdict.on_the_day, verdict.told_again = came, again
    found = told_without_need(told)
    verdict.needless, verdict.untold = len(found), verdict.untold + len(untold)
    verdict.failures += [*found, *untold]


def _reminders(
    verdict: Verdict,
    world: World,
    rows: Sequence[Json],
    told: dict[tuple[str, str], list[Told]],
    *,
    reminders: Counter[tuple[str, datetime]],
    carers: Mapping[str, Sequence[str]],
) -> None:
    """Find reminders that fell due and that nobody got, and those that came more than once.

    `carers` are those who are told in the place of a patient without an account.
    """
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
            patient = patients[appointment_id]
            wanted += [(event_id, reader) for reader in carers.get(patient, [patient])]
    verdict.reminded, untold, verdict.reminded_again = count(world, wanted, told)
    verdict.unreminded += len(untold)
    verdict.failures += untold
