"""The authorizer: which roles may do a thing."""

from services.errors import RoleRequired
from services.models.people import Principal, Role, UserId

# The clinic's own people at the desk and on the telephone: they act for any patient.
DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})
# Those who have appointments of their own.
PARTIES = frozenset({Role.PATIENT, Role.DOCTOR})


def require(principal: Principal, *roles: Role) -> None:
    """Return if the person has one of the roles. Raises RoleRequired."""
    if principal.role not in roles:
        raise RoleRequired(frozenset(roles))


def acts_for(principal: Principal, patient_id: UserId) -> bool:
    """Tell whether the patient is the person's own or one whom they look after."""
    is_theirs = patient_id == principal.id or patient_id in principal.user.looks_after
    return principal.role is Role.PATIENT and is_theirs
