"""What people can do next, as buttons below a message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.callbacks.steps import Do, Instead, Resume
from bot.callbacks.tap import Tap
from bot.localization.messages import Phrase, Words
from bot.texts import dialogs as texts
from bot.texts import labels
from bot.ui.keyboards import Button, Keyboard, Row, button, keyboard
from bot.ui.view import View
from services.errors import Denied, NotSignedIn, SessionEnded, SignedOutAlready
from services.models.people import Principal, Role


def go_on_or_leave(command: str, other: Phrase) -> Keyboard:
    """Return the buttons to go on with a dialog, or to leave it for another, which is named `command`."""
    return keyboard([button(labels.GO_ON, Resume())], [button(labels.leave_for(other), Instead(command))])


def offering(view: View, tap: Tap) -> View:
    """Return the view with a button above the others that goes on with what was wanted before."""
    return replace(view, keyboard=keyboard([button(labels.GO_ON, tap)]) + view.keyboard)


def left(noun: Phrase, command: str, home: str | None, *, kept: bool = False) -> View:
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
        return keyboard(_ways_in())
    return None


def ways_on(visitor: Principal | None) -> Keyboard:
    """Return the buttons for what somebody of that role can do, the most usual things first."""
    if visitor is None:
        return keyboard(_ways_in())
    ways = _WAYS_ON[visitor.role]
    return keyboard(*([button(label, Do(command)) for label, command in row] for row in ways))


def _ways_in() -> Row:
    return [button(labels.SIGN_IN, Do("login")), button(labels.REGISTER, Do("register"))]


# The labels, with the commands that they stand for.
_ACCOUNT = (labels.MY_ACCOUNT, "me")
_WAYS_ON: Mapping[Role, Sequence[Sequence[tuple[Words, str]]]] = {
    Role.PATIENT: (
        [(labels.BOOK_APPOINTMENT, "book")],
        [(labels.MY_APPOINTMENTS, "appointments"), (labels.DOCTORS, "doctors")],
        [(labels.REMINDERS, "reminders"), (labels.WAITING_LIST, "waitlist")],
        [(labels.FAMILY, "family"), _ACCOUNT],
    ),
    Role.DOCTOR: (
        [(labels.MY_DAY, "schedule"), (labels.MY_APPOINTMENTS, "appointments")],
        [(labels.HOURS, "hours"), (labels.TIME_OFF, "timeoff")],
        [_ACCOUNT],
    ),
    Role.RECEPTIONIST: (
        [(labels.CLINIC_APPOINTMENTS, "appointments"), (labels.BOOK_FOR_SOMEONE, "book")],
        [(labels.PATIENTS, "patients"), (labels.DOCTORS, "doctors")],
        [_ACCOUNT],
    ),
    Role.ADMIN: (
        [(labels.CLINIC_APPOINTMENTS, "appointments"), (labels.USERS, "users")],
        [(labels.STATISTICS, "stats"), (labels.DOCTORS, "doctors")],
        [(labels.ANNOUNCE, "announce"), (labels.EXPORT, "export")],
        [(labels.OUTBOX, "outbox"), (labels.AUDIT, "audit")],
        [_ACCOUNT],
    ),
}
