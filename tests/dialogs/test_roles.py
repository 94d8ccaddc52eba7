"""Each command and each button for each kind of visitor: let in, or told why not."""

import pytest

from bot.callbacks.tap import Tap
from bot.routes import BY_NAME
from bot.tap_routes import TAPS
from services.models.people import Role
from tests.town import Town

GUEST = "guest"
SOME_ID = "0" * 24
VISITORS = [GUEST, *(role.value for role in Role)]

DESK = {"receptionist", "admin"}
STAFF, BOOKERS = {"doctor", *DESK}, {"patient", *DESK}
SIGNED_IN = {"patient", "doctor", *DESK}
EVERYBODY = {GUEST, *SIGNED_IN}

# What each may do. A new command or button that is not here fails the last test of this file.
COMMANDS = {
    "start": EVERYBODY,
    "help": EVERYBODY,
    "privacy": EVERYBODY,
    "cancel": EVERYBODY,
    "language": EVERYBODY,
    "register": {GUEST},
    "login": {GUEST},
    "forgot": {GUEST},
    "me": SIGNED_IN,
    "forgetme": SIGNED_IN,
    "mydata": SIGNED_IN,
    "doctors": SIGNED_IN,
    "logout": SIGNED_IN,
    "book": BOOKERS,
    "appointments": SIGNED_IN,
    "patients": DESK,
    "claim": {"patient", GUEST},
    "family": {"patient"},
    "waitlist": {"patient"},
    "reminders": {"patient"},
    "schedule": {"doctor"},
    "late": STAFF,
    "hours": {"doctor"},
    "timeoff": {"doctor"},
    "users": {"admin"},
    "closures": {"admin"},
    "kinds": {"admin", "doctor"},
    "places": {"admin"},
    "rooms": {"admin"},
    "announce": {"admin"},
    "audit": {"admin"},
    "outbox": {"admin"},
    "limits": {"admin"},
    "stats": {"admin"},
    "export": {"admin"},
}
BUTTONS = {
    f"book:{SOME_ID}": {"patient"},
    f"soon:{SOME_ID}": {"patient"},
    "callme": {"patient"},
    f"called:{SOME_ID}:30000000": DESK,
    "bookspec:0123456789ab": BOOKERS,
    "docs::0": SIGNED_IN,
    f"card:{SOME_ID}::0": SIGNED_IN,
    "appts:upcoming:0": {"patient", "doctor"},
    "apptq:upcoming:0:rao": {"patient", "doctor"},
    f"appt:{SOME_ID}": SIGNED_IN,
    f"ics:{SOME_ID}": {"patient", "doctor"},
    f"serx?:{SOME_ID}:rest": {"patient"},
    f"serx:{SOME_ID}:rest:30000000": {"patient"},
    "feed": {"patient", "doctor"},
    "feed?:0123456789ab": {"patient", "doctor"},
    "feed+:0123456789ab": {"patient", "doctor"},
    "feedx?:0123456789ab": {"patient", "doctor"},
    "feedx:0123456789ab": {"patient", "doctor"},
    "feedn:1": {"doctor"},
    "cday:20270504:0": DESK,
    "find:0:rao": DESK,
    f"pers:{SOME_ID}:upcoming:0": DESK,
    f"for:{SOME_ID}": DESK,
    "pats:0:rao": DESK,
    "pat+:0": DESK,
    f"pat=:{SOME_ID}:phone": DESK,
    f"hand:{SOME_ID}": BOOKERS,
    f"hand-:{SOME_ID}": BOOKERS,
    f"claim:{SOME_ID}": {"patient"},
    f"claim+:{SOME_ID}": {"patient"},
    f"claim?:{SOME_ID}": {"patient"},
    f"claim=:{SOME_ID}": {"patient"},
    f"same:{SOME_ID}": DESK,
    f"merge?:{SOME_ID}:{SOME_ID}": DESK,
    f"merge:{SOME_ID}:{SOME_ID}": DESK,
    f"move:{SOME_ID}": SIGNED_IN,
    f"moveto:{SOME_ID}:2027-05-04:3.00PM:any": SIGNED_IN,
    f"why:{SOME_ID}": {"patient"},
    f"quest:{SOME_ID}": {"patient"},
    f"come:{SOME_ID}": {"patient"},
    "rem": {"patient"},
    f"cancel?:{SOME_ID}": {"patient"},
    f"cancel:{SOME_ID}:30000000": {"patient"},
    f"re:{SOME_ID}:30000000:{SOME_ID}": {"patient"},
    f"next:{SOME_ID}:1:30000000": {"patient"},
    f"fup:{SOME_ID}": {"doctor"},
    f"wait:{SOME_ID}": {"patient"},
    f"waitd:{SOME_ID}:20270504": {"patient"},
    f"slot:{SOME_ID}": {"patient"},
    f"pass+:{SOME_ID}": {"patient"},
    f"unwait:{SOME_ID}": {"patient"},
    f"unwaitp:{SOME_ID}:{SOME_ID}": {"patient"},
    f"early:{SOME_ID}": {"patient"},
    f"unearly:{SOME_ID}": {"patient"},
    f"fam:{SOME_ID}": {"patient"},
    "fam+": {"patient"},
    f"fam~:{SOME_ID}": {"patient"},
    f"fam-?:{SOME_ID}": {"patient"},
    f"fam-:{SOME_ID}": {"patient"},
    f"fambook:{SOME_ID}": {"patient"},
    f"drop:{SOME_ID}": STAFF,
    f"hours=:{SOME_ID}": {"admin"},
    f"off=:{SOME_ID}": {"admin"},
    f"kinds=:{SOME_ID}": {"admin"},
    f"out=:{SOME_ID}": {"admin"},
    f"mark:{SOME_ID}:noshow": {"doctor"},
    f"here:{SOME_ID}": {"patient"},
    f"cant?:{SOME_ID}": {"patient"},
    f"cant:{SOME_ID}:30000000": {"patient"},
    "callin:": {"doctor"},
    f"came:{SOME_ID}": STAFF,
    f"late?:{SOME_ID}": STAFF,
    f"late:{SOME_ID}:20": STAFF,
    f"write:{SOME_ID}": STAFF,
    "writed:20270504": STAFF,
    "draw:20270504": {"doctor"},
    "sday:20270504:0": {"doctor"},
    "week:20270504": {"doctor"},
    "name": SIGNED_IN,
    "email": SIGNED_IN,
    f"ecode:{SOME_ID}": SIGNED_IN,
    f"esend:{SOME_ID}": SIGNED_IN,
    f"efix:{SOME_ID}": SIGNED_IN,
    "pass": SIGNED_IN,
    "lang": SIGNED_IN,
    "speak:de": EVERYBODY,
    "said": EVERYBODY,
    "as:help": EVERYBODY,
    "zone": SIGNED_IN,
    "chats:0": SIGNED_IN,
    "end:1": SIGNED_IN,
    f"endapi:{SOME_ID}": SIGNED_IN,
    "endall": SIGNED_IN,
    f"forget:{SOME_ID}": SIGNED_IN,
    "users:0:": {"admin"},
    f"user:{SOME_ID}:": {"admin"},
    f"decide:{SOME_ID}:1:": {"admin"},
    f"blk?:{SOME_ID}:": {"admin"},
    f"blk:{SOME_ID}:1:": {"admin"},
    f"unblk:{SOME_ID}:": {"admin"},
    f"clr?:{SOME_ID}:": {"admin"},
    f"clr:{SOME_ID}:": {"admin"},
    f"rst?:{SOME_ID}:": {"admin"},
    f"rst:{SOME_ID}:": {"admin"},
    f"spec=:{SOME_ID}:": {"admin"},
    f"email=:{SOME_ID}:": {"admin"},
    "recept+": {"admin"},
    f"stop:{SOME_ID}": {"admin"},
    "audit:0::": {"admin"},
    "audit?:0:": {"admin"},
    f"dname:{SOME_ID}:1:0123456789ab": {"admin"},
    "outbox:0": {"admin"},
    f"oretry:{SOME_ID}:0": {"admin"},
    "oall": {"admin"},
    f"dlv:{SOME_ID}:0": DESK,
    f"dlv!:{SOME_ID}:{SOME_ID}:0": DESK,
    "lim=:holds": {"admin"},
    f"odrop:{SOME_ID}:0": {"admin"},
    "stats:7": {"admin"},
    "export:last30": {"admin"},
}
REFUSALS = ("Please sign in first", "Nobody is signed in", "🚫 Only ", "sign out first with /logout")


@pytest.mark.parametrize("visitor", VISITORS)
async def test_commands_and_buttons_are_for_the_right_roles_only(town: Town, visitor: str) -> None:
    async def somebody(number: int) -> str:
        """Return what is said to a fresh visitor of that kind who does the thing of that number."""
        person = (
            town.person()
            if visitor == GUEST
            else await town.signed_in(
                f"Person {number}", f"p{number}@example.org", Role(visitor), "Cardiology"
            )
        )
        if number < len(COMMANDS):
            return await person.says(f"/{list(COMMANDS)[number]}")
        await person.says("/help")
        return await person.taps_raw(person.last_id, list(BUTTONS)[number - len(COMMANDS)])

    expected = [*COMMANDS.values(), *BUTTONS.values()]
    for number, allowed in enumerate(expected):
        answer = await somebody(number)
        refused = any(refusal in answer for refusal in REFUSALS)
        name = [*COMMANDS, *BUTTONS][number]
        assert refused is (visitor not in allowed), f"{name} as {visitor}: {answer}"


def test_every_command_and_button_is_in_the_table() -> None:
    assert set(COMMANDS) == set(BY_NAME)
    assert {type(Tap.unpack(data)) for data in BUTTONS} == set(TAPS)
