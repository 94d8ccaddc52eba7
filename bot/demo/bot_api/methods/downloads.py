"""getFile."""

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.files import MAX_DOWNLOAD_BYTES
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram


async def get_file(telegram: Telegram, params: Params) -> Json:
    """Return where a file can be fetched. Source: Bot API, getFile."""
    file = telegram.files.get(params.text("file_id"))
    if file is None:
        raise ApiBadRequest("invalid file_id")
    if len(file.content) > MAX_DOWNLOAD_BYTES:
        raise ApiBadRequest("file is too big")
    return {**file.card, "file_path": file.path}
