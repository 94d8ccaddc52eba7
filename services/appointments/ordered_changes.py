"""What an order changes beside appointments: time off, hours of a date, closures, rooms out of order."""

from collections.abc import Sequence

from services.appointments.schedule_events import date_changed, time_off_changed
from services.availability.availability import SHOWN_BACK, Schedules
from services.availability.slots import common, is_elsewhere_on, outside_hours
from services.clock import Clock
from services.models.appointments import Appointment, AppointmentId, CancellationOrder
from services.models.notifications import Event
from services.models.people import UserId
from services.models.slots import Slot, TimeOff
from services.storage.catalogue import CatalogueStore
from services.storage.closures import ClosureStore
from services.storage.schedules import ScheduleStore

Ids = frozenset[AppointmentId]


class OrderedChanges:
    """Makes the change that an order is about. Each is made once, however often the order is carried out."""

    def __init__(
        self,
        *,
        schedules: Schedules,
        schedule_store: ScheduleStore,
        closures: ClosureStore,
        catalogue: CatalogueStore,
        clock: Clock,
    ) -> None:
        self._schedules = schedules
        self._schedule_store = schedule_store
        self._closures = closures
        self._catalogue = catalogue
        self._clock = clock

    async def make(self, order: CancellationOrder) -> bool:
        """Make the change; tell whether somebody is to be told of it, as another has given the order.

        What is so long over that nobody is shown it any more is forgotten then, so that it does not add up.
        """
        now, doctor_id, told = self._clock.now(), order.user_id, False
        if off := order.time_off:
            event = await self._of_time_off(doctor_id, off) if order.is_by_another else None
            told = await self._schedule_store.add_time_off(doctor_id, off, *([event] if event else []))
        if changed := order.date_hours:
            event = date_changed(doctor_id, changed, now) if order.is_by_another else None
            told = await self._schedule_store.put_date(doctor_id, changed, event)
        if told:
            await self._schedule_store.prune(doctor_id, self._schedules.today() - SHOWN_BACK)
        if order.closure is not None and await self._closures.add(order.closure, order.by, now):
            await self._closures.prune(now - SHOWN_BACK)
        if (room := order.room_out) and await self._catalogue.add_out(room.room_id, room.out):
            await self._catalogue.prune_outs(room.room_id, now - SHOWN_BACK)
        return told and order.is_by_another

    async def _of_time_off(self, doctor_id: UserId, off: TimeOff) -> Event:
        """Return the event that time off was taken for a doctor, with the name of the place if it has one."""
        places = (await self._catalogue.all()).places if off.place is not None else {}
        place = places.get(off.place) if off.place is not None else None
        return time_off_changed(doctor_id, off, self._clock.now(), place)

    async def elsewhere(self, order: CancellationOrder, visits: Sequence[Appointment]) -> Ids:
        """Return the visits that are not where the doctor is then, by the hours that the order has set."""
        changed = order.date_hours
        if changed is None or not any(hours.place is not None for hours in changed.hours or ()):
            return frozenset()
        schedule, zone = await self._schedules.of_doctor(order.user_id), self._schedules.zone
        if schedule.dates.get(changed.day) != changed.hours:
            return frozenset()  # the date was changed again
        found = (visit for visit in visits if is_elsewhere_on(changed.day, schedule, visit, zone))
        return frozenset(visit.id for visit in found)

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
