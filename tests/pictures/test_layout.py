"""What is where in a day's picture: each block at its time, in order, and none beside another."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.layout import EASY, LEAST, Booked, DayBlock, Free, Item, arranged
from bot.pictures.timeline import MINUTE, Scale
from services.models.appointments import AppointmentStatus
from services.models.slots import Slot

START = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)
DAY = Slot(START, START + 8 * 60 * MINUTE)
TOP, ROOM = 100.0, 2200.0


def _slot(begin: int, end: int) -> Slot:
    return Slot(START + begin * MINUTE, START + end * MINUTE)


def _booked(begin: int, end: int) -> Booked:
    return Booked(_slot(begin, end), "Emre Kaya", AppointmentStatus.BOOKED)


def _free(begin: int, end: int) -> Free:
    return Free(_slot(begin, end))


def _arranged(items: Sequence[Item], shown: Slot = DAY) -> tuple[Scale, list[DayBlock]]:
    """Return what is where, which is in order, at its time, and can be read."""
    scale, blocks = arranged(items, shown, TOP, ROOM)
    assert [item for block in blocks for item in block.items] == sorted(items, key=lambda item: item.slot)
    assert all(above.bottom <= below.top for above, below in pairwise(blocks))
    for block in blocks:
        assert (block.top, block.bottom) == (scale.y(block.slot.start), scale.y(block.slot.end))
        assert block.bottom - block.top > LEAST - 0.01
    assert scale.y(shown.start) == TOP
    assert scale.y(shown.end) < TOP + ROOM + 2
    return scale, blocks


@pytest.mark.parametrize(
    ("minutes", "count"), [(60, 8), (30, 16), (25, 19), (15, 32), (12, 40), (10, 40), (5, 40)]
)
def test_each_of_forty_appointments_has_a_block_of_its_own(minutes: int, count: int) -> None:
    _, blocks = _arranged([_booked(minutes * n, minutes * (n + 1)) for n in range(count)])
    assert [len(block.items) for block in blocks] == [1] * count


def test_a_free_slot_and_the_appointment_after_it_stand_one_below_the_other() -> None:
    _, blocks = _arranged([_free(275, 300), _booked(300, 325), _booked(360, 370), _booked(375, 400)])
    assert [len(block.items) for block in blocks] == [1, 1, 1, 1]
    assert all(block.bottom - block.top > EASY - 0.01 for block in blocks)


def test_time_runs_evenly_where_all_have_room() -> None:
    scale, _ = _arranged([_booked(0, 60), _free(60, 120)])
    hours = [scale.y(START + 60 * n * MINUTE) for n in range(9)]
    assert {round(below - above, 6) for above, below in pairwise(hours)} == {110}


def test_only_the_part_with_a_short_one_is_stretched() -> None:
    scale, (short, _) = _arranged([_booked(0, 5), _booked(60, 120)])
    assert short.bottom - short.top == EASY
    assert scale.y(DAY.end) - scale.y(_slot(420, 480).start) < scale.y(_slot(60, 60).start) - TOP


def test_free_slots_share_a_block_only_where_not_all_have_room_and_not_over_a_break() -> None:
    few = [_free(10 * n, 10 * n + 8) for n in range(18)]
    assert len(_arranged(few)[1]) == 18
    morning, afternoon = ([_free(5 * n, 5 * n + 5) for n in some] for some in (range(36), range(48, 96)))
    _, blocks = _arranged([*morning, _booked(180, 185), *afternoon])
    assert [len(block.items) for block in blocks] == [36, 1, 48]
    _, blocks = _arranged([*morning, *afternoon])
    assert [len(block.items) for block in blocks] == [36, 48]


def test_what_overlaps_after_all_is_one_block() -> None:
    _, blocks = _arranged([_booked(0, 30), _booked(10, 20), _booked(30, 60)])
    assert [len(block.items) for block in blocks] == [2, 1]


def test_a_day_without_anything_has_its_hours() -> None:
    scale, blocks = _arranged([])
    assert blocks == []
    assert scale.y(DAY.end) == pytest.approx(TOP + 8 * 110)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 90), st.booleans()), max_size=60))
def test_no_two_blocks_have_a_height_in_common_whatever_there_is(
    lengths: list[tuple[int, int, bool]],
) -> None:
    items: list[Item] = []
    at = 0
    for pause, length, is_free in lengths:
        begin, end = at + pause, at + pause + length
        if end <= 24 * 60:
            items.append(_free(begin, end) if is_free else _booked(begin, end))
        at = end
    _arranged(items, Slot(START, START + 24 * 60 * MINUTE))
