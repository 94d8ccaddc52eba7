"""The last message about each appointment must say what is true of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.demo.bot_api.chats import Json
from services.models.appointments import AppointmentStatus
from services.models.notifications import EventKind

ABOUT = frozenset({EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED, EventKind.REMINDER})


@dataclass(frozen=True)
class Line:
    """A message about an appointment, as it stands in a chat; `start` is the one of which it tells.

    `subject` are all appointments that it is about, if it is about several.
    """

    chat_id: int
    text: str
    kind: EventKind
    appointment_id: str
    start: object
    subject: frozenset[str] = frozenset()


def contradicting(
    lines: Iterable[Line], rows: Sequence[Json], logs: Mapping[int, Sequence[str]]
) -> list[str]:
    """Find appointments whose last message in a chat tells of what is no more; `logs` are the chats.

    Where two appointments were told of in the same words, nothing is known of them.
    """
    about: dict[tuple[int, str], set[frozenset[str]]] = defaultdict(set)
    chats: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in lines:
        about[line.chat_id, line.text].add(line.subject or frozenset({line.appointment_id}))
        chats[line.chat_id, line.appointment_id].append(line)
    stored = {row["_id"]: row for row in rows}
    found = []
    for (chat_id, appointment_id), told in chats.items():
        places = {text: place for place, text in enumerate(logs.get(chat_id, ()))}
        seen = [line for line in told if line.text in places]
        is_plain = all(len(about[chat_id, line.text]) == 1 for line in told)
        if not seen or not is_plain or appointment_id not in stored:
            continue
        kinds = {line.kind for line in told}
        if _is_by_doctor(stored[appointment_id]) and EventKind.CANCELLED not in kinds:
            continue  # whoever cancels many has seen the list of them, and is not told of each
        last = max(seen, key=lambda line: places[line.text])
        if not _agrees(last, stored[appointment_id]):
            found.append(f"last news of {appointment_id} in chat {chat_id} is {last.kind}: {last.text!r}")
    return found


def _agrees(line: Line, row: Json) -> bool:
    if row["status"] == AppointmentStatus.CANCELLED.value:
        return line.kind is EventKind.CANCELLED
    return line.kind is not EventKind.CANCELLED and line.start == row["start"]


def _is_by_doctor(row: Json) -> bool:
    return any("order" in entry for entry in row["history"])
