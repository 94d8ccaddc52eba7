"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>.

Source: Bot API, "Making requests".
"""

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from bot.demo.bot_api.errors import ApiError
from bot.demo.bot_api.faults import Call, Fate, Harm, RawAnswer
from bot.demo.bot_api.files import MAX_UPLOAD_BYTES
from bot.demo.bot_api.methods import METHODS
from bot.demo.bot_api.methods.method import Described
from bot.demo.bot_api.params import Params, read_params
from bot.demo.bot_api.telegram import Telegram

TOKEN = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{1,80}")
MAX_BODY_BYTES = MAX_UPLOAD_BYTES + (1 << 20)


def add_bot_api(app: web.Application, telegram: Telegram) -> None:
    """Serve the Bot API of a local Telegram. A held poll ends when the application shuts down."""
    # aiohttp takes the limit of a request from its application; the default of 1 MB is too small for photos.
    app._client_max_size = max(app._client_max_size, MAX_BODY_BYTES)  # noqa: SLF001 - it has no public setter
    app.add_routes(routes(telegram))

    async def release(_app: web.Application) -> None:
        telegram.updates.release()

    app.on_shutdown.append(release)


def routes(telegram: Telegram) -> list[web.RouteDef]:
    """Return only the routes, for an application that sets its own limits."""
    api = _BotApi(telegram)
    telegram.webhook.execute = api.execute
    return [
        web.route("*", "/bot{token:[^/]+}/{method:[^/]+}", api.call),
        web.get("/file/bot{token:[^/]+}/{path:.+}", api.download),
        web.route("*", "/bot{rest:.*}", api.nowhere),
    ]


class _BotApi:
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def nowhere(self, _request: web.Request) -> web.Response:
        return _refusal(ApiError(404, "Not Found"))

    async def call(self, request: web.Request) -> web.Response:
        fate = Fate()
        try:
            self._check_token(request.match_info["token"])
            method = request.match_info["method"].lower()
            params = await read_params(request)
            texts = dict(params.texts)
            self._telegram.calls.append(Call(method, texts, self._telegram.clock.now()))
            fate = self._telegram.faults.meet(method, texts)
            if fate.harm is Harm.DROP:
                return _hang_up(request)
            if fate.answer is not None:
                return _raw(fate.answer)
            answer = _done(await self._run(method, params))
        except ApiError as error:
            answer = _refusal(error)
        except web.HTTPRequestEntityTooLarge:
            answer = _refusal(ApiError(413, "Request Entity Too Large"))
        if fate.late_seconds:
            await asyncio.sleep(fate.late_seconds)
        return _hang_up(request) if fate.harm is Harm.DROP_AFTER else answer

    async def execute(self, name: str, fields: dict[str, Any]) -> Any:
        """Run a call that stands in a webhook's answer. Raises ApiError."""
        texts = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in fields.items()
            if value is not None
        }
        self._telegram.calls.append(Call(name, texts, self._telegram.clock.now()))
        return await self._run(name, Params(texts))

    async def download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
        except ApiError as error:
            return _refusal(error)
        file = self._telegram.files.at(request.match_info["path"])
        if file is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _check_token(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        if token != self._telegram.token:
            raise ApiError(401, "Unauthorized")

    async def _run(self, name: str, params: Params) -> Any:
        method = METHODS.get(name)
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        method.check(params)
        return await method.run(self._telegram, params)


def _done(result: Any) -> web.Response:
    if isinstance(result, Described):
        return web.json_response({"ok": True, "result": result.result, "description": result.description})
    return web.json_response({"ok": True, "result": result})


def _refusal(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.error_code, "description": error.description}
    headers = {}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    return web.json_response(body, status=error.error_code, headers=headers)


def _raw(answer: RawAnswer) -> web.Response:
    return web.Response(body=answer.body, status=answer.status, content_type=answer.content_type)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection; the response that is returned is not sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
