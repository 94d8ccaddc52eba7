"""What was stored before its acknowledgement was lost is done: at once, or when it is asked for again."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.accounts.registration import Registration
from services.errors import AlreadyDecided, EmailTaken, StorageDown
from services.models.audit import Action
from services.models.people import AccountStatus, ChatId, Principal, Role, UserId
from tests.services.conftest import PASSWORD, Bench

HOME = ChatId(1)
LOOKS = ("by_id", "with_password", "decided")


class Lost:
    """Loses the acknowledgement of the next write; with `looks`, nothing can be looked up after it either."""

    def __init__(self, bench: Bench, patch: pytest.MonkeyPatch, method: str, *, looks: bool) -> None:
        self._users, self._patch = bench.storage.users, patch
        self._lose(method)
        self._looks = looks

    def _lose(self, method: str) -> None:
        really: Callable[..., Awaitable[Any]] = getattr(self._users, method)

        async def applied(*args: Any, **more: Any) -> None:
            await really(*args, **more)
            self._patch.setattr(self._users, method, really)
            if self._looks:
                for look in LOOKS:
                    self._patch.setattr(self._users, look, self._down)
            raise StorageDown

        self._patch.setattr(self._users, method, applied)

    async def _down(self, *_args: object) -> None:
        self._patch.undo()
        raise StorageDown


async def _twice(act: Callable[[], Awaitable[Any]], *, looks: bool) -> Any:
    """Do it once, and once more where the first time nobody could tell."""
    if not looks:
        return await act()
    with pytest.raises(StorageDown):
        await act()
    return await act()


async def _count(bench: Bench, action: Action) -> int:
    page = await bench.storage.audit.page(None, None, number=0, size=50)
    return [entry.action for entry in page.items].count(action)


both = pytest.mark.parametrize("looks", [False, True])


def _registration(
    role: Role = Role.PATIENT, name: str = "Asha", email: str = "asha@example.org"
) -> Registration:
    return Registration(
        name, email, b"hash", role, None, "Cardiology", vetted=False, id=UserId("a" * 24), chat_id=HOME
    )


@both
@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
async def test_a_registration_is_saved_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, role: Role, *, looks: bool
) -> None:
    Lost(bench, monkeypatch, "add", looks=looks)
    user = await _twice(lambda: bench.clinic.accounts.register(_registration(role)), looks=looks)
    assert (user.email, user.role) == ("asha@example.org", role)
    assert await _count(bench, Action.REGISTERED) == 1
    assert len(await bench.storage.notifications.unspread(9)) == (role is Role.DOCTOR)


async def test_what_was_saved_first_stays_and_another_registration_can_not_have_its_address(
    bench: Bench,
) -> None:
    register = bench.clinic.accounts.register
    await register(_registration())
    again = await register(_registration(name="Asha Rao", email="other@example.org"))
    assert (again.name, again.email) == ("Asha", "asha@example.org")
    assert not await bench.storage.users.email_exists("other@example.org")
    with pytest.raises(EmailTaken):
        await register(Registration("Bela", "asha@example.org", b"h", Role.PATIENT, None, None, vetted=False))


@both
async def test_a_mail_address_is_changed_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, looks: bool
) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.profile.send_code(asha, "new@example.org")
    code = bench.letters.sent[0].code
    Lost(bench, monkeypatch, "change", looks=looks)

    async def change() -> Any:
        here: Principal = await bench.clinic.sessions.authenticate(HOME)
        return await bench.clinic.profile.set_email(here, "new@example.org", code)

    assert (await _twice(change, looks=looks)).email == "new@example.org"
    assert await _count(bench, Action.EMAIL_CHANGED) == 1
    assert len(await bench.storage.notifications.unspread(9)) == 1


@both
@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_new_password_is_set(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, looks: bool, forgotten: bool
) -> None:
    asha, renewal = await bench.principal("asha@example.org"), bench.clinic.new_passwords
    await (await renewal.ask(HOME, "asha@example.org"))
    await renewal.redeem(HOME, "asha@example.org", bench.letters.sent[0].code)
    Lost(bench, monkeypatch, "set_password", looks=looks)

    async def renew() -> None:
        if forgotten:
            await renewal.renew_forgotten(HOME, "asha@example.org", "a new secret")
        else:
            await renewal.renew(asha, "a new secret")

    await _twice(renew, looks=looks)
    await bench.clinic.sessions.sign_in(HOME, "asha@example.org", "a new secret")


@both
@pytest.mark.parametrize("action", [Action.APPROVED, Action.REFUSED, Action.BLOCKED, Action.UNBLOCKED])
async def test_a_decision_is_made_once_and_is_ones_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, action: Action, *, looks: bool
) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    asha = await bench.user("asha@example.org", Role.DOCTOR)
    before = {Action.BLOCKED: AccountStatus.ACTIVE, Action.UNBLOCKED: AccountStatus.BLOCKED}
    status = before.get(action, AccountStatus.PENDING)
    await bench.storage.users.change(asha.id, {"status": status.value})
    people = bench.clinic.administration

    async def decide() -> Any:
        if action is Action.BLOCKED:
            return (await people.block(nora, asha.id))[0]
        if action is Action.UNBLOCKED:
            return await people.unblock(nora, asha.id)
        return await people.decide(nora, asha.id, approve=action is Action.APPROVED)

    Lost(bench, monkeypatch, "decide", looks=looks)
    user = await _twice(decide, looks=looks)
    after = AccountStatus.ACTIVE if action in {Action.APPROVED, Action.UNBLOCKED} else AccountStatus.BLOCKED
    assert user.status is after
    assert await _count(bench, action) == 1
    assert len(await bench.storage.notifications.unspread(9)) == 1
    with pytest.raises(AlreadyDecided) as caught:
        await decide()
    assert caught.value.is_yours
    bela = await bench.principal("bela@example.org", Role.ADMIN, chat=2)
    assert await bench.clinic.sessions.sign_in(ChatId(3), "bela@example.org", PASSWORD)
    with pytest.raises(AlreadyDecided):
        await people.block(bela, asha.id) if after is AccountStatus.BLOCKED else await people.unblock(
            bela, asha.id
        )
