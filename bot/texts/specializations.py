"""What the usual specializations of doctors are called in the reader's language.

They are stored in English. Any other is shown as it was typed.
"""

from collections.abc import Iterable

from bot.localization.messages import phrase_in

KNOWN = {
    "Allergology": phrase_in("a specialization", "Allergology"),
    "Cardiology": phrase_in("a specialization", "Cardiology"),
    "Dentistry": phrase_in("a specialization", "Dentistry"),
    "Dermatology": phrase_in("a specialization", "Dermatology"),
    "Endocrinology": phrase_in("a specialization", "Endocrinology"),
    "Family medicine": phrase_in("a specialization", "Family medicine"),
    "Gastroenterology": phrase_in("a specialization", "Gastroenterology"),
    "General medicine": phrase_in("a specialization", "General medicine"),
    "Geriatrics": phrase_in("a specialization", "Geriatrics"),
    "Gynaecology": phrase_in("a specialization", "Gynaecology"),
    "Haematology": phrase_in("a specialization", "Haematology"),
    "Hepatology": phrase_in("a specialization", "Hepatology"),
    "Internal medicine": phrase_in("a specialization", "Internal medicine"),
    "Nephrology": phrase_in("a specialization", "Nephrology"),
    "Neurology": phrase_in("a specialization", "Neurology"),
    "Obstetrics": phrase_in("a specialization", "Obstetrics"),
    "Oncology": phrase_in("a specialization", "Oncology"),
    "Ophthalmology": phrase_in("a specialization", "Ophthalmology"),
    "Orthopaedics": phrase_in("a specialization", "Orthopaedics"),
    "Otorhinolaryngology": phrase_in("a specialization", "Otorhinolaryngology"),
    "Paediatrics": phrase_in("a specialization", "Paediatrics"),
    "Physiotherapy": phrase_in("a specialization", "Physiotherapy"),
    "Psychiatry": phrase_in("a specialization", "Psychiatry"),
    "Psychology": phrase_in("a specialization", "Psychology"),
    "Psychotherapy": phrase_in("a specialization", "Psychotherapy"),
    "Pulmonology": phrase_in("a specialization", "Pulmonology"),
    "Radiology": phrase_in("a specialization", "Radiology"),
    "Rheumatology": phrase_in("a specialization", "Rheumatology"),
    "Surgery": phrase_in("a specialization", "Surgery"),
    "Urology": phrase_in("a specialization", "Urology"),
    "Vascular surgery": phrase_in("a specialization", "Vascular surgery"),
}


def specialization(stored: str | None) -> str:
    """Return a specialization as it is shown; nothing for somebody who has none. Plain text."""
    return str(KNOWN.get(stored, stored)) if stored else ""


def as_shown(stored: Iterable[str]) -> dict[str, str]:
    """Return the specializations by what they may be called: as they are stored, and as they are shown."""
    names = list(stored)
    return {name: name for name in names} | {specialization(name): name for name in names}
