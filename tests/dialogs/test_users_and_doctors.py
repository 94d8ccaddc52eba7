"""/users and /doctors."""

from services.models.people import AccountStatus, Role
from services.models.scheduling import Schedule
from tests.town import Town


async def test_an_admin_lists_pages_and_searches_accounts(town: Town) -> None:
    for number in range(7):
        await town.account(f"Patient {number}", f"p{number}@example.org")
    await town.account("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Cardiology")
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.talks([("/users", "9 accounts"), ("«›»", "Patient 4"), ("«‹»", "Cardiology")])
    assert "doctor · Cardiology · female · active" in admin.last
    await admin.talks([("/users clinic.example", "1 account"), ("/users patient", "7 accounts")])
    await admin.talks([("«›»", "Patient 6"), ("«Patient 6»", "p6@example.org")])
    await admin.talks([("/users nobody", "No account with “nobody”"), ("/users .*", "No account with “.*”")])


async def test_a_list_of_accounts_has_filters_that_stay_while_paging_and_with_a_search(town: Town) -> None:
    for number in range(8):
        await town.account(f"Patient {number}", f"p{number}@example.org")
    for name, email in (("Meera Rao", "rao@clinic.example"), ("Anil Rao", "anil@clinic.example")):
        await town.account(name, email, Role.DOCTOR, "Cardiology")
    waiting = town.person("Tomas")
    for act in ("/register", "Tomas Sen", "sen@clinic.example", "correct horse"):
        await waiting.says(act)
    for act in ("Doctor", "Neurology", "rather not say", "I don't have one", "Save"):
        await waiting.taps(act)
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    blocked = await town.account("Patient 8", "p8@example.org")
    await town.storage.users.decide(blocked.id, AccountStatus.ACTIVE, AccountStatus.BLOCKED)
    await admin.says("/users")
    labels = [label for label in admin.buttons if "·" in label]
    assert labels == ["▸ All · 13", "Patients · 9", "Doctors · 3", "Admins · 1", "Waiting · 1", "Blocked · 1"]
    await admin.talks(
        [
            ("«Patients · 9»", "9 accounts · Patients"),
            ("«›»", "9 accounts · Patients"),
            ("«Doctors · 3»", "Sen"),
        ]
    )
    assert "Nora" not in admin.last
    await admin.talks(
        [("/users rao", "2 accounts with “rao”"), ("«Doctors · 2»", "2 accounts with “rao” · Doctors")]
    )
    await admin.talks(
        [("«Blocked · 0»", "No account with “rao” · Blocked"), ("«All · 2»", "2 accounts with “rao”")]
    )
    # A card leads back to the list that it was opened from.
    await admin.talks([("/users waiting", "1 account · Waiting"), ("«Tomas Sen»", "waiting for approval")])
    await admin.talks([("«Approve»", "is approved"), ("«Users»", "No account · Waiting")])
    await admin.talks([("«Blocked · 1»", "Patient 8"), ("«Patient 8»", "blocked"), ("«Users»", "· Blocked")])
    # Nobody's name begins with what marks a filter in a button.
    await admin.talks([("/users #b", "with “b”")])


async def test_each_list_of_accounts_turns_its_own_pages(town: Town) -> None:
    for number in range(7):
        await town.account(f"Patient {number}", f"p{number}@example.org")
    await town.account("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Cardiology")
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.says("/users")
    everybody, turn = admin.last_id, admin.buttons["›"]
    await admin.talks(
        [("/users : <nobody>", "No account with “: <nobody>”"), ("/users patient", "7 accounts")]
    )
    await admin.taps_raw(everybody, turn)
    shown = next(m["text"] for m in admin.messages if m["message_id"] == everybody)
    assert "9 accounts" in shown
    assert "Patient 6" in shown
    await admin.talks([("«›»", "7 accounts with “patient”"), ("«Patient 6»", "p6@example.org")])
    assert "7 accounts with “patient”" in await admin.taps("Users")


async def test_a_long_search_is_cut_to_what_a_button_carries(town: Town) -> None:
    for number in range(7):
        await town.account("Александра Константинова", f"p{number}@example.org")
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.talks([("/users Александра Константинова", "7 accounts with “Александра Конс”")])
    await admin.talks([("«›»", "7 accounts with “Александра Конс”")])
    assert "2/2" in admin.buttons


