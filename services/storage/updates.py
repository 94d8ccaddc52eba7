"""The collection `updates`: what came in, was acknowledged, and has yet to be handled."""

from collections.abc import Mapping

from pymongo.errors import BulkWriteError

from services.storage.driver import DUPLICATE_KEY, Collection, Database, border


class Updates:
    """Keeps updates as the text in which they came, by their ids."""

    def __init__(self, database: Database) -> None:
        self._updates: Collection = database["updates"]

    async def put(self, texts: Mapping[int, str]) -> None:
        """Keep these; one that is kept already stays as it is."""
        async with border():
            try:
                await self._updates.insert_many(
                    [{"_id": update_id, "text": text} for update_id, text in texts.items()], ordered=False
                )
            except BulkWriteError as error:
                problems = (error.details or {}).get("writeErrors", ())
                if any(problem["code"] != DUPLICATE_KEY for problem in problems):
                    raise

    async def all(self) -> list[str]:
        """Return what is kept, oldest first."""
        async with border():
            return [row["text"] async for row in self._updates.find({}).sort("_id", 1).hint("_id_")]

    async def remove(self, update_id: int) -> None:
        """Keep it no longer."""
        async with border():
            await self._updates.delete_one({"_id": update_id})
