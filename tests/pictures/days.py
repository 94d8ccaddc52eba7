"""Days to draw."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.appointments.agenda import DayAgenda
from services.availability.slots import slots_of_day, working_stretches
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.patients import Patient
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import Slot

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2027, 5, 4)


def a_card(
    slot: Slot, name: str = "Asha Rao", status: AppointmentStatus = AppointmentStatus.BOOKED
) -> AppointmentCard:
    """Return an appointment in that slot."""
    doctor = User(UserId("d"), "Meera Rao", "", Role.DOCTOR, AccountStatus.ACTIVE)
    patient = Patient(UserId("p"), name)
    appointment = Appointment(AppointmentId("a"), doctor.id, patient.id, slot, status)
    return AppointmentCard(appointment, doctor, patient)


def a_day(
    hours: Sequence[Hours],
    *,
    day: date = TUESDAY,
    minutes: int = 30,
    zone: ZoneInfo = BERLIN,
    is_taken: Callable[[int], bool] = lambda _number: False,
    names: Sequence[str] = ("Asha Rao",),
    time_off: Sequence[Slot] = (),
) -> DayAgenda:
    """Return a day with those hours, in which the slots whose number `is_taken` are booked."""
    schedule = Schedule({Weekday(day.weekday()): tuple(hours)}, slot_minutes=minutes)
    slots = list(enumerate(slots_of_day(schedule, day, zone)))
    return DayAgenda(
        day=day,
        zone=zone,
        working=working_stretches(schedule, day, zone),
        free=[slot for number, slot in slots if not is_taken(number)],
        time_off=time_off,
        taken=[a_card(slot, names[number % len(names)]) for number, slot in slots if is_taken(number)],
        cancelled=0,
    )


def before(plan: DayAgenda) -> datetime:
    """Return an instant on the day before."""
    return plan.bounds.start - timedelta(hours=12)
