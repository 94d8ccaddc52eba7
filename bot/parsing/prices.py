"""Reads what a visit costs: 80 EUR; € 45.50; 1.200,50 euros; free. Pure. Source: ISO 4217."""

import re
from collections.abc import Mapping
from functools import lru_cache

from babel.numbers import is_currency

from bot.localization.languages import Language
from bot.localization.reader import language
from bot.parsing.words.english import in_english
from bot.parsing.words.plain import plain
from bot.parsing.words.tables import Topic
from services.catalogue.fields import minor_digits
from services.errors import BadPrice
from services.models.catalogue import Price

FREE = {"free", "none", "no", "nothing", "no price", "free of charge", "for free", "0"}
SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₺": "TRY", "zł": "PLN", "kč": "CZK"}
WORDS = {
    "euro": "EUR",
    "pound": "GBP",
    "dollar": "USD",
    "rupee": "INR",
    "franc": "CHF",
    "yen": "JPY",
}
# Whoever says one of these speaks of a price, even without a number.
SPOKEN = {*WORDS, *(f"{word}s" for word in WORDS), "price", "costs", "cost", "fee", "free"}
_BEGIN = re.compile(r"(?:price|costs?|fee)\b\s*:?\s*(?:is\s+)?")
# Hindi writes 1,00,000. Elsewhere one sign is between thousands, and another one before the cents: 1.200,50.
# The first is no zero.
_AMOUNT = re.compile(
    r"(?P<whole>[1-9]\d?(?:,\d{2})+,\d{3}|"
    r"[1-9]\d{0,2}(?P<apart>[ .,'])\d{3}(?:(?P=apart)\d{3})*(?!(?P=apart)\d)|\d{1,9})"
    r"(?:[.,](?P<part>\d{1,2}))?"
)
_PRICE = re.compile(
    rf"(?P<before>[^\d\s]{{1,8}})?\s*(?P<amount>{_AMOUNT.pattern})\s*(?P<after>[^\d\s]{{1,8}})?"
)


def read_price(text: str) -> Price | None:
    """Return the price; None: the visit is free, or its price is not shown. Raises BadPrice."""
    words = _BEGIN.sub("", in_english(plain(text), Topic.PRICE))
    if words in FREE:
        return None
    found = _PRICE.fullmatch(words)
    if found is None:
        raise BadPrice
    named = [name for name in (found["before"], found["after"]) if name]
    if len(named) != 1:
        raise BadPrice
    currency = _currency(named[0])
    digits, part = minor_digits(currency), found["part"] or ""
    if len(part) > digits and part.strip("0"):
        raise BadPrice
    whole = int(re.sub(r"[ .,']", "", found["whole"]))
    minor = int(part[:digits].ljust(digits, "0")) if digits else 0
    return Price(whole * 10**digits + minor, currency)


def is_about_price(text: str) -> bool:
    """Tell whether a part of a line is meant as a price, also one that cannot be read."""
    words = in_english(plain(text), Topic.PRICE)
    if any(sign in words for sign in SIGNS if not sign.isalpha()) or SPOKEN & set(re.findall(r"\w+", words)):
        return True
    found = _PRICE.fullmatch(words)
    named = (found["before"] or found["after"] or "") if found is not None else ""
    return (
        named in SIGNS
        or named.strip(".") in _symbols(language())
        or (len(named) == len("EUR") and is_currency(named.upper()))
    )


def _currency(name: str) -> str:
    name = name.strip(".")
    code = SIGNS.get(name) or WORDS.get(name.removesuffix("s")) or _symbols(language()).get(name)
    code = code or name.upper()
    if not is_currency(code):
        raise BadPrice
    return code


@lru_cache(maxsize=20)
def _symbols(reads: Language) -> Mapping[str, str]:
    """Return the currencies by how prices are shown to the reader: US$."""
    return {plain(sign).strip("."): code for code, sign in reads.cldr.currency_symbols.items()}
