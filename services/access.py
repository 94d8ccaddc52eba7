"""The authorizer: which roles may do a thing."""

from services.errors import RoleRequired
from services.models.people import Principal, Role

# The clinic's own people at the desk and on the telephone: they act for any patient.
DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})
# Those who have appointments of their own.
PARTIES = frozenset({Role.PATIENT, Role.DOCTOR})


def require(principal: Principal, *roles: Role) -> None:
    """Return if the person has one of the roles. Raises RoleRequired."""
    if principal.role not in roles:
        raise RoleRequired(frozenset(roles))
