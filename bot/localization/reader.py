"""Whoever is being spoken to: in their language everything is said until the block ends.

It is kept in the context of the task (PEP 567), so that two chats that are answered at the same time have
each their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.localization.languages import ENGLISH, Language

_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def language() -> Language:
    """Return the language of whoever is being spoken to; English where nobody said another one."""
    return _language.get()


def speak(to: Language) -> None:
    """Speak that language from here on, in this task."""
    _language.set(to)


@contextmanager
def speaking(to: Language) -> Iterator[None]:
    """Speak that language within the block."""
    before = _language.set(to)
    try:
        yield
    finally:
        _language.reset(before)
