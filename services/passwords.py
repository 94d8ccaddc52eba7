"""Passwords: what is acceptable, and bcrypt in threads of its own, so that nobody else waits."""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import bcrypt

from services.errors import PasswordTooLong, WeakPassword

MIN_LENGTH = 8
# bcrypt reads no further; to cut silently would let a wrong password in.
MAX_BYTES = 72
# setpriority(2): whoever signs in waits a moment longer, and nobody else waits at all.
NICENESS = 10


def _step_back() -> None:
    """Let this thread give way to everybody who taps: on Linux, each thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Passwords:
    """Hashes and checks passwords. `rounds` is bcrypt's cost, as a power of two."""

    def __init__(self, rounds: int = 12) -> None:
        self._rounds = rounds
        # One thread: the hash takes a core for a quarter of a second, and the others have people waiting.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="bcrypt", initializer=_step_back)
        self._nobodys = self._threads.submit(bcrypt.hashpw, b"nobody's password", bcrypt.gensalt(rounds))

    async def hash(self, password: str) -> bytes:
        """Return the bcrypt hash of an acceptable password. Raises WeakPassword, PasswordTooLong."""
        if len(password.strip()) < MIN_LENGTH:
            raise WeakPassword(MIN_LENGTH)
        secret = password.encode()
        if len(secret) > MAX_BYTES:
            raise PasswordTooLong(MAX_BYTES)
        loop = asyncio.get_running_loop()
        salt = bcrypt.gensalt(self._rounds)
        return await loop.run_in_executor(self._threads, bcrypt.hashpw, secret, salt)

    async def matches(self, password: str, stored: bytes | None) -> bool:
        """Tell whether the password belongs to the stored hash.

        Without one (nobody has that mail) it takes as long and says no. No hash is made of more
        than 72 bytes, so a longer password is cut for the same work and never matches.
        """
        secret = password.encode()
        loop = asyncio.get_running_loop()
        cut = secret[:MAX_BYTES]
        nobodys: bytes = await asyncio.wrap_future(self._nobodys)
        same = await loop.run_in_executor(self._threads, bcrypt.checkpw, cut, stored or nobodys)
        return same and stored is not None and len(secret) <= MAX_BYTES

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
