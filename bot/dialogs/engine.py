"""The engine of the dialogs: hands what a person does to the question that waits for it.

A dialog is a set of named steps. Each step asks (a View), and understands typed text, taps, or both;
it answers with where to go: another step, or the end. Everything that all questions have in common
is here and nowhere else: the one card, « Back and ✖ Leave, wrong answers, taps on old cards,
secrets that are deleted, quiet dialogs that close.

PTB's ConversationHandler keeps its states in the process and its time-outs too; here both are in
the chat's memory, in the database, so that any worker goes on where another one died.
"""

from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import replace
from typing import Any

from bot.callbacks.revision import read_tap
from bot.callbacks.steps import Back, Confirm, Do, Instead, Leave, Resume
from bot.callbacks.tap import Tap
from bot.dialogs.access import check
from bot.dialogs.chat_state import QUIET, ChatState, ChatStates
from bot.dialogs.command_words import casts_doubt, longest
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Incoming, Pressed, Said
from bot.dialogs.revisions import stamp
from bot.dialogs.secret_guard import SecretGuard
from bot.dialogs.steps import Begin, Dialog, Finish, Goto, LetGo, Outcome, Step, Tapped, Typed
from bot.input_errors import EditNotRead, NotAChoice, SecretTooSoon, TextWanted, Unclear, WordsLeft
from bot.texts import dialogs as texts
from bot.texts import labels
from bot.texts.errors import sentence
from bot.texts.formats import zone_once
from bot.ui import ways_on
from bot.ui.keyboards import button, keyboard
from bot.ui.typed_labels import typed_button
from bot.ui.view import View
from services.clock import Clock
from services.errors import ClinicError, Denied, Invalid, Refused, Unknown
from services.models.people import ChatId

__all__ = ["Begin", "Dialog", "Dialogs", "Finish", "Goto", "Outcome", "Step"]

# Whether the person who is there may do what the tap stands for.
May = Callable[[ClinicContext, Tap], bool]
# What happens once a dialog is over; the tap, if any, is what it leads to.
Afterwards = Callable[[ClinicContext, Tap | None], Awaitable[None]]


