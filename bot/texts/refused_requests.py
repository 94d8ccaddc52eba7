"""What a client is told whose request is refused before any part of the application sees it."""

from collections.abc import Mapping
from typing import Any

REFUSED: Mapping[int, str] = {
    400: "This request can't be read. It should be HTTP/1.1 with one Host header.",
    408: "The request took too long to arrive. Please send it again.",
    413: "The body of this request is too large.",
    431: "The headers of this request are too large.",
    503: "Too many connections are open. Please try again in a moment.",
}

# What the application itself refuses before any service is asked.
HTTP_SENTENCES: Mapping[int, str] = {
    400: "This body can't be read. It should be a JSON object in UTF-8.",
    404: "There is nothing at this address. See /docs for what there is.",
    405: "This address doesn't take that method. See /docs for what it takes.",
    503: "The clinic can't answer that at the moment. Please try again in a moment.",
}

# The clinic cannot do its work, as the database or Telegram does not answer.
NOT_READY = "The clinic can't serve anybody at the moment. Please try again in a moment."
# An address was changed, but the mail server did not take the code for it.
NO_CODE = "The address is changed, but no code could be emailed there. Please ask for one in a minute, with POST /me/email/code."
_AN_OBJECT = "Please send a JSON object, with the header Content-Type: application/json."
_LETTERS = "Please send some text without spaces, in plain letters, digits and signs."
# What is wrong with the form of a field, by pydantic's type of error; its facts are named in braces.
WRONG_FIELDS: Mapping[str, str] = {
    "missing": "This is needed.",
    "string_type": "This should be text.",
    "string_unicode": "Please send whole Unicode characters.",
    "string_too_long": "Please send at most {max_length} characters.",
    "too_long": "Please send at most {max_length} characters.",
    "string_too_short": _LETTERS,
    "string_pattern_mismatch": _LETTERS,
    "enum": "This should be {expected}.",
    "int_parsing": "This should be a whole number.",
    "int_parsing_size": "This should be a smaller number.",
    "greater_than_equal": "This should be {ge} or more.",
    "less_than_equal": "This should be {le} or less.",
    "json_invalid": "This is not JSON (RFC 8259).",
    "dict_type": _AN_OBJECT,
    "model_attributes_type": _AN_OBJECT,
}


def wrong_field(kind: str, facts: Mapping[str, Any]) -> str | None:
    """Say what would be right, by pydantic's type of error and its facts; None for a type not known here."""
    words = WRONG_FIELDS.get(kind)
    return words.format(**facts) if words else None
