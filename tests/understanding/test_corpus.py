"""How well sentences are understood: those written while building, and those that were kept aside."""

import pytest

from tests.understanding.judging import LANGUAGES, Verdict, explained, report, sentences

# So many sentences a language, of which so many were written by somebody else and not looked at.
MOST, KEPT_ASIDE = 150, 50
# What is wanted of those that were kept aside, and of the others, which nothing may break again.
UNSEEN, KNOWN = 0.92, 0.97


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_corpus_is_large_and_a_third_was_kept_aside(code: str) -> None:
    written, kept = sentences("corpus", code), sentences("held_out", code)
    assert len(kept) >= KEPT_ASIDE
    assert len(written) + len(kept) >= MOST
    texts = [each.text for each in (*written, *kept)]
    assert len(set(texts)) >= MOST


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("folder", "share"), [("corpus", KNOWN), ("held_out", UNSEEN)])
def test_sentences_are_understood_and_never_silently_wrong(folder: str, share: float, code: str) -> None:
    count, by_verdict = report(folder, code)
    assert ["\n".join(explained(*each)) for each in by_verdict[Verdict.WRONG]] == []
    left = ["\n".join(explained(*each)) for each in by_verdict[Verdict.ASKED]]
    assert len(by_verdict[Verdict.RIGHT]) >= share * count, "\n".join(left)
