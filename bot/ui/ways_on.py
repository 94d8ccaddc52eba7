"""What people can do next, as buttons below a message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.callbacks.steps import Do, Instead, Resume
from bot.callbacks.tap import Tap
from bot.texts import dialogs as texts
from bot.texts import labels
from bot.ui.keyboards import Button, Keyboard, Row, button, keyboard
from bot.ui.view import View
from services.errors import Denied, NotSignedIn, SessionEnded, SignedOutAlready
from services.models.people import Principal, Role


def go_on_or_leave(command: str, other: str) -> Keyboard:
    """Return the buttons to go on with a dialog, or to leave it for another, which is named `command`."""
    return keyboard([button(labels.GO_ON, Resume())], [button(labels.leave_for(other), Instead(command))])


def offering(view: View, tap: Tap) -> View:
    """Return the view with a button above the others that goes on with what was wanted before."""
    return replace(view, keyboard=keyboard([button(labels.GO_ON, tap)]) + view.keyboard)


def left(noun: str, command: str, home: str | None, *, kept: bool = False) -> View:
    """Say that a dialog was left, and how to start it again, or where it was begun (see Step.kept)."""
    return View(texts.left(noun, kept=kept), keyboard([start_again(command, home)]))


def start_again(command: str, home: str | None) -> Button:
    """Return the button that starts a dialog again, or leads to where it was begun."""
    return (
        button(labels.back_to_command(home), Do(home))
        if home is not None
        else button(labels.START_AGAIN, Do(command))
    )


def old_card(visitor: Principal | None) -> View:
    """Say that a card is old, and offer the way on."""
    return View(texts.old_card(), ways_on(visitor))


def edit_not_read() -> View:
    """Answer an edited message where no question is open."""
    return View(texts.edit_not_read())


def way_in(error: Denied) -> Keyboard | None:
    """Return the buttons to sign in or register, if nobody is signed in."""
    if isinstance(error, NotSignedIn | SessionEnded | SignedOutAlready):
        return keyboard([button(labels.SIGN_IN, Do("login")), button(labels.REGISTER, Do("register"))])
    return None


def ways_on(visitor: Principal | None) -> Keyboard:
    """Return the buttons for what somebody of that role can do, the most usual things first."""
    if visitor is None:
        return keyboard([button(labels.SIGN_IN, Do("login")), button(labels.REGISTER, Do("register"))])
    return keyboard(*_WAYS_ON[visitor.role])


_ACCOUNT = button(labels.MY_ACCOUNT, Do("me"))
_WAYS_ON: Mapping[Role, Sequence[Row]] = {
    Role.PATIENT: (
        [button(labels.BOOK_APPOINTMENT, Do("book"))],
        [button(labels.MY_APPOINTMENTS, Do("appointments")), button(labels.DOCTORS, Do("doctors"))],
        [button(labels.REMINDERS, Do("reminders")), button(labels.WAITING_LIST, Do("waitlist"))],
        [button(labels.FAMILY, Do("family")), _ACCOUNT],
    ),
    Role.DOCTOR: (
        [button(labels.MY_DAY, Do("schedule")), button(labels.MY_APPOINTMENTS, Do("appointments"))],
        [button(labels.HOURS, Do("hours")), button(labels.TIME_OFF, Do("timeoff"))],
        [_ACCOUNT],
    ),
    Role.RECEPTIONIST: (
        [button(labels.CLINIC_APPOINTMENTS, Do("appointments")), button(labels.BOOK_FOR_SOMEONE, Do("book"))],
        [button(labels.PATIENTS, Do("patients")), button(labels.DOCTORS, Do("doctors"))],
        [_ACCOUNT],
    ),
    Role.ADMIN: (
        [button(labels.CLINIC_APPOINTMENTS, Do("appointments")), button(labels.USERS, Do("users"))],
        [button(labels.STATISTICS, Do("stats")), button(labels.DOCTORS, Do("doctors"))],
        [button(labels.ANNOUNCE, Do("announce")), button(labels.EXPORT, Do("export"))],
        [button(labels.OUTBOX, Do("outbox")), button(labels.AUDIT, Do("audit"))],
        [_ACCOUNT],
    ),
}
