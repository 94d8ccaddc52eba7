"""What is asked of the database, and what of it can only be answered by going through everything."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.storage.mongo.driver import Database

# What tests ask on their own account, to look at everything that is stored, is asked with this comment.
OURS = "asked by a test"
ASKS = {"find", "aggregate", "distinct", "findAndModify", "update", "delete"}
# What belongs to the wire and not to the question.
WIRE = {"lsid", "$db", "$clusterTime", "txnNumber", "writeConcern", "$readPreference", "ordered"}
DREADED = {"COLLSCAN", "SORT"}
# Beside these words stands a name, and beside the first numbers no amount: they are directions and flags.
NAMES = ASKS | {"from", "as", "localField", "foreignField", "key", "hint"}
FLAGS = {-1, 0, 1}


class Questions(CommandListener):
    """Keeps each kind of question that is asked of any database once, and where it was asked."""

    def __init__(self) -> None:
        self._known: set[Hashable] = set()
        self._asked: dict[str, list[dict[str, Any]]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Note a question."""
        if event.command_name in ASKS and event.command.get("comment") != OURS:
            command = {name: value for name, value in event.command.items() if name not in WIRE}
            shape = _shape(command)
            if shape not in self._known:
                self._known.add(shape)
                self._asked.setdefault(event.database_name, []).append(command)

    def taken(self, database_name: str) -> list[dict[str, Any]]:
        """Return the questions that were asked of that database first, once: the next test has others."""
        return self._asked.pop(database_name, [])

    def succeeded(self, event: object) -> None:
        """Do nothing."""

    def failed(self, event: object) -> None:
        """Do nothing."""


def _shape(value: Any, key: str = "") -> Hashable:
    """Return what a question looks like without its values: what its plan goes by.

    Those stay that are no data: the names of collections, fields and indexes, directions, None (which no
    sparse index has), and whether something is there. Of a list it only counts what is in it.
    """
    if isinstance(value, dict):
        return tuple((name, _shape(part, name)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return ("list", *dict.fromkeys(_shape(part) for part in value))
    if isinstance(value, str):
        return value if value.startswith("$") or key in NAMES else "…"
    if isinstance(value, int):
        return value if value in FLAGS else "number"
    return value if value is None else type(value).__name__


def _explained(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the commands that ask for the plans of a command."""
    name = next(iter(command))
    if name in {"update", "delete"}:
        parts = command.get("updates") or command.get("deletes") or []
        for part in parts:
            yield {name: command[name], f"{name}s": [part]}
    else:
        yield dict(command)


async def dreadful(database: Database, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of the questions whose plan there goes through a whole collection or sorts in memory."""
    found = []
    for command in asked:
        for question in _explained(command):
            # Only with its figures does an explained pipeline tell how it looked into other collections.
            detail = "executionStats" if "aggregate" in question else "queryPlanner"
            plan = await database.command({"explain": question, "verbosity": detail})
            if any(_is_dreadful(part) for part in _parts(plan)):
                found.append(question)
    return found


def _is_dreadful(part: dict[str, Any]) -> bool:
    scans = any(int(part.get(name) or 0) for name in ("collectionScans", "$collectionScans"))
    return part.get("stage") in DREADED or "$sort" in part or scans


def _parts(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        yield plan
        for key, value in plan.items():
            # What was asked stands beside the plan; what was not chosen does not count.
            if key not in {"rejectedPlans", "command", "parsedQuery"}:
                yield from _parts(value)
    elif isinstance(plan, list):
        for part in plan:
            yield from _parts(part)
