"""Cost stays flat: every query runs on an index, without a sort in memory.

That is asked of every query of every test (see tests/fixtures.py); here, of those of one whole story, and
of each call of the storage, so that none is missed.
"""

from pathlib import Path

import pytest

from services.models.people import Role
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.plans import Questions, dreadful
from tests.storage.calls import calls
from tests.town import founded
from tests.turning import TurnableClock

FACET = {"$facet": {"items": [{"$limit": 1}], "counted": [{"$count": "total"}]}}
LOOKUP = {"$lookup": {"from": "sessions", "localField": "name", "foreignField": "token", "as": "found"}}


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
        await asha.talks([("/me", "asha@example.org"), ("«Enter the code»", "What is the code")])
        await asha.talks([(await town.code("asha@example.org"), "is confirmed"), ("/me", "asha@example.org")])
        await asha.talks([("/doctors", "Our doctors"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Next free")])
        await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
        await asha.talks([("«4»", "Which time?"), ("«10:30 AM»", "reason"), ("«Skip»", "Book this")])
        await asha.taps("Confirm")
        await doctor.hears("Appointment booked")
        await doctor.talks([("/appointments", "Asha"), ("«Past»", "Nothing yet")])
        await asha.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
        await asha.taps("Yes, cancel")
        await doctor.hears("Appointment cancelled")
        await admin.talks([("/users", "3 accounts"), ("/users asha", "1 account"), ("«Asha»", "patient")])
        await town.assembly.dialog_timeout.close_expired()
        await asha.says("/logout")
    async with connect(database_url) as database:
        asked = questions.taken(database.name)
        assert len(asked) > 20
        assert await dreadful(database, asked) == []


async def test_every_call_of_the_storage_runs_on_an_index(database_url: str) -> None:
    questions = Questions()
    async with connect(database_url, event_listeners=[questions]) as database:
        storage = Storage.on(database)
        await storage.prepare()
        for call in calls(storage).values():
            await call()
    async with connect(database_url) as database:
        asked = questions.taken(database.name)
        assert len(asked) > 30
        assert await dreadful(database, asked) == []


@pytest.mark.dreadful
async def test_a_query_without_an_index_or_sorted_in_memory_would_be_seen(database_url: str) -> None:
    """The control: what the other tests look for is found when it is there."""
    questions = Questions()
    async with connect(database_url, event_listeners=[questions]) as database:
        await Storage.on(database).prepare()
        questions.taken(database.name)
        users = database["users"]
        await users.find_one({"language": "en"})
        await users.update_one({"language": "en"}, {"$set": {"language": "de"}})
        await users.delete_many({"language": "en"})
        await users.count_documents({"language": "en"})
        await users.distinct("language")
        await users.find_one_and_delete({"language": "en"})
        await users.find({"email": "x"}).sort("language").to_list(None)
        await users.insert_one({"_id": "x", "email": "x", "language": "en"})
        await users.aggregate([{"$match": {"email": "x"}}, {"$sort": {"language": 1}}]).to_list(None)
        await users.aggregate([{"$match": {"email": "x"}}, {"$sort": {"language": 1}}, FACET]).to_list(None)
        await users.aggregate([{"$match": {"email": "x"}}, LOOKUP]).to_list(None)
    async with connect(database_url) as database:
        asked = questions.taken(database.name)
        assert len(await dreadful(database, asked)) == len(asked) == 10
