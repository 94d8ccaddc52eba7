"""What the HTTP interface takes and gives. Field names are those of the original interface."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.accounts.passwords import MAX_BYTES
from services.models.appointments import Appointment, AppointmentStatus
from services.models.people import AccountStatus, Gender, Role, User
from services.models.scheduling import Slot

DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"(0?[1-9]|1[0-2]):([0-5][0-9]) ?([AaPp][Mm])")
TIME_SHOWN = "%I:%M %p"


def _unicode(text: str) -> str:
    # JSON can write half a surrogate pair, which is no character (RFC 8259 section 8.2).
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("text", "Please send whole Unicode characters.") from error
    return text


def _short_secret(secret: SecretStr) -> SecretStr:
    if len(_unicode(secret.get_secret_value()).encode()) > MAX_BYTES:
        raise PydanticCustomError("password", f"A password has up to {MAX_BYTES} bytes of UTF-8.")
    return secret


def _read_day(value: Any) -> date:
    """Return the day that is written as YYYY-MM-DD, from the year 2000 on (RFC 3339 full-date)."""
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "Please send a day like 2027-05-04.")


def _read_time(value: Any) -> time:
    """Return the time of day that is written as HH:MM AM or HH:MM PM."""
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("time", "Please send a time like 10:30 AM.")
    hour, minute, half = int(found[1]) % 12, int(found[2]), found[3].upper()
    return time(hour + 12 * (half == "PM"), minute)


Text = Annotated[str, AfterValidator(_unicode)]
Secret = Annotated[SecretStr, AfterValidator(_short_secret)]
Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"}),
]
WallTime = Annotated[
    time,
    BeforeValidator(_read_time),
    WithJsonSchema({"type": "string", "pattern": f"^{TIME.pattern}$", "examples": ["10:30 AM"]}),
]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class RegisterBody(_Body):
    """Who wants an account. Doctors need a `specialization`, admins the clinic's `staffCode`."""

    name: Text
    email: Text
    password: Secret
    role: Role
    specialization: Text | None = None
    gender: Gender | None = None
    staff_code: Secret | None = Field(None, alias="staffCode")


class LoginBody(_Body):
    """Who signs in; `name` is what the program calls itself where the chat lists its sessions."""

    email: Text
    password: Secret
    name: Text | None = None


class BookBody(_Body):
    """Which time a patient wants, in the clinic's time zone."""

    patient_id: Text = Field(alias="patientId")
    doctor_id: Text = Field(alias="doctorId")
    date: Day
    time: WallTime
    reason: Text | None = None


class MoveBody(_Body):
    """To which time an appointment is moved, in the clinic's time zone."""

    date: Day
    time: WallTime


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
