"""What the HTTP interface takes and gives. Field names are those of the original interface."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.texts.amounts import amount
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
from services.models.catalogue import ForPatients, Place, Video, VisitKind
from services.models.patients import Patient
from services.models.people import AccountStatus, Gender, Role, User
from services.models.slots import PlaceId, Slot

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
    kind: Text | None = Field(
        None, description="The id of a kind of visit; the first for that patient if left out."
    )
    place: Text | None = Field(None, description="The id of a place; any if left out.")


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


class PriceOut(BaseModel):
    """What a visit costs, in a currency of ISO 4217."""

    amount: str = Field(examples=["25.50"])
    currency: str = Field(examples=["EUR"])


class KindOut(BaseModel):
    """A kind of visit: how long it takes, what it costs, and what to do before."""

    id: str
    name: str
    minutes: int
    price: PriceOut | None
    video: Video | None = Field(description="Null: that depends on the doctor.")
    forPatients: ForPatients  # noqa: N815 - as the other names
    preparation: str | None


class PlaceOut(BaseModel):
    """A place of the clinic, and how to get there."""

    id: str
    name: str
    address: str | None
    phone: str | None
    directions: str | None


class SlotOut(BaseModel):
    """A free time: from `start` to `end` (RFC 3339), and as the clinic's calendar and clock show it."""

    start: datetime
    end: datetime
    date: str = Field(examples=["2027-05-04"])
    time: str = Field(examples=["10:30 AM"])
    place: str | None = Field(None, description="The id of the place, where the clinic has several.")


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
    kind: str | None = Field(None, description="The id of the kind of visit, where the clinic has kinds.")
    place: str | None = Field(None, description="The id of the place, where the clinic has several.")


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


def kind_out(kind: VisitKind) -> dict[str, Any]:
    """Return a kind of visit as JSON (see KindOut)."""
    price = kind.price
    return {
        "id": kind.id,
        "name": kind.name,
        "minutes": kind.minutes,
        "price": {"amount": amount(price), "currency": price.currency} if price else None,
        "video": kind.video.value if kind.video else None,
        "forPatients": kind.for_patients.value,
        "preparation": kind.preparation or None,
    }


def place_out(place: Place) -> dict[str, Any]:
    """Return a place as JSON (see PlaceOut)."""
    return {
        "id": place.id,
        "name": place.name,
        "address": place.address or None,
        "phone": place.phone or None,
        "directions": place.directions or None,
    }


def slot_out(slot: Slot, zone: ZoneInfo, place: PlaceId | None = None) -> dict[str, Any]:
    """Return a free time as JSON (see SlotOut)."""
    begins = slot.start.astimezone(zone)
    return {
        **({"place": place} if place is not None else {}),
        "start": begins.isoformat(),
        "end": slot.end.astimezone(zone).isoformat(),
        "date": begins.date().isoformat(),
        "time": begins.strftime(TIME_SHOWN),
    }


def appointment_out(found: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    """Return an appointment as JSON (see AppointmentOut)."""
    visit = {"kind": found.kind_id, "place": found.place_id}
    return {
        **{name: value for name, value in visit.items() if value is not None},
        "id": found.id,
        "patientId": found.patient_id,
        "doctorId": found.doctor_id,
        **slot_out(found.slot, zone),
        "status": found.status.value,
        "reason": found.reason,
    }
