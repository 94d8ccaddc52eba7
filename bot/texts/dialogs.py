"""What all dialogs say."""

from bot.localization.messages import Phrase, phrase, say
from bot.texts import labels, nouns
from services.errors import (
    CodeExpired,
    WrongCode,
    WrongCredentials,
    WrongPassword,
    WrongStaffCode,
)

WRONG_SECRETS = (WrongCredentials, WrongPassword, WrongStaffCode, WrongCode, CodeExpired)


def ended(noun: Phrase) -> str:
    """Say on a card that another dialog has taken its place."""
    # Translators: {noun} is what somebody was doing, such as “Booking”, as it stands alone in a list. Where a
    # language has cases or genders, let it stand alone: “Stopped, because you started something else: {noun}.”
    return say("{noun} stopped, because you started something else.", noun=_capital(noun))


def _capital(noun: Phrase) -> str:
    said = str(noun)
    return said[:1].upper() + said[1:]


# What is said of some dialogs that were left, as it says more than that nothing was saved.
_STAYS = {
    nouns.QUESTIONNAIRE: phrase("What you've answered so far is saved."),
    nouns.MOVE: phrase("Your appointment stays as it was."),
    nouns.CANCELLATION: phrase("The appointment stays as it was."),
    nouns.ANNOUNCEMENT: phrase("Announcement stopped. Nothing was sent."),
    nouns.FOLLOW_UP: phrase("Follow-up stopped. Nothing was sent."),
}
_KEPT = phrase("Everything you've chosen so far is saved.")


def left(noun: Phrase, *, kept: bool = False) -> str:
    """Say that a dialog was left at the person's wish; `kept`: its answers were stored one by one."""
    if kept:
        return str(_KEPT)
    if noun in _STAYS:
        return str(_STAYS[noun])
    # Translators: {noun} is what somebody was doing, such as “Booking”, as it stands alone in a list. Where a
    # language has cases or genders, let it stand alone: “Stopped: {noun}. Nothing was saved.”
    return say("{noun} stopped. Nothing was saved.", noun=_capital(noun))


def begun_again(noun: Phrase) -> str:
    """Say on a card that its dialog has begun again on another."""
    # Translators: {noun} is what somebody is doing, such as “booking”, as it stands alone in a list. Where a
    # language has cases or genders, let it stand alone: “↻ Started again: {noun}.”
    return say("↻ This {noun} was started again.", noun=noun)


def put_aside(noun: Phrase) -> str:
    """Say on a card that its dialog rests."""
    # Translators: {noun} is what somebody is doing, such as “booking”, as it stands alone in a list. Where a
    # language has cases or genders, let it stand alone: “⏸ On hold: {noun}. Tap {go_on} to continue.”
    return say(
        "⏸ Your {noun} is on hold. Tap {go_on} to continue.", noun=noun, go_on=labels.words_of(labels.GO_ON)
    )


def ask_first(noun: Phrase, other: Phrase) -> str:
    """Ask whether a dialog may be left for another."""
    # Translators: {noun} and {other} are what somebody is doing, such as “booking”, as they stand alone in a
    # list. Where a language has cases or genders, let them stand alone: “⏸ Not finished yet: {noun}. Go on with
    # it, or leave it for this: {other}?”
    return say(
        "⏸ Your {noun} isn't finished. Go on with it, or leave it and start the {other}?",
        noun=noun,
        other=other,
    )


def quiet(noun: Phrase, *, kept: bool = False) -> str:
    """Say that a dialog was closed because nothing happened for a while."""
    # Translators: {noun} is what somebody was doing, such as “booking”, as it stands alone in a list. Where a
    # language has cases or genders, let it stand alone: “⌛ Closed after 15 quiet minutes: {noun}.”
    closed = say("⌛ I closed this {noun} after 15 quiet minutes.", noun=noun)
    rest = str(_KEPT) if kept else say("Nothing was saved.")
    return f"{closed} {rest}"


def quiet_short(*, kept: bool = False) -> str:
    """Answer a tap on the card of a dialog that has just been closed, as a toast."""
    if kept:
        late = say("That took too long.")
        return f"{late} {_KEPT}"
    return say("That took too long, so nothing was saved.")


def done_already() -> str:
    """Answer a second tap on a card whose dialog is over."""
    return say("That's already done.")


def old_card_short() -> str:
    """Answer a tap on an old card, as a toast."""
    return say("This card is old.")


def old_card() -> str:
    """Say that a card is old, above the ways on."""
    return say("🕰 This card is old, so its buttons no longer work. Here's what you can do:")


def edit_not_read() -> str:
    """Answer an edited message where no question is open."""
    return say("✏️ I don't read edited messages. Please send it again as a new one.")


def old_buttons() -> str:
    """Say above a question that the buttons which it had were old."""
    return say("🕰 This card is old, so its buttons no longer worked. Here's the question again.")


def deleted_in_case() -> str:
    """Say why a message was deleted that came just after the question for a secret."""
    return say(
        "🔒 I deleted your last message, in case it was still your password or code. I've read it all the same."
    )


def delete_it_yourself() -> str:
    """Ask the person to delete a secret that the bot could not delete."""
    return say(
        "⚠️ I couldn't delete your message. Please delete it yourself, because it contains a password or code."
    )
