"""HTTP to the Bot API over aiohttp, as an implementation of python-telegram-bot's `BaseRequest`.

To the bot it behaves as PTB's own client: the same time-outs, the same errors, files as multipart forms.
Requests without files are sent as JSON (Bot API, "Making requests"), so that keyboards are encoded only once.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# How long an idle connection is kept; the server closes its end after about a minute.
KEEP_ALIVE_SECONDS = 15
JSON_HEADERS = {"Content-Type": "application/json"}
POOL_IS_FULL = (
    "Pool timeout: All connections in the connection pool are occupied. "
    "Request was *not* sent to Telegram. Consider adjusting the connection pool size or the pool timeout."
)
# What PTB says of an answer that cannot be read.
INVALID = "Invalid server response"
ECHOED = ("from", "text", "entities", "reply_markup")
Seconds = float | None
Trim = Callable[[dict[str, Any]], None]


class ProxyUnusable(ValueError):
    """The environment names a proxy of a kind that is not supported."""


class AiohttpRequest(BaseRequest):
    """PTB's `BaseRequest` on one `aiohttp.ClientSession`.

    All times are seconds, None for no limit. `pool_timeout` bounds the wait for one of
    `connection_pool_size` connections, `connect_timeout` the making of one, `write_timeout` (with
    files: `media_write_timeout`) the sending of the whole request, `read_timeout` each wait for the
    answer. Proxies are those of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY).
    `trim` may remove parts of an answer that nobody reads, before objects are made of it.
    """

    __slots__ = (
        "_connect_timeout",
        "_media_write_timeout",
        "_places",
        "_pool_timeout",
        "_proxies",
        "_read_timeout",
        "_session",
        "_trim",
        "_write_timeout",
    )

    def __init__(
        self,
        connection_pool_size: int = 64,
        *,
        read_timeout: Seconds = 5,
        write_timeout: Seconds = 5,
        connect_timeout: Seconds = 5,
        pool_timeout: Seconds = 1,
        media_write_timeout: Seconds = 20,
        trim: Trim | None = None,
    ) -> None:
        self._trim = trim
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._places = asyncio.Semaphore(connection_pool_size)
        self._proxies: dict[str, str | None] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        """The seconds to wait for an answer where a request does not say."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; nothing is sent yet."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # The semaphore `_places` limits the pool instead: waiting for it has a time-out of its own.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request; return the HTTP status and the body.

        Raises TimedOut, NetworkError. Source: telegram.request.BaseRequest.do_request.
        """
        if self._session is None:
            raise RuntimeError("this request object is not initialized, or it is shut down")
        has_files = request_data is not None and request_data.contains_files
        write = _given(write_timeout, self._media_write_timeout if has_files else self._write_timeout)
        read = _given(read_timeout, self._read_timeout)
        connect = _given(connect_timeout, self._connect_timeout)
        await self._take_place(_given(pool_timeout, self._pool_timeout))
        try:
            # aiohttp has no time-out for writing, so the whole request has one.
            async with (
                _bounded(connect, write, read),
                self._session.request(
                    method,
                    url,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read),
                    proxy=self._proxy_for(url),
                    allow_redirects=False,
                    **_body(request_data),
                ) as response,
            ):
                return response.status, _spoken(response.status, await response.read())
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # Without its text: the address has the token in it.
            raise NetworkError(f"aiohttp.{type(error).__name__}") from error
        finally:
            self._places.release()

    async def post(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc] # its errors are not all named
        """Make a request and return its result. Any answer that makes no sense raises TelegramError, too."""
        try:
            return await super().post(*args, **kwargs)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # PTB does not check the answer: it expects a `result`, and parameters that are numbers.
            raise TelegramError(f"{INVALID}: {type(error).__name__}") from None

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override] # PTB calls it on us
        """Return the answer, trimmed. Raises TelegramError if it is no JSON object."""
        answer = _read(payload)
        if answer is None:
            raise TelegramError(INVALID)  # without the content, which may be updates
        if self._trim is not None:
            self._trim(answer)
        return answer

    async def _take_place(self, seconds: Seconds) -> None:
        if not self._places.locked():
            await self._places.acquire()  # does not wait
            return
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise TimedOut(POOL_IS_FULL) from error

    def _proxy_for(self, url: str) -> str | None:
        """Return the proxy for the address; each host is looked up once. Raises ProxyUnusable."""
        host = "/".join(url.split("/", 3)[:3])
        if host not in self._proxies:
            self._proxies[host] = environment_proxy(host)
        return self._proxies[host]


def _spoken(status: int, payload: bytes) -> bytes:
    """Return the body of an answer. Raises NetworkError for an error that is not the Bot API's own.

    A proxy's 403 does not mean that a person has blocked the bot, nor its 404 that the token is wrong.
    """
    if status >= HTTPStatus.BAD_REQUEST and _read(payload) is None:
        raise NetworkError(f"HTTP {status}, and reading the answer failed")
    return payload


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def was_never_sent(error: NetworkError) -> bool:
    """Tell whether a request failed before anything was sent, so that it certainly had no effect."""
    unconnected = aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError
    return isinstance(error.__cause__, unconnected) or error.message == POOL_IS_FULL


def without_echo(answer: dict[str, Any]) -> None:
    """Remove from an answer the content of the message that was just sent: the bot knows it.

    Of a message that was edited nothing is left but True, as the Bot API answers for inline messages.
    """
    shown = answer.get("result")
    if not isinstance(shown, dict):
        return
    if "edit_date" in shown:
        answer["result"] = True
        return
    for name in ECHOED:
        shown.pop(name, None)


def environment_proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address. Raises ProxyUnusable."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(parts.netloc):
        return None
    kind = urlsplit(proxy).scheme
    if kind not in {"http", "https"}:
        raise ProxyUnusable(
            f"{parts.scheme}_proxy: a proxy of the kind {kind!r} is not understood; give it as"
            f" http://host:port, or name {parts.hostname} in no_proxy"
        )
    return proxy


def _given(value: Any, default: Seconds) -> Seconds:
    return default if value is BaseRequest.DEFAULT_NONE else value


def _bounded(*seconds: Seconds) -> Any:
    return nullcontext() if None in seconds else asyncio.timeout(sum(s for s in seconds if s is not None))


def _body(data: RequestData | None) -> dict[str, Any]:
    """Return what aiohttp is to send: JSON, or a form if there are files."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": json.dumps(data.parameters).encode(), "headers": JSON_HEADERS}
    # Telegram reads names of parts and files as they are, not percent-encoded.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}
