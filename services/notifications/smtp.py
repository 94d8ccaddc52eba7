"""Sending email over SMTP."""

import asyncio
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from services.errors import TryLater
from services.models.delivery_history import DeliveryCause
from services.notifications.mail_message import Mail, compose
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
        message = compose(mail, self._server.sender, self._server.sender_name)
        try:
            await self._hand_over(mail.to, message)
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
