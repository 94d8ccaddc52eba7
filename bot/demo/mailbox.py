"""The mailbox of the demo: a real SMTP server that shows emails on the demo page and to tests only."""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.journal import Journal
from bot.demo.mail_invites import Invited, read_invited
from services.clock import Clock, SystemClock

HOST = "127.0.0.1"
KEPT = 200
# Without a cache Python parses each header again and again, a dozen times for one email.
READING = policy.default.clone(header_factory=lru_cache(256)(HeaderRegistry()))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is attached to an email; `size` in bytes."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """An email as it arrived, parsed. `at` is when it arrived (aware UTC)."""

    id: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    message_id: str
    headers: dict[str, str]
    attachments: tuple[Attachment, ...]
    raw: bytes
    invited: Invited | None = None


class Mailbox:
    """Catches emails on loopback, on a free port unless one is given.

    Keeps the newest 200, or as many as `kept` says (None: all).

    With a `journal` (a file's path) they come back after a restart.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Clock | None = None,
        journal: Path | None = None,
        kept: int | None = KEPT,
    ) -> None:
        self.port = port
        self.mails: deque[CaughtMail] = deque(maxlen=kept)
        self._clock = clock or SystemClock()
        self._journal = Journal(journal, self._snapshot) if journal is not None else None
        if self._journal is not None:
            self._restore(self._journal)
        self._ids = itertools.count(int(self.mails[-1].id) + 1 if self.mails else 1)
        self._server: asyncio.Server | None = None
        self._refusals: list[str] = []
        self._listeners: list[Callable[[CaughtMail], None]] = []

    async def start(self) -> None:
        """Start listening."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True), HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening, and write the journal."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._journal is not None:
            await self._journal.close()

    def refuse_with(self, code: int, text: str, times: int = 1) -> None:
        """Answer the next recipients with an SMTP error (RFC 5321 section 4.2)."""
        self._refusals += [f"{code} {text}"] * times

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[CaughtMail]]:
        """Give a queue that gets the emails that arrive meanwhile."""
        queue: asyncio.Queue[CaughtMail] = asyncio.Queue()
        self._listeners.append(queue.put_nowait)
        try:
            yield queue
        finally:
            self._listeners.remove(queue.put_nowait)

    async def wait_for(self, fits: Callable[[CaughtMail], bool], timeout: float = 10) -> CaughtMail:  # noqa: ASYNC109 - a test's patience
        """Return the first email that matches, once it has arrived. Raises TimeoutError."""
        async with asyncio.timeout(timeout), self.listening() as arriving:
            for mail in self.mails:
                if fits(mail):
                    return mail
            while True:
                mail = await arriving.get()
                if fits(mail):
                    return mail

    def mail(self, mail_id: str) -> CaughtMail | None:
        """Return the email with that id, if it is still kept."""
        return next((mail for mail in self.mails if mail.id == mail_id), None)

    # The names of the next two are aiosmtpd's.
    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept any recipient, unless a refusal was asked for."""
        if self._refusals:
            return self._refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the email in."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = _read(next(self._ids), self._clock.now(), envelope.mail_from or "", envelope.rcpt_tos, raw)
        self.mails.append(mail)
        if self._journal is not None:
            self._journal.touch()
        for tell in self._listeners:
            tell(mail)
        return "250 OK"

    def _snapshot(self) -> Json:
        return {"mails": [_dump(mail) for mail in self.mails]}

    def _restore(self, journal: Journal) -> None:
        saved = journal.read()
        if saved is None:
            return
        try:
            self.mails.extend([_load(item) for item in saved["mails"]])
        except (LookupError, TypeError, ValueError):
            journal.put_aside()


def _dump(mail: CaughtMail) -> Json:
    """Return what the journal keeps: the email as it came, which is parsed again when it is loaded."""
    return {
        "id": int(mail.id),
        "at": mail.at.isoformat(),
        "sender": mail.sender,
        "to": list(mail.to),
        # One character for each byte: an email on its way by SMTP is almost all ASCII.
        "raw": mail.raw.decode("latin-1"),
    }


def _load(item: Json) -> CaughtMail:
    raw = item["raw"].encode("latin-1")
    return _read(int(item["id"]), datetime.fromisoformat(item["at"]), item["sender"], item["to"], raw)


def _read(number: int, at: datetime, sender: str, to: Sequence[str], raw: bytes) -> CaughtMail:
    """Parse an email; `sender` is that of the envelope, for emails that name none themselves."""
    message: Any = message_from_bytes(raw, _class=EmailMessage, policy=READING)
    return CaughtMail(
        id=str(number),
        at=at,
        sender=str(message["From"] or sender),
        to=tuple(to),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=str(message["Message-ID"] or ""),
        headers={name: str(value) for name, value in message.items()},
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
        raw=raw,
        invited=read_invited(message),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _attachment(part: Any) -> Attachment:
    content = part.get_payload(decode=True) or b""
    return Attachment(part.get_filename() or "attachment", part.get_content_type(), len(content))
