"""What a message is: something that was said, something else that was sent, or a note of Telegram's. Pure."""

from telegram import Message


def said(message: Message) -> str | None:
    """Return what a message says: its text, or what stands under its picture or file; None for nothing."""
    return message.text or message.caption or None


def is_note(message: Message) -> bool:
    """Tell whether a message is Telegram's own note of what happened in the chat: pinned, a timer, a title.

    Those are what holds nothing that people send; kinds that this version does not know are among them
    (Bot API Message, "Service message").
    """
    sent = message.effective_attachment or message.checklist
    return said(message) is None and not sent
