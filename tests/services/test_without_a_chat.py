"""Somebody who acts without a chat, as over HTTP: what they may do, and how their tries are counted."""

import json
from dataclasses import replace

import pytest

from services.errors import ChatNeeded, CodeExpired, NotSignedIn, TooManyCodes, TooManyTries, WrongPassword
from services.models.announcements import AnnouncementId, Audience
from services.models.people import ChatId, Principal, Role
from tests.services.conftest import PASSWORD, Bench

ADDRESS = "asha@example.org"


async def _without_a_chat(bench: Bench, role: Role = Role.PATIENT) -> Principal:
    return replace(await bench.principal(ADDRESS, role), chat_id=None)


async def _guesses_wrong(bench: Bench, principal: Principal) -> None:
    with pytest.raises(WrongPassword):
        await bench.clinic.new_passwords.prove(principal, "wrong")


async def test_tries_of_a_password_are_counted_by_account_and_not_by_session(bench: Bench) -> None:
    asha = await _without_a_chat(bench)
    for number in range(5):
        await _guesses_wrong(bench, replace(asha, session_id=f"session {number}"))
    with pytest.raises(TooManyTries):
        await bench.clinic.new_passwords.prove(asha, PASSWORD)
    await bench.clinic.new_passwords.prove(replace(asha, chat_id=ChatId(1)), PASSWORD)


async def test_another_account_without_a_chat_has_tries_of_its_own(bench: Bench) -> None:
    asha = await _without_a_chat(bench)
    bela = replace(await bench.principal("bela@example.org", chat=2), chat_id=None)
    for _ in range(5):
        await _guesses_wrong(bench, asha)
    await bench.clinic.new_passwords.prove(bela, PASSWORD)


async def test_a_right_password_is_forgiven_and_a_new_one_ends_the_sessions_in_chats(bench: Bench) -> None:
    asha = await _without_a_chat(bench)
    for _ in range(2):
        for _ in range(4):
            await _guesses_wrong(bench, asha)
        await bench.clinic.new_passwords.prove(asha, PASSWORD)
    await bench.clinic.new_passwords.renew(asha, "a new secret")
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(ChatId(1))


async def test_the_address_is_changed_with_a_code_of_which_there_are_a_few_an_hour(bench: Bench) -> None:
    asha, profile = await _without_a_chat(bench), bench.clinic.profile
    assert await profile.check_new_email(asha, "new@example.org") == "new@example.org"
    for _ in range(5):
        await profile.send_code(asha, "new@example.org")
    with pytest.raises(TooManyCodes):
        await profile.send_code(asha, "new@example.org")
    code = bench.letters.sent[-1].code
    for _ in range(2):  # done twice, it is done once
        assert (await profile.set_email(asha, "new@example.org", code)).email == "new@example.org"
    with pytest.raises(CodeExpired):
        await profile.set_email(replace(asha, chat_id=ChatId(1)), "new@example.org", code)


async def test_the_file_of_ones_data_has_the_tries_and_deleting_the_account_removes_them(
    bench: Bench,
) -> None:
    asha = await _without_a_chat(bench)
    await _guesses_wrong(bench, asha)
    everything = json.loads(await bench.clinic.personal_data.file(asha))
    keys = {f"chat:{asha.id}", f"mail:{ADDRESS}:{asha.id}", f"mail:{ADDRESS}"}
    assert keys <= {row["of"] for row in everything["tries"]}
    await bench.clinic.account_deletion.leave(asha)
    await bench.clinic.periodic.run()
    kept = await bench.storage.personal_data.tries(sorted(keys))
    assert kept == []


async def test_all_chats_are_shown_and_ended_from_outside_of_them(bench: Bench) -> None:
    asha = await _without_a_chat(bench)
    await bench.clinic.sessions.sign_in(ChatId(2), ADDRESS, PASSWORD)
    assert {each.chat_id for each in (await bench.clinic.sessions.chats(asha, 0)).items} == {1, 2}
    assert await bench.clinic.sessions.end_others(asha) == 2


async def test_an_announcement_needs_a_chat_in_which_it_is_shown_how_far_it_is(bench: Bench) -> None:
    admin = await _without_a_chat(bench, Role.ADMIN)
    with pytest.raises(ChatNeeded):
        await bench.clinic.announcements.start(admin, AnnouncementId("a" * 24), Audience.EVERYBODY, "Closed")
