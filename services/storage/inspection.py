"""What a database is like, found out without changing anything in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.storage.migrations import migrations, newest
from services.storage.mongo.driver import Database, Document, translate_driver_errors
from services.storage.storage import Storage

# What makes an index another one, beside its keys.
OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is wanted, as MongoDB describes it."""

    collection: str
    name: str
    keys: tuple[tuple[str, int], ...]
    options: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.collection}.{self.name}"

    def is_among(self, found: Mapping[str, Document]) -> bool:
        """Tell whether it is there, with the same keys and options."""
        other = found.get(self.name)
        return (
            other is not None
            and tuple(tuple(key) for key in other["key"]) == self.keys
            and {name: other[name] for name in OPTIONS if other.get(name)}
            == {name: value for name, value in self.options.items() if value}
        )


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. `step` is the number of the last migration, `known` that of the newest one."""

    version: str
    replica_set: str | None
    step: int
    known: int
    wanted: Sequence[Index]
    missing: Sequence[Index]

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever prepared there."""
        return self.step == 0 and len(self.missing) == len(self.wanted)


@dataclass(slots=True)
class _Plan:
    """Stands where a database does, and notes the indexes that are made there."""

    indexes: list[Index] = field(default_factory=list)

    def __getitem__(self, name: str) -> "_PlannedCollection":
        return _PlannedCollection(name, self.indexes)


@dataclass(frozen=True, slots=True)
class _PlannedCollection:
    name: str
    indexes: list[Index]

    async def create_index(
        self, keys: str | Sequence[tuple[str, int]], *, name: str | None = None, **options: Any
    ) -> None:
        pairs = ((keys, 1),) if isinstance(keys, str) else tuple(keys)
        # MongoDB's own way to name an index.
        name = name or "_".join(f"{key}_{direction}" for key, direction in pairs)
        unknown = set(options) - set(OPTIONS)
        if unknown:
            raise ValueError(f"these options are not compared: {unknown}")
        self.indexes.append(Index(self.name, name, pairs, options))


async def wanted_indexes() -> list[Index]:
    """Return all indexes that a start makes."""
    plan = _Plan()
    await Storage.on(plan).make_indexes()
    return plan.indexes


async def inspected(database: Database) -> Inspection:
    """Look at a database. Raises StorageDown. Source: MongoDB's commands hello, listIndexes."""
    storage, wanted = Storage.on(database), await wanted_indexes()
    async with translate_driver_errors():
        hello = await database.command("hello")
        names = sorted({index.collection for index in wanted})
        found = {name: await database[name].index_information() for name in names}
    return Inspection(
        await storage.monitoring.server_version(),
        hello.get("setName"),
        await storage.migrations.number(),
        newest(migrations(storage.name_keys)),
        wanted,
        [index for index in wanted if not index.is_among(found[index.collection])],
    )
