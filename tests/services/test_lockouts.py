"""Nobody locks another out: strangers' tries, codes and probes count for themselves."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from services.accounts.registration import Registration
from services.errors import (
    ClinicError,
    EmailTaken,
    TooManyCodes,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
    WrongStaffCode,
)
from services.models.announcements import Announcement, AnnouncementId, Audience
from services.models.notifications import EventKind
from services.models.people import ChatId, Role, Scope, Tried
from tests.services.conftest import PASSWORD, Bench

HOME, NEW = ChatId(1), ChatId(2)
STRANGERS = range(600, 630)


async def _outcome(act: Awaitable[object]) -> ClinicError | None:
    try:
        await act
    except ClinicError as error:
        return error
    return None


async def _guessed(bench: Bench, email: str, chats: range = STRANGERS) -> list[ClinicError | None]:
    sign_in = bench.clinic.sessions.sign_in
    return [await _outcome(sign_in(ChatId(chat), email, "wrong password")) for chat in chats]


async def _asked(bench: Bench, chat: int) -> None:
    await (await bench.clinic.new_passwords.ask(ChatId(chat), "asha@example.org", again=True))


async def test_wrong_logins_of_strangers_do_not_lock_a_chat_that_the_account_knows(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org", chat=HOME)
    outcomes = await _guessed(bench, "asha@example.org")
    assert [type(outcome) for outcome in outcomes].count(WrongCredentials) == 5
    await bench.clinic.new_passwords.prove(asha, PASSWORD)
    await bench.clinic.sessions.sign_out(HOME)
    await bench.clinic.sessions.sign_in(HOME, "asha@example.org", PASSWORD)
    refusal = await _outcome(bench.clinic.sessions.sign_in(NEW, "asha@example.org", PASSWORD))
    assert isinstance(refusal, TooManyTries)
    assert (refusal.tried, refusal.scope) == (Tried.PASSWORD, Scope.ADDRESS)


async def test_a_chat_that_the_account_knows_has_five_tries_of_its_own(bench: Bench) -> None:
    asha, tablet = await bench.principal("asha@example.org", chat=HOME), ChatId(3)
    await bench.clinic.sessions.sign_in(tablet, "asha@example.org", PASSWORD)
    for _ in range(5):
        assert isinstance(await _outcome(bench.clinic.new_passwords.prove(asha, "wrong")), WrongPassword)
    assert isinstance(await _outcome(bench.clinic.new_passwords.prove(asha, PASSWORD)), TooManyTries)
    await bench.clinic.sessions.sign_in(tablet, "asha@example.org", PASSWORD)
    refusal = await _outcome(bench.clinic.sessions.sign_in(NEW, "asha@example.org", PASSWORD))
    assert isinstance(refusal, TooManyTries)
    assert refusal.scope is Scope.ADDRESS


async def test_the_chat_that_registered_is_known(bench: Bench) -> None:
    hashed = await bench.clinic.accounts.hash_password(PASSWORD)
    asked = Registration(
        "Asha", "asha@example.org", hashed, Role.PATIENT, None, None, vetted=False, chat_id=HOME
    )
    await bench.clinic.accounts.register(asked)
    await _guessed(bench, "asha@example.org")
    await bench.clinic.sessions.sign_in(HOME, "asha@example.org", PASSWORD)


async def test_strangers_who_have_codes_mailed_stop_neither_the_person_nor_an_admin(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org", chat=HOME)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=NEW)
    renewal = bench.clinic.new_passwords
    await (await renewal.ask(HOME, "asha@example.org"))
    mine = bench.letters.sent[-1].code
    outcomes = [await _outcome(_asked(bench, chat)) for chat in STRANGERS]
    assert [type(outcome) for outcome in outcomes].count(TooManyCodes) == len(STRANGERS) - 5
    await renewal.redeem(HOME, "asha@example.org", mine)
    await renewal.reset_password(nora, asha.id)
    theirs = bench.letters.sent[-1]
    assert theirs.by_clinic
    for chat in list(STRANGERS)[:3]:
        await _outcome(_asked(bench, chat))
        for _ in range(5):
            await _outcome(renewal.redeem(ChatId(chat), "asha@example.org", f"{int(theirs.code) ^ 1:06d}"))
    await renewal.redeem(ChatId(77), "asha@example.org", theirs.code)
    await renewal.renew_forgotten(ChatId(77), "asha@example.org", "a new secret")


@pytest.mark.parametrize("back", [timedelta(minutes=2), timedelta(hours=2), timedelta(days=400)])
async def test_a_clock_that_is_set_back_locks_nobody_for_longer(bench: Bench, back: timedelta) -> None:
    await bench.principal("asha@example.org", chat=HOME)
    await _guessed(bench, "asha@example.org")
    bench.clock.turn(-back)
    await bench.clinic.sessions.sign_in(NEW, "asha@example.org", PASSWORD)


async def test_a_clock_that_is_a_little_behind_gives_no_further_tries(bench: Bench) -> None:
    """Workers' clocks are not the same: what one has counted must count for the other."""
    await bench.user("asha@example.org")
    await _guessed(bench, "asha@example.org")
    bench.clock.turn(-timedelta(seconds=20))
    refusal = await _outcome(bench.clinic.sessions.sign_in(NEW, "asha@example.org", PASSWORD))
    assert isinstance(refusal, TooManyTries)
    assert refusal.retry_at <= bench.clock.now() + timedelta(minutes=15)


