"""Whose lines of the waiting list are to be looked at, because of what this process has just stored.

The stores note it right after the write, so that no service can forget it. What a process notes and does not
serve any more, because it is killed, is found by the waiting list's rounds (services/waitlist/due_lines.py).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.errors import StorageDown
from services.models.people import UserId


@dataclass(frozen=True, slots=True)
class Freed:
    """The doctors and patients who have time again, and who has booked with whom: (doctor, patient)."""

    doctors: frozenset[UserId] = frozenset()
    patients: frozenset[UserId] = frozenset()
    booked: frozenset[tuple[UserId, UserId]] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether there is anything to look at."""
        return bool(self.doctors or self.patients or self.booked)


class FreedTimes:
    """Collects what was freed until it is taken; `nudged` is set when there is something new."""

    def __init__(self) -> None:
        self.nudged = asyncio.Event()
        self._doctors: set[UserId] = set()
        self._patients: set[UserId] = set()
        self._booked: set[tuple[UserId, UserId]] = set()

    def freed(self, doctor_id: UserId, patient_id: UserId | None = None) -> None:
        """Note that a time of a doctor may be free again, and of the patient who had it.

        The patient may wait for another doctor's time that overlaps it.
        """
        self._doctors.add(doctor_id)
        if patient_id is not None:
            self._patients.add(patient_id)
        self.nudged.set()

    @contextmanager
    def unclear_if_down(self, doctor_id: UserId, patient_id: UserId | None = None) -> Iterator[None]:
        """Note a time during whose write the database is lost: it may be stored for all that."""
        try:
            yield
        except StorageDown:
            self.freed(doctor_id, patient_id)
            raise

    def booked(self, doctor_id: UserId, patient_id: UserId) -> None:
        """Note that a patient has booked: if they were on that doctor's waiting list, they may not wait now.

        It frees nothing for anybody else.
        """
        self._booked.add((doctor_id, patient_id))
        self.nudged.set()

    def take(self) -> Freed:
        """Return all that was noted, and forget it."""
        taken = Freed(frozenset(self._doctors), frozenset(self._patients), frozenset(self._booked))
        for noted in (self._doctors, self._patients, self._booked):
            noted.clear()
        return taken

    def put_back(self, freed: Freed) -> None:
        """Note again what could not be served. It nudges nobody: the next round serves it."""
        self._doctors |= freed.doctors
        self._patients |= freed.patients
        self._booked |= freed.booked
