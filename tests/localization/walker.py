"""Somebody who goes through all that they can reach: commands, questions and their wrong answers, buttons.

Each kind of button, with each of its labels, is tapped once at each question or command. Where nothing new
is left, what was tapped least often leads on, because something new may be behind it.
"""

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.callbacks.account import SpeakLanguage
from bot.callbacks.revision import read_button
from bot.callbacks.steps import (
    Back,
    Leave,
    PickDay,
    PickLanguage,
    PickMonth,
    PickReminder,
    PickTime,
    PickZone,
    Resume,
)
from bot.callbacks.tap import Tap
from bot.routes import DIALOGS
from services.models.people import ChatId
from tests.town import Person, Town

QUESTIONS = {step.name.value: step for dialog in DIALOGS for step in dialog.steps}
# No number and no name tells one kind of label from another.
ALIKE = re.compile(r"[\d\W]|[а-яё]", re.IGNORECASE)
# Of days, times and the like it is enough to tap some.
MOST_ALIKE, MOST_OTHERS = 2, 20
SHORT = {
    kind.code for kind in (PickDay, PickMonth, PickTime, PickZone, PickLanguage, PickReminder, SpeakLanguage)
}
# So many acts in a row without anything new, and a walk has nothing more to show.
PATIENCE, PASSES, DEEP_PASSES = 4, 8, 3
STICKER = "sticker"
WRONG = "ψψψ"
WRONG_DAYS = ("31.2.2027", "1.1.2050")
OF_DAYS = {"day", "days", "date", "first", "last", "born", "when"}
WRONG_SECRETS = ("ψ",)
LAST = (Back, Resume, Leave)
WAYS_OUT = {kind.code for kind in LAST}
# What is typed, a button that is tapped although it may not be there, or the kind of one that is there.
Way = str | Tap | type[Tap]
# Where a walk begins, with ways that lead on from there.
Door = Way | tuple[Way, ...]
# Right answers; some have to be looked up.
Right = Mapping[str, Sequence[str | Callable[[Town], Awaitable[str]]]]
# What a button is alike, its message, and its data.
Key = tuple[str, str, str]
Found = tuple[Key, int, str]


