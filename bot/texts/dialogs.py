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
    return f"This {noun} was left for something else."


def begun_again(noun: str) -> str:
    """Say on a card that its dialog has begun again on another."""
    return f"↻ This {noun} was started again."


def put_aside(noun: str) -> str:
    """Say on a card that its dialog rests."""
    return f"⏸ Your {noun} is put aside. Tap Go on whenever you like."


def ask_first(noun: str, other: str) -> str:
    """Ask whether a dialog may be left for another."""
    return f"⏸ Your {noun} is not finished. Go on with it, or leave it and start the {other}?"


def quiet(noun: str) -> str:
    """Say that a dialog was closed because nothing happened for a while."""
    return f"⌛ After 15 quiet minutes I closed this {noun}; nothing was saved."


def done_already() -> str:
    """Answer a second tap on a card whose dialog is over."""
    return "That is done already."


def old_card_short() -> str:
    """Answer a tap on an old card, as a toast."""
    return "This card is old."


def old_buttons() -> str:
    """Say above a question that the buttons which it had were old."""
    return "🕰 This card is old, so its buttons no longer worked. Here is the question again."


def deleted_in_case() -> str:
    """Say why a message was deleted that came just after the question for a secret."""
    return (
        "🔒 I deleted what you typed just now, in case it was still your secret. I have read it all the same."
    )


def delete_it_yourself() -> str:
    """Ask the person to delete a secret that the bot could not delete."""
    return "⚠️ I could not delete your message. Please delete it yourself, because it holds a secret."
