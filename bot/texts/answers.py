"""What is said to questions about the clinic: where it is, when, what it costs, which doctor."""

from collections.abc import Mapping, Sequence

from bot.localization.messages import say
from bot.texts import emergency
from bot.texts.amounts import price
from bot.texts.formats import call_the_clinic, esc, listed, week
from bot.texts.specializations import specialization
from bot.texts.time_off import off
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.catalogue import Place, VisitKind
from services.models.scheduling import Closure, Hours, Weekday

# More are not listed: a message has 4,096 characters.
MOST_PLACES, MOST_KINDS, MOST_CLOSURES = 10, 20, 5


def address(rules: ClinicRules, places: Sequence[Place], coming: AppointmentCard | None) -> str:
    """Say where the clinic is, place by place where it has several, and where the next appointment is."""
    paragraphs = [_coming(coming)] if coming and coming.details.place else []
    if rules.address:
        paragraphs.append(f"📍 <b>{esc(rules.name)}</b>\n{esc(rules.address)}")
    paragraphs += [_place(place) for place in places[:MOST_PLACES]]
    if not paragraphs:
        return say("I don't know the clinic's address. Please {call}.", call=esc(call_the_clinic(rules)))
    return "\n\n".join(paragraphs)


def _coming(card: AppointmentCard) -> str:
    place = card.details.place
    return say("Your next appointment is here: <b>{place}</b>", place=esc(place.name if place else ""))


def _place(place: Place) -> str:
    lines = [f"📍 <b>{esc(place.name)}</b>", esc(place.address)]
    lines += [f"🧭 {esc(place.directions)}"] if place.directions else []
    lines += [f"☎️ {esc(place.phone)}"] if place.phone else []
    return "\n".join(filter(None, lines))


def phone(rules: ClinicRules) -> str:
    """Say under which number the clinic is reached."""
    if rules.phone:
        return say("☎️ {clinic}: {phone}", clinic=esc(rules.name), phone=esc(rules.phone))
    return say("I don't know the clinic's telephone number.")


def opening_hours(
    rules: ClinicRules, weekly: Mapping[Weekday, Sequence[Hours]], closures: Sequence[Closure]
) -> str:
    """Say when the clinic is open: as it says itself, else when its doctors work; and when it is closed."""
    lines = [_open(rules, weekly)]
    lines += [_closed(each, rules) for each in closures[:MOST_CLOSURES]]
    return "\n".join(lines)


def _open(rules: ClinicRules, weekly: Mapping[Weekday, Sequence[Hours]]) -> str:
    if rules.hours:
        return f"🕑 {esc(rules.hours)}"
    if not any(weekly.values()):
        return say("No doctor works here yet.")
    # The hours are in the clinic's zone, also for who reads times in another one.
    if rules.elsewhere:
        return say("🕑 Our doctors work {hours}, in the clinic's time zone.", hours=week(weekly))
    return say("🕑 Our doctors work {hours}.", hours=week(weekly))


def _closed(closure: Closure, rules: ClinicRules) -> str:
    reason, when = esc(closure.reason), off(closure.slot, rules.zone)
    return say("🔒 Closed: {when} ({reason})", when=when, reason=reason)


def prices(rules: ClinicRules, kinds: Sequence[VisitKind]) -> str:
    """Say what the kinds of visit cost, as far as that is known."""
    known = [(kind, kind.price) for kind in kinds if kind.price][:MOST_KINDS]
    call = esc(call_the_clinic(rules))
    if not known:
        return say("I don't know what a visit costs. Please {call}.", call=call)
    lines = "\n".join(f"• {esc(kind.name)}: {price(cost)}" for kind, cost in known)
    costs, ask = (
        say("💳 What a visit costs:"),
        say("For anything else about money, please {call}.", call=call),
    )
    return f"{costs}\n{lines}\n\n{ask}"


def usual_doctors(rules: ClinicRules, kinds: Sequence[str], lacking: Sequence[str]) -> str:
    """Say which doctors people usually see for something, and what this clinic does not have. No advice."""
    lines = []
    if kinds:
        lines.append(say("👩‍⚕️ People usually see: {kinds}.", kinds=_specializations(kinds)))
    if lacking:
        lines.append(say("This clinic doesn't have that: {kinds}.", kinds=_specializations(lacking)))
    if not kinds and not lacking:
        call = esc(call_the_clinic(rules))
        lines.append(say("👩‍⚕️ If you don't know which doctor to see, please {call}.", call=call))
    return "\n".join([*lines, emergency.if_worse(rules)])


def _specializations(names: Sequence[str]) -> str:
    return listed([esc(specialization(name)) for name in names])


def book_button(kind: str) -> str:
    """Label the button that begins a booking with a doctor of a specialization."""
    return say("📅 Book: {specialization}", specialization=specialization(kind))
