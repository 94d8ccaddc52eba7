"""The arguments of `python -m bot`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bot import __version__

# The exit status of a program that was ended by Ctrl-C (128 + SIGINT).
INTERRUPTED = 130
DESCRIPTION = (
    "Without a command: run the bot with your settings, or the demo if they have no bot_token."
    " Settings are read from the environment and from .env. See .env.example for what each does."
)


def read_arguments(words: Sequence[str]) -> Namespace:
    """Return the `command` (None: run) and its options.

    For --help, --version and wrong arguments it prints to the terminal, and raises SystemExit (0 or 2).
    """
    parser = ArgumentParser(prog="python -m bot", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"MediConnect {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="[command]")
    admin = commands.add_parser(
        "create-admin",
        help="create an admin account in the database from your settings",
        description="Create an active admin account. You are asked for whatever you don't give, and always"
        " for the password. If standard input isn't a terminal, it is read from there.",
        allow_abbrev=False,
    )
    admin.add_argument("--name", help='the full name, for example "Nora Lind"')
    admin.add_argument("--email", help="the email address, for example nora@example.org")
    commands.add_parser(
        "check",
        help="look whether the settings, the database, Telegram, email and the port are as they should be",
        description="Print a line for each part that the bot needs, without a secret in it. Nothing is"
        " changed. The status is 0 if all is well, 1 if something doesn't work, 2 if a setting is wrong.",
        allow_abbrev=False,
    )
    backup = commands.add_parser(
        "backup",
        help="write the database from your settings into a new file",
        description="Write the whole database into a new file that only you may read, as it is at one moment,"
        " also while the bot is running. A file that is there already is never replaced.",
        allow_abbrev=False,
    )
    backup.add_argument("file", type=Path, help="the file to write, for example clinic.backup")
    restore = commands.add_parser(
        "restore",
        help="put a backup into the empty database from your settings",
        description="Check a backup, and put it into an empty database. Stop the bot first.",
        allow_abbrev=False,
    )
    restore.add_argument("file", type=Path, help="the file to read, for example clinic.backup")
    return parser.parse_args(words)
