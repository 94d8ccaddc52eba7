"""Passwords: which are acceptable, and bcrypt in a thread of its own, so that nobody else waits."""

import gzip
import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from importlib import resources

import bcrypt

from services.accounts.hash_queue import HashQueue, Urgency
from services.errors import BadEmail, CommonPassword, PasswordIsAddress, PasswordTooLong, WeakPassword
from services.models.people import Origin
from services.names.email_addresses import read_email

MIN_LENGTH = 8
# bcrypt reads no further. Cutting longer ones silently would let wrong passwords match.
MAX_BYTES = 72
# bcrypt writes 60 characters; the last 31 are the hash (23 bytes in its base64), after the cost and the salt.
HASH_LETTERS = 31
# Django's list of common passwords, as it ships it; where it is from is in common-passwords.license.txt.
COMMON = "common-passwords.txt.gz"
# For setpriority(2): signing in takes a moment longer, and everybody else is served first.
NICENESS = 10


def _step_back() -> None:
    """Lower the priority of this thread, so that taps are handled first. On Linux each thread has its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Passwords:
    """Hashes and checks passwords. `rounds` is bcrypt's cost, as a power of two."""

    def __init__(self, rounds: int = 12) -> None:
        self._rounds = rounds
        # One thread only: a hash takes a core for a quarter of a second, and the other cores have people
        # waiting.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="bcrypt", initializer=_step_back)
        # A hash that no password has. Comparing with it takes as long as with a real one, and making it takes
        # no time.
        self._nobodys = bcrypt.gensalt(rounds) + b"." * HASH_LETTERS
        self._queue = HashQueue(self._threads)

    def check(self, password: str, email: str | None = None) -> None:
        """Return if the password is acceptable for the account with that address, where there is one.

        Raises WeakPassword, PasswordTooLong, PasswordIsAddress, CommonPassword (NIST SP 800-63B section
        5.1.1.2).
        """
        check_password(password, email)

    async def hash(
        self,
        password: str,
        email: str | None = None,
        *,
        urgency: Urgency = Urgency.SIGN_IN,
        by: Origin | None = None,
    ) -> bytes:
        """Return the bcrypt hash of an acceptable password. Raises what `check` does."""
        self.check(password, email)
        secret, salt = _composed(password).encode(), bcrypt.gensalt(self._rounds)
        return await self._queue.run(lambda: bcrypt.hashpw(secret, salt), urgency, by)

    async def matches(self, password: str, stored: bytes | None, *, by: Origin | None = None) -> bool:
        """Tell whether the password belongs to the stored hash; `by` is who asks.

        Without a stored hash (nobody has that address) it takes as long, and the answer is no. Hashes are
        made of at most 72 bytes, so a longer password is cut, which takes as long, and never matches.
        """
        hashed = stored or self._nobodys
        forms = _forms(password)

        def fits() -> bool:
            return any(bcrypt.checkpw(form[:MAX_BYTES], hashed) and len(form) <= MAX_BYTES for form in forms)

        return await self._queue.run(fits, Urgency.SIGN_IN, by) and stored is not None

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def check_password(password: str, email: str | None = None) -> None:
    """Return if it is acceptable as the password of the account with that address, where there is one.

    Raises WeakPassword, PasswordTooLong, PasswordIsAddress, CommonPassword.
    """
    if len(_composed(password).strip()) < MIN_LENGTH:
        raise WeakPassword(MIN_LENGTH)
    check_length(password)
    if email is not None and _is_address(password, email):
        raise PasswordIsAddress
    if _folded(password) in _common():
        raise CommonPassword


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the common passwords that are long enough to be chosen, in lower case."""
    packed = resources.files(__package__).joinpath(COMMON).read_bytes()
    words = gzip.decompress(packed).decode().splitlines()
    return frozenset(_folded(word) for word in words if len(word) >= MIN_LENGTH)


def _folded(password: str) -> str:
    """Return the password without its case, its width, and spaces around it: who guesses tries these, too."""
    return unicodedata.normalize("NFKC", password).casefold().strip()


def check_length(password: str) -> None:
    """Return if a password can have that many bytes. Raises PasswordTooLong."""
    if len(_composed(password).encode()) > MAX_BYTES:
        raise PasswordTooLong(MAX_BYTES)


def _composed(password: str) -> str:
    """Return the password in Unicode's NFC (UAX #15), so that all keyboards type the same."""
    return unicodedata.normalize("NFC", password)


def _is_address(password: str, email: str) -> bool:
    """Tell whether the password is the account's email address, however it was typed or pasted."""
    with suppress(BadEmail):
        return read_email(password) == email.casefold()
    return password.strip().casefold() == email.casefold()


def _forms(password: str) -> list[bytes]:
    """Return the forms that the hash may be of: older hashes were made of whatever the keyboard typed."""
    forms = (_composed(password), password, unicodedata.normalize("NFD", password))
    return [form.encode() for form in dict.fromkeys(forms)]
