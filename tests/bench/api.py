"""A Bot API server that does as little as it can, in a process of its own: the benchmark's Telegram.

It keeps no chats. What the bot calls is told to the people (tests/bench/people.py) over a local
socket, one JSON line an event; what they do comes back on it and waits for getUpdates, or is delivered to the
webhook if one is set (whoever polls has none). It is also the mail server: it takes every mail and throws it
away.

Told:  {"m": method, "c": chat, "i": message id, "t": text, "k": inline keyboard}
Heard: the body of an update, without its update_id.

`python -m tests.bench.api` prints {"port", "people_port", "mail_port"} and serves until its input ends.
"""

import asyncio
import json
import re
import sys
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

import uvloop

from tests.bench.deliveries import Update, Webhook

BOT = {"id": 123456789, "is_bot": True, "first_name": "MediConnect", "username": "mediconnect_bot"}
BOT_JSON = json.dumps(BOT).encode()
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
DATE = 1_800_000_000
LIMIT = 100


class People(asyncio.Protocol):
    """The line to the process in which the people live."""

    def __init__(self, api: "Api") -> None:
        self._api = api
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note that somebody is there."""
        self._transport = transport  # type: ignore[assignment]
        self._api.people = self

    def data_received(self, data: bytes) -> None:
        """Take the updates that people make."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._api.take(lines)

    def tell(self, event: dict[str, Any]) -> None:
        """Tell them of a call of the bot's."""
        if self._transport:
            self._transport.write(json.dumps(event).encode() + b"\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what nobody waits for any more."""
        del exc
        self._transport = None
        if self._api.people is self:
            self._api.forget()


class Api:
    """What the server knows: the updates that wait, and the last ids that it gave away."""

    def __init__(self) -> None:
        self.people: People | None = None
        self._waiting: deque[Update] = deque()
        self._update_id = 1000
        self._message_id = 0
        self._held: tuple[BotConnection, asyncio.TimerHandle] | None = None
        self._webhook: Webhook | None = None

    def take(self, bodies: list[bytes]) -> None:
        """Put updates in line; a poll that waits is answered."""
        for body in bodies:
            self._update_id += 1
            self._waiting.append((self._update_id, b'{"update_id":%d,%b' % (self._update_id, body[1:])))
        if self._webhook:
            self._push(self._webhook)
        elif self._held:
            connection, timer = self._held
            timer.cancel()
            self._held = None
            connection.answer(self._batch())

    def forget(self) -> None:
        """Forget the updates that nobody took."""
        self._waiting.clear()
        if self._webhook:
            self._webhook.forget()

    def _push(self, webhook: Webhook) -> None:
        while self._waiting:
            webhook.deliver(self._waiting.popleft())

    def _set_webhook(self, params: dict[str, Any]) -> None:
        if self._webhook:
            self._waiting.extendleft(reversed(self._webhook.close()))
        # A bot may answer an update with a call in the body ("Making requests when getting updates").
        self._webhook = (
            Webhook(params, lambda call: self.call(call.pop("method"), call)) if params.get("url") else None
        )
        if self._webhook:
            self._push(self._webhook)

    def let_go(self, connection: "BotConnection") -> None:
        """Forget a poll whose bot has gone."""
        if self._held and self._held[0] is connection:
            self._held[1].cancel()
            self._held = None

    def _batch(self) -> bytes:
        some = [body for _, body in zip(range(LIMIT), (body for _, body in self._waiting), strict=False)]
        return b"[%b]" % b",".join(some)

    def poll(self, connection: "BotConnection", offset: int, seconds: int) -> None:
        """Answer getUpdates: forget what lies before the offset; wait where nothing is left."""
        if self._webhook:
            self._set_webhook({})
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if self._waiting or not seconds:
            connection.answer(self._batch())
            return
        timer = asyncio.get_running_loop().call_later(seconds, self._nothing, connection)
        self._held = (connection, timer)

    def _nothing(self, connection: "BotConnection") -> None:
        self._held = None
        connection.answer(b"[]")

    def call(self, method: str, params: dict[str, Any]) -> bytes:
        """Do what a method does that shows something, tell people of it, and return its result."""
        if method == "sendMessage":
            self._message_id += 1
            return self._shown(method, params, self._message_id)
        if method == "editMessageText":
            return self._shown(method, params, int(params["message_id"]))
        if method == "getMe":
            return BOT_JSON
        if method == "getWebhookInfo":
            return json.dumps(self._webhook.info() if self._webhook else NO_WEBHOOK).encode()
        if method in {"setWebhook", "deleteWebhook"}:
            self._set_webhook(params)
        if method == "answerCallbackQuery" and self.people:
            self.people.tell({"m": method, "q": params["callback_query_id"]})
        return b"true"

    def _shown(self, method: str, params: dict[str, Any], message_id: int) -> bytes:
        chat, text, markup = int(params["chat_id"]), params["text"], params.get("reply_markup")
        if isinstance(markup, str):
            markup = json.loads(markup)
        keyboard = markup.get("inline_keyboard") if markup else None
        if self.people:
            self.people.tell({"m": method, "c": chat, "i": message_id, "t": text, "k": keyboard})
        message = {
            "message_id": message_id,
            "date": DATE,
            "chat": {"id": chat, "type": "private", "first_name": "P"},
            "from": BOT,
            "text": text,
        }
        if method == "editMessageText":
            message["edit_date"] = DATE
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        return json.dumps(message).encode()


class BotConnection(asyncio.Protocol):
    """A connection on which a bot makes its requests, one after the other (HTTP/1.1)."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self._data, 0, end)
            total = end + 4 + (int(found[1]) if found else 0)
            if len(self._data) < total:
                return
            path = self._data[: self._data.index(b"\r\n")].split(b" ")[1]
            body, self._data = self._data[end + 4 : total], self._data[total:]
            self._handle(path.rpartition(b"/")[2].decode(), body)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nobody is there any more."""
        del exc
        self._transport = None
        self._api.let_go(self)

    def _handle(self, method: str, body: bytes) -> None:
        params = json.loads(body) if body[:1] == b"{" else dict(parse_qsl(body.decode()))
        if method == "getUpdates":
            self._api.poll(self, int(params.get("offset") or 0), int(params.get("timeout") or 0))
        else:
            self.answer(self._api.call(method, params))

    def answer(self, result: bytes) -> None:
        """Send a result."""
        body = b'{"ok":true,"result":%b}' % result
        if self._transport:
            self._transport.write(ANSWER % (len(body), body))


class Mail(asyncio.Protocol):
    """A connection on which mail comes in (RFC 5321): always welcome, never read."""

    def __init__(self) -> None:
        self._data = b""
        self._in_mail = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = transport  # type: ignore[assignment]
        self._say(b"220 bench\r\n")

    def _say(self, line: bytes) -> None:
        if self._transport:
            self._transport.write(line)

    def data_received(self, data: bytes) -> None:
        """Follow the conversation."""
        self._data += data
        while True:
            mark = b"\r\n.\r\n" if self._in_mail else b"\r\n"
            before, found, after = self._data.partition(mark)
            if not found:
                return
            self._data = after
            self._follow(before[:4].upper())

    def _follow(self, verb: bytes) -> None:
        if self._in_mail:
            self._in_mail = False
            self._say(b"250 taken\r\n")
        elif verb == b"DATA":
            self._in_mail = True
            self._say(b"354 go on\r\n")
        elif verb == b"QUIT" and self._transport:
            self._say(b"221 bye\r\n")
            self._transport.close()
        else:
            self._say(b"250 bench\r\n")


async def serve() -> None:
    """Serve until the input ends."""
    loop, api = asyncio.get_running_loop(), Api()
    servers = [
        await loop.create_server(lambda: BotConnection(api), "127.0.0.1", 0),
        await loop.create_server(lambda: People(api), "127.0.0.1", 0),
        await loop.create_server(Mail, "127.0.0.1", 0),
    ]
    names = ("port", "people_port", "mail_port")
    ports = {name: server.sockets[0].getsockname()[1] for name, server in zip(names, servers, strict=True)}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve())
