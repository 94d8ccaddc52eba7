"""What is said when a patient is handed over, and when one is made of two."""

from collections.abc import Sequence

from bot.texts.formats import call_the_clinic, doctor, esc, long_day, moment_read, span_of
from services.clinic_rules import ClinicRules
from services.handover.codes import shown_code
from services.models.appointments import AppointmentCard
from services.models.handing_over import ClaimCode, ClaimPreview
from services.models.merging import MergePreview, OverlappingVisits
from services.models.patients import Patient

HOW = "Type it behind the command, for example: /claim ABCD-EFGH"


def code(made: ClaimCode, link: str, rules: ClinicRules) -> str:
    """Show a new code, and say what it is good for."""
    name = esc(made.patient.name)
    return (
        f"🤝 <b>A code for {name}</b>\n\n<code>{shown_code(made.code)}</code>\n{esc(link)}\n\n"
        f"Give the code or the link to whoever is to look after {name}, or to {name} themselves. It works once,"
        f" until {moment_read(made.expires_at, rules)}. In the chat: /claim and the code."
    )


def withdrawn(patient: Patient, count: int) -> str:
    """Say that a patient's codes are good for nothing any more."""
    name = esc(patient.name)
    return (
        f"⏹ The codes for {name} no longer work." if count else f"There was no code for {name} left to stop."
    )


def how_to_claim() -> str:
    """Say how a code is used."""
    return f"🤝 Have you got a code for a patient? {HOW}"


def claim(shown: ClaimPreview) -> str:
    """Ask what the person is to the patient whom a code is about."""
    name = esc(shown.patient.name)
    if shown.is_carer:
        return f"🤝 <b>{name}</b>\n\nYou look after {name} already. Or are you {name} yourself?"
    return (
        f"🤝 <b>{name}</b>\n\nYou have been given a code for {name}. Do you look after {name}, or are you"
        f" {name} yourself?"
    )


def looked_after(patient: Patient) -> str:
    """Say that the person looks after the patient now."""
    name = esc(patient.name)
    return f"✅ You look after {name} now. You can book for {name}, and I'll tell you what happens."


def ask_be_them(found: MergePreview) -> str:
    """Ask whether the person really is the patient."""
    name = esc(found.lost.name)
    visits = f"{_visits(found.visits)} of {name} will be in your own list. " if found.visits else ""
    return (
        f"🙂 <b>Are you {name}?</b>\n\n{visits}Whoever looks after {name} now will no longer do so, and is told."
        " This can't be undone."
    )


def are_them(name: str) -> str:
    """Say that the person is the patient now."""
    return f"✅ Done: you are {esc(name)} here. See your appointments in /appointments."


def ask_same(patient: Patient, search: str, found: Sequence[Patient]) -> str:
    """Ask who is the same person as a patient."""
    name = esc(patient.name)
    nobody = f"I couldn't find anybody else with “{esc(search)}”. " if search and not found else ""
    return (
        f"🔗 <b>Who is the same person as {name}?</b>\n\n{nobody}"
        "Tap them, or type a name, an email address or a telephone number."
    )


def ask_merge(found: MergePreview) -> str:
    """Ask whether two patients are one."""
    lost, kept = found.lost, found.kept
    visits = f"\n\n{_visits(found.visits)} of the first will be the second's." if found.visits else ""
    why = " They have an account." if kept.has_account else ""
    return (
        f"🔗 <b>Are these two the same person?</b>\n\n• {_line(lost)}\n• {_line(kept)}{visits}\n\n"
        f"The name stays {esc(kept.name)}.{why} This can't be undone."
    )


def merged(kept: Patient) -> str:
    """Say that two patients are one."""
    return f"✅ They are one patient now: {esc(kept.name)}."


def overlaps(pairs: Sequence[OverlappingVisits], rules: ClinicRules, *, has_begun: bool = False) -> str:
    """Show visits at one time, of which one must be cancelled first."""
    lines = "\n".join(f"• {_visit(pair.lost, rules)}\n   and {_visit(pair.kept, rules)}" for pair in pairs)
    rest = (
        "Please cancel one of the two. The rest is done, and these follow by themselves then."
        if has_begun
        else f"Please cancel one of the two first, or {call_the_clinic(rules)}, and then try again."
    )
    return f"⚠️ <b>These are at one time</b>\n\n{lines}\n\n{rest}"


def _visit(card: AppointmentCard, rules: ClinicRules) -> str:
    return f"{span_of(card.appointment.slot, rules.zone)}, {doctor(card.doctor.name)}"


def _visits(count: int) -> str:
    return "1 appointment" if count == 1 else f"{count} appointments"


def _line(patient: Patient) -> str:
    born = f"born {long_day(patient.birth_date)}" if patient.birth_date else ""
    return ", ".join(filter(None, (esc(patient.name), born, esc(patient.email))))
