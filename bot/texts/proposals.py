"""What is said where any doctor will do, and where each doctor's next free time stands on the button."""

from collections.abc import Sequence

from bot.drafts import BookingDraft
from bot.localization.messages import say
from bot.texts.booking import so_far
from bot.texts.formats import doctor, esc, plain_doctor, short_moment, zone_note
from bot.texts.time_bounds import bounds_in_words
from services.availability.any_doctor import ProposedTime
from services.availability.time_bounds import TimeBounds
from services.clinic_rules import ClinicRules
from services.models.slots import Slot


def with_next_free(name: str, slot: Slot | None, rules: ClinicRules) -> str:
    """Label the button of a doctor, with the next free time: Dr Rao · Fri 4 Dec, 10:30 AM."""
    if slot is None:
        # Translators: a button; a doctor who has no free time. At most 40 characters with a name.
        return say("{doctor} · no free time", doctor=plain_doctor(name))
    return doctor_at(name, slot, rules)


def doctor_at(name: str, slot: Slot, rules: ClinicRules) -> str:
    """Label the button of a time with a doctor: Dr Rao · Fri 4 Dec, 10:30 AM."""
    # Translators: a button; the dot stays as it is, as a long name is cut before it.
    return say("{doctor} · {time}", doctor=plain_doctor(name), time=short_moment(slot.start, rules.zone))


def next_free_beside(rules: ClinicRules) -> str:
    """Say what stands beside the names."""
    return say("🕑 Beside each name is the next free time{zone}.", zone=zone_note(rules)) + "\n\n"


def ask_proposal(
    draft: BookingDraft,
    proposed: Sequence[ProposedTime],
    rules: ClinicRules,
    missed: TimeBounds | None = None,
) -> str:
    """Ask which of the proposed times it shall be; nothing is free within the `missed` bounds."""
    none = say("Nothing is free then: {bounds}.", bounds=bounds_in_words(missed)) + "\n" if missed else ""
    if not proposed:
        nothing = say("No doctor has a free time at the moment.")
        return f"{so_far(draft)}\n\n{none}{nothing}"
    question = say("These are the next free times{zone}. Which one?", zone=zone_note(rules))
    hint = say("You can also type a day, a time or a name.")
    return f"{so_far(draft)}\n\n{none}{question}{_details(proposed, rules)}\n\n{hint}"


def _details(proposed: Sequence[ProposedTime], rules: ClinicRules) -> str:
    """Return a line for each time that says which kind of visit it is, and where; nothing where neither is known."""
    if not any(each.kind.name or each.place for each in proposed):
        return ""
    return "".join(f"\n• {_detail(each, rules)}" for each in proposed)


def _detail(each: ProposedTime, rules: ClinicRules) -> str:
    names = filter(None, (each.kind.name, each.place.name if each.place else ""))
    what = " · ".join(map(esc, names))
    at = short_moment(each.slot.start, rules.zone)
    return f"{doctor(each.doctor.name)}, {at}: {what}" if what else f"{doctor(each.doctor.name)}, {at}"
