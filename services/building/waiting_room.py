"""How the services about the day of a visit are built."""

from collections.abc import Callable

from services.building.base import AppointmentServices, Base
from services.waiting_room.arrivals import Arrivals
from services.waiting_room.calls import Calls
from services.waiting_room.desk import Desk
from services.waiting_room.lateness import RunningLate
from services.waiting_room.messages import PatientMessages
from services.waiting_room.short_notice import ShortNotice
from services.waiting_room.standings import Standings


class WaitingRoomServices:
    """Running late, who is there and who is next, messages to patients, and who can't come after all."""

    def __init__(
        self, base: Base, appointments: AppointmentServices, on_line_change: Callable[[], None]
    ) -> None:
        storage, clock, views = base.storage, base.clock, base.views
        store, queries = storage.waiting_room, storage.appointment_queries
        self.running_late = RunningLate(
            store=store,
            queries=queries,
            views=views,
            schedules=base.schedules,
            doctors=base.doctors,
            audit=base.audit,
            clock=clock,
            on_event=base.on_event,
            on_line_change=on_line_change,
        )
        self.arrivals = Arrivals(
            store=store, views=views, clock=clock, zone=base.rules.zone, on_line_change=on_line_change
        )
        self.calls = Calls(
            store=store,
            appointments=storage.appointments,
            views=views,
            schedules=base.schedules,
            clock=clock,
            on_event=base.on_event,
            on_line_change=on_line_change,
        )
        self.standings = Standings(
            store=store, queries=queries, views=views, schedules=base.schedules, clock=clock
        )
        self.messages = PatientMessages(
            store=store,
            queries=queries,
            views=views,
            patients=base.patients,
            clock=clock,
            zone=base.rules.zone,
            on_event=base.on_event,
        )
        self.short_notice = ShortNotice(
            store=storage.appointments,
            appointments=appointments.changes,
            views=views,
            desk=Desk(users=storage.users),
            clock=clock,
            on_event=base.on_event,
            on_line_change=on_line_change,
        )
