"""What admins are told of messages that could not be delivered: of what kind they are, never what they say."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.localization.messages import Words, number, phrase, say, say_count
from bot.texts.appointments import A_FORMER_USER
from bot.texts.formats import esc, moment, shortened, zone_name
from services.models.notifications import Backlog, ChannelName, DeadLetter, EventKind
from services.models.paging import Page
from services.models.people import User
from services.notifications.dead_letters import OutboxPage

CHANNELS = {ChannelName.CHAT: phrase("chat"), ChannelName.MAIL: phrase("email")}
# Translators: what a message was about that could not be delivered; each stands alone, after a colon or on a line.
KINDS = {
    EventKind.BOOKED: phrase("a booking"),
    EventKind.CANCELLED: phrase("a cancellation"),
    EventKind.MOVED: phrase("a move"),
    EventKind.SERIES_BOOKED: phrase("a booking of a series"),
    EventKind.SERIES_MOVED: phrase("a move of a series"),
    EventKind.SERIES_CANCELLED: phrase("a cancellation of a series"),
    EventKind.REMINDER: phrase("a reminder"),
    EventKind.FOLLOW_UP: phrase("a proposed follow-up"),
    EventKind.RUNNING_LATE: phrase("news that the doctor is late"),
    EventKind.CALLED: phrase("a call into the room"),
    EventKind.MESSAGE: phrase("a message to a patient"),
    EventKind.DIGEST: phrase("a doctor's day"),
    EventKind.DOCTOR_WAITS: phrase("a doctor waiting for approval"),
    EventKind.DOCTOR_APPROVED: phrase("an approved doctor"),
    EventKind.DOCTOR_REFUSED: phrase("a refused doctor"),
    EventKind.NAME_WAITS: phrase("a doctor's new name waiting for approval"),
    EventKind.NAME_APPROVED: phrase("a doctor's new name"),
    EventKind.NAME_REFUSED: phrase("a doctor's new name that was refused"),
    EventKind.ACCOUNT_BLOCKED: phrase("a blocked account"),
    EventKind.ACCOUNT_UNBLOCKED: phrase("an account that is open again"),
    EventKind.EMAIL_CHANGED: phrase("a new email address"),
    EventKind.EMAIL_CORRECTED: phrase("a corrected email address"),
    EventKind.PASSWORD_CHANGED: phrase("a new password"),
    EventKind.ADDRESS_TRIED: phrase("an email address that someone else used"),
    EventKind.SLOT_OPENED: phrase("a time that opened up"),
    EventKind.SCHEDULE_CHANGED: phrase("a change of a doctor's hours"),
    EventKind.PATIENT_SHARED: phrase("somebody who looks after a patient, too"),
    EventKind.PATIENT_LEFT: phrase("a patient with an account of their own"),
    EventKind.PATIENTS_MERGED: phrase("two patients who are one"),
    EventKind.MERGE_WAITS: phrase("two appointments at one time"),
    EventKind.CALLBACK_WANTED: phrase("a patient who asks to be called"),
    EventKind.UNDELIVERED: phrase("messages that could not be delivered"),
}
# Translators: stands where the name of the person stands whom a message was for.
NOBODY = phrase("to someone I don't know")
OTHER_CHANNEL = phrase("another channel")
MOST_NAME = 40


# The last failure of a message is stored in these words, and they have never changed.
PROBLEMS = {
    "mail server not reached": phrase("mail server not reached"),
    "Telegram asked to wait": phrase("Telegram asked to wait"),
    "Telegram not reached": phrase("Telegram not reached"),
    "no answer": phrase("no answer"),
    "something unexpected": phrase("something unexpected"),
    "this version can't read it": phrase("this version can't read it"),
}
# Here a code follows (RFC 5321 section 4.2).
SERVER_SAID = "mail server said "  # no words


def page(found: OutboxPage, zone: ZoneInfo) -> str:
    """Show how the outbox stands, and a page of what is parked."""
    backlog, parked = found.backlog, found.dead_letters
    failed = say("Failed after a day of attempts: {count}", count=number(backlog.dead_letters))
    title = say("Outbox")
    lines = [f"📮 <b>{title}</b>", "", _waiting(backlog), failed]
    for place, each in numbered(parked):
        lines += ["", *_lines(place, each, found.readers.get(each.reader), zone)]
    if not parked.total:
        return "\n".join([*lines, "", say("Nothing has failed. There's nothing for you to do here.")])
    how = say("Retry sends a message again now. Drop gives it up.")
    return "\n".join([*lines, "", f"{say('Times are in {zone}.', zone=zone_name(zone))} {how}"])


def _waiting(backlog: Backlog) -> str:
    waiting = number(backlog.waiting)
    if not backlog.late:
        return say("Waiting to be sent: {count}", count=waiting)
    return say("Waiting to be sent: {count}, {late} of them late", count=waiting, late=number(backlog.late))


def _lines(place: int, each: DeadLetter, reader: User | None, zone: ZoneInfo) -> list[str]:
    whom: Words = esc(reader.name) if reader else A_FORMER_USER if each.reader else NOBODY
    channel: Words = CHANNELS[each.channel] if each.channel else OTHER_CHANNEL
    since = moment(each.since, zone)
    return [
        f"<b>{place}. {whom}</b>",
        say("{label}: {value}", label=channel, value=_what(each)),
        say("Due since {when}. Last problem: {problem}", when=since, problem=_problem(each.why)),
    ]


def _problem(why: str) -> str:
    """Return the last failure in the reader's words; one of a version that is not known stays as it is."""
    if why.startswith(SERVER_SAID):
        # Translators: the code follows with which a mail server has refused an email: 451.
        return say("mail server said {code}", code=esc(why.removeprefix(SERVER_SAID)))
    return str(PROBLEMS[why]) if why in PROBLEMS else esc(why)


def _what(parked: DeadLetter) -> str:
    return str(KINDS[parked.kind]) if parked.kind is not None else unreadable(parked.named)


def unreadable(named: str) -> str:
    """Return what is said of a message of a kind that this version does not know."""
    if not named:
        return say("something this version can't read")
    return say("something this version can't read ({name})", name=esc(shortened(named, MOST_NAME)))


def numbered(parked: Page[DeadLetter]) -> Iterator[tuple[int, DeadLetter]]:
    """Return what is on the page, with its place in the whole list, from 1."""
    return enumerate(parked.items, 1 + parked.number * parked.size)


def retried(count: int) -> str:
    """Say that so many are tried again."""
    if not count:
        return say("There's nothing left to retry.")
    return say_count(
        "🔁 {count} message is being sent again.", "🔁 {count} messages are being sent again.", count
    )


def dropped() -> str:
    """Say that one was given up."""
    return say("🗑 Dropped. That message won't be sent.")


def mail_refused(email: str) -> str:
    """Say once, at the next visit, that no email arrives, and what to do."""
    return say(
        "📪 Email to {email} is refused, so I'm not sending any there for now."
        " You can change the address in /me, or try the same one again.",
        email=esc(email),
    )
