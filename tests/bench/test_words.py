"""Words in another language are found in no time."""

from pathlib import Path

from tests.bench.words import words_cost


async def test_finding_words_takes_next_to_nothing_of_an_update(database_url: str, tmp_path: Path) -> None:
    cost = await words_cost(database_url, tmp_path)
    # About ten a tap; the times of a day are the most.
    assert 5 < cost.lookups < 40
    assert cost.micros / cost.process < 0.03
