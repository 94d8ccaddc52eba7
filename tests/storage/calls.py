"""Every call of the storage, once, by its name: for what must hold of all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from services.models.announcements import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Audience,
    Delivery,
    DeliveryState,
    MailDelivery,
)
from services.models.appointments import (
    AppointmentId,
    AppointmentStatus,
    CancellationCause,
    CancellationOrder,
    Period,
    ToldLateness,
)
from services.models.audit import Action, AuditEntry
from services.models.calendar_feeds import StoredFeed
from services.models.catalogue import Place, Question, RoomId
from services.models.limits import HeldFor, LimitName
from services.models.notifications import ChannelName, EventKind
from services.models.people import AccountStatus, Author, ChatId, Role, UserId, Who
from services.models.scheduling import (
    Closure,
    DateHours,
    Digest,
    Hours,
    PartOfDay,
    Schedule,
)
from services.models.slots import PlaceId, Slot, TimeOff
from services.models.waitlist import WaitlistEntry
from services.storage.api_sessions import ApiSession
from services.storage.conversations import Save
from services.storage.deliveries import mail_delivery_id
from services.storage.freed_times import Freed
from services.storage.known_chats import KnownChat
from services.storage.pending_updates import Entry, Lease
from services.storage.schedules import DueDigest
from services.storage.sessions import StoredSession
from services.storage.storage import Storage
from services.understanding import UnderstandingOutcome
from tests.storage.conftest import TEN, a_notice, a_user, an_appointment, an_event
from tests.storage.patient_calls import patient_calls
from tests.storage.series_calls import series_calls
from tests.turning import MONDAY

HOUR = timedelta(hours=1)
LEASE = Lease("a process", MONDAY + timedelta(seconds=4))


async def _all(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


ASKED = UnderstandingOutcome.ASKED


def calls(storage: Storage) -> Mapping[str, Callable[[], Awaitable[Any]]]:
    """Return "collection.method" -> a call of it; one after the other they find each other's documents."""
    appointment, event, notice = an_appointment(1), an_event(), a_notice("n")
    doctor = a_user("rao", role=Role.DOCTOR, status=AccountStatus.PENDING, specialization="Cardiology")
    approved = an_event("e2", EventKind.DOCTOR_APPROVED)
    other = an_appointment(2, at=120)
    held = replace(an_appointment(3, at=600), status=AppointmentStatus.HELD, held_until=MONDAY + HOUR)
    entry = AuditEntry("1", MONDAY, Action.BLOCKED, doctor.id, doctor.id, {})
    clearance = CancellationOrder(
        "c", CancellationCause.BLOCKED, Role.DOCTOR, doctor.id, Slot(TEN, TEN + HOUR), doctor.id, MONDAY
    )
    moved = an_event("e3", EventKind.EMAIL_CHANGED)
    session = StoredSession(ChatId(1), "token")
    people = {Role.DOCTOR: doctor.id, Role.PATIENT: UserId("asha")}
    told = Announcement(AnnouncementId("a"), UserId("nora"), ChatId(1), Audience.EVERYBODY, "Closed", MONDAY)
    one = Delivery("a.1", ChatId(1), "claim")
    s, wide = storage, Slot(TEN - HOUR, TEN + HOUR)
    place = WaitlistEntry(doctor.id, UserId("asha"), MONDAY, wide, PartOfDay.ANY, version=1)
    opened = an_event("w", EventKind.SLOT_OPENED)
    return {
        "users.add": lambda: s.users.add(doctor, b"hash", MONDAY),
        "users.decide": lambda: s.users.decide(
            doctor.id, AccountStatus.PENDING, AccountStatus.ACTIVE, approved
        ),
        "users.change": lambda: s.users.change(doctor.id, {"zone": "UTC"}, moved),
        "admins.active": s.admins.active,
        "admins.mark": lambda: s.admins.mark(doctor.id, "mark", MONDAY),
        "admins.staying": lambda: s.admins.staying(MONDAY, MONDAY),
        "admins.unmark": lambda: s.admins.unmark(doctor.id, "mark"),
        "users.decide of a marked one": lambda: s.users.decide(
            doctor.id, AccountStatus.ACTIVE, AccountStatus.BLOCKED, mark="mark"
        ),
        "users.refuse_mail": lambda: s.users.refuse_mail(doctor.id, doctor.email, MONDAY),
        "users.accept_mail": lambda: s.users.accept_mail(doctor.id, doctor.email),
        "users.tell_refusal": lambda: s.users.tell_refusal(doctor.id, doctor.email, MONDAY),
        "users.by_id": lambda: s.users.by_id(doctor.id),
        "users.by_ids": lambda: s.users.by_ids([doctor.id]),
        "users.email_exists": lambda: s.users.email_exists(doctor.email),
        "users.credentials": lambda: s.users.credentials(doctor.email),
        "users.active": lambda: s.users.active(Role.DOCTOR, UserId(""), 9),
        "user_search.specializations": s.user_search.specializations,
        "user_search.doctors": lambda: s.user_search.doctors("Cardiology", 0, 6),
        "user_search.doctors of all kinds": lambda: s.user_search.doctors(None, 0, 6),
        "user_search.all_doctors": lambda: s.user_search.all_doctors("Cardiology"),
        "user_search.all_doctors of all kinds": lambda: s.user_search.all_doctors(None),
        "user_search.search for some": lambda: s.user_search.search(
            "rao", 0, 6, roles=(Role.DOCTOR, Role.PATIENT)
        ),
        "user_search.search for those of a role": lambda: s.user_search.search("rao", 0, 6, who=Who.DOCTORS),
        "user_search.search for those of a status": lambda: s.user_search.search("", 0, 6, who=Who.WAITING),
        "user_search.counts": lambda: s.user_search.counts("rao"),
        "user_search.counts of all": lambda: s.user_search.counts(""),
        "user_search.patients": lambda: s.user_search.patients("asha", 0, 6),
        "user_search.patients of all names": lambda: s.user_search.patients("", 0, 6),
        "user_search.search": lambda: s.user_search.search("rao", 0, 6),
        "name_keys.ids_alike": lambda: s.name_keys.ids_alike(["Rao"]),
        "name_keys.ids_alike of a role": lambda: s.name_keys.ids_alike(["Rao"], Role.DOCTOR),
        "name_keys.write_missing": s.name_keys.write_missing,
        "monitoring.server_version": s.monitoring.server_version,
        "migrations.number": s.migrations.number,
        "migrations.claim": lambda: s.migrations.claim("worker"),
        "migrations.renew": lambda: s.migrations.renew("worker"),
        "migrations.note": lambda: s.migrations.note("worker", 1),
        "migrations.release": lambda: s.migrations.release("worker"),
        "user_search.search for all": lambda: s.user_search.search("", 0, 6),
        "users.set_password": lambda: s.users.set_password(doctor.id, b"", MONDAY, keep=ChatId(1)),
        "users.with_password": lambda: s.users.with_password(doctor.id, b""),
        "users.settle_name": lambda: s.users.settle_name(
            doctor.id, "Rao", approve=True, event=an_event("e5", EventKind.NAME_APPROVED)
        ),
        "users.decided": lambda: s.users.decided(doctor.id, AccountStatus.ACTIVE),
        "users.tell_owner": lambda: s.users.tell_owner(
            doctor.email, an_event("e4", EventKind.ADDRESS_TRIED), MONDAY, HOUR
        ),
        "api_sessions.open": lambda: s.api_sessions.open(
            doctor.id, b"", ApiSession("j", "Portal", MONDAY, MONDAY + HOUR), "client"
        ),
        "api_sessions.account": lambda: s.api_sessions.account(doctor.id),
        "api_sessions.end": lambda: s.api_sessions.end(doctor.id, "j"),
        "api_sessions.end_all": lambda: s.api_sessions.end_all(doctor.id, MONDAY),
        "user_search.after": lambda: s.user_search.after(doctor.id, 9),
        "user_search.bookable_after": lambda: s.user_search.bookable_after(doctor.id, 9),
        "known_chats.sign_in": lambda: s.known_chats.sign_in(
            doctor.id, b"", KnownChat(ChatId(1), "j"), MONDAY
        ),
        "known_chats.bind": lambda: s.known_chats.bind(doctor.id, KnownChat(ChatId(2), "k"), MONDAY),
        "known_chats.sign_out": lambda: s.known_chats.sign_out(doctor.id, ChatId(1)),
        "known_chats.sign_out_all": lambda: s.known_chats.sign_out_all(doctor.id, but=ChatId(1)),
        "calendar_feeds.put": lambda: s.calendar_feeds.put(doctor.id, StoredFeed(), 1, "digest"),
        "calendar_feeds.put over another": lambda: s.calendar_feeds.put(
            doctor.id, StoredFeed(1, "digest"), 2, "other"
        ),
        "calendar_feeds.of": lambda: s.calendar_feeds.of(doctor.id),
        "calendar_feeds.by_digest": lambda: s.calendar_feeds.by_digest("other"),
        "calendar_feeds.set_names": lambda: s.calendar_feeds.set_names(doctor.id, in_full=True),
        "calendar_feeds.set_names of initials": lambda: s.calendar_feeds.set_names(doctor.id, in_full=False),
        "calendar_feeds.end": lambda: s.calendar_feeds.end(doctor.id, StoredFeed(2, "other")),
        "sessions.put": lambda: s.sessions.put(session, doctor.id, MONDAY + HOUR),
        "chat_lookup.of_chat": lambda: s.chat_lookup.of_chat(ChatId(1)),
        "sessions.chats_of": lambda: s.sessions.chats_of([doctor.id], MONDAY),
        "sessions.mark_blocked": lambda: s.sessions.mark_blocked(ChatId(1), MONDAY),
        "sessions.marked_blocked": lambda: s.sessions.marked_blocked(ChatId(1), MONDAY),
        "sessions.unmark_blocked": lambda: s.sessions.unmark_blocked(ChatId(1)),
        "sessions.of_user": lambda: s.sessions.of_user(doctor.id, MONDAY),
        "sessions.end": lambda: s.sessions.end(doctor.id, ChatId(2)),
        "sessions.end_all": lambda: s.sessions.end_all(doctor.id, but=ChatId(1)),
        "sessions.remove": lambda: s.sessions.remove(ChatId(1)),
        "attempts.record": lambda: s.attempts.record("mail:x", MONDAY, 5, HOUR),
        "attempts.look": lambda: s.attempts.look("mail:x", MONDAY, 5, HOUR),
        "attempts.take_back": lambda: s.attempts.take_back("mail:x"),
        "attempts.forget": lambda: s.attempts.forget("mail:x"),
        "email_verification.note_asked": lambda: s.email_verification.note_asked(doctor.id, MONDAY, HOUR),
        "email_verification.replace": lambda: s.email_verification.replace(doctor.id, "r@example.org"),
        "email_verification.verify": lambda: s.email_verification.verify(doctor.id, doctor.email),
        "one_time_codes.put": lambda: s.one_time_codes.put("email:rao", "seal", MONDAY + HOUR),
        "one_time_codes.put beside": lambda: s.one_time_codes.put(
            "email:rao", "another", MONDAY + HOUR, beside=MONDAY
        ),
        "one_time_codes.sent": lambda: s.one_time_codes.sent("email:rao", "another"),
        "one_time_codes.count_try": lambda: s.one_time_codes.count_try("email:rao", MONDAY + HOUR),
        "one_time_codes.count_try_of_shared": lambda: s.one_time_codes.count_try_of_shared(
            "reset:x", ChatId(1), 50, is_known=False
        ),
        "one_time_codes.redeem": lambda: s.one_time_codes.redeem("email:rao", "seal", ChatId(1)),
        "one_time_codes.is_from_clinic": lambda: s.one_time_codes.is_from_clinic(
            "reset:x", MONDAY, MONDAY + HOUR
        ),
        "one_time_codes.is_redeemed": lambda: s.one_time_codes.is_redeemed(["email:rao"], ChatId(1), MONDAY),
        "one_time_codes.remove": lambda: s.one_time_codes.remove("email:rao"),
        "schedules.put": lambda: s.schedules.put(doctor.id, Schedule()),
        "schedules.offer": lambda: s.schedules.offer(doctor.id, [], 15),
        "schedules.of_doctor": lambda: s.schedules.of_doctor(doctor.id),
        "schedules.add_time_off": lambda: s.schedules.add_time_off(doctor.id, TimeOff("t", wide)),
        "schedules.put_date": lambda: s.schedules.put_date(
            doctor.id, DateHours("d", MONDAY.date(), (Hours(time(9), time(12)),))
        ),
        "schedules.put_date of a day that is as usual": lambda: s.schedules.put_date(
            doctor.id, DateHours("e", MONDAY.date(), None)
        ),
        "schedules.is_dated": lambda: s.schedules.is_dated(doctor.id, "d"),
        "closures.add": lambda: s.closures.add(Closure("c", wide, "x"), UserId("vera"), MONDAY),
        "catalogue.put": lambda: s.catalogue.put(Place(PlaceId("h"), "Harbour Street")),
        "catalogue.all": s.catalogue.all,
        "catalogue.add": lambda: s.catalogue.add(Place(PlaceId("i"), "Hospital")),
        "catalogue.change": lambda: s.catalogue.change(
            Place(PlaceId("h"), "Harbour Street"), Place(PlaceId("h"), "Harbour")
        ),
        "catalogue.add_out": lambda: s.catalogue.add_out(RoomId("r"), TimeOff("o", wide)),
        "catalogue.prune_outs": lambda: s.catalogue.prune_outs(RoomId("r"), MONDAY),
        "catalogue.remove_out": lambda: s.catalogue.remove_out(RoomId("r"), "o"),
        "holds.end at a place": lambda: s.holds.end(Role.DOCTOR, doctor.id, wide, PlaceId("h")),
        "holds.end_in_room": lambda: s.holds.end_in_room(RoomId("r"), wide),
        "appointment_queries.booked_in_room": lambda: s.appointment_queries.booked_in_room(RoomId("r"), wide),
        "appointment_remarks.change_room": lambda: s.appointment_remarks.change_room(
            other, RoomId("r"), UserId("vera"), MONDAY, "o"
        ),
        "appointment_remarks.count_in_other_rooms": lambda: s.appointment_remarks.count_in_other_rooms(
            wide, "o"
        ),
        "closures.after": lambda: s.closures.after(MONDAY),
        "closures.remove": lambda: s.closures.remove("c", MONDAY),
        "appointment_queries.booked_within of all": lambda: s.appointment_queries.booked_within(
            Role.ADMIN, UserId("vera"), wide
        ),
        "appointment_queries.cleared of all": lambda: s.appointment_queries.cleared(
            Role.ADMIN, UserId("vera"), wide, "c"
        ),
        "holds.end of all": lambda: s.holds.end(Role.ADMIN, UserId("vera"), wide),
        "schedules.remove_time_off": lambda: s.schedules.remove_time_off(doctor.id, "t"),
        "schedules.put_digest": lambda: s.schedules.put_digest(doctor.id, Digest()),
        "schedules.digest": lambda: s.schedules.digest(doctor.id),
        "schedules.digests_due": lambda: s.schedules.digests_due(MONDAY, 100),
        "schedules.plan_digest": lambda: s.schedules.plan_digest(
            DueDigest(doctor.id, Digest(), None), MONDAY, an_event("d", EventKind.DIGEST)
        ),
        "appointments.add": lambda: s.appointments.add(appointment, event, MONDAY),
        "appointments.add_silently": lambda: s.appointments.add_silently([(other, MONDAY)]),
        "appointments.clear_way": lambda: s.appointments.clear_way(appointment, MONDAY),
        "appointments.by_id": lambda: s.appointments.by_id(appointment.id),
        "busy_times.of": lambda: s.busy_times.of(people, wide, MONDAY, (RoomId("r"),)),
        "busy_times.of_each": lambda: s.busy_times.of_each([(people, ()), (people, ())], wide, MONDAY),
        "appointment_queries.after": lambda: s.appointment_queries.after(
            Role.DOCTOR, [doctor.id], appointment, 9
        ),
        "appointment_queries.others": lambda: s.appointment_queries.others(Role.DOCTOR, [doctor.id]),
        "appointment_queries.page_of of those with some": lambda: s.appointment_queries.page_of(
            Role.DOCTOR, [doctor.id], Period.UPCOMING, MONDAY, number=0, size=5, others=[UserId("asha")]
        ),
        "schedules.of_doctors": lambda: s.schedules.of_doctors([doctor.id]),
        "appointment_queries.have_met": lambda: s.appointment_queries.have_met(
            UserId("asha"), doctor.id, MONDAY
        ),
        "appointment_queries.met_among": lambda: s.appointment_queries.met_among(
            UserId("asha"), [doctor.id], MONDAY
        ),
        "appointment_queries.last_doctor": lambda: s.appointment_queries.last_doctor(UserId("asha")),
        "appointment_queries.page_of": lambda: s.appointment_queries.page_of(
            Role.DOCTOR, [doctor.id], Period.UPCOMING, MONDAY, number=0, size=5
        ),
        "appointment_queries.page_of of the past": lambda: s.appointment_queries.page_of(
            Role.PATIENT, [UserId("asha")], Period.PAST, MONDAY, number=0, size=5
        ),
        "appointments.cancel": lambda: s.appointments.cancel(
            AppointmentId(appointment.id), UserId("asha"), appointment, event, MONDAY
        ),
        "appointments.hold": lambda: s.appointments.hold(held, MONDAY),
        "appointments.hold of a time that is held no longer": lambda: s.appointments.hold(
            replace(held, id=AppointmentId("f" * 24)), MONDAY + 2 * HOUR
        ),
        "engagements.of_patient": lambda: s.engagements.of_patient(UserId("asha"), MONDAY),
        "engagements.hold_for": lambda: s.engagements.hold_for(held.id, HeldFor.OFFER),
        "engagements.author": lambda: s.engagements.author(appointment.id, 0),
        "appointments.abandon": lambda: s.appointments.abandon(AppointmentId("f" * 24), MONDAY),
        "appointments.abandon_move": lambda: s.appointments.abandon_move(AppointmentId("f" * 24), "attempt"),
        "appointments.let_go": lambda: s.appointments.let_go(AppointmentId("f" * 24)),
        "appointment_queries.page_of of what is cancelled": lambda: s.appointment_queries.page_of(
            Role.DOCTOR, [doctor.id], Period.CANCELLED, MONDAY, number=0, size=5
        ),
        "holds.end": lambda: s.holds.end(Role.DOCTOR, doctor.id, wide),
        "holds.end of a patient": lambda: s.holds.end(Role.PATIENT, UserId("asha"), wide),
        "holds.all": s.holds.all,
        "holds.booked": lambda: s.holds.booked({AppointmentId("d" * 24)}),
        "appointments.move": lambda: s.appointments.move(
            other, replace(other, slot=Slot(TEN + 3 * HOUR, TEN + 4 * HOUR)), doctor.id, event, MONDAY
        ),
        "waiting_room.set_late": lambda: s.waiting_room.set_late(doctor.id, wide, 20, MONDAY),
        "waiting_room.late_now": lambda: s.waiting_room.late_now(MONDAY),
        "waiting_room.tell_late": lambda: s.waiting_room.tell_late(
            other, ToldLateness(20, 1), an_event("l", EventKind.RUNNING_LATE), doctor.id, MONDAY
        ),
        "waiting_room.arrive": lambda: s.waiting_room.arrive(other, Author(doctor.id), MONDAY),
        "waiting_room.call": lambda: s.waiting_room.call(
            other, an_event("i", EventKind.CALLED), Author(doctor.id), MONDAY
        ),
        "waiting_room.write_to": lambda: s.waiting_room.write_to(
            other, "m", an_event("m", EventKind.MESSAGE), Author(doctor.id), MONDAY
        ),
        "waiting_room.was_sent": lambda: s.waiting_room.was_sent([other.id], "m"),
        "waiting_room.by_ids": lambda: s.waiting_room.by_ids([other.id]),
        "appointments.mark": lambda: s.appointments.mark(
            other, AppointmentStatus.FULFILLED, doctor.id, MONDAY
        ),
        "appointments.propose": lambda: s.appointments.propose(
            other, doctor.id, replace(an_event("f", EventKind.FOLLOW_UP), facts={"offers": []}), MONDAY
        ),
        "appointment_queries.proposed": lambda: s.appointment_queries.proposed(other.id, 1),
        "appointment_remarks.confirm": lambda: s.appointment_remarks.confirm(other, UserId("asha"), MONDAY),
        "appointment_remarks.answer": lambda: s.appointment_remarks.answer(
            other, Question("q", "Why?"), "so", UserId("asha"), MONDAY
        ),
        "appointment_remarks.explain": lambda: s.appointment_remarks.explain(
            other, "a cough", UserId("asha"), MONDAY
        ),
        "reminders.due": lambda: s.reminders.due(MONDAY, 100),
        "reminders.put": lambda: s.reminders.put(other, (MONDAY,), an_event("r", EventKind.REMINDER)),
        "reminders.unplanned": lambda: s.reminders.unplanned(MONDAY, AppointmentId(""), 100),
        "appointment_queries.of_person": lambda: s.appointment_queries.of_person(
            Role.DOCTOR, doctor.id, wide
        ),
        "appointment_queries.for_calendar": lambda: s.appointment_queries.for_calendar(
            Role.DOCTOR, [doctor.id], wide
        ),
        "appointment_queries.booked_within": lambda: s.appointment_queries.booked_within(
            Role.PATIENT, UserId("asha"), wide
        ),
        "appointment_queries.cleared": lambda: s.appointment_queries.cleared(
            Role.DOCTOR, doctor.id, wide, clearance.id
        ),
        "appointment_queries.all_cleared": lambda: s.appointment_queries.all_cleared(
            Role.DOCTOR, doctor.id, wide, clearance.id
        ),
        "appointment_queries.by_ids": lambda: s.appointment_queries.by_ids({other.id}),
        "appointment_queries.changes": lambda: s.appointment_queries.changes(other.id),
        "appointment_queries.page": lambda: s.appointment_queries.page(wide, number=0, size=5),
        "waitlist.put": lambda: s.waitlist.put(place),
        "waitlist.get": lambda: s.waitlist.get(doctor.id, UserId("asha")),
        "waitlist.of_patients": lambda: s.waitlist.of_patients([UserId("asha")]),
        "waitlist.doctors": s.waitlist.doctors,
        "waitlist.line": lambda: s.waitlist.line(doctor.id, 100),
        "waitlist.before": lambda: s.waitlist.before(place),
        "waitlist.change": lambda: s.waitlist.change(place, place, opened),
        "waitlist.taken": lambda: s.waitlist.taken(doctor.id, MONDAY),
        "waitlist.concerned": lambda: s.waitlist.concerned(Freed(frozenset({doctor.id}))),
        "waitlist.due": lambda: s.waitlist.due(MONDAY),
        "waitlist.remove": lambda: s.waitlist.remove(replace(place, version=2)),
        "waitlist.leave": lambda: s.waitlist.leave(doctor.id, UserId("asha")),
        "bulk_cancellations.add": lambda: s.bulk_cancellations.add(clearance),
        "bulk_cancellations.stands": lambda: s.bulk_cancellations.stands(clearance.id),
        "bulk_cancellations.all": s.bulk_cancellations.all,
        "bulk_cancellations.remove": lambda: s.bulk_cancellations.remove(clearance.id),
        "audit.add": lambda: s.audit.add(entry),
        "audit.add_all": lambda: s.audit.add_all([entry]),
        "audit.page": lambda: s.audit.page(None, wide, number=0, size=5),
        "audit.page of a person": lambda: s.audit.page(doctor.id, None, number=0, size=5),
        "audit.latest": lambda: s.audit.latest(doctor.id, frozenset({Action.BLOCKED})),
        "audit.of_person": lambda: s.audit.of_person(doctor.id),
        "understanding.add": lambda: s.understanding.add(MONDAY.date(), "de", "book", ASKED),
        "understanding.by_language": lambda: s.understanding.by_language(MONDAY.date(), MONDAY.date()),
        "reporting.by_start": lambda: s.reporting.by_start(wide),
        "reporting.by_doctor": lambda: s.reporting.by_doctor(wide),
        "reporting.by_kind": lambda: s.reporting.by_kind(wide),
        "reporting.by_place": lambda: s.reporting.by_place(wide),
        "reporting.by_hours_ahead": lambda: s.reporting.by_hours_ahead(wide),
        "reporting.visits": lambda: _all(s.reporting.visits(wide)),
        "reporting.accounts": lambda: _all(s.reporting.accounts()),
        "reporting.doctors": lambda: _all(s.reporting.doctors()),
        "notifications.unspread": lambda: s.notifications.unspread(100),
        "notifications.add": lambda: s.notifications.add([event], [notice], MONDAY),
        "notifications.add of an account": lambda: s.notifications.add([approved], [], MONDAY),
        "notifications.claim_in_turn": lambda: s.notifications.claim_in_turn(
            ChannelName.MAIL, MONDAY, HOUR, 8, limited=[ChatId(1)], served=[doctor.id]
        ),
        "notifications.dead_letter_unknown_channels": lambda: s.notifications.dead_letter_unknown_channels(
            MONDAY
        ),
        "notifications.claim": lambda: s.notifications.claim(ChannelName.CHAT, MONDAY, HOUR),
        "notifications.postpone": lambda: s.notifications.postpone(
            notice, MONDAY, failed_at=MONDAY, why="no answer"
        ),
        "notifications.claim for chats": lambda: s.notifications.claim(
            ChannelName.CHAT, MONDAY, HOUR, 8, limited=[ChatId(2)]
        ),
        "notifications.is_due": lambda: s.notifications.is_due(ChannelName.CHAT, MONDAY),
        "notifications.dead_letter": lambda: s.notifications.dead_letter(notice, MONDAY, "no answer"),
        "dead_letters.backlog": lambda: s.dead_letters.backlog(MONDAY),
        "dead_letters.page": lambda: s.dead_letters.page(0, 4),
        "dead_letters.untold": s.dead_letters.untold,
        "dead_letters.tell": lambda: s.dead_letters.tell([a_notice("told")], MONDAY),
        "dead_letters.retry": lambda: s.dead_letters.retry("ticket", MONDAY),
        "dead_letters.retry_all": lambda: s.dead_letters.retry_all(MONDAY),
        "delivery_history.announcements": lambda: s.delivery_history.announcements(
            doctor.id, {ChatId(1): MONDAY}
        ),
        "delivery_history.page": lambda: s.delivery_history.page(notice.reader, MONDAY, 0, 6),
        "delivery_history.send_again": lambda: s.delivery_history.send_again(notice.reader, "key", MONDAY),
        "limits.all": s.limits.all,
        "limits.set": lambda: s.limits.set(LimitName.HOLDS, 3, doctor.id, MONDAY),
        "limits.reset": lambda: s.limits.reset(LimitName.HOLDS),
        "dead_letters.drop": lambda: s.dead_letters.drop("ticket", MONDAY),
        "notifications.close": lambda: s.notifications.close(notice, MONDAY, "sent"),
        "monitoring.ping": s.monitoring.ping,
        "monitoring.waiting": s.monitoring.waiting,
        "announcements.add": lambda: s.announcements.add(told),
        "announcements.by_id": lambda: s.announcements.by_id(told.id),
        "announcements.claim": lambda: s.announcements.claim(MONDAY, HOUR),
        "announcements.renew": lambda: s.announcements.renew(told.id, "claim", MONDAY, 0),
        "announcements.gathered": lambda: s.announcements.gathered(told.id, "claim"),
        "announcements.shown": lambda: s.announcements.shown(told.id, "claim", 7),
        "announcements.let_go": lambda: s.announcements.let_go(told.id, "claim", MONDAY, 1),
        "announcements.stop": lambda: s.announcements.stop(told.id),
        "announcements.close": lambda: s.announcements.close(
            told.id, "claim", AnnouncementState.FINISHED, MONDAY
        ),
        "deliveries.gather": lambda: s.deliveries.gather(told.id, [ChatId(1)]),
        "deliveries.take": lambda: s.deliveries.take(told.id, 8),
        "deliveries.gather_emails": lambda: s.deliveries.gather_emails(told.id, [doctor.id], MONDAY),
        "deliveries.take_emails": lambda: s.deliveries.take_emails(told.id, 8, MONDAY),
        "deliveries.postpone": lambda: s.deliveries.postpone(
            MailDelivery(mail_delivery_id(told.id, doctor.id), doctor.id, "claim"), MONDAY
        ),
        "deliveries.next_email": lambda: s.deliveries.next_email(told.id),
        "deliveries.settle": lambda: s.deliveries.settle(one, DeliveryState.DELIVERED, MONDAY),
        "deliveries.give_up": lambda: s.deliveries.give_up(told.id, MONDAY),
        "deliveries.tally": lambda: s.deliveries.tally(told.id),
        "personal_data.account": lambda: s.personal_data.account(doctor.id),
        "personal_data.schedule": lambda: s.personal_data.schedule(doctor.id),
        "personal_data.sessions": lambda: s.personal_data.sessions(doctor.id),
        "personal_data.appointments": lambda: s.personal_data.appointments(Role.DOCTOR, doctor.id),
        "personal_data.appointments of a patient": lambda: s.personal_data.appointments(
            Role.PATIENT, UserId("asha")
        ),
        "personal_data.waitlist": lambda: s.personal_data.waitlist(UserId("asha")),
        "personal_data.notices": lambda: s.personal_data.notices(UserId("asha")),
        "personal_data.deliveries": lambda: s.personal_data.deliveries(doctor.id, [ChatId(1)]),
        "personal_data.conversations": lambda: s.personal_data.conversations([ChatId(1)]),
        "personal_data.tries": lambda: s.personal_data.tries(["mail:x"]),
        "personal_data.codes": lambda: s.personal_data.codes(["email:rao"]),
        "users.go": lambda: s.users.go(doctor.id, MONDAY, None),
        "users.going": lambda: s.users.going(MONDAY),
        "erasure.chats": lambda: s.erasure.chats(doctor.id),
        "erasure.erase_reasons": lambda: s.erasure.erase_reasons(UserId("asha")),
        "erasure.rename_in_visits": lambda: s.erasure.rename_in_visits(
            Role.PATIENT, UserId("asha"), "Somebody", MONDAY
        ),
        "erasure.rename_in_visits of a doctor": lambda: s.erasure.rename_in_visits(
            Role.DOCTOR, doctor.id, "Somebody", MONDAY
        ),
        "erasure.rename_in_digests": lambda: s.erasure.rename_in_digests(UserId("asha"), "Somebody", MONDAY),
        "erasure.rename_doctor": lambda: s.erasure.rename_doctor(doctor.id, "Somebody"),
        "erasure.forget_secrets": lambda: s.erasure.forget_secrets(["mail:x"], ["email:rao"]),
        "erasure.forget_chats": lambda: s.erasure.forget_chats(UserId("nobody"), [ChatId(9)]),
        "erasure.forget_settings": lambda: s.erasure.forget_settings(doctor.id),
        "personal_data.settings": lambda: s.personal_data.settings(doctor.id),
        "schedules.prune": lambda: s.schedules.prune(doctor.id, MONDAY.date()),
        "closures.prune": lambda: s.closures.prune(MONDAY - HOUR),
        "erasure.forget_account": lambda: s.erasure.forget_account(UserId("nobody")),
        "conversations.notices_shown": lambda: s.conversations.notices_shown([ChatId(1)]),
        "conversations.put": lambda: s.conversations.put(ChatId(1), {"expires_at": MONDAY}),
        "conversations.save": lambda: s.conversations.save(Save(ChatId(1), {"step": "x"}, 0, "a save")),
        "conversations.claim": lambda: s.conversations.claim(ChatId(1), "a worker"),
        "conversations.renew": lambda: s.conversations.renew([ChatId(1)], "a worker"),
        "conversations.release": lambda: s.conversations.release(ChatId(1), "a worker"),
        "leases.claim": lambda: s.leases.claim("polling", "a worker", 6),
        "leases.holder": lambda: s.leases.holder("polling"),
        "leases.release": lambda: s.leases.release("polling", "a worker"),
        "chat_holds.hold": lambda: s.chat_holds.hold(ChatId(1), MONDAY),
        "chat_holds.held": lambda: s.chat_holds.held(MONDAY),
        "webhook_secrets.secret": lambda: s.webhook_secrets.secret("new"),
        "webhook_secrets.registered": s.webhook_secrets.registered,
        "webhook_secrets.note_registered": lambda: s.webhook_secrets.note_registered("digest"),
        "conversations.of_chat": lambda: s.conversations.of_chat(ChatId(1)),
        "conversations.spoken_in": lambda: s.conversations.spoken_in(ChatId(1)),
        "conversations.live_cards": lambda: s.conversations.live_cards(int(MONDAY.timestamp())),
        "conversations.expired": lambda: _all(s.conversations.expired(MONDAY)),
        "pending_updates.put": lambda: s.pending_updates.put([Entry(1, "{}", ChatId(1))]),
        "pending_updates.first_of": lambda: s.pending_updates.first_of(ChatId(1)),
        "pending_updates.all": s.pending_updates.all,
        "pending_updates.entries": s.pending_updates.entries,
        "pending_updates.claim": lambda: s.pending_updates.claim(1, LEASE, MONDAY),
        "pending_updates.renew": lambda: s.pending_updates.renew([1], LEASE),
        "pending_updates.release": lambda: s.pending_updates.release([1], LEASE.owner),
        "pending_updates.owners": s.pending_updates.owners,
        "pending_updates.claim_abandoned": lambda: s.pending_updates.claim_abandoned(LEASE, MONDAY, 10),
        "pending_updates.complete": lambda: s.pending_updates.complete(1, "{}", LEASE.owner),
        "pending_updates.remove": lambda: s.pending_updates.remove(1),
        **patient_calls(s),
        **series_calls(s),
    }
