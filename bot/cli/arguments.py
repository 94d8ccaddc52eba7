"""The words behind `python -m bot`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

DESCRIPTION = (
    "Without a command: run the bot of the settings, or the demo where they have no bot_token."
    " Settings are read from the environment and from .env; .env.example explains each."
)


def read_arguments(words: Sequence[str]) -> Namespace:
    """Return what is asked for: `command` (None: run), and its options.

    Answers --help, and what it does not understand, on the terminal, and raises SystemExit (0 or 2) then.
    """
    parser = ArgumentParser(prog="python -m bot", description=DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", title="commands", metavar="[command]")
    admin = commands.add_parser(
        "create-admin",
        help="make an account for an admin in the database of the settings",
        description="Make an active account for an admin. What is not given is asked for; the password"
        " always is, and is read from standard input where that is no terminal.",
        allow_abbrev=False,
    )
    admin.add_argument("--name", help='the full name, for example "Nora Lind"')
    admin.add_argument("--email", help="the mail address, for example nora@example.org")
    return parser.parse_args(words)
