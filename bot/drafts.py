"""What has been answered so far in a dialog. Frozen: a step makes a new one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.models import AppointmentId, Gender, Role, UserId


@dataclass(frozen=True)
class RegisterDraft:
    """A registration; the password is here only as its bcrypt hash."""

    name: str = ""
    email: str = ""
    password_hash: str = field(default="", repr=False)
    role: Role | None = None
    specialization: str | None = None
    gender: Gender | None = None
    vetted: bool = False
    kind: Literal["register"] = "register"


@dataclass(frozen=True)
class LoginDraft:
    """A sign-in."""

    email: str = ""
    kind: Literal["login"] = "login"


@dataclass(frozen=True)
class BookingDraft:
    """A booking; `request_id` makes two taps on Confirm one appointment."""

    specialization: str | None = None
    page: int = 0
    doctor_id: UserId | None = None
    doctor_name: str = ""
    month: date | None = None
    day: date | None = None
    start: datetime | None = None
    reason: str | None = field(default=None, repr=False)
    request_id: AppointmentId | None = None
    kind: Literal["booking"] = "booking"


@dataclass(frozen=True)
class WithdrawDraft:
    """The cancelling of somebody's appointment, with a note to the patient."""

    appointment_id: AppointmentId
    note: str | None = field(default=None, repr=False)
    kind: Literal["withdraw"] = "withdraw"


Draft = RegisterDraft | LoginDraft | BookingDraft | WithdrawDraft
