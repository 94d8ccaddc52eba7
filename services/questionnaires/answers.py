"""Answers to the questions before a visit, which its doctor alone sees (FHIR R4 QuestionnaireResponse)."""

from services.access import require
from services.appointments.fields import read_answer
from services.appointments.views import AppointmentViews
from services.clock import Clock
from services.errors import AlreadyCancelled, AppointmentOver, BadAnswer, QuestionGone
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.catalogue import AnswerType, Question
from services.models.people import Principal, Role
from services.storage.appointment_remarks import AppointmentRemarkStore

YES, NO = "Yes", "No"


class VisitAnswers:
    """Takes the answers of patients, and of those who look after them, until the visit begins."""

    def __init__(self, *, views: AppointmentViews, remarks: AppointmentRemarkStore, clock: Clock) -> None:
        self._views = views
        self._remarks = remarks
        self._clock = clock

    async def to_answer(self, principal: Principal, appointment_id: AppointmentId) -> AppointmentCard:
        """Return the appointment whose questions can be answered now: its kind has them.

        Raises RoleRequired, AppointmentUnknown, AlreadyCancelled, AppointmentOver.
        """
        require(principal, Role.PATIENT)
        card = await self._views.whole(principal, appointment_id)
        self._check_to_come(card.appointment)
        return card

    async def answer(
        self, principal: Principal, appointment_id: AppointmentId, question_id: str, text: str | None
    ) -> AppointmentCard:
        """Store the answer to one of the questions; None takes it back. The doctor is not notified.

        Raises what `to_answer` does, QuestionGone, AnswerTooLong, BadAnswer.
        """
        card = await self.to_answer(principal, appointment_id)
        kind = card.details.kind
        asked = {each.id: each for each in (kind.questions if kind else ())}
        if question_id not in asked:
            raise QuestionGone
        question = asked[question_id]
        answer = _checked(question, text) if text is not None else None
        stored = await self._remarks.answer(
            card.appointment, question, answer or None, principal.author, self._clock.now()
        )
        if stored is None:
            raise AlreadyCancelled(card.appointment.slot.start)
        return AppointmentCard(stored, card.doctor, card.patient, details=card.details)

    def may_answer(self, principal: Principal, card: AppointmentCard) -> bool:
        """Tell whether this person can answer questions before that visit now."""
        kind, found = card.details.kind, card.appointment
        is_to_come = found.status is AppointmentStatus.BOOKED and not self._has_begun(found)
        return principal.role is Role.PATIENT and is_to_come and bool(kind and kind.questions)

    def _check_to_come(self, found: Appointment) -> None:
        if found.status is AppointmentStatus.CANCELLED:
            raise AlreadyCancelled(found.slot.start)
        if found.status is not AppointmentStatus.BOOKED or self._has_begun(found):
            raise AppointmentOver(found.slot.start)

    def _has_begun(self, found: Appointment) -> bool:
        return found.slot.start <= self._clock.now() or found.called_at is not None


def choices(question: Question) -> tuple[str, ...]:
    """Return what can be answered; nothing where the answer is a text."""
    if question.answered_by is AnswerType.YES_NO:
        return (YES, NO)
    return question.choices if question.answered_by is AnswerType.CHOICE else ()


def _checked(question: Question, text: str) -> str:
    answer, possible = read_answer(text), choices(question)
    if possible and answer not in possible:
        raise BadAnswer(possible)
    return answer
