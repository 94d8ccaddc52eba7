"""The composition root: builds the storage, the services and the Telegram application, and runs them.

Nothing else builds the running bot, and there are no globals.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

from bot.clinic_settings import clinic_rules, mail_server
from bot.dialogs.chat_state import ChatStates
from bot.metrics import Metrics
from bot.notifications.announcement_mails import AnnouncementMails
from bot.notifications.mail_channel import CodeMails, MailChannel
from bot.settings import Settings
from bot.telegram.announcement_channel import ChatAnnouncementChannel
from bot.telegram.application import ClinicApplication, UpdateContext
from bot.telegram.chat_channel import ChatChannel
from bot.telegram.dialog_timeout import DialogTimeout
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.error_handler import on_error
from bot.telegram.first_contact import dropped_webhook, introduced, menus_set, reached
from bot.telegram.live_cards import LiveCards
from bot.telegram.log_privacy import silence_values
from bot.telegram.reachability import bot_api_answers
from bot.telegram.retries import LONGEST_WAIT, RetryingRateLimiter
from bot.telegram.transport import AiohttpRequest, environment_proxy, without_echo
from bot.telegram.updates.chat_leases import ChatLeases
from bot.telegram.updates.chat_queue import ChatQueues
from bot.telegram.updates.get_updates import InFlight
from bot.telegram.updates.pending_updates import PendingUpdates
from bot.telegram.updates.polling import UpdatePolling
from bot.telegram.updates.update_handling import UpdateHandler
from bot.telegram.updates.webhook import UpdateWebhook
from bot.web.watch import Watch
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.announcements.emails import EmailedAnnouncements
from services.announcements.recipients import Recipients
from services.announcements.sender import AnnouncementSender
from services.background.lease_keeper import LeaseKeeper
from services.background.process_identity import new_holder
from services.background.rate_limiter import RateLimiter
from services.background.worker_loop import work_when_nudged
from services.cancellation import AFTER_CLEAN_UP_SECONDS, cancel_and_wait, raise_if_cancelled
from services.clinic import Clinic, build
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.errors import StorageDown
from services.models.notifications import ChannelName
from services.models.people import ChatId
from services.notifications.outbox import PER_SECOND, Outbox
from services.notifications.smtp import MailSender
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.storage import Storage

log = logging.getLogger(__name__)

# How many requests to the Bot API may run at the same time, and how long another one waits for a free place.
POOL_SIZE = 64
POOL_SECONDS = 10
POLLS = 1
NUDGE_SECONDS = 1
DIALOG_TIMEOUT_SECONDS = 20
PERIODIC_SECONDS = 20
# When many times are freed at once, they are offered together after this pause.
WAITLIST_PAUSE_SECONDS = 0.5


@asynccontextmanager
async def opened_storage(settings: Settings, *, name_suffix: str = "") -> AsyncIterator[Storage]:
    """Open the database of the settings, the embedded one where they name none, with all its indexes.

    With a `name_suffix` it is the database beside it, whose name ends with that, too.
    """
    async with opened_database(settings, name_suffix=name_suffix) as database:
        storage = Storage.on(database)
        await storage.prepare()
        yield storage


@asynccontextmanager
async def opened_database(settings: Settings, *, name_suffix: str = "") -> AsyncIterator[Database]:
    """Open the same database as it is."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database_url(settings))
        yield await stack.enter_async_context(connect(url, settings.db_driver, name_suffix=name_suffix))


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """Give the database's address. The embedded one runs during the block, if there is no other."""
    if settings.db_url is not None:
        yield settings.db_url.get_secret_value()
        return
    async with EmbeddedMongo(settings.data_dir) as url:
        yield url


