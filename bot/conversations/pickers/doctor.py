"""The questions for the specialization and the doctor."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.callbacks.steps import PickAnyDoctor, PickDoctor, PickPage, PickSpecialization
from bot.callbacks.visits import BookSoonest
from bot.conversations.pickers.slot import today
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.input_errors import NearMiss, NotAChoice, SeveralFit, Unclear
from bot.localization.isolates import seen_length
from bot.parsing.fuzzy_match import choose, choose_surely
from bot.parsing.words.any_doctor import says_any_doctor
from bot.texts import booking as texts
from bot.texts import labels
from bot.texts import proposals as proposal_texts
from bot.texts.formats import plain_doctor
from bot.texts.specializations import as_shown, specialization
from bot.texts.time_bounds import only_within
from bot.ui.keyboards import (
    LABEL_LENGTH,
    button,
    in_rows,
    keyboard,
    pager,
    specialization_key,
    ways_out,
)
from bot.ui.view import View
from bot.understanding.time_bounds import narrowed, read_bounds
from services.availability.time_bounds import ANY_TIME
from services.errors import DoctorUnknown
from services.models.people import Role, User
from services.names.specializations import meant_among
from services.namesakes import BETWEEN


@dataclass(frozen=True, slots=True)
class DoctorPicker:
    """The two questions, by their names in the dialog; `chosen` goes on with the doctor who was chosen.

    `proposal` is the question for a time with any doctor.
    """

    specialization: StrEnum
    doctor: StrEnum
    proposal: StrEnum
    chosen: Callable[[ClinicContext, BookingDraft], Awaitable[Outcome]]

    @property
    def steps(self) -> tuple[Step, Step]:
        """The steps of the dialog."""
        return (
            Step(
                self.specialization,
                ask_specialization,
                self.type_specialization,
                {PickSpecialization: self.pick_specialization},
            ),
            Step(
                self.doctor,
                ask_doctor,
                self.type_doctor,
                {
                    PickDoctor: self.pick_doctor,
                    PickAnyDoctor: self.pick_any,
                    PickPage: self.turn_page,
                },
            ),
        )

    async def pick_specialization(self, context: ClinicContext, tap: PickSpecialization) -> Outcome:
        """Take the specialization that was tapped."""
        name = await specialization_of(context, tap.key)
        if name is None:
            raise NotAChoice
        return Goto(self.doctor, replace(for_same_patient(context), specialization=name))

    async def type_specialization(self, context: ClinicContext, text: str) -> Outcome:
        """Take the specialization that was typed, or the doctor if it was a name."""
        if says_any_doctor(text):
            return self.anybody(for_same_patient(context))
        names = await context.clinic.doctors.specializations(context.principal)
        draft, called = for_same_patient(context), as_shown(names)
        try:
            return Goto(self.doctor, replace(draft, specialization=called[choose(text, called)]))
        except (NotAChoice, Unclear) as unclear:
            if plain := meant_among(text, names):
                return Goto(self.doctor, replace(draft, specialization=plain[0]))
            try:
                return await self.find(context, draft, text)
            except NotAChoice:
                raise unclear from None

    async def turn_page(self, context: ClinicContext, tap: PickPage) -> Outcome:
        """Show another page of doctors."""
        return Goto(self.doctor, replace(context.draft(BookingDraft), page=tap.number, maybe=()))

    async def pick_doctor(self, context: ClinicContext, tap: PickDoctor) -> Outcome:
        """Take the doctor who was tapped."""
        draft = context.draft(BookingDraft)
        try:
            doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
        except DoctorUnknown as error:
            return Goto(self.doctor, draft, error)
        return await self.chosen(context, with_doctor(draft, doctor))

    async def type_doctor(self, context: ClinicContext, text: str) -> Outcome:
        """Take the doctor whose name, or a part of it, was typed; who types a time wants any doctor then."""
        draft = context.draft(BookingDraft)
        if says_any_doctor(text):
            return self.anybody(draft)
        try:
            return await self.find(context, draft, text)
        except NotAChoice:
            bounds = read_bounds(text, today(context))
            if bounds is None:
                raise
            return self.anybody(replace(draft, bounds=narrowed(draft.bounds, bounds)))

    async def pick_any(self, context: ClinicContext, tap: PickAnyDoctor) -> Outcome:
        """Propose times with any doctor."""
        del tap
        return self.anybody(context.draft(BookingDraft))

    def anybody(self, draft: BookingDraft) -> Goto:
        """Propose times with any doctor of the draft's specialization."""
        return Goto(self.proposal, with_any_doctor(draft), behind=(self.doctor,))

    async def find(self, context: ClinicContext, draft: BookingDraft, text: str) -> Outcome:
        """Take the doctor whose name was typed. Raises NotAChoice, SeveralFit."""
        doctors = await context.clinic.doctors.everybody(context.principal, draft.specialization)
        # Namesakes have something behind their name here, so that the name alone matches all of them.
        found = {user.name: user for user in await apart(context, doctors)}
        try:
            chosen = found[choose_surely(text, found)]
        except (NearMiss, SeveralFit) as unclear:
            share_a_name = any(BETWEEN in name for name in unclear.choices)
            if isinstance(unclear, SeveralFit) and not share_a_name:
                raise
            maybe = tuple(found[name].id for name in unclear.choices)
            is_one = len(unclear.choices) == 1
            names = tuple(map(plain_doctor, unclear.choices)) if is_one or share_a_name else unclear.choices
            why = NearMiss(names) if is_one else SeveralFit(names)
            return Goto(self.doctor, replace(draft, maybe=maybe), why)
        doctor = next(each for each in doctors if each.id == chosen.id)
        return await self.chosen(context, with_doctor(draft, doctor))


