"""What each reader should have heard, on each channel, and what of it came."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import tidy
from bot.demo.bot_api.html_mode import parse_html
from bot.texts.notification_layouts import News, as_message
from bot.texts.notifications import news
from bot.ui.view import fitting
from services.models.appointments import AppointmentStatus
from services.models.notifications import CHAT_ONLY, ChannelName, EventKind, Notice
from services.models.people import User, UserId
from services.notifications.readers import NoticeReaders
from services.storage.notifications import _notice
from tests.chaos.world import World, patiently


@dataclass(frozen=True)
class Told:
    """That a reader should have heard of an event on a channel, and what the message says where it is one."""

    notice: Notice
    to: str
    chat_id: int
    text: str
    # Whether it was closed unsent because something newer, or nothing, was to be told instead.
    is_excused: bool = False


async def all_told(
    world: World, rows: Sequence[Json], stored: Sequence[Json]
) -> dict[tuple[str, str], list[Told]]:
    """Return, by event and reader, what was to be told on each channel: `stored` are the notices."""
    notices, excused = [_notice(row) for row in stored], excuses(rows, stored)
    users: dict[UserId, User] = {}
    readers = NoticeReaders(world.stage.town.storage.users, world.stage.town.assembly.clinic.patients)
    for reader in {notice.reader for notice in notices}:
        user = await patiently(partial(world.stage.town.storage.users.by_id, reader))
        if user is not None:
            users[reader] = user
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for notice in notices:
        user = users[notice.reader]
        text = ""
        if notice.channel is ChannelName.CHAT:
            as_told = await patiently(partial(readers.as_told, notice, user))
            text = _text(world, as_told or notice, user)
        told[notice.event.id, notice.reader].append(
            Told(notice, user.email, notice.chat_id or 0, text, notice.id in excused)
        )
    return told


def _text(world: World, notice: Notice, reader: User) -> str:
    """Return what the message says, without its markup."""
    rules = world.stage.town.assembly.clinic.rules
    return without_markup(news(notice.event.kind, notice.event.facts, reader, rules))


def without_markup(said: News) -> str:
    """Return news as a chat shows it."""
    return tidy(parse_html(fitting(as_message(said)))).text


def excuses(rows: Sequence[Json], stored: Sequence[Json]) -> set[str]:
    """Return the ids of notices that were closed unsent, and rightly.

    One that is older than another of the same appointment, reader and channel that was sent; moves that lead
    back to where the reader knows it to be; all of an appointment that is cancelled; a reminder of a time
    that is no more; what a chat missed that takes none.
    """
    appointments = {row["_id"]: row for row in rows}
    groups: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
    for each in stored:
        for about in _told_of(each):
            appointment_id = str(about.get("appointment_id"))
            if appointment_id in appointments:
                groups[appointment_id, each["reader"], each["channel"]].append(each)
    found: set[str] = set()
    for (appointment_id, _, _), group in groups.items():
        row = appointments[appointment_id]
        is_cancelled = row["status"] == AppointmentStatus.CANCELLED.value
        sent = [each for each in group if not _is_closed_unsent(each)]
        known = max(sent, key=lambda other: other["event"]["facts"]["at"], default=None)
        # Moved on and back before anybody was told of it.
        is_back = known is not None and row["start"] in {
            about["start"] for about in _told_of(known) if about["appointment_id"] == appointment_id
        }
        for each in group:
            facts = each["event"]["facts"]
            is_old = any(facts["at"] < other["event"]["facts"]["at"] for other in sent)
            is_reminder = each["event"]["kind"] == EventKind.REMINDER.value
            is_unfelt = is_back and each["event"]["kind"] == EventKind.MOVED.value
            is_past = is_reminder and (is_cancelled or facts["start"] != row["start"])
            is_late = "until" in facts and each.get("closed_at", facts["at"]) >= facts["until"]
            # What was missed by a chat that blocked the bot is told when it comes back, if it is so still.
            if "missed" in each or (
                _is_closed_unsent(each)
                # What is told of several visits at once is true of some of them at least.
                and "visits" not in facts
                and (is_past or is_late or is_old or is_unfelt or (is_cancelled and not sent))
            ):
                found.add(each["_id"])
    return found


def _told_of(row: Json) -> Sequence[Json]:
    """Return the facts of each appointment of which a notice tells."""
    facts: Json = row["event"]["facts"]
    return facts.get("visits") or [facts]


def _is_closed_unsent(row: Json) -> bool:
    return "closed_at" in row and row["outcome"] not in {"sent", "shown"}


def count(
    world: World, wanted: Sequence[tuple[str, str]], told: dict[tuple[str, str], list[Told]]
) -> tuple[int, list[str], int]:
    """Return how many messages and mails came, which did not, and how many came again."""
    came, again, untold = 0, 0, []
    said: Counter[tuple[int, str]] = Counter()
    for event_id, reader in wanted:
        notices = told[event_id, reader]
        channels = {notice.notice.channel for notice in notices}
        is_for_chats = bool(notices) and notices[0].notice.event.kind in CHAT_ONLY
        wanted_channels = {ChannelName.CHAT} if is_for_chats else set(ChannelName)
        missing = sorted(wanted_channels - channels)
        untold += [f"no {name} of {event_id} for {reader}" for name in missing]
        for notice in notices:
            if notice.is_excused:
                continue
            if notice.notice.channel is ChannelName.CHAT:
                said[notice.chat_id, notice.text] += 1
                continue
            number = world.post.counted[notice.notice.id, notice.to]
            came += min(number, 1)
            again += max(number - 1, 0)
            untold += [] if number else [f"no mail {notice.notice.id} to {notice.to}"]
    for (chat_id, text), number in said.items():
        # Two things may be told in the same words, as when somebody books and cancels one time twice.
        heard = world.chats.sent[chat_id][text]
        came += min(heard, number)
        again += max(heard - number, 0)
        untold += [f"not in chat {chat_id}: {text!r}"] * max(number - heard, 0)
    return came, untold, again
