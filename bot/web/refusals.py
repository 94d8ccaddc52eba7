"""Refusals that the server makes itself, as problem documents (RFC 9457)."""

import json
from http import HTTPStatus

from bot.logs.request_id import new_request_id
from bot.texts.refused_requests import REFUSED

PROBLEM = "application/problem+json"


def problem_body(status: int) -> bytes:
    """Return the problem document of a refusal."""
    # RFC 9457 section 4.2.1: a problem that is no more than its status has the type about:blank.
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(REFUSED[status]),
    }
    return json.dumps(problem).encode()


def refusal_headers(body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers of a refusal, after which the connection ends."""
    return [
        (b"content-type", PROBLEM.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]


def whole_response(status: int) -> bytes:
    """Return a refusal as it is sent, for a connection whose request never became one."""
    body = problem_body(status)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    # As every answer has (bot/web/request_ids.py); nothing of such a connection is logged.
    lines.append(f"x-request-id: {new_request_id()}".encode())
    lines += [name + b": " + value for name, value in refusal_headers(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
