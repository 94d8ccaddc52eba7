"""The demo page: the routes of the page itself, and of a WebSocket for what happens on it."""

import asyncio
import base64
import itertools
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from bot.demo.mail_invites import Invited
from bot.demo.mailbox import CaughtMail, Mailbox
from bot.localization.languages import ENGLISH, Language, languages, spoken
from bot.localization.reader import speak, speaking
from bot.texts.demo_page import words
from services.errors import StorageDown

log = logging.getLogger(__name__)

PAGE = Path(__file__).with_name("page")
FIRST_GUEST = 9001
PART = re.compile(r"[a-z0-9_.-]+")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; frame-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Login:
    """How the owner of a phone signs in to the sample clinic."""

    chat_id: int
    label: str
    email: str
    password: str


class Live:
    """What the page shows and does.

    `labels` has the owners of the phones by chat; `logins` returns how they sign in at present. Where the
    clinic `has_api`, calls of it can be tried.
    """

    def __init__(
        self,
        telegram: Telegram,
        mailbox: Mailbox,
        *,
        clinic_name: str,
        labels: Mapping[int, str],
        logins: Callable[[], Awaitable[list[Login]]],
        staff_code: str | None = None,
        has_api: bool = True,
    ) -> None:
        self.telegram = telegram
        self.mailbox = mailbox
        self._clinic_name = clinic_name
        self._labels = labels
        self.logins = logins
        self._staff_code = staff_code
        self._has_api = has_api

    def hello(self) -> dict[str, Any]:
        """Return everything that a newly opened page shows."""
        return {
            "type": "hello",
            "bot": self.telegram.bot,
            "clinic_name": self._clinic_name,
            "phones": [self._phone(phone) for phone in self.telegram.phones.values()],
            "mails": [_mail(mail) for mail in self.mailbox.mails],
            "staff_code": self._staff_code,
            "api": self._has_api,
        }

    def _phone(self, phone: Phone) -> dict[str, Any]:
        label = self._labels.get(phone.chat_id, "Guest")
        return {**phone.profile, "messages": phone.messages, "commands": phone.commands, "label": label}

    def do(self, wish: dict[str, Any]) -> dict[str, Any] | None:
        """Do what the page asks for; return the answer for that page alone.

        Raises CannotDo, LookupError, TypeError, ValueError if it cannot be done.
        """
        if wish["type"] == "add_phone":
            name, tag = str(wish.get("first_name") or "Guest"), str(wish.get("language_code") or "en")
            return {"type": "added", "chat_id": self._add_phone(name, tag)}
        phone = self.telegram.phones[int(wish["chat_id"])]
        if wish["type"] == "tap":
            data, message_id = str(wish["data"]), int(wish["message_id"])
            _, query_id = phone.tap_query(message_id, data)
            return {**wish, "type": "tapped", "callback_query_id": query_id}
        _ACTS[wish["type"]](phone, wish)
        return None

    def _add_phone(self, first_name: str, language_code: str) -> int:
        if not LANGUAGE_TAG.fullmatch(language_code):
            raise ValueError(language_code)
        free = next(n for n in itertools.count(FIRST_GUEST) if n not in self.telegram.phones)
        return self.telegram.phone(free, first_name[:64], language_code=language_code).chat_id


def _send_file(phone: Phone, wish: dict[str, Any]) -> int:
    content = base64.b64decode(wish["base64"], validate=True)
    if wish.get("kind") == "photo":
        return phone.send_photo(content)
    return phone.send_document(str(wish.get("name") or "file"), content)


def _block(phone: Phone, wish: dict[str, Any]) -> int | None:
    return phone.block() if wish["blocked"] else phone.unblock()


def _send(phone: Phone, wish: dict[str, Any]) -> int:
    text = str(wish["text"])
    # The client's START button also unblocks.
    return phone.start() if phone.blocked and text == "/start" else phone.send(text)


_ACTS: dict[str, Callable[[Phone, dict[str, Any]], int | None]] = {
    "send": _send,
    "start": lambda phone, wish: phone.start(str(wish["payload"])),
    "file": _send_file,
    "sticker": lambda phone, wish: phone.send_sticker(str(wish["emoji"])),
    "voice": lambda phone, wish: phone.send_voice(int(wish["seconds"])),
    "block": _block,
}


def page_routes(live: Live) -> list[BaseRoute]:
    """Return the routes of the page: / is the page itself, and its parts are under /page/.

    Files are under /files/ and /mails/, the logins at /logins, what the page says at /words; events are sent
    over the WebSocket at /ws.
    """
    page = _Page(live)
    return [
        Route("/", page.index),
        WebSocketRoute("/ws", page.socket),
        Route("/logins", page.logins),
        Route("/words", page.words),
        Route("/page/{name}", page.part),
        Route("/files/{file_id}", page.file),
        Route("/mails/{mail_id}/invite.ics", page.invite),
    ]


