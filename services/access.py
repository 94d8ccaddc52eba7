"""The authorizer: which roles may do a thing."""

from services.errors import RoleRequired
from services.models.people import Principal, Role


def require(principal: Principal, *roles: Role) -> None:
    """Return if the person has one of the roles. Raises RoleRequired."""
    if principal.role not in roles:
        raise RoleRequired(frozenset(roles))
