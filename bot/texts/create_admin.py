"""What `python -m bot create-admin` says, in a terminal's plain text."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services import errors
from services.accounts.passwords import MIN_LENGTH
from services.models.people import User

ASK = {
    "name": "Full name: ",
    "email": "Email address: ",
    "password": f"Password (at least {MIN_LENGTH} characters): ",
}
ASK_AGAIN = "Repeat the password: "
DIFFERENT = "password: the two don't match. Please type both again"
UNREADABLE = "standard input: should be text in UTF-8"
EXAMPLES = {
    "name": 'give it with --name, for example --name "Nora Lind"',
    "email": "give it with --email, for example --email nora@example.org",
    "password": "give it on standard input, as one line",
}
WRONG: Mapping[type[errors.ClinicError], Callable[[Any], str]] = {
    errors.BadName: lambda e: f"name: should have letters, and at most {e.max_length} characters",
    errors.BadEmail: lambda _: "email: should be an email address, for example nora@example.org",
    errors.EmailTaken: lambda e: f"email: {e.email} already has an account. Please give another address",
    errors.WeakPassword: lambda e: f"password: should have at least {e.min_length} characters",
    errors.PasswordTooLong: lambda e: f"password: should have at most {e.max_bytes} bytes",
    errors.PasswordIsAddress: lambda _: (
        "password: should be something only you know, and not the email address"
    ),
    errors.CommonPassword: lambda _: (
        "password: should not be one of the most common ones, which are tried first"
    ),
}


def wrong(error: errors.ClinicError) -> str:
    """Say what an answer should be."""
    return WRONG[type(error)](error)


def missing(what: str) -> str:
    """Say that there was no answer."""
    return f"{what}: is missing. Please {EXAMPLES[what]}"


def in_use(data_dir: Path) -> str:
    """Say that the embedded database belongs to a bot that runs."""
    return f"data_dir: {data_dir} is in use by the running bot. Stop it first, and start it again afterwards"


def created(user: User) -> str:
    """Say what was done."""
    return f"{user.name} is an admin now. To sign in, type /login in the chat and give {user.email}"
