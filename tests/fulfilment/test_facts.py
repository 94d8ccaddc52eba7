"""Questions about the clinic, symptoms, small talk: answers that are no dialog."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Said
from bot.fulfilment.facts import FACTS
from bot.understanding.intents import INTENTS, Intent
from bot.understanding.meaning import Entities, Understood
from services.models.people import Role, UserId
from services.models.scheduling import Closure
from services.models.slots import Slot
from tests.catalogue import CHECK, FIRST_VISIT, HARBOUR, HOSPITAL, offers, works_at
from tests.town import Person, Town, founded
from tests.turning import MONDAY, TurnableClock

PHONE, STREET = "+44 117 496 0123", "12 Harbour Street, Bristol"


class Mind:
    """Understands what a test says a text means."""

    def __init__(self) -> None:
        self.understood = Understood(None)

    async def __call__(self, context: ClinicContext) -> Tap | None:
        assert isinstance(context.incoming, Said)
        assert self.understood.intent is not None
        return await FACTS[self.understood.intent](context, self.understood)

    async def asked(self, person: Person, intent: Intent, said: Entities | None = None) -> str:
        """Return what the person hears to a text with that meaning."""
        self.understood = Understood(intent, said or Entities())
        return await person.says("(a sentence)")


@pytest.fixture
def mind(monkeypatch: pytest.MonkeyPatch) -> Mind:
    mind = Mind()
    monkeypatch.setattr("bot.telegram.dispatcher.own_words", mind)
    return mind


@pytest.fixture
async def reached(database_url: str, clock: TurnableClock, tmp_path: Path, mind: Mind) -> AsyncIterator[Town]:
    """A town whose clinic has told where it is, and how to reach it."""
    del mind
    async with founded(
        *(database_url, clock, tmp_path), CLINIC_PHONE=PHONE, CLINIC_ADDRESS=STREET, EMERGENCY_NUMBER="999"
    ) as built:
        yield built


async def _doctor(town: Town) -> UserId:
    return (await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")).id


async def test_guests_hear_where_the_clinic_is_when_it_is_open_and_its_number(
    reached: Town, mind: Mind
) -> None:
    guest = reached.person()
    assert STREET in await mind.asked(guest, Intent.ADDRESS)
    assert guest.addresses["🧭 Open the map"].endswith("12+Harbour+Street%2C+Bristol")
    assert PHONE in await mind.asked(guest, Intent.PHONE)
    assert "No doctor works here yet" in await mind.asked(guest, Intent.OPENING_HOURS)
    await _doctor(reached)
    answer = await mind.asked(guest, Intent.OPENING_HOURS)
    assert answer == "🕑 Our doctors work Monday to Friday 09:00 AM – 05:00 PM."
    assert "📅 Book an appointment" in guest.buttons
    assert "call the clinic: +44" in await mind.asked(guest, Intent.PRICE)


async def test_without_any_setting_nothing_is_made_up(town: Town, mind: Mind) -> None:
    guest = town.person()
    assert "I don't know the clinic's address" in await mind.asked(guest, Intent.ADDRESS)
    assert "I don't know the clinic's telephone number" in await mind.asked(guest, Intent.PHONE)
    assert "I don't know what a visit costs" in await mind.asked(guest, Intent.PRICE)


async def test_places_closures_and_prices_are_told(reached: Town, mind: Mind) -> None:
    doctor, asha = await _doctor(reached), await reached.signed_in("Asha Patel", "asha@example.org")
    await offers(reached.storage, doctor, FIRST_VISIT, CHECK)
    await works_at(reached.storage, doctor, HARBOUR, HOSPITAL)
    address = await mind.asked(asha, Intent.ADDRESS)
    assert "🧭 Bus 12 to the harbour" in address
    assert "📍 St Mary's Hospital" in address
    closed = Closure("c" * 24, _day(MONDAY + timedelta(days=2)), "Staff <training>")
    far = Closure("d" * 24, _day(MONDAY + timedelta(days=20)), "Holidays")
    for each in (closed, far):
        await reached.storage.closures.add(each, UserId("nora"), MONDAY)
    hours = await mind.asked(asha, Intent.OPENING_HOURS)
    assert "🔒 Closed: Wed 5 May 2027 (Staff <training>)" in hours
    assert "Holidays" not in hours
    prices = await mind.asked(asha, Intent.PRICE)
    assert "• First visit: €90.00" in prices
    assert "• Check: €25.50" in prices
    await reached.account("Lars Holm", "holm@example.org", Role.DOCTOR, "Physiotherapy")
    of_holm = await mind.asked(asha, Intent.PRICE, Entities(kinds=("Physiotherapy",)))
    assert "I don't know what a visit costs" in of_holm
    assert "First visit" in await mind.asked(asha, Intent.PRICE, Entities(doctors=(doctor,)))


def _day(start: datetime) -> Slot:
    midnight = start.replace(hour=0, minute=0)
    return Slot(midnight, midnight + timedelta(days=1))


async def test_hours_that_the_clinic_has_set_are_told_as_they_are(
    database_url: str, clock: TurnableClock, tmp_path: Path, mind: Mind
) -> None:
    async with founded(database_url, clock, tmp_path, CLINIC_HOURS="Mon–Fri 8–18, Sat 9–12") as built:
        assert "🕑 Mon–Fri 8–18, Sat 9–12" in await mind.asked(built.person(), Intent.OPENING_HOURS)


async def test_a_symptom_leads_to_a_booking_with_the_doctors_people_usually_see(
    reached: Town, mind: Mind
) -> None:
    await _doctor(reached)
    asha = await reached.signed_in("Asha Patel", "asha@example.org")
    said = Entities(kinds=("Cardiology",), lacking=("Dentistry",))
    answer = await mind.asked(asha, Intent.SYMPTOM, said)
    assert "People usually see: Cardiology." in answer
    assert "This clinic doesn't have that: Dentistry." in answer
    assert "please call 999" in answer
    assert "Who would you like to see?" in await asha.taps("📅 Book: Cardiology")
    assert "What kind of doctor" in await asha.taps("« Back")
    guest = reached.person()
    await mind.asked(guest, Intent.SYMPTOM, said)
    assert "sign in" in await guest.taps("📅 Book: Cardiology")


async def test_each_kind_of_visitor_gets_an_answer_to_each_of_these_intents(
    reached: Town, mind: Mind
) -> None:
    await _doctor(reached)
    people: dict[Role | None, Person] = {None: reached.person()}
    for role in Role:
        kind = "Neurology" if role is Role.DOCTOR else None
        people[role] = await reached.signed_in(f"Some {role}", f"{role}@example.org", role, kind)
    last = {Intent.SIGN_OUT, Intent.DELETE_ACCOUNT}
    for whom, person in people.items():
        for intent in sorted(INTENTS[whom] & FACTS.keys() - last):
            before = person.last_id
            answer = await mind.asked(person, intent)
            assert person.last_id > before, (whom, intent)
            assert "Something went wrong" not in answer, (whom, intent)
            await person.says("/cancel")


async def test_a_language_that_is_named_is_spoken(reached: Town, mind: Mind) -> None:
    guest = reached.person()
    assert "Deutsch" in await mind.asked(guest, Intent.LANGUAGE, Entities(language="de"))
    assert "👋" in await mind.asked(guest, Intent.GREETING)
    assert "Was möchten Sie tun?" in guest.last
    assert "999" in await mind.asked(guest, Intent.EMERGENCY)
