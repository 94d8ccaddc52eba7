"""The id of a notice: the same event gives the same notice, however often it is written."""

from services.models.notifications import ChannelName, Event
from services.models.people import ChatId


def notice_id(event: Event, reader: str, channel: ChannelName, chat: ChatId | None) -> str:
    """Return the one id that a notice of that event to that place has."""
    return ".".join(str(part) for part in (event.id, reader, channel.value, chat) if part is not None)
