"""Video visits: offered in /hours, chosen in /book, joined from the card, and hidden from admins."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.models.catalogue import KindId, Video
from services.models.people import ChatId, Principal, Role
from services.models.scheduling import Schedule
from tests.catalogue import CHECK, FIRST_VISIT, HARBOUR, HOSPITAL, offers, works_at
from tests.dialogs.test_invites import _invited, _mail
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

SERVER = "https://meet.example.org"
ROOM = re.compile(r"https://meet\.example\.org/mediconnect-[0-9a-f]{40}")
START = datetime(2027, 5, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def town(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with a video server."""
    async with founded(database_url, clock, tmp_path, VIDEO_URL=SERVER) as built:
        yield built


async def _clinic(town: Town, video: str) -> tuple[Person, Person]:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await _offers(doctor, video)
    return await town.signed_in("Asha Patel", "asha@example.org"), doctor


async def _offers(doctor: Person, video: str) -> None:
    """Let the doctor tap the switch until it says so, and save."""
    await doctor.says("/hours")
    while f"🎥 Video visits: {video}" not in doctor.buttons:
        await doctor.taps(doctor.label("🎥 Video visits"))
    await doctor.taps("Preview & save")
    await doctor.taps("Save")


async def _asked(person: Person) -> str:
    """Say when and why, and return what is asked next."""
    for act in ("/book", "Rao", "2027-05-04", "10:30"):
        await person.says(act)
    return await person.taps("Skip")


async def _confirms(person: Person) -> str:
    since = person.last_id
    await person.taps("Confirm")
    return await person.hears("Appointment booked", since=since - 1)


