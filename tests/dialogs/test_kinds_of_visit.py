"""Which kind of visit it is, and where: asked in /book and at a move, only where there are several."""

from dataclasses import replace
from datetime import UTC, datetime

from services.models.catalogue import KindId, VisitKind
from services.models.people import Role, User
from services.models.scheduling import Schedule
from tests.catalogue import CHECK, FIRST_VISIT, HARBOUR, HOSPITAL, offers, works_at
from tests.town import Person, Town

KINDS = (FIRST_VISIT, CHECK)


async def _clinic(town: Town, *kinds: VisitKind) -> tuple[Person, User]:
    doctor = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    if kinds:
        await offers(town.storage, doctor.id, *kinds)
    return await town.signed_in("Asha Patel", "asha@example.org"), doctor


async def _stored(town: Town) -> dict[str, object]:
    database = town.storage.users._users.database
    (found,) = await database["appointments"].find({"_id": {"$gt": ""}}, hint="_id_").to_list(None)
    return dict(found)


async def test_a_kind_is_chosen_with_its_length_and_price_and_stands_on_the_confirmation(town: Town) -> None:
    asha, _ = await _clinic(town, *KINDS)
    await asha.talks(
        [
            ("/book", "What kind of doctor"),
            ("Rao", "Which kind of visit?"),
        ]
    )
    assert "<b>" not in asha.last
    assert "First visit: 45 minutes, €90.00" in asha.last
    assert "Check: 15 minutes, €25.50" in asha.last
    await asha.talks(
        [
            ("«First visit · 45 min»", "🩺 First visit\n\nWhich day?"),
            ("2027-05-04", "Which time?"),
            ("10:30", "What is the reason"),
            ("«Skip»", "🩺 First visit\n🕑 Tue 4 May 2027, 10:30 AM (UTC)\n\nBook this appointment?"),
            ("«✅ Confirm»", "Visit: First visit"),
        ]
    )
    assert "10:30 AM – 11:15 AM" in asha.last
    found = await _stored(town)
    assert (found["kind_id"], found["buffer_minutes"]) == (FIRST_VISIT.id, 15)
    assert found["end"] == datetime(2027, 5, 4, 11, 15, tzinfo=UTC)


async def test_a_doctor_with_one_kind_and_one_place_is_booked_with_the_taps_of_ever(town: Town) -> None:
    asha, _ = await _clinic(town)
    for act, expected in (("/book", "What kind"), ("Rao", "Which day?"), ("2027-05-04", "Which time?")):
        assert expected in await asha.says(act)
    await asha.says("10:30")
    said = await asha.taps("Skip")
    assert "🩺" not in said
    assert "📍" not in said
    assert "Visit:" not in await asha.taps("Confirm")
    found = await _stored(town)
    assert not {"kind_id", "place_id", "room_id", "buffer_minutes", "answers"} & found.keys()


async def test_one_named_kind_is_not_asked_for_and_is_booked(town: Town) -> None:
    asha, _ = await _clinic(town, CHECK)
    await asha.says("/book Rao 2027-05-04 10:30")
    assert "🩺 Check" in await asha.taps("Skip")
    assert "Visit: Check" in await asha.taps("Confirm")
    assert (await _stored(town))["kind_id"] == CHECK.id


async def test_kinds_are_typed_as_doctors_are_and_back_leads_over_them(town: Town) -> None:
    asha, _ = await _clinic(town, *KINDS)
    await asha.talks(
        [
            ("/book", "What kind of doctor"),
            ("Rao", "Which kind of visit?"),
            ("chek", "Did you mean Check?"),
            ("second opinion", "I couldn't find that"),
            ("first", "🩺 First visit\n\nWhich day?"),
            ("«« Back»", "Which kind of visit?"),
            ("«« Back»", "What kind of doctor"),
            ("Rao", "Which kind of visit?"),
            ("check", "🩺 Check\n\nWhich day?"),
        ]
    )


async def test_words_behind_the_command_name_the_kind_or_wait_for_it(town: Town) -> None:
    asha, _ = await _clinic(town, *KINDS)
    assert "🩺 Check\n🕑 Tue 4 May 2027, 10:30 AM" in await asha.says("/book rao check 2027-05-04 10:30")
    asked = await asha.says("/book rao 2027-05-04 10:30")
    assert "Which kind of visit?" in asked
    assert "couldn't find" not in asked
    assert "🩺 First visit\n🕑 Tue 4 May 2027, 10:30 AM" in await asha.taps("First visit · 45 min")


async def test_the_desk_books_what_patients_can_not(town: Town) -> None:
    for_desk = replace(FIRST_VISIT, desk_only=True)
    asha, doctor = await _clinic(town, for_desk, CHECK)
    await asha.says("/book")
    assert "🩺 Check\n\nWhich day?" in await asha.says("Rao")
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.RECEPTIONIST)
    await nora.says("/book Asha")
    assert "Which kind of visit?" in await nora.says("Rao")
    for act in ("First visit", "2027-05-04", "10:30"):
        await nora.says(act)
    await nora.taps("Skip")
    assert "Booked for Asha Patel" in await nora.taps("Confirm")
    await offers(town.storage, doctor.id, for_desk)
    await asha.says("/book")
    refused = await asha.says("Rao")
    assert "has no visits that can be booked here" in refused
    assert "Who would you like to see?" in refused


