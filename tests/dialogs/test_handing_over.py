"""Handing a patient over in the chat, to a father and to a grown-up child, and making one of two."""

import re

import pytest

from services.models.people import Role
from tests.faults.holding import all_told, logged
from tests.town import Person, Town

CODE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")
LINK = re.compile(r"https?://\S+\?start=(claim_\S+)")


@pytest.fixture
async def rita(town: Town) -> Person:
    """Return a receptionist of a clinic with a doctor, who has made a patient."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    rita = await town.signed_in("Rita Moss", "rita@example.org", Role.RECEPTIONIST)
    await adds(rita, "Mia Patel", "+44 20 7946 0018")
    return rita


async def adds(rita: Person, name: str, phone: str) -> None:
    """Make a patient at the desk; their card is shown."""
    await rita.talks(
        [("/patients", "Patients"), ("«New patient»", "full name?"), (name, "telephone number?")]
    )
    await rita.says(phone)
    if "Is " in rita.last:
        await rita.taps("None of these")


async def books(person: Person, *acts: str) -> None:
    """Book tomorrow at ten, once it is known for whom."""
    for act in (*(acts or ("Cardiology", "Rao")), "tomorrow", "10:00"):
        await person.says(act)
    await person.taps("Skip")
    await person.taps("Confirm")


async def code_of(person: Person, label: str = "Hand over") -> str:
    """Hand over whoever is on the card; return the code."""
    said = await person.taps(label)
    found = CODE.search(said)
    assert found, said
    link = LINK.search(said)
    assert link, said
    assert link[1] == f"claim_{found[0]}"
    assert person.copied == {"📋 Copy the code": found[0]}
    return found[0]


async def test_a_father_registers_after_the_link_and_looks_after_his_daughter(
    town: Town, rita: Person
) -> None:
    code = await code_of(rita)
    tom = town.person("Tom")
    said = await tom.says(f"/start claim_{code}")
    assert "Mia" not in said
    assert "sign in" in said
    await tom.registers("Tom Patel", "tom@example.org")
    await tom.taps("Go on")
    assert "You have been given a code for Mia Patel" in tom.last
    await tom.talks([("«I look after them»", "You look after Mia Patel now"), ("/family", "Mia Patel")])
    assert "looked after by Tom Patel" in await rita.taps("The patient")
    await tom.talks([(f"/claim {code}", "You look after Mia Patel already")])
    ben = await town.signed_in("Ben", "ben@example.org")
    await ben.talks([(f"/claim {code.lower()}", "was used already")])


async def test_the_mother_hands_over_and_hears_of_the_father(town: Town, rita: Person) -> None:
    asha, tom = (
        await town.signed_in("Asha Patel", "asha@example.org"),
        await town.signed_in("Tom", "tom@example.org"),
    )
    await asha.talks(
        [(f"/claim {await code_of(rita)}", "Mia Patel"), ("«I look after them»", "You look after")]
    )
    await asha.talks([("«Family»", "look after"), ("«Mia Patel»", "Mia Patel")])
    code = await code_of(asha)
    await tom.talks(
        [(code, "You have been given a code for Mia"), ("«I look after»", "You look after Mia Patel now")]
    )
    await asha.hears("Tom looks after Mia Patel now, too")
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Tom" in m.subject)
    assert mail.subject == "Tom looks after Mia Patel now, too"


async def test_a_grown_up_child_takes_their_own_patient_along(town: Town, rita: Person) -> None:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.talks([(f"/claim {await code_of(rita)}", "Mia Patel"), ("«I look after»", "You look after")])
    await asha.talks([("/book", "Who is it for?"), ("«Mia Patel»", "")])
    await books(asha)
    her = await town.signed_in("Mia Patel", "mia@example.org")
    await asha.talks([("/family", "Mia Patel"), ("«Mia Patel»", "Mia Patel")])
    code = await code_of(asha)
    await her.talks(
        [
            (f"/claim {code}", "Do you look after Mia Patel, or are you Mia Patel yourself?"),
            ("«That's me»", "1 appointment of Mia Patel will be in your own list"),
            ("«« No»", "Do you look after Mia Patel"),
            ("«That's me»", "Are you Mia Patel?"),
            ("«Yes, that's me»", "Done: you are Mia Patel here"),
            ("«My appointments»", "Tue 4 May"),
        ]
    )
    await asha.hears("Mia Patel has an account of their own now")
    assert "Mia" not in await asha.says("/family")
    assert "None at the moment" in await asha.says("/appointments")
    await all_told(town)


async def test_visits_at_one_time_are_shown_before_anything_is_joined(town: Town, rita: Person) -> None:
    await town.account("Kim Lee", "lee@example.org", Role.DOCTOR, "Skin")
    await rita.talks([("/patients mia", "Mia Patel"), ("«Book for them»", "")])
    await books(rita)
    her = await town.signed_in("Mia Patel", "mia@example.org")
    await books(her, "/book", "Skin", "Lee")
    await rita.talks([("/patients +442079460018", "Mia Patel")])
    code = await code_of(rita)
    await her.talks([(f"/claim {code}", "Mia Patel"), ("«That's me»", "These are at one time")])
    assert [label for label in her.buttons if "Lee" in label]
    assert not [label for label in her.buttons if "Rao" in label]
    card = her.last_id
    again = her.buttons["🔄 Try again"]
    await her.taps(her.label("Lee"))
    await her.talks([("«Cancel»", "Cancel"), ("«Yes»", "cancelled")])
    assert "Are you Mia Patel?" in await her.taps_raw(card, again)
    await her.talks([("«Yes, that's me»", "Done"), ("/appointments", "Rao")])


async def test_the_desk_makes_one_of_two_and_a_dialog_about_either_goes_on(town: Town, rita: Person) -> None:
    await adds(rita, "Mia Pattel", "+44 20 7946 0019")
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.talks([("/patients pattel", "Mia Pattel"), ("«Book for them»", "")])
    for act in ("Cardiology", "Rao", "tomorrow", "10:00"):
        await nora.says(act)
    await rita.talks(
        [
            ("/patients pattel", "Mia Pattel"),
            ("«Same person as…»", "Who is the same person as Mia Pattel?"),
            ("nobody at all", "couldn't find anybody else"),
            ("mia", "Who is the same person"),
            ("«Mia Patel ·»", "Are these two the same person?"),
            ("«Yes, make them one»", "They are one patient now: Mia Patel."),
            ("«The patient»", "Mia Patel"),
        ]
    )
    await nora.taps("Skip")
    await nora.taps("Confirm")
    assert "Mia Patel" in nora.last
    assert "Pattel" not in nora.last
    assert "Tue 4 May" in await rita.says("/patients mia")
    assert "made Mia Patel one with another patient" in await nora.says("/audit")


@pytest.mark.parametrize(
    "parameter",
    ["claim_", "claim_x", "claim_ABCD-EFGH", "claim_" + "f" * 58, "claim_💣", "claim_../..", "claim_%00"],
)
async def test_garbage_behind_the_link_is_told_in_one_sentence(town: Town, parameter: str) -> None:
    guest = town.person("Guest")
    with logged("incident") as incident:
        assert "That code isn't right" in await guest.says(f"/start {parameter}")
    assert incident.texts == []


async def test_who_guesses_has_to_wait(town: Town, rita: Person) -> None:
    guest = town.person("Guest")
    for letter in "ABCDE":
        await guest.talks([(f"/claim ABCD-EFG{letter}", "That code isn't right")])
    assert "Too many wrong codes from this chat" in await guest.says(f"/claim {await code_of(rita)}")


async def test_a_forged_tap_shows_nobody(town: Town, rita: Person) -> None:
    """The number of a code is good in the chat alone in which it was typed."""
    asha, tom = (
        await town.signed_in("Asha", "asha@example.org"),
        await town.signed_in("Tom", "tom@example.org"),
    )
    await asha.says(f"/claim {await code_of(rita)}")
    stolen = [data for data in asha.buttons.values() if data.startswith("claim")]
    assert len(stolen) == 2
    await tom.says("/start")
    for data in (*stolen, *(each.replace("?", "=") for each in stolen), stolen[0].replace("+", "")):
        said = await tom.taps_raw(tom.last_id, data)
        assert "That code isn't right" in said
        assert "Mia" not in said
    patient = next(data for data in rita.buttons.values() if data.startswith("hand-")).partition(":")[2]
    for data in (f"hand:{patient}", f"hand-:{patient}"):
        assert "none of the people you look after" in await tom.taps_raw(tom.last_id, data)


async def test_codes_that_were_stopped_are_worth_nothing(town: Town, rita: Person) -> None:
    code = await code_of(rita)
    tom = await town.signed_in("Tom", "tom@example.org")
    await tom.talks([(f"/claim {code}", "Mia Patel")])
    await rita.talks([("«Stop the codes»", "no longer work")])
    await tom.talks(
        [("«I look after them»", "That code isn't right"), (f"/claim {code}", "That code isn't right")]
    )
    await tom.talks([("/claim", "Type it behind the command")])
