"""What admins are told of the messages and emails to one person: how each ended, never what it says."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.texts.appointments import called
from bot.texts.formats import clock_time, day, esc, moment, shortened, span, zone_name
from bot.texts.outbox import KINDS, MOST_NAME
from services.models.delivery_history import DeliveryCause, DeliveryRecord, NoticeState, Reachability
from services.models.notifications import ChannelName
from services.models.paging import Page
from services.models.people import User
from services.notifications.delivery_history import DeliveryPage

CHANNELS = {ChannelName.CHAT: "💬 chat", ChannelName.MAIL: "📧 email"}
OTHER_CHANNEL = "another channel"
CAUSES = {
    DeliveryCause.BLOCKED: "blocked the bot",
    DeliveryCause.CHAT_GONE: "the chat does not exist any more",
    DeliveryCause.MESSAGE_REFUSED: "Telegram refused the message",
    DeliveryCause.NO_CHAT: "in no chat",
    DeliveryCause.NO_SUCH_ADDRESS: "address does not exist",
    DeliveryCause.REFUSED_BEFORE: "not tried, as the address was refused before",
    DeliveryCause.MAILBOX_FULL: "mailbox full",
    DeliveryCause.MAILBOX_CLOSED: "mailbox closed",
    DeliveryCause.MAIL_TOO_BIG: "the mailbox takes no email of that size",
    DeliveryCause.MAIL_REFUSED: "their mail server refused the email",
    DeliveryCause.MAILBOX_BUSY: "the mailbox was not available",
    DeliveryCause.MAIL_SYSTEM: "their mail server had a fault",
    DeliveryCause.MAIL_ROUTE: "their mail server could not be found",
    DeliveryCause.MAIL_SERVER: "the mail server did not take it",
    DeliveryCause.MAIL_SERVER_AWAY: "the clinic's mail server was not reached",
    DeliveryCause.TELEGRAM_ASKED: "Telegram asked to wait",
    DeliveryCause.TELEGRAM_AWAY: "Telegram was not reached",
    DeliveryCause.NO_ANSWER: "no answer",
    DeliveryCause.UNEXPECTED: "an unexpected error",
    DeliveryCause.NOT_KNOWN: "nobody knows whether it arrived, so it is not sent again",
    DeliveryCause.UNREADABLE: "this version can't read it",
    DeliveryCause.CANCELLED_SINCE: "cancelled before it was told",
    DeliveryCause.MOVED_SINCE: "moved before it was told",
    DeliveryCause.LATER_TOLD: "something later was told already",
    DeliveryCause.CHANGED_SINCE: "changed before it was told",
    DeliveryCause.NOTHING_LEFT: "nothing had changed in the end",
    DeliveryCause.TOO_LATE: "it was too late by then",
    DeliveryCause.DECIDED_OTHERWISE: "decided otherwise before it was told",
    DeliveryCause.CHAT_LEFT: "they had signed out of that chat",
    DeliveryCause.NOBODY_THERE: "they came back too late for it",
    DeliveryCause.DROPPED: "dropped by an admin",
    DeliveryCause.NOT_LOOKED_AFTER: "they no longer looked after the patient",
}
# A delivery that took no longer is told without its own time.
AT_ONCE = timedelta(minutes=1)


def page(found: DeliveryPage, zone: ZoneInfo) -> str:
    """Show where a person can be reached, and a page of what became of their messages."""
    records = found.records
    head = [
        f"📬 <b>Delivery to {esc(called(found.person))}</b>",
        *_reached(found.person, found.reached, zone),
    ]
    if not records.total:
        return "\n".join([*head, "", "I've sent them nothing in the last 30 days."])
    count = "1 message" if records.total == 1 else f"{records.total:,} messages"
    lines = [*head, "", f"{count} in the last 30 days, newest first"]
    for place, each in numbered(records):
        lines += ["", *_lines(place, each, zone)]
    return "\n".join([*lines, "", f"Times are in {zone_name(zone)}."])


def _reached(person: User, reached: Reachability, zone: ZoneInfo) -> list[str]:
    """Say where the person can be reached now."""
    chats = "1 chat" if reached.chats == 1 else f"{reached.chats} chats"
    chat = f"Signed in in {chats}" if reached.chats else "In no chat at the moment"
    if reached.blocked:
        chat = f"{chat}, and blocked the bot in {reached.blocked}" if reached.chats else "Blocked the bot"
    since = reached.refused_since
    mail = f", refused since {day(since.astimezone(zone).date())}" if since else ""
    return [f"💬 {chat}", f"📧 {esc(person.email) or 'no email address'}{mail}"]


def _lines(place: int, each: DeliveryRecord, zone: ZoneInfo) -> list[str]:
    start = f" for {moment(each.start, zone)}" if each.start else ""
    channel = CHANNELS[each.channel] if each.channel else OTHER_CHANNEL
    when = f"{moment(each.made_at, zone)} · " if each.made_at else ""
    return [f"<b>{place}. {_what(each)}</b>{start}", f"{when}{channel}: {ending(each, zone)}"]


def _what(each: DeliveryRecord) -> str:
    if each.is_announcement:
        return "An announcement"
    if each.kind is not None:
        what = KINDS[each.kind]
        return f"{what[0].upper()}{what[1:]}"
    named = f" ({esc(shortened(each.named, MOST_NAME))})" if each.named else ""
    return f"Something this version can't read{named}"


def ending(each: DeliveryRecord, zone: ZoneInfo) -> str:
    """Say how a message or an email ended, or how far it has got."""
    cause = CAUSES[each.cause] if each.cause else ""
    after = f": {cause}" if cause else ""
    said = {
        NoticeState.DELIVERED: f"delivered{_when_ended(each, zone)}",
        NoticeState.SHOWN: "delivered, shown on the card in the chat",
        NoticeState.SENDING: "being sent",
        NoticeState.BEHIND: "waiting for an earlier message about the same appointment",
        NoticeState.WAITING: _waiting(each, cause, zone),
        NoticeState.KEPT: f"{cause or CAUSES[DeliveryCause.NO_CHAT]}, kept until they come back",
        NoticeState.GIVEN_UP: f"given up{_after(each)}{after}",
        NoticeState.REFUSED: cause,
        NoticeState.NOT_SENT: f"not sent{after}",
    }
    return said[each.state]


def _when_ended(each: DeliveryRecord, zone: ZoneInfo) -> str:
    """Return when it was delivered, if that was not when it was made."""
    made, ended = each.made_at, each.ended_at
    if made is None or ended is None or ended - made <= AT_ONCE:
        return ""
    is_same_day = made.astimezone(zone).date() == ended.astimezone(zone).date()
    return f" at {clock_time(ended, zone) if is_same_day else moment(ended, zone)}"


def _waiting(each: DeliveryRecord, cause: str, zone: ZoneInfo) -> str:
    if not each.tries:
        return "waiting to be sent"
    tried = _tries(each.tries)
    then = f", next try at {clock_time(each.next_try, zone)}" if each.next_try else ""
    return f"waiting, tried {tried}{then}{f' ({cause})' if cause else ''}"


def _after(each: DeliveryRecord) -> str:
    lasted = f" after {span(each.tried_for)}" if each.tried_for and each.tried_for >= AT_ONCE else ""
    tried = f"tried {_tries(each.tries)}" if each.tries else ""
    return f"{lasted}{' and ' if lasted and tried else ' '}{tried}".rstrip()


def _tries(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"  # noqa: PLR2004 - words


def numbered(records: Page[DeliveryRecord]) -> Iterator[tuple[int, DeliveryRecord]]:
    """Return what is on the page, with its place in the whole list, from 1."""
    return enumerate(records.items, 1 + records.number * records.size)


def sent_again() -> str:
    """Say that one is sent once more."""
    return "🔁 It is being sent again."
