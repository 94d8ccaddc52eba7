"""/audit: newest first, by person and by day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks.admins import FindAudit, ShowAudit
from bot.callbacks.tap import Tap, short_search
from services.models.audit import Action
from services.models.people import Role, User, UserId
from tests.town import Person, Town
from tests.turning import TurnableClock

DAY = timedelta(days=1)


@pytest.fixture
async def nora(town: Town) -> Person:
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def asha(town: Town, nora: Person, clock: TurnableClock) -> User:
    """Asha, who was blocked today, and unblocked tomorrow, and today is tomorrow."""
    asha = await town.account("Asha Patel", "asha@example.org")
    await noted(town, Action.BLOCKED, asha.id)
    clock.turn(DAY + timedelta(hours=4, minutes=30))
    await nora.signs_in("nora@example.org")
    await noted(town, Action.UNBLOCKED, asha.id)
    return asha


async def noted(town: Town, action: Action, subject: str | None = None) -> None:
    """Note that Nora did something."""
    found = await town.storage.users.credentials("nora@example.org")
    assert found is not None
    await town.assembly.clinic.audit.note(action, actor=found.user.id, subject=subject)


async def test_all_is_shown_newest_first_under_its_days(nora: Person, asha: User) -> None:
    shown = await nora.says("/audit")
    assert "🧾 Who did what: " in shown
    tuesday, monday = shown.index("Tue 4 May 2027"), shown.index("Mon 3 May 2027")
    unblocked = shown.index(f"10:30 AM · Nora Lind unblocked {asha.name}.")
    blocked = shown.index("06:00 AM · Nora Lind blocked Asha Patel.")
    assert tuesday < unblocked < monday < blocked
    assert "Times are in UTC." in shown


async def test_a_person_is_found_by_name_or_mail_and_leads_to_the_account(nora: Person, asha: User) -> None:
    for wanted in ("asha", "asha@example.org", "PATEL"):
        shown = await nora.says(f"/audit {wanted}")
        assert "What Asha Patel did, and what was done for them" in shown
        assert "unblocked Asha Patel" in shown
        assert "Nora Lind signed in" not in shown
    assert asha.email in await nora.taps("Account")


async def test_of_several_one_is_chosen(town: Town, nora: Person) -> None:
    for number in range(8):
        await town.account(f"Rao {number}", f"r{number}@example.org")
    await nora.talks(
        [("/audit rao", "8 accounts with “rao”"), ("«›»", "8 accounts"), ("«Rao 7»", "Rao 7 did")]
    )
    await nora.talks([("/audit <nobody>", "No account with “<nobody>”."), ("«Everything»", "Who did what")])


async def test_a_day_is_read_forgivingly_and_as_one_that_is_over(nora: Person, asha: User) -> None:
    for typed in ("2027-05-03", "3 May", "yesterday", "Monday", "3.5."):
        shown = await nora.says(f"/audit {typed}")
        assert "Who did what, Mon 3 May 2027" in shown
        assert f"Nora Lind blocked {asha.name}." in shown
        assert "unblocked" not in shown
    assert "Nora Lind unblocked Asha Patel." in await nora.taps("Tue 4 May ▶")
    assert not any("▶" in label for label in nora.buttons)
    assert "Nora Lind blocked Asha Patel." in await nora.taps("◀ Mon 3 May")
    assert "Nothing was recorded." in await nora.says("/audit tomorrow")
    assert "That day doesn't exist." in await nora.says("/audit 2027-02-30")
    for edge in ("0001-01-01", "9999-12-31", "9999-12-30"):
        assert "🧾" in await nora.says(f"/audit {edge}")


async def test_days_are_those_of_the_zone_in_which_times_are_shown(
    nora: Person, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dialogs.context.ClinicContext.zone", ZoneInfo("America/Los_Angeles"))
    shown = await nora.says("/audit 2027-05-02")
    assert f"11:00 PM · Nora Lind blocked {asha.name}." in shown
    assert "Times are in Los Angeles time." in shown


async def test_pages_of_eight_keep_the_person_and_the_day(town: Town, nora: Person, asha: User) -> None:
    for _ in range(9):
        await noted(town, Action.APPROVED, asha.id)
    await nora.talks([("/audit asha", "entries, newest first"), ("«›»", "Nora Lind unblocked Asha Patel")])
    assert "2/2" in nora.buttons
    await nora.talks(
        [("«Today»", "did, and what was done for them, Tue 4 May 2027: 10 entries"), ("«›»", "unblocked")]
    )
    await nora.talks(
        [("«›»", "approved"), ("«◀ Mon 3 May»", "did, and what was done for them, Mon 3 May 2027")]
    )


async def test_what_a_forged_button_names_is_shown_as_far_as_it_is_known(nora: Person) -> None:
    await nora.says("/audit")
    card = nora.last_id
    assert "What a former user did" in await nora.taps_raw(card, f"audit:99:{'f' * 24}:")
    assert "Nothing was recorded." in nora.last
    assert "🧾 Who did what: 2 entries" in await nora.taps_raw(card, "audit:999999::")


async def test_nobody_else_sees_the_audit(town: Town) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    assert "🚫 Only admins can do that." in await asha.says("/audit")


def test_a_page_button_fits_with_a_person_and_a_day() -> None:
    for tap in (
        ShowAudit(999_999, UserId("f" * 24), "2027-05-03"),
        FindAudit(999_999, short_search("Ж" * 40)),
    ):
        assert Tap.unpack(tap.pack()) == tap
