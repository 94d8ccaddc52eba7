"""How announcements are sent to the chats, and their progress shown to the admin (AnnouncementChannel)."""

from collections.abc import Awaitable, Callable

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.callbacks.admins import StopAnnouncement
from bot.localization.languages import ENGLISH, Language, speaks
from bot.localization.reader import speaking
from bot.telegram.messages import is_unchanged, markup
from bot.telegram.retries import AT_ONCE, asked_wait
from bot.telegram.transport import was_never_sent
from bot.texts import announcements as texts
from bot.texts import labels
from bot.ui.keyboards import Keyboard, button, keyboard
from services.announcements.sender import SendOutcome
from services.clinic_rules import ClinicRules
from services.errors import TryLater
from services.models.announcements import Announcement, Tally
from services.models.people import ChatId, UserId


class ChatAnnouncementChannel:
    """Sends announcements as messages, as they were typed, and shows the admin the progress of one.

    `language_of` returns the language of that admin's account (ISO 639); without it, it is English.
    """

    def __init__(
        self,
        bot: ExtBot[str],
        rules: ClinicRules,
        language_of: Callable[[UserId], Awaitable[str | None]] | None = None,
    ) -> None:
        self._bot = bot
        self._rules = rules
        self._language_of = language_of

    async def tell(self, chat_id: ChatId, text: str) -> SendOutcome:
        """Send the announcement (Bot API sendMessage). Raises TryLater if it was certainly not sent."""
        try:
            await self._send(chat_id, texts.announcement(self._rules.name, text))
        except (RetryAfter, InvalidToken) as error:
            raise _later(error) from error
        except Forbidden:
            return SendOutcome.BLOCKED
        except BadRequest:
            return SendOutcome.REFUSED
        except TelegramError as error:
            if isinstance(error, NetworkError) and was_never_sent(error):
                raise TryLater from error
            return SendOutcome.UNCLEAR
        return SendOutcome.DELIVERED

    async def show(self, announcement: Announcement, tally: Tally, *, is_over: bool) -> int | None:
        """Show the progress: edit the message that shows it, or send one. Raises TryLater."""
        with speaking(await self._language(announcement)):
            said = texts.over(announcement, tally) if is_over else texts.progress(announcement, tally)
            stop = keyboard([] if is_over else [button(labels.STOP, StopAnnouncement(announcement.id))])
        chat_id, message_id = announcement.chat_id, announcement.message_id
        try:
            if message_id is not None and await self._edit(chat_id, message_id, said, stop):
                return message_id
            return (await self._send(chat_id, said, stop)).message_id
        except (Forbidden, BadRequest):
            return None  # the admin has blocked the bot, or the message cannot be shown
        except TelegramError as error:
            raise _later(error) from error

    async def ring(self, announcement: Announcement, tally: Tally) -> None:
        """Send the result as a new message: an edited one makes no sound. Raises TryLater."""
        with speaking(await self._language(announcement)):
            said = texts.over(announcement, tally)
        try:
            await self._send(announcement.chat_id, said)
        except (Forbidden, BadRequest):
            return
        except TelegramError as error:
            raise _later(error) from error

    async def _language(self, announcement: Announcement) -> Language:
        """Return the language of the admin who reads the progress. Raises StorageDown."""
        return speaks(await self._language_of(announcement.by)) if self._language_of else ENGLISH

    async def _send(self, chat_id: ChatId, text: str, buttons: Keyboard | None = None) -> Message:
        # The length is checked in services/announcements/announcements.py, so nothing has to be cut here.
        return await self._bot.send_message(
            chat_id, text, parse_mode=ParseMode.HTML, reply_markup=markup(buttons), rate_limit_args=AT_ONCE
        )

    async def _edit(self, chat_id: ChatId, message_id: int, text: str, buttons: Keyboard) -> bool:
        """Edit a message, and tell whether it still existed (Bot API editMessageText)."""
        try:
            await self._bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(buttons),
                rate_limit_args=AT_ONCE,
            )
        except BadRequest as error:
            return is_unchanged(error)
        return True


def _later(error: TelegramError) -> TryLater:
    return TryLater(asked_wait(error) if isinstance(error, RetryAfter) else None)
