"""What can be seen of the bot from outside: how it is, and what it has done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.metrics import Metrics
from services.clock import Clock
from services.models.notifications import ChannelName
from services.storage.monitoring import ChannelQueue, MonitoringStore

Backlog = Mapping[ChannelName, ChannelQueue]


@dataclass(frozen=True, slots=True)
class Watch:
    """What the routes of bot/web/health.py and bot/web/metrics.py look at."""

    metrics: Metrics
    monitoring: MonitoringStore
    bot_api_answers: Callable[[], Awaitable[bool]]
    clock: Clock
    # The number of this worker, where there are several behind one port.
    worker: int | None = None
    # Which part it has in what one worker at a time does: its name -> "active", "standby", …
    parts: Callable[[], Mapping[str, str]] = dict