class Dialogs:
    """All dialogs.

    `commands` are the names that typed commands may have; `afterwards` runs what a dialog leads to, where
    the person `may`.
    """

    def __init__(
        self,
        dialogs: Sequence[Dialog],
        chat_states: ChatStates,
        commands: Container[str],
        may: May,
        afterwards: Afterwards,
        *,
        clock: Clock,
    ) -> None:
        self._commands = commands
        self._chat_states = chat_states
        self._may = may
        self._afterwards = afterwards
        self._of_step = {step.name.value: dialog for dialog in dialogs for step in dialog.steps}
        # In their order, which is what « Back goes by.
        self._steps = {step.name.value: step for dialog in dialogs for step in dialog.steps}
        self._order = {name: place for place, name in enumerate(self._steps)}
        self._of_command = {dialog.former_name: dialog for dialog in dialogs if dialog.former_name} | {
            dialog.command: dialog for dialog in dialogs
        }
        self._taps = {Back, Leave, Resume, Instead, Confirm} | {
            tap for step in self._steps.values() for tap in step.taps
        }
        self._guard = SecretGuard(clock)

    def take(self, chat_id: ChatId, incoming: Incoming | None) -> bool:
        """Tell whether that is for a dialog: one of its buttons, or an answer to a waiting question."""
        if isinstance(incoming, Pressed):
            return type(incoming.tap) in self._taps
        state = self._chat_states.of(chat_id)
        step = self._steps.get(state.step or "") if state else None
        if state is None or step is None or incoming is None or incoming.is_edit:
            return False
        if state.paused and not (step.secret and incoming.text):
            return False
        # Where a secret is asked for, "/tmp-9xK!" is one: only a real command is taken for a command.
        return incoming.command is None or (step.secret and incoming.command not in self._commands)

    async def handle(self, context: ClinicContext) -> None:
        """Hand what came to the question that waits for it. Raises what its answer raises."""
        if isinstance(context.incoming, Pressed):
            await self._on_tap(context, context.incoming)
        elif context.incoming is not None:
            await self._on_message(context, context.incoming)

    async def start(self, context: ClinicContext, dialog: Dialog, tap: Tap | None) -> None:
        """Start a dialog in the place of any other; where that one lasts, ask first. Raises Denied."""
        check(context, dialog.visitors)
        step = self._steps.get(context.state.step or "")
        before = self._of_step.get(context.state.step or "")
        if step is None or before is None or not _is_worth_asking(before, context.state):
            await self._start(context, dialog, tap)
        elif before is dialog:
            await self._resume(context, step)
        else:
            await self._ask_first(context, before, dialog, tap)

    async def _start(self, context: ClinicContext, dialog: Dialog, tap: Tap | None) -> None:
        # First: what was kept for the old dialog may be what the new one looks for.
        stored = await self._abandon(context)
        outcome = await dialog.begin(context, tap)
        card_id = context.messenger.tapped_card
        if card_id is None or card_id != context.state.card_id:
            await self._end(context, dialog, stored)  # else the new question takes the card of the old one
        context.state.end_dialog()
        context.state.card_id = card_id
        words = context.args if tap == Do(dialog.command) else None
        with context.state.unchanged_on_error():
            outcome, origin = await self._take_words(context, dialog, outcome, words or [])
            await self._go(context, outcome, origin)

    async def _take_words(
        self,
        context: ClinicContext,
        dialog: Dialog,
        outcome: Outcome,
        words: Sequence[str],
        origin: Step | None = None,
    ) -> tuple[Outcome, Step | None]:
        """Answer the dialog's first questions with the words, each as if its part of them had been typed.

        Returns where that leads to, and from which question.
        """
        last: tuple[Goto, Step | None, str] | None = None
        while words and isinstance(outcome, Goto) and outcome.why is None:
            step = self._steps[outcome.step.value]
            if step.name not in dialog.in_words or step.typed is None or step is origin:
                break
            self._stand_at(context, outcome, origin)
            asked = outcome
            outcome, count = await longest(context, asked, dialog, step.typed, words)
            if not count and last is not None and casts_doubt(outcome, last[2], words):
                before, origin, understood = last
                return replace(before, why=WordsLeft(understood, " ".join(words))), origin
            last = (asked, origin, " ".join(words[:count]))
            origin, words = step, words[count:]
        is_asked = isinstance(outcome, Goto) and (
            isinstance(outcome.why, Unclear) or (origin is not None and outcome.step is origin.name)
        )
        context.state.words = tuple(words) if is_asked else ()
        return outcome, origin

    async def _take_kept(
        self, context: ClinicContext, outcome: Outcome, step: Step
    ) -> tuple[Outcome, Step | None]:
        """Answer the next questions with the words that were kept, once those before them are clear."""
        words = context.state.words
        if not words or not isinstance(outcome, Goto) or outcome.step is step.name or outcome.why:
            return outcome, step
        with context.state.unchanged_on_error():
            return await self._take_words(context, self._of_step[step.name.value], outcome, words, step)

    async def _ask_first(
        self, context: ClinicContext, before: Dialog, dialog: Dialog, tap: Tap | None
    ) -> None:
        """Let a dialog rest, and ask whether it may be left for another, which `tap` begins."""
        context.state.paused = True
        context.state.instead = tap.pack() if tap else None
        context.state.expires_at = context.clinic.clock.now() + QUIET
        answers = ways_on.go_on_or_leave(dialog.command, dialog.noun)
        await self._move_card(context, View(texts.ask_first(before.noun, dialog.noun), answers))

    async def put_aside(self, context: ClinicContext) -> None:
        """Let a dialog rest while something else is done: its card says so, and how to go on."""
        state = context.state
        dialog = self._of_step.get(state.step or "")
        if dialog is not None and not state.paused:
            state.paused = True
            ways = keyboard([button(labels.GO_ON, Resume()), button(labels.LEAVE, Leave())])
            await self._rewrite_card(context, View(texts.put_aside(dialog.noun), ways))

    async def end(self, context: ClinicContext, by: Dialog | None = None) -> None:
        """End a dialog as another, or itself anew, takes its place, or its person goes; its card says so."""
        await self._end(context, by, await self._abandon(context))

    async def _end(self, context: ClinicContext, by: Dialog | None, stored: View | None) -> None:
        dialog = self._of_step.get(context.state.step or "")
        if dialog is not None:
            said = texts.begun_again(dialog.noun) if dialog is by else texts.ended(dialog.noun)
            await self._rewrite_card(context, stored or View(said))
        context.state.end_dialog()

    async def leave(self, context: ClinicContext) -> bool:
        """End the dialog at the person's wish; False: there is none."""
        dialog = self._of_step.get(context.state.step or "")
        if dialog is None:
            return False
        stored = await self._abandon(context)
        # Who gives up signing in has given up what it was for.
        context.state.intent = None
        left = stored or ways_on.left(dialog.noun, dialog.command, dialog.home)
        await self._finish(context, Finish(left))
        return True

    async def close_quiet(self, context: ClinicContext, late: Said | None = None) -> None:
        """End a dialog in which nothing was said for too long, and say so on its card.

        `late` is a message that came after all: where it answers the question for a secret, it is one, and is
        deleted as one that strays.
        """
        state = context.state
        dialog, step = self._of_step.get(state.step or ""), self._steps.get(state.step or "")
        is_asked = step is not None and step.secret and not state.paused
        if late is not None and is_asked and late.command not in self._commands:
            await self._guard.take_late(context, late)
        stored = await self._abandon(context)
        if dialog is not None:
            again = keyboard([ways_on.start_again(dialog.command, dialog.home)])
            await self._rewrite_card(context, stored or View(texts.quiet(dialog.noun), again))
        state.end_dialog()
        state.intent = None

    async def _let_go(self, context: ClinicContext) -> View | None:
        """Give back what is kept for the question that is open, which is left; return what was stored."""
        step = self._steps.get(context.state.step or "")
        return await self._left(context, step.let_go if step else None)

    async def _abandon(self, context: ClinicContext) -> View | None:
        """Let nothing more come of the dialog, which ends at this question; return what was stored."""
        step = self._steps.get(context.state.step or "")
        return await self._left(context, (step.abandon or step.let_go) if step else None)

    async def _left(self, context: ClinicContext, leave: LetGo | None) -> View | None:
        self._note_leaving(context)
        if leave is None or context.state.draft is None:
            return None
        try:
            return await leave(context)
        except (Denied, Unknown):
            # It is not for whoever is here by now to hear of it.
            return None

    def _note_leaving(self, context: ClinicContext) -> None:
        step = self._steps.get(context.state.step or "")
        if step is not None and step.secret:
            self._guard.leave(context)

    async def _rewrite_card(self, context: ClinicContext, view: View) -> None:
        if context.state.card_id is not None:
            await context.messenger.rewrite(context.state.card_id, stamp(view, context.state, self._taps))

    async def _on_message(self, context: ClinicContext, message: Said) -> None:
        step = self._steps[context.state.step or ""]
        if step.secret:
            await self._guard.take_away(context, message)
        if context.state.paused:
            # It was typed to nobody, so it is no answer; but nobody types a secret for everybody to read.
            context.state.paused = False
            await self._ask(context, step, SecretTooSoon())
            return
        text = message.text
        if text is not None and (tap := await self._typed_button(context, step, text)) is not None:
            await self._press(context, step, tap)
        elif text is None or step.typed is None:
            await self._ask(context, step, NotAChoice() if text else TextWanted())
        else:
            await self._answer(context, step, lambda typed: typed(context, text), step.typed)
            if step.secret and context.state.step != step.name.value:
                self._guard.take(context, message)

    async def _typed_button(self, context: ClinicContext, step: Step, text: str) -> Tap | None:
        """Return what the button of the card means whose label was typed, or None."""
        try:
            view = await step.ask(context)
        except ClinicError:
            return None  # it is told, if it still matters, when the question is asked again
        buttons = view.keyboard.buttons if view.keyboard else ()
        return typed_button(text, buttons, strict=step.secret, alone=step.typed is None)

    async def on_edit(self, context: ClinicContext) -> bool:
        """Say that edits are not read, and ask the open question again; False: there is none."""
        state, edited = context.state, context.incoming
        step = self._steps.get(state.step or "")
        if step is None or not isinstance(edited, Said) or state.paused:
            return False
        if step.secret:
            await self._guard.take_away(context, edited)
        await self._ask(context, step, SecretTooSoon() if step.secret else EditNotRead())
        return True

    async def stop_misplaced_secret(self, context: ClinicContext) -> bool:
        """Delete a message that may hold a secret though none is asked for; tell whether it is no answer, so.

        What is typed at the question for a secret is deleted there.
        """
        message = context.incoming
        step, state = self._steps.get(context.state.step or ""), context.state
        if not isinstance(message, Said) or (step is not None and step.secret):
            return False
        why = await self._guard.misplaced(context, message, self._of_step.get(state.step or ""))
        if why is None:
            return False
        if step is None or state.paused:
            await context.messenger.say(View(sentence(why, context.rules)))
        else:
            await self._ask(context, step, why)
        return True

    def asks_secret(self, chat_id: ChatId) -> bool:
        """Tell whether the chat is at a question for a secret."""
        state = self._chat_states.of(chat_id)
        step = self._steps.get(state.step or "") if state else None
        return step is not None and step.secret

    def was_secret(self, chat_id: ChatId, message: Said) -> bool:
        """Tell whether a message holds what that chat has just given as a secret, or may be a late one."""
        return self._guard.was_secret(chat_id, message)

    async def _on_tap(self, context: ClinicContext, pressed: Pressed) -> None:
        tap, revision, state = pressed.tap, pressed.revision, context.state
        card_id = context.messenger.tapped_card
        if tap is None or card_id is None or card_id != state.card_id:
            await self._old_card(context)
            return
        step = self._steps.get(state.step or "")
        if step is None:
            context.messenger.acknowledge(texts.done_already())
        elif revision is None:
            # The question is older than this version of the bot.
            context.messenger.acknowledge(texts.old_card_short())
            state.paused = False
            await self._ask(context, step, above=texts.old_buttons())
        elif revision != state.revision:
            # It was shown with an earlier question. Where the card still shows that, it is put right.
            context.messenger.acknowledge()
            await self._resume(context, step)
        else:
            context.messenger.acknowledge()
            await self._press(context, step, tap)

    async def _press(self, context: ClinicContext, step: Step, tap: Tap) -> None:
        """Do what a button of the card that is shown stands for."""
        state = context.state
        if isinstance(tap, Leave):
            await self.leave(context)
        elif isinstance(tap, Back):
            await self._back(context, step)
        elif type(tap) in step.taps and not state.paused:
            await self._answer(context, step, lambda tapped: tapped(context, tap), step.taps[type(tap)])
        elif isinstance(tap, Instead) and state.paused and tap.command in self._of_command:
            dialog = self._of_command[tap.command]
            check(context, dialog.visitors)
            await self._start(context, dialog, read_tap(state.instead or ""))
        elif type(tap) not in self._taps:
            await self._afterwards(context, tap)  # a button that leads out of the dialog
        else:
            await self._resume(context, step)

    async def _resume(self, context: ClinicContext, step: Step) -> None:
        context.state.paused = False
        await self._ask(context, step)

    async def _answer(
        self,
        context: ClinicContext,
        step: Step,
        give: Callable[[Any], Awaitable[Outcome]],
        understands: Typed | Tapped,
    ) -> None:
        try:
            check(context, self._of_step[step.name.value].visitors)
            outcome, origin = await self._take_kept(context, await give(understands), step)
        except (Invalid, Refused) as error:
            await self._ask(context, step, error)
        except Denied as error:
            await self._denied(context, step, error)
        else:
            await self._go(context, outcome, origin)

    async def _denied(self, context: ClinicContext, step: Step, error: Denied) -> None:
        """Ask again for a wrong secret; the way out takes the question's place otherwise."""
        if isinstance(error, texts.WRONG_SECRETS):
            await self._ask(context, step, error)
            return
        await self._abandon(context)
        context.state.end_dialog()
        view = View(sentence(error, context.rules), ways_on.way_in(error))
        await self._move_card(context, view)

    async def _go(self, context: ClinicContext, outcome: Outcome, origin: Step | None = None) -> None:
        if isinstance(outcome, Finish):
            await self._finish(context, outcome)
            return
        state, name = context.state, outcome.step.value
        if origin is not None and self._order[name] < self._order[origin.name.value]:
            await self._let_go(context)
        with state.unchanged_on_error():
            self._stand_at(context, outcome, origin)
            await self._ask(context, self._steps[name], outcome.why)

    def _stand_at(self, context: ClinicContext, outcome: Goto, origin: Step | None) -> None:
        """Let the question wait for its answer, and « Back lead to those that were passed."""
        state, name = context.state, outcome.step.value
        if state.step != name:
            self._note_leaving(context)
        passed = (*state.trail, *([origin.name.value] if origin else []), *outcome.behind)
        state.draft, state.step = outcome.draft, name
        state.trail = tuple(str(step) for step in passed if self._order[step] < self._order[name])

    async def _back(self, context: ClinicContext, step: Step) -> None:
        state = context.state
        if state.trail:
            await self._let_go(context)
        with state.unchanged_on_error():
            state.paused = False
            if state.trail:
                *before, name = state.trail
                state.trail, state.step = tuple(before), name
                step = self._steps[name]
            await self._ask(context, step)

    async def _ask(
        self,
        context: ClinicContext,
        step: Step,
        why: ClinicError | None = None,
        *,
        above: str | None = None,
    ) -> None:
        """Show the question. After a typed answer the card moves below that; there is only ever one."""
        state = context.state
        state.expires_at = context.clinic.clock.now() + QUIET
        view = await step.ask(context)
        await self._move_card(context, view, sentence(why, context.rules) if why else above)

    async def _finish(self, context: ClinicContext, outcome: Finish) -> None:
        self._note_leaving(context)
        context.state.end_dialog()
        then = outcome.then if outcome.then and self._may(context, outcome.then) else None
        await self._move_card(context, replace(outcome.view, keyboard=None) if then else outcome.view)
        await self._afterwards(context, then)

    async def _move_card(self, context: ClinicContext, view: View, above: str | None = None) -> None:
        state = context.state
        before = state.card_id
        headed = stamp(view, state, self._taps).headed(above)
        shown = replace(headed, text=zone_once(headed.text, context.rules))
        state.card_id = await context.messenger.show(shown)
        if before is not None and before != state.card_id:
            await context.messenger.remove(before)

    async def _old_card(self, context: ClinicContext) -> None:
        context.messenger.acknowledge(texts.old_card_short())
        await context.messenger.show(ways_on.old_card(context.visitor))


def _is_worth_asking(dialog: Dialog, state: ChatState) -> bool:
    """Tell whether too much would be lost with the dialog to leave it unasked."""
    is_begun = bool(state.trail) or (state.draft is not None and dialog.is_begun(state.draft))
    return dialog.lasts and is_begun
