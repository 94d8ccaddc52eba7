"""Who did what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.models.people import UserId


class Action(StrEnum):
    """What was done. The values are stored, so they never change."""

    REGISTERED = "registered"
    ADMIN_CREATED = "admin_created"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SESSIONS_ENDED = "sessions_ended"
    APPROVED = "approved"
    REFUSED = "refused"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    SPECIALIZATION_CHANGED = "specialization_changed"
    NAME_CHANGED = "name_changed"
    NAME_WANTED = "name_wanted"
    NAME_TAKEN_BACK = "name_taken_back"
    NAME_APPROVED = "name_approved"
    NAME_REFUSED = "name_refused"
    RESET_SENT = "reset_sent"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    EMAIL_CHANGED = "email_changed"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    EMAIL_CONFIRMED = "email_confirmed"
    EMAIL_CORRECTED = "email_corrected"
    BOOKED_FOR = "booked_for"
    MOVED_FOR = "moved_for"
    CANCELLED_FOR = "cancelled_for"
    MESSAGE_SENT = "message_sent"
    RUNNING_LATE = "running_late"
    HOURS_CHANGED = "hours_changed"
    TIME_OFF_TAKEN = "time_off_taken"
    TIME_OFF_TAKEN_BACK = "time_off_taken_back"
    DATE_CHANGED = "date_changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    EXPORTED = "exported"
    ANNOUNCED = "announced"
    ANNOUNCEMENT_STOPPED = "announcement_stopped"
    DATA_SENT = "data_sent"
    FEED_GIVEN = "feed_given"
    FEED_RENEWED = "feed_renewed"
    FEED_ENDED = "feed_ended"
    FEED_NAMES = "feed_names"
    ACCOUNT_DELETED = "forgotten"
    PATIENT_MADE = "patient_made"
    PATIENT_CHANGED = "patient_changed"
    PATIENT_HANDED_OVER = "patient_handed_over"
    PATIENT_TAKEN_OVER = "patient_taken_over"
    PATIENTS_MERGED = "patients_merged"
    CATALOGUE_ADDED = "catalogue_added"
    CATALOGUE_CHANGED = "catalogue_changed"
    CATALOGUE_RETIRED = "catalogue_retired"
    CATALOGUE_RESTORED = "catalogue_restored"
    KINDS_OFFERED = "kinds_offered"
    ROOM_OUT = "room_out"
    ROOM_BACK = "room_back"
    LIMIT_CHANGED = "limit_changed"
    LIMIT_RESET = "limit_reset"
    OUTBOX_RETRIED = "outbox_retried"
    OUTBOX_DROPPED = "outbox_dropped"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """That `actor` did something to `subject` (the id of a user or of another thing) at an instant."""

    id: str
    at: datetime
    action: Action
    actor: UserId | None
    subject: str | None
    facts: Mapping[str, Any]
