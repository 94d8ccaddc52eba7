"""Patients: people who are treated, with an account of their own or looked after by somebody who has one."""

from dataclasses import dataclass
from datetime import date, datetime

from services.models.people import REMINDERS, AccountStatus, Gender, User, UserId

# How the id of a patient without an account begins. An account's own patient has the account's id.
PREFIX = "p-"
# So many patients one account may look after, beside itself.
MOST_LOOKED_AFTER = 10


def has_no_account(patient_id: str) -> bool:
    """Tell whether that is the id of a patient without an account of their own."""
    return patient_id.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class Patient:
    """A person who is treated (FHIR R4 Patient).

    `phone` is E.164, for example +442079460018, `email` case-folded, `language` an ISO 639 code. `revision`
    rises with each change; an account's own patient has none. `reminders` are minutes before an appointment
    at which anybody is to be reminded of it, `status` is that of the account, if there is one.
    """

    id: UserId
    name: str
    email: str = ""
    birth_date: date | None = None
    phone: str | None = None
    gender: Gender | None = None
    language: str | None = None
    revision: int = 0
    reminders: tuple[int, ...] = REMINDERS
    status: AccountStatus = AccountStatus.ACTIVE

    @property
    def has_account(self) -> bool:
        """Whether the patient has an account of their own."""
        return not has_no_account(self.id)


@dataclass(frozen=True, slots=True)
class Made:
    """When a patient without an account was made, and by which account.

    `at_desk`: by the clinic itself, whose record it is; None: that was not stored then.
    """

    at: datetime
    by: UserId
    at_desk: bool | None = None


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A patient's last wish to be called: when it was passed on, by the minute, and when they were called."""

    id: str
    at: datetime
    called_at: datetime | None = None


def own_patient(user: User) -> Patient:
    """Return an account's own patient."""
    return Patient(
        user.id,
        user.name,
        user.email,
        user.birth_date,
        user.phone,
        gender=user.gender,
        language=user.language,
        reminders=user.reminders,
        status=user.status,
    )
