"""Pages of a list that is in memory as a whole. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from services.models.paging import Page, page_number

T = TypeVar("T")

ITEMS_A_PAGE = 8


def page_of(items: Sequence[T], number: int, size: int = ITEMS_A_PAGE) -> Page[T]:
    """Return the page of the list that is nearest to `number`."""
    number = page_number(number, len(items), size)
    return Page(tuple(items[number * size :][:size]), number, size, len(items))
