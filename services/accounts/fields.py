"""The fields of an account as people type them: name, title, specialization. Pure."""

import re

from services.errors import BadName, BadSpecialization
from services.models.people import Role
from services.names.folding import folded, has_letter, visible

MAX_NAME = 80
MAX_SPECIALIZATION = 40
# Titles before a doctor's name, one or more; they are not part of the name.
TITLES = re.compile(r"(?:(?:dr|doctor)(?:\.\s*|\s+))+", re.IGNORECASE)
# Suggested to doctors who register; they may type any other.
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
    """Return the visible part of a name, in any script; for a doctor without the title. Raises BadName."""
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
    """Return the visible characters of a specialization, with a capital first. Raises BadSpecialization."""
    name = visible(text)
    if sum(map(has_letter, name)) < 2 or len(name) > MAX_SPECIALIZATION:  # noqa: PLR2004 - said in the error
        raise BadSpecialization(MAX_SPECIALIZATION)
    known = {folded(common): common for common in COMMON_SPECIALIZATIONS}
    return known.get(folded(name), name[0].upper() + name[1:])
