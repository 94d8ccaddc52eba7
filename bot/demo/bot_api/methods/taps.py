"""answerCallbackQuery."""

from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram

MAX_ANSWER = 200


async def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    """Answer a tap, once and in time. Source: Bot API, answerCallbackQuery."""
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise ApiBadRequest("MESSAGE_TOO_LONG")
    query_id = params.text("callback_query_id")
    phone = telegram.phones[telegram.queries.answer(query_id)]
    phone.answered(
        {"callback_query_id": query_id, "text": text, "show_alert": params.flag("show_alert")},
    )
    telegram.on_change()
    return True
