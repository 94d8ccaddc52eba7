"""All metrics, by their names: what is counted and measured, for /metrics.

With several workers of one supervisor, all count into files that they share (prometheus-client's multiprocess
mode, which it chooses when it is imported), so whoever is asked tells the figures of all.

Their labels come from short, fixed lists: no names, no ids, nothing that people type. Whatever is counted for
each update or request is looked up in a dict, as the library's own way to a label is slow.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from services.errors import ClinicError, StorageDown
from services.models.notifications import ChannelName, Event, EventKind
from services.notifications.observer import DeliveryOutcome

# Upper bounds in seconds. A tap takes a few milliseconds; a 429 may be waited for.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
CHANGES = (EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED)
# Of a series each visit is counted as what was done to it.
OF_SERIES = {
    EventKind.SERIES_BOOKED: EventKind.BOOKED,
    EventKind.SERIES_MOVED: EventKind.MOVED,
    EventKind.SERIES_CANCELLED: EventKind.CANCELLED,
}


class UpdateKind(StrEnum):
    """What an update of Telegram is, as far as it is counted."""

    COMMAND = "command"
    TEXT = "text"
    TAP = "tap"
    OTHER = "other"


class UpdateOutcome(StrEnum):
    """What came of an update: `refused` with a sentence that says why, `skipped` as it needs no answer."""

    ANSWERED = "answered"
    REFUSED = "refused"
    INCIDENT = "incident"
    SKIPPED = "skipped"


class Face(StrEnum):
    """By which way something was done; `ORDER`: with many others at once, for example by time off."""

    CHAT = "chat"
    HTTP = "http"
    ORDER = "order"
    BACKGROUND = "background"


# Set by the supervisor of several workers: the folder with the files that they share.
SHARED_IN = "PROMETHEUS_MULTIPROC_DIR"


class _Backlog:
    """What waits in the outbox, as it was read last. That is the same whichever worker reads it."""

    def __init__(self) -> None:
        self.waiting: Mapping[ChannelName, tuple[int, timedelta]] = {}

    def collect(self) -> Iterable[Metric]:
        """Return it for the registry."""
        count = GaugeMetricFamily(
            "mediconnect_outbox_waiting",
            "Notices that wait to be delivered. Nothing while the database does not answer.",
            labels=("channel",),
        )
        oldest = GaugeMetricFamily(
            "mediconnect_outbox_oldest_seconds",
            "For how long the oldest of them has waited; 0 if there is none.",
            labels=("channel",),
        )
        for channel, (waiting, age) in self.waiting.items():
            count.add_metric((channel.value,), waiting)
            oldest.add_metric((channel.value,), age.total_seconds())
        return (count, oldest)


class Metrics:
    """The metrics of one process, in a registry of their own. It is the outbox's observer, too."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        updates = Histogram(
            "mediconnect_update_duration_seconds",
            "Handling of an update of Telegram, from its turn until the chat's state is stored.",
            ("kind", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._updates = {
            (kind, outcome): updates.labels(kind.value, outcome.value)
            for kind in UpdateKind
            for outcome in UpdateOutcome
        }
        self._requests_by = Histogram(
            "mediconnect_http_request_duration_seconds",
            "Answering an HTTP request, from its headers to the end of the answer.",
            ("route", "method", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._requests: dict[tuple[str, str, str], Histogram] = {}
        self._count_changes()
        self._count_failures()
        self._backlog = _Backlog()
        # What a scrape sees.
        self.shown = self.registry
        if os.environ.get(SHARED_IN):
            self.shown = CollectorRegistry()
            MultiProcessCollector(self.shown)  # type: ignore[no-untyped-call] # the library's signature lacks types
        self.shown.register(self._backlog)

    def _count_changes(self) -> None:
        changes = Counter(
            "mediconnect_appointment_changes",
            "Appointments booked, moved and cancelled, counted when their news is passed on.",
            ("change", "where"),
            registry=self.registry,
        )
        self._changes = {
            (kind, face): changes.labels(kind.value, face.value)
            for kind in CHANGES
            for face in (Face.CHAT, Face.HTTP, Face.ORDER)
            if face is not Face.ORDER or kind is EventKind.CANCELLED
        }
        deliveries = Counter(
            "mediconnect_deliveries",
            "Tries to deliver a notice.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self._deliveries = {
            (channel, outcome): deliveries.labels(channel.value, outcome.value)
            for channel in ChannelName
            for outcome in DeliveryOutcome
        }

    def _count_failures(self) -> None:
        self._refusals_by = Counter(
            "mediconnect_refusals",
            "What people were refused, by the class of the error.",
            ("error", "where"),
            registry=self.registry,
        )
        self._refusals: dict[tuple[type[ClinicError], Face], Counter] = {}
        failures = Counter(
            "mediconnect_storage_errors",
            "The database did not answer, or refused what was asked.",
            ("where",),
            registry=self.registry,
        )
        self._failures = {
            face: failures.labels(face.value) for face in (Face.CHAT, Face.HTTP, Face.BACKGROUND)
        }

    def update(self, kind: UpdateKind, outcome: UpdateOutcome, seconds: float) -> None:
        """Note an update that was handled."""
        self._updates[kind, outcome].observe(seconds)

    def request(self, route: str, method: str, status: str, seconds: float) -> None:
        """Note an HTTP request: the template of its route, never its path, and the class of its status."""
        key = (route, method, status)
        if key not in self._requests:
            self._requests[key] = self._requests_by.labels(*key)
        self._requests[key].observe(seconds)

    def refused(self, kind: type[ClinicError], where: Face) -> None:
        """Note that somebody was told why not."""
        if issubclass(kind, StorageDown):
            self._failures[where].inc()
            return
        key = (kind, where)
        if key not in self._refusals:
            self._refusals[key] = self._refusals_by.labels(kind.__name__, where.value)
        self._refusals[key].inc()

    def spread(self, events: Sequence[Event]) -> None:
        """Note which of these events have changed an appointment."""
        for event in events:
            kind = OF_SERIES.get(event.kind, event.kind)
            if kind in CHANGES:
                self._changes[kind, _face(event)].inc(len(event.facts.get("visits", ())) or 1)

    def tried(self, channel: ChannelName, outcome: DeliveryOutcome) -> None:
        """Note what came of a try to deliver a notice."""
        self._deliveries[channel, outcome].inc()

    def storage_failed(self) -> None:
        """Note that the database did not answer a background worker."""
        self._failures[Face.BACKGROUND].inc()

    def backlog(self, waiting: Mapping[ChannelName, tuple[int, timedelta]]) -> None:
        """Note how many notices wait in each channel, and the age of the oldest; nothing: it is not known."""
        self._backlog.waiting = waiting


def _face(event: Event) -> Face:
    """Return by which way an appointment was changed, as its event tells (see appointment_event)."""
    if event.kind is EventKind.CANCELLED and event.facts.get("why"):
        return Face.ORDER
    return Face.CHAT if "in_chat" in event.facts else Face.HTTP
