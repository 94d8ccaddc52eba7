"""Sends, edits and deletes messages over the Bot API: `TelegramMessenger` is the Messenger for Telegram."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.callbacks.tap import UNDER_NOTICE
from bot.dialogs.errands import Errands
from bot.dialogs.messenger import Doing
from bot.ui.keyboards import Keyboard
from bot.ui.view import MOST_IN_CAPTION, OpenQuestion, View, fitting
from services.models.people import ChatId

log = logging.getLogger(__name__)

UNCHANGED = "message is not modified"
GONE = "message to delete not found"
ACTIONS = {Doing.PICTURE: ChatAction.UPLOAD_PHOTO, Doing.FILE: ChatAction.UPLOAD_DOCUMENT}


class Markup(InlineKeyboardMarkup):
    """A keyboard as plain JSON (Bot API InlineKeyboardMarkup).

    A month has fifty buttons: as objects of python-telegram-bot they would cost more than the rest of a tap.
    """

    __slots__ = ("_keyboard",)

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__(())
        self._keyboard = keyboard

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        """Return the JSON that is sent."""
        del recursive
        return {"inline_keyboard": self._keyboard.rows}


def markup(keyboard: Keyboard | None) -> Markup | None:
    """Return a keyboard as the library takes it."""
    return Markup(keyboard) if keyboard is not None else None


class TelegramMessenger:
    """One chat, over the Bot API (see bot/dialogs/messenger.py); `update` is what is being answered.

    `on_shown` is told the id of each notice that a card has shown in the chat, and `on_asked` after each view
    that is shown which question it asks.
    """

    def __init__(
        self, bot: ExtBot[None], chat_id: ChatId, errands: Errands, update: Update | None = None
    ) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._errands = errands
        self._update_id = update.update_id if update else 0
        self._query = update.callback_query if update else None
        self.on_shown: Callable[[str], None] = lambda _notice_id: None
        self.on_asked: Callable[[OpenQuestion | None], None] = lambda _question: None

    @property
    def tapped_card(self) -> int | None:
        """The id of the message whose button was tapped, if it may be edited: a notice stays as it is."""
        if self._query is None or (self._query.data or "").startswith(UNDER_NOTICE):
            return None
        return self.tapped_message

    @property
    def tapped_message(self) -> int | None:
        """The id of the message whose button was tapped, also of a notice."""
        return self._query.message.message_id if self._query and self._query.message else None

    @property
    def link(self) -> str:
        """The link that opens the bot."""
        return self._bot.link

    def acknowledge(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the tap, so that its button stops spinning (Bot API answerCallbackQuery).

        Only the first answer counts. It is sent while the tap is being handled; the update is handled once
        both are done. Over a webhook it may go out in the body of the answer.
        """
        query = self._query
        if query is None or not self._errands.is_first_answer(self._chat_id, query.id):
            return
        place = self._errands.place_for(query.id)
        if place is None:
            self._errands.begin(self._chat_id, self._answer(query, text, alert))
            return
        call: dict[str, Any] = {"method": "answerCallbackQuery", "callback_query_id": query.id}
        call |= {"text": text, "show_alert": alert} if text else {}
        place.put(call, lambda _call: self._errands.later(self._answer(query, text, alert)))

    async def _answer(self, query: CallbackQuery, text: str | None, alert: bool) -> None:
        try:
            await query.answer(text, show_alert=alert)
        except TelegramError as error:
            # A tap that is too old to be answered is handled all the same.
            log.info("tap.unanswered update=%d why=%s", self._update_id, type(error).__name__)

    def show_work(self, doing: Doing) -> None:
        """Let the chat show for some seconds what the bot is doing (Bot API sendChatAction)."""
        self._errands.begin(self._chat_id, self._show_action(ACTIONS[doing]))

    async def _show_action(self, action: ChatAction) -> None:
        with suppress(TelegramError):  # it only makes waiting easier
            await self._bot.send_chat_action(self._chat_id, action)

    async def show(self, view: View) -> int:
        """Show the view: on the card whose button was tapped, else as a new message; return its id."""
        tapped = self.tapped_card
        if tapped is not None and await self._edit(tapped, view):
            self.on_asked(view.question)
            return tapped
        return await self.say(view)

    async def _edit(self, message_id: int, view: View) -> bool:
        """Edit a message, and tell whether it still existed (Bot API editMessageText)."""
        try:
            await self._bot.edit_message_text(
                fitting(view.text),
                chat_id=self._chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(view.keyboard),
            )
        except BadRequest as error:
            if not is_unchanged(error):
                return False
        self._note_shown(view)
        return True

    def _note_shown(self, view: View) -> None:
        if view.tells is not None:
            self.on_shown(view.tells)

    async def say(self, view: View) -> int:
        """Show the view as a new message; return its id (Bot API sendMessage)."""
        sent: Message = await self._bot.send_message(
            self._chat_id, fitting(view.text), parse_mode=ParseMode.HTML, reply_markup=markup(view.keyboard)
        )
        self._note_shown(view)
        self.on_asked(view.question)
        return sent.message_id

    async def send_picture(self, png: bytes, view: View) -> None:
        """Send a picture with the view's text under it (Bot API sendPhoto)."""
        caption = fitting(view.text, MOST_IN_CAPTION)
        await self._bot.send_photo(
            self._chat_id, png, caption, parse_mode=ParseMode.HTML, reply_markup=markup(view.keyboard)
        )

    async def send_file(self, content: bytes, name: str, text: str) -> None:
        """Send a file of that name with a line under it (Bot API sendDocument).

        Its reader may keep it and pass it on: `protect_content` is not set.
        """
        await self._bot.send_document(
            self._chat_id,
            content,
            fitting(text, MOST_IN_CAPTION),
            parse_mode=ParseMode.HTML,
            filename=name,
        )

    async def rewrite(self, message_id: int, view: View) -> None:
        """Edit a message that was sent earlier, unless it is gone or the person has blocked the bot."""
        with suppress(Forbidden):
            await self._edit(message_id, view)

    async def remove(self, message_id: int) -> bool:
        """Delete a message, and tell whether it is gone (impossible after 48 hours: Bot API deleteMessage).

        If it does not exist any more, an earlier call may have deleted it whose answer was lost.
        """
        try:
            return await self._bot.delete_message(self._chat_id, message_id)
        except TelegramError as error:
            return GONE in error.message.lower()


def is_unchanged(error: BadRequest) -> bool:
    """Tell whether a message was not edited because it is the same already."""
    return UNCHANGED in error.message.lower()
