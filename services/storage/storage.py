"""All the collections, as the composition root hands them to the services."""

from dataclasses import dataclass

from services.storage.admins import Admins
from services.storage.announcements import Announcements
from services.storage.appointment_queries import Diaries
from services.storage.appointments import Appointments
from services.storage.attempts import Attempts
from services.storage.audit import Audit
from services.storage.bulk_cancellations import Clearances
from services.storage.chat_lookup import Arrivals
from services.storage.conversations import Conversations
from services.storage.dead_letters import ParkedNotices
from services.storage.deliveries import Deliveries
from services.storage.driver import Database
from services.storage.engagements import Engagements
from services.storage.erasure import Erasure
from services.storage.holds import Holds
from services.storage.known_chats import KnownChats
from services.storage.migrations import migrate, migrations
from services.storage.name_keys import NameKeys
from services.storage.notifications import Notifications
from services.storage.one_time_codes import Codes
from services.storage.pending_updates import Updates
from services.storage.personal_data import Records
from services.storage.reminders import Reminders
from services.storage.reporting import Reports
from services.storage.schedules import Schedules
from services.storage.sessions import Sessions
from services.storage.users import Users
from services.storage.waitlist import Waitlist


@dataclass(frozen=True, slots=True)
class Storage:
    """One object a collection, and some that look at one, or at several, in a way of their own."""

    arrivals: Arrivals
    users: Users
    name_keys: NameKeys
    admins: Admins
    sessions: Sessions
    known_chats: KnownChats
    attempts: Attempts
    codes: Codes
    schedules: Schedules
    appointments: Appointments
    diaries: Diaries
    engagements: Engagements
    holds: Holds
    reminders: Reminders
    waitlist: Waitlist
    clearances: Clearances
    notifications: Notifications
    parked: ParkedNotices
    conversations: Conversations
    updates: Updates
    audit: Audit
    announcements: Announcements
    deliveries: Deliveries
    reports: Reports
    records: Records
    erasure: Erasure

    @classmethod
    def on(cls, database: Database) -> "Storage":
        """Build the storage on an open database; nothing is sent to it yet."""
        return cls(
            arrivals=Arrivals(database),
            users=Users(database),
            name_keys=NameKeys(database),
            admins=Admins(database),
            sessions=Sessions(database),
            known_chats=KnownChats(database),
            attempts=Attempts(database),
            codes=Codes(database),
            schedules=Schedules(database),
            appointments=Appointments(database),
            diaries=Diaries(database),
            engagements=Engagements(database),
            holds=Holds(database),
            reminders=Reminders(database),
            waitlist=Waitlist(database),
            clearances=Clearances(database),
            notifications=Notifications(database),
            parked=ParkedNotices(database),
            conversations=Conversations(database),
            updates=Updates(database),
            audit=Audit(database),
            announcements=Announcements(database),
            deliveries=Deliveries(database),
            reports=Reports(database),
            records=Records(database),
            erasure=Erasure(database),
        )

    async def prepare(self) -> None:
        """Make every index, and put right what an earlier version has stored. Raises StorageDown."""
        for collection in (
            self.users,
            self.name_keys,
            self.sessions,
            self.attempts,
            self.schedules,
            self.codes,
            self.appointments,
            self.reminders,
            self.waitlist,
            self.notifications,
            self.conversations,
            self.audit,
            self.announcements,
            self.deliveries,
            self.reports,
        ):
            await collection.prepare()
        await migrate(migrations(self.name_keys))
