"""What cards have said that was done, against what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.bot_api.chats import Json
from bot.texts.formats import moment, moment_there
from services.models.appointments import AppointmentStatus
from tests.chaos.wishes import Claim, Promise, Said

CANCELLED = AppointmentStatus.CANCELLED.value
# What is compared was noted in two processes.
NEARLY = timedelta(seconds=3)


def starts(row: Json) -> list[datetime]:
    """Return when an appointment begins, and when it was to begin before it was moved."""
    return [row["start"], *(entry["from"] for entry in row["history"] if "from" in entry)]


def _booked_for(row: Json) -> datetime:
    """Return when an appointment was to begin as it was booked."""
    first: datetime = next((entry["from"] for entry in row["history"] if "from" in entry), row["start"])
    return first


def untrue(
    claims: Iterable[Claim], rows: Sequence[Json], people: Mapping[int, AbstractSet[str]], zone: ZoneInfo
) -> list[str]:
    """Find what a card said that was moved, cancelled or not saved, and that is stored otherwise.

    `people` are the patients for whom each chat acts.
    """
    found = []
    for claim in claims:
        mine = [row for row in rows if row["patient_id"] in people.get(claim.chat_id, ())]
        if not _holds(claim, rows, mine, zone):
            found.append(f"{claim.what}, said the bot, and is stored otherwise: {claim}")
    return found


def _holds(claim: Claim, rows: Sequence[Json], mine: Sequence[Json], zone: ZoneInfo) -> bool:
    match claim.what:
        case Said.MOVED:
            one = claim.appointment_id
            those = [row for row in rows if row["_id"] == one] if one else mine
            # Some cards name the zone, and the news of it does so elsewhere.
            told = {say(at, zone) for row in those for at in starts(row) for say in (moment, moment_there)}
            return claim.moment in told
        case Said.CANCELLED:
            there = [row for row in mine if moment(row["start"], zone) == claim.moment]
            return any(row["status"] == CANCELLED for row in there)
        case Said.LEFT:
            # Where it was booked: another of theirs with that reason may have been moved to this time since.
            there = [row for row in mine if moment_there(_booked_for(row), zone) == claim.moment]
            return all(row.get("reason") != claim.reason for row in there)


def booked_after_all(
    promises: Iterable[Promise], rows: Sequence[Json], people: Mapping[int, AbstractSet[str]], zone: ZoneInfo
) -> list[str]:
    """Find what is said to be booked at another time than it is, or though it was cancelled before."""
    found = []
    for promise in promises:
        mine = [row for row in rows if row["patient_id"] in people.get(promise.chat_id, ())]
        those = [row for row in mine if row.get("reason") == promise.reason]
        if not promise.reason or not those:
            continue
        there = [row for row in those if promise.moment in {moment_there(at, zone) for at in starts(row)}]
        if not there:
            found.append(f"booked, said the bot, and is stored for another time: {promise}")
        elif promise.asked_at and all(_was_cancelled(row, promise.asked_at) for row in there):
            found.append(f"booked, said the bot, and was cancelled before: {promise}")
    return found


def _was_cancelled(row: Json, before: datetime) -> bool:
    ends = [entry["at"] for entry in row["history"] if entry["status"] == CANCELLED]
    return bool(ends) and ends[-1] + NEARLY < before


def in_time_off(rows: Sequence[Json], schedules: Sequence[Json]) -> list[str]:
    """Find what stays booked in the time off of its doctor."""
    away = {schedule["_id"]: schedule.get("time_off", ()) for schedule in schedules}
    return [
        f"booked in time off: {row['_id']}"
        for row in rows
        if row["status"] != CANCELLED
        for off in away.get(row["doctor_id"], ())
        if row["start"] < off["end"] and off["start"] < row["end"]
    ]
