"""Calendar feeds: who gets an address, what ends it, and what stands in the feed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.notifications.calendar_files import feed_of
from services.accounts.tokens import Tokens
from services.calendar_feeds.addresses import FeedAddresses
from services.calendar_feeds.initials import initials
from services.clinic_rules import ClinicRules
from services.errors import CalendarFeedUnknown, RoleRequired, SessionEnded
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.calendar_feeds import CalendarFeed, FeedAddress, FeedEntry
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.models.slots import Slot
from services.storage.mongo.driver import connect
from tests.catalogue import HARBOUR, ULTRASOUND
from tests.localization.made_catalogues import say_instead
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.turning import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
RULES = ClinicRules("Clinic, the First", BERLIN, None, email="clinic@example.org", address="1 Quay")
LINK = "https://t.me/clinic_bot"
TUESDAY_TEN = datetime(2027, 5, 4, 8, tzinfo=UTC)  # in Berlin
HALF_AN_HOUR = timedelta(minutes=30)
READER = User(UserId("a" * 24), "Asha", "asha@example.org", Role.PATIENT, AccountStatus.ACTIVE)


async def _two(bench: Bench) -> tuple[Principal, Principal]:
    return await bench.principal("asha@example.org"), await bench.principal(
        "rao@example.org", Role.DOCTOR, chat=2
    )


async def _store(bench: Bench, asha: Principal, rao: Principal, *starts: datetime, **fields: Any) -> None:
    """Store appointments of the two, as they are a day after they were booked."""
    rows = [
        Appointment(
            AppointmentId(f"{int(start.timestamp()):024x}"),
            rao.id,
            asha.id,
            Slot(start, start + HALF_AN_HOUR),
            fields.get("status", AppointmentStatus.BOOKED),
            reason="a secret cough",
            room=fields.get("room"),
            kind_id=fields.get("kind_id"),
            place_id=fields.get("place_id"),
        )
        for start in starts
    ]
    await bench.storage.appointments.add_silently([(row, MONDAY - timedelta(days=1)) for row in rows])


def _addresses(bench: Bench) -> FeedAddresses:
    return bench.clinic.calendar_feeds.addresses


async def _secret(bench: Bench, principal: Principal) -> str:
    return (await _addresses(bench).give(principal)).secret


async def _written(bench: Bench, secret: str) -> bytes:
    return feed_of(await bench.clinic.calendar_feeds.read(secret), RULES, LINK)


def _events(content: bytes) -> list[Any]:
    calendar: Any = Calendar.from_ical(content)
    assert all(not event.errors for event in calendar.events)
    return list(calendar.events)


async def _is_gone(bench: Bench, secret: str) -> bool:
    try:
        await bench.clinic.calendar_feeds.read(secret)
    except CalendarFeedUnknown:
        return True
    return False


async def test_the_address_is_made_once_and_shown_again(bench: Bench) -> None:
    asha, rao = await _two(bench)
    first = await _addresses(bench).give(asha)
    assert first == await _addresses(bench).give(asha)
    assert first.path == f"/calendar/{first.secret}.ics"
    assert len(bytes.fromhex(first.secret)) == 32
    assert first.secret not in repr(first)
    assert first.secret != await _secret(bench, rao)
    assert not await _is_gone(bench, first.secret)


async def test_two_chats_that_ask_at_once_get_the_same_address(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, _ = await _two(bench)
    feeds, quicker = bench.storage.calendar_feeds, list[FeedAddress]()
    put = feeds.put

    async def later(*args: Any) -> bool:
        monkeypatch.undo()
        quicker.append(await _addresses(bench).give(asha))
        return await put(*args)

    monkeypatch.setattr(feeds, "put", later)
    assert [await _addresses(bench).give(asha)] == quicker
    assert await _addresses(bench).current(asha) == quicker[0]


async def test_a_feed_that_is_ended_while_it_is_renewed_stays_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, _ = await _two(bench)
    found = await _addresses(bench).give(asha)
    feeds = bench.storage.calendar_feeds
    put = feeds.put

    async def later(*args: Any) -> bool:
        await _addresses(bench).end(asha, found.key)
        return await put(*args)

    monkeypatch.setattr(feeds, "put", later)
    assert await _addresses(bench).renew(asha, found.key) is None
    assert await _is_gone(bench, found.secret)


async def test_only_patients_and_doctors_have_one_and_only_doctors_choose_names(bench: Bench) -> None:
    asha, _ = await _two(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=3)
    for act in (_addresses(bench).give, _addresses(bench).current):
        with pytest.raises(RoleRequired):
            await act(nora)
    for change in (_addresses(bench).renew, _addresses(bench).end):
        with pytest.raises(RoleRequired):
            await change(nora, "0" * 12)
    with pytest.raises(RoleRequired):
        await _addresses(bench).name_patients(asha, in_full=True)


async def test_renewing_ends_the_old_address_at_once_and_happens_once(bench: Bench) -> None:
    asha, rao = await _two(bench)
    old, others = await _addresses(bench).give(asha), await _secret(bench, rao)
    new = await _addresses(bench).renew(asha, old.key)
    assert new is not None
    assert new.secret != old.secret
    assert await _is_gone(bench, old.secret)
    assert not await _is_gone(bench, new.secret)
    # The same tap again, and a tap on somebody else's card.
    assert await _addresses(bench).renew(asha, old.key) == new
    assert await _addresses(bench).renew(rao, new.key) == await _addresses(bench).current(rao)
    assert not await _is_gone(bench, others)


async def test_an_ended_address_never_comes_back(bench: Bench) -> None:
    asha, _ = await _two(bench)
    old = await _addresses(bench).give(asha)
    assert await _addresses(bench).end(asha, "0" * 12) == old
    assert await _addresses(bench).end(asha, old.key) is None
    assert await _addresses(bench).end(asha, old.key) is None
    assert await _addresses(bench).renew(asha, old.key) is None
    assert await _addresses(bench).current(asha) is None
    new = await _secret(bench, asha)
    assert new != old.secret
    assert await _is_gone(bench, old.secret)


@pytest.mark.parametrize(
    "secret", ["", "0" * 64, "0" * 63, "é" * 64, "0" * 65, "A" * 64, "../" * 9, "0" * 64 + "\n"]
)
async def test_what_is_no_address_finds_nothing(bench: Bench, secret: str) -> None:
    await _two(bench)
    assert await _is_gone(bench, secret)


async def test_a_block_ends_it_for_good_and_a_new_password_does_not(bench: Bench) -> None:
    asha, rao = await _two(bench)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=3)
    first, other = await _secret(bench, asha), await _secret(bench, rao)
    hashed = await bench.clinic.accounts.hash_password("a better horse")
    await bench.storage.users.set_password(asha.id, hashed, bench.clock.now())
    assert not await _is_gone(bench, first)
    await bench.clinic.administration.block(nora, asha.id)
    assert await _is_gone(bench, first)
    with pytest.raises(SessionEnded):
        await _addresses(bench).give(asha)
    await bench.clinic.administration.unblock(nora, asha.id)
    assert await _is_gone(bench, first)
    assert not await _is_gone(bench, await _secret(bench, asha))
    assert not await _is_gone(bench, other)


async def test_it_goes_with_the_account(bench: Bench) -> None:
    asha, rao = await _two(bench)
    await _store(bench, asha, rao, TUESDAY_TEN)
    hers, his = await _secret(bench, asha), await _secret(bench, rao)
    (event,) = _events(await _written(bench, his))
    assert event["SUMMARY"] == "Appointment: A."
    await bench.clinic.account_deletion.leave(asha)
    assert await _is_gone(bench, hers)
    assert _events(await _written(bench, his)) == []


async def test_under_a_new_key_all_addresses_end_and_new_ones_are_given(
    bench: Bench, database_url: str
) -> None:
    asha, _ = await _two(bench)
    old = await _secret(bench, asha)
    renewed = FeedAddresses(
        feeds=bench.storage.calendar_feeds,
        tokens=Tokens("another key of 32 bytes or more!"),
        audit=bench.clinic.audit,
    )
    with pytest.raises(CalendarFeedUnknown):
        await renewed.owner(old)
    assert await renewed.current(asha) is None
    new = await renewed.give(asha)
    assert (await renewed.owner(new.secret))[0].id == asha.id
    async with connect(database_url) as database:
        row = await database["users"].find_one({"_id": asha.id}, comment=OURS)
    assert row["feed"]["number"] == 2
    assert new.secret not in str(row)


async def test_the_copy_of_ones_data_and_the_audit_have_it_without_the_secret(bench: Bench) -> None:
    _, rao = await _two(bench)
    found = await _addresses(bench).give(rao)
    await _addresses(bench).name_patients(rao, in_full=True)
    await _addresses(bench).name_patients(rao, in_full=True)
    renewed = await _addresses(bench).renew(rao, found.key)
    assert renewed is not None
    assert renewed.full_names
    await _addresses(bench).end(rao, renewed.key)
    await _addresses(bench).give(rao)
    content = json.loads(await bench.clinic.personal_data.file(rao))
    assert content["account"]["feed"] == {"number": 3, "full_names": True}
    done = [entry["action"] for entry in content["audit"]]
    assert [action for action in done if action.startswith("feed")] == [
        *("feed_given", "feed_names", "feed_renewed", "feed_ended", "feed_given")
    ]


async def test_a_patients_feed_names_the_doctor_and_the_place_and_never_the_reason(bench: Bench) -> None:
    asha, rao = await _two(bench)
    await _store(bench, asha, rao, TUESDAY_TEN)
    content = await _written(bench, await _secret(bench, asha))
    calendar: Any = Calendar.from_ical(content)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert (calendar["NAME"], calendar["X-WR-CALNAME"]) == ("Clinic, the First appointments",) * 2
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n" in content
    (event,) = calendar.events
    assert event["UID"] == f"{int(TUESDAY_TEN.timestamp()):024x}@example.org"
    assert (event["SUMMARY"], event["LOCATION"]) == ("Appointment: Dr Rao", "Clinic, the First, 1 Quay")
    assert (event["STATUS"], event["SEQUENCE"], event["CLASS"]) == ("CONFIRMED", 0, "PRIVATE")
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == MONDAY - timedelta(days=1)
    assert LINK in event["DESCRIPTION"]
    assert "ATTENDEE" not in event
    assert not event.walk("VALARM")
    assert [zone["TZID"] for zone in calendar.timezones] == ["Europe/Berlin"]
    for hidden in (b"cough", b"asha@", b"rao@"):
        assert hidden not in content


async def test_a_doctors_feed_has_initials_unless_the_doctor_says_otherwise(bench: Bench) -> None:
    asha, rao = await _two(bench)
    await _store(bench, asha, rao, TUESDAY_TEN)
    secret = await _secret(bench, rao)
    for in_full, title in ((True, "Appointment: Asha"), (False, "Appointment: A.")):
        chosen = await _addresses(bench).name_patients(rao, in_full=in_full)
        assert chosen is not None
        assert (chosen.secret, chosen.full_names) == (secret, in_full)
        content = await _written(bench, secret)
        assert [event["SUMMARY"] for event in _events(content)] == [title]
        assert b"cough" not in content


async def test_it_reaches_from_30_days_ago_to_the_last_day_and_leaves_out_what_is_cancelled(
    bench: Bench,
) -> None:
    asha, rao = await _two(bench)
    day = timedelta(days=1)
    shown = [MONDAY - 30 * day, MONDAY - day, MONDAY + day, MONDAY + 365 * day]
    await _store(bench, asha, rao, *shown)
    await _store(bench, asha, rao, MONDAY - 31 * day, MONDAY + 400 * day)
    await _store(bench, asha, rao, MONDAY + 2 * day, status=AppointmentStatus.CANCELLED)
    await _store(bench, asha, rao, MONDAY + 3 * day, status=AppointmentStatus.HELD)
    for status, hours in ((AppointmentStatus.FULFILLED, 2), (AppointmentStatus.NOSHOW, 3)):
        shown.append(MONDAY - timedelta(hours=hours))
        await _store(bench, asha, rao, shown[-1], status=status)
    for principal in (asha, rao):
        events = _events(await _written(bench, await _secret(bench, principal)))
        assert [event.start for event in events] == sorted(shown)


async def test_it_changes_with_what_it_shows_and_with_nothing_else(bench: Bench) -> None:
    asha, rao = await _two(bench)
    booked = await bench.clinic.booking.book(
        asha, rao.id, TUESDAY_TEN, reason="a cough", request_id=AppointmentId("a" * 24)
    )
    secret = await _secret(bench, asha)
    before = await _written(bench, secret)
    bench.clock.turn(timedelta(hours=1))
    await bench.storage.appointment_remarks.explain(
        booked.appointment, "a worse cough", asha.id, bench.clock.now()
    )
    await bench.clinic.appointments.confirm(asha, booked.appointment.id)
    assert await _written(bench, secret) == before
    later = TUESDAY_TEN + timedelta(hours=1)
    await bench.clinic.appointments.move(asha, booked.appointment.id, later, was=TUESDAY_TEN)
    (event,) = _events(await _written(bench, secret))
    assert (event.start, event["SEQUENCE"]) == (later, 1)
    assert event["LAST-MODIFIED"].dt == bench.clock.now()
    await bench.clinic.appointments.cancel(asha, booked.appointment.id, was=later)
    assert _events(await _written(bench, secret)) == []


async def test_a_video_visit_has_its_room_until_it_is_over(bench: Bench) -> None:
    asha, rao = await _two(bench)
    room = "https://meet.example.org/clinic-abc"
    await _store(bench, asha, rao, TUESDAY_TEN, room=room)
    secret = await _secret(bench, asha)
    (event,) = _events(await _written(bench, secret))
    assert (event["LOCATION"], event["CONFERENCE"]) == (room, room)
    bench.clock.turn_to(TUESDAY_TEN + HALF_AN_HOUR)
    content = await _written(bench, secret)
    assert b"meet.example.org" not in content
    assert _events(content)[0]["LOCATION"] == "Video visit"


@given(
    st.lists(
        # Every quarter of an hour of a year and a month, over at least two changes of the clock.
        st.integers(0, 96 * 400),
        unique=True,
        max_size=30,
    ),
    st.integers(0, 365),
    st.sampled_from(["Europe/Berlin", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
@example([0, 96 * 400], 165, "America/New_York")
@example([8998], 87, "Europe/Berlin")  # it ends when the clock is put back
def test_every_appointment_is_in_it_once_at_its_own_time(quarters: list[int], day: int, zone: str) -> None:
    """Read with the library's parser, and with the zone's rules that the calendar itself has."""
    starts = sorted(MONDAY + timedelta(days=day, minutes=15 * each) for each in quarters)
    entries = tuple(
        FeedEntry(
            AppointmentId(f"{int(start.timestamp()):024x}"),
            Slot(start, start + HALF_AN_HOUR),
            0,
            MONDAY,
            "Rao",
            "Asha",
            READER.id,
            None,
        )
        for start in starts
    )
    rules = ClinicRules("Clinic", ZoneInfo(zone), None)
    content = feed_of(CalendarFeed(READER, entries), rules, LINK)
    calendar: Any = Calendar.from_ical(content)
    events = list(calendar.events)
    # As instants: a time that a clock shows twice equals none of another zone (PEP 495).
    assert [(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events] == [
        (entry.slot.start, entry.slot.end) for entry in entries
    ]
    assert len({event["UID"] for event in events}) == len(entries)
    own = {found["TZID"]: found.to_tz(lookup_tzid=False) for found in calendar.timezones}
    for event, start in zip(events, starts, strict=True):
        wall = event["DTSTART"].dt.replace(tzinfo=None)
        if "TZID" in event["DTSTART"].params:
            assert wall.replace(tzinfo=own[event["DTSTART"].params["TZID"]]) == start
    assert content == feed_of(CalendarFeed(READER, entries), rules, LINK)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Asha Patel", "A. P."),
        ("asha", "A."),
        ("Asha, “the” Pätel 🦷", "A. T. P."),
        ("Élodie Marie-Claire du Pont", "É. M. P."),
        ("مریم صدیقی", "م. ص."),
        ("🦷", "."),
        ("", "."),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


@given(st.text())
def test_initials_are_short_and_of_one_line(name: str) -> None:
    assert len(initials(name).splitlines()) == 1
    assert len(initials(name).split(" ")) <= 3


async def test_a_feed_has_the_place_and_the_preparation_of_a_visit_and_not_its_kind(bench: Bench) -> None:
    asha, rao = await _two(bench)
    for entry in (HARBOUR, ULTRASOUND):
        await bench.storage.catalogue.put(entry)
    await _store(bench, asha, rao, TUESDAY_TEN, kind_id=ULTRASOUND.id, place_id=HARBOUR.id)
    (event,) = _events(await _written(bench, await _secret(bench, asha)))
    assert event["LOCATION"] == "Harbour Street, Harbour Street 5, Berlin"
    assert ULTRASOUND.preparation in event["DESCRIPTION"]
    assert "Phone: +49 30 5550100" in event["DESCRIPTION"]
    assert "Ultrasound" not in event["SUMMARY"]
    (event,) = _events(await _written(bench, await _secret(bench, rao)))
    assert event["LOCATION"] == "Harbour Street, Harbour Street 5, Berlin"
    assert ULTRASOUND.preparation not in event["DESCRIPTION"]


def test_a_feed_is_in_the_language_of_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    say_instead(
        monkeypatch,
        "de",
        {
            "{clinic} appointments": "Termine: {clinic}",
            "Appointment: {whom}": "Termin: {whom}",
            "Video visit": "Videotermin",
        },
    )
    end = TUESDAY_TEN + HALF_AN_HOUR
    entry = FeedEntry(
        AppointmentId("a" * 24),
        Slot(TUESDAY_TEN, end),
        0,
        MONDAY,
        "Meera Rao",
        "Asha",
        READER.id,
        "https://meet.example.org/x",
    )
    content = feed_of(CalendarFeed(replace(READER, language="de"), (entry,)), RULES, LINK)
    calendar: Any = Calendar.from_ical(content)
    assert calendar["X-WR-CALNAME"] == "Termine: Clinic, the First"
    (event,) = calendar.events
    assert event["SUMMARY"] == "Termin: Dr Meera Rao"
    assert event["CONFERENCE"].params["LABEL"] == "Videotermin"
    english: Any = Calendar.from_ical(feed_of(CalendarFeed(READER, (entry,)), RULES, LINK))
    assert english["X-WR-CALNAME"] == "Clinic, the First appointments"
