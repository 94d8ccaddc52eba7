"""Whatever is sent, there is one kind sentence: never silence, never a stack trace."""

from datetime import timedelta

import pytest

from services.errors import StorageDown
from services.models.people import Role
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db4"
    "0000000049454e44ae426082"
)


async def _not_text(person: Person, kind: str) -> str:
    phone = person.phone
    sent = {
        "photo": lambda: phone.send_photo(PNG),
        "sticker": lambda: phone.send_sticker("🙂"),
        "voice": lambda: phone.send_voice(3),
        "document": lambda: phone.send_document("a.pdf", b"%PDF"),
        "contact": lambda: phone.send_contact("+491234", "Asha"),
        "location": lambda: phone.send_location(1.0, 2.0),
    }
    return await person.settled(sent[kind]())


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "document", "contact", "location"])
async def test_what_is_no_text_is_asked_for_again(town: Town, kind: str) -> None:
    asha = town.person()
    await asha.says("/register")
    answer = await _not_text(asha, kind)
    assert "I can only read text here" in answer
    assert "What is your full name?" in answer
    await asha.says("/cancel")
    assert "What would you like to do?" in await _not_text(asha, kind)


async def test_five_thousand_characters_are_answered_and_the_question_comes_again(town: Town) -> None:
    asha = town.person()
    await asha.says("/register")
    answer = await asha.says("a" * 5000)
    assert "at most 80 characters" in answer
    await asha.says("/cancel")
    assert await asha.says("a" * 5000)


async def test_plain_words_and_unknown_commands_get_help(town: Town) -> None:
    asha = town.person()
    assert "What would you like to do?" in await asha.says("the quick brown fox")
    # It is done as soon as she has signed in.
    assert "sign in first" in await asha.says("I want to see a doctor")
    assert "/help" in await asha.says("/frobnicate")
    assert "nothing to leave here" in await asha.says("/cancel")


async def test_help_names_what_this_person_can_do(town: Town) -> None:
    guest = town.person()
    text = await guest.says("/help")
    assert "/register" in text
    assert "“I need a skin doctor on Friday afternoon”" in text
    assert "/users" not in text
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    said = await admin.says("/help")
    assert "/users" in said
    assert "“Dr Rao is 20 minutes late”" in said
    asha = await town.signed_in("Asha", "asha@example.org")
    assert "“I can't come tomorrow”" in await asha.says("/help")
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    assert "“I need Friday off”" in await doctor.says("/help")


