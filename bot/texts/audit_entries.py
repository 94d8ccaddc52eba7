"""An entry of the audit that is being put into words: who did it, to whom, and its facts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.localization.messages import Phrase, number, say
from bot.texts.appointments import A_FORMER_USER, VIA
from bot.texts.formats import comma_list, esc, moment
from bot.texts.outbox import CHANNELS, KINDS
from services.models.audit import AuditEntry
from services.models.notifications import ChannelName, EventKind
from services.models.patients import PREFIX, Patient
from services.models.people import User, Via


def gone() -> str:
    """Return what somebody is called whose account is deleted."""
    return str(A_FORMER_USER)


def nobody() -> str:
    """Return what somebody is called of whom nothing is known."""
    return say("someone")


class Told:
    """An entry that is being put into words, all of them escaped.

    What a sentence does not say of the facts is said after it.
    """

    def __init__(self, entry: AuditEntry, people: Mapping[str, User | Patient], zone: ZoneInfo) -> None:
        self._entry = entry
        self._people = people
        self._zone = zone
        self._left = {name: value for name, value in entry.facts.items() if value is not None}

    @property
    def who(self) -> str:
        """Who did it."""
        return self._name(self._entry.actor)

    @property
    def whom(self) -> str:
        """To whom it was done."""
        return self._name(self._entry.subject)

    @property
    def to_oneself(self) -> bool:
        """Whether somebody did it to nobody but themselves."""
        return self._entry.subject in {None, self._entry.actor}

    @property
    def has_subject(self) -> bool:
        """Whether it was done to something that is known."""
        return self._entry.subject is not None

    def said(self, sentence: Phrase, **values: object) -> str:
        """Return a sentence of `who` and `whom`, and of other values."""
        return say(sentence.message, who=self.who, whom=self.whom, **values)

    def fact(self, name: str) -> str | None:
        """Return a fact in words, which is not said again then; None where there is none."""
        value = self._left.pop(name, None)
        return None if value is None else self._shown(value)

    def count(self, name: str) -> int | None:
        """Return a fact that is a number, which is not said again then; None where there is none."""
        value = self._left.get(name)
        return self._left.pop(name) if isinstance(value, int) and not isinstance(value, bool) else None

    def via(self) -> str:
        """Return from where it was done; entries of earlier versions do not tell."""
        via = self.fact("via")
        return str(VIA[Via(via)]) if via in set(Via) else ""

    def rest(self) -> str:
        """Return what is left to be said."""
        left = [self._other(name, value) for name, value in self._left.items() if not _is_id(value)]
        return comma_list([each for each in left if each])

    def _other(self, name: str, value: Any) -> str:
        if name in OTHER_FACTS and (said := OTHER_FACTS[name](value)):
            return said
        # Of another version; its name is the stored one.
        return say("{fact} {value}", fact=esc(name.replace("_", " ")), value=self._shown(value))

    def _name(self, user_id: str | None) -> str:
        if user_id is None:
            return nobody()
        user = self._people.get(user_id)
        return esc(user.name) if user else gone()

    def _shown(self, value: object) -> str:
        if isinstance(value, datetime):
            return moment(value, self._zone)
        return number(value) if type(value) is int else esc(value)


def _is_id(value: object) -> bool:
    """Tell whether a fact is another thing's id, which says nothing to anybody."""
    if not isinstance(value, str) or len(value) != len("0" * 24):
        return False
    return set(value.removeprefix(PREFIX)) <= set("0123456789abcdef")


def _over(value: object) -> str:
    return say("over HTTP") if value == Via.HTTP else ""


def _period(value: object) -> str:
    return say("period everything") if value == "everything" else ""


def _channel(value: str) -> str:
    return str(CHANNELS[ChannelName(value)]) if value in set(ChannelName) else ""


def _kind(value: str) -> str:
    return str(KINDS[EventKind(value)]) if value in set(EventKind) else ""


# What may be said after the sentences, each for itself; "" for what no version of now has noted.
OTHER_FACTS: Mapping[str, Callable[[Any], str]] = {
    "accounts": lambda count: say("accounts {number}", number=number(count)),
    "appointments": lambda count: say("appointments {number}", number=number(count)),
    "period": _period,
    "over": _over,
    "channel": _channel,
    "kind": _kind,
}
