"""What it costs an update to find its words: the catalogues, and the forms of dates and times."""

import inspect
import sys
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any
from unittest.mock import patch

from bot.localization import messages
from bot.localization.languages import Language, spoken
from bot.localization.reader import language, speaking
from bot.texts import formats, labels
from bot.texts.specializations import specialization
from tests.bench.taps import DOCTOR, LATER
from tests.intake import patient_intake
from tests.town import Person, founded
from tests.turning import MONDAY, TurnableClock

READS = "de"
MICRO = 1_000_000
REPEATS = 50
# They find no words: what they do was done before there were several languages.
NO_WORDS = {"esc", "shortened", "zone_once", "amount"}
# A function, what it was called with, and the language that was spoken.
Lookup = tuple[Callable[..., object], tuple[Any, ...], dict[str, Any], Language]


@dataclass(frozen=True)
class WordsCost:
    """So many `lookups` of an update, and the µs of the processor that they take of it, once all are warm.

    `process` is what the whole process takes for an update, with the local Telegram.
    """

    lookups: float
    micros: float
    process: float


async def words_cost(database_url: str, folder: Path) -> WordsCost:
    """Go through the booking dialog in another language than English, and measure what its words cost."""
    reads = spoken(READS)
    assert reads is not None
    taps = list(_taps(reads))
    with (
        patch("bot.app.PERIODIC_SECONDS", LATER),
        patch("bot.app.DIALOG_TIMEOUT_SECONDS", LATER),
        patient_intake(),
    ):
        async with founded(database_url, TurnableClock(MONDAY), folder) as town:
            await town.account(*DOCTOR)
            await town.account("Asha", "asha@example.org")
            asha = town.person("Asha", speaks=READS)
            await asha.signs_in("asha@example.org")
            await _goes_through(asha, taps)
            begun = clock.process_time()
            await _goes_through(asha, taps)
            seconds = clock.process_time() - begun
            with _noted() as lookups:
                await _goes_through(asha, taps)
    count = len(taps)
    return WordsCost(len(lookups) / count, _seconds(lookups) / count * MICRO, seconds / count * MICRO)


def _taps(reads: Language) -> Iterator[str]:
    """Give what is typed or tapped up to the summary, which is left again."""
    with speaking(reads):
        at = formats.wall_time(time(10, 30))
        yield from ("/book", specialization(DOCTOR[-1]), "Rao", "4", at, str(labels.SKIP), str(labels.LEAVE))


async def _goes_through(person: Person, taps: list[str]) -> None:
    for tap in taps:
        await (person.says(tap) if tap.startswith("/") else person.taps(tap))


@contextmanager
def _noted() -> Iterator[list[Lookup]]:
    """Note the calls of functions that find words, but for those that these make themselves."""
    found: list[Lookup] = []
    functions = dict(_functions(messages)) | dict(_functions(formats))
    files = {code.co_filename for code in functions}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        function = functions.get(frame.f_code) if event == "call" else None
        caller = frame.f_back
        if function is not None and caller is not None and caller.f_code.co_filename not in files:
            found.append((function, *_arguments(function, frame.f_locals), language()))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


def _functions(module: ModuleType) -> Iterator[tuple[CodeType, Callable[..., object]]]:
    """Give the functions of a module by their code; of a phrase, what says it."""
    yield messages.Phrase.__str__.__code__, messages.Phrase.__str__
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and name not in NO_WORDS:
            yield function.__code__, function


def _arguments(
    function: Callable[..., object], called_with: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a call, as its frame has them."""
    ordered: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            named |= called_with[name]
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = called_with[name]
        else:
            ordered.append(called_with[name])
    return tuple(ordered), named


def _seconds(lookups: list[Lookup]) -> float:
    """Return the time of the processor that all of them take, once the tables and caches are filled."""
    spent = float("inf")
    for _ in range(REPEATS):
        begun = clock.process_time()
        for function, ordered, named, reads in lookups:
            with speaking(reads):
                function(*ordered, **named)
        spent = min(spent, clock.process_time() - begun)
    return spent
