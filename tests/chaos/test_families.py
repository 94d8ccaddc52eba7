"""What must not be is seen where people look after others, and on the day of a visit."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import ChatId, UserId
from tests.chaos.care import Care
from tests.chaos.carers import told_to_strangers, twice_over, unmerged, unplanned
from tests.chaos.told import Told
from tests.chaos.visit_day import told_without_need, unaware

NINE = datetime(2027, 5, 5, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PEOPLE = {1: "dora", 2: "dana"}


def told(event_id: str, kind: EventKind, chat: int = 1, **facts: Any) -> tuple[tuple[str, str], list[Told]]:
    """Return that an event was to be told in a chat, by event and reader."""
    reader = UserId(PEOPLE[chat])
    event = Event(event_id, kind, (reader,), {"appointment_id": "visit", **facts})
    notice = Notice(f"{event_id}.{chat}", event, reader, ChannelName.CHAT, ChatId(chat))
    return (event_id, reader), [Told(notice, "", chat, "")]


def test_names_are_no_part_of_each_other() -> None:
    care = Care()
    names = [care.named("Kit") for _ in range(300)]
    assert not [(one, other) for one in names for other in names if one != other and one in other]


def test_whoever_hears_of_somebody_whom_they_do_not_look_after_is_found() -> None:
    care = Care()
    mia, lou = care.named("Kit"), care.named("Kit")
    care.looks_after(1, mia)
    care.looks_after(2, lou)
    heard = {
        1: [f"{mia}'s appointment is booked"],
        2: [f"Dora booked an appointment for {mia}"],
        3: ["Hello"],
    }
    (found,) = told_to_strangers(care, heard)
    assert found.startswith(f"a stranger heard of {mia} in chat 2")
    care.may_merge(lou, mia)
    assert told_to_strangers(care, heard) == []


def test_those_must_hear_who_looked_after_the_patient_by_then() -> None:
    care = Care()
    mia = care.named("Kit")
    care.looks_after(1, mia)
    care.looks_after(2, mia, NINE)
    row = {"patient_id": "p-1", "reason": f"No. 3 of 5001 for {mia}"}
    assert care.must_hear(row, NINE - HOUR, PEOPLE) == ("dora",)
    assert care.must_hear(row, NINE + HOUR, PEOPLE) == ("dora", "dana")
    changed = row | {"reason": f"{row['reason']}, or rather another"}
    assert care.must_hear(changed, NINE + HOUR, PEOPLE) == ("dora", "dana")
    assert care.must_hear({"patient_id": "asha", "reason": "No. 3 of 5001"}, NINE, PEOPLE) == ("asha",)
    assert care.must_hear({"patient_id": "p-2", "reason": None}, NINE, PEOPLE) == ()


def test_what_is_to_be_told_twice_in_one_chat_is_found() -> None:
    one, two = told("1.booked", EventKind.BOOKED), told("1.booked", EventKind.BOOKED, chat=2)
    assert twice_over(dict([one, two])) == []
    again = (("1.booked", "p-1"), one[1])
    assert len(twice_over(dict([one, again]))) == 1


def visit(number: int, patient: str, start: datetime, **others: Any) -> dict[str, Any]:
    times = {"start": start, "end": start + 30 * MINUTE, "status": "booked"}
    return {"_id": str(number), "patient_id": patient, **times, **others}


def test_who_is_not_one_though_it_was_said_is_found_and_what_was_left_with_them() -> None:
    care = Care()
    lost, kept = care.named("Lou"), care.named("Max")
    care.ids |= {lost: "p-1", kept: "p-2"}
    care.may_merge(lost, kept)
    care.merged.add(lost)
    merged, stays = {"_id": "p-1", "merged_into": "p-2"}, {"_id": "p-2", "name": kept}
    rows = [visit(1, "p-1", NINE), visit(2, "p-2", NINE + HOUR)]
    assert unmerged(care, [merged, stays], rows[1:]) == []
    assert unmerged(care, [{"_id": "p-1", "name": lost}, stays], rows[1:])
    assert unmerged(care, [merged, stays], rows) == [f"left with {lost}, who is one with another: 1"]
    at_once = [visit(1, "p-1", NINE), visit(2, "p-2", NINE + 15 * MINUTE)]
    assert unmerged(care, [{"_id": "p-1"}, stays], at_once) == []
    assert unmerged(care, [merged, stays, {"_id": "p-3", "name": kept}], []) == [f"made twice: {kept}"]


def test_a_visit_of_which_nobody_will_be_reminded_is_found() -> None:
    row = visit(1, "p-1", NINE, remind_at=[])
    carers: dict[str, list[str]] = {"p-1": ["dora"], "p-2": []}
    assert unplanned(row, carers, NINE - 25 * HOUR)
    assert not unplanned(row, carers, NINE - HOUR)
    assert not unplanned(row | {"remind_at": [NINE - HOUR]}, carers, NINE - 25 * HOUR)
    assert not unplanned(row | {"patient_id": "p-2"}, carers, NINE - 25 * HOUR)
    assert unplanned(row | {"patient_id": "asha"}, carers, NINE - 25 * HOUR)


def test_lateness_that_was_told_again_without_news_and_a_second_call_are_found() -> None:
    def late(number: int, minutes: int) -> tuple[tuple[str, str], list[Told]]:
        return told(f"visit.running_late.0.{number}", EventKind.RUNNING_LATE, minutes=minutes)

    assert told_without_need(dict([late(1, 20), late(2, 30), late(3, 0)])) == []
    assert told_without_need(dict([late(1, 20), late(2, 25)]))
    assert told_without_need(dict([late(1, 20), late(10, 30), late(9, 40)])) == []
    assert told_without_need(dict([late(1, 0)]))
    called = told("visit.called.0", EventKind.CALLED)
    assert told_without_need(dict([called])) == []
    assert told_without_need(dict([called, told("visit.called.1", EventKind.CALLED)])) == [
        "called twice: visit"
    ]


def test_who_still_comes_and_does_not_know_how_late_the_doctor_is_is_found() -> None:
    late, row = {"minutes": 20, "number": 3}, visit(1, "asha", NINE)
    assert unaware(row, late, NINE - HOUR)
    assert not unaware(row, late, NINE + HOUR)
    assert unaware(row | {"arrived_at": NINE - HOUR}, late, NINE + HOUR)
    assert not unaware(row | {"called_at": NINE - HOUR}, late, NINE - HOUR)
    assert not unaware(row | {"told_late": {"minutes": 15, "number": 2}}, late, NINE - HOUR)
    assert unaware(row | {"told_late": {"minutes": 10, "number": 2}}, late, NINE - HOUR)
    assert unaware(row | {"told_late": {"minutes": 20, "number": 2}}, late | {"minutes": 0}, NINE - HOUR)
    assert not unaware(row, {"minutes": 0, "number": 3}, NINE - HOUR)
