"""How dialogs end or are put aside, and how times that were held for them are given back."""

from collections.abc import Container

from bot.callbacks.steps import Leave, Resume
from bot.dialogs.cards import DialogCards
from bot.dialogs.chat_state import ChatState
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Pressed, Said
from bot.dialogs.registry import DialogRegistry
from bot.dialogs.secret_guard import SecretGuard
from bot.dialogs.steps import Dialog, Finish, Goto, LetGo, Outcome, Step
from bot.texts import dialogs as texts
from bot.texts import labels
from bot.ui import ways_on
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.errors import Denied, Unknown


class DialogEndings:
    """Ends dialogs and puts them aside. `commands` are the names that typed commands may have."""

    def __init__(
        self, registry: DialogRegistry, cards: DialogCards, guard: SecretGuard, commands: Container[str]
    ) -> None:
        self._registry = registry
        self._cards = cards
        self._guard = guard
        self._commands = commands

    async def put_aside(self, context: ClinicContext) -> None:
        """Put the open dialog aside while something else is done: its card says so, and how to go on."""
        dialog = self._registry.open_dialog(context.state)
        if dialog is not None and not context.state.paused:
            context.state.paused = True
            ways = keyboard([button(labels.GO_ON, Resume()), button(labels.LEAVE, Leave())])
            await self._cards.rewrite(context, View(texts.put_aside(dialog.noun), ways))

    async def end(self, context: ClinicContext, stored: View | None = None, by: Dialog | None = None) -> None:
        """End the open dialog: its card says so, or what was `stored`. `by` is the dialog that is begun."""
        dialog = self._registry.open_dialog(context.state)
        if dialog is not None:
            said = texts.begun_again(dialog.noun) if dialog is by else texts.ended(dialog.noun)
            await self._cards.rewrite(context, stored or View(said))
        context.state.end_dialog()

    async def close_quiet(self, context: ClinicContext, late: Said | None = None) -> None:
        """End a dialog that has timed out, and say so on its card.

        `late` is a message that came after that. Where a secret is asked for it is taken for one, and is
        deleted as a misplaced one.
        """
        state = context.state
        dialog, step = self._registry.open_dialog(state), self._registry.open_step(state)
        is_asked = step is not None and step.secret and not state.paused
        if late is not None and is_asked and late.command not in self._commands:
            await self._guard.take_late(context, late)
        stored = await self.abandon(context)
        if dialog is not None and stored is None and _is_on_its_card(context):
            # Else the tap would be told that it is done already.
            context.messenger.acknowledge(texts.quiet_short(kept=self.keeps(context)))
        if dialog is not None:
            again = keyboard([ways_on.start_again(dialog.command, dialog.home)])
            await self._cards.rewrite(
                context, stored or View(texts.quiet(dialog.noun, kept=self.keeps(context)), again)
            )
        state.forget_said()
        state.ask(None)
        state.end_dialog()
        state.intent = None

    async def let_go(self, context: ClinicContext) -> View | None:
        """Give back what is held for the open question; return what to say if it was stored after all."""
        step = self._registry.open_step(context.state)
        return await self._left(context, step.let_go if step else None)

    async def give_back(self, context: ClinicContext, outcome: Outcome, origin: Step | None) -> None:
        """Give back what is held for the open question, where an answer to `origin` leads back."""
        if origin is not None and self._leads_back(outcome, origin):
            await self.let_go(context)

    async def changed(self, context: ClinicContext, outcome: Outcome, origin: Step) -> Outcome:
        """Let nothing come of what is held where a sentence changes an earlier answer; return where it leads.

        What was stored after all is said in its place.
        """
        stored = await self.abandon(context) if self._leads_back(outcome, origin) else None
        return Finish(stored) if stored else outcome

    def _leads_back(self, outcome: Outcome, origin: Step) -> bool:
        return isinstance(outcome, Goto) and self._registry.comes_before(
            outcome.step.value, origin.name.value
        )

    async def abandon(self, context: ClinicContext) -> View | None:
        """Let nothing more come of the open dialog; return what to say if it was stored after all."""
        step = self._registry.open_step(context.state)
        return await self._left(context, (step.abandon or step.let_go) if step else None)

    async def go_back(self, context: ClinicContext, earlier: Step) -> View | None:
        """Give back what the question to which somebody goes back does not ask for.

        If nothing could be given back there any more, nothing may come of it later, either: returns what to
        say if it was stored after all.
        """
        step = self._registry.open_step(context.state)
        if step is None or step.abandon in {None, earlier.abandon}:
            await self.let_go(context)
            return None
        return await self.abandon(context)

    async def _left(self, context: ClinicContext, leave: LetGo | None) -> View | None:
        self.note_leaving(context)
        if leave is None or context.state.draft is None:
            return None
        try:
            return await leave(context)
        except (Denied, Unknown):
            # Somebody else may be signed in here by now, and must not hear of it.
            return None

    def keeps(self, context: ClinicContext) -> bool:
        """Tell whether the answers to the open question were stored one by one."""
        step = self._registry.open_step(context.state)
        return step is not None and step.kept

    def note_leaving(self, context: ClinicContext) -> None:
        """Note that the open question is left, if it asks for a secret: one may still be on its way."""
        step = self._registry.open_step(context.state)
        if step is not None and step.secret:
            self._guard.leave(context)


def _is_on_its_card(context: ClinicContext) -> bool:
    """Tell whether a button of the dialog's card was tapped."""
    return isinstance(context.incoming, Pressed) and context.messenger.tapped_card == context.state.card_id


def is_worth_asking(dialog: Dialog, state: ChatState) -> bool:
    """Tell whether so much would be lost with the dialog that the person is asked first."""
    return dialog.lasts and (bool(state.trail) or (state.draft is not None and dialog.is_begun(state.draft)))
