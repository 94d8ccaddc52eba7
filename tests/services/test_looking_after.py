"""Who looks after a patient acts for them in all that a patient does, and nobody else in anything."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.errors import (
    AppointmentChanged,
    ClinicError,
    Denied,
    PatientHasAppointments,
    TooManyAppointments,
    Unknown,
)
from services.models.appointments import AppointmentId, AppointmentStatus, Period
from services.models.limits import LimitName
from services.models.notifications import ChannelName, EventKind, Notice
from services.models.patients import Patient
from services.models.people import ChatId, Principal, Role, User
from services.models.scheduling import Days, PartOfDay
from services.notifications.outbox import Outbox
from services.patients.family import PatientForm
from tests.plans import OURS
from tests.services.conftest import PASSWORD, Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
TUESDAY = date(2027, 5, 4)
VISIT, OTHER = AppointmentId("a" * 24), AppointmentId("b" * 24)


@dataclass
class Home:
    """A child, two who look after her, somebody who did, a stranger, a doctor and an admin."""

    bench: Bench
    mia: Patient
    asha: Principal
    tom: Principal
    former: Principal
    stranger: Principal
    rao: Principal
    nora: Principal

    async def again(self, principal: Principal) -> Principal:
        return await _again(self.bench, principal)

    async def books(self, request_id: AppointmentId = VISIT, start: datetime = TEN) -> None:
        await self.bench.clinic.booking.book(
            self.asha, self.rao.id, start, reason="a cough", request_id=request_id, patient_id=self.mia.id
        )

    def outbox(self) -> tuple[Outbox, "Told"]:
        """Return an outbox, and where it delivers everything."""
        told = Told()
        storage = self.bench.storage
        outbox = Outbox(
            notifications=storage.notifications,
            users=storage.users,
            sessions=storage.sessions,
            clock=self.bench.clock,
            channels={ChannelName.CHAT: told, ChannelName.MAIL: told},
            patients=self.bench.clinic.patients,
        )
        return outbox, told

    async def told(self) -> list[Notice]:
        """Send what is due, and return what was sent."""
        outbox, told = self.outbox()
        await outbox.send_due()
        return told.notices


class Told:
    """A channel that keeps what it delivers."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def deliver(self, notice: Notice, reader: User) -> None:
        assert notice.reader == reader.id
        self.notices.append(notice)


async def _again(bench: Bench, principal: Principal) -> Principal:
    """Return the same person, as they are read with their next message."""
    user = await bench.storage.users.by_id(principal.id)
    assert user is not None
    return replace(principal, user=user)


@pytest.fixture
async def home(bench: Bench) -> Home:
    asha = await bench.principal("asha@example.org", chat=1)
    tom = await bench.principal("tom@example.org", chat=2)
    former = await bench.principal("former@example.org", chat=3)
    mia = await bench.clinic.family.add(asha, PatientForm("Mia"), request_id="1")
    for principal in (tom, former):
        await bench.clinic.family.look_after(principal.id, mia.id)
    await bench.clinic.handover.removal.remove(await _again(bench, former), mia.id)
    return Home(
        bench,
        mia,
        await _again(bench, asha),
        await _again(bench, tom),
        await _again(bench, former),
        await bench.principal("zed@example.org", chat=4),
        await bench.principal("rao@example.org", Role.DOCTOR, chat=5),
        await bench.principal("nora@example.org", Role.ADMIN, chat=6),
    )