async def test_without_the_only_kind_nobody_is_asked_for_one_without_a_name(town: Town) -> None:
    asha, _ = await _clinic(town, CHECK)
    await asha.says("/book Rao 2027-05-04 10:30")
    await asha.taps("Skip")
    await town.storage.catalogue.put(replace(CHECK, is_retired=True))
    said = await asha.taps("Confirm")
    assert "can't be booked" in said
    assert "Which kind" not in said
    await asha.talks([("2027-05-04", "Which time?"), ("10:30", "reason"), ("«Skip»", "Book this")])
    assert "Appointment booked" in await asha.taps("Confirm")


async def test_where_is_asked_only_where_there_are_free_times_at_several_places(town: Town) -> None:
    asha, doctor = await _clinic(town, CHECK)
    await works_at(town.storage, doctor.id, HARBOUR, HOSPITAL)
    await asha.talks(
        [
            ("/book", "What kind of doctor"),
            ("Rao", "Where?\n• Harbour Street, Harbour Street 5, Berlin\n• St Mary's Hospital"),
            ("the moon", "I couldn't find that"),
            ("hospital", "📍 St Mary's Hospital\n\nWhich day?"),
            ("2027-05-04", "Which time?"),
        ]
    )
    assert "10:30 AM" not in asha.buttons
    await asha.says("13:30")
    await asha.taps("Skip")
    assert "Where: St Mary's Hospital, Park Road 1, Berlin" in await asha.taps("Confirm")
    found = await _stored(town)
    assert found["place_id"] == HOSPITAL.id
    await asha.says("/book")
    await asha.says("Rao")
    await asha.taps("Any place")
    times = await asha.says("2027-05-05")
    assert "📍 Harbour Street: 09:00 AM – 11:45 AM\n📍 St Mary's Hospital: 01:00 PM – 04:45 PM" in times
    await asha.says("10:30")
    assert "📍 Harbour Street\n" in await asha.taps("Skip")


async def test_the_desk_reads_where_a_visit_is_beyond_a_limit_too(town: Town) -> None:
    asha, doctor = await _clinic(town, CHECK)
    await works_at(town.storage, doctor.id, HARBOUR, HOSPITAL)
    vera = await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)
    await vera.says("/limits day 1")
    await asha.talks([("/book Rao 2027-05-04 10:30", "Where?"), ("«Any place»", "reason")])
    await asha.taps("Skip")
    await asha.taps("Confirm")
    await vera.talks([("/book Asha", "kind of doctor"), ("Rao", "Where?"), ("«Any place»", "Which day?")])
    await vera.talks([("2027-05-04", "Which time?"), ("13:30", "reason")])
    said = await vera.taps("Skip")
    assert "which is the limit" in said
    assert "📍 St Mary's Hospital" in said