class Walker:
    """Walks as one person; what was seen at all is shared by all walkers."""

    def __init__(self, person: Person, role: str, right: Right, shared: "Shared") -> None:
        self.person = person
        self._role = role
        self._right = right
        self._shared = shared

    async def walks(self, doors: Iterable[Door]) -> None:
        """Walk through each door until it has nothing new to show."""
        for door in doors:
            for _ in range(DEEP_PASSES if isinstance(door, tuple) else PASSES):
                if not await self._walks(door):
                    break

    async def _walks(self, door: Door) -> bool:
        """Walk once; tell whether there was anything new."""
        first, *others = door if isinstance(door, tuple) else (door,)
        await self._opens(first)
        for way in others:
            await self._opens(way)
        idle, any_new = 0, False
        while idle <= PATIENCE:
            is_new = await self._goes_on(is_command=isinstance(first, str))
            if is_new is None:
                break
            any_new |= is_new
            idle = 0 if is_new else idle + 1
        if (await self._state()).get("step"):
            await self._acts(self.person.phone.send("/cancel"))
        return any_new

    async def _opens(self, way: Way) -> None:
        """Type a text, tap a button that may not be there, or the first one of a kind that is there."""
        phone = self.person.phone
        if isinstance(way, str):
            await self._acts(phone.send(way))
        elif isinstance(way, Tap):
            self._shared.taps.add(type(way))
            await self._acts(phone.tap(self.person.last_id, way.pack()))
        elif data := self._first(way):
            self._shared.taps.add(way)
            await self._acts(phone.tap(*data))

    def _first(self, kind: type[Tap]) -> tuple[int, str] | None:
        """Return the newest message with a button of that kind, and its data."""
        for card in self._cards(None):
            for row in card["reply_markup"]["inline_keyboard"]:
                for button in row:
                    data = button.get("callback_data", "")
                    if isinstance(read_button(data)[0], kind):
                        return card["message_id"], data
        return None

    async def _goes_on(self, *, is_command: bool) -> bool | None:
        """Do one thing; tell whether it was new. None: there is nothing to do."""
        state = await self._state()
        step = state.get("step") if not state.get("paused") else None
        if step is None:
            found = self._button(self._role, self._cards(None)) if is_command else None
            return await self._taps(found) if found and not self._shared.tapped[found[0]] else None
        self._shared.steps.add(step)
        if wrong := self._untyped(step):
            self._shared.typed.add((step, wrong))
            await self._types(wrong)
            return True
        rights, given = self._right.get(step, ()), self._shared.given[step]
        found = self._button(step, self._cards(state.get("card_id")))
        is_new = found is not None and not self._shared.tapped[found[0]]
        if rights and not (is_new and given % 2):
            self._shared.given[step] += 1
            right = rights[given % len(rights)]
            await self._types(right if isinstance(right, str) else await right(self.person.town))
            return given < len(rights)
        return await self._taps(found) if found else None

    async def _taps(self, found: Found) -> bool:
        """Tap a button; tell whether it was new."""
        key, message_id, data = found
        is_new = not self._shared.tapped[key]
        self._shared.tapped[key] += 1
        self._shared.taps.add(Tap.kinds[key[1]])
        await self._acts(self.person.phone.tap(message_id, data))
        return is_new

    def _untyped(self, step: str) -> str | None:
        is_day = bool(OF_DAYS & set(re.split(r"[._]", step)))
        others = (*(WRONG_DAYS if is_day else ()), *(() if QUESTIONS[step].typed else (STICKER,)))
        wrongs = WRONG_SECRETS if QUESTIONS[step].secret else (WRONG, *others)
        return next((each for each in wrongs if (step, each) not in self._shared.typed), None)

    async def _types(self, text: str) -> None:
        phone = self.person.phone
        await self._acts(phone.send_sticker("😀") if text == STICKER else phone.send(text))

    def _cards(self, card_id: int | None) -> list[dict[str, Any]]:
        cards = [each for each in self.person.messages if each.get("reply_markup")]
        if card_id is not None:
            return [each for each in cards if each["message_id"] == card_id]
        return cards[-2:][::-1]

    def _button(self, where: str, cards: Iterable[dict[str, Any]]) -> Found | None:
        """Return the button that was tapped least often, of those that may be tapped."""
        found: list[tuple[tuple[int, int, int], Found]] = []
        for place, card in enumerate(cards):
            for row in card["reply_markup"]["inline_keyboard"]:
                for button in row:
                    data = button.get("callback_data")
                    tap = read_button(data)[0] if data else None
                    if tap is None or tap.code in self._shared.avoided:
                        continue
                    key = self._key(where, tap.code, button["text"])
                    is_last = isinstance(tap, LAST)
                    rank = (self._shared.tapped[key] + 2 * is_last, is_last, place)
                    found.append((rank, (key, card["message_id"], data)))
        return min(found)[1] if found else None

    def _key(self, where: str, code: str, label: str) -> Key:
        """Return what a button is alike: the same kind for a role; at a question, with the same words.

        To go back and to leave is alike at all questions of a dialog.
        """
        if where not in QUESTIONS or code in WAYS_OUT:
            return (where.partition(".")[0], code, "")
        plain = ALIKE.sub("", label)
        known = self._shared.labels.setdefault((where, code), [])
        if plain not in known:
            known.append(plain)
        return (where, code, str(min(known.index(plain), MOST_ALIKE if code in SHORT else MOST_OTHERS)))

    async def _state(self) -> dict[str, Any]:
        chat = ChatId(self.person.phone.chat_id)
        return await self.person.town.storage.conversations.of_chat(chat) or {}

    async def _acts(self, update_id: int) -> None:
        town, since = self.person.town, time.monotonic()
        async with town.floor.act():
            await town.handled(update_id, since)


class Shared:
    """What all walkers have done; they tap nothing that is `avoided` (codes of buttons)."""

    def __init__(self, avoided: Iterable[str]) -> None:
        self.avoided = set(avoided)
        self.typed: set[tuple[str, str]] = set()
        self.steps: set[str] = set()
        self.taps: set[type[Tap]] = set()
        self.labels: dict[tuple[str, str], list[str]] = {}
        self.tapped: Counter[Key] = Counter()
        self.given: Counter[str] = Counter()
