"""Whether those who look after somebody heard of it, and nobody else did; and what became of merges."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from bot.demo.bot_api.chats import Json
from services.access import DESK
from services.models.appointments import AppointmentStatus
from services.models.people import AccountStatus
from tests.chaos.care import Care
from tests.chaos.told import Told
from tests.chaos.world import World

# By then everybody was to be reminded who has not chosen otherwise.
A_DAY = timedelta(days=1)


async def acted_for(
    world: World, rows: Sequence[Json], accounts: Mapping[int, str]
) -> Mapping[int, AbstractSet[str]]:
    """Return for which patients each chat acts: the desk for all. `accounts` are those of the chats."""
    users = {row["_id"]: row for row in await world.rows("users")}
    everybody = {row["patient_id"] for row in rows}

    def patients(account: str) -> AbstractSet[str]:
        user = users.get(account, {})
        return everybody if user.get("role") in DESK else {account, *user.get("looks_after", ())}

    return {chat_id: patients(account) for chat_id, account in accounts.items()}


async def carers_of(world: World) -> Mapping[str, Sequence[str]]:
    """Return the accounts that look after each patient who has none."""
    carers: dict[str, list[str]] = {row["_id"]: [] for row in await world.rows("patients")}
    for row in await world.rows("users", {"status": AccountStatus.ACTIVE.value}):
        for patient in row.get("looks_after", ()):
            carers[patient].append(row["_id"])
    return carers


def unplanned(row: Json, carers: Mapping[str, Sequence[str]], now: datetime) -> bool:
    """Tell whether a visit that is booked has nobody who is reminded, though somebody is to be."""
    are_told = bool(carers.get(row["patient_id"], [row["patient_id"]]))
    return are_told and not row["remind_at"] and row["start"] > now + A_DAY


async def strangers(world: World, accounts: Mapping[int, str]) -> list[str]:
    """Find what was said, in a chat or by mail, about somebody whom the reader doesn't look after."""
    emails = {row["_id"]: row["email"] for row in await world.rows("users")}
    staff = [*world.doctors.values(), *world.admins, *world.receptionists]
    those = {person.phone.chat_id for person in staff}
    heard: dict[int, list[str]] = defaultdict(list)
    for chat_id, account in accounts.items():
        if chat_id not in those:
            heard[chat_id] = [*world.chats.log[chat_id], *world.post.said[emails.get(account, "")]]
    return told_to_strangers(world.care, heard)


def told_to_strangers(care: Care, heard: Mapping[int, Sequence[str]]) -> list[str]:
    """Find texts with the name of a patient whom their reader can't look after; `heard` is by chat."""
    return [
        f"a stranger heard of {name} in chat {chat_id}: {text!r}"
        for chat_id, texts in heard.items()
        for text in texts
        for name, carers in care.may.items()
        if name in text and chat_id not in carers
    ]


def twice_over(told: Mapping[tuple[str, str], Sequence[Told]]) -> list[str]:
    """Find events that were to be told more than once in one chat, or to one address."""
    places: Counter[tuple[str, str, str]] = Counter()
    for (event_id, _), notices in told.items():
        for each in notices:
            channel = each.notice.channel
            places[event_id, channel, str(each.notice.chat_id or each.to)] += 1
    return [f"told twice over: {place}" for place, number in places.items() if number > 1]


def unmerged(care: Care, patients: Sequence[Json], rows: Sequence[Json]) -> list[str]:
    """Find those of whom the bot has said that they are one, and who are not, and people made twice.

    Visits that two have at one time stay apart until one of them is cancelled.
    """
    stored = {row["_id"]: row for row in patients}
    found = []
    for name in sorted(care.merged):
        lost, kept = care.ids[name], care.ids[care.merges[name]]
        mine, theirs = ([row for row in rows if row["patient_id"] == one] for one in (lost, kept))
        left = [row["_id"] for row in mine if not any(_overlap(row, other) for other in theirs)]
        found += [f"left with {name}, who is one with another: {each}" for each in left]
        if not mine and stored[lost].get("merged_into") != kept:
            found.append(f"{name} is not one with {care.merges[name]}: {stored[lost]}")
    names = Counter(row["name"] for row in patients if row.get("name"))
    return [*found, *(f"made twice: {name}" for name, number in names.items() if number > 1)]


def _overlap(one: Json, other: Json) -> bool:
    booked = AppointmentStatus.BOOKED.value
    are_booked = one["status"] == booked and other["status"] == booked
    return bool(are_booked and one["start"] < other["end"] and other["start"] < one["end"])
