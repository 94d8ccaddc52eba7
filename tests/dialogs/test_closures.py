"""/closures: what admins close, whom it cancels with the reason, public holidays, and reopening."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.models.people import Role
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.plans import OURS
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

QUESTION = "What is the first day?"


@pytest.fixture
async def berlin(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A clinic whose country and region are set; its clock stands on Mon 3 May 2027."""
    async with founded(database_url, clock, tmp_path, HOLIDAYS="de-by") as town:
        yield town


async def _admin(town: Town) -> Person:
    return await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)


async def _closures(town: Town) -> list[dict[str, Any]]:
    rows = await town.storage.closures._closures.find({}, comment=OURS).to_list(None)
    return sorted(rows, key=lambda row: row["start"])


async def test_a_day_is_closed_by_taps_and_reopened(town: Town) -> None:
    vera = await _admin(town)
    await vera.talks(
        [
            ("/closures", "No closures are coming up."),
            ("«4»", "What is the last day on which the clinic is closed?"),
            ("«Only Tue 4 May»", "The whole day, or part of it?"),
            ("«The whole day»", "Nothing is booked then. Why is the clinic closed?"),
            ("Staff <training>", "Tue 4 May 2027: Staff <training>\n\nNothing is booked then."),
            ("«Save»", "Saved. The clinic is closed:\n• Tue 4 May 2027: Staff <training>"),
            ("«🔒 Closures»", "1 coming up:\n• Tue 4 May 2027: Staff <training>"),
            ("«Reopen 4 May»", "Reopen it? Patients can book this time again."),
            ("«Yes, reopen»", "Reopened: Tue 4 May 2027."),
            ("«🔒 Closures»", "No closures are coming up."),
        ]
    )


async def test_whoever_is_booked_is_cancelled_with_the_reason_three_times_and_a_mail(town: Town) -> None:
    doctor, asha = await two_people(town)
    vera = await _admin(town)
    await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await vera.talks(
        [
            ("/closures 4 May 9-12", "1 appointment is booked then and will be cancelled when you save."),
            ("The water is cut off", "This appointment will be cancelled when you save"),
        ]
    )
    assert "• Tue 4 May 2027, 10:00 AM · Asha Patel, Dr Meera Rao" in vera.last
    assert "a cough" not in vera.last
    await vera.talks([("«Save, cancel that one»", "1 appointment is cancelled. The patient gets")])
    heard = await asha.hears("Appointment cancelled")
    assert "Why: The clinic is closed: The water is cut off" in heard
    assert "By: the clinic" in heard
    assert len([label for label in asha.buttons if label.startswith("🕑")]) == 3
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Cancelled" in m.subject)
    assert "The water is cut off" in mail.text
    assert "METHOD:CANCEL" in str(mail)
    assert "The clinic is closed: The water is cut off" in await doctor.hears("Appointment cancelled")
    assert "🔒 The clinic is closed 09:00 AM – 12:00 PM: The water is cut off" in await doctor.says(
        "/schedule 4 May"
    )
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks([("4 May", "Which time?"), ("10:00", "10:00 AM is not free")])
    assert "11:30 AM" not in asha.buttons
    assert "12:00 PM" in asha.buttons


async def test_wrong_answers_get_one_sentence_and_the_question_again(town: Town) -> None:
    vera = await _admin(town)
    await vera.talks(
        [
            ("/closures", QUESTION),
            ("some day", "Please tap a day, or type one like"),
            ("31 Feb", "That day doesn't exist"),
            ("2 May 2027", "Sun 2 May 2027 is over"),
            ("4 May 2027 to 10 May 2028", "A closure can last up to a year (366 days)"),
            ("2031-01-01", "The clinic can be closed until Fri 4 May 2029"),
            ("4 May 13-12", "has to end after it starts"),
            ("4 May 13:01-17:00", "Times go in steps of five minutes"),
            ("4-9 May", "Why is the clinic closed?"),
            ("x" * 101, "in 1 to 100 characters, like “Christmas Day”"),
            ("Works outing", "Tue 4 May 2027 – Sun 9 May 2027: Works outing"),
            ("«Back»", "Why is the clinic closed?"),
            ("«Back»", "What is the last day"),
            ("«Back»", QUESTION),
            ("«🎉 Public holidays»", "I don't know which country the clinic is in."),
        ]
    )
    for data in ("day:20270502", "day:29991231"):
        answer = await vera.forges(data)
        assert "is over" in answer or "too far ahead" in answer
    assert "That closure no longer exists" in await vera.forges(f"open?:{'a' * 24}")


