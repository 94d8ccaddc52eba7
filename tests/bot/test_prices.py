"""Prices as people type them: read exactly, or refused."""

import pytest

from bot.parsing.prices import read_price
from services.errors import BadPrice
from services.models.catalogue import Price


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        *(("12,50 EUR", 1250), ("€0.50", 50), ("1.200,50 euros", 120_050), ("1,200.50 EUR", 120_050)),
        *(("1 200 300 EUR", 120_030_000), ("1.200 EUR", 120_000), ("price: 80 EUR", 8000), ("٥ EUR", 500)),
    ],
)
def test_a_price_is_read_to_the_cent(typed: str, minor: int) -> None:
    assert read_price(typed) == Price(minor, "EUR")


@pytest.mark.parametrize(
    "typed",
    [
        *("12,50", "-5", "-5 EUR", "eighty", "eighty euros", "1e9 EUR", "5 EUR USD", "EUR"),
        # Neither a thousandth of a euro nor a hundred of them, and not with one sign for both.
        *("0.001 EUR", "0,050 EUR", "1.200.50 EUR", "1.200,500 EUR"),
    ],
)
def test_what_is_no_price_is_never_taken_for_one(typed: str) -> None:
    with pytest.raises(BadPrice):
        read_price(typed)
