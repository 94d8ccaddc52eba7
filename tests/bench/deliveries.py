"""The webhook of the benchmark's Telegram (Bot API setWebhook).

Each update is delivered at once, also beside another one of the same person, over as many connections as the
bot has asked for. What is not answered with 2xx is delivered again.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

# Bot API: the default of max_connections.
CONNECTIONS = 40
# After so many updates a connection is replaced, as proxies do: where there are several workers, the new one
# goes to one that has time for it.
REUSED = 200
AGAIN_SECONDS = 0.05

Call = Callable[[dict[str, Any]], object]
# The id of an update, and its JSON.
Update = tuple[int, bytes]


class Webhook:
    """Delivers updates to one address. `on_call` gets what the bot answers in the body of an answer."""

    def __init__(self, params: Mapping[str, Any], on_call: Call) -> None:
        self.params = params
        self.on_call = on_call
        parts = urlsplit(params["url"])
        self._host, self._port = parts.hostname, parts.port
        self._head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {params.get('secret_token', '')}\r\n"
        ).encode()
        self._most = int(params.get("max_connections") or CONNECTIONS)
        self._waiting: deque[Update] = deque()
        self._connections: set[Delivery] = set()
        self._free: list[Delivery] = []
        self._connecting: set[asyncio.Task[None]] = set()
        self._is_over = False

    def info(self) -> dict[str, Any]:
        """Return what getWebhookInfo tells (Bot API WebhookInfo)."""
        known = {name: self.params[name] for name in ("url", "max_connections") if name in self.params}
        allowed = self.params.get("allowed_updates")
        known |= {"allowed_updates": json.loads(allowed) if isinstance(allowed, str) else allowed or []}
        return known | {"has_custom_certificate": False, "pending_update_count": len(self._waiting)}

    def deliver(self, update: Update) -> None:
        """Deliver an update."""
        self._waiting.append(update)
        self._go_on()

    def forget(self) -> None:
        """Forget the updates that nobody took."""
        self._waiting.clear()

    def close(self) -> Sequence[Update]:
        """Deliver no more; return what still waits."""
        self._is_over = True
        for connection in self._connections:
            connection.close()
        return self._waiting

    def _go_on(self) -> None:
        while self._waiting and self._free:
            update = self._waiting.popleft()
            head = self._head + b"Content-Length: %d\r\n\r\n" % len(update[1])
            self._free.pop().send(head, update)
        room = self._most - len(self._connections) - len(self._connecting)
        for _ in range(min(room, len(self._waiting) - len(self._connecting))):
            task = asyncio.create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: Delivery(self), self._host, self._port)
        except OSError:
            loop.call_later(AGAIN_SECONDS, self._go_on)

    def begin(self, connection: "Delivery") -> None:
        """Note a new connection."""
        if self._is_over:
            connection.close()
            return
        self._connections.add(connection)
        self.done(connection)

    def done(self, connection: "Delivery") -> None:
        """Note that a connection is free."""
        self._free.append(connection)
        self._go_on()

    def again(self, update: Update) -> None:
        """Deliver an update again, after a moment."""
        if not self._is_over:
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self.deliver, update)

    def end(self, connection: "Delivery") -> None:
        """Note that a connection has ended."""
        self._connections.discard(connection)
        if connection in self._free:
            self._free.remove(connection)
        if not self._is_over:
            self._go_on()


class Delivery(asyncio.Protocol):
    """One connection to the bot: an update, its answer, the next."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._transport: asyncio.Transport | None = None
        self._sent: Update | None = None
        self._received = b""
        self._count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]
        self._webhook.begin(self)

    def send(self, head: bytes, update: Update) -> None:
        """Deliver an update."""
        self._sent = update
        self._count += 1
        if self._transport:
            self._transport.write(head + update[1])

    def data_received(self, data: bytes) -> None:
        """Take the answer, once it is complete."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found or len(rest) < length(head):
            return
        sent, self._sent, self._received = self._sent, None, b""
        if sent and head[9:10] != b"2":
            self._webhook.again(sent)
        elif rest:
            self._webhook.on_call(json.loads(rest))
        if self._count < REUSED:
            self._webhook.done(self)
        else:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let what was not answered be delivered again."""
        del exc
        if self._sent:
            self._webhook.again(self._sent)
        self._webhook.end(self)

    def close(self) -> None:
        """End the connection."""
        if self._transport:
            self._transport.close()


def length(head: bytes) -> int:
    """Return the length of the body that a head of HTTP/1.1 names."""
    lines = head.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