Call = Callable[[Home, Principal], Awaitable[Any]]
# Everything that takes the id of a patient or of an appointment, in an order in which whoever may can do it.
CALLS: Mapping[str, Call] = {
    "patients.mine": lambda h, who: h.bench.clinic.patients.mine(who, h.mia.id),
    "family.change": lambda h, who: h.bench.clinic.family.change(who, h.mia, PatientForm("Mia")),
    "handover.removal.is_last": lambda h, who: h.bench.clinic.handover.removal.is_last(who, h.mia.id),
    "booking.patient": lambda h, who: h.bench.clinic.booking.patient(who, h.mia.id),
    "schedules.availability": lambda h, who: h.bench.clinic.schedules.availability(
        who, h.rao.id, TUESDAY, patient_id=h.mia.id
    ),
    "schedules.soonest": lambda h, who: h.bench.clinic.schedules.soonest(
        who, [h.rao.id], patient_id=h.mia.id
    ),
    "visits.any_doctor.propose": lambda h, who: h.bench.clinic.visits.any_doctor.propose(
        who, patient_id=h.mia.id
    ),
    "visits.any_doctor.kind_with": lambda h, who: h.bench.clinic.visits.any_doctor.kind_with(
        who, h.rao.id, patient_id=h.mia.id
    ),
    "appointment_requests.free_times": lambda h, who: h.bench.clinic.appointment_requests.free_times(
        who, h.rao.id, Days(TUESDAY, TUESDAY), h.mia.id
    ),
    "appointment_requests.book": lambda h, who: h.bench.clinic.appointment_requests.book(
        who, h.rao.id, TUESDAY, (TEN + 5 * HALF + timedelta(hours=2)).time(), patient_id=h.mia.id, reason=None
    ),
    "booking.hold": lambda h, who: h.bench.clinic.booking.hold(
        who, h.rao.id, TEN + HALF, request_id=OTHER, patient_id=h.mia.id
    ),
    "booking.check_free": lambda h, who: h.bench.clinic.booking.check_free(
        who, h.rao.id, TEN + 2 * HALF, patient_id=h.mia.id
    ),
    "booking.book": lambda h, who: h.bench.clinic.booking.book(
        who, h.rao.id, TEN + HALF, reason=None, request_id=OTHER, patient_id=h.mia.id
    ),
    "booking.stored": lambda h, who: h.bench.clinic.booking.stored(who, VISIT),
    "views.get": lambda h, who: h.bench.clinic.appointment_views.get(who, VISIT),
    "views.after": lambda h, who: h.bench.clinic.appointment_views.after(who, VISIT, 5),
    "views.last_doctor": lambda h, who: h.bench.clinic.appointment_views.last_doctor(who, h.mia.id),
    "appointment_requests.get": lambda h, who: h.bench.clinic.appointment_requests.get(who, VISIT),
    "appointments.confirm": lambda h, who: h.bench.clinic.appointments.confirm(who, VISIT),
    "appointments.explain": lambda h, who: h.bench.clinic.appointments.explain(who, VISIT, "a fever"),
    "visits.answers.to_answer": lambda h, who: h.bench.clinic.visits.answers.to_answer(who, VISIT),
    "appointment_requests.kinds": lambda h, who: h.bench.clinic.appointment_requests.kinds(
        who, h.rao.id, h.mia.id
    ),
    "waitlist.join": lambda h, who: h.bench.clinic.waitlist.join(
        who, h.rao.id, TUESDAY, TUESDAY, PartOfDay.ANY, patient_id=h.mia.id
    ),
    "waitlist.leave": lambda h, who: h.bench.clinic.waitlist.leave(who, h.rao.id, h.mia.id),
    "appointments.move": lambda h, who: h.bench.clinic.appointments.move(who, VISIT, TEN + 3 * HALF, was=TEN),
    "appointment_requests.move": lambda h, who: h.bench.clinic.appointment_requests.move(
        who, VISIT, TUESDAY, (TEN + 4 * HALF + timedelta(hours=2)).time()
    ),
    "appointments.cancel": lambda h, who: h.bench.clinic.appointments.cancel(who, VISIT),
    "booking.rebook": lambda h, who: h.bench.clinic.visits.rebooking.rebook(
        who, VISIT, h.rao.id, TEN + 6 * HALF
    ),
}


