"""/export: what arrives in the chat is what a spreadsheet opens right, and it is noted before it is sent."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.localization.languages import Language, speaks
from bot.localization.reader import speaking
from bot.texts.exports import headings
from services.administration.exports import Column
from services.models.appointments import AppointmentId
from services.models.audit import Action
from services.models.people import ChatId, Role, UserId
from tests.localization.pseudo import marked
from tests.town import PASSWORD, Person, Town
from tests.turning import MONDAY

# The clinic of the tests is in UTC, and it is Monday, 3 May 2027.
TUESDAY_TEN = MONDAY + timedelta(days=1, hours=4)


async def _booked(town: Town, name: str = "=cmd()", number: int = 1) -> Person:
    """Let somebody book ten o'clock on Tuesday; return an admin."""
    doctor = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    patient = await town.signed_in(name, "+asha@example.org")
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(patient.phone.chat_id))
    await town.assembly.clinic.booking.book(
        principal,
        UserId(doctor.id),
        TUESDAY_TEN,
        reason="a secret cough",
        request_id=AppointmentId(f"{number:024x}"),
    )
    return await town.signed_in("Nora", "nora@example.org", Role.ADMIN)


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def test_two_files_come_that_a_spreadsheet_opens_right(town: Town) -> None:
    admin = await _booked(town)
    await admin.talks([("/export", "Which appointments?"), ("«Next 30 days»", "3 accounts")])
    assert list(admin.files) == ["appointments_2027-05-03_2027-06-01.csv", "accounts_2027-05-03.csv"]
    for content in admin.files.values():
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")
        assert b"cough" not in content
        assert b"$2" not in content
        assert PASSWORD.encode() not in content
    header, row = _rows(admin.files["appointments_2027-05-03_2027-06-01.csv"])
    assert header[:5] == ["Date", "Start (UTC)", "End (UTC)", "Minutes", "Status"]
    assert row[:5] == ["2027-05-04", "10:00", "10:30", "30", "booked"]
    assert row[5:8] == ["Meera Rao", "rao@example.org", "Cardiology"]
    assert row[8:] == ["'=cmd()", "'+asha@example.org", "2027-05-03 06:00"]
    header, *rows = _rows(admin.files["accounts_2027-05-03.csv"])
    assert header[:2] == ["Name", "Mail"]
    assert ["'=cmd()", "'+asha@example.org"] in [row[:2] for row in rows]


async def test_each_period_has_its_button_and_says_what_is_in_it(town: Town) -> None:
    admin = await _booked(town)
    await admin.says("/export")
    periods = ["Last 30 days", "Last 90 days", "This year", "Next 30 days", "Everything"]
    assert list(admin.buttons) == periods
    for label in periods:
        before = len(admin.messages)
        await admin.taps(label)
        said = [message["caption"] for message in admin.messages[before:]]
        if label.startswith("Last"):
            assert len(said) == 1
            assert "There are no appointments in that period" in said[0]
        else:
            assert "1 appointment" in said[0]
            assert "Times are in UTC." in said[0]
        assert "3 accounts" in said[-1]
    assert "appointments_all.csv" in admin.files


async def test_a_period_can_be_typed(town: Town) -> None:
    admin = await _booked(town)
    await admin.says("/export 2027-05-04 2027-05-04")
    assert "appointments_2027-05-04_2027-05-04.csv" in admin.files
    await admin.says("/export 5 May 2027 to 6 May 2027")
    assert "There are no appointments in that period (Wed 5 May 2027 – Thu 6 May 2027)" in admin.last
    assert len(admin.files) == 2


async def test_what_is_no_period_gets_one_sentence_that_says_what_would_be_one(town: Town) -> None:
    admin = await _booked(town)
    for typed in ("2027-05-04", "soon", "2027-02-30 2027-03-01", "1 2 3", "0001-01-01 9999-12-31"):
        said = await admin.says(f"/export {typed}")
        assert "first day and the last one, like /export 2027-05-01 2027-05-03" in said
    said = await admin.says("/export 2027-05-06 2027-05-04")
    assert "Tue 4 May 2027 is before Thu 6 May 2027" in said
    assert "like /export 2027-05-04 2027-05-06" in said
    assert admin.files == {}


async def test_an_export_is_noted_before_it_is_sent(town: Town) -> None:
    admin = await _booked(town)
    town.telegram.faults.refuse("senddocument", error_code=403, description="bot was blocked by the user")
    await admin.says("/export 2027-05-01 2027-05-31")
    assert admin.files == {}
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(admin.phone.chat_id))
    noted = (await town.assembly.clinic.audit.page(principal, user_id=principal.id)).entries.items
    (entry,) = [entry for entry in noted if entry.action is Action.EXPORTED]
    assert dict(entry.facts) == {
        "first": "2027-05-01",
        "last": "2027-05-31",
        "appointments": 1,
        "accounts": 3,
    }


async def test_a_file_that_no_chat_carries_is_refused_with_the_way_on(town: Town) -> None:
    admin = await _booked(town)
    town.assembly.clinic.exports._max_bytes = 200
    await admin.says("/export")
    assert "Please choose a shorter period" in await admin.taps("Everything")
    assert admin.files == {}


async def test_the_files_may_be_kept(town: Town) -> None:
    """One that is protected can't be saved, and so not be opened by a spreadsheet."""
    admin = await _booked(town)
    await admin.says("/export today today")
    (sent,) = [call for call in town.telegram.calls if call.method == "senddocument"]
    assert sent.params.get("protect_content") != "true"


async def test_the_chat_shows_that_a_file_is_on_its_way(town: Town) -> None:
    admin = await _booked(town)
    town.telegram.faults.refuse("sendchataction", error_code=400, description="no")
    for _ in range(2):  # whether that can be shown or not
        await admin.says("/export today today")
    shown = [call.params["action"] for call in town.telegram.calls if call.method == "sendchataction"]
    assert shown == ["upload_document"] * 2
    assert len([message for message in admin.messages if "document" in message]) == 2


async def test_the_headings_are_in_the_language_of_whoever_asks(town: Town, all_pseudo: Language) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.says("/export 2027-05-03 2027-05-04")
    header, *rows = _rows(admin.files["accounts_2027-05-03.csv"])
    assert header[:2] == [marked("Name"), marked("Mail")]
    assert ["Nora", "nora@example.org"] in [row[:2] for row in rows]
    with speaking(all_pseudo):
        assert headings(ZoneInfo("Europe/Berlin"))[Column.START] == marked("Start ({zone})").format(
            zone="Europe/Berlin"
        )
    with speaking(speaks("ar")):
        # A cell has no signs in it that nobody sees.
        assert headings(ZoneInfo("UTC"))[Column.END].isprintable()
