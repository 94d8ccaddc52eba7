"""Whose hours and time off somebody may see and change: doctors their own, admins those of any doctor."""

from services.access import require
from services.availability.doctors import Doctors
from services.models.people import Principal, Role, UserId


async def doctor_of(principal: Principal, doctor_id: UserId | None, doctors: Doctors) -> UserId:
    """Return whose time the person may change: their own where no doctor is named.

    Raises RoleRequired, DoctorUnknown.
    """
    if doctor_id is None or doctor_id == principal.id:
        require(principal, Role.DOCTOR)
        return principal.id
    require(principal, Role.ADMIN)
    return (await doctors.get(principal, doctor_id)).id
