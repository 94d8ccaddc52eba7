"""The languages that the product speaks: each has a catalogue in bot/locale, and forms in Unicode's CLDR."""

import logging
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale

from bot.localization.isolates import RLM, has_rtl

log = logging.getLogger(__name__)

LOCALE_DIR = Path(__file__).parent.parent / "locale"
DOMAIN = "messages"
# No language has other plural forms for larger numbers than for those below this.
MOST_COUNTED = 200
# Which day, month or time is written how; the names are those of CLDR's skeletons.
DAY, SHORT_DAY, WEEKDAY_AND_DAY, MONTH, NUMERIC = "yMMMEd", "MMMd", "MMMEd", "yMMMM", "yMd"

ABBREVIATION = re.compile(r"\s*'\w+'\.$")


@dataclass(frozen=True, slots=True)
class Patterns:
    """How dates and times are written, as patterns of CLDR (UTS 35, Date Format Patterns)."""

    day: str
    short_day: str
    weekday_and_day: str
    long_day: str
    month: str
    time: str
    numeric: str


# English keeps the forms that the documents promise; all other languages have their own.
ENGLISH_PATTERNS = Patterns(
    "EEE d MMM yyyy", "d MMM", "EEE d MMM", "d MMMM yyyy", "MMMM yyyy", "hh:mm a", "yyyy-MM-dd"
)


@dataclass(frozen=True, eq=False)
class Language:
    """A language: its ISO 639 code, and its name in itself.

    Of the country in `territory` (ISO 3166) are the first day of the week, and how things are listed.
    """

    code: str
    own_name: str
    territory: str
    own_patterns: Patterns | None = None

    @cached_property
    def cldr(self) -> Locale:
        """What Unicode's CLDR knows of the language."""
        return Locale.parse(self.code)

    @cached_property
    def regional(self) -> Locale:
        """What CLDR knows of the language as it is used in its country: lists, and the week."""
        return Locale(self.code, self.territory)

    @cached_property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left: its name tells, without reading what CLDR knows."""
        return has_rtl(self.own_name)

    @property
    def code_unless_english(self) -> str | None:
        """Its code; None for English, which is assumed where no language is named."""
        return None if self is ENGLISH else self.code

    @cached_property
    def patterns(self) -> Patterns:
        """How dates and times are written."""
        if self.own_patterns is not None:
            return self.own_patterns
        skeletons = self.cldr.datetime_skeletons
        return Patterns(
            day=_without_abbreviation(skeletons[DAY].pattern),
            short_day=skeletons[SHORT_DAY].pattern,
            weekday_and_day=skeletons[WEEKDAY_AND_DAY].pattern,
            long_day=_without_abbreviation(self.cldr.date_formats["long"].pattern),
            month=_without_abbreviation(skeletons[MONTH].pattern),
            time=self.cldr.time_formats["short"].pattern,
            # As it is typed: without the marks that turn it where it is read from right to left.
            numeric=skeletons[NUMERIC].pattern.replace(RLM, ""),
        )

    @cached_property
    def messages(self) -> NullTranslations:
        """What is said in it, read once from its catalogue; what is missing there is said in English.

        So is everything where the catalogue itself is missing or damaged, which is logged: whoever needs an
        appointment is better served in English than not at all.
        """
        if self.code == "en":
            return NullTranslations()
        try:
            return _read(LOCALE_DIR / self.code / "LC_MESSAGES" / f"{DOMAIN}.mo")
        except (OSError, ValueError, LookupError, ArithmeticError, struct.error) as error:
            log.error("catalogue.unreadable language=%s why=%s", self.code, type(error).__name__)  # noqa: TRY400 - the kind is enough
            return NullTranslations()


def _without_abbreviation(pattern: str) -> str:
    """Return a pattern without “year” behind it, whose point would stand twice at the end of a sentence."""
    return ABBREVIATION.sub("", pattern)


def _read(path: Path) -> GNUTranslations:
    """Read a compiled catalogue, and try its plural forms, which are a formula of its own."""
    with path.open("rb") as compiled:
        catalogue = GNUTranslations(compiled)
    for count in range(MOST_COUNTED):
        catalogue.ngettext("", "", count)
    return catalogue


ENGLISH = Language("en", "English", "GB", own_patterns=ENGLISH_PATTERNS)
_ALL = {
    language.code: language
    for language in (
        ENGLISH,
        Language("es", "Español", "ES"),
        Language("ru", "Русский", "RU"),
        Language("hi", "हिन्दी", "IN"),
        Language("ar", "العربية", "EG"),
        Language("de", "Deutsch", "DE"),
    )
}


def languages() -> Iterator[Language]:
    """Return the languages that the product speaks, English first."""
    return iter(_ALL.values())


def spoken(tag: str | None) -> Language | None:
    """Return the language of an IETF tag such as "es-AR" (BCP 47), if it is one that the product speaks."""
    return _ALL.get((tag or "").replace("_", "-").partition("-")[0].casefold())


def speaks(tag: str | None) -> Language:
    """Return the language of an IETF tag, or English where the product does not speak that one."""
    return spoken(tag) or ENGLISH
