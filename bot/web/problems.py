"""Errors as problem documents (RFC 9457): which status each has, and the sentence that the chat would say."""

import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from html import unescape
from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.telegram.log_privacy import discreet
from bot.texts.errors import incident, sentence
from bot.texts.problem_titles import status_title, title
from bot.texts.refused_requests import HTTP_SENTENCES, check_fields, wrong_field
from bot.web.accept_language import in_language
from bot.web.refusals import PROBLEM
from services import errors
from services.clinic_rules import ClinicRules
from services.clock import Clock

log = discreet(__name__)

TAG = re.compile(r"<[^>]*>")
# The first kind that an error is of decides.
STATUSES: tuple[tuple[type[errors.ClinicError], HTTPStatus], ...] = (
    (errors.TooManyTries, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.TooManyCodes, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.TooManyChanges, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (errors.SessionEnded, HTTPStatus.UNAUTHORIZED),
    (errors.WrongCredentials, HTTPStatus.UNAUTHORIZED),
    (errors.StaffCodeNotSet, HTTPStatus.FORBIDDEN),
    (errors.SlotNotOffered, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.KindNotOffered, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.PlaceNotOffered, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.SlotPassed, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Denied, HTTPStatus.FORBIDDEN),
    (errors.Unknown, HTTPStatus.NOT_FOUND),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ClinicError, HTTPStatus.CONFLICT),
)
# What is wrong with which field, for errors that do not come from a form.
FIELDS: Mapping[type[errors.ClinicError], str] = {
    errors.ReasonTooLong: "reason",
    errors.SlotNotOffered: "time",
    errors.SlotPassed: "time",
    errors.KindNotOffered: "kind",
    errors.PlaceNotOffered: "place",
    errors.PeriodTooLong: "to",
    errors.WrongStaffCode: "staffCode",
    errors.BadCode: "code",
    errors.WrongCode: "code",
    errors.CodeExpired: "code",
}
RETRY_SECONDS = 5

ExceptionHandler = Callable[[Request, Any], Awaitable[JSONResponse]]
OnRefused = Callable[[type[errors.ClinicError]], None]


class Unauthorized(Exception):
    """The request has no valid token; `error` says why."""

    def __init__(self, error: errors.ClinicError) -> None:
        super().__init__(error)
        self.error = error


class Problems:
    """Makes responses of errors. `on_refused` is told the class of each."""

    def __init__(self, rules: ClinicRules, clock: Clock, on_refused: OnRefused = lambda _kind: None) -> None:
        self._rules = rules
        self._clock = clock
        self._on_refused = on_refused

    def response(self, error: errors.ClinicError, status: HTTPStatus | None = None) -> JSONResponse:
        """Return the problem document of an error of the clinic."""
        status = status or status_of(error)
        log.info("refused why=%s", type(error).__name__)
        self._on_refused(type(error))
        return problem_response(
            status,
            self._said(error),
            kind=type(error),
            fields=self._fields(error),
            headers=self._headers(error, status),
        )

    def handlers(self) -> dict[type[Exception], ExceptionHandler]:
        """Return what answers each kind of error, as Starlette takes them."""
        return {
            errors.ClinicError: self._on_clinic_error,
            Unauthorized: self._on_unauthorized,
            HTTPException: self._on_http_error,
        }

    async def _on_clinic_error(self, _request: Request, error: Any) -> JSONResponse:
        return self.response(error)

    async def _on_unauthorized(self, _request: Request, error: Any) -> JSONResponse:
        return self.response(error.error, HTTPStatus.UNAUTHORIZED)

    async def on_invalid(self, _request: Request, error: Any) -> JSONResponse:
        """Answer a request of which some fields have the wrong form."""
        self._on_refused(errors.BadFields)
        fields = {_place(each["loc"]): self._said_of_field(each) for each in error.errors()}
        detail = check_fields(list(fields))
        return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, detail, fields=fields)

    async def _on_http_error(self, _request: Request, error: Any) -> JSONResponse:
        """Answer what the router refuses: an unknown path, a wrong method."""
        status = HTTPStatus(error.status_code)
        detail = str(HTTP_SENTENCES.get(status, error.detail))
        return problem_response(status, detail, headers=dict(error.headers or {}))

    def _said(self, error: errors.ClinicError) -> str:
        return plain(sentence(error, self._rules))

    def _said_of_field(self, wrong: Mapping[str, Any]) -> str:
        facts = wrong.get("ctx", {})
        if isinstance(facts.get("error"), errors.ClinicError):
            return self._said(facts["error"])
        return wrong_field(wrong["type"], facts)

    def _fields(self, error: errors.ClinicError) -> dict[str, str]:
        if isinstance(error, errors.BadFields):
            return {name: self._said(each) for name, each in error.fields.items()}
        name = FIELDS.get(type(error))
        return {name: self._said(error)} if name else {}

    def _headers(self, error: errors.ClinicError, status: HTTPStatus) -> dict[str, str]:
        if status is HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": "Bearer"}  # RFC 6750 section 3
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": str(RETRY_SECONDS)}
        at: datetime | None = getattr(error, "retry_at", None) or getattr(error, "until", None)
        if status is not HTTPStatus.TOO_MANY_REQUESTS or at is None:
            return {}
        return {"Retry-After": str(max(1, ceil((at - self._clock.now()).total_seconds())))}


class Incidents:
    """ASGI middleware: what nobody has foreseen becomes an incident with a number, and a problem document."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; where the answer has begun already, the connection ends."""
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            number = secrets.token_hex(3).upper()
            log.exception("incident id=%s", number)
            if has_begun or scope["type"] != "http":
                raise
            answer = problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, plain(incident(number)))
            await answer(scope, receive, send)


def status_of(error: errors.ClinicError) -> HTTPStatus:
    """Return the status of an error of the clinic."""
    if isinstance(error, errors.AppointmentUnknown) and error.is_of_others:
        return HTTPStatus.FORBIDDEN
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def problem_page(name: str) -> str | None:
    """Return what a type of problem means, by the end of its address; None if there is no such type."""
    kind = next((kind for kind in _kinds(errors.ClinicError) if _slug(kind) == name), None)
    return (kind.__doc__ or "").strip().partition("\n")[0] if kind else None


def problem_response(
    status: HTTPStatus,
    detail: str,
    *,
    kind: type[errors.ClinicError] | None = None,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return a problem document, in the language of its reader.

    Without a kind its type is about:blank (RFC 9457 section 4.2.1). `members` are added to those that
    every problem has (section 3.2).
    """
    problem: dict[str, Any] = {
        "type": f"/problems/{_slug(kind)}" if kind else "about:blank",
        "title": title(kind) if kind else status_title(status),
        "status": status.value,
        "detail": detail,
        **(members or {}),
    }
    if fields:
        problem["errors"] = dict(fields)
    return JSONResponse(problem, status.value, {**in_language(), **(headers or {})}, PROBLEM)


def _kinds(base: type[errors.ClinicError]) -> Iterator[type[errors.ClinicError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _slug(kind: type[errors.ClinicError]) -> str:
    return "-".join(re.findall("[A-Z][a-z]*", kind.__name__)).lower()


def plain(text: str) -> str:
    """Return a sentence without Telegram's HTML."""
    return unescape(TAG.sub("", text))


def _place(location: tuple[int | str, ...]) -> str:
    """Return the name of the field that an error of the form is about."""
    *_, name = location or ("body",)
    return "body" if isinstance(name, int) else name
