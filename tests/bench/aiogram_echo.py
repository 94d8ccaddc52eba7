"""aiogram's bot that says back what it hears.

It runs in an environment of its own, so it imports nothing of ours.
`python aiogram_echo.py TOKEN URL` runs it until it is ended.
"""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def main(token: str, url: str) -> None:
    """Run until a signal says stop."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    async with Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
