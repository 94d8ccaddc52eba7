"""What holds for any text at all: it becomes an intent or a question, and politeness changes nothing."""

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localization.languages import spoken
from bot.localization.reader import speaking
from bot.parsing.words.letters import _is_of_word, runs
from bot.parsing.words.plain import plain
from bot.texts.intents import LABELS
from bot.understanding.intents import INTENTS, Intent
from bot.understanding.meaning import Doubt
from bot.understanding.understand import understand
from services.models.people import Role
from tests.understanding.judging import LANGUAGES, found, known, read, sentences

PLEASE = {
    "en": "please",
    "es": "por favor",
    "ru": "пожалуйста",
    "hi": "कृपया",
    "ar": "من فضلك",
    "de": "bitte",
}
ROLES = st.sampled_from([None, *Role])
TYPED = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [word for code in LANGUAGES for each in sentences("corpus", code) for word in each.text.split()]
        ),
    ),
    max_size=14,
).map(" ".join)


@given(text=TYPED, code=st.sampled_from(LANGUAGES), role=ROLES)
def test_any_text_becomes_an_intent_or_a_question(text: str, code: str, role: Role | None) -> None:
    reads = spoken(code)
    assert reads is not None
    with speaking(reads):
        understood = understand(text, known(role))
    if understood.intent is None:
        assert Doubt.INTENT in understood.asks
        assert 0 < len(understood.likely) <= 3
        assert set(understood.likely) <= INTENTS[role] & {Intent(each) for each in LABELS}
    else:
        assert understood.intent in INTENTS[role]


@pytest.mark.parametrize("code", LANGUAGES)
def test_please_an_emoji_and_a_full_stop_change_nothing(code: str) -> None:
    changed: list[str] = []
    for each in sentences("corpus", code):
        meant = found(read(each))
        bare = each.text.rstrip(".!?؟। ")
        ways = (f"{each.text} 🙏", f"{bare}.", f"{bare}, {PLEASE[code]}", f"🙂 {each.text}")
        changed += [text for text in ways if found(read(replace(each, text=text))) != meant]
    assert changed == []


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_read_as_any_other_text_is(typed: str) -> None:
    """It takes a shorter way, which what cannot be seen in it prevents."""
    assert plain(typed) == plain(f"{typed}\u200b")
    by_letter = groupby(typed, _is_of_word)
    assert runs(typed) == [(is_word, "".join(signs)) for is_word, signs in by_letter]
