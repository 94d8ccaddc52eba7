"""Naming the patient whose other appointment overlaps."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.errors import PatientBusy
from services.models.patients import Patient
from services.models.people import Principal


@contextmanager
def busy_named(principal: Principal, patient: Patient) -> Iterator[None]:
    """Add the patient's name to PatientBusy, unless it is the patient who asks."""
    try:
        yield
    except PatientBusy as error:
        raise PatientBusy(error.start, None if patient.id == principal.id else patient.name) from error
