"""Saying whose other appointment is in the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.errors import PatientBusy
from services.models.people import Principal, User


@contextmanager
def busy_named(principal: Principal, patient: User) -> Iterator[None]:
    """Say whose other appointment is in the way, where that is not who asks."""
    try:
        yield
    except PatientBusy as error:
        raise PatientBusy(error.start, None if patient.id == principal.id else patient.name) from error
