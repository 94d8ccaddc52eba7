"""What a client is told whose request is refused before any part of the application sees it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.localization.messages import Phrase, phrase, say, say_count
from bot.texts.formats import comma_list, either

REFUSED: Mapping[int, Phrase] = {
    400: phrase("This request can't be read. It should be HTTP/1.1 with one Host header."),
    408: phrase("The request took too long to arrive. Please send it again."),
    413: phrase("The body of this request is too large."),
    431: phrase("The headers of this request are too large."),
    503: phrase("Too many connections are open. Please try again in a moment."),
}

# What the application itself refuses before any service is asked.
HTTP_SENTENCES: Mapping[int, Phrase] = {
    400: phrase("This body can't be read. It should be a JSON object in UTF-8."),
    404: phrase("There is nothing at this address. See /docs for what there is."),
    405: phrase("This address doesn't take that method. See /docs for what it takes."),
    503: phrase("The clinic can't answer that at the moment. Please try again in a moment."),
}

# The clinic cannot do its work, as the database or Telegram does not answer.
NOT_READY = phrase("The clinic can't serve anybody at the moment. Please try again in a moment.")
# An address was changed, but the mail server did not take the code for it.
NO_CODE = phrase(
    "The address is changed, but no code could be emailed there. Please ask for one in a minute, with POST /me/email/code."
)
# pydantic names what a field may be as it would stand in Python: 'female', 'male' or 'other'.
QUOTED = re.compile(r"'[^']*'")
Facts = Mapping[str, Any]


def _too_long(facts: Facts) -> str:
    # The number as programs write it, as in the description of the interface.
    return say_count(
        "Please send at most {most} character.",
        "Please send at most {most} characters.",
        facts["max_length"],
        most=facts["max_length"],
    )


def _none_of_them(facts: Facts) -> str:
    expected = str(facts["expected"])
    return say("This should be {choices}.", choices=either(QUOTED.findall(expected)) or expected)


def _an_object(_facts: Facts) -> str:
    return say("Please send a JSON object, with the header Content-Type: application/json.")


def _letters(_facts: Facts) -> str:
    return say("Please send some text without spaces, in plain letters, digits and signs.")


# What is wrong with the form of a field, by pydantic's type of error and its facts.
WRONG_FIELDS: Mapping[str, Callable[[Facts], str]] = {
    "missing": lambda _: say("This is needed."),
    "string_type": lambda _: say("This should be text."),
    "string_unicode": lambda _: say("Please send whole Unicode characters."),
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _letters,
    "string_pattern_mismatch": _letters,
    "enum": _none_of_them,
    "int_parsing": lambda _: say("This should be a whole number."),
    "int_parsing_size": lambda _: say("This should be a smaller number."),
    "greater_than_equal": lambda facts: say("This should be {least} or more.", least=facts["ge"]),
    "less_than_equal": lambda facts: say("This should be {most} or less.", most=facts["le"]),
    # Of bot/web/api/fields.py.
    "day": lambda _: say("Please send a day like 2027-05-04."),
    "time": lambda _: say("Please send a time like 10:30 AM."),
    "json_invalid": lambda _: say("This is not JSON (RFC 8259)."),
    "dict_type": _an_object,
    "model_attributes_type": _an_object,
}


def check_fields(names: Sequence[str]) -> str:
    """Say which fields have the wrong form."""
    return say("Please check: {fields}.", fields=comma_list(names))


def wrong_field(kind: str, facts: Facts) -> str:
    """Say what would be right, by pydantic's type of error and its facts, as far as the type is known here."""
    said = WRONG_FIELDS.get(kind)
    return said(facts) if said else say("This can't be used.")
