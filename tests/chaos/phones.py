"""Somebody with a phone, who goes from screen to screen, and taps again where nothing happens."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from random import Random

from bot.demo.bot_api.chats import Json
from tests.chaos.world import World
from tests.town import Person

# So often they do, before they begin anew, and so often they do that.
TRIES, ROUNDS = 2, 4
# So many screens one wish may take.
LONGEST_WAY = 60
SHOWN = 80
# What the bot says to a text that is no answer to anything. Where a worker was killed, a text may be handled
# before the tap that it follows, which has been shown, and comes again: the two have queues of their own.
PUZZLED = ("I'm not sure what you mean", "I understood: ")
# What it says where its database is away.
APOLOGY = "I can't reach the clinic's records"


class GivesUpError(Exception):
    """The way does not lead there: nothing to choose from, or no answer for too long."""


@dataclass(frozen=True)
class Screen:
    """A message of the bot as it is now."""

    id: int
    text: str
    buttons: Mapping[str, str]

    def button(self, *parts: str) -> str:
        """Return the data of the button whose label contains one of `parts`. Raises GivesUpError."""
        for part in parts:
            for label, data in self.buttons.items():
                if part in label:
                    return data
        raise GivesUpError

    def has(self, part: str) -> bool:
        """Tell whether there is such a button."""
        return any(part in label for label in self.buttons)


Do = Callable[[Screen], object]
Done = Callable[[Screen], bool]
Way = Sequence[tuple[str, Do]]


class Someone:
    """A person with a phone, who goes from screen to screen."""

    def __init__(self, world: World, person: Person, chance: Random) -> None:
        self.phone = person.phone
        self._world = world
        self._person = person
        self._chance = chance
        # What needs no second look, as what was said in between.
        self._passed: set[tuple[int, str]] = set()

    def _screens(self) -> list[Screen]:
        return [_screen(message) for message in self._person.messages]

    async def goes(self, begin: Callable[[], object], way: Way, is_done: Done) -> Screen:
        """Begin, and do on each screen what the way says, until one tells that all is done.

        Raises GivesUpError.
        """
        before = {screen.id: screen for screen in self._screens()}
        last: Screen | None = None
        tries = rounds = 0
        self._world.chats.act(self.phone.chat_id)
        begin()
        for _ in range(LONGEST_WAY):
            seen = await self._next(before, is_done, way, last)
            if seen is None or not _leads_on(seen, way, is_done):
                self._note_failure(seen, last)
                tries += 1
                if tries > TRIES:
                    rounds, tries, last = rounds + 1, 0, None
                    before = {screen.id: screen for screen in self._screens()}
                if rounds > ROUNDS:
                    break
                if last is None:
                    self._world.chats.act(self.phone.chat_id)
                    begin()
                    continue
            else:
                last, tries = seen, 0
            assert last is not None
            if is_done(last):
                return last
            doing = next(do for mark, do in way if mark in last.text)(last)
            if isawaitable(doing):
                await doing
            # Only now the bot is waited for: some do something else first, and tap then.
            self._world.chats.act(self.phone.chat_id)
        raise GivesUpError

    def _note_failure(self, seen: Screen | None, last: Screen | None) -> None:
        """Note that nothing came after the last screen, or that the bot has asked to do the same again."""
        if seen is not None:
            self._passed.add((seen.id, seen.text))
            self._world.repeats += _is_puzzled(seen)
        else:
            after = "nothing" if last is None else repr(last.text[:SHOWN])
            self._world.chats.in_vain.append(f"chat {self.phone.chat_id}: nothing came after {after}")

    async def _next(
        self, before: Mapping[int, Screen], is_done: Done, way: Way, last: Screen | None
    ) -> Screen | None:
        """Wait for a screen that was not there before and is not the last one; None: nothing happens."""
        try:
            async with asyncio.timeout(self._world.patience_seconds):
                while True:
                    for screen in reversed(self._screens()):
                        is_refusal = _is_puzzled(screen) or APOLOGY in screen.text
                        is_known = is_refusal or _leads_on(screen, way, is_done)
                        is_passed = (screen.id, screen.text) in self._passed
                        if before.get(screen.id) == screen or is_passed or not is_known:
                            continue
                        if screen != last:
                            return screen
                        break
                    await self._world.chats.change(self.phone.chat_id)
        except TimeoutError:
            return None

    def tap(self, *labels: str) -> Do:
        """Return the doing that taps the first of these buttons that is there."""
        return lambda screen: self.phone.tap(screen.id, screen.button(*labels))


def _leads_on(screen: Screen, way: Way, is_done: Done) -> bool:
    """Tell whether that is the end of the way, or something on it."""
    return is_done(screen) or any(mark in screen.text for mark, _ in way)


def _is_puzzled(screen: Screen) -> bool:
    return any(part in screen.text for part in PUZZLED)


def says(*parts: str) -> Done:
    return lambda screen: any(part in screen.text for part in parts)


def _screen(message: Json) -> Screen:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {
        button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button
    }
    return Screen(message["message_id"], message.get("text", ""), buttons)
