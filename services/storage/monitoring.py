"""What whoever watches the bot asks of the database: whether it answers, and how many notices wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.models.notifications import ChannelName
from services.storage.mongo.driver import (
    EVER,
    Collection,
    Database,
    Document,
    aggregated,
    translate_driver_errors,
)
from services.storage.notifications import BY_DUE

# More than so many are not counted: it would take the database some time, and it is far too many anyway.
MOST_COUNTED = 100_000
# The oldest is looked for among so many of those that are due first.
MOST_READ = 1000


@dataclass(frozen=True, slots=True)
class ChannelQueue:
    """How many notices wait there (at most MOST_COUNTED), and since when the oldest does, aware UTC."""

    count: int
    since: datetime | None

    def age(self, now: datetime) -> timedelta:
        """Return for how long the oldest has waited; nothing where none does."""
        return max(timedelta(), now - self.since) if self.since else timedelta()


class MonitoringStore:
    """Answers questions about the database as a whole, cheaply."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notifications: Collection = database["notifications"]

    async def ping(self) -> None:
        """Return if the database answers. Raises StorageDown. Source: MongoDB's command ping."""
        async with translate_driver_errors():
            await self._database.command("ping")

    async def server_version(self) -> str:
        """Return the version of the database server. Raises StorageDown. Source: MongoDB's buildInfo."""
        async with translate_driver_errors():
            return str((await self._database.command("buildInfo"))["version"])

    async def waiting(self) -> Mapping[ChannelName, ChannelQueue]:
        """Return what waits in the outbox, by channel. Dead letters do not wait. Raises StorageDown."""
        async with translate_driver_errors():
            return {channel: await self._waiting(channel) for channel in ChannelName}

    async def _waiting(self, channel: ChannelName) -> ChannelQueue:
        due: Document = {"channel": channel.value, "due": {"$gte": EVER.start, "$lt": EVER.end}}
        count = int(await self._notifications.count_documents(due, hint=BY_DUE, limit=MOST_COUNTED))
        if not count:
            return ChannelQueue(0, None)
        # Those of older versions do not say since when they wait.
        oldest = {"_id": None, "since": {"$min": {"$ifNull": ["$since", "$due"]}}}
        pipeline: list[Document] = [
            {"$match": due},
            {"$sort": dict(BY_DUE)},
            {"$limit": MOST_READ},
            {"$group": oldest},
        ]
        found = await aggregated(self._notifications, pipeline, hint=dict(BY_DUE))
        since = found[0]["since"] if found else None
        return ChannelQueue(count, since if isinstance(since, datetime) else None)
