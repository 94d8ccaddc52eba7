"""What kind of message it is: a text, something else that was sent, or a service message. Pure."""

from telegram import Message

# Fields that a message of any kind may have.
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
    """Return the text of a message, or the caption of its picture or file; None if it has neither."""
    return message.text or message.caption or None


def is_note(message: Message) -> bool:
    """Tell whether it is a service message: something was pinned, a timer was set (Bot API Message).

    Kinds that this version does not know count as service messages. A message without any content does not:
    it may have held a secret, which was left out when it was written down.
    """
    sent = message.effective_attachment or message.checklist
    if said(message) is not None or sent:
        return False
    held = [value for name, value in message.to_dict().items() if name not in ENVELOPE]
    return any(
        value not in (None, False, [], ()) for value in held
    )  # {} counts as content: a video chat has it
