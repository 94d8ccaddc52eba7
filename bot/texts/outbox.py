"""What admins are told of messages that could not be delivered: of what kind they are, never what they say."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.texts.formats import esc, moment, shortened, zone_name
from services.models.notifications import ChannelName, DeadLetter, EventKind
from services.models.paging import Page
from services.notifications.dead_letters import OutboxPage

CHANNELS = {ChannelName.CHAT: "chat", ChannelName.MAIL: "email"}
KINDS = {
    EventKind.BOOKED: "a booking",
    EventKind.CANCELLED: "a cancellation",
    EventKind.MOVED: "a move",
    EventKind.SERIES_BOOKED: "a booking of a series",
    EventKind.SERIES_MOVED: "a move of a series",
    EventKind.SERIES_CANCELLED: "a cancellation of a series",
    EventKind.REMINDER: "a reminder",
    EventKind.FOLLOW_UP: "a proposed follow-up",
    EventKind.RUNNING_LATE: "news that the doctor is late",
    EventKind.CALLED: "a call into the room",
    EventKind.MESSAGE: "a message to a patient",
    EventKind.DIGEST: "a doctor's day",
    EventKind.DOCTOR_WAITS: "a doctor waiting for approval",
    EventKind.DOCTOR_APPROVED: "an approved doctor",
    EventKind.DOCTOR_REFUSED: "a refused doctor",
    EventKind.NAME_WAITS: "a doctor's new name waiting for approval",
    EventKind.NAME_APPROVED: "a doctor's new name",
    EventKind.NAME_REFUSED: "a doctor's new name that was refused",
    EventKind.ACCOUNT_BLOCKED: "a blocked account",
    EventKind.ACCOUNT_UNBLOCKED: "an account that is open again",
    EventKind.EMAIL_CHANGED: "a new email address",
    EventKind.EMAIL_CORRECTED: "a corrected email address",
    EventKind.PASSWORD_CHANGED: "a new password",
    EventKind.ADDRESS_TRIED: "an email address that someone else used",
    EventKind.SLOT_OPENED: "a time that opened up",
    EventKind.SCHEDULE_CHANGED: "a change of a doctor's hours",
    EventKind.PATIENT_SHARED: "somebody who looks after a patient, too",
    EventKind.PATIENT_LEFT: "a patient with an account of their own",
    EventKind.PATIENTS_MERGED: "two patients who are one",
    EventKind.MERGE_WAITS: "two appointments at one time",
    EventKind.UNDELIVERED: "messages that could not be delivered",
}
GONE = "a former user"
NOBODY = "to someone I don't know"
MOST_NAME = 40


def page(found: OutboxPage, zone: ZoneInfo) -> str:
    """Show how the outbox stands, and a page of what is parked."""
    backlog, parked = found.backlog, found.dead_letters
    lines = [
        "📮 <b>Outbox</b>",
        "",
        f"Waiting to be sent: {backlog.waiting:,}"
        + (f", {backlog.late:,} of them late" if backlog.late else ""),
        f"Failed after a day of attempts: {backlog.dead_letters:,}",
    ]
    for place, each in numbered(parked):
        reader = found.readers.get(each.reader)
        lines += [
            "",
            f"<b>{place}. {esc(reader.name) if reader else GONE if each.reader else NOBODY}</b>",
            f"{CHANNELS[each.channel] if each.channel else 'another channel'}: {_what(each)}",
            f"Due since {moment(each.since, zone)}. Last problem: {esc(each.why)}",
        ]
    if not parked.total:
        return "\n".join([*lines, "", "Nothing has failed. There's nothing for you to do here."])
    return "\n".join(
        [*lines, "", f"Times are in {zone_name(zone)}. Retry sends a message again now. Drop gives it up."]
    )


def _what(parked: DeadLetter) -> str:
    if parked.kind is not None:
        return KINDS[parked.kind]
    named = f" ({esc(shortened(parked.named, MOST_NAME))})" if parked.named else ""
    return f"something this version can't read{named}"


def numbered(parked: Page[DeadLetter]) -> Iterator[tuple[int, DeadLetter]]:
    """Return what is on the page, with its place in the whole list, from 1."""
    return enumerate(parked.items, 1 + parked.number * parked.size)


def retried(count: int) -> str:
    """Say that so many are tried again."""
    if not count:
        return "There's nothing left to retry."
    return f"🔁 {'1 message is' if count == 1 else f'{count:,} messages are'} being sent again."


def dropped() -> str:
    """Say that one was given up."""
    return "🗑 Dropped. That message won't be sent."


def mail_refused(email: str) -> str:
    """Say once, at the next visit, that no email arrives, and what to do."""
    return (
        f"📪 Email to {esc(email)} is refused, so I'm not sending any there for now."
        " You can change the address in /me, or try the same one again."
    )
