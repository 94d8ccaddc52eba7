"""The mailbox: what of a mail's calendar part the page gets, the file for download, coming back."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.demo.bot_api.journal import Journal
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import KEPT, CaughtMail, Mailbox
from bot.demo.page_server import Live, Login, page_routes
from bot.web.server import listen, served
from services.clock import SystemClock
from services.notifications.calendar_invites import Invite, Method, Person, invite
from services.notifications.mail_message import Mail as Letter
from services.notifications.smtp import MailSender, MailServer
from tests.demo.conftest import TOKEN

START = datetime(2027, 10, 30, 8, 30, tzinfo=UTC)
CLINIC = Person("Clinic", "clinic@example.org")
LETTER = Letter("1.mail", "zoe@example.org", "Zoë", "Booked", "text", "<p>html</p>", START)


def _invite(method: Method, version: int, zone: str = "Europe/Berlin", room: str | None = None) -> Invite:
    facts = {
        "appointment_id": "a" * 24,
        "start": START,
        "end": START.replace(hour=9, minute=0),
        "version": version,
        "at": START,
    }
    return invite(
        method,
        facts,
        title="Appointment: Dr Zoë, “X” 🦷",
        place=room or "Clinic, the First",
        notes="Notes",
        organizer=CLINIC,
        attendee=Person("Zoë", "zoe@example.org"),
        zone=ZoneInfo(zone),
        room=room,
    )


async def nobody() -> list[Login]:
    """Nobody has an account."""
    return []


def page_of(mailbox: Mailbox) -> Live:
    """A page with no phone."""
    telegram = Telegram(token=TOKEN, clock=SystemClock())
    return Live(telegram, mailbox, clinic_name="C", labels={}, logins=nobody)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    server = Mailbox()
    await server.start()
    yield server
    await server.stop()


async def _arrived(mailbox: Mailbox, it: Invite | None) -> CaughtMail:
    sender = MailSender(MailServer("127.0.0.1", mailbox.port, "none", None, None, CLINIC.email, CLINIC.name))
    await sender.send(replace(LETTER, invite=it))
    sender.close()
    return mailbox.mails[-1]


async def test_the_page_gets_the_event_in_the_words_of_people(mailbox: Mailbox) -> None:
    live = page_of(mailbox)
    await _arrived(mailbox, _invite(Method.REQUEST, 0))
    await _arrived(mailbox, _invite(Method.CANCEL, 2, "UTC"))
    await _arrived(mailbox, _invite(Method.REQUEST, 0, "Asia/Kathmandu", "https://meet.example.org/r"))
    await _arrived(mailbox, None)
    berlin, utc, kathmandu, none = (mail["invite"] for mail in live.hello()["mails"])
    assert (berlin["method"], berlin["sequence"], berlin["title"]) == (
        "REQUEST",
        0,
        "Appointment: Dr Zoë, “X” 🦷",
    )
    assert (berlin["day"], berlin["time"]) == ("Sat 30 Oct 2027", "10:30 AM – 11:00 AM (Berlin time)")
    assert (utc["method"], utc["time"]) == ("CANCEL", "08:30 AM – 09:00 AM (UTC)")
    assert berlin["uid"] == utc["uid"]
    assert berlin["start"] == utc["start"] == kathmandu["start"]
    assert (berlin["place"], berlin["room"]) == ("Clinic, the First", "")
    assert kathmandu["room"] == "https://meet.example.org/r"
    assert kathmandu["time"] == "02:15 PM – 02:45 PM (Kathmandu time)"
    assert none is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"\xff\xfe",
    ],
)
async def test_a_calendar_part_that_is_none_is_a_mail_all_the_same(mailbox: Mailbox, content: bytes) -> None:
    mail = await _arrived(mailbox, Invite(Method.REQUEST, content))
    assert mail.invited is None
    assert mail.text.strip() == "text"


async def test_the_event_can_be_downloaded_as_a_file_to_the_byte(mailbox: Mailbox) -> None:
    made = _invite(Method.REQUEST, 1)
    mail, plain = await _arrived(mailbox, made), await _arrived(mailbox, None)
    listening = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    site = Starlette(routes=page_routes(page_of(mailbox)))
    async with served(site, listening), aiohttp.ClientSession() as session:
        async with session.get(f"{url}/mails/{mail.id}/invite.ics") as response:
            assert await response.read() == made.content
            assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
            assert response.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'
        for other in (plain.id, "99"):
            async with session.get(f"{url}/mails/{other}/invite.ics") as response:
                assert response.status == 404


async def test_the_newest_mails_come_back_and_the_next_one_has_an_id_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "mails.json"
    before = Mailbox(journal=path)
    await before.start()
    await _arrived(before, None)
    await _arrived(before, _invite(Method.REQUEST, 1, room="https://meet.example.org/ü"))
    await before.stop()
    after = Mailbox(journal=path)
    assert list(after.mails) == list(before.mails)
    await after.start()
    assert (await _arrived(after, None)).id == "3"
    await after.stop()
    saved = json.loads(path.read_text())
    saved["mails"] = [saved["mails"][0] | {"id": number} for number in range(1, KEPT + 9)]
    path.write_text(json.dumps(saved))
    assert [mail.id for mail in Mailbox(journal=path).mails] == [str(n) for n in range(9, KEPT + 9)]


async def test_a_mail_is_written_soon_without_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = asyncio.Event()
    loop, write = asyncio.get_running_loop(), Journal._write

    def watched_write(journal: Journal, *state: Any) -> None:
        write(journal, *state)
        loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr(Journal, "_write", watched_write)
    before = Mailbox(journal=tmp_path / "mails.json")
    await before.start()
    await _arrived(before, None)
    await asyncio.wait_for(written.wait(), 5)
    assert list(Mailbox(journal=tmp_path / "mails.json").mails) == list(before.mails)
    await before.stop()


@pytest.mark.parametrize("damaged", [b"", b'{"mails": [{"id"', b"\xff\xfe", b"[]", b'{"mails": [{"id": 1}]}'])
async def test_a_damaged_file_starts_empty_is_told_in_the_log_and_kept_beside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damaged: bytes
) -> None:
    path = tmp_path / "mails.json"
    path.write_bytes(damaged)
    begun = Mailbox(journal=path)
    assert not begun.mails
    assert "journal.damaged" in caplog.text
    assert path.with_name("mails.json.damaged").read_bytes() == damaged
    await begun.start()
    assert (await _arrived(begun, None)).id == "1"
    await begun.stop()
    assert len(Mailbox(journal=path).mails) == 1
