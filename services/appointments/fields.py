"""What people write about an appointment: a reason, a note. Pure."""

import unicodedata

from services.errors import AnswerTooLong, NoteTooLong, ReasonTooLong

MAX_NOTE = 300


def read_note(text: str | None) -> str | None:
    """Return a note to a patient without the space around it; None for none. Raises NoteTooLong."""
    note = _without_controls(text or "").strip()
    if len(note) > MAX_NOTE:
        raise NoteTooLong(MAX_NOTE)
    return note or None


MAX_REASON = 500


def read_reason(text: str | None) -> str | None:
    """Return the reason for a visit without the space around it; None for none. Raises ReasonTooLong."""
    reason = _without_controls(text or "").strip()
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return reason or None


def read_answer(text: str) -> str:
    """Return an answer before a visit without the space around it; "" for none. Raises AnswerTooLong."""
    answer = _without_controls(text).strip()
    if len(answer) > MAX_REASON:
        raise AnswerTooLong(MAX_REASON)
    return answer


def _without_controls(text: str) -> str:
    """Return the text without control characters, which keyboards don't type and calendar files can't have.

    Nor does it keep those that turn the direction of what is written around it (UAX #9). Lines stay.
    """
    return "".join(c for c in text if c in "\n\t" or not _is_control(c))


def _is_control(character: str) -> bool:
    is_turn = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    return is_turn or unicodedata.category(character) == "Cc"
