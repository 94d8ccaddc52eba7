"""News in words, and how a chat message shows them; emails: bot/notifications/mail_layouts.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.localization.isolates import FSI, PDI, without_isolates
from bot.localization.messages import say
from bot.texts.formats import esc, with_clock

# Is given for {in_the_chat} in a closing: an email says there that something is done in the chat; the chat
# itself does not say so.
IN_THE_CHAT = "{in the chat}"  # no words


class Fact(NamedTuple):
    """One line of news, in plain text."""

    label: str
    value: str


class Secret(Fact):
    """A fact that nobody else should glimpse."""

    __slots__ = ()


class RoomAddress(Fact):
    """The address of a video visit's room, which opens at a tap."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class News:
    """What a notice says: a headline, its facts, a line each, and what to do next.

    Plain text; whoever shows it escapes it. The closing may have IN_THE_CHAT in it.
    `typed` is what somebody has written to the reader, with its lines as they were typed; emails show it.
    `links` are labels with the start parameters that do a thing at one tap (see bot/callbacks/deep_links.py).
    """

    subject: str
    headline: str
    facts: tuple[Fact, ...]
    closing: str
    links: tuple[tuple[str, str], ...] = ()
    typed: str = ""


def plain_facts(rows: Iterable[tuple[str, str]]) -> list[Fact]:
    """Return facts that are shown as they are, of labels with their values."""
    return [Fact(label, value) for label, value in rows]


def as_message(said: News) -> str:
    """Return the news in Telegram's HTML."""
    lines = [f"<b>{esc(said.headline)}</b>", *(line(each, _hidden(each)) for each in said.facts)]
    return "\n".join(lines) + f"\n\n{esc(_with_place(said.closing, ''))}"


def _hidden(fact: Fact) -> str:
    return (
        f"<tg-spoiler>{esc(fact.value)}</tg-spoiler>" if isinstance(fact, Secret) else with_clock(fact.value)
    )


def line(fact: Fact, value: str) -> str:
    """Return a fact on a line; the address of a room ends with its last sign, so that it opens."""
    # Translators: a line of a message: what it is about, and the value.
    said = say("{label}: {value}", label=fact.label, value=value)
    return without_isolates(said) if isinstance(fact, RoomAddress) else said


def mail_closing(said: News) -> str:
    """Return what a mail says to do next, and that it is done in the chat."""
    # Translators: an email has this in the place of {in_the_chat}, with a space before it, and the chat has
    # nothing there: "You can move or cancel it in /appointments in the chat."
    return _with_place(said.closing, f" {say('in the chat')}")


def _with_place(closing: str, place: str) -> str:
    return closing.replace(f"{FSI}{IN_THE_CHAT}{PDI}", place).replace(IN_THE_CHAT, place)
