"""The settings on the card of a kind of visit: the labels of their buttons, and what is asked."""

from bot.localization.messages import number, phrase, say
from bot.texts.amounts import price as shown_price
from bot.texts.catalogue import minutes
from bot.texts.formats import span
from services.models.catalogue import LONGEST_SERIES, Catalogue, ForPatients, Video, VisitKind

PATIENTS = {
    # Translators: a button; at most 40 characters. For whom a kind of visit is.
    ForPatients.ANYBODY: phrase("For: all patients"),
    # Translators: a button; at most 40 characters. For patients who have not been here before.
    ForPatients.NEW: phrase("For: new patients only"),
    # Translators: a button; at most 40 characters. For patients who have been here before.
    ForPatients.KNOWN: phrase("For: known patients only"),
}
# None: the kind leaves it to each doctor.
WAYS = {
    # Translators: a button; at most 40 characters.
    Video.OFF: phrase("Where: in the clinic"),
    # Translators: a button; at most 40 characters.
    Video.OFFERED: phrase("Where: in the clinic or by video"),
    # Translators: a button; at most 40 characters.
    Video.ONLY: phrase("Where: by video"),
    # Translators: a button; at most 40 characters. Each doctor chooses it: in the clinic or by video.
    None: phrase("Where: as the doctor offers"),
}


def name(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the name."""
    del catalogue
    return say("Name: {name}", name=kind.name)


def ask_name(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the name."""
    del kind, catalogue
    return say("What is it called? Patients choose it by this name.")


def length(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the length."""
    del catalogue
    # Translators: a button; at most 40 characters.
    return say("Length: {length}", length=minutes(kind.minutes))


def ask_length(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the length."""
    del kind, catalogue
    return say("How many minutes does it take?")


def buffer(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the buffer."""
    del catalogue
    # Translators: a button; at most 40 characters. How long the doctor needs after a visit.
    return say("Buffer: {length}", length=minutes(kind.buffer_minutes))


def ask_buffer(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the buffer."""
    del kind, catalogue
    return say("How many minutes does the doctor need after it?")


def price(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the price."""
    del catalogue
    if kind.price is None:
        # Translators: a button; at most 40 characters.
        return say("Price: not shown")
    return say("Price: {price}", price=shown_price(kind.price))


def ask_price(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the price."""
    del kind, catalogue
    return say(
        "What does it cost? Type it like “80 EUR” or “€45.50”. It is only shown, and nothing is charged."
    )


def no_price_label() -> str:
    """Label the answer that no price is shown."""
    # Translators: a button; at most 40 characters. No price is shown.
    return say("Show none")


def video(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label where it is: in the clinic or by video."""
    del catalogue
    return str(WAYS[kind.video])


def patients(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label for whom it is."""
    del catalogue
    return str(PATIENTS[kind.for_patients])


def desk(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label who books it."""
    del catalogue
    if kind.desk_only:
        # Translators: a button; at most 40 characters. Patients cannot book it themselves.
        return say("Booked by: the desk only")
    # Translators: a button; at most 40 characters.
    return say("Booked by: patients, desk")


def follow_ups(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label whether follow-ups are of this kind."""
    del catalogue
    if kind.for_follow_ups:
        # Translators: a button; at most 40 characters. Follow-ups are visits of this kind.
        return say("For follow-ups: yes")
    # Translators: a button; at most 40 characters. Follow-ups are no visits of this kind.
    return say("For follow-ups: no")


def preparation(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label what patients are told before."""
    del catalogue
    if not kind.preparation:
        # Translators: a button; at most 40 characters. Patients have nothing to do before the visit.
        return say("Preparation: nothing")
    return say("Preparation: {preparation}", preparation=kind.preparation)


def ask_preparation(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask what patients are told before."""
    del kind, catalogue
    return say(
        "What should patients know before they come? It stands in the confirmation and the reminder,"
        " like “Please come without having eaten.”"
    )


def nothing_label() -> str:
    """Label the answer that there is nothing."""
    # Translators: a button; at most 40 characters.
    return say("Nothing")


def questions(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the questions before the visit."""
    del catalogue
    if not kind.questions:
        # Translators: a button; at most 40 characters. Patients are asked nothing before the visit.
        return say("Questions before: none")
    # Translators: a button; at most 40 characters. How many questions patients are asked before the visit.
    return say("Questions before: {count}", count=number(len(kind.questions)))


def needs(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the group of rooms or devices."""
    del catalogue
    if not kind.group:
        # Translators: a button; at most 40 characters. A kind of visit needs no room or device.
        return say("Needs: nothing")
    # Translators: a button; at most 40 characters. The group of rooms or devices that a kind of visit needs.
    return say("Needs: {group}", group=kind.group)


def ask_needs(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the group of rooms or devices."""
    del kind, catalogue
    return say("Which room or device does it need? Tap or type a group of /rooms, like “ultrasound”.")


def series(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the series."""
    del catalogue
    if kind.in_series == 1:
        # Translators: a button; at most 40 characters. Each visit is booked alone.
        return say("In a series: no series")
    # Translators: a button; at most 40 characters. How many visits can be booked together.
    return say("In a series: at most {count}", count=number(kind.in_series))


def ask_series(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the longest series."""
    del kind, catalogue
    return say(
        "How many can be booked together, for example weekly? At most {count}.", count=number(LONGEST_SERIES)
    )


def series_label(count: int) -> str:
    """Label how many visits a series has."""
    if count == 1:
        # Translators: a button; at most 40 characters. Each visit is booked alone.
        return say("No series")
    # Translators: a button; at most 40 characters. How many visits can be booked together.
    return say("At most {count}", count=number(count))


def notice(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the lead time."""
    del catalogue
    if kind.lead_time is None:
        # Translators: a button; at most 40 characters. How long before a visit it has to be booked.
        return say("Notice: as the doctor has set")
    # Translators: a button; at most 40 characters. How long before a visit it has to be booked.
    return say("Notice: {span}", span=span(kind.lead_time))


def ask_notice(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the lead time."""
    del kind, catalogue
    return say("How long before does it have to be booked? Tap it, or type it like “3 hours” or “2 days”.")


def ahead(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the horizon."""
    del catalogue
    if kind.horizon is None:
        # Translators: a button; at most 40 characters. How far ahead a visit can be booked.
        return say("Ahead: as the doctor has set")
    # Translators: a button; at most 40 characters. How far ahead a visit can be booked.
    return say("Ahead: {span}", span=span(kind.horizon))


def ask_ahead(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the horizon."""
    del kind, catalogue
    return say("How many days ahead can it be booked?")


def usual_label() -> str:
    """Label the answer that each doctor's own setting counts."""
    # Translators: a button; at most 40 characters. As each doctor has set it.
    return say("As usual")
