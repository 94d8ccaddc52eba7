"""The collection `updates`: what came in, was acknowledged, and has yet to be handled."""

from collections.abc import Mapping

from services.storage.driver import Collection, Database, border, insert_new


class Updates:
    """Keeps updates as the text in which they came, by their ids."""

    def __init__(self, database: Database) -> None:
        self._updates: Collection = database["updates"]

    async def put(self, texts: Mapping[int, str]) -> None:
        """Keep these; one that is kept already stays as it is."""
        async with border():
            await insert_new(
                self._updates, [{"_id": update_id, "text": text} for update_id, text in texts.items()]
            )

    async def all(self) -> list[str]:
        """Return what is kept, oldest first."""
        async with border():
            return [row["text"] async for row in self._updates.find({}).sort("_id", 1).hint("_id_")]

    async def remove(self, update_id: int) -> None:
        """Keep it no longer."""
        async with border():
            await self._updates.delete_one({"_id": update_id})
