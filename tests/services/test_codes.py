"""One-time codes: kept as seals, good for one thing, one address, one chat, five tries, fifteen minutes."""

import asyncio
import unicodedata
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.attempts import code_counters
from services.accounts.one_time_codes import (
    STRANGERS_TRIES,
    OneTimeCodes,
    Purpose,
    looks_like_code,
    read_code,
)
from services.accounts.tokens import Tokens
from services.errors import BadCode, ClinicError, CodeExpired, MailDown, TooManyCodes, WrongCode
from services.models.people import ChatId, Role, Scope
from tests.services.conftest import KEY, Bench

CHAT = ChatId(1)


@pytest.fixture
def codes(bench: Bench) -> OneTimeCodes:
    return OneTimeCodes(
        codes=bench.storage.one_time_codes,
        attempts=bench.storage.attempts,
        tokens=Tokens(KEY),
        clock=bench.clock,
    )


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_code_is_in_no_document(bench: Bench, codes: OneTimeCodes) -> None:
    code = await codes.make(Purpose.RESET, "a@b.c", "a@b.c", chat_id=CHAT)
    stored = await bench.storage.one_time_codes._codes.find_one({"_id": "reset:a@b.c:1"})
    assert code not in str({name: value for name, value in stored.items() if name != "expires_at"})
    assert stored["seal"] != Tokens("another-key-another-key-another-key").seal(
        "code", "reset", "a@b.c", "a@b.c", code
    )


@pytest.mark.parametrize(
    ("purpose", "subject", "address"),
    [
        (Purpose.EMAIL, "asha", "a@b.c"),
        (Purpose.RESET, "bela", "a@b.c"),
        (Purpose.RESET, "asha", "x@y.z"),
    ],
)
async def test_a_code_is_good_for_nothing_else(
    codes: OneTimeCodes, purpose: Purpose, subject: str, address: str
) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=CHAT)
    with pytest.raises((WrongCode, CodeExpired)):
        await codes.redeem(purpose, subject, address, code, CHAT)
    await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT)


async def test_of_a_burst_of_tries_five_are_looked_at(codes: OneTimeCodes) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=CHAT)

    async def outcome(text: str) -> ClinicError | None:
        try:
            await codes.redeem(Purpose.RESET, "asha", "a@b.c", text, CHAT)
        except ClinicError as error:
            return error
        return None

    wrong = [outcome(_wrong(code)) for _ in range(30)]
    found = await asyncio.gather(*wrong)
    left = sorted((error.tries_left for error in found if isinstance(error, WrongCode)), reverse=True)
    assert left == [4, 3, 2, 1, *[0] * 26]
    assert isinstance(await outcome(code), WrongCode)


async def test_a_code_ends_after_a_quarter_of_an_hour(bench: Bench, codes: OneTimeCodes) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=CHAT)
    bench.clock.turn(timedelta(minutes=15) - timedelta(seconds=1))
    await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT)
    await codes.check_redeemed(Purpose.RESET, "asha", CHAT)
    bench.clock.turn(timedelta(seconds=1))
    for check in (
        codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT),
        codes.check_redeemed(Purpose.RESET, "asha", CHAT),
    ):
        with pytest.raises(CodeExpired):
            await check


async def test_a_code_is_the_chats_that_asked_and_another_chat_can_not_use_it_up(codes: OneTimeCodes) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=CHAT)
    for left in (4, 3, 2, 1, 0, 0):
        with pytest.raises(WrongCode) as caught:
            await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, ChatId(2))
        assert caught.value.tries_left == left
    await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=ChatId(2))
    for _ in range(2):
        await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT)
    await codes.check_redeemed(Purpose.RESET, "asha", CHAT)
    with pytest.raises(CodeExpired):
        await codes.check_redeemed(Purpose.RESET, "asha", ChatId(2))


