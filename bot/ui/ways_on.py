"""What people can do next, as buttons below what they are told."""

from collections.abc import Mapping, Sequence

from bot.callbacks.steps import Do, Instead, Resume
from bot.ui.keyboards import Button, Keyboard, Row, button, keyboard
from bot.ui.view import View
from services.errors import Denied, NotSignedIn, SessionEnded, SignedOutAlready
from services.models.people import Principal, Role


def go_on_or_leave(command: str, other: str) -> Keyboard:
    """Return the two answers to that; `command` starts the other dialog."""
    return keyboard([button("▶ Go on", Resume())], [button(f"✖ Leave it for the {other}", Instead(command))])


def left(noun: str, command: str, home: str | None) -> View:
    """Say that a dialog was left at the person's wish, and how it, or what it was begun from, is found."""
    said = f"✖ I left the {noun}; nothing was saved."
    if home is not None:
        return View(said, keyboard([start_again(command, home)]))
    return View(f"{said} /{command} is there whenever you like.")


def start_again(command: str, home: str | None) -> Button:
    """Return the button that starts a dialog anew, or leads to where it was begun."""
    return (
        button(f"« Back to /{home}", Do(home)) if home is not None else button("↻ Start again", Do(command))
    )


def old_card(visitor: Principal | None) -> View:
    """Say that a card is old, and offer the way on."""
    return View("🕰 This card is old, so its buttons no longer work. Here is the way on:", ways_on(visitor))


def edit_not_read() -> View:
    """Answer an edited message where no question is open."""
    return View("✏️ I don't read edited messages. Please send it again as a new one.")


def way_in(error: Denied) -> Keyboard | None:
    """Return the button to sign in where that is what is missing."""
    if isinstance(error, NotSignedIn | SessionEnded | SignedOutAlready):
        return keyboard([button("🔑 Sign in", Do("login")), button("📝 Register", Do("register"))])
    return None


def ways_on(visitor: Principal | None) -> Keyboard:
    """Return the buttons for what somebody can do here, what most people want first, by who they are."""
    if visitor is None:
        return keyboard([button("🔑 Sign in", Do("login")), button("📝 Register", Do("register"))])
    return keyboard(*_WAYS_ON[visitor.role])


_ACCOUNT = button("⚙️ My account", Do("me"))
_WAYS_ON: Mapping[Role, Sequence[Row]] = {
    Role.PATIENT: (
        [button("📅 Book an appointment", Do("book"))],
        [button("📋 My appointments", Do("appointments")), button("👩‍⚕️ Doctors", Do("doctors"))],
        [button("⏰ Reminders", Do("reminders")), button("🔔 Waiting list", Do("waitlist"))],
        [_ACCOUNT],
    ),
    Role.DOCTOR: (
        [button("🗓 My day", Do("schedule")), button("📋 My appointments", Do("appointments"))],
        [button("⏰ Hours", Do("hours")), button("⛱ Time off", Do("timeoff"))],
        [_ACCOUNT],
    ),
    Role.ADMIN: (
        [button("🗓 Appointments", Do("appointments")), button("👥 Users", Do("users"))],
        [button("📊 Figures", Do("stats")), button("👩‍⚕️ Doctors", Do("doctors"))],
        [button("📣 Announce", Do("announce")), button("📄 Export", Do("export"))],
        [button("📮 Outbox", Do("outbox")), button("🧾 Audit", Do("audit"))],
        [_ACCOUNT],
    ),
}
