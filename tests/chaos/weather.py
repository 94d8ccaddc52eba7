"""What goes wrong by chance around the bot: at the Bot API, and at the mail server."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.demo.errors import ApiError
from bot.demo.faults import Faults, Harm
from bot.demo.mailbox import HOST, Mail, Mailbox
from services.clock import Clock

RETRY_AFTER_SECONDS = 1


@dataclass(slots=True)
class Storm(Faults):
    """A Bot API that refuses so great a part of all calls, or drops their connection."""

    chance: Random = field(default_factory=Random)
    part: float = 0
    met: int = 0

    def meet(self, method: str, params: dict[str, str]) -> Harm:
        """Let a call pass, harm it, or raise an ApiError, by chance."""
        if self.chance.random() >= self.part:
            return Faults.meet(self, method, params)
        self.met += 1
        kind = self.chance.randrange(4)
        if kind == 0:
            raise ApiError(429, f"Too Many Requests: retry after {RETRY_AFTER_SECONDS}", RETRY_AFTER_SECONDS)
        if kind == 1:
            raise ApiError(500, "Internal Server Error")
        return Harm.DROP if kind == 2 else Harm.DROP_AFTER


class PostOffice(Mailbox):
    """A mail server that goes away when it stops, refuses by chance, and counts each mail by its id."""

    def __init__(self, chance: Random, clock: Clock) -> None:
        super().__init__(clock=clock)
        self.mails = deque(maxlen=1)
        self.counted: Counter[tuple[str, str]] = Counter()
        self.part = 0.0
        self.met = 0
        self._chance = chance
        self._talking: list[SMTP] = []
        self._listeners.append(self._count)

    def _count(self, mail: Mail) -> None:
        self.counted[mail.message_id.strip("<>").rpartition("@")[0], mail.to[0]] += 1

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
            if isinstance(talk.transport, asyncio.WriteTransport):
                talk.transport.abort()
        self._talking.clear()

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept any recipient, unless chance refuses."""
        if self._chance.random() < self.part:
            self.met += 1
            return "451 4.3.0 Come back later"
        return await super().handle_RCPT(server, session, envelope, address, options)
