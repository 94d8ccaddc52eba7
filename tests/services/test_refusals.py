"""Chats and addresses that refuse what they are sent, and when they are tried again."""

from services.errors import RecipientGone
from services.models.appointments import AppointmentId
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import REFUSAL_LASTS, ChatId
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _booked, _doctor_id, _outbox


async def test_a_chat_that_has_blocked_the_bot_gets_nothing_more_until_somebody_is_there(
    bench: Bench,
) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    chat.fault = lambda notice: RecipientGone("Forbidden", altogether=True) if notice.chat_id == 1 else None
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    assert (chat.tries, len(chat.delivered)) == (2, 1)
    await appointments.cancel(asha, AppointmentId("a" * 24))
    await outbox.send_due()
    assert chat.delivered == ["booked Rao chat", "cancelled Rao chat"]
    assert (chat.tries, len(mail.delivered)) == (3, 4)
    assert await bench.storage.sessions.chats_of([asha.id], bench.clock.now()) == {asha.id: []}
    # Any update of that chat comes in here.
    await bench.clinic.sessions.arrive(ChatId(1))
    assert await bench.storage.sessions.chats_of([asha.id], bench.clock.now()) == {asha.id: [ChatId(1)]}
    assert not (await bench.storage.chat_lookup.of_chat(ChatId(1))).is_marked


async def test_whoever_signs_in_anew_is_there_again(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org", chat=1)
    await bench.storage.sessions.mark_blocked(ChatId(1), bench.clock.now())
    await bench.clinic.sessions.sign_in(ChatId(1), "asha@example.org", "correct horse")
    assert await bench.storage.sessions.chats_of([asha.id], bench.clock.now()) == {asha.id: [ChatId(1)]}


async def test_an_address_that_is_refused_for_good_gets_nothing_more_until_it_is_another(
    bench: Bench,
) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    mail.fault = lambda notice: (
        RecipientGone("mail address refused", altogether=True) if notice.reader == asha.id else None
    )
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    await appointments.cancel(asha, AppointmentId("a" * 24))
    await outbox.send_due()
    assert mail.delivered == ["booked Rao mail", "cancelled Rao mail"]
    assert mail.tries == 3
    assert sum("Asha" in said for said in chat.delivered) == 2
    mail.fault = lambda _notice: None
    await bench.storage.users.change(asha.id, {"email": "patel@example.org"})
    times = await bench.clinic.schedules.availability(asha, await _doctor_id(bench))
    soonest = times.soonest()
    assert soonest is not None
    await bench.clinic.booking.book(
        asha, await _doctor_id(bench), soonest.start, reason=None, request_id=AppointmentId("b" * 24)
    )
    await outbox.send_due()
    assert mail.delivered.count("booked Asha mail") == 1


async def test_an_address_that_is_refused_is_tried_again_after_a_month_and_then_taken(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org", chat=1)
    chat, mail = Recorder(), Recorder()
    outbox = _outbox(bench, chat, mail)

    async def told(number: int) -> int:
        event = Event(f"e{number}", EventKind.DOCTOR_APPROVED, (asha.id,), {"name": "Asha"})
        notice = Notice(f"e{number}.mail", event, asha.id, ChannelName.MAIL, None)
        await bench.storage.notifications.add([], [notice], bench.clock.now())
        await outbox.send_due()
        return mail.tries

    mail.fault = lambda _notice: RecipientGone("mail address refused", altogether=True)
    assert [await told(1), await told(2)] == [1, 1]
    bench.clock.turn(REFUSAL_LASTS)
    # It is refused still, and that counts from then on.
    assert [await told(3), await told(4)] == [2, 2]
    bench.clock.turn(REFUSAL_LASTS)
    mail.fault = lambda _notice: None
    assert [await told(5), await told(6)] == [3, 4]
    user = await bench.storage.users.by_id(asha.id)
    assert user is not None
    assert user.takes_mail
