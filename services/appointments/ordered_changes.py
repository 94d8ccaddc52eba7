"""What an order changes beside appointments: time off, the hours of a date, a closure of the clinic."""

from services.appointments.schedule_events import date_changed, time_off_changed
from services.availability.availability import SHOWN_BACK, Schedules
from services.availability.slots import common, outside_hours
from services.clock import Clock
from services.models.appointments import CancellationOrder
from services.models.slots import Slot
from services.storage.closures import ClosureStore
from services.storage.schedules import ScheduleStore


class OrderedChanges:
    """Makes the change that an order is about. Each is made once, however often the order is carried out."""

    def __init__(
        self, *, schedules: Schedules, schedule_store: ScheduleStore, closures: ClosureStore, clock: Clock
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._closures = closures
        self._clock = clock

    async def make(self, order: CancellationOrder) -> bool:
        """Make the change; tell whether somebody is to be told of it, as another has given the order.

        What is so long over that nobody is shown it any more is forgotten then, so that it does not add up.
        """
        now, doctor_id, told = self._clock.now(), order.user_id, False
        if off := order.time_off:
            event = time_off_changed(doctor_id, off, now) if order.is_by_another else None
            told = await self._schedule_store.add_time_off(doctor_id, off, *([event] if event else []))
        if changed := order.date_hours:
            event = date_changed(doctor_id, changed, now) if order.is_by_another else None
            told = await self._schedule_store.put_date(doctor_id, changed, event)
        if told:
            await self._schedule_store.prune(doctor_id, self._schedules.today() - SHOWN_BACK)
        if order.closure is not None and await self._closures.add(order.closure, order.by, now):
            await self._closures.prune(now - SHOWN_BACK)
        return told and order.is_by_another

    async def concerned(self, order: CancellationOrder) -> list[Slot]:
        """Return the stretches in which the order cancels: its window, or what of it lies outside the hours.

        The hours are those that the doctor has by now, and those that the order has set: another change may
        have come since, and whoever made that has chosen what becomes of the appointments outside of it.
        """
        if order.date_hours is None:
            return [order.window]
        schedule = await self._schedules.of_doctor(order.user_id)
        if order.outside is None:
            return outside_hours(schedule, order.window, self._schedules.zone)
        if schedule.dates.get(order.date_hours.day) != order.date_hours.hours:
            return []  # the date was changed again: that order cancels what lies outside
        outside = outside_hours(schedule, order.window, self._schedules.zone)
        return common(outside, order.outside)
