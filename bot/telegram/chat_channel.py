"""How the outbox sends notices to chats (Bot API sendMessage)."""

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.dialogs.chat_state import ChatStates
from bot.localization.reader import speaking
from bot.notifications.buttons import buttons
from bot.telegram.messages import markup
from bot.telegram.retries import AT_ONCE, asked_wait
from bot.texts.notification_layouts import as_message
from bot.texts.notifications import notice_news
from bot.ui.view import fitting
from services.clinic_rules import ClinicRules
from services.errors import RecipientGone, TryLater
from services.models.delivery_history import DeliveryCause
from services.models.notifications import Notice
from services.models.people import User


class ChatChannel:
    """Sends notices as messages to the chats in which their reader is signed in."""

    def __init__(self, bot: ExtBot[str], rules: ClinicRules, chat_states: ChatStates) -> None:
        self._bot = bot
        self._rules = rules
        self._chat_states = chat_states

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Send the message in its reader's language (Bot API sendMessage).

        Raises TryLater, RecipientGone, StorageDown.
        """
        if notice.chat_id is None:
            raise RecipientGone("no chat", cause=DeliveryCause.NO_CHAT)
        with speaking(await self._chat_states.language_for(reader, notice.chat_id)):
            text = fitting(as_message(notice_news(notice, reader, self._rules)))
            keyboard = markup(buttons(notice.event, reader, self._rules))
        try:
            await self._bot.send_message(
                notice.chat_id,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                rate_limit_args=AT_ONCE,
            )
        except RetryAfter as error:
            cause = DeliveryCause.TELEGRAM_ASKED
            raise TryLater(asked_wait(error), "Telegram asked to wait", cause) from error
        except (Forbidden, BadRequest) as error:
            is_closed = isinstance(error, Forbidden)
            raise RecipientGone(type(error).__name__, altogether=is_closed, cause=_cause(error)) from error
        except TelegramError as error:
            raise TryLater(why="Telegram not reached", cause=DeliveryCause.TELEGRAM_AWAY) from error


def _cause(error: Forbidden | BadRequest) -> DeliveryCause:
    """Return why a chat does not take a message, by the Bot API's description of a 403 or 400."""
    said = error.message.casefold()
    if isinstance(error, Forbidden):
        return DeliveryCause.CHAT_GONE if "deactivated" in said else DeliveryCause.BLOCKED
    return DeliveryCause.CHAT_GONE if "chat not found" in said else DeliveryCause.MESSAGE_REFUSED
