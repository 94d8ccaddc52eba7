"""The fields of an account as people type them: name, title, specialization. Pure."""

import re

from services.errors import BadName, BadSpecialization
from services.models.people import Role
from services.names.folding import folded, has_letter, visible

MAX_NAME = 80
MAX_SPECIALIZATION = 40
# What stands before a doctor's name, once or more, and is no part of it.
TITLES = re.compile(r"(?:(?:dr|doctor)(?:\.\s*|\s+))+", re.IGNORECASE)
# What a doctor is offered while registering; any other may be typed.
COMMON_SPECIALIZATIONS = (
    "Cardiology",
    "Dermatology",
    "Endocrinology",
    "General medicine",
    "Gynaecology",
    "Neurology",
    "Ophthalmology",
    "Orthopaedics",
    "Paediatrics",
    "Psychiatry",
)


def read_name(text: str, role: Role | None = None) -> str:
    """Return what is seen of the name, in any script; a doctor's without the title. Raises BadName."""
    name = visible(text)
    if role is Role.DOCTOR:
        name = without_title(name)
    if not has_letter(name) or len(name) > MAX_NAME:
        raise BadName(MAX_NAME)
    return name


def without_title(name: str) -> str:
    """Return a doctor's name without Dr before it; as it is, if nothing else would be a name."""
    title = TITLES.match(name)
    rest = name[title.end() :] if title else name
    return rest if has_letter(rest) else name


def read_specialization(text: str) -> str:
    """Return what is seen of the specialization, with a capital first. Raises BadSpecialization."""
    name = visible(text)
    if sum(map(has_letter, name)) < 2 or len(name) > MAX_SPECIALIZATION:  # noqa: PLR2004 - said in the error
        raise BadSpecialization(MAX_SPECIALIZATION)
    known = {folded(common): common for common in COMMON_SPECIALIZATIONS}
    return known.get(folded(name), name[0].upper() + name[1:])
