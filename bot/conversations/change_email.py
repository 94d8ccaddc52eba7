"""A new email address: the address, and the code that was sent there. Begun on the card of /me.

The code for the address of a registration is typed here, too. As long as that is not confirmed, another
address takes its place at once; later only when its code was typed. A doctor who waits for approval cannot
sign in, and does it in the chat of the registration.
"""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.account import EnterEmailCode, FixEmail, SendEmailCode
from bot.callbacks.steps import SendAgain
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.dialogs.access import EVERYBODY
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import EmailDraft
from bot.texts import labels, nouns
from bot.texts import profile as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from bot.ui.ways_on import old_card
from services.errors import (
    CodeExpired,
    CodeNotSent,
    EmailTaken,
    MailDown,
    MailRefused,
    NotSignedIn,
    SessionEnded,
    TooManyCodes,
)
from services.models.people import Principal, User


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    EMAIL = "email.address"
    CODE = "email.code"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the new address, or with the code for the present one if that is not confirmed."""
    if not isinstance(tap, EnterEmailCode | SendEmailCode | FixEmail):
        return Goto(Ask.EMAIL, EmailDraft(account_id=context.principal.id))
    if context.visitor is not None and context.visitor.id != tap.user_id:
        return Finish(old_card(context.visitor))
    owner = await _owner(context, EmailDraft(account_id=tap.user_id))
    draft = EmailDraft(account_id=owner.id)
    if isinstance(tap, FixEmail):
        return Goto(Ask.EMAIL, draft)
    if not owner.user.is_unverified:
        return _confirmed(context, owner.user)
    draft = replace(draft, email=owner.user.email, own=True)
    if isinstance(tap, EnterEmailCode):
        return Goto(Ask.CODE, draft, behind=(Ask.EMAIL,))
    return replace(await _send(context, owner, draft, Ask.CODE), behind=(Ask.EMAIL,))


async def _owner(context: ClinicContext, draft: EmailDraft) -> Principal:
    """Return whose address it is: who is signed in, or who has registered here and waits for approval.

    Raises NotSignedIn, SessionEnded where it is somebody else.
    """
    if context.visitor is None and draft.account_id is not None:
        try:
            return await context.clinic.email_verification.registrant(context.chat, draft.account_id)
        except NotSignedIn:
            return context.principal  # which raises why nobody is signed in
    principal = context.principal
    # Drafts of older versions do not say whose address it is.
    if draft.account_id not in {None, principal.id}:
        raise SessionEnded
    return principal


async def ask_email(context: ClinicContext) -> View:
    """Ask for the new address."""
    owner = await _owner(context, context.draft(EmailDraft))
    return View(texts.ask_new_email(owner.user), keyboard(ways_out(back=False)))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take an address that nobody has, and send a code there."""
    draft = context.draft(EmailDraft)
    owner = await _owner(context, draft)
    if owner.user.is_unverified:
        return await _fix(context, owner, text)
    email = await context.clinic.profile.check_new_email(owner, text)
    return await _send(context, owner, replace(draft, email=email, sent=0), Ask.EMAIL)


async def _fix(context: ClinicContext, owner: Principal, text: str) -> Goto:
    """Change an address that is not confirmed, and ask for the code that was sent to the new one."""
    draft = context.draft(EmailDraft)
    context.takes_long()
    try:
        user, why = await context.clinic.email_verification.change_address(owner, text)
    except MailRefused as error:
        return Goto(Ask.EMAIL, draft, error)
    _note(context, user)
    said = CodeNotSent() if isinstance(why, MailDown) else why
    return Goto(Ask.CODE, replace(draft, email=user.email, sent=0 if why else 1, own=True), said)


async def _send(context: ClinicContext, owner: Principal, draft: EmailDraft, asked: Ask) -> Goto:
    """Send a code, and ask for it; if it cannot be sent, ask `asked` again."""
    context.takes_long()
    is_own = owner.user.is_unverified
    draft = replace(draft, email=owner.user.email, own=True) if is_own else draft
    try:
        await context.clinic.profile.send_code(owner, draft.email)
    except MailRefused as error:
        return Goto(Ask.EMAIL if is_own else asked, draft, error)
    except MailDown as error:
        return Goto(asked, draft, CodeNotSent() if is_own else error)
    except TooManyCodes as error:
        return Goto(Ask.CODE if draft.sent else asked, draft, error)
    return Goto(Ask.CODE, replace(draft, sent=draft.sent + 1))


async def ask_code(context: ClinicContext) -> View:
    """Ask for the code."""
    draft = context.draft(EmailDraft)
    again = [button(labels.SEND_AGAIN, SendAgain())]
    return View(texts.ask_email_code(draft.email, draft.sent), keyboard(again, ways_out()))


async def send_again(context: ClinicContext, tap: SendAgain) -> Outcome:
    """Send another code; the first is not valid any more."""
    del tap
    draft = context.draft(EmailDraft)
    return await _send(context, await _owner(context, draft), draft, Ask.CODE)


async def take_code(context: ClinicContext, text: str) -> Outcome:
    """Take the right code, and confirm the address, or change it."""
    draft = context.draft(EmailDraft)
    owner = await _owner(context, draft)
    if owner.user.is_unverified and draft.email != owner.user.email:
        # An admin has corrected it meanwhile, and another code was sent.
        return Goto(Ask.CODE, replace(draft, email=owner.user.email, sent=0, own=True), CodeExpired())
    if draft.own:
        user = await context.clinic.email_verification.confirm(owner, text)
        _note(context, user)
        return _confirmed(context, user)
    try:
        user = await context.clinic.profile.set_email(owner, draft.email, text)
    except EmailTaken as error:
        return Goto(Ask.EMAIL, draft, error)
    _note(context, user)
    return _done(context, user, texts.email_changed())


def _note(context: ClinicContext, user: User) -> None:
    """Note the changed account, if it is that of whoever is signed in."""
    if context.visitor is not None:
        context.changed(user)


def _confirmed(context: ClinicContext, user: User) -> Finish:
    said = texts.email_confirmed(user) if context.visitor else texts.email_confirmed_pending(user)
    return _done(context, user, said)


def _done(context: ClinicContext, user: User, said: str) -> Finish:
    """End with the card of /me, which only those who are signed in have."""
    if context.visitor is None:
        return Finish(View(said))
    view = profile_views.account(user, context.rules, context.clinic.clock.now())
    return Finish(view.headed(said))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the new address was stored although the person was never told."""
    visitor, draft = context.visitor, context.draft(EmailDraft)
    if visitor is None or visitor.user.email != draft.email or visitor.user.is_unverified:
        return None
    said = (
        texts.email_changed() if visitor.user.email_verified is None else texts.email_confirmed(visitor.user)
    )
    view = profile_views.account(visitor.user, context.rules, context.clinic.clock.now())
    return view.headed(said)


DIALOG = Dialog(
    command="email",
    noun=nouns.EMAIL_ADDRESS_CHANGE,
    visitors=EVERYBODY,
    begin=begin,
    steps=(
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.CODE, ask_code, take_code, {SendAgain: send_again}, secret=True, let_go=stored_before),
    ),
    home="me",
)
