"""The settings on the card of a kind of visit: the labels of their buttons, and what is asked."""

from bot.texts.catalogue import PATIENTS, minutes
from bot.texts.formats import price as shown_price
from bot.texts.formats import span
from bot.texts.visits import WAYS
from services.models.catalogue import LONGEST_SERIES, Catalogue, VisitKind

USUAL, NOTHING = "as the doctor has set", "nothing"


def name(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the name."""
    del catalogue
    return f"Name: {kind.name}"


def ask_name(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the name."""
    del kind, catalogue
    return "What is it called? Patients choose it by this name."


def length(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the length."""
    del catalogue
    return f"Length: {minutes(kind.minutes)}"


def ask_length(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the length."""
    del kind, catalogue
    return "How many minutes does it take?"


def buffer(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the buffer."""
    del catalogue
    return f"Buffer: {minutes(kind.buffer_minutes)}"


def ask_buffer(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the buffer."""
    del kind, catalogue
    return "How many minutes does the doctor need after it?"


def price(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the price."""
    del catalogue
    return f"Price: {shown_price(kind.price) if kind.price is not None else 'not shown'}"


def ask_price(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the price."""
    del kind, catalogue
    return "What does it cost? Type it like “80 EUR” or “€45.50”. It is only shown, and nothing is charged."


def no_price_label() -> str:
    """Label the answer that no price is shown."""
    return "Show none"


def video(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label where it is: in the clinic or by video."""
    del catalogue
    return f"Where: {WAYS[kind.video]}"


def patients(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label for whom it is."""
    del catalogue
    return f"For: {PATIENTS[kind.for_patients]}"


def desk(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label who books it."""
    del catalogue
    return f"Booked by: {'the desk only' if kind.desk_only else 'patients, desk'}"


def follow_ups(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label whether follow-ups are of this kind."""
    del catalogue
    return f"For follow-ups: {'yes' if kind.for_follow_ups else 'no'}"


def preparation(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label what patients are told before."""
    del catalogue
    return f"Preparation: {kind.preparation or NOTHING}"


def ask_preparation(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask what patients are told before."""
    del kind, catalogue
    return (
        "What should patients know before they come? It stands in the confirmation and the reminder,"
        " like “Please come without having eaten.”"
    )


def nothing_label() -> str:
    """Label the answer that there is nothing."""
    return "Nothing"


def questions(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the questions before the visit."""
    del catalogue
    return f"Questions before: {len(kind.questions) or 'none'}"


def needs(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the group of rooms or devices."""
    del catalogue
    return f"Needs: {kind.group or NOTHING}"


def ask_needs(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the group of rooms or devices."""
    del kind, catalogue
    return "Which room or device does it need? Tap or type a group of /rooms, like “ultrasound”."


def series(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the series."""
    del catalogue
    return f"In a series: {series_label(kind.in_series).lower()}"


def ask_series(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the longest series."""
    del kind, catalogue
    return f"How many can be booked together, for example weekly? At most {LONGEST_SERIES}."


def series_label(number: int) -> str:
    """Label how many visits a series has."""
    return "No series" if number == 1 else f"At most {number}"


def notice(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the lead time."""
    del catalogue
    return f"Notice: {span(kind.lead_time) if kind.lead_time is not None else USUAL}"


def ask_notice(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the lead time."""
    del kind, catalogue
    return "How long before does it have to be booked? Tap it, or type it like “3 hours” or “2 days”."


def ahead(kind: VisitKind, catalogue: Catalogue) -> str:
    """Label the horizon."""
    del catalogue
    return f"Ahead: {span(kind.horizon) if kind.horizon is not None else USUAL}"


def ask_ahead(kind: VisitKind, catalogue: Catalogue) -> str:
    """Ask for the horizon."""
    del kind, catalogue
    return "How many days ahead can it be booked?"


def usual_label() -> str:
    """Label the answer that each doctor's own setting counts."""
    return "As usual"
