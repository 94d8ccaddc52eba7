"""What Telegram may answer to an announcement, and what is known then."""

import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from telegram.ext import ExtBot

from bot.demo.bot_api.telegram import Telegram
from bot.telegram.announcement_channel import ChatAnnouncementChannel
from bot.telegram.retries import RetryingRateLimiter
from bot.telegram.transport import AiohttpRequest
from bot.ui.view import fitting
from services.announcements.sender import SendOutcome
from services.clinic_rules import ClinicRules
from services.clock import SystemClock
from services.errors import TryLater
from services.models.announcements import Announcement, AnnouncementId, AnnouncementState, Audience, Tally
from services.models.people import ChatId, UserId
from tests.town import TOKEN, bot_api
from tests.turning import MONDAY

CHAT = ChatId(5001)
RULES = ClinicRules("Clinic <One>", ZoneInfo("UTC"), None)
SENT = Announcement(
    AnnouncementId("a" * 24),
    UserId("nora"),
    CHAT,
    Audience.PATIENTS,
    "Closed",
    MONDAY,
    AnnouncementState.SENDING,
)
MakeChannel = Callable[[str], ChatAnnouncementChannel]


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    built = Telegram(token=TOKEN, clock=SystemClock())
    built.phone(CHAT, "Asha").start()
    yield built
    await built.close()


@pytest.fixture
async def make() -> AsyncIterator[MakeChannel]:
    """Make a channel for the Bot API at an address, with short time-outs."""
    requests = []

    def made(url: str) -> ChatAnnouncementChannel:
        request = AiohttpRequest(1, read_timeout=0.2, connect_timeout=0.2, pool_timeout=0.05)
        requests.append(request)
        bot: ExtBot[str] = ExtBot(
            TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=RetryingRateLimiter()
        )
        return ChatAnnouncementChannel(bot, RULES)

    yield made
    for request in requests:
        await request.shutdown()


@pytest.fixture
async def channel(telegram: Telegram, make: MakeChannel) -> AsyncIterator[ChatAnnouncementChannel]:
    async with bot_api(telegram) as url:
        built = make(url)
        await built._bot._request[1].initialize()
        yield built


async def test_what_is_sent_is_delivered(telegram: Telegram, channel: ChatAnnouncementChannel) -> None:
    assert await channel.tell(CHAT, "<i> & so on") is SendOutcome.DELIVERED
    assert telegram.phones[CHAT].messages[-1]["text"] == "📣 Clinic <One>\n\n<i> & so on"


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (403, SendOutcome.BLOCKED),
        (400, SendOutcome.REFUSED),
        (500, SendOutcome.UNCLEAR),
        (502, SendOutcome.UNCLEAR),
        (409, SendOutcome.UNCLEAR),
    ],
)
async def test_what_is_refused_is_sent_no_second_time(
    telegram: Telegram, channel: ChatAnnouncementChannel, code: int, fate: SendOutcome
) -> None:
    telegram.faults.refuse("sendMessage", error_code=code, description="Refused")
    assert await channel.tell(CHAT, "Closed") is fate
    assert len(telegram.calls) == 1


async def test_whether_an_unanswered_one_arrived_is_unclear(
    telegram: Telegram, channel: ChatAnnouncementChannel
) -> None:
    for harm in (telegram.faults.drop, telegram.faults.drop_after):
        harm("sendMessage")
        assert await channel.tell(CHAT, "Closed") is SendOutcome.UNCLEAR
    assert len(telegram.calls) == 2


async def test_a_429_and_a_token_that_is_not_known_have_sent_nothing(
    telegram: Telegram, channel: ChatAnnouncementChannel
) -> None:
    telegram.faults.refuse("sendMessage", error_code=429, description="Too Many Requests", retry_after=17)
    with pytest.raises(TryLater) as later:
        await channel.tell(CHAT, "Closed")
    assert later.value.after == timedelta(seconds=17)
    telegram.faults.refuse("sendMessage", error_code=401, description="Unauthorized")
    with pytest.raises(TryLater):
        await channel.tell(CHAT, "Closed")


async def test_where_there_is_no_way_nothing_was_sent(make: MakeChannel) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        channel = make(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        await channel._bot._request[1].initialize()
        with pytest.raises(TryLater):
            await channel.tell(CHAT, "Closed")


async def test_where_nobody_takes_the_call_nothing_was_sent(make: MakeChannel) -> None:
    """A queue of connections that is full: further ones are neither made nor refused."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        channel = make(f"http://127.0.0.1:{full.getsockname()[1]}")
        await channel._bot._request[1].initialize()
        with pytest.raises(TryLater):
            await channel.tell(CHAT, "Closed")


async def test_without_a_place_among_the_connections_nothing_was_sent(
    channel: ChatAnnouncementChannel,
) -> None:
    request = channel._bot._request[1]
    assert isinstance(request, AiohttpRequest)
    await request._places.acquire()
    with pytest.raises(TryLater):
        await channel.tell(CHAT, "Closed")


async def test_how_far_it_is_stands_in_one_message_and_a_new_one_where_that_is_gone(
    telegram: Telegram, channel: ChatAnnouncementChannel
) -> None:
    phone = telegram.phones[CHAT]
    shown = await channel.show(SENT, Tally(waiting=9, delivered=2, blocked=1), is_over=False)
    assert "▓▓▓░░░░░░░░░ 3 of 12" in phone.messages[-1]["text"]
    emails = Tally(waiting=28, delivered=2)
    known = replace(SENT, message_id=shown)
    await channel.show(known, Tally(waiting=9, delivered=3, emails=emails), is_over=False)
    assert "5 of 42 (12 chats, 30 emails)" in phone.messages[-1]["text"]
    for _ in range(2):  # the second time nothing has changed
        assert await channel.show(known, Tally(delivered=12), is_over=False) == shown
    assert phone.messages[-1]["text"].endswith("▓▓▓▓▓▓▓▓▓▓▓▓ 12 of 12")
    phone.forget([shown or 0])
    again = await channel.show(known, Tally(delivered=11, blocked=1), is_over=True)
    assert again not in {shown, None}
    assert phone.messages[-1]["text"].endswith("11 delivered, 1 blocked the bot, 0 failed.")


async def test_an_admin_who_does_not_listen_is_not_shown_anything(
    telegram: Telegram, channel: ChatAnnouncementChannel
) -> None:
    telegram.phones[CHAT].block()
    assert await channel.show(replace(SENT, message_id=7), Tally(), is_over=True) is None
    await channel.ring(SENT, Tally())


async def test_showing_is_tried_again_later(telegram: Telegram, channel: ChatAnnouncementChannel) -> None:
    for code, after in ((502, None), (429, 3)):
        telegram.faults.refuse(
            "sendMessage", error_code=code, description="Refused", retry_after=after, times=2
        )
        for act in (channel.show(SENT, Tally(), is_over=False), channel.ring(SENT, Tally())):
            with pytest.raises(TryLater) as later:
                await act
            assert later.value.after == (timedelta(seconds=after) if after else None)


def test_a_text_is_cut_by_what_is_seen_of_it() -> None:
    escaped = "<b>" + "&amp;" * 4090 + "</b>"
    assert fitting(escaped) == escaped
    assert len(fitting("x" * 5000)) == 4096
