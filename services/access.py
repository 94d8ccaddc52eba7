"""The authorizer: which roles may do a thing."""

from services.errors import RoleRequired
from services.models.people import Principal, Role, User, UserId

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
    return principal.role is Role.PATIENT and patient_id in own_people(principal.user)


def own_people(user: User) -> tuple[UserId, ...]:
    """Return whose appointments are the account's: its own, and those of the patients it looks after."""
    return (user.id, *(user.looks_after if user.role is Role.PATIENT else ()))