async def test_who_looks_after_a_patient_does_all_of_it_and_nobody_else_any(home: Home) -> None:
    await home.books()
    before = await home.bench.storage.appointments.by_id(VISIT)
    for name, call in CALLS.items():
        for outsider in (home.stranger, home.former):
            with pytest.raises(ClinicError) as refused:
                await call(home, outsider)
            assert isinstance(refused.value, Unknown | Denied), name
    assert await home.bench.storage.appointments.by_id(VISIT) == before
    for name, call in CALLS.items():
        assert await call(home, home.tom) is not None, name


async def test_lists_of_outsiders_are_empty_and_those_of_each_carer_have_it(home: Home) -> None:
    await home.books()
    found = await home.bench.storage.appointments.by_id(VISIT)
    assert found is not None
    views = home.bench.clinic.appointment_views
    for who, count in ((home.asha, 1), (home.tom, 1), (home.former, 0), (home.stranger, 0)):
        page = await views.page(who, Period.UPCOMING, 0)
        assert page.total == count
        assert [card.patient.name for card in page.items] == ["Mia"] * count
        assert home.bench.clinic.appointments.may_cancel(who, found) is bool(count)


async def test_two_patients_of_one_account_may_have_the_same_time_and_one_may_not(home: Home) -> None:
    """The guard is the patient's: a mother and her child see two doctors at once."""
    await home.books()
    sen = await home.bench.user("sen@example.org", Role.DOCTOR)
    book = home.bench.clinic.booking.book
    own = await book(home.asha, sen.id, TEN, reason=None, request_id=OTHER)
    assert own.patient.id == home.asha.id
    third = AppointmentId("c" * 24)
    with pytest.raises(ClinicError) as refused:
        await book(home.tom, sen.id, TEN, reason=None, request_id=third, patient_id=home.mia.id)
    assert type(refused.value).__name__ in {"PatientBusy", "SlotTaken"}


async def test_limits_are_the_patients(home: Home) -> None:
    await home.bench.clinic.limit_settings.change(home.nora, LimitName.OPEN_APPOINTMENTS, 1)
    await home.books()
    book = home.bench.clinic.booking.book
    with pytest.raises(TooManyAppointments):
        await book(home.tom, home.rao.id, TEN + HALF, reason=None, request_id=OTHER, patient_id=home.mia.id)
    await book(home.asha, home.rao.id, TEN + HALF, reason=None, request_id=OTHER)


async def test_all_who_look_after_the_patient_are_told_and_who_has_stopped_is_not(home: Home) -> None:
    await home.books()
    told = await home.told()
    readers = {(notice.reader, notice.channel) for notice in told}
    both = (ChannelName.CHAT, ChannelName.MAIL)
    assert readers == {(who.id, channel) for who in (home.asha, home.tom, home.rao) for channel in both}
    toms = next(notice for notice in told if notice.reader == home.tom.id)
    assert (toms.event.facts["patient"], toms.event.facts["carer"]) == ("Mia", "Asha")
    await home.bench.clinic.appointments.cancel(home.asha, VISIT)
    outbox, later = home.outbox()
    await outbox._spread()
    await home.bench.storage.carers.stop(home.tom.id, home.mia.id)
    await outbox.send_due()
    assert {notice.reader for notice in later.notices} == {home.asha.id, home.rao.id}


async def test_a_patient_with_an_address_of_their_own_gets_the_emails(home: Home) -> None:
    form = PatientForm("Mrs Jones", phone="+44 20 7946 0018", email="jones@example.org")
    jones = await home.bench.clinic.family.make(home.nora, form, request_id="2")
    await home.bench.clinic.booking.book(
        home.nora, home.rao.id, TEN, reason=None, request_id=VISIT, patient_id=jones.id
    )
    told = [notice for notice in await home.told() if notice.reader == jones.id]
    assert [notice.channel for notice in told] == [ChannelName.MAIL]
    found = await home.bench.clinic.administration.patients(home.nora, "020 7946 0018", 0)
    assert found.items == ()  # no country is set here, so the country code is needed
    found = await home.bench.clinic.administration.patients(home.nora, "0044 20 7946 0018", 0)
    assert found.items == ()
    found = await home.bench.clinic.administration.patients(home.nora, "+44 (20) 7946-0018", 0)
    assert [each.id for each in found.items] == [jones.id]
    person, page = await home.bench.clinic.appointment_views.of_person(
        home.nora, jones.id, Period.UPCOMING, 0
    )
    assert (person.name, page.total) == ("Mrs Jones", 1)