async def test_the_staff_code_has_so_many_guesses_over_all_chats_and_the_right_one_costs_none(
    bench: Bench,
) -> None:
    check = bench.clinic.accounts.check_staff_code
    for chat in range(100):
        await check(ChatId(chat), "open-sesame")
    outcomes = [await _outcome(check(ChatId(chat), f"guess {chat}")) for chat in range(40)]
    assert [type(outcome) for outcome in outcomes].count(WrongStaffCode) == 30
    assert isinstance(outcomes[-1], TooManyTries)
    assert (outcomes[-1].tried, outcomes[-1].scope) == (Tried.STAFF_CODE, Scope.CLINIC)


async def test_who_has_an_account_is_told_a_few_times_an_hour_and_the_owner_hears_of_it(bench: Bench) -> None:
    owners = [await bench.user(f"p{number}@example.org") for number in range(8)]
    bench.news.clear()
    check = bench.clinic.accounts.check_email
    outcomes = [await _outcome(check(owner.email, NEW)) for owner in owners]
    assert [type(outcome) for outcome in outcomes] == [EmailTaken] * 5 + [TooManyTries] * 3
    assert isinstance(await _outcome(check("free@example.org", NEW)), TooManyTries)
    await check("free@example.org", HOME)
    for chat in (50, 51):
        await _outcome(check("p0@example.org", ChatId(chat)))
    told = await bench.storage.notifications.unspread(99)
    assert sorted(event.readers[0] for event in told) == sorted(owner.id for owner in owners[:5])
    assert {event.kind for event in told} == {EventKind.ADDRESS_TRIED}
    bench.clock.turn(timedelta(days=1))
    await _outcome(check("p0@example.org", NEW))
    assert len(await bench.storage.notifications.unspread(99)) == 6


async def test_a_list_of_addresses_can_not_be_gone_through(bench: Bench) -> None:
    check = bench.clinic.accounts.check_email
    outcomes = [await _outcome(check(f"free{number}@example.org", NEW)) for number in range(40)]
    assert outcomes.count(None) == 20
    profile, asha = bench.clinic.profile, await bench.principal("asha@example.org", chat=5)
    for number in range(8):
        await bench.user(f"p{number}@example.org")
    found = [await _outcome(profile.check_new_email(asha, f"p{number}@example.org")) for number in range(8)]
    assert [type(each) for each in found].count(EmailTaken) == 5


async def test_registrations_are_limited_in_a_chat_and_in_all_before_anything_is_hashed(bench: Bench) -> None:
    accounts, hashed = bench.clinic.accounts, await bench.clinic.accounts.hash_password(PASSWORD)
    for number in range(5):
        asked = Registration(
            "Asha", f"a{number}@example.org", hashed, Role.PATIENT, None, None, vetted=False, chat_id=HOME
        )
        await accounts.register(asked)
    refusal = await _outcome(accounts.hash_password(PASSWORD, HOME))
    assert isinstance(refusal, TooManyTries)
    assert (refusal.tried, refusal.scope) == (Tried.REGISTRATION, Scope.CHAT)
    many = [_outcome(accounts.hash_password(PASSWORD, ChatId(chat))) for chat in range(1000, 1250)]
    outcomes = await asyncio.gather(*many)
    assert outcomes.count(None) == 200
    assert {error.scope for error in outcomes if isinstance(error, TooManyTries)} == {Scope.CLINIC}


async def test_a_clock_that_is_set_back_keeps_no_announcement_no_admin_and_no_code_waiting(
    bench: Bench,
) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    bela = await bench.user("bela@example.org", Role.ADMIN)
    asha = await bench.user("asha@example.org")
    await bench.storage.admins.mark(nora.id, "left behind", bench.clock.now())
    await bench.clinic.new_passwords.reset_password(nora, asha.id)
    announcement = Announcement(
        AnnouncementId("a"),
        nora.id,
        HOME,
        Audience.EVERYBODY,
        "Closed",
        bench.clock.now() - timedelta(days=1),
    )
    await bench.storage.announcements.add(announcement)
    assert await bench.storage.announcements.claim(bench.clock.now(), timedelta(seconds=30))
    bench.clock.turn(-timedelta(hours=2))
    await bench.clinic.administration.block(nora, bela.id)
    await (await bench.clinic.new_passwords.ask(NEW, "asha@example.org"))
    assert not bench.letters.sent[-1].by_clinic
    assert await bench.storage.announcements.claim(bench.clock.now(), timedelta(seconds=30))
    assert not await bench.storage.announcements.claim(bench.clock.now(), timedelta(seconds=30))


async def test_a_staff_code_is_the_same_whatever_keyboard_composed_its_letters(bench: Bench) -> None:
    bench.clinic.accounts._staff_code = "caf\u00e9-kettle"
    await bench.clinic.accounts.check_staff_code(HOME, "cafe\u0301-kettle")
