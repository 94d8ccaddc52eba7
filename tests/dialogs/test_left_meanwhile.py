"""A dialog is left in one process while its answer is being taken in another: both say what is stored."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.dialogs.chat_state import ChatStates
from services.models.people import ChatId, Role
from services.storage.appointments import AppointmentStore
from tests.plans import OURS
from tests.town import Person, Town

TO_THE_SUMMARY = ("/book", "Cardiology", "Rao", "tomorrow", "10:30", "a cough")


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with a doctor."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _leaves_elsewhere(town: Town, asha: Person) -> None:
    """Do what another process does with /cancel: it knows of the chat what is in the database."""
    chat_id, chat_states = ChatId(asha.phone.chat_id), ChatStates(town.storage.conversations)
    context = town.assembly.application.context_of(chat_id)
    context.state = await chat_states.load(chat_id)
    context.admit(await town.assembly.clinic.sessions.authenticate(chat_id))
    assert await town.assembly.dispatcher.dialogs.leave(context)
    await chat_states.save(chat_id, None)


def _beside(
    monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], Awaitable[None]], *, after: bool
) -> None:
    """Do that just before the storage's next call of that name, or just after it."""
    real = getattr(AppointmentStore, name)

    async def called(*args: Any, **facts: Any) -> Any:
        monkeypatch.setattr(AppointmentStore, name, real)
        if not after:
            await act()
        answer = await real(*args, **facts)
        if after:
            await act()
        return answer

    monkeypatch.setattr(AppointmentStore, name, called)


async def _starts(town: Town) -> list[str]:
    rows = await town.storage.appointments._appointments.find({}, comment=OURS).to_list(None)
    return sorted(f"{row['status']} {row['start']:%H:%M}" for row in rows)


def _said(asha: Person) -> str:
    return "\n".join(message.get("text", "") for message in asha.messages)


@pytest.mark.parametrize("after", [False, True])
async def test_a_booking_that_is_left_while_it_is_confirmed(
    town: Town, asha: Person, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    for act in TO_THE_SUMMARY:
        await asha.says(act)
    _beside(monkeypatch, "add", lambda: _leaves_elsewhere(town, asha), after=after)
    await asha.taps("Confirm")
    said = _said(asha)
    assert ("Nothing was saved" in said) is not after
    assert ("Appointment booked" in said) is after
    assert ("already booked" in said) is after
    assert await _starts(town) == (["booked 10:30"] if after else [])


@pytest.mark.parametrize("after", [False, True])
async def test_a_move_that_is_left_while_it_is_confirmed(
    town: Town, asha: Person, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    for act in TO_THE_SUMMARY:
        await asha.says(act)
    await asha.talks([("«Confirm»", "Appointment booked"), ("/appointments", "10:30"), ("«4 May»", "booked")])
    await asha.talks(
        [("«Move»", "Which day"), ("tomorrow", "Which time"), ("«11:00»", "Move the appointment?")]
    )
    _beside(monkeypatch, "move", lambda: _leaves_elsewhere(town, asha), after=after)
    await asha.taps("Confirm")
    said = _said(asha)
    assert ("stays as it was" in said) is not after
    assert ("Appointment moved" in said) is after
    assert await _starts(town) == (["booked 11:00"] if after else ["booked 10:30"])
