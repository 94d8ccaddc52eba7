"""Updates that have come and are not handled yet."""

from collections.abc import Container
from typing import Any

from telegram.error import TelegramError

from bot.telegram.raw_updates import Json
from bot.telegram.transport import INVALID


class InFlight:
    """Takes the updates out of an answer before objects are made of them.

    `in_hand` are the ids of those that are being handled: until the oldest of them is acknowledged, each poll
    brings all the others again.
    """

    def __init__(self) -> None:
        self.ids: Container[int] = ()
        self._came: list[Any] = []

    def trim(self, answer: Json) -> None:
        """Leave nothing in an answer to getUpdates. Raises TelegramError where that is no list."""
        if "error_code" in answer:
            return
        if not isinstance(answer.get("result"), list):
            raise TelegramError(INVALID)
        self._came, answer["result"] = answer["result"], []

    def take(self) -> list[Any]:
        """Return what the last poll brought."""
        came, self._came = self._came, []
        return came
