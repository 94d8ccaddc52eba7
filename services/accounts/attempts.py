"""Makes those wait who guess, register or have codes mailed too often.

Guessing is bounded for each account over all chats that are new to it. A chat in which the account was
signed in before has counters of its own: else anybody could lock a chosen person out, by guessing wrong.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from services.clock import Clock
from services.errors import TooManyTries
from services.models.people import ChatId, Origin, Scope, Tried, UserId
from services.storage.attempts import AttemptStore

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` tries of something within a `window`, over a `scope`."""

    most: int
    window: timedelta
    tried: Tried
    scope: Scope


Counter = tuple[str, Limit]

PASSWORDS_A_CHAT = Limit(5, QUARTER, Tried.PASSWORD, Scope.CHAT)
PASSWORDS_IN_KNOWN_CHAT = replace(PASSWORDS_A_CHAT, scope=Scope.ADDRESS_IN_CHAT)
PASSWORDS_BY_STRANGERS = replace(PASSWORDS_A_CHAT, scope=Scope.ADDRESS)
STAFF_CODES_A_CHAT = Limit(5, QUARTER, Tried.STAFF_CODE, Scope.CHAT)
STAFF_CODES = Limit(30, HOUR, Tried.STAFF_CODE, Scope.CLINIC)
CODES_A_CHAT = Limit(5, HOUR, Tried.MAILED_CODE, Scope.CHAT)
CODES_IN_KNOWN_CHAT = replace(CODES_A_CHAT, scope=Scope.ADDRESS_IN_CHAT)
CODES_BY_STRANGERS = replace(CODES_A_CHAT, scope=Scope.ADDRESS)
# Each is a hash, which takes a core for a quarter of a second.
NEW_PASSWORDS_A_CHAT = Limit(10, HOUR, Tried.REGISTRATION, Scope.CHAT)
REGISTRATIONS_A_CHAT = Limit(5, HOUR, Tried.REGISTRATION, Scope.CHAT)
# Whoever asks about an address is told whether it has an account: of a few, and not of a list.
ADDRESSES_A_CHAT = Limit(20, HOUR, Tried.ADDRESS, Scope.CHAT)
ADDRESSES = Limit(500, HOUR, Tried.ADDRESS, Scope.CLINIC)
TAKEN_A_CHAT = Limit(5, HOUR, Tried.ADDRESS, Scope.CHAT)
TAKEN = Limit(60, HOUR, Tried.ADDRESS, Scope.CLINIC)


def registrations(an_hour: int) -> Limit:
    """Return how many registrations the clinic takes an hour in all."""
    return Limit(an_hour, HOUR, Tried.REGISTRATION, Scope.CLINIC)


class Attempts:
    """Counts tries in sliding windows."""

    def __init__(self, attempts: AttemptStore, clock: Clock) -> None:
        self._attempts = attempts
        self._clock = clock

    async def count(self, *counters: Counter) -> None:
        """Count a try under every key before it is made; none after one that refuses. Raises TooManyTries."""
        now = self._clock.now()
        for key, limit in counters:
            retry_at = await self._attempts.record(key, now, limit.most, limit.window)
            if retry_at is not None:
                raise TooManyTries(retry_at, limit.tried, limit.scope)

    async def check(self, *counters: Counter) -> None:
        """Return if one more try would be allowed, and count none. Raises TooManyTries."""
        now = self._clock.now()
        for key, limit in counters:
            retry_at = await self._attempts.look(key, now, limit.most, limit.window)
            if retry_at is not None:
                raise TooManyTries(retry_at, limit.tried, limit.scope)

    async def note(self, key: str, limit: Limit) -> None:
        """Count a try for others that is allowed here, whatever the others have tried."""
        await self._attempts.record(key, self._clock.now(), limit.most, limit.window)

    async def count_login(self, origin: Origin, email: str, *, is_known: bool) -> tuple[Counter, ...]:
        """Count a try of a password, and return under what a right one is forgiven. Raises TooManyTries."""
        counters = login_counters(origin, email, is_known=is_known)
        await self.count(*counters)
        if is_known:
            # Whoever guesses in the owner's chat leaves no further tries to chats that are new.
            await self.note(f"mail:{email}", PASSWORDS_BY_STRANGERS)
        return counters

    async def forgive(self, *keys: str) -> None:
        """Start the counts anew, after a right try."""
        for key in keys:
            await self._attempts.forget(key)

    async def take_back(self, key: str) -> None:
        """Count the try of this very instant no more: it was right; the wrong ones stay counted."""
        await self._attempts.take_back(key, self._clock.now())


def login_counters(origin: Origin, email: str, *, is_known: bool) -> tuple[Counter, Counter]:
    """Return under what the tries of a password are counted; `is_known` if the account was signed in there.

    The chat's first: one that must wait can't make the owners of more and more accounts wait.
    """
    of_account = (
        (f"mail:{email}:{origin}", PASSWORDS_IN_KNOWN_CHAT)
        if is_known
        else (f"mail:{email}", PASSWORDS_BY_STRANGERS)
    )
    return (f"chat:{origin}", PASSWORDS_A_CHAT), of_account


def code_counters(chat_id: ChatId, email: str, *, is_known: bool) -> tuple[Counter, Counter]:
    """Return under what the codes are counted that a chat has mailed for a forgotten password."""
    of_account = (
        (f"code:mail:{email}:{chat_id}", CODES_IN_KNOWN_CHAT)
        if is_known
        else (f"code:mail:{email}", CODES_BY_STRANGERS)
    )
    return (f"code:chat:{chat_id}", CODES_A_CHAT), of_account


def keys_of(counters: tuple[Counter, ...]) -> list[str]:
    """Return the keys of counters."""
    return [key for key, _ in counters]


def tries_keys(email: str, user_id: UserId, chats: list[ChatId]) -> list[str]:
    """Return under which keys the tries of a person and their chats are counted, or begin.

    Where the person has acted without a chat, they are counted under the account's id in its place.
    """
    kinds = ("chat", "code:chat", "staff", "register", "registered", "address", "taken")
    of_origins = [f"{kind}:{origin}" for kind in kinds for origin in (*chats, user_id)]
    return sorted({*of_origins, f"mail:{email}", f"code:mail:{email}", f"code:user:{user_id}"})
