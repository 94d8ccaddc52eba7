"""What must not be is seen where it is."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from services.appointments.changes import held_for_move
from services.models.appointments import AppointmentId
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import UserId
from tests.chaos.cards import booked_after_all, in_time_off, untrue
from tests.chaos.last_news import Line, contradicting
from tests.chaos.offers import NEARLY, offered, to_two
from tests.chaos.scenario import _instants
from tests.chaos.strange import forged
from tests.chaos.told import excuses
from tests.chaos.verdict import Verdict, _bookings, _doubles, _promises
from tests.chaos.waiting import Heard
from tests.chaos.wishes import Claim, Promise, Said, Wishes

NINE = datetime(2027, 5, 5, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
HOUR = timedelta(hours=1)


def row(number: int, start: datetime, doctor: str, patient: str, **others: Any) -> dict[str, Any]:
    """Return a booked appointment as it is stored."""
    times = {"start": start, "end": start + HALF, "booked_at": NINE - 50 * HOUR}
    return {
        "_id": str(number),
        "doctor_id": doctor,
        "patient_id": patient,
        "status": "booked",
        "history": [],
        **times,
        **others,
    }


def test_appointments_that_overlap_are_found_for_doctors_and_for_patients() -> None:
    rows = [
        row(1, NINE, "rao", "asha"),
        row(2, NINE + HALF / 2, "rao", "ben"),
        row(3, NINE, "sen", "asha"),
        row(4, NINE + HALF, "sen", "ben", status="cancelled"),
        row(5, NINE + HALF, "sen", "cleo"),
    ]
    verdict = Verdict()
    _doubles(verdict, rows)
    assert verdict.failures == ["double booking: 1 and 2", "double booking: 1 and 3"]


def test_visits_that_share_a_room_or_meet_a_buffer_are_found() -> None:
    rows = [
        row(1, NINE, "rao", "asha", room_id="one", buffer_minutes=15),
        row(2, NINE + HALF, "rao", "ben"),
        row(3, NINE + HALF / 2, "sen", "cleo", room_id="one"),
        row(4, NINE + HALF / 2, "dan", "dora", room_id="two"),
    ]
    verdict = Verdict()
    _doubles(verdict, rows)
    assert verdict.failures == ["double booking: 1 and 2", "double booking: 1 and 3"]


def test_a_time_that_belonged_to_two_at_one_moment_is_found_though_one_has_let_it_go() -> None:
    since = NINE - 48 * HOUR
    moved = {"status": "booked", "at": since, "from": NINE}
    gone = {"status": "cancelled", "at": since}
    rows = [
        row(1, NINE + HOUR, "rao", "asha", history=[moved]),
        row(2, NINE, "rao", "ben", booked_at=since - HOUR),
        row(3, NINE, "sen", "asha", status="cancelled", history=[gone]),
        row(4, NINE, "sen", "cleo", booked_at=since),
    ]
    verdict = Verdict()
    _promises(verdict, rows)
    assert verdict.failures == ["one time promised to two: 1 and 2"]


def test_what_is_said_to_be_booked_and_is_not_stored_is_found_and_what_is_stored_otherwise() -> None:
    moved = {"status": "booked", "at": NINE, "from": NINE}
    rows = [row(1, NINE + HOUR, "rao", "asha", history=[moved], reason="one"), row(2, NINE, "sen", "ben")]
    nine, ten = "Wed 5 May 2027, 09:00 AM (UTC)", "Wed 5 May 2027, 10:00 AM (UTC)"
    wishes = Wishes(deque(), ())
    wishes.booked = {Promise(1, nine, "one"), Promise(2, nine, "two"), Promise(2, ten, "three")}
    verdict = Verdict()
    _bookings(verdict, rows, wishes, {1: {"asha"}, 2: {"ben"}}, ZoneInfo("UTC"))
    assert verdict.lost == 1
    assert [line.partition(":")[0] for line in verdict.failures] == [
        "booked, said the bot, and is stored otherwise",
        "booked, said the bot, and is not stored",
    ]


def test_few_instants_lie_in_all_windows() -> None:
    windows = [(NINE, NINE + HOUR), (NINE + HALF, NINE + HOUR + HALF), (NINE + 2 * HOUR, NINE + 3 * HOUR)]
    assert _instants(windows) == [NINE + HALF, NINE + 2 * HOUR]


def offer(letter: str, made: datetime, start: datetime, patient: str) -> Notice:
    """Return what was told of an offer that stands for half an hour."""
    offer_id = f"{int(made.timestamp()):08x}{letter * 16}"
    facts = {
        "offer_id": offer_id,
        "offers": [{"doctor_id": "rao", "start": start}],
        "end": start + HALF,
        "until": made + HALF,
    }
    event = Event(f"{offer_id}.slot_opened", EventKind.SLOT_OPENED, (UserId(patient),), facts)
    return Notice(letter, event, UserId(patient), ChannelName.CHAT, None)


def found(notices: list[Notice], rows: list[dict[str, Any]], heard: Heard) -> list[str]:
    """Return whose offers clash, by their letters."""
    return [line[-1] + line.split()[3][-1] for line in to_two(offered(notices, rows, heard))]


def test_a_time_that_was_offered_to_two_at_one_moment_is_found() -> None:
    made = NINE - 48 * HOUR
    first = offer("a", made, NINE, "asha")
    later = offer("b", made + 4 * NEARLY, NINE + HALF / 2, "ben")
    beside = offer("c", made, NINE + 2 * HALF, "cleo")
    after = offer("d", made + HALF, NINE, "cleo")
    again = offer("e", made + 8 * NEARLY, NINE, "asha")
    assert found([first, beside, after], [], Heard()) == []
    assert found([first, later], [], Heard()) == ["ba"]
    assert found([first, again], [], Heard()) == []
    passed = Heard(passed={first.event.facts["offer_id"]: made + 5 * NEARLY})
    assert found([first, later], [], passed) == []
    taken = [{"_id": first.event.facts["offer_id"], "booked_at": made + 5 * NEARLY}]
    assert found([first, later], taken, Heard()) == []


def test_an_earlier_time_is_taken_by_moving_the_appointment() -> None:
    made, visit = NINE - 48 * HOUR, AppointmentId("f" * 24)
    first, later = offer("a", made, NINE, "asha"), offer("b", made + 4 * NEARLY, NINE, "ben")
    facts = {
        **first.event.facts,
        "offer_id": held_for_move(visit, NINE),
        "instead_of": {"start": NINE + HOUR},
    }
    first = replace(first, event=replace(first.event, facts=facts))
    heard = Heard(at={facts["offer_id"]: made})
    assert len(found([first, later], [], heard)) == 1
    at = made + 3 * NEARLY
    history = [{"at": made - HOUR}, {"from": NINE + HOUR, "at": at}]
    moved = [{"_id": visit, "booked_at": made - HOUR, "start": NINE, "history": history}]
    assert found([first, later], moved, heard) == []


def test_what_was_seen_on_two_phones_at_once_is_found_however_soon_it_was_answered() -> None:
    made, second = NINE - 48 * HOUR, timedelta(seconds=1)
    first, other = offer("a", made, NINE, "asha"), offer("b", made + second, NINE, "ben")
    ids = [notice.event.facts["offer_id"] for notice in (first, other)]
    heard = Heard({ids[0]: made + second, ids[1]: made + 2 * second}, {ids[0]: made + 3 * second})
    assert found([first, other], [], heard) == ["ba"]
    heard.at[ids[1]] = made + 4 * second
    assert found([first, other], [], heard) == []


def test_what_a_card_said_and_is_stored_otherwise_is_found() -> None:
    moved = {"status": "booked", "at": NINE, "from": NINE}
    gone = {"status": "cancelled", "at": NINE}
    rows = [
        row(1, NINE + HOUR, "rao", "asha", history=[moved], reason="one"),
        row(2, NINE, "sen", "ben", status="cancelled", history=[gone]),
        row(3, NINE + HOUR, "sen", "ben", reason="three"),
    ]
    nine, ten = "Wed 5 May 2027, 09:00 AM", "Wed 5 May 2027, 10:00 AM"
    true = [
        Claim(Said.MOVED, 1, f"{ten} (UTC)", "1"),
        Claim(Said.CANCELLED, 2, nine, "2"),
        Claim(Said.LEFT, 2, f"{nine} (UTC)", reason="three"),
    ]
    false = [
        Claim(Said.MOVED, 1, "Thu 6 May 2027, 10:00 AM (UTC)", "1"),
        Claim(Said.MOVED, 1, f"{ten} (UTC)", "4"),
        Claim(Said.CANCELLED, 2, ten, "3"),
        Claim(Said.LEFT, 2, f"{ten} (UTC)", reason="three"),
    ]
    found = untrue([*true, *false], rows, {1: {"asha"}, 2: {"ben"}}, ZoneInfo("UTC"))
    assert [line.partition("otherwise: ")[2] for line in found] == [str(claim) for claim in false]


def test_what_was_left_is_compared_with_where_it_was_booked_not_with_where_it_was_moved() -> None:
    moved = {"status": "booked", "at": NINE, "from": NINE}
    rows = [row(1, NINE + HOUR, "sen", "ben", history=[moved], reason="three")]
    at_nine = Claim(Said.LEFT, 2, "Wed 5 May 2027, 09:00 AM (UTC)", reason="three")
    at_ten = Claim(Said.LEFT, 2, "Wed 5 May 2027, 10:00 AM (UTC)", reason="three")
    (found,) = untrue([at_nine, at_ten], rows, {2: {"ben"}}, ZoneInfo("UTC"))
    assert str(at_nine) in found


def test_what_is_booked_after_it_was_cancelled_or_for_another_time_is_found() -> None:
    gone = {"status": "cancelled", "at": NINE - 48 * HOUR}
    rows = [
        row(1, NINE, "rao", "asha", status="cancelled", history=[gone], reason="one"),
        row(2, NINE, "sen", "ben", reason="two"),
    ]
    nine, ten = "Wed 5 May 2027, 09:00 AM (UTC)", "Wed 5 May 2027, 10:00 AM (UTC)"
    before, after = NINE - 49 * HOUR, NINE - 47 * HOUR
    promises = [Promise(1, nine, "one", before), Promise(1, nine, "one", after), Promise(2, ten, "two")]
    found = booked_after_all(promises, rows, {1: {"asha"}, 2: {"ben"}}, ZoneInfo("UTC"))
    assert [line.partition(": ")[0] for line in found] == [
        "booked, said the bot, and was cancelled before",
        "booked, said the bot, and is stored for another time",
    ]


def test_what_stays_booked_in_time_off_is_found() -> None:
    rows = [
        row(1, NINE, "rao", "asha"),
        row(2, NINE + HALF, "rao", "ben"),
        row(3, NINE, "sen", "cleo"),
        row(4, NINE, "rao", "dina", status="cancelled"),
    ]
    off = {"id": "1", "start": NINE - HOUR, "end": NINE + HALF}
    away: list[dict[str, Any]] = [{"_id": "rao", "time_off": [off]}, {"_id": "sen"}]
    assert in_time_off(rows, away) == ["booked in time off: 1"]


def test_a_last_message_that_tells_of_what_is_no_more_is_found() -> None:
    def line(text: str, kind: EventKind, start: datetime = NINE, appointment_id: str = "1") -> Line:
        return Line(5, text, kind, appointment_id, start)

    lines = [
        line("booked", EventKind.BOOKED),
        line("moved", EventKind.MOVED, NINE + HOUR),
        line("soon", EventKind.REMINDER, NINE + HOUR),
        line("cancelled", EventKind.CANCELLED, NINE + HOUR),
    ]
    booked = [row(1, NINE + HOUR, "rao", "asha")]
    cancelled = [row(1, NINE + HOUR, "rao", "asha", status="cancelled")]

    def agree(rows: list[dict[str, Any]], *said: str) -> bool:
        return not contradicting(lines, rows, {5: said})

    assert agree(booked, "booked", "moved", "soon")
    assert not agree(booked, "moved", "booked")
    assert not agree(booked, "booked", "moved", "cancelled")
    assert agree(cancelled, "booked", "soon", "cancelled")
    assert not agree(cancelled, "booked", "cancelled", "soon")
    assert not contradicting([*lines, line("soon", EventKind.REMINDER, NINE, "2")], cancelled, {5: ["soon"]})


def test_only_what_was_closed_for_something_newer_may_be_unsent() -> None:
    def closed(number: int, outcome: str, kind: str = "booked", start: datetime = NINE) -> dict[str, Any]:
        facts = {"appointment_id": "1", "at": NINE - HOUR + number * HALF, "start": start}
        event = {"kind": kind, "facts": facts}
        return {
            "_id": str(number), "event": event, "reader": "asha", "channel": "mail",
            "closed_at": NINE, "outcome": outcome,
        }  # fmt: skip

    booked, cancelled = [row(1, NINE, "rao", "asha")], [row(1, NINE, "rao", "asha", status="cancelled")]
    assert excuses(booked, [closed(1, "outdated"), closed(2, "sent")]) == {"1"}
    assert excuses(booked, [closed(1, "sent"), closed(2, "outdated")]) == set()
    assert excuses(booked, [closed(1, "outdated")]) == set()
    there, back = closed(2, "overtaken", "moved", NINE + HOUR), closed(3, "nothing left to tell", "moved")
    assert excuses(booked, [closed(1, "sent"), there, back]) == {"2", "3"}
    elsewhere = [row(1, NINE + HOUR, "rao", "asha")]
    assert excuses(elsewhere, [closed(1, "sent"), there]) == set()
    assert excuses(cancelled, [closed(1, "outdated"), closed(2, "outdated", "cancelled")]) == {"1", "2"}
    assert excuses(booked, [closed(1, "outdated", "reminder", NINE - HOUR)]) == {"1"}
    assert excuses(booked, [closed(1, "outdated", "reminder")]) == set()


def test_news_of_several_visits_makes_older_news_of_each_needless() -> None:
    def closed(number: int, outcome: str, kind: str, **facts: Any) -> dict[str, Any]:
        event = {"kind": kind, "facts": {"at": NINE + number * HALF, "start": NINE, **facts}}
        return {
            "_id": str(number), "event": event, "reader": "asha", "channel": "mail",
            "closed_at": NINE, "outcome": outcome,
        }  # fmt: skip

    rows = [row(number, NINE + number * HOUR, "rao", "asha", status="cancelled") for number in (1, 2)]
    visits = [{"appointment_id": each["_id"], "start": each["start"]} for each in rows]
    moved = closed(1, "outdated", "moved", appointment_id="2")
    rest = closed(2, "sent", "series_cancelled", appointment_id="1", visits=visits)
    assert excuses(rows, [moved, rest]) == {"1"}
    unsent = closed(2, "outdated", "series_cancelled", appointment_id="1", visits=visits)
    assert "2" not in excuses(rows, [moved, unsent])


def test_taps_are_forged_with_what_no_button_says_and_fit_into_one() -> None:
    chance = Random(5)
    taps = [forged(chance) for _ in range(1000)]
    assert all(0 < len(tap.encode()) <= 64 for tap in taps)
    assert {"page", "sday", "audit", "appts", "month"} <= {tap.partition(":")[0] for tap in taps}
