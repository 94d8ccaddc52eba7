"""The engine of the dialogs: gives what a person types or taps to the question that is open.

A dialog is a set of named steps. Each step asks (a View), and understands typed text, taps, or both;
it answers with where to go: another step, or the end. What all questions have in common stands in this
package and nowhere else: « Back, wrong answers and taps on old cards are here, the one card is in cards.py,
how dialogs end in endings.py, words behind commands in command_words.py, secrets in secret_guard.py.

PTB's ConversationHandler keeps its states in the process and its time-outs too; here both are in
the chat's state, in the database, so that any worker goes on where another one died.
"""

from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import replace
from typing import Any

from bot.callbacks.revision import read_tap
from bot.callbacks.steps import ActOnSaid, Back, Do, Instead, Leave
from bot.callbacks.tap import Tap
from bot.dialogs.access import check
from bot.dialogs.cards import DialogCards, say_old
from bot.dialogs.chat_state import QUIET, ChatState, ChatStates
from bot.dialogs.command_words import NOT_UNDERSTOOD, CommandWords
from bot.dialogs.context import ClinicContext
from bot.dialogs.endings import DialogEndings, is_worth_asking
from bot.dialogs.incoming import Pressed, Said
from bot.dialogs.listening import is_told_whom_to_call, tell_whom_to_call
from bot.dialogs.registry import DialogRegistry
from bot.dialogs.secret_guard import SecretGuard
from bot.dialogs.sentences import ASKED_ASIDE, NO_REASON_TO_LEAVE, Sentences
from bot.dialogs.steps import Begin, Dialog, Finish, Goto, Outcome, Step, Tapped, Typed
from bot.dialogs.typed_labels import button_called
from bot.input_errors import ButtonWanted, EditNotRead, SecretTooSoon, TextWanted
from bot.texts import dialogs as texts
from bot.ui import ways_on
from bot.ui.view import View
from bot.understanding.meaning import Understood
from services.clock import Clock
from services.errors import ClinicError, Denied, Invalid, Refused
from services.models.people import ChatId

__all__ = ["Begin", "Dialog", "Dialogs", "Finish", "Goto", "Outcome", "Step"]

# Whether the person who is there may do what the tap stands for.
May = Callable[[ClinicContext, Tap], bool]
# What happens once a dialog is over; the tap, if any, is what it leads to.
Afterwards = Callable[[ClinicContext, Tap | None], Awaitable[None]]


