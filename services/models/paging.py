"""Pages of lists."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 0, `total` counts the items of all pages."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


def page_number(wanted: int, total: int, size: int) -> int:
    """Return the page nearest to the `wanted` one that a list of `total` items has."""
    return min(max(wanted, 0), max(0, (total - 1) // size))
