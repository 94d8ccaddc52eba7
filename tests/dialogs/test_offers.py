"""Whoever loses a time gets three others, in the chat and by mail, and takes one at one tap."""

import re
from datetime import timedelta

from services.models.appointments import AppointmentId, CancellationCause, CancellationOrder
from services.models.people import ChatId, Role, UserId
from services.models.slots import Slot, TimeOff
from tests.dialogs.test_schedule import BOOKED, TUESDAY_TEN, booked, two_people
from tests.town import Person, Town

DAY = Slot(TUESDAY_TEN - timedelta(hours=10), TUESDAY_TEN + timedelta(hours=14))


async def rao(town: Town) -> UserId:
    found = await town.storage.users.credentials("rao@example.org")
    assert found is not None
    return found.user.id


async def cleared(town: Town, kind: CancellationCause) -> UserId:
    """Cancel all of Dr Rao's Tuesday."""
    clinic, doctor_id = town.assembly.clinic, await rao(town)
    off = TimeOff("t", DAY) if kind is CancellationCause.TIME_OFF else None
    order = CancellationOrder(
        "c", kind, Role.DOCTOR, doctor_id, DAY, doctor_id, clinic.bulk_cancellation.until(), time_off=off
    )
    assert await clinic.bulk_cancellation.order(order) == 1
    return doctor_id


async def losing(town: Town, kind: CancellationCause) -> tuple[Person, AppointmentId]:
    doctor, asha = await two_people(town)
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    lost = await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await cleared(town, kind)
    await asha.hears("Appointment cancelled")
    return asha, lost


def shown(person: Person, message_id: int) -> str:
    return next(str(m["text"]) for m in person.messages if m["message_id"] == message_id)


async def test_an_offered_time_is_booked_at_one_tap_for_the_same_reason(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    assert "Why: Dr Meera Rao is away that day." in asha.last
    offered = [label for label in asha.buttons if label.startswith("🕑")]
    assert offered == [f"🕑 {day} May 2027, 10:00 AM" for day in ("Mon 3", "Wed 5", "Thu 6")]
    asked, other = asha.last_id, asha.buttons[offered[1]]
    assert f"{BOOKED}Mon 3 May 2027, 10:00 AM" in await asha.taps(offered[0])
    await asha.hears("Reason: a cough", since=asked - 1)
    await asha.taps_raw(asked, other)
    assert "already taken another time for this: Dr Meera Rao, Mon 3 May" in shown(asha, asked)
    await asha.talks([("/appointments", "1 appointment")])


async def test_an_offered_time_that_was_taken_and_cancelled_is_not_said_to_be_booked(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    asked, data = asha.last_id, asha.buttons[asha.label("Wed 5 May")]
    await asha.talks([("«Wed 5 May»", "Appointment booked"), ("«Open the appointment»", "10:00 AM")])
    await asha.talks([("«Cancel appointment»", "Cancel Dr"), ("«Yes, cancel it»", "Appointment cancelled")])
    await asha.taps_raw(asked, data)
    said = shown(asha, asked)
    assert "You have already taken this time: Dr Meera Rao, Wed 5 May 2027, 10:00 AM" in said
    assert "(cancelled)." in said
    assert "💬 Add a reason" not in asha.buttons


async def test_where_the_doctor_goes_others_of_the_kind_are_offered(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.BLOCKED)
    offered = [label for label in asha.buttons if label.startswith("🕑")]
    assert len(offered) == 3
    assert all("Dr Tomás Sen" in label for label in offered)
    assert "Appointment booked\nWith: Dr Tomás Sen" in await asha.taps(offered[0])


async def test_a_time_that_somebody_else_took_is_said_to_be_gone_and_the_others_stay(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    bela = await town.signed_in("Bela", "bela@example.org")
    doctor_id = await rao(town)
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(bela.phone.chat_id))
    await town.assembly.clinic.booking.book(
        principal,
        doctor_id,
        TUESDAY_TEN + timedelta(days=1),
        reason=None,
        request_id=AppointmentId("e" * 24),
    )
    asked = asha.last_id
    assert "10:00 AM is not free any more" in await asha.taps("Wed 5 May")
    data = next(
        button["callback_data"]
        for message in asha.messages
        if message["message_id"] == asked
        for row in message["reply_markup"]["inline_keyboard"]
        for button in row
        if "Thu 6 May" in button["text"]
    )
    await asha.taps_raw(asked, data)
    assert f"{BOOKED}Thu 6 May" in shown(asha, asked)


async def test_the_links_of_the_mail_book_as_the_buttons_do_also_after_signing_in(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Cancelled" in m.subject)
    links = re.findall(r"https://t\.me/mediconnect_bot\?start=([\w-]+)", mail.text)
    assert len(links) == 3
    assert mail.html.count("?start=take_") == 3
    assert "Take Wed 5 May 2027, 10:00 AM" in mail.html
    await asha.talks([("/logout", "signed out")])
    await asha.settled(asha.phone.start(links[2]))
    assert "Please sign in first" in asha.last
    assert f"{BOOKED}Thu 6 May 2027" in await asha.signs_in("asha@example.org")


async def test_nobody_takes_what_was_offered_to_somebody_else(town: Town) -> None:
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    data = asha.buttons[asha.label("Wed 5 May")]
    mallory = await town.signed_in("Mallory", "mallory@example.org")
    await mallory.says("/help")
    assert "not one of your appointments" in await mallory.taps_raw(mallory.last_id, data)


async def test_an_appointment_that_stands_is_in_no_need_of_another(town: Town) -> None:
    doctor, asha = await two_people(town)
    held = await booked(town, asha, doctor, TUESDAY_TEN)
    doctor_id = await rao(town)
    later = int((TUESDAY_TEN + timedelta(days=1)).timestamp()) // 60
    answer = await asha.taps_raw(asha.last_id, f"re:{held}:{later}:{doctor_id}")
    assert "not one of your appointments" in answer
