"""Rooms for video visits: who offers them, what they are called, and when they are open."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from services.availability.video_rooms import VideoRooms, open_room
from services.errors import ModalityNotOffered
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus, ToldLateness
from services.models.catalogue import Video
from services.models.people import UserId
from services.models.scheduling import Schedule
from services.models.slots import Slot
from tests.turning import MONDAY

SERVER = "https://meet.example.org"
ROOMS = VideoRooms(SERVER, "Clinic, the “First” Ä")
OFF, OFFERED, ONLY = (Schedule(video=video) for video in Video)


@pytest.mark.parametrize(
    ("schedule", "by_video", "is_by_video"),
    [
        (OFF, None, False),
        (OFF, False, False),
        (OFFERED, None, False),
        (OFFERED, False, False),
        (OFFERED, True, True),
        (ONLY, None, True),
        (ONLY, True, True),
    ],
)
def test_a_visit_is_as_the_doctor_offers_it(
    schedule: Schedule, by_video: bool | None, is_by_video: bool
) -> None:
    assert (ROOMS.for_visit(schedule, by_video, schedule.plain) is not None) is is_by_video


@pytest.mark.parametrize(
    ("rooms", "schedule", "by_video", "offered"),
    [
        (ROOMS, OFF, True, Video.OFF),
        (ROOMS, ONLY, False, Video.ONLY),
        (VideoRooms(None, "Clinic"), OFFERED, True, Video.OFF),
        (VideoRooms(None, "Clinic"), ONLY, True, Video.OFF),
    ],
)
def test_what_is_not_offered_is_refused_with_what_is(
    rooms: VideoRooms, schedule: Schedule, by_video: bool, offered: Video
) -> None:
    with pytest.raises(ModalityNotOffered) as refused:
        rooms.for_visit(schedule, by_video, schedule.plain)
    assert refused.value.offered is offered
    assert refused.value.by_video is (offered is Video.ONLY)


def test_no_room_can_be_guessed_and_its_address_holds_in_any_case_of_letters() -> None:
    made = {ROOMS.for_visit(ONLY, None, ONLY.plain) for _ in range(100)}
    assert len(made) == 100
    for room in made:
        assert room is not None
        # 40 hexadecimal digits are 160 bits.
        assert re.fullmatch(r"https://meet\.example\.org/clinic-the-first-[0-9a-f]{40}", room)
    room = VideoRooms(SERVER, "عيادة").for_visit(ONLY, None, ONLY.plain)
    assert room is not None
    assert room.startswith(f"{SERVER}/visit-")


def test_a_room_is_open_from_ten_minutes_before_until_the_end() -> None:
    slot = Slot(MONDAY, MONDAY + timedelta(minutes=30))
    booked = Appointment(
        AppointmentId("a"), UserId("d"), UserId("p"), slot, AppointmentStatus.BOOKED, room="https://r"
    )
    seconds = {-601: False, -600: True, 0: True, 1799: True, 1800: False}
    for after, is_open in seconds.items():
        assert (open_room(booked, MONDAY + timedelta(seconds=after)) is not None) is is_open
    for status, is_open in (
        (AppointmentStatus.CANCELLED, False),
        (AppointmentStatus.HELD, False),
        (AppointmentStatus.FULFILLED, True),
    ):
        changed = Appointment(AppointmentId("a"), UserId("d"), UserId("p"), slot, status, room="https://r")
        assert (open_room(changed, MONDAY) is not None) is is_open


def test_the_room_stays_open_for_a_doctor_who_is_late_and_opens_for_who_is_called_in() -> None:
    visit = Appointment(
        AppointmentId("a"),
        UserId("rao"),
        UserId("asha"),
        Slot(MONDAY, MONDAY + timedelta(minutes=30)),
        AppointmentStatus.BOOKED,
        room=SERVER,
    )
    late = replace(visit, told_late=ToldLateness(20, 1))
    early = replace(visit, called_at=MONDAY - timedelta(minutes=20))
    assert [open_room(each, MONDAY + timedelta(minutes=40)) for each in (visit, late)] == [None, SERVER]
    assert [open_room(each, MONDAY - timedelta(minutes=15)) for each in (visit, early)] == [None, SERVER]
