"""The sample clinic: doctors, a patient and an admin, whose logins the demo page shows."""

from contextlib import suppress
from dataclasses import dataclass

from services.accounts import Accounts, Registration
from services.errors import EmailTaken
from services.models import Gender, Role

# Everybody in the sample clinic has it, and the page shows it: it guards nothing.
PASSWORD = "mediconnect"  # noqa: S105 - see above
STAFF_CODE = "open-sesame"


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody in the sample clinic."""

    name: str
    email: str
    role: Role
    gender: Gender
    specialization: str | None = None


PATIENT = Sample("Asha Patel", "asha@example.org", Role.PATIENT, Gender.FEMALE)
DOCTOR = Sample("Meera Rao", "rao@example.org", Role.DOCTOR, Gender.FEMALE, "Cardiology")
ADMIN = Sample("Nora Lind", "nora@example.org", Role.ADMIN, Gender.FEMALE)

PEOPLE = (
    PATIENT,
    ADMIN,
    DOCTOR,
    Sample("Tomás Sen", "sen@example.org", Role.DOCTOR, Gender.MALE, "Cardiology"),
    Sample("Ingrid Solberg", "solberg@example.org", Role.DOCTOR, Gender.FEMALE, "Dermatology"),
    Sample("Kwame Mensah", "mensah@example.org", Role.DOCTOR, Gender.MALE, "Dermatology"),
    Sample("Leïla Haddad", "haddad@example.org", Role.DOCTOR, Gender.FEMALE, "Paediatrics"),
    Sample("Jun Watanabe", "watanabe@example.org", Role.DOCTOR, Gender.MALE, "Paediatrics"),
    Sample("Ruth Okafor", "okafor@example.org", Role.DOCTOR, Gender.FEMALE, "General medicine"),
    Sample("Felix Brandt", "brandt@example.org", Role.DOCTOR, Gender.MALE, "General medicine"),
)

# Whose appointments fill the days of the sample clinic; nobody holds their phones.
HISTORY_PATIENTS = tuple(
    Sample(name, f"{name.partition(' ')[0].casefold()}@patients.example", Role.PATIENT, gender)
    for name, gender in (
        ("Amina Diallo", Gender.FEMALE),
        ("Bruno Costa", Gender.MALE),
        ("Chen Wei", Gender.MALE),
        ("Dana Novak", Gender.FEMALE),
        ("Emre Kaya", Gender.MALE),
        ("Freya Olsen", Gender.FEMALE),
        ("Goran Petrov", Gender.MALE),
        ("Hana Suzuki", Gender.FEMALE),
        ("Ivan Horvat", Gender.MALE),
        ("Jaya Menon", Gender.FEMALE),
    )
)


async def furnish(accounts: Accounts) -> None:
    """Make the accounts of the sample clinic that are not there yet."""
    hashed = await accounts.hash_password(PASSWORD)
    for person in (*PEOPLE, *HISTORY_PATIENTS):
        with suppress(EmailTaken):
            await accounts.check_email(person.email)
            await accounts.register(
                Registration(
                    name=person.name,
                    email=person.email,
                    password_hash=hashed,
                    role=person.role,
                    gender=person.gender,
                    specialization=person.specialization,
                    vetted=True,
                )
            )