async def test_an_id_that_was_merged_still_leads_to_the_patient(home: Home) -> None:
    """Old buttons, and programs that know the old id."""
    other = await home.bench.clinic.family.add(home.asha, PatientForm("Mia again"), request_id="3")
    patients = home.bench.storage.patients._patients
    await patients.update_one({"_id": other.id}, {"$set": {"merged_into": home.mia.id}}, comment=OURS)
    await home.bench.storage.carers.stop(home.asha.id, other.id)
    asha = await home.again(home.asha)
    assert (await home.bench.clinic.patients.mine(asha, other.id)).id == home.mia.id
    card = await home.bench.clinic.appointment_requests.book(
        asha, home.rao.id, TUESDAY, (TEN + timedelta(hours=2)).time(), patient_id=other.id, reason=None
    )
    assert card.appointment.patient_id == home.mia.id
    with pytest.raises(Unknown):
        await home.bench.clinic.patients.mine(home.stranger, other.id)


async def test_an_offer_of_the_waiting_list_comes_to_all_and_is_taken_by_one(home: Home) -> None:
    waitlist, offers = home.bench.clinic.waitlist, home.bench.clinic.waitlist_offers
    zed = home.stranger
    taken = await home.bench.clinic.booking.book(zed, home.rao.id, TEN, reason=None, request_id=VISIT)
    await waitlist.join(home.asha, home.rao.id, TUESDAY, TUESDAY, PartOfDay.ANY, patient_id=home.mia.id)
    await home.bench.clinic.appointments.cancel(zed, taken.appointment.id)
    await offers.work()
    told = [notice for notice in await home.told() if "offer_id" in notice.event.facts]
    assert {notice.reader for notice in told} == {home.asha.id, home.tom.id}
    assert {notice.event.facts["patient"] for notice in told} == {"Mia"}
    offer_id = AppointmentId(told[0].event.facts["offer_id"])
    with pytest.raises(ClinicError):
        await waitlist.take(zed, offer_id)
    card = await waitlist.take(home.tom, offer_id)
    assert (card.patient.id, card.appointment.slot.start) == (home.mia.id, TEN)
    assert await waitlist.entries(home.asha) == []


async def test_ones_own_data_has_whom_one_looks_after(home: Home) -> None:
    await home.books()
    found = json.loads(await home.bench.clinic.personal_data.file(home.tom))
    assert [each["name"] for each in found["patients"]] == ["Mia"]
    assert [(each["patient_id"], each["reason"]) for each in found["appointments"]] == [("Mia", "a cough")]
    assert json.loads(await home.bench.clinic.personal_data.file(home.former))["patients"] == []


async def test_who_leaves_takes_along_only_whom_nobody_else_looks_after(home: Home) -> None:
    leo = await home.bench.clinic.family.add(home.asha, PatientForm("Leo"), request_id="4")
    asha = await home.again(home.asha)
    book = home.bench.clinic.booking.book
    await home.books()
    await book(asha, home.rao.id, TEN + HALF, reason="a rash", request_id=OTHER, patient_id=leo.id)
    assert [each.name for each in await home.bench.clinic.account_deletion.going(asha)] == ["Leo"]
    affected = await home.bench.clinic.account_deletion.affected(asha)
    assert [card.patient.name for card in affected] == ["Leo"]
    assert await home.bench.clinic.account_deletion.leave(asha) == 1
    gone = await home.bench.storage.appointments.by_id(OTHER)
    assert gone is not None
    assert (gone.status, gone.reason) == (AppointmentStatus.CANCELLED, None)
    assert await home.bench.storage.patients.by_id(leo.id) is None
    assert await home.bench.storage.patients.by_id(home.mia.id) is not None
    cards = await home.bench.clinic.appointment_views.days(home.rao, TUESDAY, TUESDAY)
    assert [card.patient.name for card in cards] == ["Mia", "A former patient"]
    names = {str(notice.event.facts.get("patient")) for notice in await home.told()}
    assert "Leo" not in names
    assert await home.again(home.tom)


