"""Who may use what: each command and each button names its roles, and the dispatcher checks them."""

import logging

from bot.dialogs.context import ClinicContext
from services.access import DESK as DESK_ROLES
from services.errors import AlreadySignedIn, RoleRequired
from services.models.people import Role

log = logging.getLogger(__name__)

# None stands for a guest: somebody who is not signed in.
Visitors = frozenset[Role | None]

GUESTS: Visitors = frozenset({None})
PATIENTS: Visitors = frozenset({Role.PATIENT})
DOCTORS: Visitors = frozenset({Role.DOCTOR})
ADMINS: Visitors = frozenset({Role.ADMIN})
DESK: Visitors = frozenset(DESK_ROLES)
PARTIES: Visitors = PATIENTS | DOCTORS
STAFF: Visitors = DOCTORS | DESK
BOOKERS: Visitors = PATIENTS | DESK
SIGNED_IN: Visitors = frozenset(Role)
EVERYBODY: Visitors = SIGNED_IN | GUESTS


def check(context: ClinicContext, visitors: Visitors) -> None:
    """Return if whoever is there is one of these visitors.

    Raises AlreadySignedIn if only guests may and somebody is signed in; what ClinicContext.principal raises
    if nobody is; RoleRequired if they have another role.
    """
    visitor = context.visitor
    if (visitor.role if visitor else None) in visitors:
        return
    if visitor is not None and visitors == GUESTS:
        raise AlreadySignedIn(visitor.user.name)
    # For a guest, `principal` raises the right reason.
    log.info("access.refused user=%s", context.principal.id)
    raise RoleRequired(frozenset(role for role in visitors if role is not None))
