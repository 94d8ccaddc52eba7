"""What languages cost before anybody speaks another one than English."""

import subprocess
import sys

STARTED = """
import bot.__main__, bot.app
from babel import localedata
from bot.localization.languages import languages
from bot.localization.messages import say
from bot.parsing.words import tables
say("{start} – {end}", start="a", end="b")
assert not localedata._cache, sorted(localedata._cache)
assert not any("messages" in vars(each) for each in languages() if each.code != "en")
assert not tables.table_of.cache_info().currsize
"""


def test_nothing_is_read_for_a_language_before_somebody_needs_it() -> None:
    """CLDR's data of one language alone is 5 MB, which take 50 ms of every start."""
    assert subprocess.run([sys.executable, "-c", STARTED], check=False).returncode == 0  # noqa: S603 - our own words
