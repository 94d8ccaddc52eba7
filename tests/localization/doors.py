"""Where a walk begins: each command and each button of the registry, with values that name something there.

A new button whose value has another name needs a line in `_values`, so that it is walked through, too.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum
from itertools import islice, product
from typing import Any, get_type_hints

from bot.callbacks.tap import Tap
from bot.routes import BY_NAME
from bot.tap_routes import TAPS
from services.models.people import Role
from tests.localization.walked import DEVICE, Walked
from tests.turning import MONDAY

# Who taps these, or is tapped, is gone: they come last.
LAST = ("Block", "BlockUser", "BulkCancel", "MergePatients", "BeThem", "RemoveRelative", "CancelSeries")
LAST += ("CancelAppointment", "CantCome", "EndSession", "EndApiSession", "EndOtherSessions", "ForgetMe")
LEAVING = {"logout", "forgetme"}
MOST_OF_A_KIND = 3


def commands(role: Role | None) -> Iterator[str]:
    """Return the commands of a role, but those with which somebody leaves."""
    return (f"/{name}" for name, each in BY_NAME.items() if role in each.visitors and name not in LEAVING)


def taps(role: Role, walked: Walked) -> Iterator[Tap]:
    """Return the buttons that somebody of a role may tap, each kind with some values."""
    kinds = [kind for kind, route in TAPS.items() if role in route.visitors]
    for kind in sorted(kinds, key=lambda each: each.__name__ in LAST):
        hints = get_type_hints(kind)
        given = [_values(role, walked, name, hints[name]) for name in kind.__dataclass_fields__]  # type: ignore[attr-defined]
        for values in islice(product(*given), MOST_OF_A_KIND):
            yield kind(*values)


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
