"""Whatever a button's data is made to say, nothing breaks, and nobody else notices."""

import asyncio
import random

import pytest

from bot.callbacks.tap import MAX_BYTES, Tap
from services.models.people import ChatId, Role
from tests.faults.holding import logged
from tests.town import Person, Town

NUMBERS = (
    *("0", "-1", "9" * 30, str(2**63), str(2**31), "999999", "1e9", "٣", "00", "x", "", "true", "\0"),
    *("00010101", "99991231", "29991231", "20000101", "20270503", "30157110", "541728000"),
    *("0" * 24, "f" * 24, "a" * 60),
)
SEEDS = range(3)


async def _people(town: Town) -> list[Person]:
    return [
        await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology"),
        await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN),
        await town.signed_in("Asha Patel", "asha@example.org"),
        town.person("Guest"),
    ]


def _forged(dice: random.Random) -> str:
    """Return data as a forger would make it: a code of ours with values of any kind, too few, or too many."""
    code = dice.choice(sorted(Tap.kinds))
    values = [dice.choice(NUMBERS) for _ in range(dice.randrange(5))]
    stamp = dice.choice(["", "~1", "~2", "~zzz", "~~", "~-1"])
    return (
        (":".join([dice.choice(["", "", "", "+"]) + code, *values]) + stamp)
        .encode()[:MAX_BYTES]
        .decode(errors="ignore")
    )


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_forged_data_is_an_incident(town: Town, seed: int) -> None:
    dice = random.Random(seed)
    people = await _people(town)
    begins = (("/timeoff", "/hours"), ("/book", "/announce"), ("/book", "/me"), ("/register", "/login"))
    with logged("incident") as incident, logged("queue.failed") as failed:
        for turn in range(8):
            for person, commands in zip(people, begins, strict=True):
                await person.says(commands[turn % 2])
                for _ in range(8):
                    person.phone.tap(person.last_id, _forged(dice))
                await person.forges(_forged(dice).partition("~")[0])
    assert incident.texts == []
    assert failed.texts == []


async def test_a_page_of_thirty_nines_costs_no_neighbour_a_step(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    patients = [await town.signed_in(f"Asha {n}", f"asha{n}@example.org") for n in range(6)]
    await doctor.says("/timeoff")
    for patient in patients:
        await patient.says("/book")
    with logged("queue.failed") as failed, logged("incident") as incident:
        forged = doctor.phone.tap(doctor.last_id, "page:" + "9" * 30)
        taps = [patient.phone.press("Cardiology") for patient in patients]
        await asyncio.gather(*(town.telegram.confirmed(tap) for tap in (forged, *taps)))
    assert failed.texts == incident.texts == []
    for patient in patients:
        stored = await town.storage.conversations.of_chat(ChatId(patient.phone.chat_id))
        assert stored is not None
        assert stored["step"] == "booking.doctor"


@pytest.mark.parametrize(
    "words",
    [
        *("/stats 99999999999999999999", "/stats -7", "/audit 0001-01-01", "/audit 9999-12-31", "/users \\0"),
        *("/appointments 0001-01-01", "/appointments 9999-12-31", "/appointments 31 Dec 9999", "/audit \\0"),
        *("/book 9999-12-31", f"/users {'9' * 400}", "/start take_" + "f" * 24 + "_999999999_" + "f" * 24),
        *(
            "/start doctor_" + "f" * 24,
            "/start next_" + "f" * 24 + "_999999_999999999",
            "/start slot_" + "0" * 24,
        ),
    ],
)
async def test_numbers_and_days_behind_commands_are_bounded_too(town: Town, words: str) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    with logged("incident") as incident:
        await nora.says(words)
    assert incident.texts == []


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "1 Jan 1", "31.12.9999", "99999999", "in 999999999 days"]
)
async def test_days_that_doctors_type_are_bounded_too(town: Town, day: str) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    with logged("incident") as incident:
        for text in (
            f"/schedule {day}",
            f"/timeoff {day}",
            f"/timeoff {day} to {day}",
            "/cancel",
            "/timeoff",
            day,
        ):
            await doctor.says(text)
    assert incident.texts == []