class Dialogs:
    """All dialogs.

    `commands` are the names of all commands. When a dialog is over, `afterwards` runs what it leads to, if
    the person `may` use that. `secret_key` is for the digests of secrets (see RecentSecrets).
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
        secret_key: bytes,
    ) -> None:
        self._commands = commands
        self._chat_states = chat_states
        self._may = may
        self._afterwards = afterwards
        self._registry = DialogRegistry(dialogs)
        self._guard = SecretGuard(clock, secret_key)
        self._cards = DialogCards(self._registry)
        self._endings = DialogEndings(self._registry, self._cards, self._guard, commands)
        self._words = CommandWords(self._registry, self._stand_at)
        self._sentences = Sentences(self._registry, self._endings, self._stand_at)

    async def take(self, context: ClinicContext) -> bool:
        """Handle what came, if it is a dialog's button or an answer to the open question; tell whether it is.

        Raises what the functions of the step raise.
        """
        incoming = context.incoming
        if isinstance(incoming, Pressed):
            is_ours = type(incoming.tap) in self._registry.taps
            if is_ours:
                await self._on_tap(context, incoming)
            return is_ours
        step = self._registry.open_step(context.state)
        if incoming is None or step is None or not self._is_answer(context.state, step, incoming):
            return False
        await self._on_message(context, step, incoming)
        return True

    def _is_answer(self, state: ChatState, step: Step, message: Said) -> bool:
        """Tell whether a message is an answer to the open question."""
        if message.is_edit or (state.paused and not (step.secret and message.text)):
            return False
        # A secret may look like a command ("/tmp-9xK!"), so there only the name of a real one counts as a
        # command.
        return message.command is None or (step.secret and message.command not in self._commands)

    async def start(self, context: ClinicContext, dialog: Dialog, tap: Tap | None) -> None:
        """Start a dialog in the place of the open one; ask first, if that one lasts. Raises Denied."""
        check(context, dialog.visitors)
        step = self._registry.open_step(context.state)
        before = self._registry.open_dialog(context.state)
        if step is None or before is None or not is_worth_asking(before, context.state):
            await self._start(context, dialog, tap)
        elif before is dialog:
            await self._resume(context, step, context.understood)
        else:
            await self._ask_first(context, before, dialog, tap)

    async def _start(self, context: ClinicContext, dialog: Dialog, tap: Tap | None) -> None:
        # First, because the new dialog may look for the time that was held for the old one.
        stored = await self._endings.abandon(context)
        outcome = await dialog.begin(context, tap)
        card_id = context.messenger.tapped_card
        if card_id is None or card_id != context.state.card_id:
            await self._endings.end(context, stored, by=dialog)
        # Otherwise the new dialog uses the card of the old one.
        context.state.end_dialog()
        context.state.card_id = card_id
        words = context.args if tap == Do(dialog.command) else None
        with context.state.unchanged_on_error():
            outcome, origin = await self._words.take(context, dialog, outcome, words or [])
            await self._go(context, outcome, origin)

    async def _ask_first(
        self, context: ClinicContext, before: Dialog, dialog: Dialog, tap: Tap | None
    ) -> None:
        """Put a dialog aside, and ask whether to leave it for another one, which `tap` begins."""
        context.state.paused = True
        context.state.instead = tap.pack() if tap else None
        context.state.expires_at = context.clinic.clock.now() + QUIET
        answers = ways_on.go_on_or_leave(dialog.command, dialog.noun)
        await self._cards.show(context, View(texts.ask_first(before.noun, dialog.noun), answers))

    async def put_aside(self, context: ClinicContext) -> None:
        """Let a dialog rest while something else is done: its card says so, and how to go on."""
        await self._endings.put_aside(context)

    async def end(self, context: ClinicContext) -> None:
        """End the open dialog, whose person signs out: its card says so."""
        await self._endings.end(context, await self._endings.abandon(context))
        context.state.forget_said()

    async def close_quiet(self, context: ClinicContext, late: Said | None = None) -> None:
        """End a dialog in which nothing was said for too long (see DialogEndings.close_quiet)."""
        await self._endings.close_quiet(context, late)

    async def leave(self, context: ClinicContext) -> bool:
        """End the open dialog because the person wants to; return False if there is none."""
        dialog = self._registry.open_dialog(context.state)
        if dialog is None:
            return False
        stored, kept = await self._endings.abandon(context), self._endings.keeps(context)
        # Somebody who stops signing in does not want what they were signing in for.
        context.state.intent = None
        context.state.forget_said()
        left = stored or ways_on.left(dialog.noun, dialog.command, dialog.home, kept=kept)
        await self._finish(context, Finish(left))
        return True

    async def _on_message(self, context: ClinicContext, step: Step, message: Said) -> None:
        if step.secret:
            await self._guard.take_away(context, message)
        if context.state.paused:
            # The question was put aside, so this is no answer; but it may be the secret, so it was deleted.
            context.state.paused = False
            await self._ask(context, step, SecretTooSoon())
            return
        text = message.text
        await tell_whom_to_call(context, step, text)
        if text is not None and (tap := await button_called(context, step, text)) is not None:
            await self._press(context, step, tap)
        elif text is None:
            await self._ask(context, step, TextWanted())
        elif (outcome := await self._sentences.correction(context, step, text)) is not None:
            await self._go(context, outcome, step)
        elif step.typed is not None:
            is_right = await self._answer(context, step, lambda typed: typed(context, text), step.typed, text)
            if step.secret and context.state.step != step.name.value:
                self._guard.take(context, message, is_sure=is_right and not step.chosen)
        elif not await self._heard(context, step, text):
            await self._ask(context, step, ButtonWanted())

    async def _heard(self, context: ClinicContext, step: Step, text: str) -> bool:
        """Act on a sentence that is no answer to the open question; tell whether it was understood."""
        outcome, understood = await self._sentences.heard(context, step, text)
        if outcome is not None:
            await self._go(context, outcome, step)
            return True
        if is_told_whom_to_call(context, step, text):
            # Nothing is wrong with the answer of whoever is in need, and nothing may push the number away.
            await self.put_aside(context)
            return True
        # One word is a wrong answer rather than a wish.
        is_wish = understood.is_sure and len(text.split()) > 1
        if understood.intent in NO_REASON_TO_LEAVE or not is_wish:
            return False
        context.state.keep_said(text, context.clinic.clock.now() + QUIET)
        await self._afterwards(context, ActOnSaid())
        if understood.intent in ASKED_ASIDE:
            await self._resume(context, step)
        return True

    async def on_edit(self, context: ClinicContext) -> bool:
        """Say that edits are not read, and ask the open question again; return False if there is none."""
        state, edited = context.state, context.incoming
        step = self._registry.open_step(state)
        if step is None or not isinstance(edited, Said) or state.paused:
            return False
        if step.secret:
            await self._guard.take_away(context, edited)
        await self._ask(context, step, SecretTooSoon() if step.secret else EditNotRead())
        return True

    async def stop_misplaced_secret(self, context: ClinicContext) -> bool:
        """Delete a message that may hold a secret although none is asked for; tell whether that was all.

        What is typed at the question for a secret is deleted in `_on_message`.
        """
        message = context.incoming
        step, state = self._registry.open_step(context.state), context.state
        if not isinstance(message, Said) or (step is not None and step.secret):
            return False
        why = await self._guard.misplaced(context, message, self._registry.open_dialog(state))
        if why is None:
            return False
        if step is None or state.paused:
            await context.messenger.say(View(context.refusal(why)))
        else:
            await self._ask(context, step, why)
        return True

    def asks_secret(self, chat_id: ChatId) -> bool:
        """Tell whether the open question of the chat asks for a secret."""
        state = self._chat_states.of(chat_id)
        step = self._registry.open_step(state)
        return step is not None and step.secret

    def was_secret(self, state: ChatState, message: Said) -> bool:
        """Tell whether a message contains a secret that was typed a moment ago, or may be a late one."""
        return self._guard.was_secret(state, message)

    async def _on_tap(self, context: ClinicContext, pressed: Pressed) -> None:
        tap, revision, state = pressed.tap, pressed.revision, context.state
        card_id = context.messenger.tapped_card
        if tap is None or card_id is None or card_id != state.card_id:
            await say_old(context)
            return
        step = self._registry.open_step(state)
        if step is None:
            context.messenger.acknowledge(texts.done_already())
        elif revision is None:
            # The card was sent by a version of the bot that had no revisions.
            context.messenger.acknowledge(texts.old_card_short())
            state.paused = False
            await self._ask(context, step, above=texts.old_buttons())
        elif revision != state.revision:
            # The button belongs to an earlier question. The card may still show that one, so it is shown
            # anew.
            context.messenger.acknowledge()
            await self._resume(context, step)
        else:
            context.messenger.acknowledge()
            await self._press(context, step, tap)

    async def _press(self, context: ClinicContext, step: Step, tap: Tap) -> None:
        """Do what a button of the current card means."""
        state = context.state
        if isinstance(tap, Leave):
            await self.leave(context)
        elif isinstance(tap, Back):
            await self._back(context, step)
        elif type(tap) in step.taps and not state.paused:
            await self._answer(context, step, lambda tapped: tapped(context, tap), step.taps[type(tap)])
        elif isinstance(tap, Instead) and state.paused and (dialog := self._registry.named(tap.command)):
            check(context, dialog.visitors)
            await self._start_instead(context, dialog, read_tap(state.instead or ""))
        elif type(tap) not in self._registry.taps:
            await self._afterwards(context, tap)  # a button that leads out of the dialog
        else:
            await self._resume(context, step)

    async def _start_instead(self, context: ClinicContext, dialog: Dialog, tap: Tap | None) -> None:
        """Start the dialog in the place of the one that was put aside."""
        if not isinstance(tap, ActOnSaid):
            await self._start(context, dialog, tap)
            return
        # The sentence says what the dialog begins with.
        stored = await self._endings.abandon(context)
        if stored is not None:
            await self._finish(context, Finish(stored))
            return
        context.state.end_dialog()
        await self._afterwards(context, tap)

    async def _resume(self, context: ClinicContext, step: Step, understood: Understood | None = None) -> None:
        context.state.paused = False
        outcome = await self._sentences.led_to(context, step, understood) if understood else None
        if outcome is not None:
            await self._go(context, outcome, step)
        else:
            await self._ask(context, step)

    async def _ask(
        self, context: ClinicContext, step: Step, why: ClinicError | None = None, *, above: str | None = None
    ) -> None:
        """Ask the question, or an earlier one if something that was chosen there is gone."""
        try:
            await self._cards.ask(context, step, why, above=above)
        except ClinicError as error:
            if step.otherwise is None:
                raise
            await self._go(context, await step.otherwise(context, error), step)

    async def _answer(
        self,
        context: ClinicContext,
        step: Step,
        give: Callable[[Any], Awaitable[Outcome]],
        understands: Typed | Tapped,
        said: str | None = None,
    ) -> bool:
        """Go where an answer leads; tell whether nothing was wrong with it."""
        try:
            check(context, self._registry.dialog_of(step).visitors)
            outcome, origin = await self._words.take_kept(context, await give(understands), step)
        except (Invalid, Refused) as error:
            is_open = said is not None and not step.secret and isinstance(error, NOT_UNDERSTOOD)
            if not (is_open and await self._heard(context, step, said or "")):
                await self._ask(context, step, error)
            return False
        except Denied as error:
            await self._denied(context, step, error)
            return False
        await self._go(context, outcome, origin)
        return isinstance(outcome, Finish) or outcome.why is None

    async def _denied(self, context: ClinicContext, step: Step, error: Denied) -> None:
        """After a wrong secret, ask again; otherwise end the dialog, and say why."""
        if isinstance(error, texts.WRONG_SECRETS):
            await self._ask(context, step, error)
            return
        stored = await self._endings.abandon(context)
        context.state.end_dialog()
        await self._cards.show(context, stored or View(context.refusal(error), ways_on.way_in(error)))

    async def _go(self, context: ClinicContext, outcome: Outcome, origin: Step | None = None) -> None:
        await self._endings.give_back(context, outcome, origin)
        with context.state.unchanged_on_error():
            led_to, last = await self._sentences.answer_ahead(context, outcome, origin)
        if isinstance(led_to, Finish):
            await self._finish(context, led_to)
            return
        if last is not origin:
            await self._endings.give_back(context, led_to, last)
        with context.state.unchanged_on_error():
            self._stand_at(context, led_to, last)
            await self._ask(context, self._registry.step(led_to.step.value), led_to.why)

    def _stand_at(self, context: ClinicContext, outcome: Goto, origin: Step | None) -> None:
        """Make the question the open one, and let « Back lead to those before it."""
        state, name = context.state, outcome.step.value
        if state.step != name:
            self._endings.note_leaving(context)
        came_from = [origin.name.value] if origin and origin.name.value != name else []
        passed = tuple(map(str, (*state.trail, *came_from, *outcome.behind)))
        if state.step != name and not outcome.aside:
            passed = tuple(step for step in passed if self._registry.comes_before(step, name))
        state.draft, state.step, state.trail = outcome.draft, name, tuple(dict.fromkeys(passed))

    async def _back(self, context: ClinicContext, step: Step) -> None:
        state = context.state
        if state.trail:
            stored = await self._endings.go_back(context, self._registry.step(state.trail[-1]))
            if stored is not None:
                await self._finish(context, Finish(stored))
                return
        with state.unchanged_on_error():
            state.paused = False
            if state.trail:
                *before, name = state.trail
                state.trail, state.step = tuple(before), name
                step = self._registry.step(name)
            await self._ask(context, step)

    async def _finish(self, context: ClinicContext, outcome: Finish) -> None:
        self._endings.note_leaving(context)
        context.state.end_dialog()
        then = outcome.then if outcome.then and self._may(context, outcome.then) else None
        view = replace(outcome.view, keyboard=None) if then else outcome.view
        if outcome.offers and self._may(context, outcome.offers):
            view = ways_on.offering(view, outcome.offers)
        await self._cards.show(context, view)
        await self._afterwards(context, then)
