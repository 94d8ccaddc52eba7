"""The outbox's two ways to a reader: a chat message and a mail."""

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.callbacks import Do, ShowAppointment
from bot.card import fitting
from bot.keyboards import Keyboard, button, keyboard
from bot.limits import AT_ONCE, asked_wait
from bot.texts.notices import News, as_html_mail, as_message, as_plain_mail, news
from services.clinic import ClinicRules
from services.clock import Clock
from services.errors import RecipientGone, TryLater
from services.mail import Mail, MailSender
from services.models import AppointmentId, Role, User
from services.news import EventKind, Notice


def _said(notice: Notice, reader: User, rules: ClinicRules) -> News:
    return news(notice.event.kind, notice.event.facts, reader, rules)


class ChatChannel:
    """Sends notices as messages to the chats in which their reader is signed in."""

    def __init__(self, bot: ExtBot[str], rules: ClinicRules) -> None:
        self._bot = bot
        self._rules = rules

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Send the message (Bot API sendMessage). Raises TryLater, RecipientGone."""
        if notice.chat_id is None:
            raise RecipientGone("no chat")
        try:
            await self._bot.send_message(
                notice.chat_id,
                fitting(as_message(_said(notice, reader, self._rules))),
                parse_mode=ParseMode.HTML,
                reply_markup=_buttons(notice, reader),
                rate_limit_args=AT_ONCE,
            )
        except RetryAfter as error:
            raise TryLater(asked_wait(error)) from error
        except (Forbidden, BadRequest) as error:
            raise RecipientGone(type(error).__name__) from error
        except TelegramError as error:
            raise TryLater from error


def _buttons(notice: Notice, reader: User) -> Keyboard | None:
    if notice.event.kind is EventKind.BOOKED:
        appointment_id = AppointmentId(notice.event.facts["appointment_id"])
        return keyboard([button("📋 Open the appointment", ShowAppointment(appointment_id))])
    if notice.event.kind is EventKind.CANCELLED and reader.role is Role.PATIENT:
        return keyboard([button("📅 Book another time", Do("book"))])
    return None


class MailChannel:
    """Sends notices as mails."""

    def __init__(self, sender: MailSender, rules: ClinicRules, clock: Clock) -> None:
        self._sender = sender
        self._rules = rules
        self._clock = clock

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Send the mail. Raises TryLater, RecipientGone."""
        said = _said(notice, reader, self._rules)
        clinic = self._rules.name
        await self._sender.send(
            Mail(
                id=notice.id,
                to=reader.email,
                to_name=reader.name,
                subject=said.subject,
                text=as_plain_mail(said, clinic),
                html=as_html_mail(said, clinic),
                at=self._clock.now(),
            )
        )
