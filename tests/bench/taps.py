"""What each tap of the booking dialog asks of the database and of Telegram, counted."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.models.people import Role
from services.notifications.spreading import EventSpreader
from tests.intake import patient_intake
from tests.plans import OURS
from tests.town import USUAL_LIMITS, Person, Town, founded
from tests.turning import MONDAY, TurnableClock

OTHER_DOCTOR = ("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
DOCTOR = ("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
TAPS = ("/book", "Cardiology", "Rao", "4", "10:30 AM", "Skip", "Confirm")
AGAIN = ("/book", "next free time", "Skip", "Confirm")
ANYBODY = ("/book", "Cardiology", "Any doctor", "10:00 AM", "Skip", "Confirm")
LATER = 3600
# What the process asks for itself, whoever taps.
EACH_SECOND = {"find clinic_settings", "find chat_holds", "update leases"}
ASKS = {"find", "aggregate", "distinct", "count", "findAndModify", "insert", "update", "delete"}


@dataclass(frozen=True)
class Cost:
    """What a tap cost: database operations in their order, and Bot API calls."""

    tap: str
    database: tuple[str, ...]
    bot_api: tuple[str, ...]


class Ledger(CommandListener):
    """Notes each operation, but for those of who works beside the taps: outbox, announcer, rounds, leases.

    Neither is noted what the process asks for itself each second.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Note an operation as "find users"."""
        command: dict[str, Any] = dict(event.command)
        collection = str(command.get(event.command_name))
        asks = str(command)
        outbox = collection == "notifications" or "unsent.id" in asks or collection == "sessions"
        rounds = collection == "clearances" or ("digest" in asks and collection != "conversations")
        announcer = collection == "announcements"
        leases = collection == "updates"
        asked = f"{event.command_name} {collection}"
        beside = outbox or announcer or rounds or leases or asked in EACH_SECOND
        if event.command_name in ASKS and not beside:
            self.asked.append(asked)

    def succeeded(self, event: object) -> None:
        """Do nothing."""

    def failed(self, event: object) -> None:
        """Do nothing."""


async def counted(database_url: str, folder: Path) -> list[Cost]:
    """Go through the dialog, the short way, and with any doctor; return what each tap cost."""
    ledger = Ledger()
    options = {"event_listeners": [ledger]}
    # What is done as time passes, or because the machine is slow at that moment, is none of a tap's.
    with (
        patch("bot.app.PERIODIC_SECONDS", LATER),
        patch("bot.app.DIALOG_TIMEOUT_SECONDS", LATER),
        patch("bot.app.WAITLIST_PAUSE_SECONDS", LATER),
        patient_intake(),
    ):
        return await _counted(
            ledger,
            founded(
                database_url,
                TurnableClock(MONDAY),
                folder,
                driver_options=options,
                over_webhook=False,
                **USUAL_LIMITS,
            ),
        )


async def _counted(ledger: Ledger, founding: AbstractAsyncContextManager[Town]) -> list[Cost]:
    async with founding as town:
        await town.account(*DOCTOR)
        await town.account(*OTHER_DOCTOR)
        asha = await town.signed_in("Asha", "asha@example.org", by_typing=True)
        may_spread, spread = asyncio.Event(), EventSpreader.spread

        async def spread_later(spreader: EventSpreader) -> bool:
            await may_spread.wait()
            return await spread(spreader)

        # What follows from a tap is not to be counted with it, where the machine is slow.
        with patch.object(EventSpreader, "spread", spread_later):
            return [await _cost(asha, tap, ledger, may_spread) for tap in (*TAPS, *AGAIN, *ANYBODY)]


async def _cost(person: Person, tap: str, ledger: Ledger, may_spread: asyncio.Event) -> Cost:
    calls = person.town.telegram.calls
    may_spread.clear()
    ledger.asked.clear()
    before = len(calls)
    await (person.says(tap) if tap.startswith("/") else person.taps(tap))
    mine = str(person.phone.chat_id)
    methods = [
        call.method
        for call in list(calls)[before:]
        if call.method == "answercallbackquery" or call.params.get("chat_id") == mine
    ]
    asked = tuple(ledger.asked)
    may_spread.set()
    if tap == "Confirm":
        await _outbox_is_done(person)
        methods = [method for method in methods if method != "sendmessage"]
    return Cost(tap, asked, tuple(sorted(methods)))


async def _outbox_is_done(person: Person) -> None:
    await person.hears("Appointment booked")
    news = person.town.storage.appointments._appointments
    notices = person.town.storage.notifications._notifications
    async with asyncio.timeout(60):
        # The card itself says that it is booked, so the news may have to be taken to the outbox yet.
        while await news.count_documents({"unsent.id": {"$exists": True}}, comment=OURS):
            pass
        while await notices.count_documents({"due": {"$exists": True}}, comment=OURS):
            pass
