"""New passwords: known, forgotten, and taken away by an admin; and what the audit says of it."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import (
    AccountBlocked,
    CodeExpired,
    MailDown,
    NotSignedIn,
    RoleRequired,
    UserUnknown,
    WrongCredentials,
    WrongPassword,
)
from services.models.audit import Action
from services.models.notifications import ChannelName, EventKind
from services.models.people import AccountStatus, ChatId, Role, UserId
from tests.services.conftest import PASSWORD, Bench

NEW = "a new secret"
TABLET = ChatId(2)


async def _noted(bench: Bench) -> list[tuple[Action, str | None]]:
    page = await bench.storage.audit.page(None, None, number=0, size=50)
    return [(entry.action, entry.subject) for entry in reversed(page.items)]


async def test_a_new_password_ends_the_other_sessions_and_is_told(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", PASSWORD)
    with pytest.raises(WrongPassword):
        await bench.clinic.new_passwords.prove(asha, "wrong")
    await bench.clinic.new_passwords.prove(asha, PASSWORD)
    await bench.clinic.new_passwords.renew(asha, NEW)
    assert (await bench.clinic.sessions.authenticate(ChatId(1))).id == asha.id
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(TABLET)
    with pytest.raises(WrongCredentials):
        await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", PASSWORD)
    await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", NEW)
    (event,) = await bench.storage.notifications.unspread(9)
    assert (event.kind, event.readers) == (EventKind.PASSWORD_CHANGED, (asha.id,))
    assert await _noted(bench) == [
        (Action.REGISTERED, asha.id),
        (Action.SIGNED_IN, asha.id),
        (Action.SIGNED_IN, asha.id),
        (Action.PASSWORD_CHANGED, asha.id),
        (Action.SIGN_IN_FAILED, asha.id),
        (Action.SIGNED_IN, asha.id),
    ]


async def test_who_signs_in_with_the_old_password_while_it_is_changed_is_not_signed_in(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    users, real = bench.storage.users, bench.storage.users.credentials

    async def slowly(email: str) -> object:
        found = await real(email)
        users.credentials = real  # type: ignore[method-assign]
        # The old hash is read; then all happens at once, and the sign-in goes on.
        await bench.clinic.new_passwords.renew(asha, NEW)
        return found

    users.credentials = slowly  # type: ignore[method-assign,assignment]
    with pytest.raises(WrongCredentials):
        await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", PASSWORD)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(TABLET)


async def test_a_forgotten_password_ends_all_sessions(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    renewal = bench.clinic.new_passwords
    await (await renewal.ask(TABLET, "asha@example.org"))
    (letter,) = bench.letters.sent
    assert (letter.to, letter.by_clinic) == ("asha@example.org", False)
    assert letter.code not in repr(letter)
    with pytest.raises(CodeExpired):
        await renewal.renew_forgotten(TABLET, "asha@example.org", NEW)
    await renewal.redeem(TABLET, "asha@example.org", letter.code)
    with pytest.raises(CodeExpired):
        await renewal.renew_forgotten(ChatId(3), "asha@example.org", NEW)
    await renewal.renew_forgotten(TABLET, "asha@example.org", NEW)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(ChatId(1))
    assert (await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", NEW)).id == asha.id


@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.PENDING, AccountStatus.BLOCKED])
async def test_who_waits_for_approval_may_forget_and_who_is_blocked_gets_nothing(
    bench: Bench, status: AccountStatus
) -> None:
    user = await bench.user("asha@example.org")
    await bench.storage.users.change(user.id, {"status": status.value})
    for email in ("asha@example.org", "nobody@example.org"):
        await (await bench.clinic.new_passwords.ask(TABLET, email))
    expected = [] if status is AccountStatus.BLOCKED else ["asha@example.org"]
    assert [letter.to for letter in bench.letters.sent] == expected


async def test_an_admin_resets_a_password_with_a_code_to_the_accounts_address(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    asha = await bench.principal("asha@example.org", chat=2)
    await bench.clinic.new_passwords.reset_password(nora, asha.id)
    (letter,) = bench.letters.sent
    assert (letter.to, letter.by_clinic) == ("asha@example.org", True)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(TABLET)
    with pytest.raises(WrongCredentials):
        await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", PASSWORD)
    assert (await _noted(bench))[-2] == (Action.RESET_SENT, asha.id)
    # The code does as one that was asked for.
    await bench.clinic.new_passwords.redeem(TABLET, "asha@example.org", letter.code)
    await bench.clinic.new_passwords.renew_forgotten(TABLET, "asha@example.org", NEW)
    await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", NEW)


async def test_nothing_is_reset_where_the_mail_can_not_go_out(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    asha = await bench.principal("asha@example.org", chat=2)
    bench.letters.down = MailDown()
    with pytest.raises(MailDown):
        await bench.clinic.new_passwords.reset_password(nora, asha.id)
    assert (await bench.clinic.sessions.authenticate(TABLET)).id == asha.id
    await bench.clinic.sessions.sign_in(TABLET, "asha@example.org", PASSWORD)
    assert Action.RESET_SENT not in {action for action, _ in await _noted(bench)}


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
async def test_only_admins_reset_and_only_accounts_that_may_be_used(bench: Bench, role: Role) -> None:
    asha = await bench.principal("asha@example.org", role)
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=2)
    with pytest.raises(RoleRequired):
        await bench.clinic.new_passwords.reset_password(asha, nora.id)
    with pytest.raises(UserUnknown):
        await bench.clinic.new_passwords.reset_password(nora, UserId("nobody"))
    await bench.storage.users.change(asha.id, {"status": AccountStatus.BLOCKED.value})
    with pytest.raises(AccountBlocked):
        await bench.clinic.new_passwords.reset_password(nora, asha.id)
    assert bench.letters.sent == []


async def test_a_code_is_never_in_the_outbox(bench: Bench) -> None:
    await bench.principal("asha@example.org")
    await (await bench.clinic.new_passwords.ask(TABLET, "asha@example.org"))
    assert await bench.storage.notifications.unspread(9) == []
    assert (
        await bench.storage.notifications.claim(ChannelName.MAIL, bench.clock.now(), timedelta(minutes=1))
        == []
    )


async def test_a_failed_login_is_noted_by_account_or_by_a_masked_address(bench: Bench) -> None:
    user = await bench.user("asha@example.org")
    for email in ("asha@example.org", "nobody@example.org", "x"):
        with pytest.raises(WrongCredentials):
            await bench.clinic.sessions.sign_in(TABLET, email, "wrong")
    page = await bench.storage.audit.page(None, None, number=0, size=9)
    failed = [entry for entry in reversed(page.items) if entry.action is Action.SIGN_IN_FAILED]
    assert [(entry.actor, entry.subject, entry.facts) for entry in failed] == [
        (None, user.id, {}),
        (None, None, {"email": "n…@example.org"}),
        (None, None, {"email": "…@x"}),
    ]


async def test_sessions_that_are_ended_are_noted(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    for chat in (2, 3, 4):
        await bench.clinic.sessions.sign_in(ChatId(chat), "asha@example.org", PASSWORD, "Asha (@asha)")
    page = await bench.clinic.sessions.chats(asha, 0)
    assert (page.total, page.items[0].chat_id, page.items[1].label) == (4, ChatId(1), "Asha (@asha)")
    await asyncio.gather(*(bench.clinic.sessions.end(asha, ChatId(2)) for _ in range(3)))
    assert await bench.clinic.sessions.end_others(asha) == 2
    assert await bench.clinic.sessions.end_others(asha) == 0
    noted = [subject for action, subject in await _noted(bench) if action is Action.SESSIONS_ENDED]
    assert noted == [asha.id] * 2
