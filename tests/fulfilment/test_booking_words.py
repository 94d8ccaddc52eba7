"""Booking in one's own words: a sentence fills what it says, and what is missing is asked."""

import pytest

from services.models.people import Role
from tests.dialogs.test_holding import _held
from tests.town import PASSWORD, Person, Town


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with four doctors. It is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    await town.account("Ingrid Solberg", "solberg@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def test_a_kind_of_doctor_and_a_time_are_answered_with_three_proposals(asha: Person) -> None:
    shown = await asha.says("I need a skin doctor on friday afternoon")
    assert "Which one?" in shown
    assert all("Fri 7 May" in label for label in list(asha.buttons)[:3])
    assert all("PM" in label for label in list(asha.buttons)[:3])


async def test_a_whole_sentence_leads_to_the_summary(asha: Person) -> None:
    shown = await asha.says("book me with Dr Rao tomorrow at 10:30 because my heart races, please")
    assert "Book this appointment?" in shown
    assert "Tue 4 May 2027, 10:30 AM" in shown
    assert "my heart races\n" in shown
    assert "Appointment booked" in await asha.taps("Confirm")


async def test_an_earlier_answer_is_changed_at_the_summary(asha: Person) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of my heart")
    shown = await asha.says("no, Thursday")
    assert "Book this appointment?" in shown
    assert "Thu 6 May 2027, 09:30 AM" in shown
    shown = await asha.says("at 3 pm")
    assert "Book this appointment?" in shown
    assert "my heart" in shown
    assert "03:00 PM" in shown
    shown = await asha.says("rather with Dr Sen")
    assert "Dr Tomás Sen" in shown


async def test_the_time_held_before_is_given_back_when_another_is_said(asha: Person, town: Town) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of my heart")
    assert await _held(town) == 1
    assert "Thu 6 May 2027, 03:00 PM" in await asha.says("no, thursday at 3 pm")
    assert await _held(town) == 1
    tom = await town.signed_in("Tom Fox", "tom@example.org")
    await tom.says("book Dr Rao tuesday at 9:30 am because of a check")
    assert "Appointment booked" in await tom.taps("Confirm")


async def test_a_time_that_is_not_free_on_another_day_is_asked_for_again(asha: Person, town: Town) -> None:
    tom = await town.signed_in("Tom Fox", "tom@example.org")
    await tom.says("book Dr Rao thursday at 9:30 am because of a check")
    assert "Appointment booked" in await tom.taps("Confirm")
    await asha.says("book Dr Rao tuesday at 9:30 am because of my heart")
    shown = await asha.says("no, Thursday")
    assert "Which time?" in shown
    assert "Thu 6 May" in shown
    assert "my heart" in await asha.says("10 am")


async def test_what_is_missing_is_asked(asha: Person) -> None:
    assert "Which day?" in await asha.says("I'd like to see Dr Okafor because of a rash")
    assert "Which time?" in await asha.says("friday please")
    shown = await asha.says("10 am")
    assert "Book this appointment?" in shown
    assert "a rash" in shown


async def test_two_readings_are_asked(asha: Person) -> None:
    shown = await asha.says("book Dr Rao next friday")
    assert "Do you mean" in shown


async def test_what_was_not_understood_is_offered_with_three_ways_on(asha: Person) -> None:
    shown = await asha.says("the quick brown fox jumps")
    assert "not sure what you mean" in shown
    assert len(asha.buttons) == 3
    assert "What kind of doctor" in await asha.taps("Book an appointment")


async def test_a_guest_goes_on_with_the_sentence_after_signing_in(asha: Person) -> None:
    await asha.says("/logout")
    assert "sign in" in (await asha.says("I want to see Dr Rao tomorrow at 10:30 am")).lower()
    await asha.talks([("/login", "email"), ("asha@example.org", "password")])
    shown = await asha.says(PASSWORD)
    assert "reason for your visit" in shown
    assert "10:30 AM" in shown


async def test_a_way_that_the_doctor_does_not_offer_is_said_at_the_summary(asha: Person) -> None:
    shown = await asha.says("book a video visit with Dr Rao tomorrow at 10 am because of a check")
    assert "Book this appointment?" in shown
    assert "only sees patients in the clinic" in shown


async def test_words_that_were_not_understood_are_named_above_the_question(asha: Person) -> None:
    before = len(asha.messages)
    shown = await asha.says("I want to see Dr Rao xyzzy <b>frob</b> tomorrow at 10:30 am")
    assert "reason for your visit" in shown
    assert "I didn't understand “xyzzy" in asha.messages[before]["text"]
    assert len(asha.messages) == before + 2


async def test_words_that_were_not_understood_are_named_in_the_middle_of_a_booking_too(asha: Person) -> None:
    await asha.says("I'd like to see Dr Okafor because of a rash")
    shown = await asha.says("rather with Dr Rao blorptic friday")
    said = " ".join(message["text"] for message in asha.messages)
    assert "I didn't understand “blorptic”." in said
    assert "Fri 7 May" in shown
