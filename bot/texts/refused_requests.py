"""What a client is told whose request is refused before any part of the application sees it."""

from collections.abc import Mapping

REFUSED: Mapping[int, str] = {
    400: "This request can't be read. It should be HTTP/1.1 with one Host header.",
    408: "The request took too long to arrive. Please send it again.",
    413: "The body of this request is too large.",
    431: "The headers of this request are too large.",
    503: "Too many connections are open. Please try again in a moment.",
}
