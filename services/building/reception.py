"""How the services are built that the clinic's reception is asked for, and what counts how that goes."""

from services.administration.understanding_counts import UnderstandingCounts
from services.building.base import Base
from services.waiting_room.callbacks import Callbacks
from services.working_hours.opening_hours import OpeningHours


class ReceptionServices:
    """What the clinic's reception is asked for."""

    def __init__(self, base: Base) -> None:
        self.opening_hours = OpeningHours(
            user_search=base.storage.user_search, schedules=base.schedules, clock=base.clock
        )
        self.understanding_counts = UnderstandingCounts(
            store=base.storage.understanding, schedules=base.schedules
        )
        self.callbacks = Callbacks(
            store=base.storage.callbacks,
            users=base.storage.users,
            sessions=base.storage.sessions,
            rules=base.rules,
            clock=base.clock,
            on_event=base.on_event,
        )
