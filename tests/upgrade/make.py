"""Make what tests/upgrade/test_upgrade.py opens: PTB_TIMEDELTA=1 python -m tests.upgrade.make

It plays a small clinic through the whole bot, stops the bot in the middle of everything, and writes what is
in the database and on the phones into `stored/`. What is there was written by the version of the commit that
added it, the last one before the modules were laid in packages, and it stays as it is: made anew, it would
only show that a version can read what it has written itself. A later version that stores something new gets
a folder of its own beside it. So this need not run for ever.
"""

import asyncio
import json
import re
import shutil
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bson import json_util  # noqa: TID251 - it dumps what the driver has stored

from services.models.people import Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import EmbeddedMongo
from tests.faults.holding import all_told, held, logged
from tests.intake import patient_intake
from tests.town import PASSWORD, Person, Town, founded
from tests.turning import TurnableClock
from tests.upgrade.loading import EXACT, FACTS, INDEXES, PHONES, STORED

FRIDAY = datetime(2027, 4, 30, 6, 0, tzinfo=UTC)
MONDAY = datetime(2027, 5, 3, tzinfo=UTC)
# The bot is away for so long; meanwhile a reminder has become due.
STOPPED_AT, STARTED_AT = MONDAY + timedelta(hours=9, minutes=59), MONDAY + timedelta(hours=10, seconds=20)

STAFF = {
    "nora": ("Nora Lind", Role.ADMIN, None),
    "ole": ("Ole Lund", Role.ADMIN, None),
    "rao": ("Meera Rao", Role.DOCTOR, "Cardiology"),
    "sen": ("Tomas Sen", Role.DOCTOR, "Dermatology"),
    "vega": ("Ines Vega", Role.DOCTOR, "Neurology"),
}
PATIENTS = ("asha", "bela", "dora", "gita", "hana", "ivo", "jana", "lou", "mina", "rita", "tara", "vera")
# They have an account and are not signed in.
AWAY = ("emil", "lena")
GUESTS = ("cleo", "kai")


class Play:
    """The people, by their names, and what of their doings is not in the database."""

    def __init__(self, town: Town, clock: TurnableClock, stack: AsyncExitStack) -> None:
        self.town = town
        self.clock = clock
        self.stack = stack
        self.people: dict[str, Person] = {}
        self.codes: dict[str, str] = {}

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def links(self) -> dict[str, list[str]]:
        """Return what the links of everybody's mails start the bot with."""
        mails = [(mail.to[0].partition("@")[0], mail.text) for mail in self.town.mailbox.mails]
        found = {name: re.findall(r"\?start=([\w-]+)", text) for name, text in mails if "?start=" in text}
        return dict(sorted(found.items()))

    async def turn_to(self, now: datetime) -> None:
        """Turn the clock, and let the bot do what is due then."""
        self.clock.turn_to(now)
        await self.town.assembly.clinic.periodic.run()
        self.town.assembly.outbox.nudge()
        await all_told(self.town)

    async def books(self, name: str, doctor: str, day: str, at: str) -> None:
        """Book up to the summary and confirm it; the news is told then."""
        await self.to_summary(name, doctor, day, at)
        await self[name].taps("Confirm")
        await all_told(self.town)

    async def to_summary(self, name: str, doctor: str, day: str, at: str) -> None:
        """Go up to the summary of a booking."""
        for says in ("/book", doctor, day, at):
            await self[name].says(says)
        await self[name].taps("Skip")
        assert "Confirm" in "".join(self[name].buttons), self[name].last


async def people(play: Play) -> None:
    """Let everybody come."""
    for name, (full, role, kind) in STAFF.items():
        address = f"{name}@example.org"
        play.people[name] = await play.town.signed_in(full, address, role, kind, by_typing=True)
    for name in PATIENTS:
        full = f"{name.capitalize()} Patel"
        play.people[name] = await play.town.signed_in(full, f"{name}@example.org", by_typing=True)
    for name in AWAY:
        await play.town.account(f"{name.capitalize()} Patel", f"{name}@example.org")
    for name in AWAY + GUESTS:
        play.people[name] = play.town.person(name.capitalize())
    # Dr Vega has one time, for which people wait.
    found = await play.town.storage.users.credentials("vega@example.org")
    assert found is not None
    week = {Weekday.TUESDAY: (Hours(time(10), time(10, 30)),)}
    await play.town.storage.schedules.put(
        UserId(found.user.id), Schedule(weekly=week, horizon=timedelta(days=6))
    )


async def on_friday(play: Play) -> None:
    """Asha books, and for a day no mail goes out: two mails are parked, and the admins are told."""
    town = play.town
    town.mailbox.refuse_with(451, "4.3.0 Come back later", times=100)
    with logged("outbox.again") as again:
        await play.to_summary("asha", "Meera Rao", "2027-05-04", "10:00")
        await play["asha"].taps("Confirm")
        await again.came(times=2)
    await play["rao"].hears("Appointment booked")
    with logged("outbox.parked") as parked:
        play.clock.turn(timedelta(days=1))
        town.assembly.outbox.nudge()
        await parked.came(times=2)
    town.mailbox._refusals.clear()
    await play.turn_to(FRIDAY + timedelta(days=1, hours=1))
    await play["nora"].hears("could not be delivered")
    await play["nora"].taps("Open the outbox")


