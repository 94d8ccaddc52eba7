"""Links that open the bot: what they stand for, and that nonsense stands for nothing."""

import re
from datetime import UTC, datetime

import pytest

from bot.callbacks.deep_links import alternative_link, read_link, waitlist_offer_links
from bot.callbacks.visits import (
    PassWaitlistOffer,
    ShowDoctor,
    TakeAlternative,
    TakeFollowUp,
    TakeWaitlistOffer,
)
from services.models.appointments import AppointmentId
from services.models.people import UserId

OFFER = TakeAlternative(AppointmentId("a" * 24), datetime(2027, 5, 4, 10, 30, tzinfo=UTC), UserId("b" * 24))


def test_an_offer_fits_into_a_start_parameter_and_comes_back() -> None:
    link = alternative_link(OFFER)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", link)
    assert read_link(link) == OFFER


def test_a_follow_up_fits_into_a_start_parameter_and_comes_back() -> None:
    tap = TakeFollowUp(OFFER.lost_id, 123456, OFFER.start)
    link = alternative_link(tap)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", link)
    assert read_link(link) == tap


def test_a_doctors_link_leads_to_the_card() -> None:
    assert read_link(f"doctor_{'c' * 24}") == ShowDoctor(UserId("c" * 24), "", 0)


def test_a_time_that_has_opened_is_taken_or_passed_on_by_a_link() -> None:
    offer_id = AppointmentId("d" * 24)
    assert [read_link(link) for link in waitlist_offer_links(offer_id)] == [
        TakeWaitlistOffer(offer_id),
        PassWaitlistOffer(offer_id),
    ]


@pytest.mark.parametrize(
    "parameter", ["", "take_", "slot_x", "next_", "doctor_x", f"take_{'a' * 24}_x_{'b' * 24}", "x" * 64]
)
def test_nonsense_stands_for_nothing(parameter: str) -> None:
    assert read_link(parameter) is None
