"""Faults that tests plant, and the record of the bot's calls."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot.demo.bot_api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call as it came: `method` in lower case, `params` as decoded text."""

    method: str
    params: dict[str, str]
    at: datetime


class Harm(Enum):
    """What happens to a call that is not refused."""

    NONE = auto()
    DROP = auto()
    DROP_AFTER = auto()


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What comes instead of an answer: from a proxy, or cut off on the way."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a call: with an `answer` it has no effect, else its answer may come late or never."""

    harm: Harm = Harm.NONE
    late_seconds: float = 0
    answer: RawAnswer | None = None


@dataclass(slots=True)
class _Fault:
    method: str
    times: int
    fate: Fate = Fate()
    error: ApiError | None = None
    chat_id: int | None = None

    def fits(self, method: str, params: dict[str, str]) -> bool:
        if self.method != method:
            return False
        return self.chat_id is None or params.get("chat_id") == str(self.chat_id)


@dataclass(slots=True)
class Faults:
    """Planted faults. Each affects the next `times` calls that match, oldest first."""

    _planted: list[_Fault] = field(default_factory=list)

    def refuse(
        self,
        method: str,
        *,
        error_code: int,
        description: str,
        retry_after: int | None = None,
        times: int = 1,
        chat_id: int | None = None,
    ) -> None:
        """Refuse the next calls with this answer; `retry_after` is in seconds. They take no effect."""
        error = ApiError(error_code, description, retry_after)
        self._planted.append(_Fault(method.lower(), times, error=error, chat_id=chat_id))

    def drop(self, method: str, *, times: int = 1) -> None:
        """Close the connection without an answer; the call takes no effect."""
        self._planted.append(_Fault(method.lower(), times, Fate(Harm.DROP)))

    def drop_after(self, method: str, *, times: int = 1) -> None:
        """Let the call take effect, then close the connection without an answer."""
        self._planted.append(_Fault(method.lower(), times, Fate(Harm.DROP_AFTER)))

    def delay(self, method: str, seconds: float, *, times: int = 1, chat_id: int | None = None) -> None:
        """Let the call take effect, and answer it so many seconds later."""
        self._planted.append(_Fault(method.lower(), times, Fate(late_seconds=seconds), chat_id=chat_id))

    def answer(self, method: str, answer: RawAnswer, *, times: int = 1) -> None:
        """Answer exactly this; the call has no effect."""
        self._planted.append(_Fault(method.lower(), times, Fate(answer=answer)))

    def clear(self) -> None:
        """Remove all faults."""
        self._planted.clear()

    def meet(self, method: str, params: dict[str, str]) -> Fate:
        """Use up the first fault that matches a call; raise its ApiError or return the call's fate."""
        for fault in self._planted:
            if fault.fits(method, params):
                fault.times -= 1
                if fault.times <= 0:
                    self._planted.remove(fault)
                if fault.error is not None:
                    raise fault.error
                return fault.fate
        return Fate()