async def on_saturday(play: Play) -> None:
    """People book, and two wait for Dr Vega's one time."""
    for name, doctor, day, at in (
        ("gita", "Meera Rao", "2027-05-03", "9:00"),
        ("mina", "Meera Rao", "2027-05-03", "10:30"),
        ("jana", "Meera Rao", "2027-05-06", "10:00"),
        ("lou", "Meera Rao", "2027-05-07", "10:00"),
        ("hana", "Tomas Sen", "2027-05-05", "10:00"),
        ("rita", "Tomas Sen", "2027-05-07", "9:00"),
        ("ivo", "Ines Vega", "2027-05-04", "10:00"),
    ):
        await play.books(name, doctor, day, at)
    for name in ("dora", "vera"):
        await play[name].talks(
            [("/doctors", ""), ("«Neurology»", ""), ("«Vega»", "none"), ("«Tell me»", "On which days")]
        )
        await play[name].talks([("«Any day until»", "Which part"), ("«Any time»", "You wait for")])
        play.clock.turn(timedelta(seconds=1))


async def on_monday(play: Play) -> None:
    """Mina is reminded; the doctors are at work; Kai registers as a doctor."""
    await play.turn_to(MONDAY + timedelta(hours=9, minutes=35))
    await play["mina"].hears("Today, 10:30 AM")
    await play["rao"].talks([("/schedule", "booked"), ("«✅ Seen»", "Noted")])
    await play["rao"].talks([("«Propose a follow-up»", "When"), ("«In 2 weeks»", ""), ("«Skip»", "Shall I")])
    await play["rao"].taps("Send")
    await play["gita"].hears("would like to see you again")
    await play["rao"].talks([("/appointments jana", "Jana"), ("«6 May»", ""), ("«Move»", "Move")])
    await play["rao"].talks([("6 May 11:30", "New"), ("I am in theatre", ""), ("yes", "moved")])
    await play["jana"].hears("Appointment moved")
    await play["sen"].talks(
        [("/timeoff 5 May to 5 May", ""), ("«Skip»", "1"), ("«Take it»", "1 appointment is")]
    )
    await play["hana"].hears("Appointment cancelled")
    play.town.telegram.faults.refuse(
        "sendMessage",
        error_code=403,
        description="Forbidden: bot was blocked by the user",
        chat_id=play["rita"].phone.chat_id,
    )
    await play["sen"].talks([("/appointments rita", "Rita"), ("«7 May»", ""), ("«Cancel app»", "")])
    await play["sen"].talks([("«Skip»", ""), ("«Yes, cancel»", "cancelled")])
    for says in ("/register", "Kai Holm", "kai@example.org", PASSWORD):
        await play["kai"].says(says)
    for label in ("Doctor", "Cardiology", "rather not say", "I have none", "Save"):
        await play["kai"].taps(label)
    await play["ole"].hears("waits for approval")
    await all_told(play.town)


async def in_the_middle(play: Play) -> None:
    """Everybody is in the middle of something when the bot is stopped."""
    await play.turn_to(MONDAY + timedelta(hours=9, minutes=54))
    await play["ivo"].talks([("/appointments", ""), ("«4 May»", ""), ("«Cancel app»", "")])
    await play["ivo"].taps("Yes, cancel")
    await play["dora"].hears("A time has opened")
    await all_told(play.town)
    await announced(play)
    await play.turn_to(STOPPED_AT - timedelta(minutes=1))
    await play.to_summary("bela", "Meera Rao", "2027-05-06", "14:00")
    await play["lou"].talks([("/appointments", ""), ("«7 May»", ""), ("«Move»", "Which day?")])
    await play["lou"].talks([("7 May 11:00", "Shall I move it?")])
    for says in ("/register", "Cleo Ray", "cleo@example.org", PASSWORD):
        await play["cleo"].says(says)
    await play["rao"].talks([("/hours", "Working hours"), ("Sat 10-12", "Not saved yet")])
    await play["emil"].talks([("/forgot", ""), ("emil@example.org", "a code is on its way")])
    play.codes["emil"] = await play.town.code("emil@example.org")
    await play["asha"].talks([("/me", ""), ("«Mail»", "new one?"), ("asha.new@example.org", "mailed a code")])
    play.codes["asha"] = await play.town.code("asha.new@example.org")
    await play["lena"].talks([("/book", "sign in"), ("«Sign in»", ""), ("lena@example.org", "password")])
    await play["sen"].talks([("/timeoff 12 May to 12 May", "Save it?")])
    await play["nora"].talks([("/book", "For whom"), ("tara", "What kind"), ("Cardiology", "Who is it")])


