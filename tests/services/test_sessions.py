"""Tokens (RFC 7519), passwords, and who is signed in."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import bcrypt
import jwt
import pytest

from services.accounts.passwords import Passwords
from services.accounts.tokens import LIFETIME, Claims, Tokens
from services.errors import (
    AccountBlocked,
    AccountPending,
    NotSignedIn,
    PasswordTooLong,
    SessionEnded,
    TooManyTries,
    WeakPassword,
    WrongCredentials,
)
from services.models.audit import Action
from services.models.people import AccountStatus, ChatId, Role, UserId
from tests.services.conftest import KEY, PASSWORD, Bench
from tests.turning import MONDAY

CLAIMS = {"sub": "u", "role": "patient", "jti": "j", "iat": 0, "exp": int((MONDAY + LIFETIME).timestamp())}


def _signed(*, key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(CLAIMS | changes, key, algorithm=algorithm)


def _without(claim: str) -> str:
    return jwt.encode({name: value for name, value in CLAIMS.items() if name != claim}, KEY)


def test_a_token_says_what_was_signed() -> None:
    claims = Claims(UserId("u"), Role.DOCTOR, "j", MONDAY + LIFETIME)
    assert Tokens(KEY).read(Tokens(KEY).issue(claims, MONDAY), MONDAY) == claims


@pytest.mark.parametrize(
    "token",
    [
        _signed(key="another-key-another-key-another-key"),
        _signed(key="", algorithm="none"),
        _signed()[:-2] + "xx",
        "not.a.token",
        "",
        *(_without(claim) for claim in CLAIMS),
        _signed(role="king"),
        _signed(exp=int(MONDAY.timestamp())),
    ],
)
def test_a_token_that_is_forged_incomplete_or_over_is_no_session(token: str) -> None:
    with pytest.raises(SessionEnded):
        Tokens(KEY).read(token, MONDAY)


async def test_a_password_has_eight_characters_and_at_most_seventy_two_bytes() -> None:
    passwords = Passwords(4)
    for weak in ("", "1234567", "       x", "        "):
        with pytest.raises(WeakPassword):
            await passwords.hash(weak)
    for long in ("x" * 73, "é" * 37, "🙂" * 19):
        with pytest.raises(PasswordTooLong):
            await passwords.hash(long)
    for right in ("1234567ö", "x" * 72, "é" * 36, "🙂" * 18):
        hashed = await passwords.hash(right)
        assert await passwords.matches(right, hashed)
        assert not await passwords.matches(right + "x", hashed)
        assert not await passwords.matches(right[:-1], hashed)


async def test_an_unknown_mail_costs_the_same_check(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.user("asha@example.org")
    checks: list[bytes] = []
    real: Callable[[bytes, bytes], bool] = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        checks.append(hashed[:7])
        return real(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    for email in ("asha@example.org", "nobody@example.org"):
        with pytest.raises(WrongCredentials):
            await bench.clinic.sessions.sign_in(ChatId(1), email, "wrong password")
    assert len(checks) == 2
    assert checks[0] == checks[1]  # the same algorithm and cost


async def test_hashing_keeps_nobody_else_waiting() -> None:
    passwords, ticks = Passwords(11), 0

    async def others() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    await passwords.hash("correct horse")
    waiting.cancel()
    assert ticks > 100


async def test_a_session_ends_when_it_is_over_revoked_or_the_account_changes(bench: Bench) -> None:
    sessions, chat = bench.clinic.sessions, ChatId(1)
    with pytest.raises(NotSignedIn):
        await sessions.authenticate(chat)
    principal = await bench.principal("asha@example.org")
    assert (await sessions.authenticate(chat)).id == principal.id
    users = bench.storage.users._users
    for change, refusal in (
        ({"status": AccountStatus.BLOCKED.value}, AccountBlocked),
        ({"status": AccountStatus.PENDING.value}, AccountPending),
        ({"status": AccountStatus.ACTIVE.value, "role": "admin"}, SessionEnded),
    ):
        await users.update_one({"_id": principal.id}, {"$set": change})
        with pytest.raises(refusal):
            await sessions.authenticate(chat)
    await users.update_one({"_id": principal.id}, {"$set": {"role": "patient"}})
    assert await sessions.authenticate(chat)
    bench.clock.turn(LIFETIME)
    with pytest.raises(SessionEnded):
        await sessions.authenticate(chat)
    await sessions.sign_out(chat)
    with pytest.raises(NotSignedIn):
        await sessions.authenticate(chat)


async def test_a_chat_that_must_wait_makes_no_accounts_owner_wait(bench: Bench) -> None:
    """Else one chat could lock everybody out, with five tries for each mail address that it knows."""
    await bench.user("asha@example.org")
    sign_in = bench.clinic.sessions.sign_in
    for number in range(5):
        with pytest.raises(WrongCredentials):
            await sign_in(ChatId(666), f"nobody{number}@example.org", "wrong password")
    for _ in range(9):
        with pytest.raises(TooManyTries):
            await sign_in(ChatId(666), "asha@example.org", "wrong password")
    assert await sign_in(ChatId(1), "asha@example.org", PASSWORD)


async def test_what_state_an_account_is_in_is_said_only_to_who_knows_its_password(bench: Bench) -> None:
    asha = await bench.user("asha@example.org")
    sign_in = bench.clinic.sessions.sign_in
    for status, refusal in ((AccountStatus.PENDING, AccountPending), (AccountStatus.BLOCKED, AccountBlocked)):
        change = {"$set": {"status": status.value}}
        await bench.storage.users._users.update_one({"_id": asha.id}, change)
        with pytest.raises(WrongCredentials):
            await sign_in(ChatId(1), "asha@example.org", "wrong password")
        with pytest.raises(refusal):
            await sign_in(ChatId(1), "asha@example.org", PASSWORD)
        with pytest.raises(NotSignedIn):
            await bench.clinic.sessions.authenticate(ChatId(1))


async def test_signing_out_ends_this_chats_session_and_no_other(bench: Bench) -> None:
    await bench.principal("asha@example.org", chat=1)
    sessions = bench.clinic.sessions
    await sessions.sign_in(ChatId(2), " ASHA@Example.org", PASSWORD)
    await sessions.sign_out(ChatId(1))
    await sessions.sign_out(ChatId(1))
    with pytest.raises(NotSignedIn):
        await sessions.authenticate(ChatId(1))
    assert (await sessions.authenticate(ChatId(2))).chat_id == 2


async def test_a_session_of_an_account_that_is_gone_or_with_another_key_is_over(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    sessions = bench.clinic.sessions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions._tokens, "_key", "another-key-another-key-another-key")
        with pytest.raises(SessionEnded):
            await sessions.authenticate(ChatId(1))
    await bench.storage.users._users.delete_one({"_id": asha.id})
    with pytest.raises(SessionEnded):
        await sessions.authenticate(ChatId(1))


async def test_a_password_holds_any_characters_and_is_compared_whole() -> None:
    passwords = Passwords(4)
    for password in ("nul\0 inside", "пароль-مرور", " spaces  around ", "🙂🙂🙂🙂🙂🙂🙂🙂"):
        hashed = await passwords.hash(password)
        assert password.encode() not in hashed
        assert await passwords.matches(password, hashed)
        assert not await passwords.matches(password.replace("\0", "\0x").strip() + "!", hashed)
    assert not await passwords.matches("nobody's password", None)
    assert (await passwords.hash(PASSWORD)) != (await passwords.hash(PASSWORD))


async def test_a_burst_of_tries_counts_in_full_and_the_window_slides(bench: Bench) -> None:
    await bench.user("asha@example.org")

    async def guess(chat: int) -> type[Exception]:
        try:
            await bench.clinic.sessions.sign_in(ChatId(chat), "asha@example.org", "wrong password")
        except (WrongCredentials, TooManyTries) as error:
            return type(error)
        raise AssertionError

    outcomes = await asyncio.gather(*(guess(chat) for chat in range(30)))
    assert outcomes.count(WrongCredentials) == 5
    bench.clock.turn(timedelta(minutes=14, seconds=59))
    assert await guess(99) is TooManyTries
    # Tries that were refused did not count: the wait is over when the first five are.
    bench.clock.turn(timedelta(seconds=1))
    assert (await bench.clinic.sessions.sign_in(ChatId(99), "asha@example.org", PASSWORD)).user.name == "Asha"


async def test_who_may_not_sign_in_though_the_password_is_right_is_noted(bench: Bench) -> None:
    user = await bench.user("asha@example.org")
    await bench.storage.users._users.update_one({"_id": user.id}, {"$set": {"status": "blocked"}})
    with pytest.raises(AccountBlocked):
        await bench.clinic.sessions.sign_in(ChatId(1), "asha@example.org", PASSWORD)
    entry = await bench.clinic.audit.latest(user.id, frozenset({Action.SIGN_IN_FAILED}))
    assert entry is not None
