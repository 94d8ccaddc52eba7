"""/me: the card, and what is changed from it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.models.people import Role
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient who is signed in."""
    return await town.signed_in("Asha Patel", "asha@example.org")


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_card_shows_the_account_and_what_can_be_changed(asha: Person) -> None:
    answer = await asha.says("/me")
    for part in (
        "Asha Patel",
        "asha@example.org",
        "patient",
        "English",
        "UTC, the same as the clinic",
        "06:00 AM",
    ):
        assert part in answer
    assert [label.partition(" ")[2] for label in asha.buttons][:6] == [
        "Name",
        "Email",
        "Password",
        "Language",
        "Time zone",
        "Where I'm signed in",
    ]


async def test_the_name_is_changed_with_one_answer(asha: Person) -> None:
    await asha.talks([("/me", "Asha Patel"), ("«Name»", "What should it be?")])
    await asha.talks([("123", "A name needs letters"), ("  Asha   <Rao> ", "Your name is changed")])
    assert "Asha <Rao>" in asha.last
    assert len(asha.messages) == 1  # the one card
    assert "Asha <Rao>" in await asha.says("/start")


async def test_a_change_can_be_left_and_leads_back_to_the_card(asha: Person) -> None:
    for label, noun in (
        ("Name", "Name"),
        ("Email", "Email address"),
        ("Password", "Password"),
        ("Language", "Language"),
        ("Time zone", "Time zone"),
    ):
        await asha.says("/me")
        await asha.taps(label)
        assert f"{noun} change stopped" in await asha.taps("Leave")
        assert "You are signed in as" in await asha.taps("Back to /me")


async def test_a_change_that_was_forgotten_closes_and_leads_back_to_the_card(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.talks([("/me", "Asha"), ("«Name»", "What should it be?")])
    clock.turn(timedelta(minutes=15))
    await town.assembly.dialog_timeout.close_expired()
    await asha.hears("I closed this name change")
    assert "You are signed in as" in await asha.taps("Back to /me")


async def test_any_language_that_one_speaks_is_tapped_or_typed(town: Town, asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Language»", "I write in"), ("gibberish", "I don't know that")])
    assert list(asha.buttons)[:6] == ["English", "Español", "Русский", "हिन्दी", "العربية", "Deutsch"]
    await asha.talks(
        [("norw", "Several match: Norwegian"), ("french", "you speak French. I don't write in it")]
    )
    await asha.talks([("«Language»", "is French"), ("«Italiano»", "Italian"), ("«Language»", "is Italian")])
    await asha.talks([("xx", "like German"), ("TA", "you speak Tamil"), ("/start", "Good to see you")])
    found = await town.storage.users.credentials("asha@example.org")
    assert found is not None
    assert found.user.language == "ta"
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    assert "patient · female · speaks Tamil · active" in await nora.says("/users asha")


async def test_the_time_zone_is_tapped_or_typed_and_shown_everywhere(town: Town, asha: Person) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await asha.talks([("/me", "UTC, the same as the clinic"), ("«Time zone»", "Where are you?")])
    assert "Berlin, 08:00 AM" in asha.buttons
    await asha.talks([("Atlantis", "I don't know that time zone"), ("25:00", "like New York")])
    await asha.talks(
        [("IST", "Several match: Asia/Kolkata"), ("berlin", "I'll show you times in Berlin time")]
    )
    await asha.talks([("«Time zone»", "Berlin time"), ("«Kolkata, 11:30 AM»", "11:30 AM now")])
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "times (Kolkata time)")])
    await asha.talks([("«Soonest: Mon 3 May, 02:30 PM»", "02:30 PM (Kolkata time)"), ("«Skip»", "Kolkata")])
    assert "02:30 PM – 03:00 PM (Kolkata time)" in await asha.taps("Confirm")
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",))
    assert mail.subject == "Booked: Dr Meera Rao, Mon 3 May 2027, 02:30 PM (Kolkata time)"
    theirs = await town.mailbox.wait_for(lambda m: m.to == ("rao@example.org",))
    assert theirs.subject == "Booked: Asha Patel, Mon 3 May 2027, 09:00 AM"
    await asha.talks(
        [
            ("/appointments", "1 appointment (Kolkata time)\n\n• Mon 3 May 2027, 02:30 PM – 03:00 PM\n"),
            ("/help", "Kolkata time"),
        ]
    )
    await asha.talks(
        [("/me", "Kolkata"), ("«Time zone»", "Kolkata"), ("«Same as the clinic»", "the same as the clinic")]
    )
    assert "09:00 AM – 09:30 AM\n" in await asha.says("/appointments")


