"""The calendar feed over HTTP: what a calendar program gets, and what somebody gets who guesses."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar

from bot.settings import Settings
from bot.web.server import listen, served
from bot.web.site import site
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.clinic import Clinic, build
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.people import ChatId, Principal, Role
from services.models.slots import Slot
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.town import KEY, PASSWORD, Person, Town
from tests.turning import MONDAY, TurnableClock

# The feeds are there also where the HTTP interface is switched off.
SETTINGS = Settings.load(env_file=None, environ={"API": "off"})
TUESDAY_TEN = datetime(2027, 5, 4, 10, tzinfo=UTC)


@asynccontextmanager
async def fetching(
    clinic: Clinic, link: str | None = "https://t.me/clinic_bot"
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the feeds of a clinic over HTTP; give somebody who fetches them."""
    app = site(SETTINGS, clinic, lambda: link)
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with served(app, listening), httpx.AsyncClient(base_url=address) as client:
        yield client


@pytest.fixture
async def client(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who fetches what the town's clinic serves."""
    async with fetching(town.assembly.clinic) as found:
        yield found


async def _principal(town: Town, person: Person) -> Principal:
    return await town.assembly.clinic.sessions.authenticate(ChatId(person.phone.chat_id))


async def _feeds(town: Town) -> tuple[Principal, Principal, str, str]:
    """Return a patient and a doctor who have an appointment, and the paths of their feeds."""
    rao = await _principal(town, await town.signed_in("Rao", "rao@example.org", Role.DOCTOR, "Cardiology"))
    asha = await _principal(town, await town.signed_in("Asha", "asha@example.org"))
    appointment = Appointment(
        AppointmentId("a" * 24),
        rao.id,
        asha.id,
        Slot(TUESDAY_TEN, TUESDAY_TEN + timedelta(minutes=30)),
        AppointmentStatus.BOOKED,
    )
    await town.storage.appointments.add_silently([(appointment, MONDAY)])
    give = town.assembly.clinic.calendar_feeds.addresses.give
    return asha, rao, (await give(asha)).path, (await give(rao)).path


def _titles(content: bytes) -> list[str]:
    calendar: Any = Calendar.from_ical(content)
    return [str(event["SUMMARY"]) for event in calendar.events]


def _is_not_found(answer: httpx.Response) -> None:
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert "no calendar at this address" in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_program_gets_the_calendar_and_fetches_it_again_only_if_it_changed(
    town: Town, client: httpx.AsyncClient, clock: TurnableClock
) -> None:
    asha, _, path, of_doctor = await _feeds(town)
    first = await client.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert first.headers["cache-control"].startswith("private, max-age=")
    assert _titles(first.content) == ["Appointment: Dr Rao"]
    assert _titles((await client.get(of_doctor)).content) == ["Appointment: A."]
    tag = first.headers["etag"]
    assert tag[0] == tag[-1] == '"'
    clock.turn(timedelta(minutes=15))
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    await town.assembly.clinic.appointments.cancel(asha, AppointmentId("a" * 24))
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, _titles(changed.content)) == (200, [])
    assert changed.headers["etag"] != tag


async def test_head_says_what_get_would_without_the_content(town: Town, client: httpx.AsyncClient) -> None:
    _, _, path, _ = await _feeds(town)
    full, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length", "cache-control"):
        assert head.headers[name] == full.headers[name]
    known = await client.head(path, headers={"If-None-Match": full.headers["etag"]})
    assert known.status_code == 304
    assert (await client.post(path)).status_code == 405


async def test_before_telegram_has_told_the_bots_name_programs_are_asked_to_come_back(town: Town) -> None:
    _, _, path, _ = await _feeds(town)
    async with fetching(town.assembly.clinic, link=None) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "at the moment" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0


async def test_what_is_no_address_of_now_is_not_found(town: Town, client: httpx.AsyncClient) -> None:
    asha, rao, path, of_doctor = await _feeds(town)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    for wrong in (
        *("", "x.ics", ".ics", f"{'0' * 64}.ics", f"{secret}", f"{secret}.ICS", f"{secret}.ics/"),
        *(f"{secret[:-1]}.ics", f"{secret.upper()}.ics", f"{secret}.ics.ics", "%00.ics", "%F0%9F%A6%B7.ics"),
        *(f"a/{secret}.ics", f"{'0' * 2000}.ics", "$ne.ics"),
    ):
        _is_not_found(await client.get(f"/calendar/{wrong}"))
    addresses = town.assembly.clinic.calendar_feeds.addresses
    for principal, old in ((asha, path), (rao, of_doctor)):
        found = await addresses.current(principal)
        assert found is not None
        new = await addresses.renew(principal, found.key)
        assert new is not None
        _is_not_found(await client.get(old))
        assert (await client.get(new.path)).status_code == 200
        await addresses.end(principal, new.key)
        _is_not_found(await client.get(new.path, headers={"If-None-Match": "*"}))


async def test_a_blocked_accounts_feed_is_not_found(town: Town, client: httpx.AsyncClient) -> None:
    asha, _, path, _ = await _feeds(town)
    nora = await _principal(town, await town.signed_in("Nora", "nora@example.org", Role.ADMIN))
    await town.assembly.clinic.administration.block(nora, asha.id)
    _is_not_found(await client.get(path))


async def test_a_doctors_patient_who_is_gone_is_not_in_the_feed(
    town: Town, client: httpx.AsyncClient
) -> None:
    asha, _, path, of_doctor = await _feeds(town)
    await town.assembly.clinic.account_deletion.leave(asha)
    _is_not_found(await client.get(path))
    assert _titles((await client.get(of_doctor)).content) == []


async def test_while_the_database_is_away_programs_are_asked_to_come_back(clock: TurnableClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    # Nobody listens there any more.
    passwords = Passwords(4)
    async with connect(f"mongodb://127.0.0.1:{port}/x", serverSelectionTimeoutMS=50) as database:
        clinic = build(
            Storage.on(database),
            rules=ClinicRules("Clinic", ZoneInfo("UTC"), None),
            clock=clock,
            tokens=Tokens(KEY),
            passwords=passwords,
            mailer=None,  # type: ignore[arg-type] # no code is sent
            on_event=lambda: None,
            on_announcement=lambda: None,
        )
        async with fetching(clinic) as client:
            answer = await client.get(f"/calendar/{'0' * 64}.ics", headers={"If-None-Match": "*"})
    passwords.close()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["status"] == 503


async def test_no_line_of_the_log_has_the_secret(
    town: Town, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    _, _, path, _ = await _feeds(town)
    caplog.clear()
    with caplog.at_level("INFO"):
        await client.get(path)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    # The client is the calendar program, not the clinic.
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert not any(secret in line for line in ours)


async def test_it_is_the_chats_account_that_is_shown(town: Town, client: httpx.AsyncClient) -> None:
    """Two people with the same appointment have two addresses, and a password opens neither."""
    _, _, path, of_doctor = await _feeds(town)
    assert path != of_doctor
    for secret in (PASSWORD, KEY, "asha@example.org"):
        _is_not_found(await client.get(f"/calendar/{secret}.ics"))
