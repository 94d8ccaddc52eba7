"""The mail catcher: a real SMTP server that delivers to nobody but the demo page and the tests."""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.demo.invited import Invited, read_invited
from services.clock import Clock, SystemClock

HOST = "127.0.0.1"
KEPT = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; `size` in bytes."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it arrived, taken apart. `at` is when it arrived (aware UTC)."""

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
    """Catches mails on loopback, on a free port unless one is given; keeps the newest 200."""

    def __init__(self, port: int = 0, clock: Clock | None = None) -> None:
        self.port = port
        self.mails: deque[Mail] = deque(maxlen=KEPT)
        self._clock = clock or SystemClock()
        self._ids = itertools.count(1)
        self._server: asyncio.Server | None = None
        self._refusals: list[str] = []
        self._listeners: list[Callable[[Mail], None]] = []

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True), HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def refuse_with(self, code: int, text: str, times: int = 1) -> None:
        """Answer the next recipients with an SMTP error (RFC 5321 section 4.2)."""
        self._refusals += [f"{code} {text}"] * times

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[Mail]]:
        """Give a queue of the mails that arrive meanwhile."""
        queue: asyncio.Queue[Mail] = asyncio.Queue()
        self._listeners.append(queue.put_nowait)
        try:
            yield queue
        finally:
            self._listeners.remove(queue.put_nowait)

    async def wait_for(self, fits: Callable[[Mail], bool], timeout: float = 10) -> Mail:  # noqa: ASYNC109 - a test's patience
        """Return the first mail that fits, once it is here. Raises TimeoutError."""
        async with asyncio.timeout(timeout), self.listening() as arriving:
            for mail in self.mails:
                if fits(mail):
                    return mail
            while True:
                mail = await arriving.get()
                if fits(mail):
                    return mail

    def mail(self, mail_id: str) -> Mail | None:
        """Return the mail with that id, if it is still here."""
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
        """Take the mail in."""
        mail = self._read(envelope)
        self.mails.append(mail)
        for tell in self._listeners:
            tell(mail)
        return "250 OK"

    def _read(self, envelope: Envelope) -> Mail:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        message: Any = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        return Mail(
            id=str(next(self._ids)),
            at=self._clock.now(),
            sender=str(message["From"] or envelope.mail_from),
            to=tuple(envelope.rcpt_tos),
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
