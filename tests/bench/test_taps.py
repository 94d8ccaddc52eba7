"""No needless work a tap: what each asks of the database and of Telegram is counted."""

from pathlib import Path

from tests.bench.taps import AGAIN, ANYBODY, TAPS, counted


async def test_each_tap_asks_only_what_it_needs(database_url: str, tmp_path: Path) -> None:
    costs = await counted(database_url, tmp_path)
    assert [cost.tap for cost in costs] == [*TAPS, *AGAIN, *ANYBODY]
    # Choosing a doctor shows each one's next free time. What leads to the summary holds the time, which
    # Confirm makes a booking of; each of the two looks at what the patient has already.
    # The times with any doctor cost less than the page of doctors before them; what is tapped there is held.
    # Whoever looks at a schedule looks for the clinic's closures at the same time.
    asked = [len(cost.database) for cost in costs]
    assert asked == [4, 8, 6, 5, 2, 7, 8, 6, 6, 7, 8, 6, 8, 7, 10, 8, 8], str(costs)
    for cost in costs:
        # One look at who is there, and one write of where the dialog stands.
        assert (cost.database[0], "update conversations" in cost.database) == (
            "aggregate conversations",
            True,
        )
        answers = ("sendmessage",) if cost.tap == "/book" else ("answercallbackquery", "editmessagetext")
        assert cost.bot_api == answers


async def test_a_month_of_days_is_one_look_at_what_is_taken(database_url: str, tmp_path: Path) -> None:
    month = (await counted(database_url, tmp_path))[TAPS.index("Rao")]
    assert month.database.count("find appointments") == 1
