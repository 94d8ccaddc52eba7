"""The mailbox: what of a mail's calendar part the page gets, and the file for download."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from bot.demo.live import Live, add_page
from bot.demo.mailbox import Mail, Mailbox
from bot.demo.telegram import Telegram
from services.clock import SystemClock
from services.invites import Invite, Method, Person, invite
from services.mail import Mail as Letter
from services.mail import MailSender, MailServer
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


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    server = Mailbox()
    await server.start()
    yield server
    await server.stop()


async def _arrived(mailbox: Mailbox, it: Invite | None) -> Mail:
    sender = MailSender(MailServer("127.0.0.1", mailbox.port, "none", None, None, CLINIC.email, CLINIC.name))
    await sender.send(replace(LETTER, invite=it))
    sender.close()
    return mailbox.mails[-1]


async def test_the_page_gets_the_event_in_the_words_of_people(mailbox: Mailbox) -> None:
    live = Live(Telegram(token=TOKEN, clock=SystemClock()), mailbox, clinic_name="C", labels={}, logins=[])
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
    app = web.Application()
    live = Live(Telegram(token=TOKEN, clock=SystemClock()), mailbox, clinic_name="C", labels={}, logins=[])
    add_page(app, live)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/mails/{mail.id}/invite.ics") as response:
                assert await response.read() == made.content
                assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
                assert response.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'
            for other in (plain.id, "99"):
                async with session.get(f"{url}/mails/{other}/invite.ics") as response:
                    assert response.status == 404
    finally:
        await runner.cleanup()
