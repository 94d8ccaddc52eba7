"""Handles one update, however it has come: by long polling or by a webhook."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import Update

from bot.dialogs.chat_state import ChatChanged
from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.logs.request_id import begin_update
from bot.metrics import UpdateKind, UpdateOutcome
from bot.telegram.application import ClinicApplication, language_tag, update_kind
from bot.telegram.log_privacy import discreet
from bot.telegram.updates.pending_updates import RENEW_SECONDS, PendingUpdates
from bot.telegram.updates.raw_updates import (
    Json,
    UnreadableUpdate,
    as_written,
    kind_of,
    parse,
    read_written,
    text_of,
)
from services.errors import StorageDown
from services.models.people import ChatId
from services.storage.pending_updates import ClaimOutcome, Entry

log = discreet(__name__)

# Each time another worker has handled an update of the same chat at the same moment.
MOST_TRIES = 5


@dataclass(slots=True, eq=False)
class UpdateInHand:
    """An update in its chat's queue since `at` (seconds of the event loop's clock).

    `is_handled`: it needs nothing more, so it may be acknowledged. `seconds`: how long handling it took.
    `was_written`: it had been written down by then. `is_saved`: the chat's state was saved after it.
    `is_withheld`: what was written down lacks its text, which could have been a secret.
    """

    update_id: int
    raw: Json | None = field(repr=False)
    chat_id: ChatId
    at: float
    task: asyncio.Task[None] = field(init=False)
    is_handled: bool = False
    seconds: float | None = None
    was_written: bool = False
    is_saved: bool = False
    is_withheld: bool = False


class UpdateTaken(Exception):
    """Another process has the lease of that update, or the database is away, so that nobody can tell."""


class UpdateHandler:
    """Hands updates to the application, and keeps the entries of those that were written down.

    `is_plain` tells whether a text is a command that certainly holds no secret.
    """

    def __init__(
        self, application: ClinicApplication, pending: PendingUpdates, is_plain: Callable[[str], bool]
    ) -> None:
        self.application = application
        self.pending = pending
        self._is_plain = is_plain
        self.is_stopping = False
        # What is being handled now, by its id.
        self._at_work: dict[int, UpdateInHand] = {}
        application.on_harmless = self._complete_at_work

    async def handle(self, item: UpdateInHand) -> None:
        """Handle an update, unless it was written down and another process has handled it since.

        Raises UpdateTaken while another process may be handling it. Whoever waits for that must not keep the
        chat meanwhile: the other one may need it.
        """
        begin_update(item.update_id)
        if item.update_id in self.pending.ids and not await self._is_ours(item.update_id):
            item.is_handled = True
            return
        at = seconds_now()
        self._at_work[item.update_id] = item
        try:
            kind = await self._serve(item)
        finally:
            del self._at_work[item.update_id]
        item.seconds = seconds_now() - at
        self.application.harmless.discard(item.update_id)
        outcome = self.application.outcomes.pop(item.update_id, UpdateOutcome.ANSWERED)
        self.application.metrics.update(kind, outcome, item.seconds)
        item.is_handled = True
        if item.update_id in self.pending.ids:
            item.was_written = True
            await self.pending.take_off(item.update_id)

    def as_written(self, item: UpdateInHand, raw: Json) -> Entry:
        """Return what is to be written down, without what may be a secret.

        Whether it may be one is known once the chat's state has been read (see Dispatcher). What is written
        down before that is completed then, and an answer goes out after that. What is written down is read
        only if this process dies; where the text is missing, the person is asked once more.
        """
        item.is_withheld = self.may_be_secret(item.update_id, raw)
        text = as_written(raw, may_be_secret=item.is_withheld)
        return Entry(item.update_id, text, item.chat_id)

    async def complete(self, item: UpdateInHand) -> None:
        """Add the text to what was written down without it, if it is known by now to hold no secret."""
        raw, update_id = item.raw, item.update_id
        if not item.is_withheld or raw is None or update_id not in self.pending.ids:
            return
        if self.may_be_secret(update_id, raw):
            return
        try:
            await self.pending.complete(update_id, self.as_written(item, raw).text)
        except StorageDown:
            log.info("pending.incomplete id=%d", update_id)

    async def _complete_at_work(self, update_id: int) -> None:
        item = self._at_work.get(update_id)
        if item is not None:
            await self.complete(item)

    def may_be_secret(self, update_id: int, raw: Json) -> bool:
        """Tell whether an update has a text that is not certain to hold no secret."""
        text = text_of(raw)
        return text is not None and not (update_id in self.application.harmless or self._is_plain(text))

    async def _serve(self, item: UpdateInHand) -> UpdateKind:
        outcomes = self.application.outcomes
        if item.raw is None:
            log.warning("update.unreadable id=%d kind=written", item.update_id)
            outcomes[item.update_id] = UpdateOutcome.SKIPPED
            return UpdateKind.OTHER
        try:
            update = parse(item.raw, self.application.bot)
        except UnreadableUpdate as error:
            log.warning("update.unreadable id=%d kind=%s why=%s", item.update_id, kind_of(item.raw), error)
            outcomes[item.update_id] = UpdateOutcome.SKIPPED
            return UpdateKind.OTHER
        for _ in range(MOST_TRIES):
            # Who is there is found out while it is handled; until then, this is the best guess.
            with speaking(speaks(language_tag(update))):
                is_done = await self._is_done(item, update)
            if is_done:
                return update_kind(update)
            # Another worker has saved the chat's state meanwhile: what was done was done on an old one.
            log.info("update.anew id=%d", item.update_id)
        log.error("update.given_up id=%d tries=%d", item.update_id, MOST_TRIES)
        outcomes[item.update_id] = UpdateOutcome.INCIDENT
        return update_kind(update)

    async def _is_done(self, item: UpdateInHand, update: Update) -> bool:
        """Handle it on the chat's state as it is now; False if another worker has changed that since."""
        application, chat_id = self.application, item.chat_id

        async def save() -> None:
            item.is_saved = await application.save_state(chat_id, item.update_id)

        parts: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: application.process_update(update),
            save,
            lambda: application.errands.done(chat_id),
        )
        is_done = True
        for part in parts:
            try:
                await part()
            except ChatChanged:
                is_done = False
            except Exception:
                # Any error: the update must not come again, and the chat must go on.
                log.exception("update.failed id=%d", item.update_id)
                application.outcomes[item.update_id] = UpdateOutcome.INCIDENT
        return is_done

    async def _is_ours(self, update_id: int) -> bool:
        """Tell whether an update that was written down is still to be handled. Raises UpdateTaken."""
        try:
            claim = await self.pending.claim(update_id)
        except StorageDown as error:
            raise UpdateTaken from error
        if claim is ClaimOutcome.TAKEN:
            raise UpdateTaken
        if claim is ClaimOutcome.GONE:
            self.pending.forget(update_id)
        return claim is ClaimOutcome.MINE


async def keep_leases(
    pending: PendingUpdates, begin: Callable[[Entry], None], may_take_over: Callable[[], bool]
) -> None:
    """Renew our leases each second, and `begin` what processes have left that are gone, until cancelled.

    Who is stopping may take nothing over: it would only keep others from it.
    """
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            await pending.renew()
            if may_take_over():
                for entry in await pending.abandoned():
                    begin(entry)
        except StorageDown:
            log.info("pending.storage_down")
        except Exception:
            log.exception("pending.failed")


def update_of(entry: Entry) -> Json | None:
    """Return what was written down, None if it cannot be read."""
    raw = read_written(entry.text)
    return raw | {"update_id": entry.update_id} if raw else None


def seconds_now() -> float:
    """Return the time of the event loop's clock."""
    return asyncio.get_running_loop().time()
