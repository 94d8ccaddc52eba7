"""What is left of those who looked after somebody, and of whom they looked after, once they are gone."""

from datetime import timedelta

from services.models.people import Role
from services.storage.mongo.driver import connect
from tests.dialogs.test_handing_over import adds, books, code_of
from tests.faults.holding import all_told
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

LOOKS_AFTER = "«I look after»"


async def _found(url: str, *words: str) -> list[tuple[str, str, str]]:
    """Return where these words are in the database: the word, the collection and the document."""
    found = []
    async with connect(url) as database:
        for name in await database.list_collection_names():
            for row in await database[name].find({}, comment=OURS).hint("_id_").to_list(None):
                found += [(word, name, str(row)) for word in words if word in str(row)]
    return found


async def _leaves(town: Town, person: Person, clock: TurnableClock) -> None:
    """Delete the account, and let the order for it end."""
    await person.talks([("/forgetme", "Delete your account"), ("«Yes, delete it»", "deleted")])
    clock.turn(timedelta(minutes=3))
    await town.assembly.clinic.periodic.run()


async def _desk(town: Town) -> Person:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    rita = await town.signed_in("Rita Moss", "rita@example.org", Role.RECEPTIONIST)
    await adds(rita, "Quokka Zett", "+44 20 7946 0018")
    return rita


async def test_nothing_is_left_of_a_carer_nor_then_of_whom_the_other_looked_after(
    town: Town, clock: TurnableClock, database_url: str
) -> None:
    rita = await _desk(town)
    code = await code_of(rita)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    tom = await town.signed_in("Tomlinson Fox", "tomfox@example.org")
    await asha.talks([(f"/claim {code}", "Quokka"), (LOOKS_AFTER, "You look after")])
    await asha.talks([("/book", "Who is it for?"), ("«Quokka Zett»", "")])
    await books(asha)
    await asha.talks([("/family", "look after"), ("«Quokka Zett»", "")])
    code = await code_of(asha)
    await tom.talks([(code, "You have been given a code"), (LOOKS_AFTER, "You look after Quokka")])
    await asha.hears("Tomlinson Fox looks after")
    await all_told(town)
    await _leaves(town, tom, clock)
    assert await _found(database_url, "Tomlinson", "tomfox") == []
    await _leaves(town, asha, clock)
    assert await _found(database_url, "Quokka", "+442079460018", "Asha", "asha@") == []


async def test_who_has_joined_a_patient_with_their_own_takes_all_of_them_along(
    town: Town, clock: TurnableClock, database_url: str
) -> None:
    rita = await _desk(town)
    tom = await town.signed_in("Tomlinson Fox", "tomfox@example.org")
    her = await town.signed_in("Quokka Zett", "quokka@example.org")
    code = await code_of(rita)
    await tom.talks([(f"/claim {code}", "Quokka"), (LOOKS_AFTER, "You look after")])
    await tom.talks([("/family", "look after"), ("«Quokka Zett»", "")])
    code = await code_of(tom)
    await her.talks(
        [(f"/claim {code}", "Do you look after"), ("«That's me»", ""), ("«Yes, that's me»", "Done")]
    )
    await tom.hears("has an account of their own now")
    await all_told(town)
    await _leaves(town, her, clock)
    clock.turn(timedelta(minutes=10))
    await town.assembly.clinic.periodic.run()
    assert await _found(database_url, "Quokka", "+442079460018", "quokka@") == []
