"""/mydata: everything that is stored about whoever asks, and nothing of anybody else."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.localization.languages import Language
from services.models.audit import Action
from services.models.notifications import ChannelName
from services.models.people import Role
from tests.localization.pseudo import marked
from tests.town import Person, Town

ROWS = (
    "account",
    "patients",
    "patient_codes",
    "sessions",
    "appointments",
    "schedule",
    "waitlist",
    "notices",
    "announcements",
    "audit",
    "conversations",
    "tries",
    "codes",
)


async def _file(person: Person) -> Any:
    assert "everything I keep about you" in await person.says("/mydata")
    name, content = next(reversed(person.files.items()))
    assert name == "my-data-2027-05-03.json"
    return json.loads(content.decode())


async def _booked(town: Town) -> tuple[Person, Person]:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Zöe 🙂", "asha@example.org")
    await asha.talks(
        [("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day"), ("tomorrow", "Which")]
    )
    await asha.talks([("10:30", "reason"), ("It flutters", "Book this")])
    await asha.taps("Confirm")
    await doctor.hears("Appointment booked")
    await asha.hears("Appointment booked")
    for email in ("asha@example.org", "rao@example.org"):
        await town.mailbox.wait_for(lambda mail, email=email: mail.to == (email,))  # type: ignore[misc]
    return doctor, asha


async def test_a_patient_gets_all_of_their_own(town: Town) -> None:
    _, asha = await _booked(town)
    await asha.signs_in(
        "asha@example.org", "x"
    )  # refused: one is signed in; what was begun is in the chat's state
    found = await _file(asha)
    assert set(found) == {"as_of", *ROWS}
    assert datetime.fromisoformat(found["as_of"]) == datetime(2027, 5, 3, 6, tzinfo=UTC)
    assert (found["account"]["name"], found["account"]["email"]) == ("Asha Zöe 🙂", "asha@example.org")
    assert "password_hash" not in found["account"]
    (appointment,) = found["appointments"]
    assert (appointment["doctor"], appointment["reason"]) == ("Meera Rao", "It flutters")
    assert appointment["start"] == "2027-05-04T10:30:00+00:00"
    assert [(change["by"], change["via"]) for change in appointment["history"]] == [("you", "chat")]
    (session,) = found["sessions"]
    assert (session["chat_id"], session["since"]) == (asha.phone.chat_id, "2027-05-03T06:00:00+00:00")
    assert "token" not in session
    assert {(notice["kind"], notice["channel"]) for notice in found["notices"]} == {
        ("booked", ChannelName.CHAT.value),
        ("booked", ChannelName.MAIL.value),
    }
    assert [entry["action"] for entry in found["audit"]] == [
        "registered",
        "signed_in",
        "booked",
        "data_sent",
    ]
    assert {notice["tries"] for notice in found["notices"]} == {1}
    assert found["conversations"][0]["chat_id"] == asha.phone.chat_id
    assert found["schedule"] is None


async def test_a_doctor_gets_no_patients_names_nor_reasons(town: Town) -> None:
    doctor, _ = await _booked(town)
    found = await _file(doctor)
    text = json.dumps(found, ensure_ascii=False)
    for secret in ("Asha", "It flutters", "asha@example.org", "password_hash", "token", "ticks", "unsent"):
        assert secret not in text
    (appointment,) = found["appointments"]
    assert (appointment["start"], appointment["doctor_id"]) == ("2027-05-04T10:30:00+00:00", "you")
    assert [change["by"] for change in appointment["history"]] == ["somebody else"]
    assert len(found["schedule"]["weekly"]) == 5


async def test_what_was_mailed_and_tried_is_there_without_the_code(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    code = await town.code("new@example.org")
    found = await _file(asha)
    (mailed,) = found["codes"]
    assert mailed["of"].startswith("email:")
    assert "seal" not in mailed
    assert code not in json.dumps(found)
    assert {row["of"].partition(":")[0] for row in found["tries"]} == {"code"}
    assert found["conversations"][0]["draft"]["email"] == "new@example.org"


async def test_what_was_announced_is_there_with_what_became_of_it(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    for act in ("/announce", "Patients", "We are closed on Friday"):
        await nora.says(act)
    await nora.taps("Confirm")
    await asha.hears("We are closed on Friday")
    await nora.hears("✅ Done")
    (delivery,) = (await _file(asha))["announcements"]
    assert (delivery["chat_id"], delivery["state"]) == (asha.phone.chat_id, "delivered")
    assert (await _file(nora))["announcements"] == []


async def test_where_somebody_waits_is_there(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "Our"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Next free")])
    await asha.talks(
        [
            ("«Tell me»", "Which days would suit you"),
            ("tomorrow", "Which part"),
            ("«Morning»", "You're on the waiting list"),
        ]
    )
    (place,) = (await _file(asha))["waitlist"]
    assert (place["part"], place["start"]) == ("morning", "2027-05-04T00:00:00+00:00")
    assert "patient_id" not in place


async def test_an_admin_has_data_too_and_the_audit_says_who_asked(town: Town) -> None:
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    found = await _file(nora)
    assert found["appointments"] == []
    page = await town.storage.audit.page(None, None, number=0, size=1)
    assert page.items[0].action is Action.DATA_SENT


async def test_words_that_are_no_facts_are_in_the_language_of_whoever_asks(
    town: Town, all_pseudo: Language
) -> None:
    del all_pseudo
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.says("/mydata")
    (content,) = asha.files.values()
    assert json.loads(content)["audit"][0]["actor"] == marked("you")
