"""Refusals that the server makes itself, as problem documents (RFC 9457)."""

import json
from http import HTTPStatus

from bot.localization.languages import ENGLISH
from bot.localization.reader import speaking
from bot.logs.request_id import new_request_id
from bot.texts.problem_titles import status_title
from bot.texts.refused_requests import REFUSED
from bot.web.accept_language import in_language

PROBLEM = "application/problem+json"


def problem_body(status: int) -> bytes:
    """Return the problem document of a refusal."""
    # RFC 9457 section 4.2.1: a problem that is no more than its status has the type about:blank.
    problem = {
        "type": "about:blank",
        "title": status_title(status),
        "status": status,
        "detail": str(REFUSED[status]),
    }
    return json.dumps(problem).encode()


def refusal_headers(body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers of a refusal, after which the connection ends."""
    return [
        (b"content-type", PROBLEM.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in in_language().items()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]


def whole_response(status: int) -> bytes:
    """Return a refusal as it is sent, for a connection whose request never became one.

    It is in English, as nothing is known of who reads it.
    """
    with speaking(ENGLISH):
        body = problem_body(status)
        headers = refusal_headers(body)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    # As every answer has (bot/web/request_ids.py); nothing of such a connection is logged.
    lines.append(f"x-request-id: {new_request_id()}".encode())
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
