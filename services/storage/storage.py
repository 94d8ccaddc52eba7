"""All the collections, as the composition root hands them to the services."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.errors import StorageDown
from services.storage.admins import AdminStore
from services.storage.announcements import AnnouncementStore
from services.storage.api_sessions import ApiSessionStore
from services.storage.appointment_queries import AppointmentQueryStore
from services.storage.appointment_remarks import AppointmentRemarkStore
from services.storage.appointments import AppointmentStore
from services.storage.attempts import AttemptStore
from services.storage.audit import AuditStore
from services.storage.bulk_cancellations import BulkCancellationStore
from services.storage.busy_times import BusyTimeStore
from services.storage.calendar_feeds import CalendarFeedStore
from services.storage.callbacks import CallbackStore
from services.storage.carer_changes import CarerChangeStore
from services.storage.carers import CarerStore
from services.storage.carrying import CarryingStore
from services.storage.carrying_places import PlaceCarryingStore
from services.storage.catalogue import CatalogueStore
from services.storage.chat_holds import ChatHoldStore
from services.storage.chat_lookup import ChatLookup
from services.storage.claims import ClaimStore
from services.storage.closures import ClosureStore
from services.storage.conversations import ConversationStore
from services.storage.dead_letters import DeadLetterStore
from services.storage.deliveries import DeliveryStore
from services.storage.delivery_history import DeliveryHistoryStore
from services.storage.email_verification import EmailVerificationStore
from services.storage.engagements import EngagementStore
from services.storage.erasure import ErasureStore
from services.storage.freed_times import FreedTimes
from services.storage.holds import HoldStore
from services.storage.known_chats import KnownChatStore
from services.storage.leases import LeaseStore
from services.storage.limits import LimitStore
from services.storage.merging import MergeStore
from services.storage.migrations import MigrationStore, migrate, migrations, refuse_later_version
from services.storage.mongo.driver import Database, was_waited_for_too_long
from services.storage.monitoring import MonitoringStore
from services.storage.name_keys import NameKeyStore
from services.storage.notifications import NotificationStore
from services.storage.one_time_codes import OneTimeCodeStore
from services.storage.patients import PatientStore
from services.storage.pending_updates import PendingUpdateStore
from services.storage.personal_data import PersonalDataStore
from services.storage.reminders import ReminderStore
from services.storage.reporting import ReportStore
from services.storage.schedules import ScheduleStore
from services.storage.series import SeriesStore
from services.storage.series_visits import SeriesVisitStore
from services.storage.sessions import SessionStore
from services.storage.understanding import UnderstandingStore
from services.storage.user_search import UserSearchStore
from services.storage.users import UserStore
from services.storage.waiting_room import WaitingRoomStore
from services.storage.waitlist import WaitlistStore
from services.storage.webhook_secrets import WebhookSecretStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Storage:
    """The stores: one for each collection, and some for special ways of reading or changing them."""

    chat_lookup: ChatLookup
    users: UserStore
    user_search: UserSearchStore
    name_keys: NameKeyStore
    patients: PatientStore
    carers: CarerStore
    carer_changes: CarerChangeStore
    claims: ClaimStore
    merging: MergeStore
    carrying: CarryingStore
    carrying_places: PlaceCarryingStore
    admins: AdminStore
    sessions: SessionStore
    known_chats: KnownChatStore
    api_sessions: ApiSessionStore
    calendar_feeds: CalendarFeedStore
    attempts: AttemptStore
    one_time_codes: OneTimeCodeStore
    email_verification: EmailVerificationStore
    schedules: ScheduleStore
    closures: ClosureStore
    catalogue: CatalogueStore
    appointments: AppointmentStore
    appointment_queries: AppointmentQueryStore
    appointment_remarks: AppointmentRemarkStore
    busy_times: BusyTimeStore
    engagements: EngagementStore
    limits: LimitStore
    holds: HoldStore
    series: SeriesStore
    series_visits: SeriesVisitStore
    reminders: ReminderStore
    waiting_room: WaitingRoomStore
    waitlist: WaitlistStore
    bulk_cancellations: BulkCancellationStore
    notifications: NotificationStore
    dead_letters: DeadLetterStore
    delivery_history: DeliveryHistoryStore
    conversations: ConversationStore
    pending_updates: PendingUpdateStore
    audit: AuditStore
    announcements: AnnouncementStore
    deliveries: DeliveryStore
    reporting: ReportStore
    callbacks: CallbackStore
    understanding: UnderstandingStore
    monitoring: MonitoringStore
    personal_data: PersonalDataStore
    erasure: ErasureStore
    migrations: MigrationStore
    chat_holds: ChatHoldStore
    leases: LeaseStore
    webhook_secrets: WebhookSecretStore
    freed_times: FreedTimes

    @classmethod
    def on(cls, database: Database) -> "Storage":
        """Build the storage on an open database, without sending anything to it."""
        freed_times = FreedTimes()
        return cls(
            chat_lookup=ChatLookup(database),
            users=UserStore(database, freed_times),
            user_search=UserSearchStore(database),
            name_keys=NameKeyStore(database),
            patients=PatientStore(database),
            carers=CarerStore(database),
            carer_changes=CarerChangeStore(database),
            claims=ClaimStore(database),
            merging=MergeStore(database),
            carrying=CarryingStore(database, freed_times),
            carrying_places=PlaceCarryingStore(database, freed_times),
            admins=AdminStore(database),
            sessions=SessionStore(database),
            known_chats=KnownChatStore(database),
            api_sessions=ApiSessionStore(database),
            calendar_feeds=CalendarFeedStore(database),
            attempts=AttemptStore(database),
            one_time_codes=OneTimeCodeStore(database),
            email_verification=EmailVerificationStore(database),
            schedules=ScheduleStore(database, freed_times),
            closures=ClosureStore(database, freed_times),
            catalogue=CatalogueStore(database, freed_times),
            appointments=AppointmentStore(database, freed_times),
            appointment_queries=AppointmentQueryStore(database),
            appointment_remarks=AppointmentRemarkStore(database),
            busy_times=BusyTimeStore(database),
            engagements=EngagementStore(database),
            limits=LimitStore(database),
            holds=HoldStore(database, freed_times),
            series=SeriesStore(database),
            series_visits=SeriesVisitStore(database, freed_times),
            reminders=ReminderStore(database),
            waiting_room=WaitingRoomStore(database),
            waitlist=WaitlistStore(database),
            bulk_cancellations=BulkCancellationStore(database),
            notifications=NotificationStore(database),
            dead_letters=DeadLetterStore(database),
            delivery_history=DeliveryHistoryStore(database),
            conversations=ConversationStore(database),
            pending_updates=PendingUpdateStore(database),
            audit=AuditStore(database),
            announcements=AnnouncementStore(database),
            deliveries=DeliveryStore(database),
            reporting=ReportStore(database),
            callbacks=CallbackStore(database),
            understanding=UnderstandingStore(database),
            monitoring=MonitoringStore(database),
            personal_data=PersonalDataStore(database),
            erasure=ErasureStore(database),
            migrations=MigrationStore(database),
            chat_holds=ChatHoldStore(database),
            leases=LeaseStore(database),
            webhook_secrets=WebhookSecretStore(database),
            freed_times=freed_times,
        )

    async def prepare(self) -> None:
        """Make every index, and bring what an earlier version has stored to this one's form.

        A database that a later version has used, or that has only a part of a backup in it, is left as it is.
        Raises StorageDown, DatabaseRefused.
        """
        steps = migrations(self.name_keys)
        await refuse_later_version(steps, self.migrations)
        await self.make_indexes()
        await migrate(steps, self.migrations)

    async def make_indexes(self) -> None:
        """Make every index that is missing, however long that takes. Raises StorageDown."""
        for collection in (
            self.users,
            self.calendar_feeds,
            self.name_keys,
            self.patients,
            self.carers,
            self.claims,
            self.merging,
            self.sessions,
            self.attempts,
            self.schedules,
            self.closures,
            self.catalogue,
            self.one_time_codes,
            self.appointments,
            self.series,
            self.reminders,
            self.waiting_room,
            self.waitlist,
            self.notifications,
            self.chat_holds,
            self.conversations,
            self.pending_updates,
            self.audit,
            self.announcements,
            self.deliveries,
            self.reporting,
            self.understanding,
        ):
            await self._finished(collection.prepare)

    async def _finished(self, prepare: Callable[[], Awaitable[None]]) -> None:
        """Make the indexes of a collection, and wait as long as the database answers anything else.

        Among millions of documents an index takes longer than any answer is waited for. The server goes on
        making it when nobody waits for it any more, and whoever asks for it again waits for the same work.
        Source: MongoDB, index builds on populated collections.
        """
        while True:
            try:
                return await prepare()
            except StorageDown as error:
                if not was_waited_for_too_long(error):
                    raise
            # A server that hangs does not answer this either.
            await self.migrations.number()
            log.info("storage.index_takes_long")
