"""The bot is killed between a request over HTTP and its answer; the client asks the next one again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from services.clock import SystemClock
from services.ids import derived_id
from services.models.people import ClientAddress, Role
from tests.faults.holding import all_told, mailed
from tests.faults.stage import BotProcess, Stage
from tests.faults.wire import wired
from tests.plans import OURS
from tests.town import NO_LIMITS, PASSWORD, USUAL_LIMITS, Person

KEY = "4c9a2f"


@dataclass(frozen=True)
class Client:
    """A program that books for Asha and sends the request again until it is answered."""

    stage: Stage
    people: tuple[Person, Person]
    patient_id: str
    token: str
    booking: Mapping[str, str]

    @property
    def request_id(self) -> str:
        """The id of what its key books."""
        return derived_id(f"http.{self.patient_id}.{KEY}")

    async def books(self, bot: BotProcess) -> tuple[int, Any]:
        """Send the request once; return the status and the body."""
        await bot.writes("web.ready")
        address = next(line.rpartition("address=")[2].strip() for line in bot.lines if "web.ready" in line)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": KEY}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{address}/appointment", json=self.booking, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def stored(self) -> list[str]:
        """Return the states of all appointments."""
        rows = self.stage.town.storage.appointments._appointments.find({}, {"status": 1}, comment=OURS)
        return [row["status"] for row in await rows.to_list(None)]

    def confirmations(self) -> list[int]:
        """Return how often each of the two reads in the chat that it is booked."""
        return [
            sum("Appointment booked" in message["text"] for message in person.messages)
            for person in self.people
        ]


@pytest.fixture
async def client(real_stage: Stage) -> Client:
    doctor = await real_stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    patient = await real_stage.signed_in("Asha Patel", "asha@example.org")
    clinic = real_stage.town.assembly.clinic
    token = await clinic.api_sessions.sign_in(ClientAddress("127.0.0.1"), "asha@example.org", PASSWORD)
    principal = await clinic.api_sessions.authenticate(token)
    (rao,) = await clinic.doctors.after(principal, None, 2)
    # A Wednesday that lies more than a week ahead, so that no clock can spoil it.
    today = SystemClock().now().date()
    day = today + timedelta(days=7 + (2 - today.weekday()) % 7)
    booking = {"patientId": principal.id, "doctorId": rao.id, "date": day.isoformat(), "time": "10:30 AM"}
    return Client(real_stage, (patient, doctor), principal.id, token, booking | {"reason": "It flutters"})


async def killed(client: Client, nth: int, *, is_done: bool) -> None:
    """Kill a bot at a message to its database about the appointment; the request has no answer then."""
    url = client.stage.environ["DB_URL"]
    async with (
        wired(url, client.request_id, nth, is_done=is_done) as (wire, near_end),
        client.stage.process(DB_URL=near_end) as bot,
    ):
        asked = asyncio.create_task(client.books(bot))
        await wire.cut()
        await bot.kill()
        with pytest.raises(aiohttp.ClientError):
            await asked


# Without limits the bot asks about an appointment whether it is held, and then books it. With them it looks
# first whether it is stored, and holds it.
@pytest.mark.parametrize(
    ("limits", "nth", "is_done", "left"),
    [
        (NO_LIMITS, 1, False, []),
        (NO_LIMITS, 1, True, ["booked"]),
        (USUAL_LIMITS, 2, True, ["held"]),
        (USUAL_LIMITS, 3, True, ["booked"]),
    ],
)
async def test_a_request_that_is_sent_again_books_once_and_is_told(
    client: Client, limits: Mapping[str, str], nth: int, left: list[str], *, is_done: bool
) -> None:
    client.stage.environ.update(limits)
    await killed(client, nth, is_done=is_done)
    assert await client.stored() == left
    assert client.confirmations() == [0, 0]
    async with client.stage.process() as bot:
        first, second = await client.books(bot), await client.books(bot)
        assert (first[0], second[0]) == (201, 201)
        assert first[1] == second[1]
        assert first[1]["id"] == client.request_id
        for person in client.people:
            assert "It flutters" in await person.hears("Appointment booked", seconds=20)
        await mailed(client.stage.town.mailbox, "asha@example.org", "rao@example.org")
        await all_told(client.stage.town, seconds=20)
    assert await client.stored() == ["booked"]
    assert client.confirmations() == [1, 1]
    assert len(client.stage.town.mailbox.mails) == 2