async def test_the_switch_in_the_hours_goes_round_and_is_saved_with_them(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await doctor.talks(
        [
            ("/hours", "Working hours"),
            ("«🎥 Video visits: off»", "come to the clinic or see you by video"),
            ("«🎥 Video visits: offered»", "see you by video only"),
            ("«🎥 Video visits: only»", "Not saved yet"),
            ("«🎥 Video visits: off»", "or see you by video"),
            ("«Preview & save»", "free"),
            ("«Save»", "saved"),
            ("/hours", "or see you by video"),
        ]
    )
    assert "🎥 Video visits: offered" in doctor.buttons


async def test_a_patient_chooses_and_both_join_from_the_card_while_the_room_is_open(
    town: Town, clock: TurnableClock
) -> None:
    asha, doctor = await _clinic(town, "offered")
    assert "In the clinic, or by video?" in await _asked(asha)
    assert "Please tap" in await asha.says("on the moon")
    assert "🎥 By video" in await asha.taps("🎥 By video")
    news = await _confirms(asha)
    assert "Where: By video" in news
    assert "tap Join on the appointment's card" in news
    assert "Where: By video" in await doctor.hears("Appointment booked")
    room = ""
    for after, is_open in ((-601, False), (-600, True), (1799, True), (1800, False)):
        clock.turn_to(START + timedelta(seconds=after))
        for person in (asha, doctor):
            await person.says("/appointments")
            if after >= 0:
                await person.taps("🕰 Past")
            assert "🎥 By video" in await person.taps(person.label("4 May"))
            assert (person.addresses.keys() == {"🎥 Join"}) is is_open
            if is_open:
                room = room or person.addresses["🎥 Join"]
                assert ROOM.fullmatch(person.addresses["🎥 Join"])
                assert person.addresses["🎥 Join"] == room
            assert person.copied == ({"📋 Copy the address": room} if is_open else {})
    for reader in ("asha@example.org", "rao@example.org"):
        mail = await _mail(town, reader, "Booked")
        _, event = _invited(mail)
        assert event["LOCATION"] == event["CONFERENCE"] == room
        assert room in event["DESCRIPTION"]
        assert room not in mail.text


async def test_where_there_is_one_way_only_nobody_is_asked(town: Town) -> None:
    asha, _ = await _clinic(town, "only")
    assert "🎥 By video\n\nBook this appointment?" in await _asked(asha)
    assert "Where: By video" in await _confirms(asha)
    bela = await town.signed_in("Bela Kim", "bela@example.org")
    await town.account("Tom Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    for act in ("/book", "Sen", "2027-05-04", "11:30"):
        await bela.says(act)
    asked = await bela.taps("Skip")
    assert "Book this appointment?" in asked
    assert "video" not in asked
    assert "Where" not in await _confirms(bela)


async def test_the_clinic_may_be_chosen_or_typed_and_back_asks_again(town: Town) -> None:
    asha, _ = await _clinic(town, "offered")
    await _asked(asha)
    assert "🏥 In the clinic" in await asha.says("clinic")
    assert "In the clinic, or by video?" in await asha.taps("Back")
    await asha.taps("🏥 In the clinic")
    assert "Where" not in await _confirms(asha)


async def test_what_the_doctor_offers_no_more_is_said_with_what_is_left(town: Town) -> None:
    asha, doctor = await _clinic(town, "offered")
    await _asked(asha)
    await asha.taps("🎥 By video")
    await _offers(doctor, "off")
    said = await asha.taps("Confirm")
    assert "only sees patients in the clinic at the moment" in said
    assert "🏥 In the clinic" in said
    assert "Where" not in await _confirms(asha)


async def test_a_move_keeps_the_room_and_admins_never_see_it(town: Town, clock: TurnableClock) -> None:
    asha, _ = await _clinic(town, "only")
    await _asked(asha)
    await _confirms(asha)
    _, before = _invited(await _mail(town, "asha@example.org", "Booked"))
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.says("/appointments 2027-05-04")
    assert "🎥 By video" in await nora.taps(nora.label("Asha"))
    await nora.taps(nora.label("Move"))
    await nora.says("2027-05-05")
    await nora.says("11:00")
    await nora.taps("Confirm")
    assert "Where: By video" in await asha.hears("Appointment moved")
    _, after = _invited(await _mail(town, "asha@example.org", "Moved"))
    assert before["LOCATION"] == after["LOCATION"]
    assert ROOM.fullmatch(str(after["LOCATION"]))
    clock.turn_to(datetime(2027, 5, 5, 10, 55, tzinfo=UTC))
    await nora.says("/appointments 2027-05-05")
    await nora.taps(nora.label("Asha"))
    assert not nora.addresses
    assert not any(SERVER in str(message) for message in nora.messages)


async def test_without_a_video_server_what_a_doctor_offered_once_is_in_the_clinic(
    database_url: str, clock: TurnableClock, tmp_path: Path
) -> None:
    async with founded(database_url, clock, tmp_path) as town:
        user = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        await town.storage.schedules.put(user.id, Schedule(video=Video.ONLY))
        doctor = town.person("Meera Rao")
        await doctor.signs_in("rao@example.org")
        await doctor.says("/hours")
        assert not any("Video" in label for label in doctor.buttons)
        assert "video" not in doctor.last
        asha = await town.signed_in("Asha Patel", "asha@example.org")
        assert "video" not in await _asked(asha)
        assert "Where" not in await _confirms(asha)


async def test_a_follow_up_of_a_video_visit_is_by_video_in_a_room_of_its_own(
    town: Town, clock: TurnableClock
) -> None:
    asha, doctor = await _clinic(town, "offered")
    await _asked(asha)
    await asha.taps("🎥 By video")
    await _confirms(asha)
    await doctor.hears("Appointment booked")  # else it may come in between, and have other buttons
    clock.turn_to(START)
    assert "booked, 🎥 by video" in await doctor.says("/schedule")
    await doctor.taps(doctor.label("Asha"))
    await doctor.taps(doctor.label("✅ Seen"))
    await doctor.taps(doctor.label("Propose a follow-up"))
    for label in ("In 2 weeks", "Skip", "Send"):
        await doctor.taps(label)
    await asha.hears("would like to see you again")
    since = asha.last_id
    await asha.taps(asha.label("18 May"))
    assert "Where: By video" in await asha.hears("Appointment booked", since=since - 1)
    await _mail(town, "asha@example.org", "Booked: Dr Meera Rao, Tue 18 May")
    mails = [mail for mail in town.mailbox.mails if mail.to == ("asha@example.org",)]
    rooms = {str(_invited(mail)[1]["LOCATION"]) for mail in mails if mail.subject.startswith("Booked")}
    assert len(rooms) == 2


async def test_a_reminder_has_the_room(town: Town, clock: TurnableClock) -> None:
    asha, _ = await _clinic(town, "only")
    await _asked(asha)
    await _confirms(asha)
    clock.turn_to(START - timedelta(hours=1))
    since = asha.last_id
    await town.assembly.clinic.periodic.run()
    said = await asha.hears("Video visit: ", since=since)
    room = ROOM.search(said)
    assert room is not None
    mail = await town.mailbox.wait_for(lambda mail: "Video visit: " in mail.text)
    method, event = _invited(mail)
    assert mail.to == ("asha@example.org",)
    assert (method, event["SEQUENCE"], event["LOCATION"]) == ("REQUEST", 0, room[0])
    assert f'<a href="{room[0]}"' in mail.html


async def test_the_kind_of_visit_decides_whether_it_is_by_video(town: Town) -> None:
    asha, _ = await _clinic(town, "offered")
    (doctor,) = await town.assembly.clinic.doctors.everybody(await _principal(town, asha))
    at_home = replace(CHECK, id=KindId("k-home"), name="At home", video=Video.ONLY)
    await offers(town.storage, doctor.id, replace(CHECK, video=Video.OFF), at_home, FIRST_VISIT)
    await works_at(town.storage, doctor.id, HARBOUR, HOSPITAL)
    hours = await town.storage.schedules.of_doctor(doctor.id)
    assert hours is not None
    await town.storage.schedules.put(doctor.id, replace(hours, video=Video.OFFERED))
    asked = await asha.says("/book Rao")
    places = "Harbour Street or St Mary's Hospital"
    for line in (
        f"Check: 15 minutes, €25.50, in the clinic, {places}",
        "At home: 15 minutes, €25.50, by video",
        f"First visit: 45 minutes, €90.00, in the clinic or by video, {places}",
    ):
        assert line in asked
    # What is by video only is at no place, and nobody is asked how they meet.
    assert "Which day?" in await asha.taps("At home · 15 min")
    await asha.says("2027-05-04")
    await asha.says("10:30")
    said = await asha.taps("Skip")
    assert "🎥 By video\n\nBook this appointment?" in said
    assert "📍" not in said
    booked = await _confirms(asha)
    assert "Where: By video" in booked
    assert "Harbour" not in booked


async def test_a_move_to_a_kind_that_is_in_the_clinic_only_gives_up_the_video_room(town: Town) -> None:
    asha, _ = await _clinic(town, "only")
    (doctor,) = await town.assembly.clinic.doctors.everybody(await _principal(town, asha))
    await offers(town.storage, doctor.id, FIRST_VISIT, replace(CHECK, video=Video.OFF))
    await asha.says("/book Rao first 2027-05-04 10:30")
    await asha.taps("Skip")
    assert "Where: By video" in await _confirms(asha)
    await asha.says("/appointments")
    await asha.taps(asha.label("4 May"))
    await asha.taps(asha.label("Move"))
    await asha.taps("🩺 Change the kind of visit")
    await asha.taps("Check · 15 min")
    await asha.says("2027-05-05")
    await asha.says("11:00")
    moved = await asha.taps("Confirm")
    assert "Visit: Check" in moved
    assert "video" not in moved
    await asha.says("/appointments")
    assert "video" not in await asha.taps(asha.label("5 May"))


async def test_a_move_to_a_kind_that_is_by_video_only_is_shown_at_no_place(town: Town) -> None:
    asha, _ = await _clinic(town, "offered")
    (doctor,) = await town.assembly.clinic.doctors.everybody(await _principal(town, asha))
    at_home = replace(FIRST_VISIT, id=KindId("k-home"), name="At home", video=Video.ONLY)
    await offers(town.storage, doctor.id, replace(CHECK, video=Video.OFF), at_home)
    await works_at(town.storage, doctor.id, HARBOUR)
    await asha.says("/book Rao check 2027-05-04 10:30")
    assert "📍 Harbour Street" in await asha.taps("Skip")
    await _confirms(asha)
    await asha.says("/appointments")
    await asha.taps(asha.label("4 May"))
    await asha.taps(asha.label("Move"))
    await asha.taps("🩺 Change the kind of visit")
    await asha.says("At home")
    await asha.says("2027-05-05")
    assert "📍" not in await asha.says("11:00")
    assert "Where: By video" in await asha.taps("Confirm")


async def _principal(town: Town, person: Person) -> Principal:
    return await town.assembly.clinic.sessions.authenticate(ChatId(person.phone.chat_id))
