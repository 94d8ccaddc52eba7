"""People who register and sign in, in a hurry: they type their password too early, or twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from tests.chaos.phones import GivesUpError, Screen, Someone, Way, says
from tests.chaos.world import World
from tests.town import STAFF_CODE, Person

READY, HELLO, KNOWN = "Your account is ready", "you are signed in", "already has an account"
# Said to whoever begins anew and was registered and signed in unseen.
ALREADY_IN = "You are signed in as"
# Nobody else is asked about it.
SPECIALIZATION = "Podiatry"
# So long at the most it is waited for the last of them, when nobody acts any more.
LINGERS_SECONDS = 20


class Newcomer(Someone):
    """Somebody without an account."""

    def __init__(self, world: World, person: Person, number: int, chance: Random) -> None:
        super().__init__(world, person, chance)
        self.name, self.email = f"Dina {chr(ord('A') + number)}", f"newcomer{number}@example.org"
        self.password = f"Zq{chance.randrange(16**12):012x}"
        self._role = "Doctor" if number % 3 == 1 else "Patient"
        self._is_hasty = bool(number % 2)
        self._types_twice = number % 4 == 2
        self.was_registered = self.was_refused = self.is_signed_in = False
        self._begun = 0
        world.wire.secrets |= {self.password.encode(), STAFF_CODE.encode()}
        world.storm.beset.add(str(self.phone.chat_id))

    async def arrives(self) -> None:
        """Register, which signs one in. Who has registered unseen signs in."""
        try:
            await self._registers()
            if not self.is_signed_in:
                await self._signs_in()
        except GivesUpError:
            self.phone.send("/cancel")

    async def _registers(self) -> None:
        way: Way = (
            ("What is your full name", lambda _screen: self.phone.send(self.name)),
            ("What is your email address", self._says_email),
            ("Choose a password", self._says_password),
            ("Are you here as", self.tap(self._role)),
            ("What is your specialization", lambda _screen: self.phone.send(SPECIALIZATION)),
            ("staff code", lambda _screen: self.phone.send(STAFF_CODE)),
            ("What is your gender", self.tap("I'd rather not say")),
            ("Is this right?", self.tap("✅ Save")),
        )
        card = await self.goes(self._begins, way, says(READY, KNOWN, ALREADY_IN))
        self.is_signed_in = HELLO in card.text or ALREADY_IN in card.text
        self.was_registered = READY in card.text or self.is_signed_in
        # Whoever began anew may have been registered before, unseen.
        self.was_refused = KNOWN in card.text and self._begun == 1

    def _begins(self) -> None:
        self._begun += 1
        self.phone.send("/register")

    def _says_email(self, _screen: Screen) -> None:
        self.phone.send(self.email)
        if self._is_hasty:
            self.phone.send(self.password)

    def _says_password(self, _screen: Screen) -> None:
        for _ in range(1 + self._types_twice):
            self.phone.send(self.password)

    async def _signs_in(self) -> None:
        """Type mail address and password at once, where they are asked for."""
        way: Way = (
            ("What is your email address", self._says_email),
            ("What is your password for", self._says_password),
        )
        await self.goes(lambda: self.phone.send("/login"), way, says(HELLO, ALREADY_IN))
        self.is_signed_in = True

    @property
    def shown(self) -> int:
        """How many messages with a secret stand in the chat."""
        texts = [message.get("text", "") for message in self.phone.messages]
        return sum(secret in text for text in texts for secret in (self.password, STAFF_CODE))


@asynccontextmanager
async def arriving(world: World, number: int, chance: Random) -> AsyncIterator[list[Newcomer]]:
    """Let so many arrive during the block, one after the other, and finish after it."""
    newcomers = [
        Newcomer(world, world.stage.town.person(f"Dina {n}"), n, Random(chance.random()))
        for n in range(number)
    ]

    async def one_by_one() -> None:
        for newcomer in newcomers:
            await newcomer.arrives()

    living = asyncio.create_task(one_by_one())
    try:
        yield newcomers
        await asyncio.wait([living], timeout=LINGERS_SECONDS)
    finally:
        living.cancel()
        ended = await asyncio.gather(living, return_exceptions=True)
    for why in ended:
        if isinstance(why, Exception):
            raise why
