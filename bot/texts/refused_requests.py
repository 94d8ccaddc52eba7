"""What a client is told whose request is refused before any part of the application sees it."""

from collections.abc import Mapping

REFUSED: Mapping[int, str] = {
    400: "This request can't be read. It should be HTTP/1.1 with one Host header.",
    408: "The request took too long to arrive. Please send it again.",
    413: "The body of this request is too large.",
    431: "The headers of this request are too large.",
    503: "Too many connections are open. Please try again in a moment.",
}

# What the application itself refuses before any service is asked.
HTTP_SENTENCES: Mapping[int, str] = {
    404: "There is nothing at this address. See /docs for what there is.",
    405: "This address doesn't take that method. See /docs for what it takes.",
    503: "The clinic's bot is just starting. Please try again in a moment.",
}

# The clinic cannot do its work, as the database or Telegram does not answer.
NOT_READY = "The clinic can't serve anybody at the moment. Please try again in a moment."
