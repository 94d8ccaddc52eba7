"""What is said of visits besides their times: their kinds, and where they are."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.drafts import BookingDraft
from bot.localization.messages import apart, number, phrase, say
from bot.texts.amounts import price
from bot.texts.booking import so_far
from bot.texts.formats import comma_list, either, esc, span
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.catalogue import Place, Price, Video, VisitKind
from services.models.people import Role, User

Facts = Mapping[str, Any]
Rows = list[tuple[str, str]]
# Labels of lines.
DIRECTIONS, PHONE, PRICE = phrase("How to get there"), phrase("Telephone"), phrase("Price")
# None: the kind leaves it to each doctor.
WAYS = {
    Video.OFF: phrase("in the clinic"),
    Video.OFFERED: phrase("in the clinic or by video"),
    Video.ONLY: phrase("by video"),
    # Translators: where a visit is: in the clinic or by video, as each doctor chooses.
    None: phrase("as the doctor offers"),
}


class KindShown(NamedTuple):
    """A kind of visit as one doctor offers it: by video or not, and at which places."""

    kind: VisitKind
    video: Video
    places: Sequence[Place]


def kind_button(kind: VisitKind) -> str:
    """Label the button that chooses a kind."""
    # Translators: a button; "min" is short for minutes.
    return say("{kind} · {minutes} min", kind=kind.name, minutes=number(kind.minutes))


def ask_kind(draft: BookingDraft, kinds: Sequence[KindShown], *, has_video: bool) -> str:
    """Ask which kind of visit it is."""
    lines = "\n".join(f"• {_offered(each, has_video=has_video)}" for each in kinds)
    question = say("Which kind of visit?")
    return f"{so_far(draft)}\n\n{question}\n{lines}"


def _offered(shown: KindShown, *, has_video: bool) -> str:
    """Return a kind with its length, its price and where it can be."""
    kind = shown.kind
    said = [span(kind.length), *([price(kind.price)] if kind.price else [])]
    if has_video:
        said.append(str(WAYS[shown.video]))
    if shown.places and shown.video is not Video.ONLY:
        said.append(either([esc(place.name) for place in shown.places]))
    return f"<b>{esc(kind.name)}</b>: {comma_list(said)}"


def ask_place(draft: BookingDraft, places: Sequence[Place]) -> str:
    """Ask where."""
    lines = "\n".join(
        "• " + comma_list([f"<b>{esc(place.name)}</b>", *filter(None, [esc(place.address)])])
        for place in places
    )
    question = say("Where?")
    return f"{so_far(draft)}\n\n{question}\n{lines}"


def what(item: AppointmentCard) -> str:
    """Return the kind of a visit and where it is, behind whom it is with in a list; nothing where there is none."""
    return "".join(f" · {esc(each)}" for each in _names(item))


def plain_what(item: AppointmentCard) -> str:
    """Return the same without markup, for pictures."""
    return "".join(f" · {apart(each)}" for each in _names(item))


def _names(item: AppointmentCard) -> list[str]:
    details = item.details
    is_there = not item.appointment.by_video
    found = (details.kind, details.place if is_there else None, details.room)
    return [each.name for each in found if each is not None]


def kind_lines(item: AppointmentCard, role: Role) -> list[str]:
    """Return the lines of a card that say which kind of visit it is; its patient also hears what to do before."""
    kind = item.details.kind
    if kind is None:
        return []
    note = [f"ℹ️ {esc(kind.preparation)}"] if kind.preparation and _is_told(item, role) else []
    said = comma_list([esc(kind.name), *([price(kind.price)] if kind.price else [])])
    return [f"🩺 {said}", *note]


def place_lines(item: AppointmentCard, role: Role) -> list[str]:
    """Return the lines of a card that say where it is; its patient also hears how to get there."""
    place, room = item.details.place, item.details.room
    lines = [f"📍 {esc(comma_list([*filter(None, (place.name, place.address))]))}"] if place else []
    if place and _is_told(item, role):
        told = (("🧭", place.directions), ("☎️", place.phone))
        lines += [f"{sign} {esc(value)}" for sign, value in told if value]
    return [*lines, f"🚪 {esc(room.name)}"] if room else lines


def _is_told(item: AppointmentCard, role: Role) -> bool:
    """Tell whether it is still to come, and is shown to its patient."""
    return role is Role.PATIENT and item.appointment.status is AppointmentStatus.BOOKED


def kind_rows(facts: Facts) -> Rows:
    """Return the kind of a visit, for its news."""
    kind = _of(facts).get("kind")
    # Translators: the label of a line; the kind of visit follows.
    return [(say("Visit"), kind["name"])] if kind else []


def place_name(facts: Facts) -> str:
    """Return where a visit is, in short."""
    place = _of(facts).get("place")
    return str(place["name"]) if place else ""


def place_line(facts: Facts) -> str:
    """Return where a visit is, with the address, in one line; nothing where the clinic has one place only."""
    place = _of(facts).get("place")
    return comma_list([*filter(None, (place["name"], place["address"]))]) if place else ""


def in_short(facts: Facts) -> str:
    """Return the kind of a visit and where it is, behind whom it is with."""
    kind = _of(facts).get("kind")
    names = [kind["name"] if kind else "", place_name(facts), _of(facts).get("in_room", "")]
    return "".join(f" · {name}" for name in names if name)


def coming_rows(facts: Facts) -> Rows:
    """Return how to get to a visit, which telephone is there, and in which room it is, for its patient."""
    place, room = _of(facts).get("place"), _of(facts).get("in_room")
    rows = [(say("Room"), room)] if room else []
    if place is None:
        return rows
    said = ((DIRECTIONS, place["directions"]), (PHONE, place["phone"]))
    return rows + [(str(label), value) for label, value in said if value]


def directions(facts: Facts) -> str:
    """Return how to get to where a visit is, as far as it is known."""
    place = _of(facts).get("place")
    return str(place["directions"]) if place else ""


def phone_there(facts: Facts) -> str:
    """Return the telephone where a visit is, as far as it is known."""
    place = _of(facts).get("place")
    return str(place["phone"]) if place else ""


def where_rows(facts: Facts, reader: User, rules: ClinicRules, *, each: bool = False) -> Rows:
    """Return where a patient comes to, how to get there, what it costs (`each` of several), and what to do before.

    Doctors know where the clinic is, and are told at which place of it they are.
    """
    if reader.role is Role.DOCTOR:
        place = "" if facts.get("room") else place_name(facts)
        return [(say("Where"), place)] if place else []
    if facts.get("room"):
        return before_rows(facts, each=each)
    where = place_line(facts) or rules.address
    # Translators: the label of a line; an address follows.
    there = [(say("Where"), where)] if where else []
    return [*there, *coming_rows(facts), *before_rows(facts, each=each)]


def before_rows(facts: Facts, *, each: bool = False) -> Rows:
    """Return what a visit costs (`each` of several), and what its patient has to do before."""
    kind = _of(facts).get("kind")
    if not kind:
        return []
    costs = kind["price"]
    rows = [(str(PRICE), _costs(costs, each=each))] if costs else []
    # Translators: the label of a line; what a patient does before a visit follows.
    return rows + ([(say("Please note"), kind["preparation"])] if kind["preparation"] else [])


def _costs(costs: Facts, *, each: bool) -> str:
    one = price(Price(costs["minor"], costs["currency"]))
    # Translators: what each of several visits costs.
    return say("{price} each", price=one) if each else one


def preparation(facts: Facts) -> str:
    """Return what the patient is to do before."""
    kind = _of(facts).get("kind")
    return str(kind["preparation"]) if kind else ""


def _of(facts: Facts) -> Facts:
    """Return what the news of an appointment knows of these things; news of older versions know nothing."""
    return facts.get("visit") or {}
