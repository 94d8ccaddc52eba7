"""📅 Calendar feed: the address in the chat, renewing and stopping it, and how patients are named."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.errors import CalendarFeedUnknown
from services.models.people import ChatId, Role
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

ADDRESS = re.compile(r"http://localhost:\d+/calendar/([0-9a-f]{64})\.ics")


def _secret(person: Person) -> str:
    """Return the secret in the address that the newest message shows."""
    found = ADDRESS.search(person.last)
    assert found, person.last
    (code,) = [each for each in person.messages[-1]["entities"] if each["type"] == "code"]
    assert code["length"] == len(found[0])
    return found[1]


async def _works(town: Town, secret: str) -> bool:
    try:
        await town.assembly.clinic.calendar_feeds.read(secret)
    except CalendarFeedUnknown:
        return False
    return True


async def test_a_patient_gets_the_address_renews_it_and_stops_it(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks(
        [("/appointments", "None at the moment"), ("«📅 Calendar feed»", "add a calendar by its address")]
    )
    first = _secret(asha)
    assert "only works on the computer" in asha.last
    assert "A new password doesn't change it" in asha.last
    (copied,) = asha.copied.values()
    assert ADDRESS.fullmatch(copied)
    assert first in copied
    assert asha.styles == {"⏹ Stop the feed": "danger"}
    assert list(asha.buttons) == ["🔄 Renew the address", "⏹ Stop the feed", "« My appointments"]
    await asha.talks([("«« My app»", "None at"), ("«📅 Calendar feed»", first)])
    await asha.talks([("«Renew»", "stops working at once"), ("«Keep it»", first)])
    assert await _works(town, first)
    await asha.talks([("«Renew»", "stops working"), ("«Yes, renew»", "This is your new address")])
    second = _secret(asha)
    assert second != first
    assert not await _works(town, first)
    assert await _works(town, second)
    await asha.talks([("«Stop»", "Stop your calendar feed?"), ("«Keep it»", second)])
    await asha.talks([("«Stop»", "Stop your"), ("«Yes, stop»", "no longer works")])
    assert not ADDRESS.search(asha.last)
    assert not await _works(town, second)
    await asha.taps("📅 Calendar feed")
    assert _secret(asha) not in {first, second}


async def test_a_doctor_chooses_how_patients_are_named(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await doctor.talks([("/schedule", "Mon 3 May"), ("«📅 Calendar feed»", "patients by their initials")])
    secret = _secret(doctor)
    await doctor.talks([("«Show full names»", "now shows patients by their full names")])
    assert _secret(doctor) == secret
    await doctor.talks(
        [("«Show initials»", "now shows patients by their initials"), ("«« Today»", "Mon 3 May")]
    )
    await doctor.talks([("/appointments", "appointments"), ("«📅 Calendar feed»", secret)])


async def test_a_tap_on_an_old_card_ends_no_newer_address(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/appointments", "None"), ("«📅 Calendar feed»", "Calendar feed")])
    old = dict(asha.buttons)
    await asha.talks([("«Renew»", "Renew the address of"), ("«Yes, renew»", "new address")])
    secret = _secret(asha)
    for label in ("🔄 Renew the address", "⏹ Stop the feed"):
        answer = await asha.taps_raw(asha.last_id, old[label])
        assert "had already stopped working" in answer
        assert secret in answer
    key = old["⏹ Stop the feed"].partition(":")[2]
    for data in (f"feedx:{key}", f"feed+:{key}"):
        assert secret in await asha.taps_raw(asha.last_id, data)
    assert await _works(town, secret)


async def test_a_card_of_whoever_was_signed_in_before_does_nothing_to_the_next(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/appointments", "None"), ("«📅 Calendar feed»", "Calendar feed")])
    hers, card, buttons = _secret(asha), asha.last_id, dict(asha.buttons)
    await asha.says("/logout")
    await town.account("Bela", "bela@example.org")
    await asha.signs_in("bela@example.org")
    assert "You have no calendar feed" in await asha.taps_raw(card, buttons["⏹ Stop the feed"])
    assert await _works(town, hers)
    await asha.talks([("/appointments", "None"), ("«📅 Calendar feed»", "Calendar feed")])
    assert _secret(asha) != hers


async def test_signing_out_and_a_new_password_do_not_end_it(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/appointments", "None"), ("«📅 Calendar feed»", "Calendar feed")])
    secret = _secret(asha)
    await asha.talks(
        [
            ("/me", "Asha"),
            ("«Password»", "current"),
            ("correct horse", "Choose a password"),
            ("a better horse", "✅"),
        ]
    )
    await asha.says("/logout")
    assert await _works(town, secret)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"PUBLIC_URL": "https://clinic.example.org/"}, "https://clinic.example.org/calendar/"),
        ({"HOST": "192.0.2.7", "PORT": "8080"}, "http://192.0.2.7:8080/calendar/"),
        ({"HOST": "0.0.0.0", "PORT": "9000"}, "http://localhost:9000/calendar/"),  # noqa: S104 - not listened to
    ],
)
async def test_the_address_is_the_one_that_others_reach(
    database_url: str, clock: TurnableClock, tmp_path: Path, settings: Any, address: str
) -> None:
    async with founded(database_url, clock, tmp_path, **settings) as town:
        asha = await town.signed_in("Asha", "asha@example.org")
        await asha.talks([("/appointments", "None"), ("«📅 Calendar feed»", address)])
        assert ("only works on the computer" in asha.last) is ("localhost" in address)
        principal = await town.assembly.clinic.sessions.authenticate(ChatId(asha.phone.chat_id))
        found = await town.assembly.clinic.calendar_feeds.addresses.current(principal)
        assert found is not None
        assert f"{address}{found.secret}.ics" in asha.last
