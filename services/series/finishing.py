"""Finishing what was decided about a series, and letting go of what was not, also after a crash."""

import logging
from collections.abc import Callable
from datetime import timedelta

from services.appointments.bulk_cancellation import BulkCancellation
from services.availability.availability import Schedules
from services.clock import Clock
from services.errors import StorageDown
from services.models.appointments import AppointmentStatus
from services.models.booked_series import Series, SeriesChange
from services.models.series import SeriesStatus
from services.storage.freed_times import FreedTimes
from services.storage.series import SeriesStore
from services.storage.series_visits import SeriesVisitStore

log = logging.getLogger(__name__)

# What was not decided for so long never will be: its request has died.
UNDECIDED_FOR = timedelta(minutes=3)
# For so long holds may still appear of a series that was given up.
LOOKED_AT_FOR = timedelta(minutes=10)


class SeriesFinishing:
    """Carries out what is decided. `on_event` is called when appointments were changed."""

    def __init__(
        self,
        *,
        series: SeriesStore,
        visits: SeriesVisitStore,
        bulk_cancellation: BulkCancellation,
        schedules: Schedules,
        freed_times: FreedTimes,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._series = series
        self._visits = visits
        self._bulk_cancellation = bulk_cancellation
        self._schedules = schedules
        self._freed_times = freed_times
        self._clock = clock
        self._on_event = on_event

    async def finish(self, series: Series) -> None:
        """Make bookings of the holds of a series that is booked. Doing it again changes nothing."""
        if series.status is not SeriesStatus.BOOKED and not await self._is_booked(series):
            return
        await self._visits.book(series.id, series.by, series.since)
        for visit in await self._visits.of(series.id):
            self._freed_times.booked(visit.doctor_id, visit.patient_id)
        await self._series.done(series.id, SeriesStatus.BOOKED)

    async def _is_booked(self, series: Series) -> bool:
        found = await self._series.by_id(series.id)
        return found is not None and found.status is SeriesStatus.BOOKED

    async def carry_out(self, series: Series, change: SeriesChange) -> None:
        """Carry out a change that is decided. Doing it again changes nothing."""
        for appointment_id in change.cancelled:
            await self._visits.cancel(appointment_id, change)
        for move in change.moves:
            await self._visits.move(move, change)
        await self._series.drop_change(series.id, change.id, decided=True)
        self._on_event()

    async def push_on(self, series: Series, change: SeriesChange) -> None:
        """Let a change that is under way end: carry it out, or call it off if its request has died."""
        if change.decided:
            await self.carry_out(series, change)
        elif self._clock.now() - change.at >= UNDECIDED_FOR:
            await self.call_off(series, change)

    async def call_off(self, series: Series, change: SeriesChange) -> bool:
        """Let a change that is not decided never be; tell whether it isn't."""
        if not await self._series.drop_change(series.id, change.id, decided=False):
            return False
        await self._visits.release(change.id)
        return True

    async def work(self) -> None:
        """Finish, or let go of, what is left. Any number of workers may do so at once."""
        for series in await self._series.unfinished():
            try:
                await self._see_to(series)
            except StorageDown:
                raise
            except Exception:
                # One series that fails must not stop the others.
                log.exception("series.failed id=%s", series.id)
        now = self._clock.now()
        for series_id in await self._series.given_up(now - LOOKED_AT_FOR):
            await self._visits.let_all_go(series_id)
            await self._series.done(series_id, SeriesStatus.GIVEN_UP)
        await self._release_left_over()

    async def _release_left_over(self) -> None:
        """Release the times that visits have taken for changes that are over."""
        for visit, change_id in await self._visits.moving():
            series = await self._series.by_id(visit.series_id) if visit.series_id is not None else None
            current = series.change.id if series is not None and series.change is not None else None
            if change_id != current:
                await self._visits.release(change_id)

    async def _see_to(self, series: Series) -> None:
        now = self._clock.now()
        if series.change is not None:
            await self.push_on(series, series.change)
        elif series.status is SeriesStatus.BOOKED:
            await self._finish_late(series)
        elif series.status is SeriesStatus.BOOKING and now - series.since >= UNDECIDED_FOR:
            log.info("series.given_up id=%s", series.id)
            await self._series.give_up(series.id, now)
        if series.status is SeriesStatus.GIVEN_UP:
            await self._visits.let_all_go(series.id)

    async def _finish_late(self, series: Series) -> None:
        """Finish a series after a crash; what has come into its times since counts, as for any booking."""
        await self._visits.book(series.id, series.by, series.since)
        schedule = await self._schedules.of_doctor(series.doctor_id)
        for visit in await self._visits.of(series.id):
            if visit.status is AppointmentStatus.BOOKED:
                await self._bulk_cancellation.meet(visit, series.since, schedule)
        await self.finish(series)
