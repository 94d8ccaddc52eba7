"""Where a walk begins: each command and each button of the registry, with values that name something there.

A new button whose value has another name needs a line in `_values`, so that it is walked through, too.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum
from itertools import islice, product
from typing import Any, get_type_hints

from bot.callbacks.account import EndApiSession, EndOtherSessions, EndSession, ForgetMe
from bot.callbacks.catalogue import InOrderAgain, RoomOutFor
from bot.callbacks.doctors import CancelForPatient, TakeBack
from bot.callbacks.reception import AskCallback
from bot.callbacks.series import MakeSeries, PickEvery
from bot.callbacks.steps import (
    Confirm,
    PickDay,
    PickDays,
    PickNumber,
    PickPartOfDay,
    PickPatient,
    PickTime,
    PickWay,
    Skip,
)
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookDoctor, MoveAppointment, WaitForEarlier
from bot.routes import BY_NAME
from bot.tap_routes import TAPS
from services.models.people import ChatId, Role, UserId
from tests.localization.walked import DEVICE, Walked
from tests.localization.walker import Door, Way
from tests.turning import MONDAY

# Who taps these, or is tapped, is gone: they come last.
LAST: tuple[str, ...] = (
    "BlockUser",
    "BulkCancel",
    "MergePatients",
    "BeThem",
    "RemoveRelative",
    "CancelSeries",
)
LAST += ("CancelSeries", "CancelAppointment", "CantCome")
LEAVING = {"logout", "forgetme"}
# These sign somebody out, or delete the account.
AVOIDED = {kind.code for kind in (EndSession, EndApiSession, EndOtherSessions, ForgetMe)}
MOST_OF_A_KIND = 2


def commands(role: Role | None) -> Iterator[str]:
    """Return the commands of a role, but those with which somebody leaves."""
    return (f"/{name}" for name, each in BY_NAME.items() if role in each.visitors and name not in LEAVING)


def taps(role: Role, walked: Walked) -> Iterator[Tap]:
    """Return the buttons that somebody of a role may tap, each kind with some values."""
    kinds = [kind for kind, each in TAPS.items() if role in each.visitors and kind.code not in AVOIDED]
    for kind in sorted(kinds, key=lambda each: each.__name__ in LAST):
        hints = get_type_hints(kind)
        given = [_values(role, walked, name, hints[name]) for name in kind.__dataclass_fields__]  # type: ignore[attr-defined]
        for values in islice(product(*given), MOST_OF_A_KIND):
            yield kind(*values)


def ways(role: Role, walked: Walked) -> Iterator[Door]:
    """Return how somebody of a role comes to what lies deeper than the rest."""
    doctor, visit = walked.people["Мира"].id, walked.visits["3"]
    if role is Role.PATIENT:
        # A day each, as a walk may have booked what it came to.
        yield (BookDoctor(doctor), *_to_series("10.5.2027"))
        yield (BookDoctor(doctor), *_to_series("11.5.2027"), PickEvery, PickNumber)
        yield ("/book any doctor", PickPatient)
        yield (WaitForEarlier(visit), PickDays, PickPartOfDay)
    if role is Role.DOCTOR:
        yield CancelForPatient(walked.visits["another series"])
        yield (MoveAppointment(walked.visits["2"]), PickDay, PickTime)
        yield ("/timeoff 13.5.2027", Skip, Skip, Confirm)
        yield ("/timeoff", TakeBack)
    if role is Role.ADMIN:
        yield (RoomOutFor(DEVICE.id), "13.5.2027", "14.5.2027", Skip, Confirm)
        yield (RoomOutFor(DEVICE.id), InOrderAgain)


def _to_series(day: str) -> tuple[Way, ...]:
    return (PickPatient, "Гимнастика", "Порт", day, "9:00", "Колено", PickWay, MakeSeries)


def leaving(user_id: UserId) -> Iterator[Door]:
    """Return how somebody asks for a call, signs out somewhere, and at last deletes the account."""
    # Only now is somebody of the clinic there who can call.
    yield from (AskCallback(), EndSession(ChatId(1)), EndApiSession("0" * 24), EndOtherSessions())
    yield from ("/me", "/forgetme", ForgetMe(user_id), "/logout")


def _values(role: Role, walked: Walked, name: str, hint: Any) -> Sequence[Any]:
    """Return what a value may be."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)
    if hint is bool:
        return (True, False)
    people, patients, visits = walked.people, walked.patients, walked.visits
    seen = ("3", "series", "0") if role is Role.PATIENT else ("another series", "1", "0")
    known: dict[str, Sequence[Any]] = {
        "doctor_id": (people["Мира"].id,),
        "patient_id": (patients["Мия" if role is Role.PATIENT else "Вера"],),
        "user_id": _accounts(role, walked),
        "kept_id": (patients["Вера"],),
        "lost_id": (patients["Вера Ро"],),
        "appointment_id": [visits[each] for each in seen],
        "visit_id": [visits[each] for each in ("-5", "-4", "-7")],
        "after": ("", visits["0"]),
        "at": ("10.00AM",),
        "number": (0,),
        "search": ("Вера", ""),
        "key": ("",),
        "start": (MONDAY + timedelta(days=8, hours=4),),
        "minutes": (20, 0),
        "days": (7,),
        "name": ("0123456789ab",),
        "address": ("0123456789ab",),
        "chat_id": (1,),
        "room_id": (DEVICE.id,),
    }
    if "date" in str(hint) and name == "day":
        return (MONDAY.date() + timedelta(days=1),)
    return known.get(name, ("0" * 24,)) if name != "day" else ("",)


def _accounts(role: Role, walked: Walked) -> Sequence[Any]:
    names = ("Бен", "Анна", "Пётр") if role is Role.ADMIN else ("Аша", "Мира")
    return [walked.people[name].id for name in names]
