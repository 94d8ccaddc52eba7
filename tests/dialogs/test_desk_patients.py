"""Mrs Jones is on the telephone: the desk makes her by name and number, and books for her."""

import pytest

from services.models.people import Role
from tests.faults.holding import all_told
from tests.town import Person, Town

NUMBER = "+44 20 7946 0018"


@pytest.fixture(params=[Role.RECEPTIONIST, Role.ADMIN])
async def rita(town: Town, request: pytest.FixtureRequest) -> Person:
    """Return somebody at the desk of a clinic with a doctor."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Rita Moss", "rita@example.org", request.param)


async def test_a_caller_is_made_in_two_messages_and_booked_for(town: Town, rita: Person) -> None:
    rao = town.person("Rao")
    await rao.signs_in("rao@example.org")
    await rita.talks(
        [
            ("/book", "Who is it for?"),
            ("«New patient»", "What is their full name?"),
            ("Mary <Jones>", "What is Mary <Jones>'s telephone number?"),
            ("12", "That doesn't look like a telephone number"),
            (NUMBER, "🙂 Mary <Jones>\n\nWhat kind of doctor do they need?"),
        ]
    )
    assert any("✅ Mary <Jones>, +44 20 7946 0018 is added." in each["text"] for each in rita.messages)
    await rita.talks(
        [("Cardiology", "Who should they see?"), ("rao", "Which day?"), ("tomorrow", "Which time?")]
    )
    await rita.talks(
        [("10:30", "reason"), ("«Skip»", "🙂 Mary <Jones>"), ("«Confirm»", "✅ Booked for Mary <Jones>")]
    )
    assert "Patient: Mary <Jones>" in await rao.hears("Appointment booked")
    await rita.talks(
        [("/patients 020 7946 0018", "couldn't find"), ("/patients +44 (0)20 7946-0018", "Mary <Jones>")]
    )
    assert (
        "☎️ +44 20 7946 0018\n📧 no email address\n🎂 birth date not known\n👪 nobody looks after" in rita.last
    )
    assert "Upcoming: 1 appointment\n• Tue 4 May 2027, 10:30 AM" in rita.last
    await rita.talks([("«10:30 AM»", "🙂 Mary <Jones>"), ("«« Mary <Jones>»", "Upcoming: 1 appointment")])


async def test_likely_duplicates_are_shown_before_a_second_one_is_made(rita: Person) -> None:
    for _ in range(2):
        for act in ("/patients", "New patient"):
            await (rita.taps(act) if act == "New patient" else rita.says(act))
        await rita.says("Mary Jones")
        said = await rita.says(NUMBER)
    assert "Is Mary Jones one of these?\n\n• Mary Jones, +44 20 7946 0018" in said
    await rita.talks([("«Mary Jones»", "🙂 Mary Jones, +44 20 7946 0018")])
    await rita.talks([("/patients", "Patients"), ("«New patient»", "full name"), ("mary jones", "telephone")])
    await rita.talks(
        [("«No telephone number»", "one of these"), ("«None of these»", "✅ mary jones is added.")]
    )
    await rita.talks([("/patients jones", "2 patients with “jones”")])


async def test_plain_words_at_the_desk_find_a_patient(rita: Person) -> None:
    await rita.talks([("/patients", "type a name"), ("mary jones", "I'm not sure what you mean")])
    await rita.talks([("/patients", "Patients"), ("«New patient»", "full name"), ("Mary Jones", "telephone")])
    await rita.talks([(NUMBER, "✅ Mary Jones"), ("jones", "🙂 Mary Jones\n☎️"), (NUMBER, "🙂 Mary Jones\n☎️")])
    await rita.talks([("thanks", "welcome")])


async def test_who_has_neither_chat_nor_email_is_to_be_called(rita: Person) -> None:
    await rita.talks([("/book", "Who"), ("«New patient»", "full name"), ("Mary Jones", "telephone")])
    await rita.talks([(NUMBER, "What kind"), ("Cardiology", "Who"), ("rao", "day?"), ("tomorrow", "time?")])
    await rita.talks([("10:30", "reason"), ("«Skip»", "🙂 Mary"), ("«Confirm»", "✅ Booked for Mary Jones")])
    await rita.talks([("«Open the appointment»", "🙂 Mary Jones")])
    said = await rita.taps("Message")
    assert said == f"Mary Jones has neither Telegram nor email. Please call {NUMBER}."


async def test_what_is_known_is_put_right_on_the_card(rita: Person) -> None:
    await rita.talks(
        [("/patients", "To find a patient"), ("«New patient»", "full name"), ("Mary Jons", "telephone")]
    )
    await rita.talks(
        [(NUMBER, "✅ Mary Jons"), ("«Name»", "Mary Jons, name: Mary Jons"), ("Mary Jones", "is changed")]
    )
    await rita.talks(
        [("«Birth date»", "birth date: not known"), ("14 March", "Please type it like 14 March 2019")]
    )
    await rita.talks(
        [("29 Feb 1951", "type"), ("yesterday", "like 14 March 2019"), ("14 March 1950", "🎂 14 March 1950")]
    )
    await rita.talks(
        [("«Email»", "not known"), ("nonsense", "doesn't look like an email"), ("m@example.org", "📧 m@")]
    )
    await rita.talks([("«Telephone»", NUMBER), ("«Not known»", "☎️ no telephone number")])
    await rita.talks([("«Birth date»", "14 March 1950"), ("1 January 1850", "A birth date is in the past")])
    assert "🙂 Mary Jones" in await rita.says("/patients m@example.org")


async def test_a_forged_tap_leads_nowhere(town: Town, rita: Person) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    nobody = "p-" + "0" * 22
    await rita.says("/help")
    for data in (f"pat=:{nobody}:phone", f"pers:{nobody}:upcoming:0"):
        assert "That patient is no longer here" in await rita.taps_raw(rita.last_id, data)
    await asha.says("/help")
    for data in (f"pat=:{nobody}:phone", "pat+:1", "pats:0:jones"):
        assert "Only admins and receptionists can do that" in await asha.taps_raw(asha.last_id, data)


async def test_a_patient_with_an_address_gets_the_emails_and_the_card_says_so(
    town: Town, rita: Person
) -> None:
    await rita.talks(
        [("/patients", "To find a patient"), ("«New patient»", "full name"), ("Mary Jones", "telephone")]
    )
    await rita.talks(
        [(NUMBER, "✅ Mary Jones"), ("«Email»", "not known"), ("mary@example.org", "📧 mary@example.org")]
    )
    await rita.talks(
        [("«Book for them»", "🙂 Mary Jones"), ("rao", "Which day?"), ("tomorrow", "Which time?")]
    )
    await rita.talks(
        [("10:30", "reason"), ("«Skip»", "Book this"), ("«Confirm»", "✅ Booked for Mary Jones")]
    )
    mail = await town.mailbox.wait_for(lambda m: m.to == ("mary@example.org",) and "Booked" in m.subject)
    assert "By: the clinic" in mail.text
    await all_told(town)
    await rita.talks(
        [("/patients mary", "Upcoming: 1 appointment"), ("«Delivery»", "Delivery to Mary Jones")]
    )
    assert "📧 email: delivered" in rita.last
    await rita.talks([("«« Mary Jones»", "Upcoming: 1 appointment")])
