"""Passwords: whose turn it is to be hashed, and letters that keyboards write in two ways."""

import asyncio
import hashlib
import unicodedata

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.accounts.hash_queue import HashQueue, Urgency
from services.accounts.passwords import MIN_LENGTH, Passwords, _common, check_password
from services.errors import CommonPassword, WeakPassword
from services.models.people import ChatId
from tests.services.conftest import PASSWORD, Bench


async def test_sign_ins_come_before_registrations_and_chats_take_turns() -> None:
    passwords, done = Passwords(4), list[str]()
    queue, free = HashQueue(passwords._threads), asyncio.Event()
    loop = asyncio.get_running_loop()

    def first() -> None:
        asyncio.run_coroutine_threadsafe(free.wait(), loop).result()

    async def job(name: str, urgency: Urgency, by: int) -> None:
        await queue.run(lambda: done.append(name), urgency, by)

    jobs = [asyncio.create_task(queue.run(first, Urgency.REGISTRATION, 0))]
    crowd = ((Urgency.REGISTRATION, ("a1", "a2", "a3", "b1")), (Urgency.SIGN_IN, ("x1", "x2", "y1")))
    jobs += [asyncio.create_task(job(name, lane, ord(name[0]))) for lane, names in crowd for name in names]
    left = asyncio.create_task(job("gone", Urgency.SIGN_IN, 99))
    await asyncio.sleep(0)
    left.cancel()
    free.set()
    await asyncio.gather(*jobs)
    assert done == ["x1", "y1", "x2", "a1", "b1", "a2", "a3"]
    with pytest.raises(ZeroDivisionError):
        await queue.run(lambda: 1 // 0, Urgency.SIGN_IN)
    assert await queue.run(lambda: hashlib.sha256(b"").digest_size, Urgency.SIGN_IN) == 32
    passwords.close()


LETTERS = st.sampled_from("éñöçàêşğÅ각한ạ中aZ1 ")
PAUSE = settings(max_examples=25, deadline=None)


@PAUSE
@given(st.text(LETTERS, min_size=8, max_size=12), *[st.sampled_from(["NFC", "NFD"])] * 2)
def test_a_password_is_the_same_whatever_keyboard_composed_its_letters(text: str, one: str, two: str) -> None:
    async def is_right() -> bool:
        passwords = Passwords(4)
        try:
            hashed = await passwords.hash(unicodedata.normalize("NFC", f"{text}x") + "longer")
            older = bcrypt.hashpw(unicodedata.normalize(one, text).encode(), bcrypt.gensalt(4))  # type: ignore[arg-type]
            typed = unicodedata.normalize(two, text)  # type: ignore[arg-type]
            new = await passwords.hash("longer" + unicodedata.normalize(one, text))  # type: ignore[arg-type]
            return (
                await passwords.matches(typed, older)
                and await passwords.matches("longer" + typed, new)
                and not await passwords.matches(typed, hashed)
            )
        finally:
            passwords.close()

    assert asyncio.run(is_right())


async def test_a_password_of_nobody_is_compared_with_a_hash_as_dear_as_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared, check = list[bytes](), bcrypt.checkpw

    def noted(form: bytes, hashed: bytes) -> bool:
        compared.append(hashed)
        return check(form, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", noted)
    passwords = Passwords(5)
    stored = await passwords.hash("correct horse")
    assert not await passwords.matches("correct horse", None)
    assert not await passwords.matches("wrong horse", stored)
    passwords.close()
    # bcrypt's cost stands before the salt, and it refuses what is no hash.
    costs = [hashed[:7] for hashed in compared]
    assert costs == [b"$2b$05$"] * len(costs)
    assert {len(hashed) for hashed in compared} == {len(stored)}
    assert compared[0] != stored


@pytest.mark.parametrize(
    "common",
    ["password", "PassWord", "12345678", "iloveyou1", " Qwertyuiop ", "ｐａｓｓｗｏｒｄ１"],
)
def test_a_common_password_is_refused_however_it_is_written(common: str) -> None:
    with pytest.raises(CommonPassword):
        check_password(common)


def test_others_are_not_and_the_list_is_of_those_that_are_long_enough() -> None:
    for right in (PASSWORD, "mediconnect", "password of mine", "12345678 and more"):
        check_password(right)
    assert len(_common()) > 8_000
    assert all(len(word) >= MIN_LENGTH and word == word.casefold() for word in _common())
    for weak in ("dragon", "monkey"):
        with pytest.raises(WeakPassword):
            check_password(weak)


async def test_an_account_that_has_a_common_password_still_signs_in(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    stored = bcrypt.hashpw(b"password1", bcrypt.gensalt(4))
    await bench.storage.users.change(asha.id, {"password_hash": stored})
    assert await bench.clinic.sessions.sign_in(ChatId(2), "asha@example.org", "password1")
    for refused in (
        bench.clinic.new_passwords.renew(asha, "password1"),
        bench.clinic.accounts.hash_password("password1"),
    ):
        with pytest.raises(CommonPassword):
            await refused