async def specialization_of(context: ClinicContext, key: str) -> str | None:
    """Return the specialization with that key; None where no doctor here has it."""
    names = await context.clinic.doctors.specializations(context.principal)
    return next((name for name in names if specialization_key(name) == key), None)


async def ask_specialization(context: ClinicContext) -> View:
    """Ask for the specialization, and offer the doctor whom the patient saw last."""
    names, known = await asyncio.gather(
        context.clinic.doctors.specializations(context.principal), _known_doctor(context)
    )
    if known:
        known = (await apart(context, [known]))[0]
    again = [button(texts.again(known.name), BookSoonest(known.id))] if known else []
    choices = [button(specialization(name), PickSpecialization(specialization_key(name))) for name in names]
    text = texts.ask_specialization(for_same_patient(context), len(names), context.rules)
    # The desk was asked for the patient before, so they can go back.
    ways = ways_out(back=bool(context.state.trail))
    return View(text, keyboard(again, *in_rows(choices, 2), ways))


async def _known_doctor(context: ClinicContext) -> User | None:
    if context.principal.role is not Role.PATIENT:
        return None
    patient_id = for_same_patient(context).patient_id
    return await context.clinic.appointment_views.last_doctor(context.principal, patient_id)


async def ask_doctor(context: ClinicContext) -> View:
    """Ask for the doctor."""
    draft = context.draft(BookingDraft)
    page = await context.clinic.doctors.page(context.principal, draft.specialization, draft.page)
    shown = list(page.items)
    if draft.maybe:  # those whom the typed name may mean come first
        doctors = await context.clinic.doctors.everybody(context.principal, draft.specialization)
        meant = [user for user in doctors if user.id in draft.maybe]
        shown = [*meant, *(user for user in page.items if user.id not in draft.maybe)]
    soonest = await context.clinic.schedules.soonest(
        context.principal,
        [user.id for user in shown],
        patient_id=draft.patient_id,
        bounds=draft.bounds or ANY_TIME,
    )
    shown, rules = await apart(context, shown), context.rules
    names = [proposal_texts.with_next_free(user.name, soonest[user.id], rules) for user in shown]
    # Where the names leave no room for the times on the buttons, the times stand above.
    has_room = all(seen_length(name) <= LABEL_LENGTH for name in names)
    if not has_room:
        names = [plain_doctor(user.name) for user in shown]
    rows = [[button(name, PickDoctor(user.id))] for name, user in zip(names, shown, strict=True)]
    anybody = [button(labels.ANY_DOCTOR, PickAnyDoctor())] if page.total > 1 else []
    turn = pager(page.number, page.pages, PickPage)
    beside = proposal_texts.next_free_beside(rules) if names else ""
    free = beside if has_room else texts.next_free(shown, soonest, rules)
    text = texts.ask_doctor(draft, page.total, free) + only_within(draft.bounds)
    return View(text, keyboard(anybody, *rows, turn, ways_out()))


async def apart(context: ClinicContext, doctors: Sequence[User]) -> list[User]:
    """Return the doctors, with something behind the names of namesakes that tells them apart."""
    return await context.clinic.namesakes.apart(context.principal.role, doctors)


def for_same_patient(context: ClinicContext) -> BookingDraft:
    """Return a new draft that keeps only the patient, and when a visit is wanted."""
    draft = context.draft(BookingDraft)
    return BookingDraft(
        patient_id=draft.patient_id,
        patient_name=draft.patient_name,
        patient_search=draft.patient_search,
        patient_page=draft.patient_page,
        myself=draft.myself,
        bounds=draft.bounds,
        maybe_days=draft.maybe_days,
        soonest=draft.soonest,
    )


def with_any_doctor(draft: BookingDraft) -> BookingDraft:
    """Return the draft for which any doctor of its specialization will do."""
    return replace(draft, any_doctor=True, any_of=draft.specialization, proposed=0, maybe=())


def with_doctor(draft: BookingDraft, doctor: User) -> BookingDraft:
    """Return the draft with that doctor; the calendar stands at the first free day."""
    return replace(
        draft,
        doctor_id=doctor.id,
        doctor_name=doctor.name,
        specialization=doctor.specialization,
        any_doctor=False,
        maybe=(),
        month=None,
    )