async def _guessed(codes: OneTimeCodes, wrong: str, chats: range) -> None:
    for chat in chats:
        for _ in range(5):
            with pytest.raises(WrongCode):
                await codes.redeem(Purpose.RESET, "asha", "a@b.c", wrong, ChatId(chat))


async def test_the_clinics_code_is_for_any_chat_and_a_stranger_can_not_use_it_up(codes: OneTimeCodes) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=None, by_clinic=True)
    await _guessed(codes, _wrong(code), range(100, 103))
    await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT)
    with pytest.raises(CodeExpired):
        await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, ChatId(2))


async def test_of_the_clinics_code_all_strangers_have_so_many_tries_and_known_chats_their_own(
    codes: OneTimeCodes,
) -> None:
    code = await codes.make(Purpose.RESET, "asha", "a@b.c", chat_id=None, by_clinic=True)
    await _guessed(codes, _wrong(code), range(100, 100 + STRANGERS_TRIES // 5))
    with pytest.raises(WrongCode):
        await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, ChatId(99))
    await codes.redeem(Purpose.RESET, "asha", "a@b.c", code, CHAT, is_known=True)


async def test_a_code_from_before_codes_were_kept_by_chat_is_good(bench: Bench, codes: OneTimeCodes) -> None:
    seal = codes._seal(Purpose.RESET, "asha", "a@b.c", "123456")
    end = bench.clock.now() + timedelta(minutes=5)
    old = {"_id": "reset:asha", "seal": seal, "tries": 1, "expires_at": end, "kept_until": end}
    await bench.storage.one_time_codes._codes.insert_one(old)
    await codes.redeem(Purpose.RESET, "asha", "a@b.c", "123456", CHAT)
    await codes.check_redeemed(Purpose.RESET, "asha", CHAT)


async def test_a_code_that_nobody_asked_for_reads_as_any_other(codes: OneTimeCodes) -> None:
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as caught:
            await codes.redeem(Purpose.RESET, "asha", "a@b.c", "123456", CHAT)
        assert caught.value.tries_left == left


async def _emailed(codes: OneTimeCodes, failure: ClinicError | None = None) -> str:
    sent = ""
    with suppress(MailDown):
        async with codes.emailing(Purpose.EMAIL, "asha", "a@b.c") as code:
            sent = code
            if failure:
                raise failure
    return sent


async def _is_good(codes: OneTimeCodes, code: str) -> bool:
    try:
        await codes.redeem(Purpose.EMAIL, "asha", "a@b.c", code, CHAT)
    except (WrongCode, CodeExpired):
        return False
    return True


async def test_a_code_replaces_the_earlier_one_once_it_is_on_its_way(codes: OneTimeCodes) -> None:
    first, second = await _emailed(codes), await _emailed(codes)
    assert not await _is_good(codes, first)
    assert await _is_good(codes, second)


@pytest.mark.parametrize("times", [1, 2])
async def test_where_a_code_can_not_be_emailed_the_earlier_one_stays_good(
    bench: Bench, codes: OneTimeCodes, times: int
) -> None:
    first = await _emailed(codes)
    for _ in range(times):
        unsent = await _emailed(codes, MailDown())  # it may have gone out all the same
    assert await _is_good(codes, unsent)
    assert await _is_good(codes, first)
    bench.clock.turn(timedelta(minutes=15))
    assert not await _is_good(codes, first)


async def test_a_used_code_is_not_good_beside_the_next_one(codes: OneTimeCodes) -> None:
    first = await _emailed(codes)
    assert await _is_good(codes, first)
    await _emailed(codes, MailDown())
    assert not await _is_good(codes, first)


async def test_two_codes_that_are_good_have_five_tries_together(codes: OneTimeCodes) -> None:
    first = await _emailed(codes)
    for _ in range(3):
        assert not await _is_good(codes, _wrong(first))
    unsent = await _emailed(codes, MailDown())
    wrong = next(f"{n:06d}" for n in range(3) if f"{n:06d}" not in {first, unsent})
    for _ in range(2):
        assert not await _is_good(codes, wrong)
    assert not await _is_good(codes, first)
    assert await _is_good(codes, unsent)


async def test_an_admins_code_that_is_not_sent_leaves_the_one_that_was_asked_for(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha = await bench.principal("asha@example.org")
    await bench.storage.users.change(asha.id, {"email_verified": False})
    asha = await bench.clinic.sessions.authenticate(ChatId(1))
    await bench.clinic.email_verification.send_code(asha)
    bench.letters.down = MailDown()
    with pytest.raises(MailDown):
        await bench.clinic.email_verification.correct(nora, asha.id, "asha.p@example.org")
    with pytest.raises(MailDown):
        await bench.clinic.email_verification.send_code(asha)
    confirmed = await bench.clinic.email_verification.confirm(asha, bench.letters.sent[0].code)
    assert confirmed.email_verified is True


async def test_five_codes_an_hour_and_no_more(bench: Bench, codes: OneTimeCodes) -> None:
    for _ in range(5):
        await codes.pace(*code_counters(CHAT, "a@b.c", is_known=False))
    for chat in (CHAT, ChatId(2)):
        with pytest.raises(TooManyCodes) as caught:
            await codes.pace(*code_counters(chat, "a@b.c", is_known=False))
        assert caught.value.retry_at == bench.clock.now() + timedelta(hours=1)
        assert caught.value.scope is (Scope.CHAT if chat == CHAT else Scope.ADDRESS)
    # A chat that the account knows has a count of its own.
    await codes.pace(*code_counters(ChatId(3), "a@b.c", is_known=True))
    bench.clock.turn(timedelta(hours=1))
    await codes.pace(*code_counters(CHAT, "a@b.c", is_known=False))


@pytest.mark.parametrize(
    ("text", "expected"), [("042137", "042137"), (" 042 137 ", "042137"), ("042-137", "042137")]
)
def test_a_code_may_be_typed_in_groups(text: str, expected: str) -> None:
    assert read_code(text) == expected


WORDS = st.text(st.characters(exclude_categories=["Nd", "No", "Nl", "Cs"]), max_size=12)
GAPS = st.sampled_from(["", " ", "-", " - ", ".", "\u00a0", "\n", "–"])


@given(st.from_regex(r"[0-9]{6}", fullmatch=True), st.lists(GAPS, min_size=5, max_size=5), WORDS, WORDS)
def test_a_code_is_read_out_of_whatever_is_typed_around_it(
    code: str, gaps: list[str], before: str, after: str
) -> None:
    typed = code[0] + "".join(gap + digit for gap, digit in zip(gaps, code[1:], strict=True))
    assert read_code(f"{before}{typed}{after}") == code
    wide = typed.translate({ord(str(n)): ord("０") + n for n in range(10)})
    assert read_code(wide) == code
    assert read_code(typed.translate({ord(str(n)): ord("٠") + n for n in range(10)})) == code
    assert looks_like_code(typed)


@given(st.text(max_size=40))
def test_anything_else_is_no_code(text: str) -> None:
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(str(unicodedata.decimal(char)) for char in plain if unicodedata.category(char) == "Nd")
    try:
        assert read_code(text) == digits
        assert len(digits) == 6
    except BadCode:
        pass
    assert not looks_like_code(f"{text}x")


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "12345x", "٠٤٢١٣", "½½½½½½", "-123456-1", "4 May 2027 1"]
)
def test_what_is_no_code_costs_no_try(text: str) -> None:
    with pytest.raises(BadCode):
        read_code(text)


def test_a_seal_depends_on_each_part_and_on_the_key() -> None:
    seals: set[Any] = {
        Tokens(key).seal(*parts)
        for key in (KEY, KEY[::-1])
        for parts in (("a", "b"), ("ab",), ("a", "b", ""), ("b", "a"))
    }
    assert len(seals) == 8
