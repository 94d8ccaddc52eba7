"""The queue for hashing passwords: one at a time, sign-ins before registrations, chats in turn."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Executor
from enum import IntEnum
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[asyncio.Future[Any], Callable[[], Any]]


class Urgency(IntEnum):
    """Who comes first: somebody with an account, or somebody who is about to have one."""

    SIGN_IN = 0
    REGISTRATION = 1


class HashQueue:
    """Gives work to an executor, one piece at a time. Many registrations do not delay signing in."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: dict[Urgency, OrderedDict[object, deque[Job]]] = {
            urgency: OrderedDict() for urgency in Urgency
        }
        self._is_busy = False

    async def run(self, work: Callable[[], T], urgency: Urgency, by: object = None) -> T:
        """Run the work when it is the turn of `by` (a chat), and return its result."""
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[urgency].setdefault(by, deque()).append((result, work))
        self._begin_next()
        return await result

    def _begin_next(self) -> None:
        while not self._is_busy and (job := self._taken()):
            result, work = job
            if result.cancelled():
                continue
            doing = result.get_loop().run_in_executor(self._executor, work)
            self._is_busy = True
            doing.add_done_callback(partial(self._end, result))

    def _taken(self) -> Job | None:
        """Return the next job; a chat with more jobs goes to the end of the queue."""
        for chats in self._waiting.values():
            if chats:
                by, jobs = chats.popitem(last=False)
                job = jobs.popleft()
                if jobs:
                    chats[by] = jobs
                return job
        return None

    def _end(self, result: asyncio.Future[Any], done: asyncio.Future[Any]) -> None:
        self._is_busy = False
        if done.cancelled():
            result.cancel()
        elif not result.done():
            error = done.exception()
            if error is not None:
                result.set_exception(error)
            else:
                result.set_result(done.result())
        self._begin_next()
