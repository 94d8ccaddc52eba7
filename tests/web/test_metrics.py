"""/metrics: what is counted, and that nothing of anybody is in it."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.models.notifications import ChannelName
from services.models.people import ChatId, Role, User
from services.storage.monitoring import ChannelQueue, MonitoringStore
from tests.faults.holding import all_told, logged
from tests.town import KEY, PASSWORD, TOKEN, Person
from tests.web.conftest import Portal

# What stands in the address of a calendar feed is a secret.
GUESSED = "c4l3nd4rs3cr3t"


class Scrape:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        # All but the values, in whose digits one could find anything.
        self.words = re.sub(r" [\d.e+-]+$", "", text, flags=re.MULTILINE).lower()
        self._samples = [each for family in text_string_to_metric_families(text) for each in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of the samples with that name and these labels, whatever others they have."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == f"mediconnect_{name}" and labels.items() <= sample.labels.items()
        )

    def labels(self, name: str) -> set[str]:
        """Return all values that a label has anywhere."""
        return {sample.labels[name] for sample in self._samples if name in sample.labels}


async def scraped(portal: Portal) -> Scrape:
    answer = await portal.call("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return Scrape(answer.body)


@pytest.fixture
async def rao(portal: Portal) -> User:
    return await portal.town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


async def books_in_chat(person: Person) -> None:
    for does in ("/book", "Cardiology", "Rao"):
        await person.says(does)
    for label in ("Soonest", "Skip", "Confirm"):
        await person.taps(label)


async def test_what_happens_in_the_chat_and_over_http_is_counted_and_nobody_is_named(
    portal: Portal, rao: User
) -> None:
    nora, token = await portal.account("Nora")
    asha = portal.town.person("Asha")
    await asha.registers("Asha Patel", "asha@example.org")
    await books_in_chat(asha)
    assert (await portal.books(nora, rao, token, key="secret-key-1")).status == 201
    # The same key again: it was booked already.
    again = await portal.books(nora, rao, token, key="secret-key-1")
    assert again.status == 201
    assert (await portal.books(nora, rao, token)).status == 409
    assert (await portal.call("GET", "/appointments")).status == 401
    assert (await portal.call("DELETE", again.headers["Location"], token=token)).status == 200
    principal = await portal.town.assembly.clinic.sessions.authenticate(ChatId(asha.phone.chat_id))
    feed = (await portal.town.assembly.clinic.calendar_feeds.addresses.give(principal)).path
    assert (await portal.call("GET", feed)).status == 200
    for path in ("/nora@example.org", f"/calendar/{GUESSED}.ics", "/appointment/a/b", "/%0A"):
        assert (await portal.call("GET", path)).status == 404
    assert (await portal.call("PROPFIND", "/login")).status == 405
    await portal.town.assembly.outbox.send_due()
    await all_told(portal.town)

    seen = await scraped(portal)
    assert seen.value("appointment_changes_total", change="booked", where="chat") == 1
    assert seen.value("appointment_changes_total", change="booked", where="http") == 1
    assert seen.value("appointment_changes_total", change="cancelled", where="http") == 1
    assert seen.value("appointment_changes_total") == 3
    # Two commands; three and two texts; and three and three buttons.
    for kind, count in (("command", 2), ("text", 5), ("tap", 6)):
        assert seen.value("update_duration_seconds_count", kind=kind, outcome="answered") == count
    assert seen.value("update_duration_seconds_count") == 13
    assert seen.value("update_duration_seconds_sum") > 0
    requests = "http_request_duration_seconds_count"
    assert seen.value(requests, route="/appointment", method="POST", status="2xx") == 2
    assert seen.value(requests, route="/appointment", method="POST", status="4xx") == 1
    assert seen.value(requests, route="/appointment/{appointment_id}", method="DELETE", status="2xx") == 1
    assert seen.value(requests, route="other", status="4xx") == 3
    for status in ("2xx", "4xx"):
        assert seen.value(requests, route="/calendar/{name}", status=status) == 1
    assert seen.value(requests, method="other", status="4xx") == 1
    assert seen.labels("route") == {
        "/login",
        "/appointment",
        "/appointments",
        "/appointment/{appointment_id}",
        "/calendar/{name}",
        "other",
    }
    assert seen.value("refusals_total", where="http", error="NotSignedIn") == 1
    assert seen.value("refusals_total", where="http", error="CalendarFeedUnknown") == 1
    assert seen.value("refusals_total", where="http") == 3
    assert seen.value("deliveries_total", channel="mail", outcome="delivered") >= 2
    ids = [rao.id, nora.id, again.body["id"], str(asha.phone.chat_id)]
    secrets = [
        TOKEN,
        TOKEN.partition(":")[2],
        KEY,
        PASSWORD,
        token,
        "secret-key",
        GUESSED,
        feed.removesuffix(".ics"),
    ]
    for part in ("Asha", "Patel", "Nora", "Rao", "example.org", *ids, *secrets):
        assert part.lower() not in seen.words


async def test_what_is_refused_in_the_chat_is_counted_by_the_error(portal: Portal) -> None:
    asha = portal.town.person("Asha")
    await asha.says("/appointments")
    await asha.says("/login")
    await asha.says("no address")
    seen = await scraped(portal)
    assert seen.value("refusals_total", where="chat", error="NotSignedIn") == 1
    assert seen.value("refusals_total", where="chat", error="BadEmail") == 1
    assert seen.value("update_duration_seconds_count", kind="command", outcome="refused") == 1
    assert seen.value("update_duration_seconds_count", kind="text", outcome="refused") == 1
    assert seen.value("update_duration_seconds_count", kind="command", outcome="answered") == 1


async def test_incidents_and_what_needs_no_answer_are_counted(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody has foreseen this")

    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    before = await scraped(portal)
    monkeypatch.setattr(portal.town.assembly.clinic.doctors, "specializations", broken)
    await asha.says("/book")
    update_id = asha.phone.block()
    assert update_id is not None
    await portal.town.telegram.confirmed(update_id)
    seen = await scraped(portal)
    counted = "update_duration_seconds_count"
    assert seen.value(counted, outcome="incident") == 1
    assert seen.value(counted, kind="other", outcome="skipped") == 1
    assert seen.value(counted) == before.value(counted) + 2
    assert portal.town.assembly.application.outcomes == {}


async def test_what_waits_in_the_outbox_is_told_by_channel_with_its_age(portal: Portal, rao: User) -> None:
    nora, token = await portal.account("Nora")
    portal.town.mailbox.refuse_with(451, "4.7.1 try again later", times=2)
    with logged("outbox.again") as again:
        assert (await portal.books(nora, rao, token)).status == 201
        await again.came(2)
    portal.clock.turn(timedelta(seconds=20))
    seen = await scraped(portal)
    assert seen.value("outbox_waiting", channel="mail") == 2
    assert seen.value("outbox_oldest_seconds", channel="mail") == 20
    assert seen.value("outbox_waiting", channel="chat") == 0
    assert seen.value("deliveries_total", channel="mail", outcome="later") == 2


async def test_fifty_scrapes_at_once_ask_the_database_once_for_each_channel(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def counted(store: MonitoringStore, channel: ChannelName) -> ChannelQueue:
        asked.append(channel)
        return await count(store, channel)

    count = MonitoringStore._waiting
    monkeypatch.setattr(MonitoringStore, "_waiting", counted)
    answers = await asyncio.gather(*(portal.call("GET", "/metrics") for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert sorted(asked) == sorted(ChannelName)
    seen = await scraped(portal)
    assert seen.value("http_request_duration_seconds_count", route="/metrics") == 50
    assert seen.value("outbox_waiting", channel="mail") == 0


async def test_openmetrics_is_given_to_whoever_asks_for_it(portal: Portal) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = await portal.call("GET", "/metrics", headers=accept)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.body.endswith("# EOF\n")


@pytest.mark.parametrize(
    "accept",
    [
        "text/plain;version=x.y",
        "application/openmetrics-text; version=abc",
        f"application/openmetrics-text; version={'9' * 5000}.0",
        ";;,=",
        "\xff",
        "",
    ],
)
async def test_who_asks_for_a_format_that_is_none_is_given_the_usual_one(portal: Portal, accept: str) -> None:
    answer = await portal.call("GET", "/metrics", headers={"Accept": accept})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
