"""Every call of the storage about patients and who looks after them (see calls.py)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services.models.patients import Made, Patient
from services.models.people import UserId
from services.storage.storage import Storage
from tests.turning import MONDAY


def patient_calls(s: Storage) -> Mapping[str, Callable[[], Awaitable[Any]]]:
    """Return "collection.method" -> a call of it."""
    mia = Patient(UserId("p-1"), "Mia", phone="+442079460018")
    return {
        "patients.add": lambda: s.patients.add(mia, Made(MONDAY, UserId("asha"))),
        "patients.by_ids": lambda: s.patients.by_ids([mia.id]),
        "patients.by_id": lambda: s.patients.by_id(mia.id),
        "patients.made": lambda: s.patients.made(mia.id),
        "patients.change": lambda: s.patients.change(mia),
        "patients.search": lambda: s.patients.search("mia", mia.phone),
        "patients.alike": lambda: s.patients.alike("Mia", mia.phone),
        "patients.delete": lambda: s.patients.delete(mia.id),
        "personal_data.patients": lambda: s.personal_data.patients([mia.id]),
        "carers.look_after": lambda: s.carers.look_after(UserId("asha"), mia.id),
        "carers.of_patients": lambda: s.carers.of_patients([mia.id]),
        "carers.forget": lambda: s.carers.forget(mia.id),
        "carers.stop": lambda: s.carers.stop(UserId("asha"), mia.id),
    }
