"""The bot as `python -m bot` starts it, but for its clock, which is read from a file and can be turned.

CHAOS_CLOCK names the file, CHAOS_POLLS=no makes it a worker that takes no updates, CHAOS_MACHINE has it take
itself to be on a machine of that name, from which the processes of others can't be seen, CHAOS_CHAT_PAUSE is
what a chat waits for its next message, in seconds. Its rounds and its
mails, which have a pace for real clinics, are quicker, as its days are.
"""

import asyncio
import ctypes
import os
import signal
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bot import __main__ as program
from bot.telegram.updates.polling import UpdatePolling
from services.background import process_identity
from services.models.notifications import ChannelName
from services.notifications import chat_rate_limit, outbox
from tests.chaos.clock import FileClock

PERIODIC_SECONDS = 0.5
MAILS_A_SECOND = 60
# prctl(2): end me with whoever started me, however that went.
PR_SET_PDEATHSIG = 1


async def _no_updates(_polling: UpdatePolling) -> None:
    await asyncio.Event().wait()


def main() -> int:
    """Run it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    clock = partial(FileClock, Path(os.environ["CHAOS_CLOCK"]))
    with ExitStack() as stack:
        stack.enter_context(patch("bot.__main__.SystemClock", clock))
        stack.enter_context(patch("bot.app.PERIODIC_SECONDS", PERIODIC_SECONDS))
        stack.enter_context(
            patch.object(chat_rate_limit, "SECONDS_PER_MESSAGE", float(os.environ["CHAOS_CHAT_PAUSE"]))
        )
        stack.enter_context(patch.dict(outbox.PER_SECOND, {ChannelName.MAIL: MAILS_A_SECOND}))
        if machine := os.environ.get("CHAOS_MACHINE"):
            stack.enter_context(patch.object(process_identity, "_machine", lambda: machine))
        if os.environ.get("CHAOS_POLLS") == "no":
            stack.enter_context(patch.object(UpdatePolling, "run", _no_updates))
        return program.main()


if __name__ == "__main__":
    sys.exit(main())
