"""How announcements are sent to the chats, and their progress shown to the admin (AnnouncementChannel)."""

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.callbacks.admins import StopAnnouncement
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
from services.models.people import ChatId


class ChatAnnouncementChannel:
    """Sends announcements as messages, and shows the admin the progress of one."""

    def __init__(self, bot: ExtBot[str], rules: ClinicRules) -> None:
        self._bot = bot
        self._rules = rules

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
        said = texts.over(announcement, tally) if is_over else texts.progress(announcement, tally)
        stop = [] if is_over else [button(labels.STOP, StopAnnouncement(announcement.id))]
        chat_id, message_id = announcement.chat_id, announcement.message_id
        try:
            if message_id is not None and await self._edit(chat_id, message_id, said, keyboard(stop)):
                return message_id
            return (await self._send(chat_id, said, keyboard(stop))).message_id
        except (Forbidden, BadRequest):
            return None  # the admin has blocked the bot, or the message cannot be shown
        except TelegramError as error:
            raise _later(error) from error

    async def ring(self, announcement: Announcement, tally: Tally) -> None:
        """Send the result as a new message: an edited one makes no sound. Raises TryLater."""
        try:
            await self._send(announcement.chat_id, texts.over(announcement, tally))
        except (Forbidden, BadRequest):
            return
        except TelegramError as error:
            raise _later(error) from error

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
