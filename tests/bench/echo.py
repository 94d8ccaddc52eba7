"""Bots that say back what they hear, and nothing else: what a library costs by itself.

`python -m tests.bench.echo default|ours|ours-plain TOKEN URL` runs one until it is ended; the last without
uvloop. The first imports nothing of ours, as its start is measured, too.
"""

import asyncio
import logging
import os
import signal
import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

POOL = 64


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    del context
    if update.message:
        await update.message.reply_text(update.message.text or "")


def application(client: str, token: str, url: str) -> "Application[Any, Any, Any, Any, Any, Any]":
    """Return PTB's Application on its default client, or on ours."""
    builder = ApplicationBuilder().token(token).base_url(f"{url}/bot").concurrent_updates(POOL)
    if client != "default":
        from bot.telegram.transport import AiohttpRequest  # noqa: PLC0415 - the default bot runs as it comes

        builder = builder.request(AiohttpRequest(POOL)).get_updates_request(AiohttpRequest(1))
    else:
        builder = builder.connection_pool_size(POOL)
    built = builder.build()
    built.add_handler(MessageHandler(filters.TEXT, echo))
    return built


def main(client: str, token: str, url: str) -> None:
    """Run until a signal says stop."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    logging.getLogger().setLevel(logging.ERROR)
    if client == "ours":
        import uvloop  # noqa: PLC0415 - the default bot runs as it comes

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    application(client, token, url).run_polling(stop_signals=(signal.SIGTERM, signal.SIGINT))


if __name__ == "__main__":
    main(*sys.argv[1:4])