async def test_the_last_one_removes_a_patient_only_without_anything_to_come(home: Home) -> None:
    await home.books()
    removal = home.bench.clinic.handover.removal
    await removal.remove(home.tom, home.mia.id)
    with pytest.raises(PatientHasAppointments):
        await removal.remove(home.asha, home.mia.id)
    await home.bench.clinic.appointments.cancel(home.asha, VISIT)
    await removal.remove(home.asha, home.mia.id)
    assert await home.bench.storage.patients.by_id(home.mia.id) is None
    assert (await home.again(home.asha)).user.looks_after == ()


async def test_a_patient_whom_the_clinic_has_made_stays_in_its_records(home: Home) -> None:
    jones = await home.bench.clinic.family.make(home.nora, PatientForm("Mrs Jones"), request_id="5")
    await home.bench.clinic.family.look_after(home.asha.id, jones.id)
    await home.bench.clinic.handover.removal.remove(await home.again(home.asha), jones.id)
    assert await home.bench.storage.patients.by_id(jones.id) == jones


async def test_she_stays_there_also_when_who_has_made_her_has_left(home: Home) -> None:
    jones = await home.bench.clinic.family.make(home.nora, PatientForm("Mrs Jones"), request_id="5")
    await home.bench.clinic.family.look_after(home.asha.id, jones.id)
    await home.bench.storage.users._users.delete_one({"_id": home.nora.id})
    await home.bench.clinic.handover.removal.remove(await home.again(home.asha), jones.id)
    assert await home.bench.storage.patients.by_id(jones.id) == jones


@pytest.mark.parametrize("is_booked", [True, False])
async def test_two_who_remove_a_patient_at_once_leave_nobody_behind(home: Home, *, is_booked: bool) -> None:
    if is_booked:
        await home.books()
    remove = home.bench.clinic.handover.removal.remove
    done = await asyncio.gather(
        *[remove(each, home.mia.id) for each in (home.asha, home.tom)], return_exceptions=True
    )
    left = [(await home.again(each)).user.looks_after for each in (home.asha, home.tom)]
    refused = [isinstance(each, PatientHasAppointments) for each in done]
    # Whoever was refused goes on; of two that may be both, or the one who was last.
    assert [after == (home.mia.id,) for after in left] == refused
    assert any(refused) is is_booked
    stays = await home.bench.storage.patients.by_id(home.mia.id)
    assert (stays is not None) is is_booked


async def test_accounts_of_an_earlier_version_look_after_nobody(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.storage.users._users.update_one(
        {"_id": asha.id}, {"$unset": {"looks_after": ""}}, comment=OURS
    )
    found = await bench.clinic.sessions.sign_in(ChatId(9), "asha@example.org", PASSWORD)
    assert found.user.looks_after == ()
    assert [each.id for each in await bench.clinic.patients.choices(found)] == [asha.id]


async def test_of_two_who_move_a_visit_at_once_one_does(home: Home) -> None:
    await home.books()
    move = home.bench.clinic.appointments.move
    done = await asyncio.gather(
        move(home.asha, VISIT, TEN + HALF, was=TEN),
        move(home.tom, VISIT, TEN + 2 * HALF, was=TEN),
        return_exceptions=True,
    )
    (lost,) = [each for each in done if isinstance(each, BaseException)]
    assert isinstance(lost, AppointmentChanged)
    told = [notice for notice in await home.told() if notice.event.kind is EventKind.MOVED]
    assert {notice.reader for notice in told} == {home.asha.id, home.tom.id, home.rao.id}
