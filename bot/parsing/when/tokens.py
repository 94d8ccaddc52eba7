"""Splits a text into items of the grammar, each with its place in the text. Pure."""

import re
from dataclasses import dataclass

from bot.localization.languages import ENGLISH, Language
from bot.parsing.when.lexicon import Senses, WhenWords, of_prefix, when_words
from bot.parsing.words.letters import comparable
from services.names.digits import plain_digits

CENTURY = 2000
MOST_MONTH, MOST_DAY, MOST_HOUR = 12, 31, 24
# How many digits a number may have that is read, a year has, and one that may be a time without a colon.
YEAR_DIGITS = 4
# Marks that belong to the letter before them: of Latin, Hebrew, Arabic, Devanagari, and joiners.
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u200c\u200d"
)
_LETTERS = rf"[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}][^\W\d_{_MARKS}]*)*"
_TOKEN = re.compile(
    r"(?P<iso>\d{4}(?P<s>[-/.])\d{1,2}(?P=s)\d{1,2}(?!\d))"
    r"|(?P<basic>20\d{2}(?:0\d|1[0-2])[0-3]\d(?!\d))"
    r"|(?P<full>\d{1,2}(?P<t>[-/.]) ?\d{1,2}(?P=t)(?: ?\d{4}|\d{2})(?![\d:]))"
    r"|(?P<clock>\d{1,2}(?::\d{2}(?::00)?|h\d{2})(?![\d:]))"
    # 9.30. is a time at the end of a sentence: there is no such month.
    r"|(?P<dotted>\d{1,2}\. ?(?:0?[1-9]|1[0-2])\.(?!\d))"
    r"|(?P<slashed>\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<point>\d{1,2}\.\d{2}(?!\d|\.\d))"
    r"|(?P<ordinal>\d{1,2}-(?:го|ого|е|ое|му|ю|й)\b)"
    r"|(?P<number>\d+)"
    r"|(?P<half>(?<=\d)\s?[ap]\.\s?m\b\.?)"
    rf"|(?P<word>{_LETTERS}(?:['’]{_LETTERS})*)"
    # Words that are blotted out are one sign, however long they were.
    r"|(?P<sign>\|+|\S)"
)
_DIGITS = re.compile(r"\d+")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d|[٫٬]")
# What is written right behind a number: 5th; 3pm, 15h; 3ish is no number.
_ORDINAL_ENDS = {
    "st",
    "nd",
    "rd",
    "th",
    "го",
    "е",
    "ого",
    "ое",
    "о",
    "a",
    "er",
    "ro",
    "do",
    "to",
    "ter",
    "ten",
    "ste",
}
_NOT_READ: Senses = {"ordinary": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """A word or several, a number or a sign: from `start` to before `end` in the text.

    `of` are its senses. `dates` are days (day, month, year or None) that it may be, if it is written in
    numbers. `sign` is a comma or another sign.
    """

    start: int
    end: int
    of: Senses
    dates: tuple[tuple[int, int, int | None], ...] = ()
    sign: str = ""


def items_of(text: str, reads: Language) -> list[Item]:
    """Return the items of a text, in order; words that mean nothing here are `ordinary`."""
    words = when_words(reads)
    found: list[Item] = []
    tokens = list(_TOKEN.finditer(_as_typed(text)))
    keys = [comparable(token[0]) if token.lastgroup == "word" else "" for token in tokens]
    if words.table.prefixes:
        tokens, keys = _with_prefixes_apart(tokens, keys, words)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.lastgroup == "word":
            senses, count = _phrase(keys, place, words)
            last = tokens[place + count - 1]
            found.append(Item(token.start(), last.end(), senses))
            place += count
            continue
        behind = tokens[place + 1] if place + 1 < len(tokens) else None
        item, count = _number(token, behind, reads)
        found.append(item)
        place += count
    return found


def _with_prefixes_apart(
    tokens: list[re.Match[str]], keys: list[str], words: WhenWords
) -> tuple[list[re.Match[str]], list[str]]:
    """Return words as two where “to” is written together with the next: للخميس, to Thursday."""
    parted: list[re.Match[str]] = []
    compared: list[str] = []
    for token, key in zip(tokens, keys, strict=True):
        prefix, rest = words.parted(key) if key else ("", key)
        middle = token.start() + len(prefix)
        head = _TOKEN.match(token.string, token.start(), middle) if prefix else None
        tail = _TOKEN.match(token.string, middle, token.end()) if head else None
        parted += [head, tail] if head and tail else [token]
        compared += [prefix, rest] if head and tail else [key]
    return parted, compared


def _as_typed(text: str) -> str:
    """Return the text with plain digits and signs; no character more or less than it had."""
    if text.isascii():
        return text
    return (plain_digits(text) if _OTHER_DIGIT.search(text) else text).translate(_SIGNS)


_SIGNS: dict[int, int | str] = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "ʼ‘`´"), "'"),
    ord("،"): ",",
    ord("、"): ",",
    ord("؛"): ";",
    ord("॰"): ".",
}


