"""Who may see an appointment, and what of it. Pure."""

from dataclasses import replace

from services.access import DESK
from services.models.appointments import Appointment
from services.models.people import AccountStatus, Principal, Role, User, UserId


def gone(user_id: UserId, role: Role) -> User:
    """Return a stand-in for somebody whose account was deleted."""
    name = "Dr (no longer here)" if role is Role.DOCTOR else "A former patient"
    return User(user_id, name, "", role, AccountStatus.BLOCKED)


def may_see(principal: Principal, appointment: Appointment) -> bool:
    """Tell whether the appointment is one of theirs, or they work at the desk."""
    if principal.role in DESK:
        return True
    mine = appointment.doctor_id if principal.role is Role.DOCTOR else appointment.patient_id
    return principal.id == mine


def as_seen(principal: Principal, appointment: Appointment) -> Appointment:
    """Return what this person may see of it: the desk sees neither the reason nor the video room."""
    if principal.role not in DESK:
        return appointment
    return replace(appointment, reason=None, room="" if appointment.by_video else None)
