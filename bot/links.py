"""Links that open the bot and do a thing at once: t.me/…?start=<parameter> (Bot API, "Deep linking").

A parameter is 1 to 64 of A-Z, a-z, 0-9, _ and -. It can be forged as a tap can.
"""

import re

from bot.callbacks import BadTap, ShowDoctor, TakeFollowUp, TakeOffer, Tap
from services.models import UserId

DOCTOR = re.compile(r"doctor_([0-9a-f]{24})")
OFFER = re.compile(r"take_([0-9a-f]{24})_([0-9]{1,9})_([0-9a-f]{24})")

FOLLOW_UP = re.compile(r"next_([0-9a-f]{24})_([0-9]{1,6})_([0-9]{1,9})")


def offer_link(tap: TakeOffer | TakeFollowUp) -> str:
    """Return the start parameter that takes an offered time."""
    code = "next" if isinstance(tap, TakeFollowUp) else "take"
    return tap.pack().replace(f"{tap.code}:", f"{code}:", 1).replace(":", "_")


def read_link(parameter: str) -> Tap | None:
    """Return what a start parameter stands for; None where it makes no sense."""
    if doctor := DOCTOR.fullmatch(parameter):
        return ShowDoctor(UserId(doctor[1]), "", 0)
    offer, follow_up = OFFER.fullmatch(parameter), FOLLOW_UP.fullmatch(parameter)
    found, code = (offer, TakeOffer.code) if offer else (follow_up, TakeFollowUp.code)
    if found is None:
        return None
    try:
        return Tap.unpack(":".join((code, *found.groups())))
    except BadTap:
        return None
