"""One patient is made of two: nothing is lost or doubled, whatever crashes or comes between."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import (
    ClinicError,
    MergedElsewhere,
    NotToMerge,
    PatientGone,
    RoleRequired,
    StorageDown,
    VisitsOverlap,
)
from services.handover.carrying import GRACE
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.catalogue import KindId
from services.models.limits import HeldFor
from services.models.merging import Merging
from services.models.notifications import ChannelName, EventKind, Notice
from services.models.patients import Patient
from services.models.people import Principal, Role, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId, Slot
from services.models.waitlist import SlotOffer, WaitlistEntry
from services.notifications.readers import NoticeReaders
from services.storage.mongo.driver import Document
from services.storage.storage import Storage
from tests.services.conftest import Bench
from tests.services.families import HALF, account, again, booked, news_of, patient, rows, visit
from tests.turning import MONDAY

TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COLLECTIONS = ("appointments", "waitlist", "users", "audit", "patients")
WRITES = (
    "update_one",
    "update_many",
    "insert_many",
    "delete_one",
    "find_one_and_update",
    "find_one_and_delete",
)


class Failing:
    """A collection whose writes stop being answered after `left` of them: the last is stored all the same."""

    def __init__(self, collection: Any, left: list[int]) -> None:
        self._collection = collection
        self._left = left

    def __getattr__(self, name: str) -> Any:
        usual = getattr(self._collection, name)
        if name not in WRITES:
            return usual

        async def write(*args: Any, **options: Any) -> Any:
            if self._left[0] <= 0:
                raise StorageDown
            self._left[0] -= 1
            done = await usual(*args, **options)
            if not self._left[0]:
                raise StorageDown
            return done

        return write


@contextmanager
def crash_after(storage: Storage, writes: int) -> Iterator[list[int]]:
    """Let the merge have so many writes, then no more."""
    left = [writes]
    stores: tuple[Any, ...] = (
        storage.merging,
        storage.carrying,
        storage.carrying_places,
        storage.carer_changes,
        storage.audit,
    )
    with pytest.MonkeyPatch.context() as patch:
        for store in stores:
            for name, value in vars(store).items():
                if hasattr(value, "find_one_and_update"):
                    patch.setattr(store, name, Failing(value, left))
        yield left


class Two:
    """Two records of one child, with a carer each, and the receptionist who makes one of them."""

    def __init__(self, bench: Bench, nora: Principal, asha: Principal, tom: Principal) -> None:
        self.bench, self.nora, self.asha, self.tom = bench, nora, asha, tom
        self.mia = Patient(UserId(""), "")
        self.double = self.mia

    async def merge(self) -> Patient:
        return await self.bench.clinic.handover.merging.merge(self.nora, self.double.id, self.mia.id)

    async def rounds(self) -> None:
        """Let the rounds come, until nothing is left to be done."""
        await self.bench.clinic.handover.merging.work()
        self.bench.clock.turn(GRACE)
        await self.bench.clinic.handover.merging.work()

    async def of(self, who: UserId) -> set[str]:
        return {row["_id"] for row in await rows(self.bench, "appointments", {"patient_id": who})}


async def two_records(bench: Bench) -> Two:
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    two = Two(bench, nora, await account(bench, "asha"), await account(bench, "tom"))
    two.mia = await patient(bench, "Mia Patel", two.asha, phone="+442079460018")
    born = date(2019, 3, 14)
    two.double = await patient(bench, "Mia Patell", two.tom, birth_date=born, email="mia@example.org")
    await account(bench, "rao", Role.DOCTOR)
    return two


async def test_two_are_made_one_and_the_ids_lead_on(bench: Bench) -> None:
    two = await two_records(bench)
    visits = {(await booked(bench, two.double.id, TEN + n * HOUR)).id for n in range(3)}
    visits.add((await booked(bench, two.mia.id, TEN + 5 * HOUR)).id)
    preview = await bench.clinic.handover.merging.preview(two.nora, two.double.id, two.mia.id)
    assert (preview.lost, preview.kept, preview.visits) == (two.double, two.mia, 3)
    assert await two.merge() == two.mia
    assert await two.of(two.mia.id) == visits
    found = await bench.storage.patients.by_id(two.double.id)
    assert found is not None
    known = (found.id, found.name, found.phone, found.birth_date, found.email)
    assert known == (two.mia.id, "Mia Patel", "+442079460018", date(2019, 3, 14), "mia@example.org")
    assert await bench.storage.patients.search("mia") == [found]
    for carer in (two.asha, two.tom):
        assert (await again(bench, carer)).user.looks_after == (two.mia.id,)
    await two.rounds()
    (row,) = await rows(bench, "patients", {"_id": two.double.id})
    assert row["merged_into"] == two.mia.id
    assert not {"name", "phone", "email", "birth_date", "merging", "name_words"} & set(row)
    assert await two.merge() == await bench.storage.patients.by_id(two.mia.id)


async def test_events_and_notices_speak_of_the_one_who_stays(bench: Bench) -> None:
    two = await two_records(bench)
    one = await booked(bench, two.double.id, TEN)
    await two.merge()
    events = await bench.storage.notifications.unspread(100)
    (told,) = [event for event in events if event.kind is EventKind.BOOKED]
    assert told.id == news_of(one).id
    assert set(told.readers) == {two.mia.id, one.doctor_id}
    assert (told.facts["patient_id"], told.facts["patient"]) == (two.mia.id, "Mia Patel")
    (heard,) = [event for event in events if event.kind is EventKind.PATIENTS_MERGED]
    assert (heard.readers, heard.facts["name"]) == ((two.tom.id,), "Mia Patell")
    (entry,) = await rows(bench, "audit", {"action": Action.PATIENTS_MERGED.value})
    assert (entry["actor"], entry["subject"]) == (two.nora.id, two.mia.id)
    (row,) = await rows(bench, "appointments", {})
    assert row["history"][0]["by"] == two.double.id


async def test_nothing_is_merged_before_one_of_two_overlapping_visits_is_cancelled(bench: Bench) -> None:
    two = await two_records(bench)
    lost, kept = (
        await booked(bench, two.double.id, TEN),
        await booked(bench, two.mia.id, TEN + HALF / 2, "lee"),
    )
    await booked(bench, two.double.id, TEN + HOUR)
    with pytest.raises(VisitsOverlap) as refused:
        await two.merge()
    (pair,) = (await bench.clinic.handover.merging.preview(two.nora, two.double.id, two.mia.id)).overlaps
    assert (pair.lost.appointment.id, pair.kept.appointment.id) == (lost.id, kept.id)
    assert not refused.value.has_begun
    assert len(await two.of(two.double.id)) == 2
    await bench.clinic.appointments.cancel(two.nora, kept.id)
    await two.merge()
    assert await two.of(two.double.id) == set()


async def test_of_visits_that_are_over_none_is_in_the_way_and_both_can_be_marked(bench: Bench) -> None:
    two = await two_records(bench)
    one, other = await booked(bench, two.double.id, TEN), await booked(bench, two.mia.id, TEN, "lee")
    bench.clock.turn_to(TEN + HOUR)
    await two.merge()
    assert await two.of(two.mia.id) == {one.id, other.id}
    for each in (one, other):
        marked = await bench.storage.appointments.mark(
            replace(each, patient_id=two.mia.id), AppointmentStatus.FULFILLED, each.doctor_id, TEN + HOUR
        )
        assert marked is not None


async def test_a_visit_that_is_booked_meanwhile_follows_once_one_of_two_is_cancelled(
    bench: Bench,
) -> None:
    two = await two_records(bench)
    one = await booked(bench, two.double.id, TEN)
    later = await booked(bench, two.double.id, TEN + HOUR)
    with crash_after(bench.storage, 1), pytest.raises(StorageDown):
        await two.merge()
    other = await booked(bench, two.mia.id, TEN, "lee")
    with pytest.raises(VisitsOverlap) as refused:
        await two.merge()
    assert refused.value.has_begun
    for _ in range(3):
        await two.rounds()
    assert await two.of(two.double.id) == {one.id}
    assert await two.of(two.mia.id) == {later.id, other.id}
    events = await bench.storage.notifications.unspread(100)
    (told,) = [each for each in events if each.kind is EventKind.MERGE_WAITS]
    assert set(told.readers) == {two.nora.id, two.asha.id, two.tom.id}
    # Each of them may see both, as long as it lasts.
    for carer in (two.asha, two.tom):
        assert set((await again(bench, carer)).user.looks_after) == {two.mia.id, two.double.id}
    await bench.clinic.appointments.cancel(two.nora, other.id)
    await two.rounds()
    assert await two.of(two.mia.id) == {one.id, later.id, other.id}
    for carer in (two.asha, two.tom):
        assert (await again(bench, carer)).user.looks_after == (two.mia.id,)


async def test_what_is_stored_by_somebody_who_had_read_the_patient_before_follows(bench: Bench) -> None:
    two = await two_records(bench)
    await two.merge()
    late = await booked(bench, two.double.id, TEN)
    assert await two.of(two.mia.id) == set()
    await bench.clinic.handover.merging.work()
    assert await two.of(two.mia.id) == {late.id}
    await bench.storage.carers.look_after(two.nora.id, two.double.id)
    await two.rounds()
    assert (await again(bench, two.nora)).user.looks_after == (two.mia.id,)


async def test_holds_give_way_to_visits_and_others_are_carried_over(bench: Bench) -> None:
    two = await two_records(bench)
    now = bench.clock.now()

    async def hold(who: UserId, start: datetime, doctor: str) -> Appointment:
        wanted = replace(
            visit(who, start, doctor), status=AppointmentStatus.HELD, held_until=now + timedelta(minutes=3)
        )
        return await bench.storage.appointments.hold(wanted, now)

    in_the_way, over = await hold(two.mia.id, TEN, "lee"), await hold(two.double.id, TEN + HOUR, "lee")
    free = await hold(two.double.id, TEN + 2 * HOUR, "lee")
    first, second = await booked(bench, two.double.id, TEN), await booked(bench, two.mia.id, TEN + HOUR)
    await two.merge()
    assert await two.of(two.mia.id) == {first.id, second.id, free.id}
    assert await bench.storage.appointments.by_id(in_the_way.id) is None
    assert await bench.storage.appointments.by_id(over.id) is None
    # The dialog goes on for the patient who stays.
    wanted = replace(free, patient_id=two.mia.id, status=AppointmentStatus.BOOKED, held_until=None)
    taken = await bench.storage.appointments.add(wanted, news_of(wanted), now)
    assert (taken.id, taken.status) == (free.id, AppointmentStatus.BOOKED)


async def test_places_on_waiting_lists_become_one(bench: Bench) -> None:
    two = await two_records(bench)
    now = bench.clock.now()

    def place(who: UserId, doctor: str, since: datetime, first: datetime, part: PartOfDay) -> WaitlistEntry:
        known = frozenset({TEN, first})
        return WaitlistEntry(UserId(doctor), who, since, Slot(first, first + 24 * HOUR), part, known)

    early, late = now - HOUR, now
    await bench.storage.waitlist.put(place(two.double.id, "rao", early, TEN + HOUR, PartOfDay.MORNING))
    await bench.storage.waitlist.put(place(two.mia.id, "rao", late, TEN - HOUR, PartOfDay.EVENING))
    await bench.storage.waitlist.put(place(two.double.id, "lee", late, TEN, PartOfDay.MORNING))
    # The double's appointment with Dr Kim is to be earlier.
    later = await booked(bench, two.double.id, TEN + 24 * HOUR, "kim")
    sooner = replace(place(two.double.id, "kim", late, TEN, PartOfDay.ANY), instead_of=later.id)
    await bench.storage.waitlist.put(sooner)
    await two.merge()
    entries = {row["doctor_id"]: row for row in await rows(bench, "waitlist", {})}
    assert {row["patient_id"] for row in entries.values()} == {two.mia.id}
    joined = entries["rao"]
    assert (joined["since"], joined["start"], joined["end"]) == (early, TEN - HOUR, TEN + 25 * HOUR)
    assert (joined["part"], joined["known"]) == (PartOfDay.ANY.value, [TEN])
    assert entries["lee"]["part"] == PartOfDay.MORNING.value
    assert entries["lee"]["_id"] == f"lee.{two.mia.id}"
    assert entries["kim"]["_id"] == f"kim.{two.mia.id}.{later.id}"


async def test_of_two_who_wait_for_other_kinds_the_patient_who_stays_waits_for_theirs(bench: Bench) -> None:
    two = await two_records(bench)
    now = bench.clock.now()
    window, hold = Slot(TEN, TEN + 24 * HOUR), AppointmentId("e" * 24)
    offer = SlotOffer(hold, Slot(TEN, TEN + HOUR), now + HOUR, told=True)
    first = WaitlistEntry(UserId("rao"), two.double.id, now, window, PartOfDay.ANY, kind_id=KindId("check"))
    held = Appointment(
        hold, first.doctor_id, two.double.id, offer.slot, AppointmentStatus.HELD, held_until=now + HOUR
    )
    await bench.storage.appointments.hold(held, now, HeldFor.OFFER)
    entry = await bench.storage.waitlist.put(first)
    assert entry is None
    stored = await bench.storage.waitlist.get(first.doctor_id, first.patient_id)
    assert stored is not None
    assert await bench.storage.waitlist.change(stored, replace(stored, offer=offer, place=PlaceId("a")))
    other = replace(first, patient_id=two.mia.id, kind_id=KindId("long"), place=PlaceId("b"))
    await bench.storage.waitlist.put(other)
    await two.merge()
    (row,) = await rows(bench, "waitlist", {})
    assert (row["kind_id"], row["patient_id"]) == ("long", two.mia.id)
    assert not {"offer", "place_id"} & row.keys()
    assert await bench.storage.appointments.by_id(hold) is None


async def test_who_may_not_and_what_cannot_be_made_one(bench: Bench) -> None:
    two = await two_records(bench)
    merging = bench.clinic.handover.merging
    for who in (two.asha, await account(bench, "lee", Role.DOCTOR)):
        with pytest.raises(RoleRequired):
            await merging.merge(who, two.double.id, two.mia.id)
        with pytest.raises(RoleRequired):
            await merging.preview(who, two.double.id, two.mia.id)
    for first, second, error in (
        (two.mia.id, two.mia.id, NotToMerge),
        (two.asha.id, two.tom.id, NotToMerge),
        (two.mia.id, UserId("p-" + "0" * 22), PatientGone),
        (two.mia.id, two.nora.id, PatientGone),
    ):
        with pytest.raises(error):
            await merging.merge(two.nora, first, second)
    assert await rows(bench, "patients", {"merging": {"$ne": None}}) == []


async def test_with_an_account_it_is_the_account_that_stays_whichever_is_named_first(bench: Bench) -> None:
    two = await two_records(bench)
    one = await booked(bench, two.mia.id, TEN)
    her = await account(bench, "mia")
    assert (own := await bench.storage.users.by_id(her.id))
    assert own.phone is None
    kept = await bench.clinic.handover.merging.merge(two.nora, her.id, two.mia.id)
    assert kept.id == her.id
    assert await two.of(her.id) == {one.id}
    filled = (await bench.clinic.patients.by_ids([two.mia.id]))[two.mia.id]
    assert (filled.id, filled.name, filled.phone) == (her.id, "Mia", "+442079460018")
    assert (await again(bench, two.asha)).user.looks_after == ()
    told = {each.kind: each for each in await bench.storage.notifications.unspread(100)}
    assert told[EventKind.PATIENT_LEFT].readers == (two.asha.id,)
    assert told[EventKind.PATIENTS_MERGED].readers == (her.id,)
    assert told[EventKind.PATIENTS_MERGED].facts["is_you"]


async def test_two_who_merge_two_the_other_way_round_end_with_one(bench: Bench) -> None:
    two = await two_records(bench)
    one, other = await booked(bench, two.double.id, TEN), await booked(bench, two.mia.id, TEN + HOUR)
    merging = bench.clinic.handover.merging
    done = await asyncio.gather(
        merging.merge(two.nora, two.double.id, two.mia.id),
        merging.merge(two.nora, two.mia.id, two.double.id),
        return_exceptions=True,
    )
    assert all(isinstance(each, Patient | MergedElsewhere | NotToMerge) for each in done), done
    for _ in range(2):
        await two.rounds()
    ids = (two.double.id, two.mia.id)
    found = await bench.storage.patients.by_ids(ids)
    assert set(found) == set(ids)
    if any(isinstance(each, Patient) for each in done):
        assert len({each.id for each in found.values()}) == 1
        assert await two.of(found[ids[0]].id) == {one.id, other.id}


async def test_a_circle_that_a_crash_has_left_is_opened(bench: Bench) -> None:
    two = await two_records(bench)
    one = await booked(bench, two.double.id, TEN)
    for lost, into in ((two.double, two.mia), (two.mia, two.double)):
        order = Merging(lost.id, into.id, two.nora.id, bench.clock.now(), lost.name)
        assert await bench.storage.merging.mark(order)
    for _ in range(2):
        await two.rounds()
    found = await bench.storage.patients.by_ids([two.double.id, two.mia.id])
    (kept,) = {each.id for each in found.values()}
    assert await two.of(kept) == {one.id}


async def test_the_tombstones_of_several_merges_lead_to_the_last(bench: Bench) -> None:
    two = await two_records(bench)
    ids = [two.double.id]
    for number in range(8):
        new = await patient(bench, f"Mia {number}")
        await bench.clinic.handover.merging.merge(two.nora, ids[-1], new.id)
        await two.rounds()
        ids.append(new.id)
    found = await bench.storage.patients.by_ids(ids)
    assert {found[each].id for each in ids} == {ids[-1]}


async def _stored(bench: Bench) -> dict[str, list[Document]]:
    """Return what counts at the end, without what differs by the way there."""
    found = {name: await rows(bench, name, {}) for name in COLLECTIONS}
    for row in found["patients"]:
        row.pop("revision", None)
    for row in (*found["waitlist"], *found["users"]):
        row.pop("version", None)
    for row in found["audit"]:
        row.pop("at")
    return found


async def _emptied(bench: Bench) -> None:
    """Begin again, on an empty database and on the same morning."""
    for name in COLLECTIONS:
        await bench.storage.patients._patients.database[name].delete_many({"_id": {"$gt": ""}})
    bench.clock.turn_to(MONDAY)


async def _crashing(bench: Bench, two: Two, writes: int) -> bool:
    """Merge with a crash after so many writes; tell whether there was one. Then the rounds take it up."""
    with crash_after(bench.storage, writes):
        try:
            await two.merge()
            await two.rounds()
        except StorageDown:
            crashed = True
        else:
            crashed = False
    return crashed


@pytest.mark.timeout(600)
async def test_a_crash_after_each_write_leaves_what_the_next_round_takes_up(bench: Bench) -> None:
    """The end is the same as without a crash, and everybody has heard of it once."""
    ends, writes, crashed, began = [], 1, True, bench.clock.now()
    while crashed:
        await _emptied(bench)
        two = await two_records(bench)
        one, _ = await booked(bench, two.double.id, TEN), await booked(bench, two.mia.id, TEN + HOUR)
        await booked(bench, two.double.id, TEN + 2 * HOUR)
        for who in (two.double.id, two.mia.id):
            await bench.storage.waitlist.put(
                WaitlistEntry(one.doctor_id, who, began, Slot(TEN, TEN + HOUR), PartOfDay.ANY)
            )
        crashed = await _crashing(bench, two, writes)
        for _ in range(2):
            await two.rounds()
        ends.append(await _stored(bench))
        writes += 1
    assert writes > 12, "there were fewer writes than the merge has steps"
    for number, each in enumerate(ends):
        assert each == ends[-1], f"after {number + 1} writes"
    assert {row["patient_id"] for row in ends[-1]["appointments"]} == {two.mia.id}


STARTS = st.integers(0, 12).map(lambda place: TEN + place * HALF)
VISITS = st.lists(st.tuples(st.booleans(), STARTS, st.sampled_from(["rao", "lee", "kim"])), max_size=8)


@pytest.mark.timeout(600)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(wanted=VISITS, passed=st.integers(-1, 12), stop=st.integers(1, 20))
async def test_no_visit_is_lost_or_doubled(
    bench: Bench, wanted: list[tuple[bool, datetime, str]], passed: int, stop: int
) -> None:
    """Whatever the two have booked, of which a part is over by now, and wherever it crashes."""
    await _emptied(bench)
    two = await two_records(bench)
    before: dict[str, tuple[datetime, str]] = {}
    for is_double, start, doctor in wanted:
        with suppress(ClinicError):  # the time is taken
            one = await booked(bench, two.double.id if is_double else two.mia.id, start, doctor)
            before[one.id] = (start, one.doctor_id)
    bench.clock.turn_to(TEN + passed * HALF)
    theirs, others = await two.of(two.double.id), await two.of(two.mia.id)
    overlaps = any(
        before[one][0] == before[other][0] > bench.clock.now() for one in theirs for other in others
    )
    with crash_after(bench.storage, stop), suppress(StorageDown, VisitsOverlap):
        await two.merge()
    for _ in range(2):
        await two.rounds()
    found = await rows(bench, "appointments", {})
    assert {row["_id"]: (row["start"], row["doctor_id"]) for row in found} == before
    stays = {row["_id"] for row in found if row["patient_id"] == two.double.id}
    assert stays == (theirs if overlaps else set())
    assert {row["_id"] for row in found if row["patient_id"] == two.mia.id} == before.keys() - stays


async def test_news_that_is_told_right_after_the_order_reaches_who_looked_after_the_first(
    bench: Bench,
) -> None:
    """A worker dies between the order and its first step; another one tells what waits."""
    two = await two_records(bench)
    one = await booked(bench, two.double.id, TEN)
    event, readers = news_of(one), NoticeReaders(bench.storage.users, bench.clinic.patients)
    before = Notice("1", event, two.tom.id, ChannelName.CHAT, two.tom.chat_id)
    with crash_after(bench.storage, 1), pytest.raises(StorageDown):
        await two.merge()
    (spread,) = await readers.told_instead([event])
    assert set(spread.readers) == {two.tom.id, two.asha.id, one.doctor_id}
    told = await readers.as_told(before, (await again(bench, two.tom)).user)
    assert told is not None
    assert told.event.facts["patient_id"] == two.mia.id


async def test_news_from_before_one_has_an_account_is_not_told_to_who_looked_after_them(bench: Bench) -> None:
    two = await two_records(bench)
    one, her = await booked(bench, two.mia.id, TEN), await account(bench, "mia")
    with crash_after(bench.storage, 1), pytest.raises(StorageDown):
        await bench.clinic.handover.merging.merge(two.nora, her.id, two.mia.id)
    readers = NoticeReaders(bench.storage.users, bench.clinic.patients)
    (spread,) = await readers.told_instead([news_of(one)])
    assert set(spread.readers) == {her.id, one.doctor_id}
    before = Notice("1", news_of(one), two.asha.id, ChannelName.CHAT, two.asha.chat_id)
    assert await readers.as_told(before, (await again(bench, two.asha)).user) is None
