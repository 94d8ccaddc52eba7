"""One-time codes: mailed, typed in, and good for one thing in one chat.

A code is kept as a seal only: a keyed hash over its purpose, whom it is for, the address it was mailed to,
and its digits. Six digits are soon tried through by whoever may try, so nobody may: five tries a code.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from services.clock import Clock
from services.errors import BadCode, CodeExpired, TooManyCodes, WrongCode
from services.models import ChatId, User
from services.storage.attempts import Attempts
from services.storage.codes import Codes as StoredCodes
from services.tokens import Tokens

DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
# Each code is another five tries, so they are not given out without end.
CODES_AN_HOUR = 5
HOUR = timedelta(hours=1)


class Purpose(StrEnum):
    """What a code is good for; the values are stored, so they never change."""

    EMAIL = "email"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A code on its way to an address; `by_clinic` where an admin asked for it. Its repr does not show it."""

    purpose: Purpose
    code: str
    to: str
    reader: User
    by_clinic: bool = False

    def __repr__(self) -> str:
        return f"CodeLetter({self.purpose}, {self.reader.id})"


class CodeMailer(Protocol):
    """Brings a code to its reader at once: a secret must not lie in the outbox."""

    async def send(self, letter: CodeLetter) -> None:
        """Mail the code. Raises MailDown, MailRefused."""
        ...


class Codes:
    """Makes codes and takes them back."""

    def __init__(self, *, codes: StoredCodes, attempts: Attempts, tokens: Tokens, clock: Clock) -> None:
        self._codes = codes
        self._attempts = attempts
        self._tokens = tokens
        self._clock = clock

    async def make(self, purpose: Purpose, subject: str, address: str, *, by_clinic: bool = False) -> str:
        """Return a new code of `subject`, the only one from now on, to be mailed to that address."""
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        seal = self._seal(purpose, subject, address, code)
        until = self._clock.now() + CODE_LIFETIME
        await self._codes.put(code_key(purpose, subject), seal, until, by_clinic=by_clinic)
        return code

    async def is_from_clinic(self, purpose: Purpose, subject: str) -> bool:
        """Tell whether `subject` has a code that an admin had sent, and that is good still."""
        return await self._codes.is_from_clinic(code_key(purpose, subject), self._clock.now())

    async def pace(self, *keys: str) -> None:
        """Count a code under every key before it is made. Raises TooManyCodes."""
        now = self._clock.now()
        for key in keys:
            retry_at = await self._attempts.record(pace_key(key), now, CODES_AN_HOUR, HOUR)
            if retry_at is not None:
                raise TooManyCodes(retry_at)

    async def redeem(self, purpose: Purpose, subject: str, address: str, text: str, chat_id: ChatId) -> None:
        """Take the code that was typed, for this chat. Raises BadCode, WrongCode, CodeExpired.

        Typed once more in that chat it is still good: so a kill in between costs nobody anything.
        """
        key, seal = code_key(purpose, subject), self._seal(purpose, subject, address, read_code(text))
        stored = await self._codes.count_try(key)
        if stored is None or stored.expires_at <= self._clock.now():
            raise CodeExpired
        if stored.tries > CODE_TRIES or not hmac.compare_digest(seal, stored.seal):
            raise WrongCode(max(0, CODE_TRIES - stored.tries))
        if not await self._codes.redeem(key, seal, chat_id):
            raise CodeExpired

    async def check_redeemed(self, purpose: Purpose, subject: str, chat_id: ChatId) -> None:
        """Return if the chat has a code that is good still. Raises CodeExpired."""
        if not await self._codes.is_redeemed(code_key(purpose, subject), chat_id, self._clock.now()):
            raise CodeExpired

    def _seal(self, purpose: Purpose, subject: str, address: str, code: str) -> str:
        return self._tokens.seal("code", purpose.value, subject, address, code)


def read_code(text: str) -> str:
    """Return the digits of a code, in whatever groups they were typed. Raises BadCode."""
    code = "".join(text.replace("-", " ").split())
    if not (len(code) == DIGITS and code.isdecimal() and code.isascii()):
        raise BadCode(DIGITS)
    return code


def code_key(purpose: Purpose, subject: str) -> str:
    """Return the key under which the code of `subject` is kept."""
    return f"{purpose}:{subject}"


def pace_key(key: str) -> str:
    """Return the key under which the codes are counted that were made for `key`."""
    return f"code:{key}"
