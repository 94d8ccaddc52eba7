"""Prices, and numbers that are no counts, as whoever reads them writes them."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal, format_percent

from bot.localization.reader import language
from services.catalogue.fields import minor_digits
from services.models.catalogue import Price


def price(value: Price) -> str:
    """Return a price: €25.50, or ¥3,000, which has no hundredths."""
    return str(format_currency(Decimal(amount(value)), value.currency, locale=language().cldr))


def amount(value: Price) -> str:
    """Return a price without its currency, for programs: 25.50."""
    return str(Decimal(value.minor).scaleb(-minor_digits(value.currency)))


def percent(value: int) -> str:
    """Return a percentage: 80%."""
    return str(format_percent(Decimal(value) / 100, locale=language().cldr))


def decimal(value: float) -> str:
    """Return a number with one decimal, if that is not 0: 2.5."""
    return str(format_decimal(Decimal(f"{value:.1f}"), "#,##0.#", locale=language().cldr))
