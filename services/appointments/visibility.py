"""Who may see an appointment, and what of it. Pure."""

from dataclasses import replace

from services.access import DESK, acts_for
from services.models.appointments import Appointment
from services.models.patients import Patient
from services.models.people import AccountStatus, Principal, Role, User, UserId

FORMER_DOCTOR, FORMER_PATIENT = "Dr (no longer here)", "A former patient"


def gone(doctor_id: UserId) -> User:
    """Return a stand-in for a doctor whose account was deleted."""
    return User(doctor_id, FORMER_DOCTOR, "", Role.DOCTOR, AccountStatus.BLOCKED)


def gone_patient(patient_id: UserId) -> Patient:
    """Return a stand-in for a patient who was deleted."""
    return Patient(patient_id, FORMER_PATIENT, status=AccountStatus.BLOCKED)


def may_see(principal: Principal, appointment: Appointment) -> bool:
    """Tell whether it is theirs, as the doctor or for a patient they act for, or they work at the desk."""
    if principal.role in DESK:
        return True
    return is_theirs(principal, appointment)


def is_theirs(principal: Principal, appointment: Appointment) -> bool:
    """Tell whether they meet in it: the doctor, the patient, or who looks after the patient."""
    if principal.role is Role.DOCTOR:
        return principal.id == appointment.doctor_id
    return acts_for(principal, appointment.patient_id)


def as_seen(principal: Principal, appointment: Appointment) -> Appointment:
    """Return what this person may see of it: the desk sees no reason, no answers and no video room."""
    if principal.role not in DESK:
        return appointment
    return replace(appointment, reason=None, answers=(), room="" if appointment.by_video else None)
