"""What goes wrong by chance around the bot: at the Bot API, and at the mail server."""

import asyncio
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.demo.bot_api.errors import ApiError
from bot.demo.bot_api.faults import Fate, Faults, Harm, RawAnswer
from bot.demo.mailbox import HOST, CaughtMail, Mailbox
from services.clock import Clock

RETRY_AFTER_SECONDS = 1
OFTEN = 20
# What comes where getUpdates' answer should: of a proxy, of one that was cut off, of another API.
NO_ANSWERS = (
    RawAnswer(b"<html><body>Bad gateway</body></html>", content_type="text/html"),
    RawAnswer(b"<html><body>Forbidden</body></html>", 403, "text/html"),
    RawAnswer(b"<html><body>Not found</body></html>", 404, "text/html"),
    RawAnswer(b'{"ok":true,"result":[{"update_id":12,"mess'),
    RawAnswer(b'{"ok":true}'),
    RawAnswer(b'{"ok":true,"result":{"update_id":12}}'),
    RawAnswer(b"[]"),
    RawAnswer(b""),
)


@dataclass(slots=True)
class Storm(Faults):
    """A Bot API that harms a part of all calls. Each part is between 0 and 1, times are seconds.

    `part` are refused or their connection dropped, `late` answered late, `strange` the polls whose answer is
    none; so many as are left of `floods` begin a time in which every call to that chat gets a 429.
    """

    chance: Random = field(default_factory=Random)
    part: float = 0
    met: int = 0
    late: float = 0
    late_seconds: tuple[float, float] = (1, 5)
    # Chats in which it is late more often: those in which passwords are typed.
    beset: set[str] = field(default_factory=set)
    strange: float = 0
    floods: int = 0
    flood_seconds: float = 35
    flood_part: float = 0.02
    met_late: int = 0
    met_strange: int = 0
    met_floods: int = 0
    # Until when a chat gets nothing but 429, and any call no answer, in the machine's monotonic seconds.
    _flooded: dict[str, float] = field(default_factory=dict)
    _answered_at: float = 0

    def meet(self, method: str, params: dict[str, str]) -> Fate:
        """Let a call pass, harm it, or raise an ApiError, by chance."""
        if method == "getupdates" and self._by_chance(self.strange):
            self.met_strange += 1
            return Fate(answer=self.chance.choice(NO_ANSWERS))
        self._flood(params.get("chat_id", ""))
        if self._by_chance(self.part):
            return self._harm()
        late = self.late * (OFTEN if params.get("chat_id") in self.beset else 1)
        if method != "getupdates" and self._by_chance(late):
            self.met_late += 1
            late_seconds = self.chance.uniform(*self.late_seconds)
            self._answered_at = max(self._answered_at, time.monotonic() + late_seconds)
            return Fate(late_seconds=late_seconds)
        return Faults.meet(self, method, params)

    @property
    def holds_up(self) -> bool:
        """Whether it keeps a chat waiting still: for an answer, or by what is left of a 429."""
        return max(self._answered_at, *self._flooded.values(), 0) > time.monotonic()

    def _by_chance(self, part: float) -> bool:
        return self.chance.random() < part

    def _harm(self) -> Fate:
        self.met += 1
        kind = self.chance.randrange(4)
        if kind == 0:
            raise _too_many(RETRY_AFTER_SECONDS)
        if kind == 1:
            raise ApiError(500, "Internal Server Error")
        return Fate(Harm.DROP if kind == 2 else Harm.DROP_AFTER)

    def _flood(self, chat_id: str) -> None:
        """Refuse what goes to a chat in which there was too much, as Telegram does until that is over."""
        now = time.monotonic()
        if chat_id and self.floods and chat_id not in self._flooded and self._by_chance(self.flood_part):
            self.floods -= 1
            self.met_floods += 1
            self._flooded[chat_id] = now + self.flood_seconds
        if (left := self._flooded.get(chat_id, now) - now) > 0:
            raise _too_many(ceil(left))


def _too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", seconds)


class PostOffice(Mailbox):
    """A mail server that goes away when it stops, refuses by chance, and counts each mail by its id."""

    def __init__(self, chance: Random, clock: Clock) -> None:
        super().__init__(clock=clock)
        self.mails = deque(maxlen=1)
        self.counted: Counter[tuple[str, str]] = Counter()
        # What each address was told.
        self.said: dict[str, list[str]] = defaultdict(list)
        self.part = 0.0
        self.met = 0
        self._chance = chance
        self._talking: list[SMTP] = []
        self._listeners.append(self._count)

    def _count(self, mail: CaughtMail) -> None:
        self.counted[mail.message_id.strip("<>").rpartition("@")[0], mail.to[0]] += 1
        self.said[mail.to[0]].append(f"{mail.subject}\n{mail.text}")

    async def start(self) -> None:
        """Listen, on the same port as before."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._talk, HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    def _talk(self) -> SMTP:
        talk = SMTP(self, enable_SMTPUTF8=True)
        self._talking.append(talk)
        return talk

    async def stop(self) -> None:
        """Be gone: also for those who are connected."""
        await super().stop()
        for talk in self._talking:
            if talk.transport is not None:
                # uvloop's transports have its methods, and not its class.
                cast(asyncio.WriteTransport, talk.transport).abort()
        self._talking.clear()

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept any recipient, unless chance refuses."""
        if self._chance.random() < self.part:
            self.met += 1
            return "451 4.3.0 Come back later"
        return await super().handle_RCPT(server, session, envelope, address, options)
