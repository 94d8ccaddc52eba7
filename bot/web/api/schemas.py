"""What the HTTP interface takes and gives. Field names are those of the original interface."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.web.api.fields import (
    Day,
    Email,
    Name,
    NewPassword,
    Password,
    RegisteredRole,
    Secret,
    Specialization,
    Text,
    WallTime,
)
from services.models.appointments import Appointment, AppointmentStatus
from services.models.patients import Patient
from services.models.people import AccountStatus, Gender, Role, User
from services.models.slots import Slot

TIME_SHOWN = "%I:%M %p"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class RegisterBody(_Body):
    """Who wants an account. Doctors need a `specialization`, admins the clinic's `staffCode`."""

    name: Name
    email: Email
    password: NewPassword
    role: RegisteredRole
    specialization: Specialization = Field(None, validate_default=True)
    gender: Gender | None = None
    staff_code: Secret | None = Field(None, alias="staffCode")


class LoginBody(_Body):
    """Who signs in; `name` is what the program calls itself where the chat lists its sessions."""

    email: Text
    password: Password
    name: Text | None = None


class BookBody(_Body):
    """Which time is wanted, in the clinic's time zone, for oneself or a patient whom one looks after."""

    patient_id: Text = Field(alias="patientId")
    doctor_id: Text = Field(alias="doctorId")
    date: Day
    time: WallTime
    reason: Text | None = None


class MoveBody(_Body):
    """To which time an appointment is moved, in the clinic's time zone."""

    date: Day
    time: WallTime


class EmailBody(_Body):
    """The right email address."""

    email: Email


class CodeBody(_Body):
    """The code that was emailed."""

    code: Text


class EmailOut(BaseModel):
    """One's email address, and whether it is confirmed; null: it was made before anybody was asked."""

    email: str
    verified: bool | None
    code_sent: bool | None = Field(
        None, alias="codeSent", description="False where no code could be emailed; `detail` says why then."
    )
    detail: str | None = None


class Token(BaseModel):
    """A JSON Web Token (RFC 7519), to be sent as `Authorization: Bearer …`."""

    token: str


class DoctorOut(BaseModel):
    """A doctor who can be booked."""

    id: str
    name: str
    email: str
    specialization: str | None
    role: Role
    gender: Gender | None


class AccountOut(DoctorOut):
    """An account; only doctors have a specialization."""

    status: AccountStatus


class PatientOut(BaseModel):
    """A patient whom somebody looks after; their id is a `patientId`."""

    id: str
    name: str


class MeOut(AccountOut):
    """One's own account, whose id is also one's `patientId`; `patients` are those one looks after."""

    patients: list[PatientOut]


class SlotOut(BaseModel):
    """A free time: from `start` to `end` (RFC 3339), and as the clinic's calendar and clock show it."""

    start: datetime
    end: datetime
    date: str = Field(examples=["2027-05-04"])
    time: str = Field(examples=["10:30 AM"])


class AppointmentOut(BaseModel):
    """An appointment; `date` and `time` are the clinic's, `start` and `end` instants (RFC 3339)."""

    id: str
    patientId: str  # noqa: N815 - the original interface's name
    doctorId: str  # noqa: N815
    date: str = Field(examples=["2027-05-04"])
    time: str = Field(examples=["10:30 AM"])
    status: AppointmentStatus
    start: datetime
    end: datetime
    reason: str | None


class Problem(BaseModel):
    """A problem document (RFC 9457); `errors` has a sentence for each field that is wrong."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] | None = None


def doctor_out(user: User) -> dict[str, Any]:
    """Return a doctor as JSON (see DoctorOut)."""
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "specialization": user.specialization,
        "role": user.role.value,
        "gender": user.gender.value if user.gender else None,
    }


def account_out(user: User) -> dict[str, Any]:
    """Return an account as JSON (see AccountOut)."""
    return {**doctor_out(user), "status": user.status.value}


def me_out(user: User, patients: Sequence[Patient]) -> dict[str, Any]:
    """Return one's own account as JSON (see MeOut)."""
    return {**account_out(user), "patients": [{"id": each.id, "name": each.name} for each in patients]}


def email_out(user: User, no_code: str | None = None) -> dict[str, Any]:
    """Return the email address of an account as JSON (see EmailOut), and why it got no code, if so."""
    told = {"email": user.email, "verified": user.email_verified}
    return told if no_code is None else {**told, "codeSent": False, "detail": no_code}


def slot_out(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    """Return a free time as JSON (see SlotOut)."""
    begins = slot.start.astimezone(zone)
    return {
        "start": begins.isoformat(),
        "end": slot.end.astimezone(zone).isoformat(),
        "date": begins.date().isoformat(),
        "time": begins.strftime(TIME_SHOWN),
    }


def appointment_out(found: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    """Return an appointment as JSON (see AppointmentOut)."""
    return {
        "id": found.id,
        "patientId": found.patient_id,
        "doctorId": found.doctor_id,
        **slot_out(found.slot, zone),
        "status": found.status.value,
        "reason": found.reason,
    }
