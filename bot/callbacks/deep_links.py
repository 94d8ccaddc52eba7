"""Links that open the bot and do something at once: t.me/…?start=<parameter> (Bot API, "Deep linking").

A parameter has 1 to 64 characters of A-Z, a-z, 0-9, _ and -. It can be forged, as a tap can.
"""

import re

from bot.callbacks.tap import BadTap, Tap
from bot.callbacks.visits import (
    PassWaitlistOffer,
    ShowDoctor,
    TakeAlternative,
    TakeFollowUp,
    TakeWaitlistOffer,
)
from services.models.appointments import AppointmentId
from services.models.people import UserId

DOCTOR = re.compile(r"doctor_([0-9a-f]{24})")
ALTERNATIVE = re.compile(r"take_([0-9a-f]{24})_([0-9]{1,9})_([0-9a-f]{24})")
FOLLOW_UP = re.compile(r"next_([0-9a-f]{24})_([0-9]{1,6})_([0-9]{1,9})")
# Takes an offer of the waiting list, or passes it on.
WAITLIST_OFFER = re.compile(r"(slot|pass)_([0-9a-f]{24})")


def waitlist_offer_links(offer_id: AppointmentId) -> tuple[str, str]:
    """Return the start parameters that take an offer of the waiting list, and that pass it on."""
    return f"slot_{offer_id}", f"pass_{offer_id}"


def alternative_link(tap: TakeAlternative | TakeFollowUp) -> str:
    """Return the start parameter that takes an alternative or a follow-up."""
    code = "next" if isinstance(tap, TakeFollowUp) else "take"
    return tap.pack().replace(f"{tap.code}:", f"{code}:", 1).replace(":", "_")


def read_link(parameter: str) -> Tap | None:
    """Return the tap that a start parameter stands for; None if it makes no sense."""
    if doctor := DOCTOR.fullmatch(parameter):
        return ShowDoctor(UserId(doctor[1]), "", 0)
    if waitlist_offer := WAITLIST_OFFER.fullmatch(parameter):
        answer = TakeWaitlistOffer if waitlist_offer[1] == "slot" else PassWaitlistOffer
        return answer(AppointmentId(waitlist_offer[2]))
    alternative, follow_up = ALTERNATIVE.fullmatch(parameter), FOLLOW_UP.fullmatch(parameter)
    found, code = (alternative, TakeAlternative.code) if alternative else (follow_up, TakeFollowUp.code)
    if found is None:
        return None
    try:
        return Tap.unpack(":".join((code, *found.groups())))
    except BadTap:
        return None
