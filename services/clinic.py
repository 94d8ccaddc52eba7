"""The frozen bundle of services: all that the bot is given."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.accounts import Accounts
from services.appointments import Appointments
from services.audit import Audit
from services.clock import Clock
from services.doctors import Doctors
from services.passwords import Passwords
from services.schedules import Schedules
from services.sessions import Sessions, Tries
from services.storage.storage import Storage
from services.tokens import Tokens


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """What differs from clinic to clinic."""

    name: str
    zone: ZoneInfo
    staff_code: str | None

    def __repr__(self) -> str:
        return f"ClinicRules({self.name!r}, {self.zone})"


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's services."""

    rules: ClinicRules
    clock: Clock
    accounts: Accounts
    sessions: Sessions
    doctors: Doctors
    schedules: Schedules
    appointments: Appointments
    audit: Audit


def build(
    storage: Storage,
    *,
    rules: ClinicRules,
    clock: Clock,
    tokens: Tokens,
    passwords: Passwords,
    on_news: Callable[[], None],
) -> Clinic:
    """Put the services together. `on_news` is called when there is news for the outbox to tell."""
    tries = Tries(storage.attempts, clock)
    audit = Audit(audit=storage.audit, users=storage.users, clock=clock, zone=rules.zone)
    doctors = Doctors(users=storage.users)
    schedules = Schedules(
        schedules=storage.schedules, appointments=storage.appointments, clock=clock, zone=rules.zone
    )
    return Clinic(
        rules=rules,
        clock=clock,
        accounts=Accounts(
            users=storage.users,
            schedules=storage.schedules,
            passwords=passwords,
            tries=tries,
            clock=clock,
            staff_code=rules.staff_code,
        ),
        sessions=Sessions(
            arrivals=storage.arrivals,
            users=storage.users,
            sessions=storage.sessions,
            tries=tries,
            passwords=passwords,
            tokens=tokens,
            clock=clock,
        ),
        doctors=doctors,
        schedules=schedules,
        appointments=Appointments(
            appointments=storage.appointments,
            users=storage.users,
            doctors=doctors,
            schedules=schedules,
            clock=clock,
            on_news=on_news,
        ),
        audit=audit,
    )
