"""The six kinds of error, each of which is answered in its own way."""

from datetime import datetime


class ClinicError(Exception):
    """Anything that the clinic itself says no to."""


class Refused(ClinicError):
    """The clinic's rules say no."""


class Denied(ClinicError):
    """This person may not."""


class Unknown(ClinicError):
    """There is no such thing, or none that this person may know of."""


class Invalid(ClinicError):
    """What was given can't be used."""


class Unavailable(ClinicError):
    """A part that is needed does not answer."""


class Undelivered(ClinicError):
    """A notice did not reach its reader."""


class AboutInstant(ClinicError):
    """An error that names the instant it is about."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.start = start
