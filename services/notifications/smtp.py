"""Sending email over SMTP."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

import aiosmtplib

from services.errors import TryLater
from services.models.delivery_history import DeliveryCause
from services.notifications.calendar_invites import Invite
from services.notifications.smtp_refusals import refusal, said

Security = Literal["starttls", "tls", "none"]
TIMEOUT_SECONDS = 15.0
# Shorter than the idle timeout of any server.
KEPT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """How to reach the SMTP server. The password is not shown in a repr."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    sender_name: str

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Mail:
    """An email to one person, as text and as HTML, with a calendar part if there is an `invite`.

    `id` is stable: a repeat has the same Message-ID.
    """

    id: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    at: datetime
    invite: Invite | None = None


class MailSender:
    """Sends emails. Connections are kept for a while, as making one costs more than sending."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._kept: dict[aiosmtplib.SMTP, asyncio.TimerHandle] = {}

    async def send(self, mail: Mail) -> None:
        """Hand the email to the SMTP server.

        Raises RecipientGone if the server refuses the reader or the email for good (see `refusal`), TryLater
        for everything else, also for refusals that come before the server knows the reader.
        """
        message = compose(mail, self._server)
        try:
            await self._hand_over(mail.to, message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            (refused,) = error.recipients
            raise refusal(refused.code, refused.message, of_reader=True) from error
        except aiosmtplib.SMTPDataError as error:
            raise refusal(error.code, error.message, of_reader=False) from error
        except aiosmtplib.SMTPResponseException as error:
            raise TryLater(why=said(error.code), cause=DeliveryCause.MAIL_SERVER) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(why="mail server not reached", cause=DeliveryCause.MAIL_SERVER_AWAY) from error

    async def try_connection(self) -> None:
        """Connect and sign in as for an email, and send nothing. Raises TryLater."""
        client = self._client()
        try:
            await client.connect()
            await client.quit()
        except aiosmtplib.SMTPResponseException as error:
            raise TryLater(why=said(error.code), cause=DeliveryCause.MAIL_SERVER) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(why="mail server not reached", cause=DeliveryCause.MAIL_SERVER_AWAY) from error
        finally:
            client.close()

    def close(self) -> None:
        """Close the connections that are kept."""
        while self._kept:
            self._take_kept().close()

    async def _hand_over(self, reader: str, message: bytes) -> None:
        while self._kept:
            try:
                await self._send_over(self._take_kept(), reader, message)
            except aiosmtplib.SMTPServerDisconnected:
                continue  # the server has closed it, as it was idle
            return
        client = self._client()
        await client.connect()
        await self._send_over(client, reader, message)

    async def _send_over(self, client: aiosmtplib.SMTP, reader: str, message: bytes) -> None:
        """Send over one connection, and keep it if that went well."""
        try:
            await client.sendmail(self._server.sender, [reader], message)
        except BaseException:
            client.close()
            raise
        timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._let_go, client)
        self._kept[client] = timer

    def _take_kept(self) -> aiosmtplib.SMTP:
        client, timer = self._kept.popitem()
        timer.cancel()
        return client

    def _let_go(self, client: aiosmtplib.SMTP) -> None:
        del self._kept[client]
        client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            timeout=TIMEOUT_SECONDS,
        )


def compose(mail: Mail, server: MailServer) -> EmailMessage:
    """Return the message with its parts (RFC 2046 multipart/alternative); the richest comes last."""
    # Seven bits only, as some servers may not support 8BITMIME (RFC 6152).
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    domain = server.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Date"] = format_datetime(mail.at)
    message["From"] = Address(server.sender_name, addr_spec=server.sender)
    message["To"] = Address(" ".join(mail.to_name.split()), addr_spec=mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    # RFC 3834: no automatic reply should answer this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.invite is not None:
        _add_invite(message, mail.invite)
    return message


def _add_invite(message: EmailMessage, invite: Invite) -> None:
    """Add the calendar's part: its type names the method, too (RFC 6047 section 2.4)."""
    kind = {"method": invite.method.value, "charset": "utf-8", "component": "VEVENT"}
    # Line breaks and folds matter in it, so it is sent in base64.
    message.add_alternative(invite.content, maintype="text", subtype="calendar", params=kind)
