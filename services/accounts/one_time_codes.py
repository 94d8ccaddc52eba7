"""One-time codes: emailed, typed in, and good for one purpose in one chat.

Only a seal of a code is stored: a keyed hash over its purpose, the person, the address it was sent to, and
its digits. Six digits can be guessed by trying, so a code allows five tries.

A code for a forgotten password belongs to the chat that asked for it, so nobody can replace or use up
another's. A code for a new address belongs to the account; only its owner can ask for one. A code that an
admin had sent is good in any chat: each chat has five tries, and chats that the account does not know share
STRANGERS_TRIES.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.accounts.attempts import Counter
from services.accounts.tokens import Tokens
from services.clock import Clock
from services.errors import BadCode, CodeExpired, TooManyCodes, WrongCode
from services.models.people import ChatId, Origin, User
from services.names.digits import plain_digits
from services.storage.attempts import AttemptStore
from services.storage.one_time_codes import OneTimeCodeStore, StoredCode

DIGITS = 6
# Six digits, alone or in groups; and the same with words around them, as they stand in the email.
BARE = re.compile(r"[0-9](?:[\s.–—-]*[0-9]){5}")
SAID = re.compile(rf"([^0-9]*)({BARE.pattern})([^0-9]*)", re.DOTALL)
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
# For a code that an admin had sent: enough for several chats, and far from the million possible codes.
STRANGERS_TRIES = 50


class Purpose(StrEnum):
    """What a code is good for; the values are stored, so they never change."""

    EMAIL = "email"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A code to be emailed; `by_clinic` if an admin asked for it. The repr does not show the code.

    `is_welcome`: it is for the first password of an account that an admin has made.
    """

    purpose: Purpose
    code: str
    to: str
    reader: User
    by_clinic: bool = False
    is_welcome: bool = False

    def __repr__(self) -> str:
        return f"CodeLetter({self.purpose}, {self.reader.id})"


class CodeMailer(Protocol):
    """Emails a code at once: a secret must not be stored in the outbox."""

    async def send(self, letter: CodeLetter) -> None:
        """Email the code. Raises MailDown, MailRefused."""
        ...