async def test_a_card_shows_who_a_doctor_is_and_the_next_free_time(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    for number in range(7):
        await town.account(f"Anna {number}", f"a{number}@example.org", Role.DOCTOR, "Dermatology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks(
        [("/doctors", "2 specializations"), ("«Dermatology»", "7 doctors"), ("«›»", "7 doctors")]
    )
    await asha.talks(
        [("«Dr Anna 6»", "Female"), ("«Doctors»", "7 doctors"), ("«Specializations»", "Which one?")]
    )
    await asha.talks(
        [("«All doctors»", "8 doctors"), ("«›»", "8 doctors"), ("«Rao»", "Mon 3 May 2027, 09:00 AM")]
    )
    assert "Book" in " ".join(asha.buttons)


async def test_who_names_a_doctor_in_plain_words_sees_that_doctor(town: Town) -> None:
    for name, email in (("Meera Rao", "rao@example.org"), ("Tomás Sen", "sen@example.org")):
        await town.account(name, email, Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    for typed in ("Dr Rao", "rao", "Dr Roa"):
        assert "Dr Meera Rao" in await asha.says(typed)
    await asha.talks([("«📅 Book»", "Which day?"), ("/cancel", "stopped. Nothing")])
    for typed in ("ra", "tomorrow"):
        assert "What would you like to do?" in await asha.says(typed)
    await town.account("Anil <Rao>", "anil@example.org", Role.DOCTOR, "Dermatology")
    await asha.talks([("Dr Rao", "2 doctors have that name"), ("«Dr Meera Rao»", "Next free time")])
    for number in range(9):
        await town.account(f"Rao {number}", f"r{number}@example.org", Role.DOCTOR, "Dermatology")
    await asha.talks([("rao", "These are the first 8. Type more"), ("rao 7", "Dr Rao 7")])


async def test_plain_words_of_who_may_not_book_are_no_search(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    for person in (doctor, town.person()):
        assert "What would you like to do?" in await person.says("Dr Rao")
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.talks([("Dr Rao", "Next free time")])


async def test_only_patients_find_a_book_button(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await doctor.talks(
        [("/doctors", "1 specialization"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Next free")]
    )
    assert not any("Book" in label for label in doctor.buttons)


async def test_a_link_leads_to_a_doctors_card_also_after_signing_in(town: Town) -> None:
    doctor = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha", "asha@example.org")
    asha = town.person()
    await asha.settled(asha.phone.start(f"doctor_{doctor.id}"))
    assert "Please sign in first" in asha.last
    assert "Next free time" in await asha.signs_in("asha@example.org")
    await asha.settled(asha.phone.start("doctor_000000000000000000000000"))
    assert "can't be booked any more" in asha.last


async def test_a_link_that_makes_no_sense_is_a_plain_start(town: Town) -> None:
    asha = town.person()
    await asha.settled(asha.phone.start("x" * 64))
    assert "Book a doctor's appointment here" in asha.last
    await asha.settled(asha.phone.start("doctor_" + "x" * 57))
    assert "Book a doctor's appointment here" in asha.last


async def test_with_each_doctor_who_can_be_chosen_stands_the_next_free_time(town: Town) -> None:
    for name, email in (("Meera Rao", "rao@example.org"), ("Tomás Sen", "sen@example.org")):
        await town.account(name, email, Role.DOCTOR, "Cardiology")
    sen = await town.account("Vikram Rao", "vikram@example.org", Role.DOCTOR, "Cardiology")
    await town.storage.schedules.put(sen.id, Schedule(weekly={}))
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book", "What kind"), ("Cardiology", "🕑 Beside each name is the next free time.")])
    assert list(asha.buttons)[1:4] == [
        "Dr Meera Rao · Mon 3 May, 09:00 AM",
        "Dr Tomás Sen · Mon 3 May, 09:00 AM",
        "Dr Vikram Rao · no free time",
    ]
    await asha.talks([("«Dr Meera Rao»", "Which day?"), ("today 9:00", "reason"), ("skip", "Book this")])
    await asha.taps("Confirm")
    # Nobody can be in two places.
    await asha.talks([("/doctors", "Which one?"), ("«Cardiology»", "• Dr Tomás Sen: Mon 3 May, 09:30 AM")])
    await asha.talks([("rao", "• Dr Meera Rao: Mon 3 May, 09:30 AM\n• Dr Vikram Rao: none")])
    await asha.talks([("/me", "Time zone"), ("«Time zone»", "zone"), ("Asia/Kolkata", "Kolkata")])
    await asha.talks([("rao", "🕑 Next free times (Kolkata time)\n• Dr Meera Rao: Mon 3 May, 03:00 PM")])