async def test_a_holiday_is_switched_on_by_one_tap_and_all_by_another(berlin: Town) -> None:
    vera = await _admin(berlin)
    await vera.talks(
        [
            ("/closures", QUESTION),
            ("«🎉 Public holidays»", "in the next 12 months: 12, closed on 0"),
            ("«6 May: Ascension Day»", "12, closed on 1"),
        ]
    )
    assert "🔒 Thu 6 May 2027: Ascension Day" in vera.last
    await vera.talks([("«🔒 Close on all 11»", "12, closed on 12"), ("«›»", "1 May 2028: Labor Day")])
    assert not any("Close on" in label for label in vera.buttons)
    await vera.talks([("«‹»", "25 Dec 2027: Christmas Day")])
    rows = await _closures(berlin)
    assert len(rows) == 12
    assert rows[0]["reason"] == "Ascension Day"
    await vera.talks(
        [
            ("«25 Dec: Christmas Day»", "Sat 25 Dec 2027: Christmas Day\n\nReopen it?"),
            ("«Yes, reopen»", "Reopened: Sat 25 Dec 2027"),
            ("/closures", "11 coming up"),
            ("«🎉 Public holidays»", "12, closed on 11"),
            ("«🔒 Close on this one»", "12, closed on 12"),
        ]
    )


async def test_a_holiday_on_which_somebody_is_booked_asks_first(berlin: Town) -> None:
    doctor, asha = await two_people(berlin)
    vera = await _admin(berlin)
    await booked(berlin, asha, doctor, TUESDAY_TEN.replace(day=6))
    await vera.talks(
        [
            ("/closures", QUESTION),
            ("«🎉 Public holidays»", "closed on 0"),
            ("«6 May: Ascension Day»", "This appointment will be cancelled when you save"),
            ("«Back»", "closed on 0"),
            ("«Close on all 12»", "This appointment will be cancelled when you save"),
            ("«Save, cancel that one»", "1 appointment is cancelled"),
        ]
    )
    assert "Why: The clinic is closed: Ascension Day" in await asha.hears("Appointment cancelled")
    assert len(await _closures(berlin)) == 12


async def test_whoever_books_while_the_summary_is_read_is_shown_before_anything_is_closed(
    berlin: Town,
) -> None:
    doctor, asha = await two_people(berlin)
    vera = await _admin(berlin)
    await booked(berlin, asha, doctor, TUESDAY_TEN.replace(day=6))
    await vera.talks(
        [
            ("/closures", QUESTION),
            ("«🎉 Public holidays»", "closed on 0"),
            ("«Close on all 12»", "This appointment will be cancelled when you save"),
        ]
    )
    await booked(berlin, asha, doctor, TUESDAY_TEN.replace(day=17))
    await vera.talks([("«Save, cancel that one»", "Another appointment was booked meanwhile.")])
    assert "These 2 appointments will be cancelled when you save" in vera.last
    assert await _closures(berlin) == []
    await vera.talks([("«Save, cancel those 2»", "2 appointments are cancelled")])
    assert "after you saw" not in vera.last
    assert len(await _closures(berlin)) == 12


async def test_whoever_books_between_the_look_and_the_closing_is_named(
    berlin: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor, asha = await two_people(berlin)
    vera = await _admin(berlin)
    service = berlin.assembly.clinic.closures
    close = service.close

    async def late(*given: Any) -> int:
        monkeypatch.undo()
        await booked(berlin, asha, doctor, TUESDAY_TEN.replace(day=6))
        return await close(*given)

    await vera.talks([("/closures", QUESTION), ("«🎉 Public holidays»", "closed on 0")])
    monkeypatch.setattr(service, "close", late)
    # No act in the town's sense: during one, nobody hears of the booking.
    vera.phone.press("Close on all 12")
    assert "• Thu 6 May 2027, 10:00 AM · Asha" in await vera.hears("1 appointment is cancelled")


async def test_it_is_for_admins_alone(town: Town) -> None:
    doctor, asha = await two_people(town)
    for person in (doctor, asha):
        assert "/closures" not in await person.says("/help")
        await person.says("/closures 4 May")
    assert await _closures(town) == []
    assert "/closures – days on which the clinic is closed" in await (await _admin(town)).says("/help")