class Assembly:
    """The parts of one bot, put together. `rounds` is bcrypt's cost."""

    def __init__(self, settings: Settings, storage: Storage, clock: Clock, *, rounds: int = 12) -> None:
        if settings.key is None or settings.bot_token is None:
            raise ValueError("the demo gives both before anything is put together")
        rules = clinic_rules(settings)
        self._is_named = "clinic_name" in settings.model_fields_set
        self.passwords = Passwords(rounds)
        self.metrics = Metrics()
        self._freed_times = storage.freed_times
        self.mail_sender = MailSender(mail_server(settings))
        tokens = Tokens(settings.key.get_secret_value())
        self.clinic: Clinic = build(
            storage,
            rules=rules,
            clock=clock,
            tokens=tokens,
            passwords=self.passwords,
            mailer=CodeMails(self.mail_sender, rules, clock),
            on_event=self._on_event,
            on_announcement=self._on_announcement,
            on_line_change=self._on_line_change,
        )
        in_flight = InFlight()
        self._requests = (
            AiohttpRequest(POOL_SIZE, pool_timeout=POOL_SECONDS, trim=without_echo),
            AiohttpRequest(POLLS, trim=in_flight.trim),
        )
        chat_states = ChatStates(storage.conversations, self._on_notices_shown)
        parts = {
            "clinic": self.clinic,
            "chat_states": chat_states,
            "metrics": self.metrics,
            "secret_key": tokens.key_for("typed secrets"),
        }
        self._clock, self._chat_holds = clock, storage.chat_holds
        self.application = _application(
            settings, parts, self._requests, RetryingRateLimiter(self._on_chat_wait)
        )
        self.watch = Watch(
            self.metrics,
            storage.monitoring,
            partial(bot_api_answers, self.application.bot),
            clock,
            parts=self.parts,
        )
        holder = new_holder()
        self._turns = {
            "polling": LeaseKeeper(storage.leases, "polling", holder),
            "bulk": LeaseKeeper(storage.leases, "bulk", holder, self._nudge),
        }
        self._add_deliveries(storage, rules, clock, chat_states)
        queues = ChatQueues()
        self.dispatcher = Dispatcher(self.application)
        pending = PendingUpdates(storage.pending_updates, clock)
        handler = UpdateHandler(self.application, pending, self.dispatcher.is_plain)
        self.polling = UpdatePolling(handler, queues, in_flight, self._turns["polling"])
        self.chat_leases = ChatLeases(storage.conversations)
        self.webhook = _webhook(settings, storage, handler, queues, self.chat_leases)
        self.dialog_timeout = DialogTimeout(
            self.application, storage.conversations, queues, self.chat_leases, self.dispatcher.dialogs
        )

    def _add_deliveries(
        self, storage: Storage, rules: ClinicRules, clock: Clock, chat_states: ChatStates
    ) -> None:
        """Add the outbox and the sender of announcements, which share the rate limits of chats and emails."""
        bot: ExtBot[str] = self.application.bot  # type: ignore[assignment] # it carries our rate limiter
        chat_limiter, mail_limiter = (
            RateLimiter(PER_SECOND[name]) for name in (ChannelName.CHAT, ChannelName.MAIL)
        )
        letters = (lambda: bot.link, self.mail_sender, rules, clock)
        self.outbox = Outbox(
            notifications=storage.notifications,
            users=storage.users,
            sessions=storage.sessions,
            clock=clock,
            channels={
                ChannelName.CHAT: ChatChannel(bot, rules, chat_states),
                ChannelName.MAIL: MailChannel(*letters),
            },
            rate_limiters={ChannelName.CHAT: chat_limiter, ChannelName.MAIL: mail_limiter},
            chat_cards=chat_states,
            observer=self.metrics,
            bulk_turn=self._turns["bulk"],
            chat_holds=storage.chat_holds,
            audit=storage.audit,
            patients=self.clinic.patients,
        )
        self.live_cards = LiveCards(
            bot,
            self.clinic,
            chat_states,
            sessions=storage.sessions,
            users=storage.users,
            limiter=chat_limiter,
            turn=self._turns["bulk"],
        )
        recipients = Recipients(users=storage.users, sessions=storage.sessions, clock=clock)
        self.announcer = AnnouncementSender(
            announcements=storage.announcements,
            deliveries=storage.deliveries,
            recipients=recipients,
            audit=self.clinic.audit,
            clock=clock,
            channel=ChatAnnouncementChannel(bot, rules, recipients.language_of),
            shared_limiter=chat_limiter,
            turn=self._turns["bulk"],
            emails=EmailedAnnouncements(
                deliveries=storage.deliveries,
                users=storage.users,
                mailer=AnnouncementMails(*letters),
                shared_limiter=mail_limiter,
                clock=clock,
            ),
        )

    def _on_event(self) -> None:
        self.outbox.nudge()

    def _on_notices_shown(self, notices: Collection[str]) -> None:
        self.outbox.note_shown(notices)

    async def _serve_waitlist(self) -> None:
        await asyncio.sleep(WAITLIST_PAUSE_SECONDS)
        await self.clinic.waitlist_offers.serve_freed()

    def _on_line_change(self) -> None:
        self.live_cards.nudge()

    def _on_announcement(self) -> None:
        self.announcer.nudge()

    async def _on_nudge(self, context: UpdateContext) -> None:
        del context
        self._nudge()

    async def _on_chat_wait(self, chat_id: ChatId, wait: timedelta) -> None:
        with suppress(StorageDown):  # then another worker will be told by Telegram itself
            # A server that is out of order may ask for years.
            await self._chat_holds.hold(chat_id, self._clock.now() + min(wait, LONGEST_WAIT))

    def _nudge(self) -> None:
        self.outbox.nudge()
        self.announcer.nudge()

    async def _on_dialog_timeout(self, context: UpdateContext) -> None:
        del context
        # Where updates are polled, one worker handles them all, and the chats' queues are there.
        if self.webhook is not None or self._turns["polling"].is_held:
            await self.dialog_timeout.close_expired()

    async def _on_periodic(self, context: UpdateContext) -> None:
        del context
        await self.clinic.periodic.run()
        self.live_cards.nudge()

    def parts(self) -> dict[str, str]:
        """Return which part this worker has in what one worker at a time does: “active” or “standby”."""
        is_polling = self.webhook is None
        return {name: turn.part for name, turn in self._turns.items() if is_polling or name != "polling"}

    def link(self) -> str | None:
        """Return the address that opens the bot, or None as long as Telegram has not told its name."""
        try:
            return self.application.bot.link
        except RuntimeError:
            return None

    async def run(self) -> None:
        """Serve until cancelled. Then finish the updates that have begun, and acknowledge them."""
        application = self.application
        jobs = application.job_queue
        if jobs is None:
            raise RuntimeError("python-telegram-bot is installed without its job queue")
        jobs.run_repeating(self._on_nudge, NUDGE_SECONDS, first=0)
        jobs.run_repeating(self._on_dialog_timeout, DIALOG_TIMEOUT_SECONDS, first=0)
        jobs.run_repeating(self._on_periodic, PERIODIC_SECONDS, first=0)
        try:
            await reached(application.bot)
        except BaseException:
            # The library closes only what it has opened completely.
            for request in self._requests:
                await request.shutdown()
            raise
        async with application:
            if self.webhook is None:
                await dropped_webhook(application.bot)
            await application.start()
            beside = self._begin_beside()
            log.info("bot.ready username=%s", application.bot.username)
            try:
                raise_if_cancelled()
                await (self.webhook or self.polling).run()
            finally:
                await cancel_and_wait(*beside, again_after=AFTER_CLEAN_UP_SECONDS)
                await application.stop()
                self.mail_sender.close()
                self.passwords.close()

    def _begin_beside(self) -> list[asyncio.Task[None]]:
        """Begin what works beside the updates, until it is cancelled."""
        work = {
            "menus": menus_set(self.application.bot),
            "introduction": introduced(self.application.bot, self.clinic.rules.name, is_named=self._is_named),
            "bulk": self._turns["bulk"].work(),
            "outbox": self.outbox.work(),
            "announcer": self.announcer.work(),
            "waitlist": work_when_nudged(self._freed_times.nudged, self._serve_waitlist, "waitlist"),
            "live cards": work_when_nudged(self.live_cards.nudged, self.live_cards.refresh, "live_cards"),
            "chat leases": self.chat_leases.keep(),
        }
        return [asyncio.create_task(each, name=name) for name, each in work.items()]