class _Page:
    def __init__(self, live: Live) -> None:
        self._live = live

    async def index(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers=HEADERS)

    async def logins(self, _request: Request) -> Response:
        """Tell how the owners of the phones sign in. It is asked for each time, because accounts change."""
        try:
            logins = await self._live.logins()
        except StorageDown as error:
            raise HTTPException(503) from error
        return JSONResponse([asdict(login) for login in logins], headers=HEADERS)

    async def words(self, request: Request) -> Response:
        """Tell what the page says, in the first `language` (an IETF tag) that is spoken, or in English."""
        reads = _read_language(request.query_params.getlist("language"))
        with speaking(reads):
            said = {
                "language": reads.code,
                "direction": "rtl" if reads.is_rtl else "ltr",
                "languages": [[each.code, each.own_name] for each in languages()],
                "words": words(),
            }
        return JSONResponse(said, headers=HEADERS)

    async def part(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = PAGE / name
        # Only files of that very folder: the pattern allows no slash.
        if not PART.fullmatch(name) or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, headers=HEADERS)

    async def file(self, request: Request) -> Response:
        """Serve a file of a chat, only as a download: it must not be run as a page."""
        stored = self._live.telegram.files.get(request.path_params["file_id"])
        if stored is None:
            raise HTTPException(404)
        is_image = stored.mime_type in {"image/png", "image/jpeg", "image/webp", "image/gif"}
        kind = stored.mime_type if is_image else "application/octet-stream"
        return Response(stored.content, media_type=kind, headers=HEADERS)

    async def invite(self, request: Request) -> Response:
        """Serve the calendar part of an email as a download."""
        mail = self._live.mailbox.mail(request.path_params["mail_id"])
        if mail is None or mail.invited is None:
            raise HTTPException(404)
        as_file = {"Content-Disposition": 'attachment; filename="invite.ics"'}
        return Response(mail.invited.content, media_type="text/calendar", headers=HEADERS | as_file)

    async def socket(self, socket: WebSocket) -> None:
        # Pages of other sites in the same browser must not control this one (RFC 6455 section 10.2).
        origin = socket.headers.get("Origin", "")
        if origin.partition("//")[2] != socket.headers.get("Host", ""):
            await socket.send_denial_response(
                PlainTextResponse("This page must come from the demo itself.", status_code=403)
            )
            return
        await socket.accept()
        # Of emails, the page shows when an invitation is for, in its own language.
        speak(_read_language(socket.query_params.getlist("language")))
        async with self._live.telegram.subscribe() as events, self._live.mailbox.listening() as mails:
            await _tell(socket, self._live.hello())
            feeds = [
                asyncio.create_task(_feed(socket, events, lambda event: event)),
                asyncio.create_task(_feed(socket, mails, _mail_event)),
            ]
            try:
                await self._obey(socket)
            finally:
                for feed in feeds:
                    feed.cancel()

    async def _obey(self, socket: WebSocket) -> None:
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            if message.get("text") is None:
                continue
            try:
                answer = self._live.do(json.loads(message["text"]))
            # CannotDo is a ValueError.
            except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
                log.info("page.refused why=%s", type(error).__name__)
                answer = {"type": "refused"}
            if answer is not None:
                await _tell(socket, answer)


def _read_language(tags: Sequence[str]) -> Language:
    return next((reads for tag in tags if (reads := spoken(tag))), ENGLISH)


async def _tell(socket: WebSocket, what: dict[str, Any]) -> None:
    # The page may be gone, or its connection be closing on our side. The next `receive` says so.
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json(what)


async def _feed(socket: WebSocket, queue: "asyncio.Queue[Any]", shape: Callable[[Any], Any]) -> None:
    while True:
        await _tell(socket, shape(await queue.get()))


def _mail_event(mail: CaughtMail) -> dict[str, Any]:
    return {"type": "mail", "mail": _mail(mail)}


def _mail(mail: CaughtMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "at": mail.at.isoformat(),
        "from": mail.sender,
        "to": list(mail.to),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [asdict(attachment) for attachment in mail.attachments],
        "invite": _invite(mail.id, mail.invited) if mail.invited else None,
    }


def _invite(mail_id: str, it: Invited) -> dict[str, Any]:
    return {
        "uid": it.uid,
        "method": it.method,
        "sequence": it.sequence,
        "title": it.title,
        "start": it.start.astimezone(UTC).isoformat(),
        "day": it.day,
        "time": it.time,
        "place": it.place,
        "room": it.room,
        "file": f"/mails/{mail_id}/invite.ics",
        "size": len(it.content),
    }
