"""What `python -m bot create-admin` says, in a terminal's plain text."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services import errors
from services.accounts.passwords import MIN_LENGTH
from services.models.people import User

ASK = {
    "name": "Full name: ",
    "email": "Mail address: ",
    "password": f"Password ({MIN_LENGTH} characters or more): ",
}
ASK_AGAIN = "The same again: "
DIFFERENT = "password: the two are not the same; please type it again, twice"
UNREADABLE = "standard input: wants text in UTF-8"
EXAMPLES = {
    "name": 'give it with --name, for example --name "Nora Lind"',
    "email": "give it with --email, for example --email nora@example.org",
    "password": "give it on standard input, as one line",
}
WRONG: Mapping[type[errors.ClinicError], Callable[[Any], str]] = {
    errors.BadName: lambda e: f"name: wants letters, and {e.max_length} characters at most",
    errors.BadEmail: lambda _: "email: wants a mail address, for example nora@example.org",
    errors.EmailTaken: lambda e: f"email: {e.email} has an account already; please give another address",
    errors.WeakPassword: lambda e: f"password: wants {e.min_length} characters or more",
    errors.PasswordTooLong: lambda e: f"password: is too long; {e.max_bytes} bytes are the most",
    errors.PasswordIsAddress: lambda _: "password: is the mail address; wants one that nobody else knows",
}


def wrong(error: errors.ClinicError) -> str:
    """Say what an answer should be."""
    return WRONG[type(error)](error)


def missing(what: str) -> str:
    """Say that there was no answer."""
    return f"{what}: is missing; {EXAMPLES[what]}"


def in_use(data_dir: Path) -> str:
    """Say that the embedded database belongs to a bot that runs."""
    return (
        f"data_dir: {data_dir} is in use by the running bot; stop that first, and start it again afterwards"
    )


def created(user: User) -> str:
    """Say what was done."""
    return f"{user.name} is an admin now, and signs in in the chat with /login and {user.email}"
