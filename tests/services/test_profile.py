"""What people change about themselves."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.errors import (
    BadName,
    CodeExpired,
    EmailTaken,
    MailDown,
    NoSuchLanguage,
    NoSuchZone,
    SameEmail,
    WrongCode,
)
from services.models.appointments import AppointmentId
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import ChatId, Principal, Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from tests.services.conftest import PASSWORD, Bench

AUCKLAND = "Pacific/Auckland"


async def _again(bench: Bench, principal: Principal) -> Principal:
    assert principal.chat_id is not None
    return await bench.clinic.sessions.authenticate(principal.chat_id)


async def test_name_language_and_zone_are_stored_and_read_at_each_visit(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.profile.rename(asha, "  Asha   Rao ")
    await bench.clinic.profile.set_language(asha, "de")
    user = await bench.clinic.profile.set_zone(asha, "Asia/Kolkata")
    assert (user.name, user.language, user.zone) == ("Asha Rao", "de", "Asia/Kolkata")
    assert (await _again(bench, asha)).user == user
    assert (await bench.clinic.profile.set_zone(asha, None)).zone is None


async def test_a_doctor_is_renamed_without_the_title_and_a_patient_as_they_say(bench: Bench) -> None:
    meera = await bench.principal("rao@example.org", Role.DOCTOR)
    asha = await bench.principal("asha@example.org", chat=2)
    assert (await bench.clinic.profile.rename(meera, "Dr. Meera Rao")).wanted_name == "Meera Rao"
    assert (await bench.clinic.profile.rename(asha, "Dr. Asha Rao")).name == "Dr. Asha Rao"


async def test_what_there_is_not_is_not_stored(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    with pytest.raises(BadName):
        await bench.clinic.profile.rename(asha, "42")
    for code in ("", "deutsch", "DE", "d3", "<b>"):
        with pytest.raises(NoSuchLanguage):
            await bench.clinic.profile.set_language(asha, code)
    for key in ("", "Mars/Olympus", "../etc"):
        with pytest.raises(NoSuchZone):
            await bench.clinic.profile.set_zone(asha, key)
    assert (await _again(bench, asha)).user == asha.user


async def test_a_new_address_is_proved_with_a_code_and_the_old_one_hears_of_it(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.user("bela@example.org")
    profile = bench.clinic.profile
    for text, error in (("ASHA@example.org", SameEmail), ("Bela@example.org", EmailTaken)):
        with pytest.raises(error):
            await profile.check_new_email(asha, text)
    assert await profile.check_new_email(asha, " New@Example.org") == "new@example.org"
    await profile.send_code(asha, "new@example.org")
    (letter,) = bench.letters.sent
    assert letter.to == "new@example.org"
    with pytest.raises(WrongCode):  # it proves that address and no other
        await profile.set_email(asha, "other@example.org", letter.code)
    assert (await profile.set_email(asha, "new@example.org", letter.code)).email == "new@example.org"
    (event,) = await bench.storage.notifications.unspread(9)
    assert (event.kind, event.facts["to"]) == (EventKind.EMAIL_CHANGED, "asha@example.org")
    latest = await bench.storage.audit.latest(asha.id, frozenset({Action.EMAIL_CHANGED}))
    assert latest is not None


async def test_an_update_that_comes_twice_changes_the_address_once(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.profile.send_code(asha, "new@example.org")
    code = bench.letters.sent[0].code
    await bench.clinic.profile.set_email(asha, "new@example.org", code)
    after = await _again(bench, asha)
    assert (await bench.clinic.profile.set_email(after, "new@example.org", code)).email == "new@example.org"
    assert len(await bench.storage.notifications.unspread(9)) == 1


async def test_an_address_that_is_taken_meanwhile_is_refused_by_the_database(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.profile.send_code(asha, "new@example.org")
    await bench.user("new@example.org")
    with pytest.raises(EmailTaken):
        await bench.clinic.profile.set_email(asha, "new@example.org", bench.letters.sent[0].code)
    assert (await _again(bench, asha)).user.email == "asha@example.org"
    assert await bench.storage.notifications.unspread(9) == []


async def test_a_code_that_was_not_mailed_is_not_good(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    with pytest.raises(CodeExpired):
        await bench.clinic.profile.set_email(asha, "new@example.org", "123456")
    bench.letters.down = MailDown()
    with pytest.raises(MailDown):
        await bench.clinic.profile.send_code(asha, "new@example.org")


async def _night_doctor(bench: Bench) -> UserId:
    night = {day: (Hours(time(0), time(2)), Hours(time(22), time(23, 45))) for day in Weekday}
    rao = (await bench.user("rao@example.org", Role.DOCTOR)).id
    await bench.storage.schedules.put(rao, Schedule(weekly=night, horizon=timedelta(days=3)))
    return rao


@pytest.mark.parametrize("zone", ["Asia/Kolkata", AUCKLAND, "Pacific/Honolulu", "America/Nuuk", "UTC"])
async def test_the_days_of_whoever_looks_hold_all_that_can_be_booked(bench: Bench, zone: str) -> None:
    asha, rao = await bench.principal("asha@example.org"), await _night_doctor(bench)
    whole = await bench.clinic.schedules.availability(asha, rao)
    expected = [slot for day in sorted(whole.days(whole.first, whole.last)) for slot in whole.slots(day)]
    await bench.clinic.profile.set_zone(asha, zone)
    seen = await bench.clinic.schedules.availability(await _again(bench, asha), rao)
    days = sorted(seen.days(seen.first, seen.last))
    assert [slot for day in days for slot in seen.slots(day)] == expected
    assert seen.soonest() == expected[0]
    for day in days:
        assert {slot.start.astimezone(ZoneInfo(zone)).date() for slot in seen.slots(day)} == {day}
        one = await bench.clinic.schedules.availability(await _again(bench, asha), rao, day)
        assert one.slots(day) == seen.slots(day)


async def test_a_slot_over_somebodys_midnight_is_not_free_where_its_second_half_is_taken(
    bench: Bench,
) -> None:
    asha, rao = await bench.principal("asha@example.org"), await _night_doctor(bench)
    await bench.clinic.profile.set_zone(asha, "Asia/Kathmandu")
    asha, sen = await _again(bench, asha), (await bench.user("sen@example.org", Role.DOCTOR)).id
    # Kathmandu is 3:45 ahead of Berlin: one doctor's slot begins there at 23:45, the other's at midnight.
    early = {day: (Hours(time(20, 15), time(20, 45)),) for day in Weekday}
    late = {day: (Hours(time(20), time(20, 30)),) for day in Weekday}
    await bench.storage.schedules.put(sen, Schedule(weekly=early))
    await bench.storage.schedules.put(rao, Schedule(weekly=late))
    day = date(2027, 5, 4)
    before = await bench.clinic.schedules.availability(asha, rao, day)
    (slot,) = before.slots(day)
    assert f"{slot.start.astimezone(ZoneInfo('Asia/Kathmandu')):%d %H:%M}" == "04 23:45"
    theirs = datetime(2027, 5, 4, 20, 15, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(ZoneInfo("UTC"))
    await bench.clinic.booking.book(asha, sen, theirs, reason=None, request_id=AppointmentId("a" * 24))
    assert (await bench.clinic.schedules.availability(asha, rao, day)).slots(day) == []


async def test_today_is_that_of_whoever_looks(bench: Bench) -> None:
    bench.clock.turn_to(datetime(2027, 5, 3, 13, tzinfo=ZoneInfo("UTC")))
    assert bench.clinic.schedules.today() == date(2027, 5, 3)
    assert bench.clinic.schedules.today(ZoneInfo(AUCKLAND)) == date(2027, 5, 4)


async def test_the_day_of_a_clock_change_is_seen_whole_from_elsewhere(bench: Bench) -> None:
    """In Berlin the hours from two to three come twice that night."""
    asha, rao = (
        await bench.principal("asha@example.org"),
        (await bench.user("rao@example.org", Role.DOCTOR)).id,
    )
    night = {day: (Hours(time(1), time(4)),) for day in Weekday}
    await bench.storage.schedules.put(rao, Schedule(weekly=night))
    bench.clock.turn_to(datetime(2027, 10, 30, 12, tzinfo=ZoneInfo("UTC")))
    asha = await bench.clinic.sessions.sign_in(ChatId(1), "asha@example.org", PASSWORD)
    await bench.clinic.profile.set_zone(asha, "America/Los_Angeles")
    asha = await _again(bench, asha)
    day = date(2027, 10, 30)
    times = (await bench.clinic.schedules.availability(asha, rao, day)).slots(day)
    local = [f"{slot.start.astimezone(ZoneInfo('America/Los_Angeles')):%H:%M}" for slot in times]
    assert local == ["16:00", "16:30", "17:00", "17:30", "18:00", "18:30", "19:00", "19:30"]
