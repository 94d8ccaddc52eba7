"""What people write about an appointment: a reason, a note. Pure."""

from services.errors import NoteTooLong, ReasonTooLong

MAX_NOTE = 300


def read_note(text: str | None) -> str | None:
    """Return a note to a patient without the space around it; None for none. Raises NoteTooLong."""
    note = (text or "").strip()
    if len(note) > MAX_NOTE:
        raise NoteTooLong(MAX_NOTE)
    return note or None


MAX_REASON = 500


def read_reason(text: str | None) -> str | None:
    """Return the reason for a visit without the space around it; None for none. Raises ReasonTooLong."""
    reason = (text or "").strip()
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return reason or None