async def announced(play: Play) -> None:
    """One announcement is under way, since a chat gives no answer; another is about to be sent."""
    vega = play["vega"].phone.chat_id
    call = await play.stack.enter_async_context(held("sendMessage", chat_id=vega, part="The lift"))
    await play["ole"].talks([("/announce", "Whom"), ("«Doctors»", ""), ("The lift is broken.", "")])
    await play["ole"].taps("Confirm")
    await call.came()
    await play["sen"].hears("The lift is broken")
    await play["ole"].hears("0 of 3")
    await play["ole"].talks([("/announce", "Whom"), ("«Patients»", ""), ("We close early.", "Shall I")])


async def unsaid(play: Play) -> None:
    """Tara books with Dr Sen, and neither his chat nor any mail takes anything."""
    play.clock.turn_to(STOPPED_AT)
    sen = play["sen"].phone.chat_id
    play.town.telegram.faults.refuse(
        "sendMessage", error_code=502, description="Bad Gateway", times=1000, chat_id=sen
    )
    play.town.mailbox.refuse_with(451, "4.3.0 Come back later", times=1000)
    with logged("outbox.again") as again:
        await play.to_summary("tara", "Tomas Sen", "2027-05-06", "9:00")
        await play["tara"].taps("Confirm")
        await again.came(times=3)


async def played(url: str, folder: Path) -> Play:
    """Play it all, and stop the bot while an answer to Gita is on its way: what she asked for is shelved."""
    clock = TurnableClock(FRIDAY)
    async with AsyncExitStack() as stack:
        stack.enter_context(patient_intake())
        stack.enter_context(patch("services.announcements.sender.SECONDS_PER_MESSAGE", 0.0))
        async with founded(url, clock, folder, journal=folder / PHONES) as town:
            play = Play(town, clock, stack)
            for act in (people, on_friday, on_saturday, on_monday, in_the_middle, unsaid):
                await act(play)
            stack.enter_context(patch("bot.telegram.updates.polling.STUCK_SECONDS", 0.01))
            stack.enter_context(patch("bot.telegram.updates.polling.LAST_WORDS_SECONDS", 0.1))
            gita = play["gita"].phone
            call = await stack.enter_async_context(held("sendMessage", chat_id=gita.chat_id))
            with logged("polling.written_down") as line:
                gita.send("/appointments")
                await call.came()
                await line.came()
        call.release(lost=True)
    return play


async def dump(database: Database, folder: Path) -> None:
    """Write each collection, a document a line, and all the indexes.

    Mails that were sent long ago are left out: so many of them say nothing new.
    """
    exact: Any = {"json_options": EXACT, "ensure_ascii": False, "separators": (",", ":")}
    indexes = []
    for name in sorted(await database.list_collection_names()):
        rows = (
            await database[name]
            .find({"$nor": [{"channel": "mail", "outcome": "sent"}]})
            .sort("_id", 1)
            .to_list(None)
        )
        lines = [json_util.dumps(row, **exact) for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        found = await database[name].list_indexes().to_list(None)
        indexes += [json_util.dumps({"collection": name, **index}, **exact) for index in found]
    (folder / INDEXES).write_text("".join(f"{line}\n" for line in indexes), encoding="utf-8")


def what_is_seen(phones: dict[str, Any]) -> dict[str, Any]:
    """Return the chats with what the bot has said in them; what people have typed is not looked at again."""
    for phone in phones["phones"]:
        phone["answers"] = []
        phone["messages"] = [message for message in phone["messages"] if message["from"]["is_bot"]]
    return {**phones, "commands": []}


def readable(value: Any, depth: int) -> str:
    """Return JSON that is spread over lines down to that depth, and in one line below."""
    if depth and isinstance(value, dict) and value:
        rows = [f"{json.dumps(name)}: {readable(item, depth - 1)}" for name, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n}"
    if depth and isinstance(value, list) and value:
        return "[\n" + ",\n".join(readable(item, depth - 1) for item in value) + "\n]"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def main() -> None:
    """Play, and write what is stored then."""
    shutil.rmtree(STORED, ignore_errors=True)
    (STORED / "database").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with EmbeddedMongo(folder / "mongod") as server:
            url = server.replace("/?", "/mediconnect?")
            play = await played(url, folder)
            async with connect(url) as database:
                await dump(database, STORED / "database")
        phones = json.loads((folder / PHONES).read_text(encoding="utf-8"))
    (STORED / PHONES).write_text(f"{readable(what_is_seen(phones), 4)}\n", encoding="utf-8")
    facts = {
        "now": STARTED_AT.isoformat(),
        "chats": {name: person.phone.chat_id for name, person in play.people.items()},
        "codes": play.codes,
        "links": play.links(),
    }
    (STORED / FACTS).write_text(f"{json.dumps(facts, indent=2)}\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
