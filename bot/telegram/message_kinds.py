"""What a message is: something that was said, something else that was sent, or a note of Telegram's. Pure."""

from telegram import Message

# What any message may have around what it holds.
ENVELOPE = {
    "message_id",
    "message_thread_id",
    "is_topic_message",
    "date",
    "edit_date",
    "chat",
    "from",
    "sender_chat",
    "sender_business_bot",
    "business_connection_id",
    "is_from_offline",
    "forward_origin",
    "is_automatic_forward",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "via_bot",
    "has_protected_content",
    "author_signature",
    "media_group_id",
    "entities",
    "link_preview_options",
    "effect_id",
    "reply_markup",
}


def said(message: Message) -> str | None:
    """Return what a message says: its text, or what stands under its picture or file; None for nothing."""
    return message.text or message.caption or None


def is_note(message: Message) -> bool:
    """Tell whether a message is Telegram's own note of what happened in the chat: pinned, a timer, a title.

    Those hold nothing that people send; kinds that this version does not know are among them (Bot API
    Message, "Service message"). One with nothing in it is none: it held a secret when it was written down.
    """
    sent = message.effective_attachment or message.checklist
    if said(message) is not None or sent:
        return False
    held = [value for name, value in message.to_dict().items() if name not in ENVELOPE]
    return any(value not in (None, False, [], ()) for value in held)  # {}, as of a video chat, is something