def _phrase(keys: list[str], place: int, words: WhenWords) -> tuple[Senses, int]:
    """Return what the longest known words from that place on are, and how many they are."""
    first = keys[place].partition(" ")[0]
    for count in range(min(words.longest.get(first, 1), len(keys) - place), 1, -1):
        several = keys[place : place + count]
        if all(several) and (senses := words.phrases.get(" ".join(several))) is not None:
            return senses, count
    if words.table.article and (found := _with_article(keys, place, words)):
        return found
    return words.one(keys[place]) or _spelt(keys[place], words) or _NOT_READ, 1


def _with_article(keys: list[str], place: int, words: WhenWords) -> tuple[Senses, int] | None:
    """Return what several words are whose first is written together with a preposition: للأسبوع القادم."""
    for prefix in words.table.prefixes:
        rest = keys[place].removeprefix(prefix)
        if rest == keys[place] or place + 1 >= len(keys):
            continue
        for first in (words.table.article + rest, rest):
            senses = words.phrases.get(f"{first} {keys[place + 1]}")
            if senses is not None:
                return {**senses, **of_prefix(prefix, words.table.prefixes[prefix])}, 2
    return None


def _spelt(word: str, words: WhenWords) -> Senses | None:
    """Return the senses of a word as people also write it: Monday's; thrusday."""
    if (found := words.one(word.removesuffix(" s"))) is not None:
        return found
    return words.mistyped(word)


def _number(token: re.Match[str], behind: re.Match[str] | None, reads: Language) -> tuple[Item, int]:
    """Return the item of a number or a sign, and how many tokens it takes."""
    start, end, kind = token.start(), token.end(), token.lastgroup
    if kind == "half":
        return Item(start, end, {"half_day": int("p" in token[0])}), 1
    if kind == "sign":
        return Item(start, end, {"at": 0} if token[0] == "@" else {}, sign=token[0].strip("@")), 1
    is_glued = behind is not None and behind.start() == end and behind.lastgroup == "word"
    parts = [int(part) for part in _DIGITS.findall(token[0])]
    if kind in {"number", "clock", "point"} and is_glued and behind is not None:
        return _with_ending(token, comparable(behind[0]), behind.end())
    if kind == "ordinal":
        senses: Senses = {"ordinal": parts[0], "numeral": 0, "as_date": 0}
    elif kind == "number":
        senses = {"number": parts[0], "digits": end - start}
    else:
        senses = _clock(parts) if kind in {"clock", "point"} else {}
    dates = () if kind in {"ordinal", "number", "clock"} else _dates(kind or "", parts, token[0], reads)
    return Item(start, end, senses, dates), 1


def _with_ending(token: re.Match[str], ending: str, end: int) -> tuple[Item, int]:
    """Return the item of a number with letters behind it: 5th, 3pm, 15h."""
    start, parts = token.start(), [int(part) for part in _DIGITS.findall(token[0])]
    is_number = token.lastgroup == "number"
    if is_number and ending in _ORDINAL_ENDS and 1 <= parts[0] <= MOST_DAY:
        return Item(start, end, {"ordinal": parts[0], "numeral": 0}), 2
    if ending in {"am", "pm", "a m", "p m", "a", "p", "ص", "م"}:
        half = {"half": 1 if ending[0] in "pم" else 0}
        if is_number:
            return Item(
                start, end, {"number": parts[0], "digits": 1, "half_day": half["half"], "marked": 0}
            ), 2
        return Item(start, end, {**_clock(parts), "half_day": half["half"]}), 2
    if ending in {"h", "hs", "hrs", "uhr", "ч", "h00", "baje", "bje", "बजे"}:
        return Item(
            start, end, {"number": parts[0], "digits": 1, "marked": 0} if is_number else _clock(parts)
        ), 2
    return Item(start, end, _NOT_READ), 2


def _clock(parts: list[int]) -> Senses:
    hour, minute = parts[:2]
    if hour > MOST_HOUR or minute > 59 or (hour == MOST_HOUR and minute):  # noqa: PLR2004 - minutes of an hour
        return _NOT_READ
    return {"clock": hour % MOST_HOUR * 60 + minute, **({"face": 0} if 1 <= hour <= 12 else {})}  # noqa: PLR2004


def _dates(
    kind: str, parts: list[int], typed: str, reads: Language
) -> tuple[tuple[int, int, int | None], ...]:
    """Return the days that are written in numbers: in 4/5 either may be the month where English is spoken."""
    if kind in {"iso", "basic"}:
        year, month, day = parts if kind == "iso" else (int(typed[:4]), int(typed[4:6]), int(typed[6:]))
        return ((day, month, year),)
    written = _year(parts[2]) if len(parts) > 2 else None  # noqa: PLR2004 - a day, a month, and a year
    day_first = [(parts[0], parts[1], written)] if parts[1] <= MOST_MONTH else []
    month_first = [(parts[1], parts[0], written)] if parts[0] <= MOST_MONTH and "." not in typed else []
    is_clear = "." in typed or ("-" in typed and written) or reads is not ENGLISH
    either = day_first if day_first and is_clear else [*day_first, *month_first]
    return tuple(dict.fromkeys(each for each in either if 1 <= each[0] <= MOST_DAY and each[1]))


def _year(number: int) -> int:
    return number if number >= CENTURY else CENTURY + number
