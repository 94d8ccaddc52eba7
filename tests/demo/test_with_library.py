"""python-telegram-bot speaks to the local server exactly as it speaks to Telegram."""

from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import TOKEN, Api


async def test_a_conversation_through_the_library(api: Api, telegram: Telegram, phone: Phone) -> None:
    async with Bot(TOKEN, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        assert bot.username == "mediconnect_bot"
        assert await bot.delete_webhook(drop_pending_updates=False)
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Book", callback_data="book")]])
        card = await bot.send_message(
            7001, "<b>Hi</b> Asha", parse_mode=ParseMode.HTML, reply_markup=markup, disable_notification=True,
        )  # fmt: skip
        update_id = phone.press("Book")
        update = (await bot.get_updates(offset=update_id, timeout=5, allowed_updates=["callback_query"]))[0]
        assert update.callback_query is not None
        assert await update.callback_query.answer("Booked")
        await update.callback_query.edit_message_text("Booked")
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("Booked", 7001, card.message_id)
        await bot.get_updates(offset=update_id + 1)
        await telegram.confirmed(update_id)
        await bot.set_my_commands([BotCommand("book", "Book")], scope=BotCommandScopeChat(7001))
        sent = await bot.send_document(7001, b"BEGIN:VCALENDAR", filename="visit.ics")
        assert sent.document is not None
        file = await sent.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
        await bot.delete_message(7001, card.message_id)
        (entity,) = (await bot.send_message(7001, "<tg-time unix='5'>x</tg-time>", ParseMode.HTML)).entities
        assert (entity.type, entity.unix_time) == ("date_time", datetime.fromtimestamp(5, UTC))
    assert phone.commands == [{"command": "book", "description": "Book"}]
    assert phone.answers[0]["text"] == "Booked"
    assert ["text" in message for message in phone.messages] == [True, False, True]


async def test_the_librarys_own_errors_are_raised(
    api: Api,
    telegram: Telegram,
    phone: Phone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The library asks to be told that its coming type is understood.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        telegram.faults.refuse("sendMessage", error_code=429, description="Too Many Requests", retry_after=7)
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(7001, "x")
        assert refused.value.retry_after == timedelta(seconds=7)
        telegram.faults.refuse("getUpdates", error_code=409, description="Conflict: terminated")
        with pytest.raises(Conflict):
            await bot.get_updates()
        phone.block()
        with pytest.raises(Forbidden):
            await bot.send_message(7001, "x")
    with pytest.raises(InvalidToken):
        await Bot("1:wrong", base_url=f"{api.url}/bot").initialize()
