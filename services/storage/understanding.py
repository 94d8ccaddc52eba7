"""The collection `understanding`: how many messages were understood, by day, language and intent.

No texts, no people: a document has counts only. Its id is made of the three, so that all workers count in
one. The database itself removes it after `KEPT`.
"""

from datetime import UTC, date, datetime, time, timedelta

from services.storage.mongo.driver import Collection, Database, aggregated, translate_driver_errors
from services.understanding import UnderstandingCount, UnderstandingOutcome

KEPT = timedelta(days=400)
# Stands for a message without a clear intent.
NO_INTENT = "none"


class UnderstandingStore:
    """Counts messages."""

    def __init__(self, database: Database) -> None:
        self._counts: Collection = database["understanding"]

    async def prepare(self) -> None:
        """Make the index by which counts are found by their day, and removed."""
        async with translate_driver_errors():
            await self._counts.create_index("day", expireAfterSeconds=int(KEPT.total_seconds()))

    async def add(self, day: date, language: str, intent: str | None, outcome: UnderstandingOutcome) -> None:
        """Count one message."""
        of = {"day": _midnight(day), "language": language, "intent": intent or NO_INTENT}
        key = f"{day.isoformat()}.{language}.{of['intent']}"
        async with translate_driver_errors():
            await self._counts.update_one(
                {"_id": key}, {"$inc": {outcome.value: 1}, "$setOnInsert": of}, upsert=True
            )

    async def by_language(self, first: date, last: date) -> list[UnderstandingCount]:
        """Return the counts of a period by language, both days included."""
        match = {"day": {"$gte": _midnight(first), "$lte": _midnight(last)}}
        sums = {each.value: {"$sum": f"${each.value}"} for each in UnderstandingOutcome}
        async with translate_driver_errors():
            rows = await aggregated(
                self._counts, [{"$match": match}, {"$group": {"_id": "$language", **sums}}]
            )
        counts = [
            UnderstandingCount(str(row["_id"]), *(int(row[each.value]) for each in UnderstandingOutcome))
            for row in rows
        ]
        return sorted(counts, key=lambda count: (-count.total, count.language))


def _midnight(day: date) -> datetime:
    """Return the day as it is stored: the clinic's day, at midnight in UTC."""
    return datetime.combine(day, time(0), UTC)
