"""The question for whom something is, asked of those who look after others: themselves, or one of those."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.steps import PickPatient
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.localization.messages import typed_names
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import family as texts
from bot.texts import labels
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.errors import PatientUnknown
from services.models.patients import Patient

# Goes on with whoever was chosen.
Chosen = Callable[[ClinicContext, Patient], Awaitable[Outcome]]


def looks_after_others(context: ClinicContext) -> bool:
    """Tell whether the person has to be asked for whom something is."""
    visitor = context.visitor
    return visitor is not None and bool(visitor.user.looks_after)


@dataclass(frozen=True, slots=True)
class WhoPicker:
    """The question by its name in the dialog; `head` is said above it, `chosen` goes on."""

    who: StrEnum
    head: Callable[[ClinicContext], str]
    chosen: Chosen

    @property
    def step(self) -> Step:
        """The step of the dialog."""
        return Step(self.who, self.ask, self.type, {PickPatient: self.pick})

    async def ask(self, context: ClinicContext) -> View:
        """Ask for whom."""
        own, *others = await context.clinic.patients.choices(context.principal)
        choices = [button(each.name, PickPatient(each.id)) for each in others]
        rows = [[button(labels.MYSELF, PickPatient(own.id))], *in_rows(choices, 2)]
        return View(texts.ask_who(self.head(context)), keyboard(*rows, ways_out(back=False)))

    async def pick(self, context: ClinicContext, tap: PickPatient) -> Outcome:
        """Take whoever was tapped, if the person still looks after them."""
        try:
            patient = await context.clinic.patients.mine(context.principal, tap.patient_id)
        except PatientUnknown as error:
            if context.state.draft is None:
                raise
            return Goto(self.who, context.state.draft, error)
        return await self.chosen(context, patient)

    async def type(self, context: ClinicContext, text: str) -> Outcome:
        """Take whoever was typed."""
        own, *others = await context.clinic.patients.choices(context.principal)
        known = {each.name: each for each in others}
        name = choose_surely(text, [*known, *typed_names(dict(enumerate(texts.MYSELF)))])
        return await self.chosen(context, known.get(name, own))
