"""What all dialogs say."""

from collections.abc import Mapping, Sequence

from bot.callbacks.steps import Do, Instead, Resume
from bot.card import View
from bot.keyboards import Button, Keyboard, Row, button, keyboard
from bot.texts import labels
from services.errors import (
    CodeExpired,
    Denied,
    NotSignedIn,
    SessionEnded,
    SignedOutAlready,
    WrongCode,
    WrongCredentials,
    WrongPassword,
    WrongStaffCode,
)
from services.models import Principal, Role

WRONG_SECRETS = (WrongCredentials, WrongPassword, WrongStaffCode, WrongCode, CodeExpired)


def ended(noun: str) -> str:
    """Say on a card that another dialog has taken its place."""
    return f"{_capital(noun)} stopped, because you started something else."


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]


def begun_again(noun: str) -> str:
    """Say on a card that its dialog has begun again on another."""
    return f"↻ This {noun} was started again."


def put_aside(noun: str) -> str:
    """Say on a card that its dialog rests."""
    return f"⏸ Your {noun} is on hold. Tap Go on to continue."


def ask_first(noun: str, other: str) -> str:
    """Ask whether a dialog may be left for another."""
    return f"⏸ Your {noun} isn't finished. Go on with it, or leave it and start the {other}?"


def go_on_or_leave(command: str, other: str) -> Keyboard:
    """Return the two answers to that; `command` starts the other dialog."""
    return keyboard([button(labels.GO_ON, Resume())], [button(labels.leave_for(other), Instead(command))])


def left(noun: str, command: str, home: str | None) -> View:
    """Say that a dialog was left at the person's wish, and how it, or what it was begun from, is found."""
    return View(_stopped(noun), keyboard([start_again(command, home)]))


# What stays as it was says more than that nothing was saved.
_STAYS = {
    "move": "Your appointment stays as it was.",
    "cancellation": "The appointment stays as it was.",
    "announcement": "Announcement stopped. Nothing was sent.",
    "follow-up": "Follow-up stopped. Nothing was sent.",
}


def _stopped(noun: str) -> str:
    return _STAYS.get(noun, f"{_capital(noun)} stopped. Nothing was saved.")


def quiet(noun: str) -> str:
    """Say that a dialog was closed because nothing happened for a while."""
    return f"⌛ I closed this {noun} after 15 quiet minutes. Nothing was saved."


def start_again(command: str, home: str | None) -> Button:
    """Return the button that starts a dialog anew, or leads to where it was begun."""
    return (
        button(labels.back_to_command(home), Do(home))
        if home is not None
        else button(labels.START_AGAIN, Do(command))
    )


def done_already() -> str:
    """Answer a second tap on a card whose dialog is over."""
    return "That's already done."


def old_card_short() -> str:
    """Answer a tap on an old card, as a toast."""
    return "This card is old."


def old_card(visitor: Principal | None) -> View:
    """Say that a card is old, and offer the way on."""
    return View(
        "🕰 This card is old, so its buttons no longer work. Here's what you can do:", ways_on(visitor)
    )


def old_buttons() -> str:
    """Say above a question that the buttons which it had were old."""
    return "🕰 This card is old, so its buttons no longer worked. Here's the question again."


def edit_not_read() -> View:
    """Answer an edited message where no question is open."""
    return View("✏️ I don't read edited messages. Please send it again as a new one.")


def deleted_in_case() -> str:
    """Say why a message was deleted that came just after the question for a secret."""
    return "🔒 I deleted your last message, in case it was still your password or code. I've read it all the same."


def delete_it_yourself() -> str:
    """Ask the person to delete a secret that the bot could not delete."""
    return (
        "⚠️ I couldn't delete your message. Please delete it yourself, because it contains a password or code."
    )


def way_in(error: Denied) -> Keyboard | None:
    """Return the button to sign in where that is what is missing."""
    if isinstance(error, NotSignedIn | SessionEnded | SignedOutAlready):
        return keyboard([button(labels.SIGN_IN, Do("login")), button(labels.REGISTER, Do("register"))])
    return None


def ways_on(visitor: Principal | None) -> Keyboard:
    """Return the buttons for what somebody can do here, what most people want first, by who they are."""
    if visitor is None:
        return keyboard([button(labels.SIGN_IN, Do("login")), button(labels.REGISTER, Do("register"))])
    return keyboard(*_WAYS_ON[visitor.role])


_ACCOUNT = button(labels.MY_ACCOUNT, Do("me"))
_WAYS_ON: Mapping[Role, Sequence[Row]] = {
    Role.PATIENT: (
        [button(labels.BOOK_APPOINTMENT, Do("book"))],
        [button(labels.MY_APPOINTMENTS, Do("appointments")), button(labels.DOCTORS, Do("doctors"))],
        [button(labels.REMINDERS, Do("reminders")), button(labels.WAITING_LIST, Do("waitlist"))],
        [_ACCOUNT],
    ),
    Role.DOCTOR: (
        [button(labels.MY_DAY, Do("schedule")), button(labels.MY_APPOINTMENTS, Do("appointments"))],
        [button(labels.HOURS, Do("hours")), button(labels.TIME_OFF, Do("timeoff"))],
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