class OneTimeCodes:
    """Makes codes and redeems them."""

    def __init__(
        self, *, codes: OneTimeCodeStore, attempts: AttemptStore, tokens: Tokens, clock: Clock
    ) -> None:
        self._codes = codes
        self._attempts = attempts
        self._tokens = tokens
        self._clock = clock

    async def make(
        self,
        purpose: Purpose,
        subject: str,
        address: str,
        *,
        chat_id: ChatId | None,
        by_clinic: bool = False,
        is_sent: bool = True,
    ) -> str:
        """Return a new code of `subject` for that address; it replaces the chat's earlier code.

        `chat_id` None: it is good in any chat. Where it is not `is_sent` yet, the earlier one stays good,
        too, until `sent` is called.
        """
        code, now = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", self._clock.now()
        seal = self._seal(purpose, subject, address, code)
        key = code_key(purpose, subject, chat_id)
        beside = None if is_sent else now
        await self._codes.put(key, seal, now + CODE_LIFETIME, by_clinic=by_clinic, beside=beside)
        return code

    async def sent(
        self, purpose: Purpose, subject: str, address: str, code: str, *, chat_id: ChatId | None
    ) -> None:
        """Note that the code was emailed: the earlier one is good no more."""
        seal = self._seal(purpose, subject, address, code)
        await self._codes.sent(code_key(purpose, subject, chat_id), seal)

    @asynccontextmanager
    async def emailing(
        self, purpose: Purpose, subject: str, address: str, *, by_clinic: bool = False
    ) -> AsyncIterator[str]:
        """Yield a new code for any chat, to be emailed in between; if that fails, the earlier one stays."""
        code = await self.make(purpose, subject, address, chat_id=None, by_clinic=by_clinic, is_sent=False)
        yield code
        await self.sent(purpose, subject, address, code, chat_id=None)

    async def is_from_clinic(self, purpose: Purpose, subject: str) -> bool:
        """Tell whether `subject` has a code that an admin had sent and that has not expired."""
        now = self._clock.now()
        # A code that expires later than one made now was made before the clock was set back.
        return await self._codes.is_from_clinic(code_key(purpose, subject), now, now + CODE_LIFETIME)

    async def pace(self, *counters: Counter) -> None:
        """Count a code under every key before it is made: each allows five tries. Raises TooManyCodes."""
        now = self._clock.now()
        for key, limit in counters:
            retry_at = await self._attempts.record(key, now, limit.most, limit.window)
            if retry_at is not None:
                raise TooManyCodes(retry_at, limit.scope)

    async def redeem(
        self,
        purpose: Purpose,
        subject: str,
        address: str,
        text: str,
        origin: Origin,
        *,
        is_known: bool = False,
    ) -> None:
        """Redeem the code that was typed, for this chat or account. Raises BadCode, WrongCode, CodeExpired.

        `is_known` if the account was used in the chat before. Redeeming the same code again in the same chat
        works, so that a crash in between does no harm.
        """
        seal, now = self._seal(purpose, subject, address, read_code(text)), self._clock.now()
        shared = code_key(purpose, subject)
        own = code_key(purpose, subject, origin) if purpose is Purpose.RESET else shared
        # Whoever forgot a password is not signed in, and must not learn whether there is a code: tries of a
        # code that does not exist are counted, too.
        nobodys_until = now + CODE_LIFETIME if purpose is Purpose.RESET else None
        mine = await self._codes.count_try(own, nobodys_until)
        anybodys = None
        if own != shared:
            anybodys = await self._codes.count_try_of_shared(
                shared, origin, STRANGERS_TRIES, is_known=is_known
            )
        for key, code in ((own, mine), (shared, anybodys)):
            if any(hmac.compare_digest(seal, each.seal) for each in _good(code, now)):
                if await self._codes.redeem(key, seal, origin):
                    return
                raise CodeExpired
        if mine is None or mine.expires_at <= now:
            raise CodeExpired
        raise WrongCode(max(0, CODE_TRIES - mine.tries))

    async def check_redeemed(self, purpose: Purpose, subject: str, chat_id: ChatId) -> None:
        """Return if the chat has redeemed a code that has not expired. Raises CodeExpired."""
        keys = code_key(purpose, subject, chat_id), code_key(purpose, subject)
        if not await self._codes.is_redeemed(keys, chat_id, self._clock.now()):
            raise CodeExpired

    def _seal(self, purpose: Purpose, subject: str, address: str, code: str) -> str:
        return self._tokens.seal("code", purpose.value, subject, address, code)


def read_code(text: str) -> str:
    """Return the digits of a code, in whatever groups they were typed, and with whatever words around them.

    Raises BadCode.
    """
    found = SAID.fullmatch(plain_digits(unicodedata.normalize("NFKC", text)))
    if found is None or any(char.isdecimal() for char in found[1] + found[3]):
        raise BadCode(DIGITS)
    return "".join(filter(str.isdecimal, found[2]))


def looks_like_code(text: str) -> bool:
    """Tell whether the text is a code and nothing else."""
    return BARE.fullmatch(plain_digits(text.strip())) is not None


def _good(code: StoredCode | None, now: datetime) -> list[StoredCode]:
    """Return the code, and the one before it, as far as they are good."""
    both = [each for each in (code, code and code.earlier) if each]
    return [each for each in both if each.tries <= CODE_TRIES and now < each.expires_at]


def code_key(purpose: Purpose, subject: str, origin: Origin | None = None) -> str:
    """Return the key of the code that a chat asked for; without one, of the code that is good in any."""
    return f"{purpose}:{subject}" if origin is None else f"{purpose}:{subject}:{origin}"


def code_keys(email: str, user_id: str) -> list[str]:
    """Return the keys, or the beginnings of keys, under which somebody's codes are stored."""
    return [code_key(Purpose.EMAIL, user_id), code_key(Purpose.RESET, email)]
