"""The question for which patient to book: the first one at the desk."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.callbacks.patients import AddPatient
from bot.callbacks.steps import PickPage, PickPatient
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.input_errors import NobodyFits
from bot.parsing.fuzzy_match import untitled
from bot.texts import booking as texts
from bot.texts import labels
from bot.ui.keyboards import button, keyboard, pager, ways_out
from bot.ui.view import View
from services.errors import UserUnknown
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User, UserId
from services.names.folding import folded

# Only so many characters of a search are used and shown.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class PatientPicker:
    """The question; `patient` is its name in the dialog, `after` that of the next question."""

    patient: StrEnum
    after: StrEnum

    @property
    def step(self) -> Step:
        """The step of the dialog."""
        return Step(self.patient, ask, self.type, {PickPatient: self.pick, PickPage: self.turn})

    async def turn(self, context: ClinicContext, tap: PickPage) -> Outcome:
        """Show another page of patients."""
        return Goto(self.patient, replace(context.draft(BookingDraft), patient_page=tap.number))

    async def pick(self, context: ClinicContext, tap: PickPatient) -> Outcome:
        """Take the patient who was tapped, if their account is still active."""
        draft = context.draft(BookingDraft)
        try:
            return Goto(self.after, await for_patient(context, draft, tap.patient_id))
        except UserUnknown as error:
            return Goto(self.patient, draft, error)

    async def type(self, context: ClinicContext, text: str) -> Outcome:
        """Take the only patient whom the text matches, or show all whom it matches."""
        draft = context.draft(BookingDraft)
        wanted = " ".join(untitled(text.strip()).split())[:LONGEST]
        page = await context.clinic.administration.patients(context.principal, wanted, 0)
        if not page.total:
            raise NobodyFits(wanted)
        if one := await _one(context, page, wanted):
            return Goto(self.after, await for_patient(context, draft, one.id))
        return Goto(self.patient, replace(draft, patient_search=wanted, patient_page=0))


async def for_patient(context: ClinicContext, draft: BookingDraft, patient_id: UserId) -> BookingDraft:
    """Return a new draft for that patient, which keeps the search of the old one, and when a visit is wanted.

    Raises UserUnknown.
    """
    patient = await context.clinic.booking.patient(context.principal, patient_id)
    return BookingDraft(
        patient_search=draft.patient_search,
        patient_page=draft.patient_page,
        bounds=draft.bounds,
        maybe_days=draft.maybe_days,
        soonest=draft.soonest,
        patient_id=patient.id,
        patient_name=(await context.clinic.namesakes.mixed(context.principal.role, [patient]))[0].name,
    )


async def ask(context: ClinicContext) -> View:
    """Ask for the patient: show those who match the search, or all of them, by name."""
    draft = context.draft(BookingDraft)
    page = await context.clinic.administration.patients(
        context.principal, draft.patient_search, draft.patient_page
    )
    shown = await context.clinic.namesakes.mixed(context.principal.role, page.items)
    rows = [[button(user.name, PickPatient(user.id))] for user in shown]
    turn = pager(page.number, page.pages, PickPage)
    text = texts.ask_patient(page, draft.patient_search)
    new = [button(labels.NEW_PATIENT, AddPatient(True))]
    return View(text, keyboard(*rows, turn, new, ways_out(back=False)))


async def _one(context: ClinicContext, page: Page[User | Patient], wanted: str) -> User | Patient | None:
    """Return the only patient whom the text matches, or matches in full; None if there are namesakes."""
    if page.total == 1:
        return page.items[0]
    by_email = [user for user in page.items if wanted.casefold() == user.email]
    in_full = by_email or [user for user in page.items if folded(wanted) == folded(user.name)]
    if len(in_full) != 1:
        return None
    namesakes = await context.clinic.namesakes.alike(wanted, Role.PATIENT, but=in_full[0].id)
    return in_full[0] if by_email or not namesakes else None
