"""What is said while a doctor chooses which kinds of visit to offer."""

from bot.texts.catalogue import minutes
from bot.texts.formats import doctor, esc
from services.catalogue.offers import DoctorsOffer
from services.models.catalogue import VisitKind


def ask_offered(offer: DoctorsOffer, doctor_name: str = "") -> str:
    """Show what is offered, and ask for a change."""
    head = f"🗂 <b>Kinds of visit{f' of {doctor(doctor_name)}' if doctor_name else ''}</b>"
    if not offer.catalogue.offered_kinds:
        return f"{head}\n\nThe clinic has no kinds of visit yet, so each visit takes one slot. An admin adds them in /kinds."
    offered = [kind for kind in offer.kinds if not kind.is_retired]
    who = "The doctor offers" if doctor_name else "You offer"
    if not offered:
        now = f"{who} none, so each visit takes one slot of {minutes(offer.schedule.slot_minutes)}."
    else:
        lines = [f"{number}. {_line(offer, kind)}" for number, kind in enumerate(offered, 1)]
        now = "\n".join([f"{who}, the first by default:", *lines, _grid(offer.schedule.grid_minutes)])
    return f"{head}\n{now}\n\nTap a kind to offer it or not, or type the names in the order you want."


def _line(offer: DoctorsOffer, kind: VisitKind) -> str:
    unfit = "" if offer.fits(kind) else " ⚠️ longer than any of the hours, so nobody can book it"
    return f"<b>{esc(kind.name)}</b> · {minutes(kind.minutes)}{unfit}"


def _grid(value: int) -> str:
    return f"They begin every {minutes(value)}."


def kind_button(kind: VisitKind, place: int) -> str:
    """Label the button that offers a kind or not; `place` is where it stands, 0 if it is not offered."""
    return f"✅ {place}. {kind.name}" if place else f"➕ {kind.name}"


def grid_button(value: int) -> str:
    """Label the button for the grid."""
    return f"⏱ Begin every: {minutes(value)}"


def grid_choice(value: int) -> str:
    """Label one of the grids."""
    return minutes(value)


def ask_grid(value: int) -> str:
    """Ask how far apart visits begin."""
    return (
        f"⏱ <b>Begin every</b>\nNow: {minutes(value)}\n\n"
        "How many minutes apart can visits begin, from the start of your hours? From 5 to 60."
    )
