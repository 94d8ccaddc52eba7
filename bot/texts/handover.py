"""What is said when a patient is handed over, and when one is made of two."""

from collections.abc import Sequence

from bot.localization.messages import say, say_count
from bot.texts.formats import call_the_clinic, comma_list, doctor, esc, long_day, moment_read, span_of
from services.clinic_rules import ClinicRules
from services.handover.codes import shown_code
from services.models.appointments import AppointmentCard
from services.models.handing_over import ClaimCode, ClaimPreview
from services.models.merging import MergePreview, OverlappingVisits
from services.models.patients import Patient


def code(made: ClaimCode, link: str, rules: ClinicRules) -> str:
    """Show a new code, and say what it is good for."""
    name = esc(made.patient.name)
    head = say("🤝 <b>A code for {name}</b>", name=name)
    how = say(
        "Give the code or the link to whoever is to look after {name}, or to {name} themselves. It works once,"
        " until {moment}. In the chat: /claim and the code.",
        name=name,
        moment=moment_read(made.expires_at, rules),
    )
    return f"{head}\n\n<code>{shown_code(made.code)}</code>\n{esc(link)}\n\n{how}"


def withdrawn(patient: Patient, count: int) -> str:
    """Say that a patient's codes are good for nothing any more."""
    name = esc(patient.name)
    if count:
        return say("⏹ The codes for {name} no longer work.", name=name)
    return say("There was no code for {name} left to stop.", name=name)


def how_to_claim() -> str:
    """Say how a code is used."""
    return say(
        "🤝 Have you got a code for a patient? Type it behind the command, for example: /claim ABCD-EFGH"
    )


def claim(shown: ClaimPreview) -> str:
    """Ask what the person is to the patient whom a code is about."""
    name = esc(shown.patient.name)
    if shown.is_carer:
        asked = say("You look after {name} already. Or are you {name} yourself?", name=name)
    else:
        asked = say(
            "You have been given a code for {name}. Do you look after {name}, or are you {name} yourself?",
            name=name,
        )
    return f"🤝 <b>{name}</b>\n\n{asked}"


def looked_after(patient: Patient) -> str:
    """Say that the person looks after the patient now."""
    return say(
        "✅ You look after {name} now. You can book for {name}, and I'll tell you what happens.",
        name=esc(patient.name),
    )


def ask_be_them(found: MergePreview) -> str:
    """Ask whether the person really is the patient."""
    name = esc(found.lost.name)
    head = say("🙂 <b>Are you {name}?</b>", name=name)
    then = say(
        "Whoever looks after {name} now will no longer do so, and is told. This can't be undone.", name=name
    )
    if found.visits:
        visits = say_count(
            "{count} appointment of {name} will be in your own list.",
            "{count} appointments of {name} will be in your own list.",
            found.visits,
            name=name,
        )
        then = f"{visits} {then}"
    return f"{head}\n\n{then}"


def are_them(name: str) -> str:
    """Say that the person is the patient now."""
    return say("✅ Done: you are {name} here. See your appointments in /appointments.", name=esc(name))


def ask_same(patient: Patient, search: str, found: Sequence[Patient]) -> str:
    """Ask who is the same person as a patient."""
    head = say("🔗 <b>Who is the same person as {name}?</b>", name=esc(patient.name))
    asked = say("Tap them, or type a name, an email address or a telephone number.")
    if search and not found:
        nobody = say("I couldn't find anybody else with “{search}”.", search=esc(search))
        asked = f"{nobody} {asked}"
    return f"{head}\n\n{asked}"


def ask_merge(found: MergePreview) -> str:
    """Ask whether two patients are one."""
    lost, kept = found.lost, found.kept
    parts = [say("🔗 <b>Are these two the same person?</b>"), f"• {_line(lost)}\n• {_line(kept)}"]
    if found.visits:
        parts.append(
            say_count(
                "{count} appointment of the first will be the second's.",
                "{count} appointments of the first will be the second's.",
                found.visits,
            )
        )
    name = esc(kept.name)
    parts.append(
        say("The name stays {name}. They have an account. This can't be undone.", name=name)
        if kept.has_account
        else say("The name stays {name}. This can't be undone.", name=name)
    )
    return "\n\n".join(parts)


def merged(kept: Patient) -> str:
    """Say that two patients are one."""
    return say("✅ They are one patient now: {name}.", name=esc(kept.name))


def overlaps(pairs: Sequence[OverlappingVisits], rules: ClinicRules, *, has_begun: bool = False) -> str:
    """Show visits at one time, of which one must be cancelled first."""
    lines = "\n".join(
        say("• {visit}\n   and {other}", visit=_visit(pair.lost, rules), other=_visit(pair.kept, rules))
        for pair in pairs
    )
    rest = (
        say("Please cancel one of the two. The rest is done, and these follow by themselves then.")
        if has_begun
        else say(
            "Please cancel one of the two first, or {call}, and then try again.", call=call_the_clinic(rules)
        )
    )
    return "\n\n".join([say("⚠️ <b>These are at one time</b>"), lines, rest])


def _visit(card: AppointmentCard, rules: ClinicRules) -> str:
    return comma_list([span_of(card.appointment.slot, rules.zone), doctor(card.doctor.name)])


def _line(patient: Patient) -> str:
    born = say("born {day}", day=long_day(patient.birth_date)) if patient.birth_date else ""
    return comma_list([*filter(None, (esc(patient.name), born, esc(patient.email)))])
