"""What a person may want. The values stand in counts that are kept, so they never change."""

from collections.abc import Mapping
from enum import StrEnum

from services.models.people import Role


class Intent(StrEnum):
    """What a text asks for."""

    # Everybody
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"
    LANGUAGE = "language"
    ADDRESS = "address"
    PHONE = "phone"
    OPENING_HOURS = "opening_hours"
    PRICE = "price"
    PERSON = "person"
    EMERGENCY = "emergency"
    SIGN_IN = "sign_in"
    REGISTER = "register"
    SIGN_OUT = "sign_out"
    ACCOUNT = "account"
    DELETE_ACCOUNT = "delete_account"
    DOCTORS = "doctors"
    SYMPTOM = "symptom"
    # Patients
    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    APPOINTMENTS = "appointments"
    WHEN_IS_IT = "when_is_it"
    FREE_TIMES = "free_times"
    WAITING_LIST = "waiting_list"
    CONFIRM = "confirm"
    HERE = "here"
    REMINDERS = "reminders"
    CALENDAR = "calendar"
    MY_DATA = "my_data"
    FAMILY = "family"
    # Doctors
    MY_DAY = "my_day"
    MY_WEEK = "my_week"
    NEXT_PATIENT = "next_patient"
    LATE = "late"
    ILL = "ill"
    TIME_OFF = "time_off"
    HOURS = "hours"
    FIND_PERSON = "find_person"
    FOLLOW_UP = "follow_up"
    # The desk and admins
    CLINIC_DAY = "clinic_day"
    BLOCK = "block"
    ANNOUNCE = "announce"
    FIGURES = "figures"
    EXPORT = "export"
    UNDELIVERED = "undelivered"
    USERS = "users"
    CLOSURES = "closures"


_EVERYBODY = frozenset(
    {
        *(Intent.GREETING, Intent.THANKS, Intent.HELP, Intent.LANGUAGE, Intent.ADDRESS, Intent.PHONE),
        *(Intent.OPENING_HOURS, Intent.PRICE, Intent.PERSON, Intent.EMERGENCY, Intent.DOCTORS),
        *(Intent.SIGN_OUT, Intent.ACCOUNT, Intent.DELETE_ACCOUNT, Intent.MY_DATA),
    }
)
_PATIENT = frozenset(
    {
        *(Intent.SYMPTOM, Intent.BOOK, Intent.MOVE, Intent.CANCEL, Intent.APPOINTMENTS, Intent.WHEN_IS_IT),
        *(Intent.FREE_TIMES, Intent.WAITING_LIST, Intent.CONFIRM, Intent.HERE, Intent.REMINDERS),
        *(Intent.CALENDAR, Intent.FAMILY, Intent.LATE),
    }
)
_DOCTOR = frozenset(
    {
        *(Intent.MY_DAY, Intent.MY_WEEK, Intent.NEXT_PATIENT, Intent.LATE, Intent.ILL, Intent.TIME_OFF),
        *(Intent.HOURS, Intent.FIND_PERSON, Intent.FOLLOW_UP, Intent.APPOINTMENTS, Intent.CALENDAR),
    }
)
_DESK = frozenset(
    {
        *(Intent.FIND_PERSON, Intent.CLINIC_DAY, Intent.BOOK, Intent.FREE_TIMES, Intent.LATE),
        *(Intent.MOVE, Intent.CANCEL, Intent.APPOINTMENTS),
    }
)
_ADMIN = frozenset(
    {
        *(Intent.BLOCK, Intent.ANNOUNCE, Intent.FIGURES, Intent.EXPORT, Intent.UNDELIVERED, Intent.USERS),
        *(Intent.CLOSURES, Intent.HOURS, Intent.TIME_OFF),
    }
)
# Whoever is not signed in may ask for what patients ask for: it is done as soon as they have signed in.
INTENTS: Mapping[Role | None, frozenset[Intent]] = {
    None: _EVERYBODY | _PATIENT | {Intent.SIGN_IN, Intent.REGISTER},
    Role.PATIENT: _EVERYBODY | _PATIENT,
    Role.DOCTOR: _EVERYBODY | _DOCTOR,
    Role.RECEPTIONIST: _EVERYBODY | _DESK,
    Role.ADMIN: _EVERYBODY | _DESK | _ADMIN,
}
