"""The types of fields: what each may be, and the services' own reading of what a form asks for.

What people are told about a wrong one stands in bot/texts/refused_requests.py, by the type of the error.
"""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from services.accounts.fields import read_name, read_specialization
from services.accounts.passwords import check_length, check_password
from services.accounts.registration import SELF_REGISTERED
from services.errors import Invalid
from services.models.people import Role
from services.names.email_addresses import read_email

DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"(0?[1-9]|1[0-2]):([0-5][0-9]) ?([AaPp][Mm])")
# Far more than any field keeps. Unicode's normal forms take as long as the square of what is to be brought
# into them: seconds for a body of marks.
MOST_TEXT = 1000
# The type of an error that stands for an error of the clinic, which is in its context.
OF_THE_CLINIC = "clinic"


def checked(read: Callable[[], object]) -> None:
    """Read a field as the service will do, so that all wrong fields are told together."""
    try:
        read()
    except Invalid as error:
        raise PydanticCustomError(OF_THE_CLINIC, "refused", {"error": error}) from error


def _check_name(text: str) -> str:
    # As a doctor's, without the title: the service knows whose it is, and checks again.
    checked(lambda: read_name(text, Role.DOCTOR))
    return text


def _check_email(text: str) -> str:
    checked(lambda: read_email(text))
    return text


def _check_new_password(secret: SecretStr, info: ValidationInfo) -> SecretStr:
    checked(lambda: check_password(secret.get_secret_value(), info.data.get("email")))
    return secret


def _check_password(secret: SecretStr) -> SecretStr:
    checked(lambda: check_length(secret.get_secret_value()))
    return secret


def _check_specialization(text: str | None, info: ValidationInfo) -> str | None:
    if info.data.get("role") is Role.DOCTOR:
        checked(lambda: read_specialization(text or ""))
    return text


def _check_role(value: Any) -> Any:
    if value not in SELF_REGISTERED:
        *others, last = (f"'{role.value}'" for role in SELF_REGISTERED)
        expected = f"{', '.join(others)} or {last}"
        raise PydanticCustomError("enum", "none of {expected}", {"expected": expected})
    return value


def _read_day(value: Any) -> date:
    """Return the day that is written as YYYY-MM-DD, from the year 2000 on (RFC 3339 full-date)."""
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "no day")


def _read_time(value: Any) -> time:
    """Return the time of day that is written as HH:MM AM or HH:MM PM."""
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("time", "no time of day")
    hour, minute, half = int(found[1]) % 12, int(found[2]), found[3].upper()
    return time(hour + 12 * (half == "PM"), minute)


Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)]
Secret = Annotated[SecretStr, Field(max_length=MOST_TEXT)]
Name = Annotated[Text, AfterValidator(_check_name)]
Email = Annotated[Text, AfterValidator(_check_email)]
# Needed for doctors, and not read for others.
Specialization = Annotated[Text | None, AfterValidator(_check_specialization)]
NewPassword = Annotated[Secret, AfterValidator(_check_new_password)]
Password = Annotated[Secret, AfterValidator(_check_password)]
Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"}),
]
WallTime = Annotated[
    time,
    BeforeValidator(_read_time),
    WithJsonSchema({"type": "string", "pattern": f"^{TIME.pattern}$", "examples": ["10:30 AM"]}),
]
# What people can register as; receptionists are made by an admin in the chat.
RegisteredRole = Annotated[
    Role,
    BeforeValidator(_check_role),
    WithJsonSchema({"type": "string", "enum": [role.value for role in SELF_REGISTERED]}),
]
