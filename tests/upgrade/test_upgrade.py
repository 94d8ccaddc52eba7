"""A database that an earlier version has written, opened by this one: everybody goes on where they were.

See make.py for how it came to be. The bot was stopped at 9:59 and starts again at 10:00:20.
"""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.callbacks.revision import read_stamp
from bot.callbacks.tap import Tap
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.faults.holding import all_told, mailed
from tests.localization.pseudo import CODE, marked
from tests.plans import OURS
from tests.town import PASSWORD, founded
from tests.turning import TurnableClock
from tests.upgrade.loading import PHONES, STORED, Facts, OldTown, load

FACTS = Facts.read()
NEW = "a new secret"


@pytest.fixture
async def old(database_url: str, tmp_path: Path) -> AsyncIterator[OldTown]:
    """The town in which the bot of this version has just been started on what the earlier one has left."""
    await load(database_url)
    # As every start does: what this version needs, and that has not.
    async with connect(database_url) as database:
        await Storage.on(database).prepare()
    shutil.copy(STORED / PHONES, tmp_path)
    clock = TurnableClock(FACTS.now)
    async with founded(database_url, clock, tmp_path, journal=tmp_path / PHONES) as town:
        yield OldTown(town, FACTS)


async def stored(database_url: str, collection: str, **query: Any) -> list[dict[str, Any]]:
    """Return documents, oldest first."""
    async with connect(database_url) as database:
        rows = await database[collection].find(query, comment=OURS).to_list(None)
    return sorted(rows, key=lambda row: str(row["_id"]))


async def booked(database_url: str, email: str) -> list[str]:
    """Return when somebody is booked."""
    (user,) = await stored(database_url, "users", email=email)
    rows = await stored(database_url, "appointments", patient_id=user["_id"], status="booked")
    return sorted(f"{row['start']:%d %H:%M}" for row in rows)


async def test_a_held_time_is_still_held_and_the_old_summary_books_it(
    old: OldTown, database_url: str
) -> None:
    vera = old["vera"]
    await vera.talks([("/book rao", "Which day"), ("2027-05-06", "Which time"), ("14:00", "not free")])
    await old.taps("bela", "Confirm")
    assert await booked(database_url, "bela@example.org") == ["06 14:00"]
    await old.taps("lou", "Confirm")
    assert await booked(database_url, "lou@example.org") == ["07 11:00"]
    for name in ("bela", "lou"):
        await mailed(old.town.mailbox, f"{name}@example.org")


async def test_whoever_was_registering_goes_on_with_the_next_answer_and_the_password_is_known(
    old: OldTown,
) -> None:
    cleo = old["cleo"]
    await cleo.talks([("patient", "gender"), ("«rather not say»", "Is this right"), ("«Save»", "ready")])
    await cleo.talks([("/logout", "signed out"), ("«Sign in»", "mail"), ("cleo@example.org", "password")])
    assert "you are signed in" in await cleo.says(PASSWORD)


async def test_codes_that_were_mailed_before_are_taken(old: OldTown, database_url: str) -> None:
    emil, asha = old["emil"], old["asha"]
    await emil.talks([(FACTS.codes["emil"], "Choose a password"), (NEW, "password"), (NEW, "Hello Emil")])
    await asha.says(FACTS.codes["asha"])
    assert len(await stored(database_url, "users", email="asha.new@example.org")) == 1


async def test_dialogs_of_staff_go_on_with_all_that_was_answered(old: OldTown, database_url: str) -> None:
    await old.taps("rao", "Preview & save")
    await old["rao"].taps("Save")
    (hours,) = [
        row["weekly"]
        for row in await stored(database_url, "schedules")
        if any(each["weekday"] == "saturday" for each in row["weekly"])
    ]
    assert {"weekday": "saturday", "start": "10:00", "end": "12:00"} in hours
    await old.taps("sen", "Save")
    (off,) = [row["time_off"] for row in await stored(database_url, "schedules") if row.get("time_off")]
    assert [f"{each['start']:%d}" for each in off] == ["05", "12"]
    await old["nora"].talks([("Rao", "Which day"), ("2027-05-06", "Which time"), ("15:00", "reason")])
    await old.taps("ole", "Confirm")
    await old["tara"].hears("We close early.")


async def test_whoever_was_signing_in_gets_to_what_was_wanted(old: OldTown) -> None:
    assert "What kind of doctor" in await old["lena"].says(PASSWORD)


async def test_what_was_on_its_way_arrives_once(old: OldTown) -> None:
    town = old.town
    await town.assembly.clinic.periodic.run()
    await old["sen"].hears("Appointment booked\nPatient: Tara Patel")
    await old["asha"].hears("Tomorrow, 10:00 AM: Dr Meera Rao")
    await old["ole"].hears("2 delivered, 0 blocked the bot, 1 failed")
    await all_told(town)
    assert said(old, "sen", "Patient: Tara Patel") == 1
    assert said(old, "asha", "Tomorrow, 10:00 AM") == 1
    mails = sorted((mail.to[0], mail.subject.partition(":")[0]) for mail in town.mailbox.mails)
    assert mails == [
        ("asha@example.org", "Reminder"),
        ("sen@example.org", "Booked"),
        ("tara@example.org", "Booked"),
    ]


