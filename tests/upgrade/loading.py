"""What an earlier version has stored, read from the files beside this one, and put into a database."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bson import json_util  # noqa: TID251 - it reads what the driver has stored

from services.storage.mongo.driver import Database, connect
from tests.town import Person, Town

STORED = Path(__file__).with_name("stored")
PHONES, FACTS, INDEXES = "phones.json", "facts.json", "indexes.jsonl"
EXACT = json_util.CANONICAL_JSON_OPTIONS


@dataclass(frozen=True)
class Facts:
    """What is not in the database: when the bot starts again, whose chat is which, and what mails said."""

    now: datetime
    chats: dict[str, int]
    codes: dict[str, str]
    links: dict[str, list[str]]
    shown: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Facts":
        """Read them, and what stands in the chats."""
        facts = json.loads((STORED / FACTS).read_text(encoding="utf-8"))
        phones = json.loads((STORED / PHONES).read_text(encoding="utf-8"))["phones"]
        now = datetime.fromisoformat(facts.pop("now"))
        return cls(now=now, shown={each["card"]["id"]: each["messages"] for each in phones}, **facts)

    def buttons(self) -> set[str]:
        """Return what all the buttons in all the chats say."""
        return {button["callback_data"] for chat in self.shown for _, button in self._buttons(chat)}

    def button(self, name: str, label: str) -> tuple[int, str]:
        """Return the newest message of somebody's chat with a button of that label, and what that says."""
        chat = self.chats[name]
        found = [(at, each["callback_data"]) for at, each in self._buttons(chat) if label in each["text"]]
        return found[-1]

    def _buttons(self, chat: int) -> list[tuple[int, dict[str, Any]]]:
        return [
            (message["message_id"], button)
            for message in self.shown[chat]
            for row in message.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if "callback_data" in button
        ]


class OldTown:
    """A town that goes on with what an earlier version has left."""

    def __init__(self, town: Town, facts: Facts) -> None:
        self.town = town
        self.facts = facts

    def __getitem__(self, name: str) -> Person:
        return Person(self.town, self.town.telegram.phone(self.facts.chats[name], name))

    async def taps(self, name: str, label: str) -> str:
        """Tap a button that an earlier version has shown; return what its message, or the newest, says then.

        That is the newest message where the answer came below.
        """
        message_id, data = self.facts.button(name, label)
        return await self[name].taps_raw(message_id, data)


async def load(database_url: str) -> None:
    """Put it all into the database, with the indexes that it had, in the place of what is there."""
    folder = STORED / "database"
    async with connect(database_url) as database:
        for name in await database.list_collection_names():
            await database.drop_collection(name)
        for line in (folder / INDEXES).read_text(encoding="utf-8").splitlines():
            await _make_index(database, json_util.loads(line, json_options=EXACT))
        for path in sorted(folder.glob("*.jsonl")):
            lines = path.read_text(encoding="utf-8").splitlines()
            if lines and path.name != INDEXES:
                rows = [json_util.loads(line, json_options=EXACT) for line in lines]
                await database[path.stem].insert_many(rows)


async def _make_index(database: Database, index: dict[str, Any]) -> None:
    name = index.pop("collection")
    if index["name"] != "_id_":
        await database.command({"createIndexes": name, "indexes": [index]})
