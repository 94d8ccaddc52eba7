"""Rate limits: how often one may try a password or a code, register, or have codes emailed.

Wrong guesses for one account are counted together over all chats that it was never used in. A chat in which
the account was signed in before has its own counter: otherwise anybody could lock a person out by guessing
wrong. Over HTTP the address on the network stands in the place of the chat, and all counters are others than
those of chats: who guesses there locks nobody out here.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from services.clock import Clock
from services.errors import TooManyTries
from services.models.people import ChatId, ClientAddress, Origin, Scope, Tried, UserId
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
# One address may be that of a whole office, or of a web site through which everybody signs in.
PASSWORDS_OF_PAIR = Limit(5, QUARTER, Tried.PASSWORD, Scope.ADDRESS_FROM_CLIENT)
PASSWORDS_A_CLIENT = Limit(100, QUARTER, Tried.PASSWORD, Scope.CLIENT)
PASSWORDS_OVER_HTTP = Limit(30, QUARTER, Tried.PASSWORD, Scope.ADDRESS_OVER_HTTP)
STAFF_CODES_A_CHAT = Limit(5, QUARTER, Tried.STAFF_CODE, Scope.CHAT)
STAFF_CODES_A_CLIENT = replace(STAFF_CODES_A_CHAT, scope=Scope.CLIENT)
STAFF_CODES = Limit(30, HOUR, Tried.STAFF_CODE, Scope.CLINIC)
CODES_A_CHAT = Limit(5, HOUR, Tried.MAILED_CODE, Scope.CHAT)
CODES_IN_KNOWN_CHAT = replace(CODES_A_CHAT, scope=Scope.ADDRESS_IN_CHAT)
CODES_BY_STRANGERS = replace(CODES_A_CHAT, scope=Scope.ADDRESS)
# Each new password is hashed, which takes one core for a quarter of a second.
NEW_PASSWORDS_A_CHAT = Limit(10, HOUR, Tried.REGISTRATION, Scope.CHAT)
REGISTRATIONS_A_CHAT = Limit(5, HOUR, Tried.REGISTRATION, Scope.CHAT)
# The bot says whether an address has an account. These limits keep anybody from asking that about a whole
# list.
ADDRESSES_A_CHAT = Limit(20, HOUR, Tried.ADDRESS, Scope.CHAT)
ADDRESSES = Limit(500, HOUR, Tried.ADDRESS, Scope.CLINIC)
TAKEN_A_CLIENT = Limit(20, HOUR, Tried.ADDRESS, Scope.CLIENT)
REGISTRATIONS_OF_PAIR = Limit(5, HOUR, Tried.REGISTRATION, Scope.ADDRESS_FROM_CLIENT)
TAKEN_A_CHAT = Limit(5, HOUR, Tried.ADDRESS, Scope.CHAT)
TAKEN = Limit(60, HOUR, Tried.ADDRESS, Scope.CLINIC)
# Codes with which patients are handed over: eight letters out of 21, good for a week.
CLAIMS_A_CHAT = Limit(5, QUARTER, Tried.CLAIM, Scope.CHAT)
CLAIMS = Limit(300, HOUR, Tried.CLAIM, Scope.CLINIC)
NEW_CLAIMS = Limit(20, HOUR, Tried.NEW_CLAIM, Scope.CHAT)


def registrations(an_hour: int) -> Limit:
    """Return how many registrations the clinic takes an hour in all."""
    return Limit(an_hour, HOUR, Tried.REGISTRATION, Scope.CLINIC)


class Attempts:
    """Counts tries in sliding windows."""

    def __init__(self, attempts: AttemptStore, clock: Clock) -> None:
        self._attempts = attempts
        self._clock = clock

    async def count(self, *counters: Counter) -> None:
        """Count a try under each key before it is made, until one refuses it. Raises TooManyTries."""
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
        """Count a try under `key` without refusing it: it only uses up what others may try."""
        await self._attempts.record(key, self._clock.now(), limit.most, limit.window)

    async def count_login(self, origin: Origin, email: str, *, is_known: bool) -> tuple[Counter, ...]:
        """Count a try of a password, and return the counters to clear if it is right.

        Over HTTP the latest try of `client_key` is to be taken back, too. Raises TooManyTries.
        """
        counters = login_counters(origin, email, is_known=is_known)
        if isinstance(origin, ClientAddress):
            of_pair, *of_account = counters
            of_client = (client_key(origin), PASSWORDS_A_CLIENT)
            # A client that has to wait in any case leaves no counter for each address that it makes up.
            await self.check(of_client)
            # The pair comes first, so that one program that goes on trying does not keep its office out; then
            # the client: once that has to wait, its guesses no longer count against accounts.
            await self.count(of_pair, of_client, *of_account)
            return counters
        await self.count(*counters)
        if is_known:
            # Guesses in a chat that the account knows also use up the tries of chats that it does not know.
            await self.note(f"mail:{email}", PASSWORDS_BY_STRANGERS)
        return counters

    async def forgive(self, *keys: str) -> None:
        """Clear the counters, after a right try."""
        for key in keys:
            await self._attempts.forget(key)

    async def take_back(self, key: str) -> None:
        """Remove the try that was just counted, because it was right; the wrong ones stay counted."""
        await self._attempts.take_back(key)


def login_counters(origin: Origin, email: str, *, is_known: bool) -> tuple[Counter, ...]:
    """Return the counters for tries of a password; `is_known` if the account was signed in there before.

    The chat's counter comes first: once the chat has to wait, its guesses no longer count against accounts.
    """
    if isinstance(origin, ClientAddress):
        of_pair = (f"http:{email}:{origin}", PASSWORDS_OF_PAIR)
        return (of_pair,) if is_known else (of_pair, (f"http:{email}", PASSWORDS_OVER_HTTP))
    of_account = (
        (f"mail:{email}:{origin}", PASSWORDS_IN_KNOWN_CHAT)
        if is_known
        else (f"mail:{email}", PASSWORDS_BY_STRANGERS)
    )
    return (f"chat:{origin}", PASSWORDS_A_CHAT), of_account


def client_key(address: ClientAddress) -> str:
    """Return the key under which the passwords are counted that are tried from a network address."""
    return f"http:from:{address}"


def code_counters(chat_id: ChatId, email: str, *, is_known: bool) -> tuple[Counter, Counter]:
    """Return the counters for the codes that a chat has emailed for a forgotten password."""
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
    """Return the keys, or their beginnings, under which the tries of a person are counted.

    Tries without a chat are counted under the account's id in its place.
    """
    kinds = (
        "chat",
        "code:chat",
        "staff",
        "register",
        "registered",
        "address",
        "taken",
        "claim:chat",
        "claim:new",
    )
    of_origins = [f"{kind}:{origin}" for kind in kinds for origin in (*chats, user_id)]
    of_address = (f"mail:{email}", f"code:mail:{email}", f"http:{email}", f"http:register:{email}")
    return sorted({*of_origins, *of_address, f"code:user:{user_id}"})