async def test_what_is_kept_and_who_sees_it_is_said_as_it_is(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    said = await asha.says("/privacy")
    assert "Nobody else sees a reason" in said
    assert "reception and admins see names, email addresses, telephone numbers, birth dates, roles" in said
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    assert "asha@example.org\npatient · female" in await admin.says("/users asha")


@pytest.mark.parametrize(
    "data", ["", "x", "day:99999999", "time:999999999999999999", "appt", "role:king", "do:"]
)
async def test_data_that_no_button_has_is_told_to_be_old(town: Town, data: str) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.taps_raw(asha.last_id, data or "☃")
    assert "old" in asha.last or "don't know that command" in asha.last


async def test_an_answer_to_a_question_that_was_left_by_editing_changes_nothing(town: Town) -> None:
    asha = town.person()
    await asha.says("/register")
    await asha.says("Asha")
    typed = next(m for m in asha.phone.messages if m.get("text") == "Asha")
    asha.phone.edit(typed["message_id"], "Bela")
    assert "Thank you, Asha" in asha.last


async def test_a_group_hears_one_line_and_nothing_about_anybody(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    group = town.telegram.group(-100123, "Family")
    await town.telegram.confirmed(group.send("/appointments", asha.phone))
    said = [m["text"] for m in group.messages if m["from"]["is_bot"]]
    assert len(said) == 1
    assert "private" in said[0]


async def test_who_blocked_the_bot_and_comes_back_goes_on(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    asha.phone.block()
    await asha.settled(asha.phone.start())
    assert "Good to see you, Asha" in asha.last


async def test_an_unforeseen_error_has_a_number_and_the_next_command_works(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")

    async def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a planted fault")

    with monkeypatch.context() as planted:
        planted.setattr(type(town.assembly.clinic.doctors), "specializations", broken)
        answer = await asha.says("/doctors")
    number = answer.rpartition(" ")[2]
    assert "give the clinic this number" in answer
    assert "planted" not in answer
    assert f"incident id={number}" in caplog.text
    assert "asha@example.org" not in caplog.text
    assert "No doctor can be booked yet" in await asha.says("/doctors")


async def test_when_the_records_are_out_of_reach_the_dialog_waits(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.says("/login")

    async def gone(*_args: object) -> None:
        raise StorageDown

    with monkeypatch.context() as planted:
        planted.setattr(type(town.storage.chat_lookup), "of_chat", gone)
        assert "can't reach the clinic's records" in await asha.says("asha@example.org")
    await asha.talks([("asha@example.org", "What is your password"), (PASSWORD, "you are signed in")])


async def test_a_password_that_comes_after_the_dialog_has_closed_is_deleted(
    town: Town, clock: TurnableClock
) -> None:
    asha = town.person()
    await asha.says("/login")
    await asha.says("asha@example.org")
    clock.turn(timedelta(minutes=20))
    await asha.says(PASSWORD)
    assert not any(message.get("text") == PASSWORD for message in asha.phone.messages)


async def test_a_quiet_dialog_closes_and_says_so(town: Town, clock: TurnableClock) -> None:
    asha = town.person()
    await asha.says("/register")
    await asha.says("Asha")
    clock.turn(timedelta(minutes=14))
    await town.assembly.dialog_timeout.close_expired()
    assert "email address" in asha.last
    clock.turn(timedelta(minutes=1))
    assert "What would you like to do?" in await asha.says("asha@example.org")
    assert any("15 quiet minutes" in message["text"] for message in asha.messages)


async def test_a_tap_on_a_dialog_that_has_just_gone_quiet_is_not_told_that_it_is_done(
    town: Town, clock: TurnableClock
) -> None:
    asha = town.person()
    await asha.talks([("/register", "full name"), ("Asha", "email address")])
    clock.turn(timedelta(minutes=16))
    assert "15 quiet minutes" in await asha.taps("Back")
    assert asha.phone.answers[-1]["text"] == "That took too long, so nothing was saved."


async def test_what_stands_under_a_picture_is_read(town: Town) -> None:
    asha = town.person()
    await asha.says("/register")
    assert "Thank you, Asha Rao" in await asha.settled(asha.phone.send_photo(PNG, "Asha Rao"))
    await asha.says("a@example.org")
    await asha.settled(asha.phone.send_photo(PNG, PASSWORD))
    assert not any(message.get("caption") == PASSWORD for message in asha.phone.messages)


NOTES = {
    "pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 5001, "type": "private"}},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
    "users_shared": {"request_id": 1, "users": [{"user_id": 5}]},
    "chat_shared": {"request_id": 1, "chat_id": -5},
    "new_chat_title": "Us",
    "delete_chat_photo": True,
    "video_chat_started": {},
    "video_chat_scheduled": {"start_date": 1800000000},
    "write_access_allowed": {"from_request": True},
    "web_app_data": {"data": "x", "button_text": "y"},
    "proximity_alert_triggered": {
        "traveler": {"id": 1, "is_bot": False, "first_name": "A"},
        "watcher": {"id": 2, "is_bot": False, "first_name": "B"},
        "distance": 3,
    },
    "something_that_is_new_next_year": {"of": "whatever"},
}


@pytest.mark.parametrize("note", NOTES)
async def test_what_telegram_itself_notes_in_the_chat_is_answered_with_silence(town: Town, note: str) -> None:
    asha = town.person()
    await asha.talks([("/login", "email address"), ("asha@example.org", "What is your password")])
    before = asha.messages
    update = asha.phone._say({note: NOTES[note]})
    await town.telegram.confirmed(update)
    assert asha.messages == before
    assert any(note in message for message in asha.phone.messages)  # nor is it deleted


async def test_an_edit_of_the_answer_is_told_what_to_do_instead(town: Town) -> None:
    asha = town.person()
    await asha.talks([("/register", "full name"), ("Asha", "email address")])
    typed = next(m for m in asha.phone.messages if m.get("text") == "Asha")
    answer = await asha.settled(asha.phone.edit(typed["message_id"], "Bela"))
    assert "I don't read edited messages" in answer
    assert "What is your email address" in answer
    await asha.says("/cancel")
    assert "send it again as a new one" in await asha.settled(asha.phone.edit(typed["message_id"], "Cleo"))


async def test_an_edit_of_an_old_message_disturbs_nobody(town: Town, clock: TurnableClock) -> None:
    asha = town.person()
    await asha.says("hello")
    typed = next(m for m in asha.phone.messages if m.get("text") == "hello")
    clock.turn(timedelta(hours=1))
    before = asha.messages
    await asha.settled(asha.phone.edit(typed["message_id"], "hello?"))
    assert asha.messages == before
