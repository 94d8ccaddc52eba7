"""What admins are told of the messages and emails to one person: how each ended, never what it says."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.localization.messages import phrase, say, say_count, say_in
from bot.texts.appointments import called
from bot.texts.formats import clock_time, comma_list, day, esc, moment, span, zone_name
from bot.texts.outbox import KINDS, OTHER_CHANNEL, unreadable
from services.models.delivery_history import DeliveryCause, DeliveryRecord, NoticeState, Reachability
from services.models.notifications import ChannelName
from services.models.paging import Page
from services.models.people import User
from services.notifications.delivery_history import DeliveryPage

CHANNELS = {ChannelName.CHAT: phrase("💬 chat"), ChannelName.MAIL: phrase("📧 email")}
# Translators: why somebody did not get a message; each stands alone, after a colon or in brackets.
CAUSES = {
    DeliveryCause.BLOCKED: phrase("blocked the bot"),
    DeliveryCause.CHAT_GONE: phrase("the chat does not exist any more"),
    DeliveryCause.MESSAGE_REFUSED: phrase("Telegram refused the message"),
    DeliveryCause.NO_CHAT: phrase("in no chat"),
    DeliveryCause.NO_SUCH_ADDRESS: phrase("address does not exist"),
    DeliveryCause.REFUSED_BEFORE: phrase("not tried, as the address was refused before"),
    DeliveryCause.MAILBOX_FULL: phrase("mailbox full"),
    DeliveryCause.MAILBOX_CLOSED: phrase("mailbox closed"),
    DeliveryCause.MAIL_TOO_BIG: phrase("the mailbox takes no email of that size"),
    DeliveryCause.MAIL_REFUSED: phrase("their mail server refused the email"),
    DeliveryCause.MAILBOX_BUSY: phrase("the mailbox was not available"),
    DeliveryCause.MAIL_SYSTEM: phrase("their mail server had a fault"),
    DeliveryCause.MAIL_ROUTE: phrase("their mail server could not be found"),
    DeliveryCause.MAIL_SERVER: phrase("the mail server did not take it"),
    DeliveryCause.MAIL_SERVER_AWAY: phrase("the clinic's mail server was not reached"),
    DeliveryCause.TELEGRAM_ASKED: phrase("Telegram asked to wait"),
    DeliveryCause.TELEGRAM_AWAY: phrase("Telegram was not reached"),
    DeliveryCause.NO_ANSWER: phrase("no answer"),
    DeliveryCause.UNEXPECTED: phrase("an unexpected error"),
    DeliveryCause.NOT_KNOWN: phrase("nobody knows whether it arrived, so it is not sent again"),
    DeliveryCause.UNREADABLE: phrase("this version can't read it"),
    DeliveryCause.CANCELLED_SINCE: phrase("cancelled before it was told"),
    DeliveryCause.MOVED_SINCE: phrase("moved before it was told"),
    DeliveryCause.LATER_TOLD: phrase("something later was told already"),
    DeliveryCause.CHANGED_SINCE: phrase("changed before it was told"),
    DeliveryCause.NOTHING_LEFT: phrase("nothing had changed in the end"),
    DeliveryCause.TOO_LATE: phrase("it was too late by then"),
    DeliveryCause.DECIDED_OTHERWISE: phrase("decided otherwise before it was told"),
    DeliveryCause.CHAT_LEFT: phrase("they had signed out of that chat"),
    DeliveryCause.NOBODY_THERE: phrase("they came back too late for it"),
    DeliveryCause.DROPPED: phrase("dropped by an admin"),
    DeliveryCause.NOT_LOOKED_AFTER: phrase("they no longer looked after the patient"),
}
# A delivery that took no longer is told without its own time.
AT_ONCE = timedelta(minutes=1)
TWICE = 2


def page(found: DeliveryPage, zone: ZoneInfo) -> str:
    """Show where a person can be reached, and a page of what became of their messages."""
    records = found.records
    head = [
        say("📬 <b>Delivery to {person}</b>", person=esc(called(found.person))),
        *_reached(found.person, found.reached, zone),
    ]
    if not records.total:
        return "\n".join([*head, "", say("I've sent them nothing in the last 30 days.")])
    count = say_count(
        "{count} message in the last 30 days, newest first",
        "{count} messages in the last 30 days, newest first",
        records.total,
    )
    lines = [*head, "", count]
    for place, each in numbered(records):
        lines += ["", *_lines(place, each, zone)]
    return "\n".join([*lines, "", say("Times are in {zone}.", zone=zone_name(zone))])


def _reached(person: User, reached: Reachability, zone: ZoneInfo) -> list[str]:
    """Say where the person can be reached now."""
    mail, since = esc(person.email) or say("no email address"), reached.refused_since
    if since:
        mail = say("{email}, refused since {day}", email=mail, day=day(since.astimezone(zone).date()))
    return [f"💬 {_chats(reached)}", f"📧 {mail}"]


def _chats(reached: Reachability) -> str:
    if not reached.chats:
        return say("Blocked the bot") if reached.blocked else say("In no chat at the moment")
    if not reached.blocked:
        return say_count("Signed in in {count} chat", "Signed in in {count} chats", reached.chats)
    # Translators: {blocked} is the number of the chats in which they have blocked the bot.
    return say_count(
        "Signed in in {count} chat, and blocked the bot in {blocked}",
        "Signed in in {count} chats, and blocked the bot in {blocked}",
        reached.chats,
        blocked=reached.blocked,
    )


def _lines(place: int, each: DeliveryRecord, zone: ZoneInfo) -> list[str]:
    what, channel = _what(each), CHANNELS[each.channel] if each.channel else OTHER_CHANNEL
    # Translators: what a message was about, and when the appointment is: "1. A booking for Tue 4 May 2027".
    head = (
        say("<b>{place}. {what}</b> for {when}", place=place, what=what, when=moment(each.start, zone))
        if each.start
        else f"<b>{place}. {what}</b>"
    )
    when = f"{moment(each.made_at, zone)} · " if each.made_at else ""
    return [head, f"{when}{say('{label}: {value}', label=channel, value=ending(each, zone))}"]


def _what(each: DeliveryRecord) -> str:
    if each.is_announcement:
        return say("An announcement")
    what = str(KINDS[each.kind]) if each.kind is not None else unreadable(each.named)
    return f"{what[0].upper()}{what[1:]}"


def ending(each: DeliveryRecord, zone: ZoneInfo) -> str:
    """Say how a message or an email ended, or how far it has got."""
    cause = str(CAUSES[each.cause]) if each.cause else ""
    if each.state is NoticeState.KEPT:
        kept = say("kept until they come back")
        return comma_list([cause or str(CAUSES[DeliveryCause.NO_CHAT]), kept])
    if each.state is NoticeState.WAITING:
        return _waiting(each, cause, zone)
    said = {
        NoticeState.DELIVERED: _delivered(each, zone),
        NoticeState.SHOWN: say("delivered, shown on the card in the chat"),
        NoticeState.SENDING: say("being sent"),
        NoticeState.BEHIND: say("waiting for an earlier message about the same appointment"),
        NoticeState.GIVEN_UP: _because(_given_up(each), cause),
        NoticeState.REFUSED: cause,
        NoticeState.NOT_SENT: _because(say("not sent"), cause),
    }
    return said[each.state]


def _because(what: str, cause: str) -> str:
    return say("{label}: {value}", label=what, value=cause) if cause else what


def _delivered(each: DeliveryRecord, zone: ZoneInfo) -> str:
    """Say that it was delivered, and when, if that was not when it was made."""
    made, ended = each.made_at, each.ended_at
    if made is None or ended is None or ended - made <= AT_ONCE:
        return say("delivered")
    if made.astimezone(zone).date() == ended.astimezone(zone).date():
        # Translators: {time} is a time of day: 10:30 AM.
        return say("delivered at {time}", time=clock_time(ended, zone))
    # Translators: {moment} is a day with a time: Tue 4 May 2027, 10:30 AM.
    return say("delivered at {moment}", moment=moment(ended, zone))


def _waiting(each: DeliveryRecord, cause: str, zone: ZoneInfo) -> str:
    if not each.tries:
        return say("waiting to be sent")
    # Translators: a message waits to be sent; "tried twice, next try at 10:30 AM" follows.
    parts = [say_in("message", "waiting"), _tried(each.tries)]
    if each.next_try:
        parts.append(say("next try at {time}", time=clock_time(each.next_try, zone)))
    said = comma_list(parts)
    return say("{what} ({cause})", what=said, cause=cause) if cause else said


def _given_up(each: DeliveryRecord) -> str:
    lasted = each.tried_for if each.tried_for and each.tried_for >= AT_ONCE else None
    if lasted is None:
        return comma_list([say("given up"), *([_tried(each.tries)] if each.tries else [])])
    if not each.tries:
        return say("given up after {time}", time=span(lasted))
    if each.tries == TWICE:
        return say("given up after {time} and tried twice", time=span(lasted))
    return say_count(
        "given up after {time} and tried once",
        "given up after {time} and tried {count} times",
        each.tries,
        time=span(lasted),
    )


def _tried(count: int) -> str:
    """Say how often it was tried, which stands alone."""
    return say("tried twice") if count == TWICE else say_count("tried once", "tried {count} times", count)


def numbered(records: Page[DeliveryRecord]) -> Iterator[tuple[int, DeliveryRecord]]:
    """Return what is on the page, with its place in the whole list, from 1."""
    return enumerate(records.items, 1 + records.number * records.size)


def sent_again() -> str:
    """Say that one is sent once more."""
    return say("🔁 It is being sent again.")
