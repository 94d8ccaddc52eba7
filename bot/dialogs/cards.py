"""The card of a dialog: the one message that shows its question. It moves below what was typed."""

from dataclasses import replace

from bot.dialogs.chat_state import QUIET
from bot.dialogs.context import ClinicContext
from bot.dialogs.registry import DialogRegistry
from bot.dialogs.revisions import stamp
from bot.dialogs.steps import Step
from bot.texts import dialogs as texts
from bot.texts.formats import zone_once
from bot.ui import ways_on
from bot.ui.view import View
from services.errors import ClinicError


class DialogCards:
    """Shows questions, each on the one card that its dialog has."""

    def __init__(self, registry: DialogRegistry) -> None:
        self._registry = registry

    async def ask(
        self,
        context: ClinicContext,
        step: Step,
        why: ClinicError | None = None,
        *,
        above: str | None = None,
    ) -> None:
        """Show the question; `why` the last answer did not do, or the line `above`, stands before it."""
        context.state.expires_at = context.clinic.clock.now() + QUIET
        view = await step.ask(context)
        await self.show(context, view, context.refusal(why) if why else above)

    async def show(self, context: ClinicContext, view: View, above: str | None = None) -> None:
        """Show the view as the dialog's card, and remove the message that was its card before."""
        state = context.state
        before = state.card_id
        headed = stamp(view, state, self._registry.taps).headed(above)
        shown = replace(headed, text=zone_once(headed.text, context.rules))
        state.card_id = await context.messenger.show(shown)
        if before is not None and before != state.card_id:
            await context.messenger.remove(before)

    async def rewrite(self, context: ClinicContext, view: View) -> None:
        """Change what the card says, where it stands."""
        state = context.state
        if state.card_id is not None:
            await context.messenger.rewrite(state.card_id, stamp(view, state, self._registry.taps))


async def say_old(context: ClinicContext) -> None:
    """Say that the card that was tapped is old, and offer the way on."""
    context.messenger.acknowledge(texts.old_card_short())
    await context.messenger.show(ways_on.old_card(context.visitor))