def said(old: OldTown, name: str, part: str) -> int:
    """Return how many messages of a chat have that in them."""
    return sum(part in message.get("text", "") for message in old[name].messages)


async def test_what_was_acknowledged_and_not_answered_is_answered(old: OldTown, database_url: str) -> None:
    await old["gita"].hears("Upcoming appointments")
    await old["gita"].says("/help")
    assert await stored(database_url, "updates") == []


async def test_whoever_was_away_hears_what_they_missed_at_their_next_word(old: OldTown) -> None:
    await old["rita"].says("/help")
    await old["rita"].hears("While you were away")
    assert said(old, "rita", "While you were away") == 1


async def test_what_could_not_be_delivered_is_sent_again_by_an_old_button(old: OldTown) -> None:
    await old["nora"].says("/cancel")
    await old.taps("nora", "Retry all")
    await mailed(old.town.mailbox, "rao@example.org")
    mail = await old.town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Booked" in m.subject)
    assert "Tue 4 May 2027, 10:00 AM" in mail.text


async def test_times_that_were_offered_are_taken_by_their_old_buttons(
    old: OldTown, database_url: str
) -> None:
    await old.taps("dora", "Take it")
    await old.taps("gita", "Tue 18 May")
    await old.taps("hana", "Thu 6 May")
    assert await booked(database_url, "dora@example.org") == ["04 10:00"]
    assert await booked(database_url, "gita@example.org") == ["18 09:00"]
    assert await booked(database_url, "hana@example.org") == ["06 10:00"]
    assert "1 doctor" in await old["vera"].says("/waitlist")


async def test_times_that_were_offered_are_taken_by_the_links_of_old_mails(
    old: OldTown, database_url: str
) -> None:
    for name, link in (("dora", "slot_"), ("gita", "next_"), ("hana", "take_")):
        parameter = [each for each in FACTS.links[name] if each.startswith(link)][-1]
        await old[name].settled(old[name].phone.start(parameter))
    assert await booked(database_url, "dora@example.org") == ["04 10:00"]
    assert await booked(database_url, "gita@example.org") == ["19 09:00"]
    assert await booked(database_url, "hana@example.org") == ["07 10:00"]


async def test_old_buttons_of_news_and_cards_do_what_they_say(old: OldTown, database_url: str) -> None:
    await old.taps("mina", "Confirm")
    await old.taps("jana", "That suits me")
    confirmed = await stored(database_url, "appointments", confirmed_at=FACTS.now)
    assert {f"{row['start']:%d %H:%M}" for row in confirmed} == {"03 10:30", "06 11:30"}
    assert "Dr Meera Rao" in await old.taps("asha", "Open the appointment")
    await old["asha"].talks([("«Cancel appointment»", "Cancel Dr"), ("«Yes, cancel»", "cancelled")])
    await old["rao"].hears("Appointment cancelled\nPatient: Asha Patel")
    await old.taps("ole", "Approve")
    assert "already approved" in await old.taps("nora", "Refuse")
    assert "Hello Kai" in await old["kai"].signs_in("kai@example.org")


@pytest.mark.parametrize("name", ["nora", "rao", "vera"])
async def test_whoever_was_signed_in_is_still(old: OldTown, name: str) -> None:
    assert f"{name}@example.org" in await old[name].says("/me")


@pytest.mark.usefixtures("pseudo")
async def test_whoever_had_no_language_is_answered_in_that_of_their_telegram(
    old: OldTown, database_url: str
) -> None:
    (before,) = await stored(database_url, "users", email="vera@example.org")
    assert (before["language"], "language_chosen" in before) == ("en", False)
    old["vera"].phone.user["language_code"] = CODE
    await old["vera"].says("/me")
    assert marked("🌐 Language") in old["vera"].buttons
    (after,) = await stored(database_url, "users", email="vera@example.org")
    assert (after["language"], after["language_chosen"]) == (CODE, True)
    assert "vera@example.org" in await old["vera"].says("/me")
    assert "nora@example.org" in await old["nora"].says("/me")
    assert "🌐 Language" in old["nora"].buttons
    (other,) = await stored(database_url, "users", email="nora@example.org")
    assert "language_chosen" not in other


async def test_what_was_done_before_is_in_the_audit(old: OldTown) -> None:
    assert "Ole Lund made an announcement to doctors" in await old["nora"].says("/audit")


@pytest.mark.parametrize("data", sorted(FACTS.buttons()))
def test_every_old_button_is_one_that_this_version_knows(data: str) -> None:
    meant, _ = read_stamp(data)
    assert Tap.unpack(meant).pack(under_notice=meant.startswith("+")) == meant
