"""Takes the updates that Telegram delivers to the bot's webhook (Bot API setWebhook).

Telegram repeats an update until it is answered with 2xx. So the answer waits until the update is handled: if
this process dies before, the update comes again. What takes long is written down first (see
pending_updates.py), and then counts as acknowledged. Secrets are never written down: there the answer waits
as long as it takes.
"""

import asyncio
import hmac
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.telegram.log_privacy import discreet
from bot.telegram.storage_patience import however_long
from bot.telegram.updates.chat_leases import PATIENCE_SECONDS, ChatBusy, ChatLeases
from bot.telegram.updates.chat_queue import ChatQueues
from bot.telegram.updates.raw_updates import Json, chat_of, id_of
from bot.telegram.updates.update_handling import (
    UpdateHandler,
    UpdateInHand,
    UpdateTaken,
    keep_leases,
    seconds_now,
    update_of,
)
from bot.telegram.updates.webhook_registration import WebhookRegistration, kept_registered
from services.cancellation import cancel_and_wait
from services.errors import StorageDown
from services.models.people import ChatId
from services.storage.pending_updates import Entry
from services.storage.webhook_secrets import WebhookSecretStore

log = discreet(__name__)

# A tap is answered in the body of the answer if it is handled within this time, else before that.
IN_BODY_SECONDS = 0.3
# An update is written down if it takes longer than this, or is known to.
STUCK_SECONDS = 1.0
# Telegram hangs up after about a minute. What is still in hand then is repeated.
LONGEST_SECONDS = 50.0
LAST_WORDS_SECONDS = 10
BUSY_PAUSE_SECONDS = 0.5
# The longest that an update waits for an earlier one of its chat that a living worker does not finish.
LONGEST_WAIT_SECONDS, EARLIER_PAUSE_SECONDS = 40.0, 0.2
# So many ids of the last updates are remembered. What has changed a chat's state is known there, too.
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Telegram is answered: a status, and a call to the Bot API, if there is one."""

    status: HTTPStatus
    call: Json | None = None


TAKEN = Receipt(HTTPStatus.OK)
AGAIN = Receipt(HTTPStatus.SERVICE_UNAVAILABLE)


class UpdateWebhook:
    """Handles each update that is delivered, and answers once it can't be lost any more.

    `url` is the whole address of the route. `secret` is the one of the settings; without one, the database
    keeps one for all workers.
    """

    def __init__(
        self,
        handler: UpdateHandler,
        queues: ChatQueues,
        leases: ChatLeases,
        *,
        store: WebhookSecretStore,
        url: str,
        secret: str | None,
    ) -> None:
        self._handler = handler
        self._queues = queues
        self._leases = leases
        self._store = store
        self._url = url
        self._secret = secret
        self._in_hand: dict[int, UpdateInHand] = {}
        # The last updates that were handled here, oldest first.
        self._handled: dict[int, None] = {}
        self._is_open = False

    async def run(self) -> None:
        """Take updates until cancelled; then finish those that have begun."""
        await however_long(self._read_secret)
        self._is_open = True
        bot, pending = self._handler.application.bot, self._handler.pending
        upkeep = asyncio.create_task(
            keep_leases(pending, self._take_over, lambda: self._is_open), name="leases"
        )
        try:
            await however_long(self._find_pending)
            await kept_registered(bot, self._store, WebhookRegistration(self._url, self._secret or ""))
        finally:
            await self.drain()
            await cancel_and_wait(upkeep)
            with suppress(StorageDown):  # the leases end by themselves soon
                await pending.release()

    async def drain(self) -> None:
        """Refuse what comes from now on, and finish what is in hand."""
        self._is_open = False
        self._handler.is_stopping = True
        await self._queues.settle(LAST_WORDS_SECONDS)

    async def _read_secret(self) -> None:
        if self._secret is None:
            self._secret = await self._store.secret(secrets.token_urlsafe(32))

    async def _find_pending(self) -> None:
        for entry in await self._handler.pending.abandoned():
            self._take_over(entry)

    def _take_over(self, entry: Entry) -> None:
        if not self._is_open:
            return
        update_id, raw = entry.update_id, update_of(entry)
        item = self._in_hand.get(update_id)
        if self._was_handled(update_id):
            # Telegram has repeated what a worker that died had written down.
            self._queues.put(chat_of(raw or {}), lambda: self._handler.pending.take_off(update_id))
        elif item is None or item.task.done():
            self._begin(update_id, raw)

    def lets_in(self, secret: str) -> bool | None:
        """Tell whether that is the secret; None: it is not known yet."""
        if self._secret is None:
            return None
        return hmac.compare_digest(secret.encode(), self._secret.encode())

    async def take(self, body: bytes) -> Receipt:
        """Handle what was delivered, and return the answer. What can't be read is not to come again."""
        if not self._is_open:
            return AGAIN
        raw = _read(body)
        update_id = id_of(raw)
        if raw is None or update_id is None:
            log.warning("webhook.nonsense bytes=%d", len(body))
            return TAKEN
        if update_id in self._handled:
            return TAKEN
        if (item := self._in_hand.get(update_id)) is not None:  # a repeat, as we were slow
            return await self._outcome(item)
        answer = self._handler.application.errands.offer(_query_of(raw))
        item = self._begin(update_id, raw)
        try:
            await asyncio.wait([item.task], timeout=IN_BODY_SECONDS)
            call = answer.taken()
        finally:
            # Sends what could not be sent in the body; also where Telegram has hung up.
            answer.close()
        if item.task.done() and item.is_handled:
            return Receipt(HTTPStatus.OK, call) if call else TAKEN
        if call:
            answer.send(call)
        return await self._outcome(item)

    def _begin(self, update_id: int, raw: Json | None) -> UpdateInHand:
        item = UpdateInHand(update_id, raw, chat_of(raw or {}), seconds_now())
        self._in_hand[update_id] = item
        item.task = self._queues.put(item.chat_id, lambda: self._handle(item))
        item.task.add_done_callback(lambda _task: self._end(item))
        return item

    async def _handle(self, item: UpdateInHand) -> None:
        """Handle an update while no other worker handles one of its chat.

        If another one takes too long, the update stays unhandled, and Telegram repeats it. What was written
        down is not repeated, and waits, also while another worker has that update itself.
        """
        while not item.is_handled:
            try:
                await self._handle_earlier(item)
                await self._handle_one(item)
            except (ChatBusy, UpdateTaken, StorageDown) as error:
                log.info("webhook.busy id=%d why=%s", item.update_id, type(error).__name__)
                if item.update_id not in self._handler.pending.ids or self._handler.is_stopping:
                    return
                await asyncio.sleep(BUSY_PAUSE_SECONDS)

    async def _handle_one(self, item: UpdateInHand) -> None:
        async with self._leases.held(item.chat_id) as lease:
            await self._handler.handle(item)
            lease.is_released = item.is_saved

    async def _handle_earlier(self, item: UpdateInHand) -> None:
        """Handle what was written down of the same chat before, or wait until another worker has.

        What is written down is acknowledged, so that the next one is delivered, perhaps to another worker
        than the one that has it, or had it when it died. Raises ChatBusy, UpdateTaken, StorageDown.
        """
        pending = self._handler.pending
        waited_for, until = None, 0.0
        while (oldest := await self._oldest_written(item.chat_id)) is not None and oldest < item.update_id:
            earlier = self._in_hand.get(oldest)
            if self._was_handled(oldest):
                await pending.take_off(oldest)
            elif earlier is not None:
                # It stands behind this one in the chat's queue, and finds itself handled there.
                await self._handle_one(earlier)
            elif self._handler.is_stopping:
                raise ChatBusy
            elif oldest != waited_for:
                log.info("webhook.waits id=%d earlier=%d", item.update_id, oldest)
                waited_for, until = oldest, seconds_now() + LONGEST_WAIT_SECONDS
                for entry in await pending.abandoned():
                    self._take_over(entry)
            elif seconds_now() < until:
                await asyncio.sleep(EARLIER_PAUSE_SECONDS)
            else:
                log.warning("webhook.out_of_order id=%d earlier=%d", item.update_id, oldest)
                break
        if oldest == item.update_id:
            # Telegram repeats it, since the worker that wrote it down died or was too slow to say so. Whoever
            # has its lease handles it.
            pending.ids.add(oldest)

    async def _oldest_written(self, chat_id: ChatId) -> int | None:
        """Return the id of the oldest update of a chat that was written down, None where there is none.

        Also None while the database is away: nothing can be saved then, and people are told so. Groups and
        channels have no dialogs, and need no order.
        """
        if chat_id <= 0:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._handler.pending.first_of(chat_id)
        except (StorageDown, TimeoutError):
            log.info("webhook.order_unknown")
            return None

    def _was_handled(self, update_id: int) -> bool:
        item = self._in_hand.get(update_id)
        return update_id in self._handled or (item is not None and item.is_handled)

    def _end(self, item: UpdateInHand) -> None:
        if self._in_hand.get(item.update_id) is item:  # else it was taken over, and begun once more
            del self._in_hand[item.update_id]
        self._handler.application.errands.slow.discard(item.chat_id)
        if item.is_handled:
            self._handled[item.update_id] = None
            if len(self._handled) > MOST_REMEMBERED:
                del self._handled[next(iter(self._handled))]

    async def _outcome(self, item: UpdateInHand) -> Receipt:
        """Wait until the update is handled or written down."""
        is_slow = item.chat_id in self._handler.application.errands.slow
        left = 0.0 if is_slow else item.at + STUCK_SECONDS - seconds_now()
        await asyncio.wait([item.task], timeout=max(left, 0))
        if not item.task.done() and item.raw is not None and await self._is_written(item, item.raw):
            return TAKEN
        await asyncio.wait([item.task], timeout=max(item.at + LONGEST_SECONDS - seconds_now(), 0))
        return TAKEN if item.is_handled else AGAIN

    async def _is_written(self, item: UpdateInHand, raw: Json) -> bool:
        """Write down an update that takes long; tell whether it is there."""
        pending, update_id = self._handler.pending, item.update_id
        if item.is_handled or update_id in pending.ids:
            return True
        if self._handler.may_be_secret(update_id, raw):
            return False
        try:
            await pending.put([self._handler.as_written(item, raw)])
        except StorageDown:
            return False
        log.info("webhook.written_down id=%d", update_id)
        if item.is_handled and update_id in pending.ids:  # handled while it was being written down
            await pending.take_off(update_id)
        elif item.task.done() and not item.is_handled and update_id not in self._in_hand:
            # Given up while it was being written down: from now on nobody repeats it but us.
            self._begin(update_id, raw)
        return True


def _read(body: bytes) -> Json | None:
    try:
        raw: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _query_of(raw: Json) -> str:
    """Return the id of the tap in an update, empty where there is none (Bot API CallbackQuery)."""
    query = raw.get("callback_query")
    query_id = query.get("id") if isinstance(query, dict) else None
    return query_id if isinstance(query_id, str) else ""
