"""A write is done and its answer is lost: whatever the person does then, they are told what is stored."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialogs.chat_state import QUIET
from services.errors import StorageDown
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Role
from services.storage.announcements import AnnouncementStore
from services.storage.appointments import AppointmentStore
from services.storage.bulk_cancellations import BulkCancellationStore
from services.storage.schedules import ScheduleStore
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

Lose = Callable[[type, str], None]


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with a doctor."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Lose:
    """Return what loses the answer to the next call of a method of the storage, which does its work."""

    def lose_answer(owner: type, name: str) -> None:
        real = getattr(owner, name)

        async def done(*args: Any, **facts: Any) -> Any:
            await real(*args, **facts)
            monkeypatch.setattr(owner, name, real)
            raise StorageDown

        monkeypatch.setattr(owner, name, done)

    return lose_answer


async def _lost(asha: Person, lose: Lose, *, time: str = "10:30") -> None:
    """Book for a first reason, and lose the answer."""
    for act in ("/book", "Cardiology", "Rao", "tomorrow", time):
        await asha.says(act)
    assert "Book this" in await asha.says("first reason")
    lose(AppointmentStore, "add")
    assert "booked" not in await asha.taps("Confirm")


async def _on_summary(asha: Person, label: str) -> str:
    """Tap a button of the summary, below which the apology stands."""
    card = next(m for m in reversed(asha.messages) if "Book this" in m.get("text", ""))
    buttons = [button for row in card["reply_markup"]["inline_keyboard"] for button in row]
    data = next(button["callback_data"] for button in buttons if label in button["text"])
    return await asha.taps_raw(int(card["message_id"]), data)


async def _rows(town: Town) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await town.storage.appointments._appointments.find({}, comment=OURS).to_list(
        None
    )
    return rows


async def test_confirming_again_says_that_it_is_booked(town: Town, asha: Person, lose: Lose) -> None:
    await _lost(asha, lose)
    assert "Appointment booked\nWith: Dr Meera Rao" in await _on_summary(asha, "Confirm")
    (row,) = await _rows(town)
    assert row["status"] == "booked"


async def test_another_reason_is_not_said_to_be_stored(town: Town, asha: Person, lose: Lose) -> None:
    await _lost(asha, lose)
    await _on_summary(asha, "Back")
    answer = await asha.says("second reason")
    assert "already booked" in answer
    assert "first reason" in answer
    assert "Confirm" not in " ".join(asha.buttons)
    (row,) = await _rows(town)
    assert row["reason"] == "first reason"


@pytest.mark.parametrize("is_typed", [False, True])
async def test_another_time_is_no_second_appointment(
    town: Town, asha: Person, lose: Lose, *, is_typed: bool
) -> None:
    await _lost(asha, lose)
    await _on_summary(asha, "Back")
    await asha.taps("Back")
    answer = await (asha.says("11:00") if is_typed else asha.taps("11:00 AM"))
    assert "already booked" in answer
    assert "10:30 AM" in answer
    assert len(await _rows(town)) == 1


@pytest.mark.parametrize("back", [0, 1, 2, 3])
async def test_who_leaves_is_not_told_that_nothing_was_saved(
    town: Town, asha: Person, lose: Lose, back: int
) -> None:
    await _lost(asha, lose)
    for _ in range(back):
        await _on_summary(asha, "Back") if not _ else await asha.taps("Back")
    answer = await asha.says("/cancel")
    assert "Nothing was saved" not in answer
    assert "already booked" in answer
    assert len(await _rows(town)) == 1


async def test_who_goes_back_to_another_doctor_is_told_that_it_is_booked(
    town: Town, asha: Person, lose: Lose
) -> None:
    await _lost(asha, lose)
    await _on_summary(asha, "Back")
    assert "Which time?" in await asha.taps("Back")
    assert "Which day?" in await asha.taps("Back")
    assert "already booked" in await asha.taps("Back")
    assert "Nothing was saved" not in await asha.says("/cancel")
    assert len(await _rows(town)) == 1


async def test_who_says_nothing_more_is_not_told_that_nothing_was_saved(
    town: Town, asha: Person, clock: TurnableClock, lose: Lose
) -> None:
    await _lost(asha, lose)
    clock.turn(QUIET)
    await town.assembly.dialog_timeout.close_expired()
    assert "10:30 AM" in await asha.hears("already booked")
    assert not any("Nothing was saved" in message.get("text", "") for message in asha.messages)
    assert len(await _rows(town)) == 1


async def test_what_was_cancelled_meanwhile_is_not_said_to_be_booked(
    town: Town, asha: Person, lose: Lose
) -> None:
    await _lost(asha, lose)
    (row,) = await _rows(town)
    rao = town.person("Rao")
    await rao.signs_in("rao@example.org")
    clinic = town.assembly.clinic
    principal = await clinic.sessions.authenticate(ChatId(rao.phone.chat_id))
    await clinic.appointments.cancel(principal, AppointmentId(row["_id"]), "ill")
    answer = await _on_summary(asha, "Confirm")
    assert "✅" not in answer
    assert "has since been cancelled" in answer


async def test_a_move_that_was_stored_is_told_to_who_leaves(asha: Person, lose: Lose) -> None:
    await asha.talks([("/book", ""), ("«Cardiology»", ""), ("«Rao»", "")])
    for act in ("tomorrow", "10:30"):
        await asha.says(act)
    await asha.talks(
        [("«Skip»", "Book this"), ("«Confirm»", "Appointment booked"), ("/appointments", "10:30")]
    )
    await asha.talks([("«4 May»", "Status: booked"), ("«Move»", "Which day")])
    await asha.says("tomorrow")
    assert "Move the appointment?" in await asha.taps("11:00 AM")
    lose(AppointmentStore, "move")
    await asha.taps("Confirm")
    answer = await asha.says("/cancel")
    assert "already booked" in answer
    assert "11:00 AM" in answer


async def test_time_off_that_was_stored_is_told_to_who_leaves(town: Town, lose: Lose) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await rao.talks([("/timeoff", "first day"), ("4 May to 5 May", "Save it?")])
    lose(BulkCancellationStore, "stands")
    await rao.taps("Save")
    answer = await rao.says("/cancel")
    assert "Nothing was saved" not in answer
    assert "was already saved" in answer


async def test_hours_that_were_stored_are_told_to_who_leaves(town: Town, lose: Lose) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await rao.says("/hours")
    await rao.says("Mon 9-12")
    await rao.taps("Preview")
    lose(ScheduleStore, "put")
    await rao.taps("Save")
    answer = await rao.says("/cancel")
    assert "Nothing was saved" not in answer
    assert "hours are saved" in answer


async def test_a_cancelling_that_was_stored_is_told_to_who_keeps_it(
    town: Town, asha: Person, lose: Lose
) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30", "a cough"):
        await asha.says(act)
    await asha.taps("Confirm")
    rao = town.person("Rao")
    await rao.signs_in("rao@example.org")
    await rao.says("/appointments")
    await rao.taps("4 May")
    await rao.taps("Cancel appointment")
    await rao.taps("Skip")
    lose(AppointmentStore, "cancel")
    await rao.taps("Yes, cancel it")
    answer = await rao.says("/cancel")
    assert "Nothing was saved" not in answer
    assert "Cancelled: Asha Patel" in answer


async def test_an_announcement_that_was_started_is_told_to_who_leaves(
    town: Town, asha: Person, lose: Lose
) -> None:
    del asha  # somebody to hear it
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.says("/announce")
    await nora.taps("Patients")
    await nora.says("We are closed on Friday.")
    lose(AnnouncementStore, "add")
    await nora.taps("Confirm")
    answer = await nora.says("/cancel")
    assert "Nothing was saved" not in answer


async def test_a_follow_up_that_was_proposed_is_shown_as_it_was(
    town: Town, asha: Person, clock: TurnableClock, lose: Lose
) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30", "a cough"):
        await asha.says(act)
    await asha.taps("Confirm")
    clock.turn_to(datetime(2027, 5, 4, 11, tzinfo=UTC))
    rao = town.person("Rao")
    await rao.signs_in("rao@example.org")
    await rao.says("/schedule 4 May")
    await rao.taps("10:30 AM Asha")
    await rao.taps("Seen")
    await rao.says("/schedule 4 May")
    await rao.taps("10:30 AM Asha")
    await rao.taps("Propose a follow-up")
    lose(AppointmentStore, "propose")
    for act in ("in 10 days", "skip", "send"):
        await rao.says(act)
    await rao.taps("Back")
    await rao.taps("Back")
    for act in ("in 4 weeks", "skip"):
        await rao.says(act)
    answer = await rao.says("send")
    assert "Proposed to Asha Patel" in answer
    assert "14 May" in answer
    assert "Jun" not in answer
