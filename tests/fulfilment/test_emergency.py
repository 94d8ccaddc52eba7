"""Whoever sounds like an emergency gets the number first, in a dialog too; no log has the words."""

import logging

import pytest

from services.models.people import Role
from tests.town import Town


async def test_the_number_comes_first_and_the_words_are_the_answer_all_the_same(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.talks([("/book Rao tomorrow 10:30", "reason")])
    before = asha.last_id
    summary = await asha.says("ألم شديد في صدري")
    told = [each["text"] for each in asha.messages if "please call 112 now" in each.get("text", "")]
    assert len(told) == 1
    assert asha.last_id > before
    assert "ألم شديد في صدري" in summary
    assert "✅ Confirm" in asha.buttons
    assert "Appointment booked" in await asha.taps("✅ Confirm")


async def test_at_a_question_with_choices_nothing_stands_below_the_number(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.says("/book")
    question = await asha.taps("Cardiology")
    for answer in ("I have chest pain", "can't breathe", "Brustschmerzen"):
        shown = await asha.says(answer)
        assert "please call 112 now" in shown
        assert asha.messages[-1]["text"] == shown
        assert await asha.taps("Go on") == question


async def test_at_the_question_for_a_secret_and_to_the_clinics_own_people_nothing_is_said(town: Town) -> None:
    guest = town.person()
    await guest.talks([("/login", "email"), ("asha@example.org", "password"), ("heart attack", "")])
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.talks([("/announce", "")])
    await nora.says("In an emergency such as chest pain, don't write here.")
    for person in (guest, nora):
        assert not any("please call 112" in each.get("text", "") for each in person.messages)


async def test_no_line_of_the_log_has_the_words(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("bot", "services", "telegram"):
        caplog.set_level(logging.DEBUG, name)
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha, guest = await town.signed_in("Asha Patel", "asha@example.org"), town.person()
    assert "please call 112 now" in await guest.says("zzyzx my chest hurts")
    await asha.says("/book Rao tomorrow 10:30")
    await asha.says("zzyzx I can't breathe")
    ours = [each for each in caplog.records if each.name.partition(".")[0] in {"bot", "services", "telegram"}]
    assert ours
    assert not [each for each in ours if "zzyzx" in each.getMessage() or "breathe" in each.getMessage()]
