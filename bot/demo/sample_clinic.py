"""The sample clinic: doctors, a patient, a receptionist and an admin, whose logins the demo page shows."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product

from services.accounts.registration import Accounts
from services.clock import Clock
from services.errors import EmailTaken
from services.ids import derived_id
from services.models.people import AccountStatus, Gender, Role, User, UserId
from services.models.scheduling import WORKING_WEEK, Hours, Schedule, Weekday
from services.storage.storage import Storage

# All accounts of the sample clinic have it, and the page shows it: it protects nothing.
PASSWORD = "mediconnect"  # noqa: S105 - see above
STAFF_CODE = "open-sesame"
# Somebody works at weekends, too, so that the demo has something to show then.
WEEKEND = (Hours(time(9), time(14)),)
# Whoever tries the demo can also cancel what they have booked for the next hour.
SCHEDULE = Schedule(
    dict(WORKING_WEEK) | {Weekday.SATURDAY: WEEKEND, Weekday.SUNDAY: WEEKEND}, change_lead_time=timedelta(0)
)
# Earlier than everything in the sample history.
SINCE = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Sample:
    """A person of the sample clinic."""

    name: str
    email: str
    role: Role
    gender: Gender
    specialization: str | None = None

    @property
    def id(self) -> UserId:
        """The account's id. It is always the same, as the name and the email address may be changed."""
        return UserId(derived_id(f"sample.{self.email}"))

    @property
    def user(self) -> User:
        """The account as it is created."""
        return User(
            id=self.id,
            name=self.name,
            email=self.email,
            role=self.role,
            status=AccountStatus.ACTIVE,
            gender=self.gender,
            specialization=self.specialization,
        )


PATIENT = Sample("Asha Patel", "asha@example.org", Role.PATIENT, Gender.FEMALE)
DOCTOR = Sample("Meera Rao", "rao@example.org", Role.DOCTOR, Gender.FEMALE, "Cardiology")
RECEPTIONIST = Sample("Olivia Hart", "olivia@example.org", Role.RECEPTIONIST, Gender.FEMALE)
ADMIN = Sample("Nora Lind", "nora@example.org", Role.ADMIN, Gender.FEMALE)
MIAS_DOCTOR = Sample("Leïla Haddad", "haddad@example.org", Role.DOCTOR, Gender.FEMALE, "Paediatrics")
# They see patients at two places, for several kinds of visit (see sample_catalogue.py).
GENERALIST = Sample("Felix Brandt", "brandt@example.org", Role.DOCTOR, Gender.MALE, "General medicine")
PHYSIOTHERAPIST = Sample("Lars Holm", "holm@example.org", Role.DOCTOR, Gender.MALE, "Physiotherapy")

PEOPLE = (
    PATIENT,
    RECEPTIONIST,
    ADMIN,
    DOCTOR,
    Sample("Tomás Sen", "sen@example.org", Role.DOCTOR, Gender.MALE, "Cardiology"),
    Sample("Ingrid Solberg", "solberg@example.org", Role.DOCTOR, Gender.FEMALE, "Dermatology"),
    Sample("Kwame Mensah", "mensah@example.org", Role.DOCTOR, Gender.MALE, "Dermatology"),
    MIAS_DOCTOR,
    Sample("Jun Watanabe", "watanabe@example.org", Role.DOCTOR, Gender.MALE, "Paediatrics"),
    Sample("Ruth Okafor", "okafor@example.org", Role.DOCTOR, Gender.FEMALE, "General medicine"),
    GENERALIST,
    PHYSIOTHERAPIST,
)

# The patients of the sample history; they have no phones. Each line has first names of women, of men, and
# surnames; each first name is combined with each surname.
NAMES = (
    ("Amina Khadija Salma", "Idris Karim Yusuf", "Diallo Benali Mansour"),
    ("Bianca Lucia Paula", "Bruno Diego Rafael", "Costa Ferreira Vidal"),
    ("Dana Eliska Zuzana", "Jakub Milan Pavel", "Novak Dvorak Kolar"),
    ("Elif Defne Zeynep", "Emre Kerem Onur", "Kaya Demir Yildiz"),
    ("Freya Astrid Signe", "Anders Henrik Nils", "Olsen Lund Dahl"),
    ("Hana Keiko Yumi", "Daichi Kenji Takumi", "Suzuki Mori Tanaka"),
    ("Jaya Lakshmi Nisha", "Arjun Rohan Vikram", "Menon Iyer Kapoor"),
    ("Lan Mei Xiu", "Chen Jian Hao", "Wei Zhang Liu"),
    ("Ngozi Adaeze Ifeoma", "Chidi Emeka Tunde", "Eze Balogun Adeyemi"),
    ("Grace Holly Megan", "Owen Rhys Callum", "Hughes Walsh Murray"),
)


def _patients() -> Iterator[Sample]:
    for women, men, surnames in NAMES:
        for firsts, gender in ((women, Gender.FEMALE), (men, Gender.MALE)):
            for first, last in product(firsts.split(), surnames.split()):
                email = f"{first}.{last}@patients.example".casefold()
                yield Sample(f"{first} {last}", email, Role.PATIENT, gender)


HISTORY_PATIENTS = tuple(_patients())


async def furnish(storage: Storage, accounts: Accounts, clock: Clock) -> None:
    """Create the accounts of the sample clinic that do not exist yet, as if they were old ones."""
    hashed = await accounts.hash_password(PASSWORD)
    at = clock.now() - SINCE
    people = (*PEOPLE, *HISTORY_PATIENTS)
    await asyncio.gather(*(enrol(storage, person.user, hashed, at) for person in people))


async def enrol(storage: Storage, user: User, hashed: bytes, at: datetime) -> None:
    """Create an account that does not exist yet, as if that had been done at that instant."""
    if user.role is Role.DOCTOR:
        # Before the account, so that there is never a doctor without hours.
        await storage.schedules.put(user.id, SCHEDULE)
    with suppress(EmailTaken):
        await storage.users.add(user, hashed, at)


async def account_of(storage: Storage, person: Sample) -> User | None:
    """Return somebody's account as it is now; None: it was deleted."""
    if user := await storage.users.by_id(person.id):
        return user
    # Older demos created them without fixed ids, so they are found by their email address.
    found = await storage.users.credentials(person.email)
    return found.user if found else None