def _webhook(
    settings: Settings, storage: Storage, handler: UpdateHandler, queues: ChatQueues, leases: ChatLeases
) -> UpdateWebhook | None:
    """Return what takes the updates that Telegram delivers; None where they are polled."""
    url, secret = settings.webhook_address, settings.webhook_secret
    if url is None:
        return None
    return UpdateWebhook(
        handler,
        queues,
        leases,
        store=storage.webhook_secrets,
        url=url,
        secret=secret.get_secret_value() if secret else None,
    )


def _application(
    settings: Settings,
    parts: dict[str, Any],
    requests: Sequence[AiohttpRequest],
    rate_limiter: RetryingRateLimiter,
) -> ClinicApplication:
    """Return the application with its own `parts`.

    Of `requests`, the first is for all calls, the second for getUpdates.
    """
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    environment_proxy(settings.telegram_api_url)  # raises now, instead of at each request
    builder = (
        ApplicationBuilder()
        .application_class(ClinicApplication, parts)
        .token(token)
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .context_types(ContextTypes(context=UpdateContext))
        .rate_limiter(rate_limiter)
        .request(requests[0])
        .get_updates_request(requests[1])
    )
    application: ClinicApplication = builder.build()  # type: ignore[assignment] # the class was named above
    application.add_error_handler(on_error)
    silence_values("telegram")
    return application
