"""What is said while a doctor chooses which kinds of visit to offer."""

from bot.localization.messages import say
from bot.texts.catalogue import minutes
from bot.texts.formats import doctor, esc
from services.catalogue.offers import DoctorsOffer
from services.models.catalogue import VisitKind


def ask_offered(offer: DoctorsOffer, doctor_name: str = "") -> str:
    """Show what is offered, and ask for a change."""
    head = (
        say("🗂 <b>Kinds of visit of {doctor}</b>", doctor=doctor(doctor_name))
        if doctor_name
        else say("🗂 <b>Kinds of visit</b>")
    )
    if not offer.catalogue.offered_kinds:
        none_yet = say(
            "The clinic has no kinds of visit yet, so each visit takes one slot. An admin adds them in /kinds."
        )
        return f"{head}\n\n{none_yet}"
    question = say("Tap a kind to offer it or not, or type the names in the order you want.")
    return f"{head}\n{_now(offer, is_own=not doctor_name)}\n\n{question}"


def _now(offer: DoctorsOffer, *, is_own: bool) -> str:
    """Return what is offered now."""
    offered = [kind for kind in offer.kinds if not kind.is_retired]
    if not offered:
        return _none_offered(minutes(offer.schedule.slot_minutes), is_own=is_own)
    lines = [f"{number}. {_line(offer, kind)}" for number, kind in enumerate(offered, 1)]
    first = (
        say("You offer, the first by default:") if is_own else say("The doctor offers, the first by default:")
    )
    return "\n".join([first, *lines, _grid(offer.schedule.grid_minutes)])


def _none_offered(length: str, *, is_own: bool) -> str:
    if is_own:
        return say("You offer none, so each visit takes one slot of {length}.", length=length)
    return say("The doctor offers none, so each visit takes one slot of {length}.", length=length)


def _line(offer: DoctorsOffer, kind: VisitKind) -> str:
    said = f"<b>{esc(kind.name)}</b> · {minutes(kind.minutes)}"
    if offer.fits(kind):
        return said
    # Translators: said of a kind of visit.
    unfit = say("⚠️ longer than any of the hours, so nobody can book it")
    return f"{said} {unfit}"


def _grid(value: int) -> str:
    # Translators: {length} is, for example, "15 minutes".
    return say("They begin every {length}.", length=minutes(value))


def kind_button(kind: VisitKind, place: int) -> str:
    """Label the button that offers a kind or not; `place` is where it stands, 0 if it is not offered."""
    return f"✅ {place}. {kind.name}" if place else f"➕ {kind.name}"


def grid_button(value: int) -> str:
    """Label the button for the grid."""
    # Translators: a button: how many minutes apart visits can begin.
    return say("⏱ Begin every: {length}", length=minutes(value))


def grid_choice(value: int) -> str:
    """Label one of the grids."""
    return minutes(value)


def ask_grid(value: int) -> str:
    """Ask how far apart visits begin."""
    question = say("How many minutes apart can visits begin, from the start of your hours? From 5 to 60.")
    head, now = say("⏱ <b>Begin every</b>"), say("Now: {value}", value=minutes(value))
    return f"{head}\n{now}\n\n{question}"