@pytest.mark.parametrize(("zone", "name"), [("", "UTC"), ("Kolkata", "Kolkata time")])
async def test_the_zone_is_said_once_a_card_and_in_the_clinics_zone_only_where_a_time_is_confirmed(
    town: Town, asha: Person, zone: str, name: str
) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    if zone:
        await asha.talks([("/me", "Asha"), ("«Time zone»", "Where"), (zone, "Kolkata time")])
    told = int(bool(zone))
    for act, count in (
        *(("/book", 0), ("Cardiology", told), ("Rao", told), ("tomorrow", told), ("2:30 pm", told)),
        *(("skip", 1), ("confirm", 1), ("/appointments", told), ("/doctors", 0), ("Rao", told)),
    ):
        said = await asha.says(act)
        assert said.count(name) == count, (act, said)
    for label, count in (("Move", told), ("5", told), ("02:30 PM", 1), ("Confirm", 1)):
        if label == "Move":
            await asha.says("/appointments")
            await asha.taps("4 May")
            assert asha.last.count(name) == 1
        said = await asha.taps(label)
        assert said.count(name) == count, (label, said)
    for kind in ("Appointment booked", "Appointment moved"):
        assert (await asha.hears(kind)).count(name) == 1
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Moved" in m.subject)
    assert mail.text.count(name) == 1
    await asha.says("/appointments")
    await asha.taps("5 May")
    for label, count in (("Cancel appointment", told), ("Yes, cancel it", 1)):
        said = await asha.taps(label)
        assert said.count(name) == count, (label, said)
    assert (await asha.hears("✖ Appointment cancelled")).count(name) == 1


async def test_an_error_names_times_in_the_persons_zone(town: Town, asha: Person) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await asha.talks([("/me", "Asha"), ("«Time zone»", "Where"), ("Kolkata", "Kolkata time")])
    await asha.talks(
        [("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day"), ("tomorrow", "Which")]
    )
    answer = await asha.says("9 am")
    assert "Tue 4 May 2027, 09:00 AM (Kolkata time) is not free" in answer
    assert answer.count("Kolkata time") == 1
    assert "reason" in await asha.says("2:30 pm")


async def test_who_is_across_the_date_line_books_by_their_own_days(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    clock.turn_to(datetime(2027, 5, 3, 13, tzinfo=ZoneInfo("UTC")))
    await asha.talks([("/me", "Asha"), ("«Time zone»", "Where"), ("Auckland", "01:00 AM now")])
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")])
    # It is Tuesday there; Monday's last slots begin in the small hours, as do those of Friday on Saturday.
    assert {"[4]", "8"} <= set(asha.buttons)
    assert not {"[3]", "3", "9"} & set(asha.buttons)
    await asha.talks([("today", "Which time? (Auckland time)")])
    assert list(asha.buttons)[:3] == ["01:30 AM", "02:00 AM", "02:30 AM"]
    await asha.talks(
        [("«Back»", "Which day"), ("2027-05-03", "Mon 3 May 2027 is over"), ("Saturday", "Which time")]
    )
    times = [label for label in asha.buttons if label.endswith("AM")]
    assert times[-1] == "04:30 AM"


async def test_the_mail_address_is_changed_with_a_code_that_was_mailed_there(
    town: Town, asha: Person
) -> None:
    await town.account("Bela", "bela@example.org")
    await asha.talks([("/me", "Asha"), ("«Email»", "What is the new one?"), ("nonsense", "one like asha@")])
    await asha.talks(
        [("ASHA@example.org", "already your email address"), ("bela@example.org", "belongs to another")]
    )
    await asha.talks([("new@Example.org", "I've emailed a code to new@example.org")])
    code = await town.code("new@example.org")
    await asha.talks([("soon", "A code has 6 digits"), (_wrong(code), "You have 4 attempts left")])
    await asha.talks([(f"{code[:3]} {code[3:]}", "Your email address is changed")])
    told = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "changed" in m.subject)
    assert "New address: new@example.org" in told.text
    assert not any(code in str(message.get("text")) for message in asha.phone.messages)
    other = town.person()
    assert "Wrong email or password" in await other.signs_in("asha@example.org")
    assert "Hello Asha" in await other.signs_in("new@example.org")


