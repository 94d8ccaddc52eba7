"""The six kinds of errors, and two for any of them: with a time, and with the fields of a form."""

from collections.abc import Mapping
from datetime import datetime


class ClinicError(Exception):
    """The base of all errors that the clinic raises on purpose."""


class Refused(ClinicError):
    """The clinic's rules do not allow it."""


class Denied(ClinicError):
    """This person may not do that."""


class Unknown(ClinicError):
    """There is no such thing, or none that this person may know of."""


class Invalid(ClinicError):
    """What was given can't be used."""


class Unavailable(ClinicError):
    """Something that is needed does not answer: the database, the mail server."""


class Undelivered(ClinicError):
    """A notice did not reach its reader."""


class BadFields(Invalid):
    """Some fields of a form can't be used: `fields` has what is wrong with each, by its name."""

    def __init__(self, fields: Mapping[str, Invalid]) -> None:
        super().__init__(*fields)
        self.fields = fields


class AboutInstant(ClinicError):
    """An error that names the instant it is about."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.start = start
