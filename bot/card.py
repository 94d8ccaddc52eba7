"""Showing things: the one card of a dialog, edited in place, and everything else that is said."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import MessageLimit
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.context import ClinicContext

log = logging.getLogger(__name__)

UNCHANGED = "message is not modified"
CUT = "…"
SEARCH_LENGTH = 60


@dataclass(frozen=True, slots=True)
class View:
    """Something to show: a text in Telegram's HTML, and the buttons under it."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None

    def headed(self, line: str | None) -> "View":
        """Return the view with a line above it."""
        return View(f"{line}\n\n{self.text}", self.keyboard) if line else self


async def acknowledge(update: Update, text: str | None = None, *, alert: bool = False) -> None:
    """Answer the tap, so that its button stops spinning (Bot API answerCallbackQuery).

    A tap that is too old to be answered is still a tap: what it asked for is done all the same.
    """
    if update.callback_query:
        try:
            await update.callback_query.answer(text, show_alert=alert)
        except TelegramError as error:
            log.info("tap.unanswered update=%d why=%s", update.update_id, type(error).__name__)


async def show(update: Update, context: ClinicContext, view: View) -> int | None:
    """Show the view: in the message whose button was tapped, else as a new message; return its id."""
    query = update.callback_query
    if query is not None:
        edited = await _edit_tapped(query, view)
        if edited is not None:
            return edited
    return (await say(context, view)).message_id


async def _edit_tapped(query: CallbackQuery, view: View) -> int | None:
    message = query.message
    if not isinstance(message, Message):
        return None  # it is gone, or too old for Telegram to say
    return message.message_id if await _edit(query, view) else None


async def _edit(query: CallbackQuery, view: View) -> bool:
    try:
        await query.edit_message_text(fitting(view.text), reply_markup=view.keyboard)
    except BadRequest as error:
        return UNCHANGED in error.message.lower()
    return True


async def say(context: ClinicContext, view: View) -> Message:
    """Show the view as a new message."""
    return await context.bot.send_message(context.chat, fitting(view.text), reply_markup=view.keyboard)


async def rewrite(context: ClinicContext, message_id: int, view: View) -> None:
    """Change a message that was sent earlier, if it is still there, and so is the person."""
    with suppress(BadRequest, Forbidden):
        await context.bot.edit_message_text(
            fitting(view.text), chat_id=context.chat, message_id=message_id, reply_markup=view.keyboard
        )


async def remove(context: ClinicContext, message_id: int) -> bool:
    """Delete a message, and tell whether that worked (not after 48 hours: Bot API deleteMessage)."""
    try:
        return await context.bot.delete_message(context.chat, message_id)
    except TelegramError:
        return False


def fitting(text: str) -> str:
    """Return the text cut to what Telegram carries. What people type is bounded, so this is a last resort."""
    return (
        text if len(text) <= MessageLimit.MAX_TEXT_LENGTH else text[: MessageLimit.MAX_TEXT_LENGTH - 1] + CUT
    )
