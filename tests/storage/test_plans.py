"""Cost stays flat: every query of the whole story runs on an index, without a sort in memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.models import Role
from services.storage.driver import Database, connect
from services.storage.storage import Storage
from tests.storage.calls import calls
from tests.town import PASSWORD, founded
from tests.turning import TurnableClock

ASKS = {"find", "aggregate", "distinct", "findAndModify", "update", "delete"}
# What belongs to the wire and not to the question.
WIRE = {"lsid", "$db", "$clusterTime", "txnNumber", "writeConcern", "$readPreference", "ordered"}
DREADED = {"COLLSCAN", "SORT"}


class Questions(CommandListener):
    """Keeps each kind of question that is asked of the database once."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, Any]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ASKS:
            command = {name: value for name, value in event.command.items() if name not in WIRE}
            self.asked.setdefault(_shape(command), command)

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


def _shape(value: Any) -> str:
    """Return what a question looks like without its values."""
    return json.dumps(value, default=lambda _value: "…", sort_keys=True)[:400]


def _explained(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the commands that ask for the plans of a command."""
    name = next(iter(command))
    if name in {"update", "delete"}:
        parts = command.get("updates") or command.get("deletes") or []
        for part in parts:
            yield {name: command[name], f"{name}s": [part]}
    else:
        yield dict(command)


async def _dreadful(database: Database, questions: Questions) -> list[dict[str, Any]]:
    """Return the questions whose plan goes through a whole collection or sorts in memory."""
    found = []
    for command in questions.asked.values():
        for question in _explained(command):
            plan = await database.command({"explain": question, "verbosity": "queryPlanner"})
            if DREADED & set(_stages(plan)):
                found.append(question)
    return found


def _stages(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for key, value in plan.items():
            if key != "rejectedPlans":
                yield from _stages(value)
    elif isinstance(plan, list):
        for part in plan:
            yield from _stages(part)


async def test_every_query_of_the_story_runs_on_an_index(
    database_url: str, clock: TurnableClock, tmp_path: Path
) -> None:
    questions = Questions()
    options = {"event_listeners": [questions]}
    async with founded(database_url, clock, tmp_path, driver_options=options) as town:
        admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
        doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        asha = town.person()
        await asha.registers("Asha", "asha@example.org")
        await asha.talks([("«Sign in»", "Your password"), (PASSWORD, "you are signed in")])
        await asha.talks([("/doctors", "Our doctors"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Next free")])
        await asha.talks([("/book", "What kind"), ("«Cardiology»", "Whom"), ("«Rao»", "Which day?")])
        await asha.talks([("«4»", "Which time?"), ("«10:30 AM»", "reason"), ("«Skip»", "Shall I")])
        await asha.taps("Confirm")
        await doctor.hears("Appointment booked")
        await doctor.talks([("/appointments", "Asha"), ("«Past»", "Nothing yet")])
        await asha.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
        await asha.taps("Yes, cancel")
        await doctor.hears("Appointment cancelled")
        await admin.talks([("/users", "3 accounts"), ("/users asha", "1 account"), ("«Asha»", "patient")])
        await town.assembly.sweeper.sweep()
        await asha.says("/logout")
    assert len(questions.asked) > 20
    async with connect(database_url) as database:
        assert await _dreadful(database, questions) == []


async def test_every_call_of_the_storage_runs_on_an_index(database_url: str) -> None:
    questions = Questions()
    async with connect(database_url, event_listeners=[questions]) as database:
        storage = Storage.on(database)
        await storage.prepare()
        for call in calls(storage).values():
            await call()
    assert len(questions.asked) > 30
    async with connect(database_url) as database:
        assert await _dreadful(database, questions) == []


async def test_a_query_without_an_index_or_sorted_in_memory_would_be_seen(database_url: str) -> None:
    """The control: what the other tests look for is found when it is there."""
    questions = Questions()
    async with connect(database_url, event_listeners=[questions]) as database:
        await Storage.on(database).prepare()
        users = database["users"]
        await users.find_one({"language": "en"})
        await users.update_one({"language": "en"}, {"$set": {"language": "de"}})
        await users.delete_many({"language": "en"})
        await users.count_documents({"language": "en"})
        await users.distinct("language")
        await users.find_one_and_delete({"language": "en"})
        await users.find({"email": "x"}).sort("language").to_list(None)
        await users.aggregate([{"$match": {"email": "x"}}, {"$sort": {"language": 1}}]).to_list(None)
    async with connect(database_url) as database:
        assert len(await _dreadful(database, questions)) == len(questions.asked) == 8
