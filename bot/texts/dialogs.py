"""What all dialogs say."""

from services.errors import (
    CodeExpired,
    WrongCode,
    WrongCredentials,
    WrongPassword,
    WrongStaffCode,
)

WRONG_SECRETS = (WrongCredentials, WrongPassword, WrongStaffCode, WrongCode, CodeExpired)


def ended(noun: str) -> str:
    """Say on a card that another dialog has taken its place."""
    return f"{_capital(noun)} stopped, because you started something else."


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]


# What stays as it was says more than that nothing was saved.
# What is said of dialogs whose answers are stored one by one; of all others nothing is saved before the end.
_SAVED = {"questionnaire": "What you've answered so far is saved."}
_STAYS = {
    **_SAVED,
    "move": "Your appointment stays as it was.",
    "cancellation": "The appointment stays as it was.",
    "announcement": "Announcement stopped. Nothing was sent.",
    "follow-up": "Follow-up stopped. Nothing was sent.",
}
_KEPT = "Everything you've chosen so far is saved."


def left(noun: str, *, kept: bool = False) -> str:
    """Say that a dialog was left at the person's wish; `kept`: its answers were stored one by one."""
    return _KEPT if kept else _STAYS.get(noun, f"{_capital(noun)} stopped. Nothing was saved.")


def begun_again(noun: str) -> str:
    """Say on a card that its dialog has begun again on another."""
    return f"↻ This {noun} was started again."


def put_aside(noun: str) -> str:
    """Say on a card that its dialog rests."""
    return f"⏸ Your {noun} is on hold. Tap Go on to continue."


def ask_first(noun: str, other: str) -> str:
    """Ask whether a dialog may be left for another."""
    return f"⏸ Your {noun} isn't finished. Go on with it, or leave it and start the {other}?"


def quiet(noun: str, *, kept: bool = False) -> str:
    """Say that a dialog was closed because nothing happened for a while."""
    return f"⌛ I closed this {noun} after 15 quiet minutes. {_KEPT if kept else 'Nothing was saved.'}"


def quiet_short(*, kept: bool = False) -> str:
    """Answer a tap on the card of a dialog that has just been closed, as a toast."""
    return f"That took too long. {_KEPT}" if kept else "That took too long, so nothing was saved."


def done_already() -> str:
    """Answer a second tap on a card whose dialog is over."""
    return "That's already done."


def old_card_short() -> str:
    """Answer a tap on an old card, as a toast."""
    return "This card is old."


def old_card() -> str:
    """Say that a card is old, above the ways on."""
    return "🕰 This card is old, so its buttons no longer work. Here's what you can do:"


def edit_not_read() -> str:
    """Answer an edited message where no question is open."""
    return "✏️ I don't read edited messages. Please send it again as a new one."


def old_buttons() -> str:
    """Say above a question that the buttons which it had were old."""
    return "🕰 This card is old, so its buttons no longer worked. Here's the question again."


def deleted_in_case() -> str:
    """Say why a message was deleted that came just after the question for a secret."""
    return "🔒 I deleted your last message, in case it was still your password or code. I've read it all the same."


def delete_it_yourself() -> str:
    """Ask the person to delete a secret that the bot could not delete."""
    return (
        "⚠️ I couldn't delete your message. Please delete it yourself, because it contains a password or code."
    )