async def test_one_place_alone_is_named_and_not_asked_for(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await works_at(town.storage, doctor.id, HARBOUR)
    await asha.says("/book Rao 2027-05-04 10:30")
    assert "📍 Harbour Street\n" in await asha.taps("Skip")
    said = await asha.taps("Confirm")
    assert "Where: Harbour Street, Harbour Street 5, Berlin" in said
    assert "How to get there: Bus 12 to the harbour, second floor." in said
    assert "Telephone: +49 30 5550100" in said


async def test_times_that_leave_a_gap_of_no_use_come_behind_a_button_and_can_be_typed(town: Town) -> None:
    half = replace(CHECK, minutes=30)
    asha, _ = await _clinic(town, half)
    await asha.says("/book Rao 2027-05-04")
    assert "09:30 AM" in asha.buttons
    assert "09:15 AM" not in asha.buttons
    await asha.taps("🕑 More times")
    assert "09:15 AM" in asha.buttons
    assert not any("More times" in label for label in asha.buttons)
    await asha.taps("Back")
    await asha.says("2027-05-05")
    assert "09:15 AM" not in asha.buttons
    assert "What is the reason" in await asha.says("9:15")


async def test_a_kind_that_is_taken_away_in_the_middle_leads_back_to_the_kinds(town: Town) -> None:
    asha, doctor = await _clinic(town, *KINDS)
    await asha.says("/book Rao first 2027-05-04 10:30")
    await asha.says("a cough")
    await town.storage.catalogue.put(replace(FIRST_VISIT, is_retired=True))
    said = await asha.taps("Confirm")
    assert "This kind of visit can't be booked with this doctor at the moment." in said
    assert "Which kind of visit?" in said
    assert not any("First visit" in label for label in asha.buttons)
    await asha.taps("Check · 15 min")
    await asha.says("2027-05-04")
    await asha.says("10:30")
    assert "💬 Now: a cough" in asha.last
    await asha.taps("💬 Keep this reason")
    assert "Reason: a cough" in await asha.taps("Confirm")
    assert (await _stored(town))["kind_id"] == CHECK.id
    # The same at the question for the day, whatever is tapped or typed there.
    await town.storage.catalogue.put(FIRST_VISIT)
    await asha.says("/book Rao first")
    await offers(town.storage, doctor.id, CHECK)
    said = await asha.says("2027-05-06")
    assert "can't be booked" in said
    assert "Which kind of visit?" in said


async def test_a_kind_that_is_taken_away_at_the_summary_leads_back_to_the_kinds_whatever_is_done(
    town: Town,
) -> None:
    series = replace(FIRST_VISIT, in_series=6)
    asha, _ = await _clinic(town, series, CHECK)
    every_week = ("Make it a series", "Every week")
    for ways in ((), every_week[:1], every_week, (*every_week, "2")):
        await town.storage.catalogue.put(series)
        await asha.says("/book Rao first 2027-05-04 10:30")
        await asha.says("a cough")
        for label in ways:
            await asha.taps(label)
        await town.storage.catalogue.put(replace(series, is_retired=True))
        said = await (asha.taps("Confirm") if "2" in ways else asha.says("6"))
        assert "This kind of visit can't be booked with this doctor at the moment." in said, ways
        assert "Which kind of visit?" in said, ways


async def test_who_waits_for_a_kind_that_is_taken_away_in_the_middle_chooses_another(town: Town) -> None:
    asha, doctor = await _clinic(town, *KINDS)
    scan = replace(CHECK, id=KindId("k-scan"), name="Scan")
    for left, asked in (((CHECK,), "🩺 Check"), ((CHECK, scan), "Which kind of visit?")):
        await offers(town.storage, doctor.id, *KINDS)
        await asha.says("/book Rao first")
        await asha.taps("Tell me when a time opens up")
        assert "🩺 First visit" in asha.last
        await offers(town.storage, doctor.id, *left)
        said = await asha.says("2027-05-06")
        assert "This kind of visit can't be booked with this doctor at the moment." in said
        assert asked in said


async def test_a_place_that_is_taken_away_in_the_middle_leads_back_to_the_places(town: Town) -> None:
    asha, doctor = await _clinic(town, *KINDS)
    await works_at(town.storage, doctor.id, HARBOUR, HOSPITAL)
    await asha.says("/book Rao first hospital")
    assert "📍 St Mary's Hospital" in asha.last
    await town.storage.catalogue.put(replace(HOSPITAL, is_retired=True))
    said = await asha.says("2027-05-04")
    assert "doesn't work at that place any more" in said
    assert "🩺 First visit" in said
    assert "Which day?" in await asha.taps("Any place")


async def test_a_move_keeps_the_kind_and_can_change_it(town: Town) -> None:
    asha, _ = await _clinic(town, *KINDS)
    await asha.says("/book Rao check 2027-05-04 10:30")
    await asha.taps("Skip")
    await asha.taps("Confirm")
    await asha.says("/appointments")
    await asha.taps(asha.label("4 May"))
    assert "🩺 Check" in await asha.taps(asha.label("Move"))
    await asha.says("2027-05-05")
    await asha.says("11:00")
    assert "Visit: Check" in await asha.taps("Confirm")
    await asha.says("/appointments")
    await asha.taps(asha.label("5 May"))
    await asha.taps(asha.label("Move"))
    assert "Which kind of visit?" in await asha.taps("🩺 Change the kind of visit")
    assert "Which day?" in await asha.taps("Back")
    await asha.taps("🩺 Change the kind of visit")
    assert "🩺 First visit" in await asha.taps("First visit · 45 min")
    await asha.says("2027-05-06")
    await asha.says("12:00")
    assert "Visit: First visit" in await asha.taps("Confirm")
    found = await _stored(town)
    assert (found["kind_id"], found["buffer_minutes"]) == (FIRST_VISIT.id, 15)
    assert found["end"] == datetime(2027, 5, 6, 12, 45, tzinfo=UTC)


async def test_what_is_booked_of_a_kind_that_is_gone_is_moved_as_it_is(town: Town) -> None:
    asha, doctor = await _clinic(town, *KINDS)
    await asha.says("/book Rao check 2027-05-04 10:30")
    await asha.taps("Skip")
    await asha.taps("Confirm")
    await town.storage.catalogue.put(replace(CHECK, is_retired=True))
    await offers(town.storage, doctor.id, FIRST_VISIT)
    await asha.says("/appointments")
    await asha.taps(asha.label("4 May"))
    await asha.taps(asha.label("Move"))
    await asha.says("2027-05-05")
    await asha.says("11:00")
    assert "Visit: Check" in await asha.taps("Confirm")
    assert (await _stored(town))["kind_id"] == CHECK.id


async def test_the_next_free_time_of_a_known_doctor_asks_for_the_kind_first(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await asha.says("/book Rao 2027-05-04 10:30")
    await asha.taps("Skip")
    await asha.taps("Confirm")
    await town.storage.schedules.put(doctor.id, Schedule())
    await offers(town.storage, doctor.id, *KINDS)
    await asha.says("/book")
    assert "Which kind of visit?" in await asha.taps(asha.label("next free time"))
    assert "What is the reason" in await asha.taps("Check · 15 min")
    assert "🩺 Check\n🕑 " in asha.last
