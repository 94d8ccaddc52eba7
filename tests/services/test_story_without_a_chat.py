"""What people do from outside of chats, as over HTTP, is done; and both sides hear of it in their chats."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest

from services.errors import AnnouncementOver, AppointmentUnknown, RoleRequired
from services.models.announcements import AnnouncementId, Audience
from services.models.appointments import AppointmentCard, AppointmentId, AppointmentStatus, Period
from services.models.audit import Action
from services.models.people import ChatId, Principal, Role
from services.models.scheduling import (
    Days,
    Digest,
    Hours,
    PartOfDay,
    Schedule,
    Weekday,
)
from services.models.slots import TimeOff
from tests.services.conftest import PASSWORD, Bench
from tests.services.test_outbox import Recorder, _outbox

A, B, C = (AppointmentId(letter * 24) for letter in "abc")
DAY = timedelta(days=1)


@dataclass
class Outside:
    """A patient, a doctor and an admin, each signed in in a chat, who act from outside of it."""

    bench: Bench
    asha: Principal
    rao: Principal
    nora: Principal

    async def start(self, days: int = 1) -> datetime:
        """Return the doctor's first free time so many days after the soonest."""
        found = (await self.bench.clinic.schedules.availability(self.asha, self.rao.id)).soonest()
        assert found is not None
        return found.start + days * DAY

    async def books(self, request_id: AppointmentId, days: int = 1) -> AppointmentCard:
        """Let the patient book, and return the appointment."""
        start, book = await self.start(days), self.bench.clinic.booking.book
        return await book(self.asha, self.rao.id, start, reason="cough", request_id=request_id)

    async def heard(self) -> list[str]:
        """Return what people have been told in chats since they were asked last."""
        chat = Recorder()
        outbox = _outbox(self.bench, chat, Recorder())
        for _ in range(4):
            await outbox.send_due()
            self.bench.clock.turn(timedelta(seconds=30))
        return sorted(said.removesuffix(" chat") for said in chat.delivered if said.endswith(" chat"))


@pytest.fixture
async def outside(bench: Bench) -> Outside:
    async def person(name: str, role: Role, chat: int) -> Principal:
        return replace(await bench.principal(f"{name}@example.org", role, chat), chat_id=None)

    asha, rao = await person("asha", Role.PATIENT, 1), await person("rao", Role.DOCTOR, 2)
    return Outside(bench, asha, rao, await person("nora", Role.ADMIN, 3))


