"""A Bot API method of this server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.bot_api.errors import Unsupported
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram

Run = Callable[[Telegram, Params], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Described:
    """A result, and what the answer's description says."""

    result: Any
    description: str


@dataclass(frozen=True, slots=True)
class ApiMethod:
    """A method and the parameters that it takes; `run` returns the result or raises ApiError.

    A parameter that is not named is refused, never silently dropped.
    """

    run: Run
    accepts: frozenset[str]

    def check(self, params: Params) -> None:
        """Raise Unsupported when a parameter is given that the method does not take."""
        attached = {
            text.removeprefix("attach://") for text in params.texts.values() if text.startswith("attach://")
        }
        for name in [*params.texts, *(upload for upload in params.uploads if upload not in attached)]:
            if name not in self.accepts:
                raise Unsupported(f"parameter {name}")


def method(run: Run, *accepts: str) -> ApiMethod:
    """Return a method that takes the named parameters."""
    return ApiMethod(run, frozenset(accepts))
