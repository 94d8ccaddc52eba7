"""All dialogs and their questions, found by their stored names."""

from collections.abc import Sequence

from bot.callbacks.steps import Back, Confirm, Instead, Leave, Resume
from bot.callbacks.tap import Tap
from bot.dialogs.chat_state import ChatState
from bot.dialogs.steps import Dialog, Step


class DialogRegistry:
    """Finds dialogs and steps. `taps` are the kinds of button that dialogs have on their cards."""

    def __init__(self, dialogs: Sequence[Dialog]) -> None:
        self._dialogs = {step.name.value: dialog for dialog in dialogs for step in dialog.steps}
        self._steps = {step.name.value: step for dialog in dialogs for step in dialog.steps}
        # The order in which the questions stand, which is what « Back goes by.
        self._places = {name: place for place, name in enumerate(self._steps)}
        self._named = {dialog.former_name: dialog for dialog in dialogs if dialog.former_name} | {
            dialog.command: dialog for dialog in dialogs
        }
        self.taps: set[type[Tap]] = {Back, Leave, Resume, Instead, Confirm}
        self.taps |= {tap for step in self._steps.values() for tap in step.taps}

    def open_step(self, state: ChatState | None) -> Step | None:
        """Return the question that is open in a chat, or None."""
        return self._steps.get(state.step or "") if state else None

    def open_dialog(self, state: ChatState) -> Dialog | None:
        """Return the dialog that is open in a chat, or None."""
        return self._dialogs.get(state.step or "")

    def step(self, name: str) -> Step:
        """Return the question of that name."""
        return self._steps[name]

    def dialog_of(self, step: Step) -> Dialog:
        """Return the dialog that a question belongs to."""
        return self._dialogs[step.name.value]

    def named(self, command: str) -> Dialog | None:
        """Return the dialog of that name, which may be one that only old buttons use."""
        return self._named.get(command)

    def comes_before(self, name: str, other: str) -> bool:
        """Tell whether one question stands before another."""
        return self._places[name] < self._places[other]
