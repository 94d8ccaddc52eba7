"""`python -m bot` in a process where something of it was changed first, for moments that nobody can hit."""

import os

from bot.__main__ import main as bots_main


def main() -> int:
    """Run the lines of Python that stand in CHANGE, then the bot with its words; return its status."""
    exec(os.environ["CHANGE"], {})  # noqa: S102 - they are the tests' own
    return bots_main()
