"""How notices are sent by email, and how codes are, without the outbox."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.localization.languages import Language, speaks
from bot.localization.reader import language, speaking
from bot.notifications.calendar_files import invite_with
from bot.notifications.mail_layouts import as_html_mail, as_plain_mail
from bot.texts.notification_layouts import News
from bot.texts.notifications import code_news, notice_news
from services.accounts.one_time_codes import CodeLetter
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.errors import MailDown, MailRefused, RecipientGone, TryLater
from services.ids import new_id
from services.models.notifications import Notice
from services.models.people import User
from services.notifications.mail_message import Mail
from services.notifications.smtp import MailSender

# Somebody waits for the answer in the chat.
CODE_TIMEOUT_SECONDS = 15


class MailChannel:
    """Sends notices as emails. `link` returns the link that opens the bot, once that is known."""

    def __init__(self, link: Callable[[], str], sender: MailSender, rules: ClinicRules, clock: Clock) -> None:
        self._link = link
        self._sender = sender
        self._rules = rules
        self._clock = clock

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Send the email, in the language of its reader. Raises TryLater, RecipientGone."""
        to = (notice.address(reader), reader.name)
        with speaking(speaks(reader.language)):
            said = notice_news(notice, reader, self._rules)
            mail = mail_of(notice.id, to, said, self._rules.name, self._clock.now(), link=self._link())
            invite = invite_with(notice.event, reader, self._rules, self._link())
        await self._sender.send(replace(mail, invite=invite))


def mail_of(
    mail_id: str, to: tuple[str, str], said: News, clinic: str, at: datetime, *, link: str = ""
) -> Mail:
    """Return the email, in the language that is spoken.

    `to`: the reader's address and name; `link`: what opens the bot.
    """
    return Mail(
        id=mail_id,
        to=to[0],
        to_name=to[1],
        subject=said.subject,
        text=as_plain_mail(said, clinic, link),
        html=as_html_mail(said, clinic, link),
        at=at,
        language=language().code,
    )


class CodeMails:
    """Sends one-time codes by email at once: in the outbox they would be stored in clear."""

    def __init__(self, sender: MailSender, rules: ClinicRules, clock: Clock) -> None:
        self._sender = sender
        self._rules = rules
        self._clock = clock

    async def send(self, letter: CodeLetter) -> None:
        """Send the code by email. Raises MailDown, MailRefused."""
        now = self._clock.now()
        with speaking(_language_of(letter)):
            said = code_news(letter, self._rules)
            mail = mail_of(
                f"code.{new_id(now)}", (letter.to, letter.reader.name), said, self._rules.name, now
            )
        try:
            async with asyncio.timeout(CODE_TIMEOUT_SECONDS):
                await self._sender.send(mail)
        except RecipientGone as error:
            raise MailRefused from error
        except (TryLater, TimeoutError) as error:
            raise MailDown from error


def _language_of(letter: CodeLetter) -> Language:
    """Return the reader's language; of a new account it is not known, and the admin's is the best guess."""
    return language() if letter.is_welcome else speaks(letter.reader.language)