async def test_a_patient_books_moves_confirms_and_cancels(outside: Outside) -> None:
    clinic, asha = outside.bench.clinic, outside.asha
    booked = (await outside.books(A)).appointment
    assert await outside.heard() == ["booked Asha", "booked Rao"]
    later = booked.slot.start + DAY
    await clinic.appointments.move(asha, A, later, was=booked.slot.start)
    assert await outside.heard() == ["moved Asha", "moved Rao"]
    await clinic.appointments.confirm(asha, A)
    await clinic.appointments.explain(asha, A, "fever")
    assert (await clinic.appointment_views.get(asha, A)).appointment.reason == "fever"
    assert (await clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 1
    await clinic.appointments.cancel(asha, A, was=later)
    assert await outside.heard() == ["cancelled Asha", "cancelled Rao"]
    held = await clinic.booking.hold(asha, outside.rao.id, later, request_id=B)
    assert held.status is AppointmentStatus.HELD
    assert await clinic.booking.let_go(B)


async def test_a_patient_waits_for_a_time_and_no_longer(outside: Outside) -> None:
    waitlist, asha = outside.bench.clinic.waitlist, outside.asha
    first = (await outside.start()).date()
    await waitlist.join(asha, outside.rao.id, first, first + 2 * DAY, PartOfDay.ANY)
    assert len(await waitlist.entries(asha)) == 1
    assert await waitlist.leave(asha, outside.rao.id)


async def test_a_doctor_runs_their_days(outside: Outside) -> None:
    clinic, rao, clock = outside.bench.clinic, outside.rao, outside.bench.clock
    booked = (await outside.books(A, days=0)).appointment
    await outside.heard()
    hours = Schedule({day: (Hours(time(8), time(18)),) for day in Weekday}, slot_minutes=30)
    assert (await clinic.working_hours.preview(rao, hours)).outside == []
    await clinic.working_hours.save(rao, hours, order_id="c" * 24)
    await clinic.daily_digests.change(rao, Digest())
    off = TimeOff("d" * 24, replace(booked.slot, start=booked.slot.start + DAY, end=booked.slot.end + DAY))
    assert await clinic.time_off.take(rao, off) == 0
    assert (await clinic.time_off.take_back(rao, off.id)).id == off.id
    clock.turn_to(booked.slot.end)
    seen = await clinic.appointments.mark(rao, A, AppointmentStatus.FULFILLED)
    version = seen.appointment.version
    await clinic.visits.follow_ups.propose(rao, A, timedelta(weeks=1), version=version)
    assert await outside.heard() == ["follow_up Asha"]
    assert (await clinic.agenda.day(rao, booked.slot.start.date())).day == booked.slot.start.date()


async def test_an_admin_acts_for_people_and_it_is_noted_who_did(outside: Outside) -> None:
    clinic, nora, asha, rao = outside.bench.clinic, outside.nora, outside.asha, outside.rao
    start = await outside.start()
    await clinic.booking.book(nora, rao.id, start, reason=None, request_id=A, patient_id=asha.id)
    assert await outside.heard() == ["booked Asha", "booked Rao"]
    await clinic.appointments.move(nora, A, start + DAY, was=start, note="Sorry")
    assert await outside.heard() == ["moved Asha", "moved Rao"]
    await clinic.appointments.cancel(nora, A, "Sorry", was=start + DAY)
    assert await outside.heard() == ["cancelled Asha", "cancelled Rao"]
    await clinic.administration.change_specialization(nora, rao.id, "Neurology")
    await clinic.new_passwords.reset_password(nora, rao.id)
    await clinic.administration.block(nora, asha.id, clear=True)
    await clinic.administration.unblock(nora, asha.id)
    actions = {entry.action for entry in (await clinic.audit.page(nora)).entries.items}
    assert {Action.BLOCKED, Action.UNBLOCKED, Action.RESET_SENT, Action.CANCELLED_FOR} <= actions


async def test_an_admin_reads_everything(outside: Outside) -> None:
    clinic, nora = outside.bench.clinic, outside.nora
    await outside.books(A, days=0)
    days = Days(date(2027, 5, 1), date(2027, 5, 31))
    assert (await clinic.exports.export(nora, days)).appointments is not None
    assert (await clinic.statistics.of_last(nora, 30)).total.total >= 0
    assert (await clinic.announcements.reach(nora, Audience.PATIENTS)).chats == 1
    with pytest.raises(AnnouncementOver):
        await clinic.announcements.stop(nora, AnnouncementId("a" * 24))
    assert (await clinic.dead_letters.page(nora, 0)).backlog.dead_letters == 0
    assert await clinic.dead_letters.retry_all(nora) == 0
    assert sum((await clinic.administration.counts(nora, "")).values()) > 0


async def test_one_keeps_ones_account_and_ends_a_chat(outside: Outside) -> None:
    clinic, asha = outside.bench.clinic, outside.asha
    renamed = await clinic.renaming.rename(asha, "Asha Patel")
    assert renamed.name == "Asha Patel"
    await clinic.profile.set_language(asha, "de")
    await clinic.profile.set_zone(asha, "Asia/Kolkata")
    await clinic.sessions.end(asha, ChatId(1))
    assert (await clinic.sessions.chats(asha, 0)).total == 0
    await clinic.sessions.sign_in(ChatId(1), asha.user.email, PASSWORD)


async def test_somebody_elses_things_are_as_closed_as_in_a_chat(outside: Outside) -> None:
    clinic = outside.bench.clinic
    booked = (await outside.books(A)).appointment
    bela = replace(await outside.bench.principal("bela@example.org", chat=4), chat_id=None)
    for act in (
        clinic.appointments.cancel(bela, A, was=booked.slot.start),
        clinic.appointments.move(bela, A, booked.slot.start + DAY, was=booked.slot.start),
        clinic.appointments.confirm(bela, A),
        clinic.appointment_views.get(bela, A),
    ):
        with pytest.raises(AppointmentUnknown):
            await act
    with pytest.raises(RoleRequired):
        await clinic.exports.export(bela, Days(date(2027, 5, 1), date(2027, 5, 2)))
