"""Callback queries: each may be answered once, within a time. Source: Bot API, CallbackQuery."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest
from services.clock import Clock


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """A tap that waits for its answer."""

    chat_id: int
    until: datetime


class CallbackQueries:
    """The taps that can still be answered."""

    def __init__(self, clock: Clock, lifetime: timedelta) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._open: dict[str, OpenQuery] = {}

    def open(self, chat_id: int) -> str:
        """Return the id of a new query from a chat."""
        self._drop_expired()
        query_id = str(secrets.randbits(62) | 1 << 62)
        self._open[query_id] = OpenQuery(chat_id, self._clock.now() + self._lifetime)
        return query_id

    def answer(self, query_id: str) -> int:
        """Close a query and return the chat it came from.

        Raises BadRequest when it is unknown, was answered before, or is too old.
        """
        query = self._open.pop(query_id, None)
        if query is None or query.until < self._clock.now():
            raise ApiBadRequest("query is too old and response timeout expired or query ID is invalid")
        return query.chat_id

    def _drop_expired(self) -> None:
        now = self._clock.now()
        # Oldest first, so the loop ends at the first that has not expired.
        for query_id, query in list(self._open.items()):
            if query.until >= now:
                break
            del self._open[query_id]

    def dump(self) -> list[Json]:
        """Return what the journal keeps."""
        return [
            {"id": query_id, "chat_id": query.chat_id, "until": query.until.isoformat()}
            for query_id, query in self._open.items()
        ]

    def load(self, saved: list[Json]) -> None:
        """Restore what `dump` returned."""
        self._open = {
            item["id"]: OpenQuery(item["chat_id"], datetime.fromisoformat(item["until"])) for item in saved
        }
