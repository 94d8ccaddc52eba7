"""The question for a time with any doctor: up to three proposals, which are held as soon as one is tapped."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.callbacks.steps import LiftBounds, PickProposal, TurnProposals
from bot.conversations.pickers.doctor import DoctorPicker, apart, with_any_doctor, with_doctor
from bot.conversations.pickers.held_time import LEAVING, abandon, at, hold
from bot.conversations.pickers.slot import LOST, today
from bot.conversations.pickers.visit import of_kind
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.parsing.words.any_doctor import says_any_doctor
from bot.texts import labels
from bot.texts import proposals as texts
from bot.texts.time_bounds import only_within
from bot.ui.keyboards import Row, button, keyboard, ways_out
from bot.ui.view import View
from bot.understanding.time_bounds import narrowed, read_bounds
from services.access import DESK
from services.availability.any_doctor import ProposedTimes
from services.availability.time_bounds import ANY_TIME, TimeBounds
from services.errors import (
    ClinicError,
    DoctorUnknown,
    KindNotOffered,
    LimitReached,
    PlaceNotOffered,
    TooManyThatDay,
)

# The errors for a proposal that cannot be booked any more: others are proposed then.
GONE = (*LOST, DoctorUnknown, KindNotOffered, PlaceNotOffered)


@dataclass(frozen=True, slots=True)
class ProposalPicker:
    """The question by its name in the dialog, and that which comes after it; `doctors` reads typed names."""

    proposal: StrEnum
    after: StrEnum
    doctors: DoctorPicker

    @property
    def step(self) -> Step:
        """The step of the dialog."""
        return Step(
            self.proposal,
            ask_proposal,
            self.type_proposal,
            {PickProposal: self.pick, TurnProposals: self.turn, LiftBounds: self.lift},
            **LEAVING,
        )

    async def pick(self, context: ClinicContext, tap: PickProposal) -> Outcome:
        """Take the time that was tapped, and hold it; if it is gone, propose others.

        If somebody has come back from a summary, its booking may have been stored without their knowing.
        """
        before = context.draft(BookingDraft)
        if before.held and (stored := await abandon(context)) is not None:
            return Finish(stored)
        draft = _anybody(before)
        try:
            doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
            kind = await context.clinic.visits.any_doctor.kind_with(
                context.principal, doctor.id, patient_id=draft.patient_id
            )
        except GONE as error:
            return self.others(context, draft, error)
        chosen = replace(with_doctor(draft, doctor), any_doctor=True)
        chosen = at(context, of_kind(chosen, kind), tap.start)
        try:
            chosen = await hold(context, chosen)
        except LimitReached as error:
            if context.principal.role in DESK:  # the summary tells them of it
                return Goto(self.after, replace(chosen, held=True))
            if isinstance(error, GONE):
                return self.others(context, chosen, error)
            raise
        except GONE as error:
            return self.others(context, draft, error)
        return Goto(self.after, chosen)

    def others(self, context: ClinicContext, draft: BookingDraft, why: ClinicError) -> Goto:
        """Propose other times than the one that is gone."""
        context.look_again()
        anybody = replace(_anybody(draft), proposed=0)
        if isinstance(why, TooManyThatDay) and draft.day is not None:
            # No other time of that day can be booked either.
            bounds = narrowed(draft.bounds, TimeBounds(not_dates=(draft.day,)))
            anybody = replace(anybody, bounds=bounds)
        return Goto(self.proposal, anybody, why)

    async def turn(self, context: ClinicContext, tap: TurnProposals) -> Outcome:
        """Propose other times."""
        return Goto(self.proposal, replace(context.draft(BookingDraft), proposed=tap.number))

    async def lift(self, context: ClinicContext, tap: LiftBounds) -> Outcome:
        """Propose times without bounds."""
        del tap
        return Goto(self.proposal, replace(context.draft(BookingDraft), bounds=None, proposed=0))

    async def type_proposal(self, context: ClinicContext, text: str) -> Outcome:
        """Propose times within the bounds that were typed, or take the doctor whose name was."""
        draft = _anybody(context.draft(BookingDraft))
        if says_any_doctor(text):
            return Goto(self.proposal, with_any_doctor(draft))
        bounds = read_bounds(text, today(context))
        if bounds is None:
            return await self.doctors.find(context, draft, text)
        return Goto(self.proposal, replace(draft, bounds=narrowed(draft.bounds, bounds), proposed=0))


async def ask_proposal(context: ClinicContext) -> View:
    """Propose times; where none is within the bounds, the next ones whenever they are."""
    draft, rules = _anybody(context.draft(BookingDraft)), context.rules
    bounds = draft.bounds
    found = await _proposed(context, draft, bounds)
    missed = bounds if bounds and not found.times else None
    if missed:
        found = await _proposed(context, draft, None)
    doctors = await apart(context, [each.doctor for each in found.times])
    times = [replace(each, doctor=user) for each, user in zip(found.times, doctors, strict=True)]
    rows: list[Row] = [
        [
            button(
                texts.doctor_at(each.doctor.name, each.slot, rules),
                PickProposal(each.doctor.id, each.slot.start),
            )
        ]
        for each in times
    ]
    further = draft.proposed + 1 if found.has_more else 0
    others = [button(labels.OTHER_TIMES, TurnProposals(further))] if further != draft.proposed else []
    lift = [button(labels.SHOW_ALL_TIMES, LiftBounds())] if bounds and not missed else []
    text = texts.ask_proposal(draft, times, rules, missed)
    text += only_within(None if missed else bounds)
    return View(text, keyboard(*rows, others, lift, ways_out(back=bool(context.state.trail))))


async def _proposed(context: ClinicContext, draft: BookingDraft, bounds: TimeBounds | None) -> ProposedTimes:
    return await context.clinic.visits.any_doctor.propose(
        context.principal,
        draft.any_of,
        patient_id=draft.patient_id,
        bounds=bounds or ANY_TIME,
        page=draft.proposed,
    )


def _anybody(draft: BookingDraft) -> BookingDraft:
    """Return the draft as it was before one of the proposals was chosen."""
    return replace(
        draft,
        doctor_id=None,
        doctor_name="",
        specialization=draft.any_of,
        kind_id=None,
        kind_name="",
        place=None,
        place_name="",
        start=None,
        request_id=None,
        attempt=None,
        held=False,
        series=None,
        beyond=False,
    )
