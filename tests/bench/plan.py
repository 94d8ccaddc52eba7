"""How much is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.callers import Call
from tests.bench.results import Setup, Way

# So many requests a second are offered in the open loop.
OFFERED = 100


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Everything is measured with the first driver, the first size and `some` people; the other sizes, drivers
    and numbers of people each with the first of everything else. HTTP calls take `call_seconds`, as do the
    empty bots, which do a multiple of the updates in a second. What no goal is about is measured in the first
    round only: other numbers of people and callers, and with `others` two more empty bots. So many `visits`
    of each sort are looked for and booked.
    """

    sizes: Sequence[int] = (1_000, 100_000, 1_000_000)
    people: Sequence[int] = (1, 32, 256)
    drivers: Sequence[str] = ("motor", "pymongo")
    waiting_lists: Sequence[int] = (0, 1_000)
    workers: int = 2
    rounds: int = 3
    seconds: float = 4
    call_seconds: float = 3
    warm_up: float = 1.5
    call_warm_up: float = 1
    others: bool = True
    visits: int = 200

    @property
    def some(self) -> int:
        """So many people are there where their number is not what is varied."""
        return self.people[len(self.people) // 2]

    def setups(self, *, is_first: bool) -> list[Setup]:
        """Return what the whole bot is measured in, in the first round or in a later one."""
        first, size = self.drivers[0], self.sizes[0]
        crowds = [Setup(first, size, people) for people in (self.people if is_first else [self.some])]
        grown = [Setup(first, larger, self.some) for larger in self.sizes[1:]]
        others = [Setup(driver, size, self.some) for driver in self.drivers[1:]]
        pushed = [Setup(driver, size, self.some, Way.WEBHOOK) for driver in self.drivers]
        return [*crowds, *grown, *others, *pushed, Setup(first, size, self.some, Way.WEBHOOK, self.workers)]

    def calls(self, size: int, *, is_first: bool) -> list[tuple[Call, int, float]]:
        """Return which calls are measured with a size in the first round, or in a later one.

        That is what is called, by how many at once, and the rate of an open loop.
        """
        some = self.some
        least: list[tuple[Call, int, float]] = [("book", some, 0)]
        if size not in {self.sizes[0], self.sizes[-1]}:
            return least
        open_loop: list[tuple[Call, int, float]] = [
            (what, some, OFFERED) for what in ("empty", "insert", "book")
        ]
        if size != self.sizes[0]:
            return [*least, ("list", some, 0), *open_loop]
        whats: tuple[Call, ...] = ("book", "list")
        counts = self.people if is_first else [some]
        closed: list[tuple[Call, int, float]] = [(what, count, 0) for what in whats for count in counts]
        return [("empty", some, 0), *closed, *open_loop]


QUICK = Plan(
    sizes=(1_000,),
    people=(1, 8),
    drivers=("motor",),
    rounds=1,
    seconds=1,
    call_seconds=1,
    warm_up=0.5,
    visits=40,
)
