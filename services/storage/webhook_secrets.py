"""The collection `webhook`: the secret of the bot's webhook, so that all workers know the same."""

from pymongo import ReturnDocument

from services.storage.mongo.driver import Collection, Database, translate_driver_errors

ID = "webhook"


class WebhookSecretStore:
    """Stores one document: `secret`, and `registered`, a digest of what Telegram was told last."""

    def __init__(self, database: Database) -> None:
        self._webhook: Collection = database["webhook"]

    async def secret(self, new: str) -> str:
        """Return the secret; it is `new` if there was none. Raises StorageDown."""
        async with translate_driver_errors():
            row = await self._webhook.find_one_and_update(
                {"_id": ID},
                [{"$set": {"secret": {"$ifNull": ["$secret", {"$literal": new}]}}}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return str(row["secret"])

    async def registered(self) -> str | None:
        """Return the digest of what Telegram was told last, or None. Raises StorageDown."""
        async with translate_driver_errors():
            row = await self._webhook.find_one({"_id": ID}, {"registered": True})
        return row.get("registered") if row else None

    async def note_registered(self, digest: str) -> None:
        """Store the digest of what Telegram was told. Raises StorageDown."""
        async with translate_driver_errors():
            await self._webhook.update_one({"_id": ID}, {"$set": {"registered": digest}}, upsert=True)
