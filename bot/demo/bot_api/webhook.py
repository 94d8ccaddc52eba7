"""Delivery of updates to a webhook, with the order and the repeats of the public server.

Source: Bot API, setWebhook; the queues and the pauses are the public server's.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest, ApiError
from bot.demo.bot_api.updates import UpdateQueue
from services.cancellation import cancel_and_wait

SECRET = re.compile(r"[A-Za-z0-9_-]*")
MAX_SECRET = 256
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_CONNECTIONS, DEFAULT_CONNECTIONS = 100, 40
SETTLE_SECONDS = 1.0
ANSWER_SECONDS = 60
LONGEST_PAUSE_SECONDS, LONGEST_ASKED_SECONDS = 60.0, 3600.0
# A person's taps have a queue beside the one of the private chat, which has the same id.
TAPS = 3 << 33


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where updates go; `secret` stands in a header of each delivery."""

    url: str
    secret: str
    connections: int


class Webhook:
    """The bot's webhook, if it has set one. `execute` runs the call in the body of an answer.

    `first_pause` is the seconds before the second repeat; the pauses double.
    """

    def __init__(self, updates: UpdateQueue, *, first_pause: float = 2.0) -> None:
        self._updates = updates
        self.first_pause = first_pause
        self.execute: Callable[[str, Json], Awaitable[object]] | None = None
        self.target: WebhookTarget | None = None
        # Set while there is one, so that others can wait until the bot listens.
        self.is_set = asyncio.Event()
        self.last_error: tuple[int, str] | None = None
        self._set_at = float("-inf")
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(DEFAULT_CONNECTIONS)
        self._session: aiohttp.ClientSession | None = None

    def set(self, url: str, secret: str, connections: int) -> str:
        """Deliver there from now on; return what the answer's description says.

        Raises ApiError 429 where it was set less than a second ago.
        """
        if len(secret) > MAX_SECRET:
            raise ApiBadRequest("secret token is too long")
        if not SECRET.fullmatch(secret):
            raise ApiBadRequest("secret token contains unallowed characters")
        target = WebhookTarget(url, secret, min(max(connections, 1), MAX_CONNECTIONS))
        if target == self.target:
            return "Webhook is already set"
        now = asyncio.get_running_loop().time()
        if now - self._set_at < SETTLE_SECONDS:
            raise ApiError(429, "Too Many Requests: retry after 1", 1)
        self._set_at = now
        self.stop()
        self.target, self.last_error = target, None
        self._places = asyncio.Semaphore(target.connections)
        self.is_set.set()
        self._updates.begin_delivery(self.wake)
        self.wake()
        return "Webhook was set"

    def remove(self) -> bool:
        """Deliver no more; tell whether there was a webhook. What waits can be polled."""
        was_set, self.target = self.target is not None, None
        self.is_set.clear()
        self._updates.end_delivery()
        self.stop()
        return was_set

    def stop(self) -> None:
        """Cancel the deliveries that have begun; they are repeated if there is a webhook again."""
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()

    async def close(self) -> None:
        """End all deliveries and close the connections."""
        workers = list(self._workers.values())
        self.stop()
        await cancel_and_wait(*workers)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def wake(self) -> None:
        """Begin to deliver what waits in queues at which nobody works."""
        if self.target is None:
            return
        for body in self._updates.waiting():
            key = queue_of(body)
            if key not in self._workers:
                self._workers[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: int) -> None:
        """Deliver a queue, strictly one after the other."""
        try:
            while body := next((each for each in self._updates.waiting() if queue_of(each) == key), None):
                await self._deliver(body)
        finally:
            if self._workers.get(key) is asyncio.current_task():
                del self._workers[key]

    async def _deliver(self, body: Json) -> None:
        pause = 0.0
        while self._updates.is_waiting(body["update_id"]):
            async with self._places:
                asked = await self._try(body)
            if asked is None:
                self._updates.deliver(body["update_id"])
                return
            await asyncio.sleep(asked or pause)
            pause = min(max(2 * pause, self.first_pause), LONGEST_PAUSE_SECONDS)

    async def _try(self, body: Json) -> float | None:
        """Deliver an update once. Return None if it was taken, else the seconds that the bot asks to wait."""
        if self.target is None:
            return 0
        headers = {HEADER: self.target.secret} if self.target.secret else {}
        try:
            async with self._opened().post(
                self.target.url, json=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
                if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
                    await self._execute(content)
                    return None
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                return _asked(answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(f"Connection failed: {type(error).__name__}")
            return 0

    async def _execute(self, content: bytes) -> None:
        """Run the call that an answer holds. Its result is lost, and so is its error."""
        call = _call_in(content)
        if call is not None and self.execute is not None:
            with suppress(ApiError):
                await self.execute(*call)

    def _note(self, text: str) -> None:
        self.last_error = (self._updates.timestamp(), text)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def queue_of(body: Json) -> int:
    """Return the key of the queue in which an update is delivered: a chat's, or a person's for taps."""
    query = body.get("callback_query")
    if query is not None:
        return int(query["from"]["id"]) + TAPS
    place: Any = next((value for name, value in body.items() if name != "update_id"), {})
    return int(place.get("chat", {}).get("id", 0))


def _asked(retry_after: str) -> float:
    return min(float(retry_after), LONGEST_ASKED_SECONDS) if retry_after.isdigit() else 0.0


def _call_in(content: bytes) -> tuple[str, Json] | None:
    try:
        call = json.loads(content)
    except ValueError:
        return None
    name = call.pop("method", None) if isinstance(call, dict) else None
    if not isinstance(name, str):
        return None
    name = name.lower()
    is_barred = name.startswith("get") or name in {"setwebhook", "deletewebhook", "close", "logout"}
    return None if is_barred else (name, call)
