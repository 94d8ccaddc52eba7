"""The dispatcher: finds out who sent an update, and leads it to a dialog, a command or a button."""

import logging
import re
from contextlib import suppress
from datetime import timedelta

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import (
    ApplicationHandlerStop,
    BaseHandler,
    CallbackQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.callbacks.handover import ShowClaim
from bot.callbacks.steps import ActOnSaid, Do, Nothing
from bot.callbacks.tap import Tap
from bot.commands.handover.codes import CLAIM
from bot.dialogs.access import check
from bot.dialogs.cards import say_old
from bot.dialogs.chat_state import QUIET, ChatState
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Dialogs
from bot.dialogs.incoming import Pressed, Said
from bot.dialogs.learnt_language import learn_language
from bot.dialogs.secret_guard import remove_secret
from bot.metrics import UpdateOutcome
from bot.routes import BY_NAME, DIALOGS, own_words, unknown_command
from bot.tap_routes import TAPS, Route
from bot.telegram import command_menu
from bot.telegram.application import ClinicApplication, UpdateContext
from bot.telegram.message_kinds import is_note, said
from bot.texts.help import groups
from bot.texts.outbox import mail_refused
from bot.ui import ways_on
from bot.ui.view import View
from services.errors import Denied, NotSignedIn, SessionEnded, SignedOutAlready

log = logging.getLogger(__name__)

# What somebody wanted before they signed in is done afterwards, if they sign in within this time.
WANTED_FOR = timedelta(hours=1)
# Stricter than Telegram, which marks a part of "/login-9xK!" as a command.
COMMAND = re.compile(r"\s*/(\w+)(?:@\w+)?(?:\s|$)")
# People sometimes type a password behind these commands.
SECRETIVE = {"login", "register", "forgot"}


class Dispatcher:
    """Leads updates to dialogs, commands and buttons."""

    def __init__(self, application: ClinicApplication) -> None:
        self._bot = application.bot
        self._chat_states = application.chat_states
        self._note_harmless = application.note_harmless
        self._outcomes = application.outcomes
        self._secretive = {
            step.name.value
            for dialog in DIALOGS
            if any(step.secret for step in dialog.steps)
            for step in dialog.steps
        }
        self.dialogs = Dialogs(
            DIALOGS,
            application.chat_states,
            BY_NAME,
            _may,
            self._after_dialog,
            clock=application.clinic.clock,
            secret_key=application.secret_key,
        )
        application.add_handler(TypeHandler(Update, self._enter), group=0)
        application.add_handler(DialogHandler(self.dialogs), group=1)
        application.add_handler(MessageHandler(filters.COMMAND, self._on_command), group=2)
        application.add_handler(CallbackQueryHandler(self._on_button), group=2)
        application.add_handler(MessageHandler(filters.ALL, self._on_plain_words), group=2)

    def is_plain(self, text: str) -> bool:
        """Tell whether the text is a command without a secret, as far as the text alone can tell."""
        found = COMMAND.match(text)
        name = found[1].lower() if found else None
        is_alone = len(text.split()) == 1
        has_code = not is_alone and (name == "claim" or CLAIM in text)
        return name in BY_NAME and not has_code and (name not in SECRETIVE or is_alone)

    def _is_harmless(self, message: Said | None, state: ChatState) -> bool:
        """Tell whether a message certainly holds no secret.

        In dialogs that ask for a secret, people type it one question too early or too late.
        """
        text, step = message.text if message else None, state.step
        if message is None or text is None:
            return True
        if self.dialogs.was_secret(state, message):
            return False
        if self.is_plain(text):
            return step not in self._secretive or len(text.split()) == 1
        return step is not None and step not in self._secretive

    async def _enter(self, update: Update, context: UpdateContext) -> None:
        """Find out who is there; ignore what needs no answer, such as changes of membership."""
        if update.my_chat_member:
            await _note_membership(update, context.own)
        if (
            update.effective_chat is None
            or update.my_chat_member
            or (update.message and is_note(update.message))
        ):
            self._outcomes[update.update_id] = UpdateOutcome.SKIPPED
            raise ApplicationHandlerStop
        if update.effective_chat.type != ChatType.PRIVATE:
            await _outside(context.own)
            raise ApplicationHandlerStop
        await self._let_into_chat(update, context.own)

    async def _let_into_chat(self, update: Update, context: ClinicContext) -> None:
        """Find out who is signed in. Raises ApplicationHandlerStop if nothing is left to be done."""
        known, visitor = await context.clinic.sessions.arrive(context.chat)
        context.state = self._chat_states.open(context.chat, known)
        context.state.leave_live_card(context.messenger.tapped_card)
        message = context.incoming if isinstance(context.incoming, Said) else None
        if self._is_harmless(message, context.state):
            await self._note_harmless(update.update_id)
        context.admit(visitor)
        if context.state.is_repeat(update.update_id):
            log.info("update.repeated id=%d", update.update_id)
            self._outcomes[update.update_id] = UpdateOutcome.SKIPPED
            raise ApplicationHandlerStop
        expires_at = context.state.expires_at
        if expires_at is not None and expires_at <= context.clinic.clock.now():
            await self.dialogs.close_quiet(context, message if update.message else None)
        if await self.dialogs.stop_misplaced_secret(context):
            raise ApplicationHandlerStop
        if update.edited_message:
            await self._on_edit(update.edited_message, context)
            raise ApplicationHandlerStop
        visitor_id = context.visitor.id if context.visitor else None
        context.question = context.state.take_asked(visitor_id, context.clinic.clock.now())
        await learn_language(context)
        await command_menu.fit(self._bot, context)
        await _tell_refusal(context)

    async def _on_edit(self, edited: Message, context: ClinicContext) -> None:
        """Say that edits are not read. An old message may change for other reasons, so it is ignored."""
        if said(edited) is None:
            return
        is_old = edited.date < context.clinic.clock.now() - QUIET
        if is_old and not self.dialogs.asks_secret(context.chat):
            return
        if not await self.dialogs.on_edit(context):
            await context.messenger.show(ways_on.edit_not_read())

    async def _on_command(self, update: Update, context: UpdateContext) -> None:
        own, message = context.own, update.message
        name = own.incoming.command if isinstance(own.incoming, Said) else None
        if message is None or name is None:
            return
        own.args = (message.text or "").split()[1:]
        if name in SECRETIVE and own.args:
            # What stands behind the command may be a password.
            await remove_secret(own, message.message_id)
        if name == "cancel" and await self.dialogs.leave(own):
            return
        if name not in BY_NAME:
            await unknown_command(own)
            return
        await self._run(own, Do(name))

    async def _on_plain_words(self, update: Update, context: UpdateContext) -> None:
        del update
        own = context.own
        if own.state.intent != ActOnSaid().pack():
            # Else they still sign in for it.
            own.state.forget_said()
        leads_to = await own_words(own)
        if leads_to is not None:
            await self._run_said(own, leads_to)

    async def _run_said(self, context: ClinicContext, tap: Tap) -> None:
        """Run what a sentence leads to; if that has to wait, the sentence is acted on anew later."""
        message, state = context.incoming, context.state
        try:
            await self._run(context, tap)
        finally:
            text = message.text if isinstance(message, Said) else None
            if text is not None and context.understood is not None:
                data, now = tap.pack(), context.clinic.clock.now()
                if state.intent == data:
                    state.intent = ActOnSaid().pack()
                    state.keep_said(text, now + WANTED_FOR)
                if state.paused and state.instead == data:
                    state.instead = ActOnSaid().pack()
                    state.keep_said(text, now + QUIET)

    async def _on_button(self, update: Update, context: UpdateContext) -> None:
        del update
        own = context.own
        pressed = own.incoming
        if not isinstance(pressed, Pressed):
            return
        tap = pressed.tap
        if tap is None or pressed.revision is not None:  # only the buttons of dialogs have a revision
            await say_old(own)
            return
        own.messenger.acknowledge()
        if not isinstance(tap, Nothing):
            await self._run(own, tap)

    async def _run(self, context: ClinicContext, tap: Tap) -> None:
        """Run a command or a button, if this person may use it."""
        route = _route(tap)
        if route is None:
            await unknown_command(context)
            return
        await self._let_in(context, route, tap)
        if isinstance(route.act, Dialog):
            await self.dialogs.start(context, route.act, tap)
            return
        if route.ends_dialogs:
            await self.dialogs.end(context)
        elif context.messenger.tapped_card is None:
            await self.dialogs.put_aside(context)
        leads_to = await route.act(context, tap)
        await command_menu.fit(self._bot, context)
        if leads_to is not None and isinstance(tap, ActOnSaid):
            await self._run_said(context, leads_to)
        elif leads_to is not None:
            await self._run(context, leads_to)

    async def _let_in(self, context: ClinicContext, route: Route, tap: Tap) -> None:
        """Return if this person may do that; if not, note what to do after signing in. Raises Denied."""
        if not _is_way_in(context, tap):
            context.state.intent = None
        try:
            check(context, route.visitors)
        except Denied as error:
            if not isinstance(context.incoming, Pressed):
                await self.dialogs.put_aside(context)
            if not isinstance(error, NotSignedIn | SessionEnded):
                raise
            if route.ends_dialogs:  # signing in would make no sense: it was a command to sign out
                raise SignedOutAlready from error
            # It is done as soon as the person has signed in.
            context.state.intent = tap.pack()
            context.state.intent_until = context.clinic.clock.now() + WANTED_FOR
            raise

    async def _after_dialog(self, context: ClinicContext, then: Tap | None) -> None:
        await learn_language(context)
        await command_menu.fit(self._bot, context)
        if then is not None:
            await self._run(context, then)


class DialogHandler(BaseHandler[Update, UpdateContext, None]):
    """All dialogs, as one handler of the Application."""

    def __init__(self, dialogs: Dialogs) -> None:
        super().__init__(self._handle)
        self._dialogs = dialogs

    def check_update(self, update: object) -> bool:
        """Tell whether the update belongs to a chat; whether a dialog takes it, its context tells."""
        return isinstance(update, Update) and update.effective_chat is not None

    async def _handle(self, update: Update, context: UpdateContext) -> None:
        """Hand the update to the dialogs; where none takes it, let the other handlers have it."""
        del update
        if await self._dialogs.take(context.own):
            raise ApplicationHandlerStop


def _route(tap: Tap) -> Route | None:
    if not isinstance(tap, Do):
        return TAPS.get(type(tap))
    command = BY_NAME.get(tap.command)
    return Route(command.visitors, command.act, command.ends_dialogs) if command else None


def _is_way_in(context: ClinicContext, tap: Tap) -> bool:
    """Tell whether that leads to signing in, so that what was wanted before stays noted.

    A typed /register is a new wish, but for who was given a code for a patient; the button to register is
    offered for signing in.
    """
    has_code = (context.state.intent or "").startswith(f"{ShowClaim.code}:")
    return tap in (Do("login"), Do("forgot")) or (
        tap == Do("register") and (has_code or isinstance(context.incoming, Pressed))
    )


def _may(context: ClinicContext, tap: Tap) -> bool:
    """Tell whether whoever is signed in now may do that."""
    route = _route(tap)
    try:
        check(context, route.visitors if route else frozenset())
    except Denied:
        return False
    return True


async def _note_membership(update: Update, context: ClinicContext) -> None:
    """Send messages again to somebody who has unblocked the bot (Bot API ChatMemberUpdated)."""
    changed = update.my_chat_member
    if (
        changed
        and changed.chat.type == ChatType.PRIVATE
        and changed.new_chat_member.status == ChatMemberStatus.MEMBER
    ):
        await context.clinic.sessions.come_back(context.chat)


async def _tell_refusal(context: ClinicContext) -> None:
    """Say once, before anything else, that email to the person's address is refused."""
    visitor = context.visitor
    if visitor is None or visitor.user.takes_mail or visitor.user.refusal_told:
        return
    with suppress(TelegramError):  # then it is said next time
        await context.messenger.say(View(mail_refused(visitor.user.email)))
        await context.clinic.profile.refusal_told(visitor)


async def _outside(context: ClinicContext) -> None:
    """In a group, answer commands with one line that says nothing about anybody."""
    context.messenger.acknowledge(groups())
    message = context.incoming
    if isinstance(message, Said) and not message.is_edit and (message.text or "").startswith("/"):
        await context.messenger.say(View(groups()))
