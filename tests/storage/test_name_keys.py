"""What accounts are found by: kept with the name, and given to accounts from before it was kept."""

from dataclasses import replace

import pytest

from services.models.people import Role, UserId
from services.storage.mongo.driver import connect
from services.storage.name_keys import KEY_FIELDS
from services.storage.storage import Storage
from tests.storage.conftest import a_user
from tests.turning import MONDAY

NAMES = {
    "jose": "José-María García",
    "brien": "Siobhán O’Brien",
    "jurgen": "Jürgen Groß",
    "soren": "Søren Ødegård",
    "lukasz": "Łukasz Đặng",
    "reza": "علی\u200cرضا Karimi",
    "cruz": "Ana de la Cruz",
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jose", "jose"),
        ("JOSE\u0301", "jose"),
        ("garcia jose", "jose"),
        ("gar maria", "jose"),
        ("jose maria", "jose"),
        ("josemaria", "jose"),
        ("jose-maria", "jose"),
        ("obrien", "brien"),
        ("o'brien", "brien"),
        ("O’BRIEN siobhan", "brien"),
        ("oʼb", "brien"),
        ("brien", "brien"),
        ("gross", "jurgen"),
        ("juergen", "jurgen"),
        ("GROẞ Jurgen", "jurgen"),
        ("odegard", "soren"),
        ("soren oedegaard", "soren"),
        ("lukasz dang", "lukasz"),
        ("علیرضا", "reza"),
        ("delacruz", "cruz"),
        ("cruz, ana", "cruz"),
        ("ruz", "cruz"),
        ("soren@exa", "soren"),
        ("\ufeffJose\u200b", "jose"),
    ],
)
async def test_whoever_is_meant_is_found_however_the_name_is_typed(
    storage: Storage, typed: str, found: str
) -> None:
    for user_id, name in NAMES.items():
        await storage.users.add(a_user(user_id, name=name), b"hash", MONDAY)
    for page in (
        await storage.user_search.search(typed, 0, 9),
        await storage.user_search.patients(typed, 0, 9),
    ):
        assert [user.id for user in page.items] == [found]
        assert page.total == 1


async def test_each_word_must_be_one_of_the_name(storage: Storage) -> None:
    await storage.users.add(a_user("a", name="José García"), b"hash", MONDAY)
    for typed in ("jose lopez", "garcia jose maria", "jos\u00e9x"):
        assert (await storage.user_search.search(typed, 0, 9)).total == 0


async def test_what_is_found_by_words_is_in_order_and_in_pages(storage: Storage) -> None:
    for number, name in enumerate(["Ann D", "Ann A", "Ann B", "Ann B", "Bob"]):
        await storage.users.add(a_user(f"u{number}", name=name), b"hash", MONDAY)
    pages = [await storage.user_search.search("ann", number, 3) for number in (0, 1, 7)]
    assert [[user.id for user in page.items] for page in pages] == [["u1", "u2", "u3"], ["u0"], ["u0"]]
    assert {page.total for page in pages} == {4}


async def test_a_new_name_and_address_are_found_and_the_old_ones_are_not(storage: Storage) -> None:
    await storage.users.add(a_user("a", name="José"), b"hash", MONDAY)
    await storage.users.change(UserId("a"), {"name": "Zoë", "email": "new@clinic.example"})
    for typed, total in (("zoe", 1), ("clinic.ex", 1), ("jose", 0), ("a@example", 0)):
        assert (await storage.user_search.search(typed, 0, 9)).total == total


async def test_accounts_from_before_are_found_after_the_next_start(database_url: str) -> None:
    async with connect(database_url) as database:
        storage = Storage.on(database)
        users = [a_user(f"u{number}", name="José Núñez", role=Role.DOCTOR) for number in range(3)]
        for user in users:
            await storage.users.add(user, b"hash", MONDAY)
        old = dict.fromkeys(KEY_FIELDS, "")
        await database["users"].update_many({"_id": {"$in": ["u0", "u1"]}}, {"$unset": old})
        await database["users"].update_one({"_id": "u2"}, {"$set": {"name_rules": 0, "name_words": ["x"]}})
        assert await storage.name_keys.ids_alike(["José Núñez"]) == ["u2"]
        await storage.prepare()
        assert [user.id for user in (await storage.user_search.search("nunez jose", 0, 9)).items] == [
            "u0",
            "u1",
            "u2",
        ]
        assert await storage.name_keys.ids_alike(["JOSE NUÑEZ"], Role.DOCTOR) == ["u0", "u1", "u2"]
        assert [await storage.users.by_id(user.id) for user in users] == users
        assert await storage.name_keys.write_missing() == 0


@pytest.mark.parametrize(
    "other", ["Vikrаm Sеn", "VIKRAM SEN", "Vi\u200bkram Sen", "Vlkram Sen", "Víkram  Sén", "𝐕ikram-Sen"]
)
async def test_who_looks_alike_is_found(storage: Storage, other: str) -> None:
    doctor = a_user("sen", name="Vikram Sen", role=Role.DOCTOR)
    await storage.users.add(doctor, b"hash", MONDAY)
    await storage.users.add(replace(a_user("p", name="Vikram Sen")), b"hash", MONDAY)
    assert await storage.name_keys.ids_alike([other], Role.DOCTOR) == ["sen"]
    assert set(await storage.name_keys.ids_alike([other])) == {"sen", "p"}
    assert await storage.name_keys.ids_alike(["Vikram Son"]) == []


async def test_an_account_that_an_earlier_version_makes_meanwhile_is_found_too(database_url: str) -> None:
    async with connect(database_url) as database:
        storage = Storage.on(database)
        await storage.prepare()
        await storage.users.add(a_user("a", name="José"), b"hash", MONDAY)
        await database["users"].update_one({"_id": "a"}, {"$unset": dict.fromkeys(KEY_FIELDS, "")})
        assert (await storage.user_search.search("jose", 0, 9)).total == 1
