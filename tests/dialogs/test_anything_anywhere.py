"""Anything at any moment: what is typed, sent, edited or tapped always has an answer, and nothing breaks."""

import random
from copy import deepcopy

import pytest

from services.models.people import Role
from tests.faults.holding import logged
from tests.town import PASSWORD, Person, Town

SEEDS, ACTS = range(2), 250
COMMANDS = {
    "guest": ("/register", "/login", "/forgot", "/privacy"),
    "patient": ("/book", "/appointments", "/waitlist", "/reminders", "/doctors", "/me", "/forgetme"),
    "doctor": ("/schedule", "/hours", "/timeoff", "/appointments", "/me"),
    "receptionist": ("/book", "/appointments", "/patients", "/patients jones", "/doctors", "/me"),
    "admin": ("/book", "/appointments", "/users", "/announce", "/audit", "/outbox", "/export"),
}
TEXTS = (
    *("x" * 4096, "😀" * 600, "1" * 400, "-1", "<b>&", "{}", "\u202e\u200b.", "\n\na\n"),
    *("tomorrow", "9:30", "rao", "asha", "new@example.org", PASSWORD, "000000", "none", "4 May to 9 May"),
    *("Mon-Fri 9-12", "back", "leave", "skip", "confirm", "save", "/cancel", "/start", "patient", "Berlin"),
)
# Buttons that are only labels say nothing, and what is shown anew may look the same.
SILENT = {"-", "users", "outbox", "dlv"}


def _types(dice: random.Random, person: Person, role: str) -> int:
    return person.phone.send(dice.choice(TEXTS if dice.random() < 0.6 else COMMANDS[role]))


def _sends(dice: random.Random, person: Person, role: str) -> int:
    del role
    phone = person.phone
    return dice.choice(
        (
            lambda: phone.send_sticker("😀"),
            lambda: phone.send_voice(3),
            lambda: phone.send_photo(b"x", "tomorrow"),
            lambda: phone.send_contact("+49 30 1", "Asha"),
            lambda: phone.send_location(1.0, 2.0),
        )
    )()


def _edits(dice: random.Random, person: Person, role: str) -> int:
    mine = [said for said in person.phone.messages if not said["from"]["is_bot"] and "text" in said]
    if not mine:
        return _types(dice, person, role)
    return person.phone.edit(dice.choice(mine)["message_id"], f"{dice.choice(TEXTS[1:])} {dice.random()}")


def _taps(dice: random.Random, person: Person, role: str) -> int:
    """Tap any button, mostly of the newest card, but nothing that signs out, blocks or deletes somebody."""
    cards = [card for card in person.messages if card.get("reply_markup")]
    card = cards[-1] if cards and dice.random() < 0.8 else dice.choice(cards) if cards else None
    rows = card["reply_markup"]["inline_keyboard"] if card else []
    buttons = [each for row in rows for each in row if "callback_data" in each]
    safe = [each["callback_data"] for each in buttons if _kind(each["callback_data"]) not in SILENT]
    safe = [data for data in safe if not data.startswith(("forget", "block", "logout"))]
    return (
        person.phone.tap(card["message_id"], dice.choice(safe))
        if card and safe
        else _types(dice, person, role)
    )


def _kind(data: str) -> str:
    return data.lstrip("+").partition(":")[0].partition("~")[0]


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_people_do_they_get_an_answer_and_nothing_breaks(town: Town, seed: int) -> None:
    dice = random.Random(seed)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    also_asha = town.person("Asha's tablet")
    await also_asha.signs_in("asha@example.org")
    people = [
        ("doctor", await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")),
        ("receptionist", await town.signed_in("Rita Moss", "rita@example.org", Role.RECEPTIONIST)),
        ("admin", await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)),
        *(("patient", asha), ("patient", also_asha), ("guest", town.person())),
    ]
    silent: list[str] = []
    with logged("incident") as incident, logged("queue.failed") as failed:
        for _ in range(ACTS):
            role, person = dice.choice(people)
            act = dice.choices((_types, _sends, _edits, _taps), (3, 1, 1, 5))[0]
            before, answers = deepcopy(person.messages), len(person.phone.answers)
            await town.telegram.confirmed(act(dice, person, role))
            toasts = [answer for answer in person.phone.answers[answers:] if answer.get("text")]
            if person.messages == before and not toasts:
                silent.append(f"{role} {act.__name__}: {person.last[:80]}")
    assert incident.texts == failed.texts == []
    assert silent == []
