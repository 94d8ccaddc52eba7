"""Showing things: the one card of a dialog, edited in place, and everything else that is said."""

import logging
from contextlib import suppress

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.callbacks.tap import NEWS
from bot.dialogs.context import ClinicContext
from bot.ui.view import View, fitting

log = logging.getLogger(__name__)

UNCHANGED = "message is not modified"
GONE = "message to delete not found"


def acknowledge(
    update: Update, context: ClinicContext, text: str | None = None, *, alert: bool = False
) -> None:
    """Answer the tap, so that its button stops spinning (Bot API answerCallbackQuery).

    It is answered once: whoever comes second is too late. The answer goes out beside whatever else the tap
    leads to; the update is not handled before both are done.
    """
    if update.callback_query and context.errands.is_first_answer(context.chat, update.callback_query.id):
        context.beside(_answer(update.update_id, update.callback_query, text, alert))


async def _answer(update_id: int, query: CallbackQuery, text: str | None, alert: bool) -> None:
    try:
        await query.answer(text, show_alert=alert)
    except TelegramError as error:
        # A tap that is too old to be answered is still a tap: what it asked for is done all the same.
        log.info("tap.unanswered update=%d why=%s", update_id, type(error).__name__)


def at_work(context: ClinicContext, action: ChatAction) -> None:
    """Let the chat show for some seconds what the bot is at (Bot API sendChatAction)."""
    context.beside(_show_action(context, action))


async def _show_action(context: ClinicContext, action: ChatAction) -> None:
    with suppress(TelegramError):  # it is there to make waiting shorter
        await context.bot.send_chat_action(context.chat, action)


async def show(update: Update, context: ClinicContext, view: View) -> int | None:
    """Show the view: on the card whose button was tapped, else as a new message; return its id."""
    tapped = tapped_card(update)
    if tapped is not None and await _edit(context, tapped, view):
        return tapped
    return (await say(context, view)).message_id


def tapped_card(update: Update) -> int | None:
    """Return the id of the message whose button was tapped, if that is there to be changed: news is not."""
    query = update.callback_query
    if query is None or query.message is None or (query.data or "").startswith(NEWS):
        return None
    return query.message.message_id


async def _edit(context: ClinicContext, message_id: int, view: View) -> bool:
    """Change a message, and tell whether it was there to be changed."""
    try:
        await context.bot.edit_message_text(
            fitting(view.text),
            chat_id=context.chat,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=view.keyboard,
        )
    except BadRequest as error:
        if not is_unchanged(error):
            return False
    _note_shown(context, view)
    return True


def _note_shown(context: ClinicContext, view: View) -> None:
    """Note what is known in the chat by now; it is stored with the rest of the chat's state."""
    if view.tells is not None:
        context.memory.note_told(view.tells)


def is_unchanged(error: BadRequest) -> bool:
    """Tell whether a message could not be edited because it says all that already."""
    return UNCHANGED in error.message.lower()


async def say(context: ClinicContext, view: View) -> Message:
    """Show the view as a new message."""
    sent = await context.bot.send_message(
        context.chat, fitting(view.text), parse_mode=ParseMode.HTML, reply_markup=view.keyboard
    )
    _note_shown(context, view)
    return sent


async def send_picture(context: ClinicContext, png: bytes, view: View) -> Message:
    """Send a picture with the view's text (1,024 characters at most) under it (Bot API sendPhoto)."""
    return await context.bot.send_photo(
        context.chat, png, view.text, parse_mode=ParseMode.HTML, reply_markup=view.keyboard
    )


async def send_file(
    context: ClinicContext, content: bytes, name: str, text: str, *, kept: bool = False
) -> Message:
    """Send a file of that name with a line under it (Bot API sendDocument).

    It can't be passed on, nor kept outside of the chat, unless it is there for that.
    """
    return await context.bot.send_document(
        context.chat, content, text, parse_mode=ParseMode.HTML, filename=name, protect_content=not kept
    )


async def rewrite(context: ClinicContext, message_id: int, view: View) -> None:
    """Change a message that was sent earlier, if it is still there, and so is the person."""
    with suppress(Forbidden):
        await _edit(context, message_id, view)


async def remove(context: ClinicContext, message_id: int) -> bool:
    """Delete a message, and tell whether it is gone (not after 48 hours: Bot API deleteMessage).

    One that was not there any more may be one whose deletion was made, and its answer lost.
    """
    try:
        return await context.bot.delete_message(context.chat, message_id)
    except TelegramError as error:
        return GONE in error.message.lower()
