"""What is said of the people whom somebody looks after."""

from collections.abc import Sequence
from datetime import date

from bot.localization.messages import phrase, say
from bot.people_drafts import FamilyDraft
from bot.texts.formats import GENDERS, esc, long_day
from services.clinic_rules import ClinicRules
from services.models.patients import MOST_LOOKED_AFTER, Patient
from services.models.people import Gender
from services.patients.fields import shown_phone

# How people type that something is for themselves.
MYSELF = (phrase("Myself"), phrase("Me"))


def ask_who(head: str) -> str:
    """Ask for whom something is."""
    return "\n\n".join([head, say("Who is it for?")])


def family(people: Sequence[Patient]) -> str:
    """List the people whom somebody looks after."""
    if not people:
        what_for = say(
            "Here you can add people whom you look after, such as a child or a parent. You can then book for them,"
            " and hear of their appointments."
        )
        return "\n\n".join([say("👪 <b>Family</b>"), what_for])
    names = "\n".join(f"• {esc(each.name)}" for each in people)
    tap = say("Tap a name to see or change what I know.")
    if len(people) >= MOST_LOOKED_AFTER:
        tap = say("Tap a name to see or change what I know. You can't add more.")
    return "\n".join([say("👪 <b>You look after</b>"), names, "", tap])


def card(patient: Patient, rules: ClinicRules) -> str:
    """Show somebody whom the person looks after."""
    known = _lines(patient.birth_date, patient.phone, patient.gender, rules)
    return "\n".join([f"🙂 <b>{esc(patient.name)}</b>", *known])


def _lines(born: date | None, phone: str | None, gender: Gender | None, rules: ClinicRules) -> list[str]:
    lines = [f"🎂 {birth_date(born)}"] if born else []
    if phone:
        lines.append(f"📞 {esc(shown_phone(phone, rules.region))}")
    return [*lines, f"👤 {str(GENDERS[gender]).capitalize()}"] if gender else lines


def birth_date(born: date) -> str:
    """Return a birth date, with its year."""
    return long_day(born)


def ask_name() -> str:
    """Ask for the name."""
    return "\n\n".join([say("👪 <b>Add someone</b>"), say("What is their full name?")])


def ask_birth_date(draft: FamilyDraft) -> str:
    """Ask for the birth date, which is optional."""
    return _of(draft, say("When were they born? Type it like 14 March 2019."))


def ask_phone(draft: FamilyDraft) -> str:
    """Ask for the telephone number, which is optional."""
    return _of(draft, say("What is their telephone number?"))


def ask_gender(draft: FamilyDraft) -> str:
    """Ask for the gender, which is optional."""
    return _of(draft, say("What is their gender?"))


def _of(draft: FamilyDraft, question: str) -> str:
    return f"👪 <b>{esc(draft.name)}</b>\n\n{question}"


def summary(draft: FamilyDraft, rules: ClinicRules) -> str:
    """Show what is known, before it is saved."""
    known = _lines(draft.birth_date, draft.phone, draft.gender, rules)
    more = (
        say("Save this?")
        if draft.patient_id
        else say("Save it, or add more. The clinic tells people apart by the birth date.")
    )
    return "\n".join([say("👪 <b>Family</b>"), f"🙂 {esc(draft.name)}", *known, "", more])


def added(patient: Patient) -> str:
    """Say that somebody is looked after from now on."""
    return say(
        "✅ {name} is added. You can book for them now, and you'll hear of their appointments.",
        name=esc(patient.name),
    )


def changed(patient: Patient) -> str:
    """Say that what is known was changed."""
    return say("✅ Saved: {name}.", name=esc(patient.name))


def ask_remove(patient: Patient, *, is_erased: bool) -> str:
    """Ask whether to look after somebody no more, and say what goes."""
    what = (
        say(
            "Nobody else looks after them, so I'll delete what I know of them. Past appointments stay in the clinic's"
            " records, without the name. This can't be undone."
        )
        if is_erased
        else say("You won't see their appointments or hear of them any more.")
    )
    asked = say("🗑 <b>Remove {name}?</b>", name=esc(patient.name))
    return f"{asked}\n\n{what}"


def removed(patient: Patient) -> str:
    """Say that somebody is not looked after any more."""
    return say("🗑 {name} is removed.", name=esc(patient.name))