async def test_a_code_is_good_for_five_tries_and_another_is_sent(town: Town, asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    code = await town.code("new@example.org")
    for left in ("4 attempts", "3 attempts", "2 attempts", "1 attempt"):
        assert f"You have {left} left" in await asha.says(_wrong(code))
    assert "Too many attempts" in await asha.says(_wrong(code))
    assert "Too many attempts" in await asha.says(code)
    assert "a new code to" in await asha.taps("Send again")
    second = await town.code("new@example.org", 2)
    if second != code:
        assert "Wrong code" in await asha.says(code)
    assert "is changed" in await asha.says(second)


async def test_a_code_that_is_too_old_says_so(town: Town, asha: Person, clock: TurnableClock) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    code = await town.code("new@example.org")
    clock.turn(timedelta(minutes=14))
    await asha.says("what?")
    clock.turn(timedelta(minutes=1))
    await asha.talks([(code, "has expired"), ("«Send again»", "a new code")])
    assert "is changed" in await asha.says(await town.code("new@example.org", 2))


async def test_codes_are_not_mailed_without_end(asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    for _ in range(4):
        assert "a new code" in await asha.taps("Send again")
    assert "another after 07:00 AM" in await asha.taps("Send again")
    await asha.talks([("«Back»", "new one?"), ("other@example.org", "another after 07:00 AM")])
    assert "What is the new one?" in asha.last


async def test_an_address_that_is_taken_meanwhile_is_asked_for_again(town: Town, asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    await town.account("Bela", "new@example.org")
    assert "belongs to another account" in await asha.says(await town.code("new@example.org"))
    assert "What is the new one?" in asha.last


@pytest.mark.parametrize(("code", "expected"), [(451, "I can't send email"), (550, "doesn't accept email")])
async def test_a_mail_server_that_says_no_leads_back_to_the_question(
    town: Town, asha: Person, code: int, expected: str
) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?")])
    town.mailbox.refuse_with(code, "no")
    await asha.talks([("new@example.org", expected)])
    assert "What is the new one?" in asha.last
    await asha.talks([("new@example.org", "emailed a code")])
    town.mailbox.refuse_with(code, "no")
    await asha.talks([("«Send again»", expected), ("«Send again»", "a new code")])
    assert "is changed" in await asha.says(await town.code("new@example.org", 2))


async def test_a_mail_server_that_is_down_leads_back_to_the_question(town: Town, asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?")])
    await town.mailbox.stop()
    await asha.talks([("new@example.org", "I can't send email")])
    await town.mailbox.start()
    await asha.talks([("new@example.org", "emailed a code")])


async def test_a_code_typed_while_its_question_is_put_aside_is_deleted(town: Town, asha: Person) -> None:
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("new@example.org", "emailed a code")])
    code = await town.code("new@example.org")
    await asha.talks(
        [("/help", "what I can do for you at"), (code, "I deleted your message"), (code, "is changed")]
    )


async def test_the_password_is_changed_and_ends_all_other_sessions(town: Town, asha: Person) -> None:
    tablet = town.person()
    await tablet.signs_in("asha@example.org")
    await asha.talks([("/me", "Asha"), ("«Password»", "What is your current password?")])
    await asha.talks([("wrong password", "Wrong password"), (PASSWORD, "Choose a password")])
    await asha.talks([("short", "at least 8 characters"), ("a new secret", "Your password is changed")])
    assert not any(
        secret in str(message.get("text"))
        for message in asha.phone.messages
        for secret in ("wrong password", PASSWORD, "short", "a new secret")
    )
    await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "password" in m.subject)
    await asha.talks([("/appointments", "None at the moment")])
    assert "Please sign in" in await tablet.says("/appointments")
    assert "Wrong email or password" in await tablet.signs_in("asha@example.org")
    assert "None at the moment" in await tablet.signs_in("asha@example.org", "a new secret")


async def test_the_old_password_can_not_be_guessed_for_long(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.talks([("/me", "Asha"), ("«Password»", "current password?")])
    for _ in range(5):
        assert "Wrong password" in await asha.says("wrong password")
    assert "wait until 06:15 AM" in await asha.says(PASSWORD)
    assert "wait until 06:15 AM" in await town.person().signs_in("asha@example.org")
    clock.turn(timedelta(minutes=14, seconds=59))
    await asha.says(PASSWORD)
    clock.turn(timedelta(seconds=1))
    assert "Choose a password" in await asha.says(PASSWORD)


async def test_one_sees_where_one_is_signed_in_and_ends_it(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    clock.turn(timedelta(hours=1))
    tablet, thief = town.person("Tablet"), town.person("Thief")
    for person in (tablet, thief):
        await person.signs_in("asha@example.org")
    answer = await (await _opened(asha)).taps("Where I'm signed in")
    assert "(3)" in answer
    assert "• This chat, since Mon 3 May 2027, 06:00 AM" in answer
    assert "• Thief" in answer
    assert "since Mon 3 May 2027, 07:00 AM" in answer
    await thief.talks([("/book", "Book an appointment")])
    assert "signed out" in await asha.taps(asha.label("Thief"))
    assert "(2)" in asha.last
    assert "Please sign in" in await thief.says("cardiology")
    assert "None at the moment" in await tablet.says("/appointments")
    assert "Signed out in 1 other place." in await asha.taps("Sign out everywhere else")
    assert "Please sign in" in await tablet.says("/appointments")
    assert "You are signed in as" in await asha.taps("My account")


async def _opened(person: Person) -> Person:
    await person.says("/me")
    return person


async def test_a_forged_tap_ends_nobody_elses_session(town: Town, asha: Person) -> None:
    bela = await town.signed_in("Bela", "bela@example.org")
    await asha.says("/me")
    await asha.taps_raw(asha.last_id, f"end:{bela.phone.chat_id}")
    assert "None at the moment" in await bela.says("/appointments")


async def test_many_chats_are_paged(town: Town, asha: Person) -> None:
    for number in range(6):
        await town.person(f"Phone {number}").signs_in("asha@example.org")
    await asha.talks([("/me", "Asha"), ("«Where I'm signed in»", "(7)"), ("«›»", "(7)")])
    assert "2/2" in asha.buttons
    assert sum("✖ Sign out" in label for label in asha.buttons) == 3


async def test_two_phones_change_things_side_by_side(town: Town, asha: Person) -> None:
    tablet = town.person()
    await tablet.signs_in("asha@example.org")
    await asha.talks([("/me", "Asha"), ("«Email»", "new one?"), ("one@example.org", "emailed a code")])
    await tablet.talks([("/me", "Asha"), ("«Email»", "new one?"), ("two@example.org", "emailed a code")])
    first = await town.code("one@example.org")
    # The second phone's code has taken the place of the first's.
    assert "Wrong code" in await asha.says(first)
    assert "is changed" in await tablet.says(await town.code("two@example.org"))
    await asha.talks([("/me", "two@example.org")])
