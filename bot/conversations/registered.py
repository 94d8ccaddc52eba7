"""What happens when a registration is saved: the account, the code for its address, and the sign-in."""

from bot.callbacks.steps import Do
from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import Finish
from bot.drafts import RegisterDraft
from bot.texts import labels
from bot.texts import profile as profile_texts
from bot.texts import sign_in as texts
from bot.ui.email_code import code_rows
from bot.ui.keyboards import Row, button, keyboard
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from services.accounts.fields import read_name
from services.accounts.registration import Registration
from services.errors import ClinicError, MailDown, MailRefused, TooManyCodes, WrongCredentials
from services.ids import derived_id
from services.models.people import AccountStatus, Principal, Role, User, UserId


async def saved(context: ClinicContext, draft: RegisterDraft, role: Role) -> Finish:
    """Create the account, email a code to its address, and sign it in here. Raises EmailTaken."""
    registration = Registration(
        name=draft.name,
        email=draft.email,
        password_hash=draft.password_hash.encode(),
        role=role,
        gender=draft.gender,
        specialization=draft.specialization,
        vetted=draft.vetted,
        id=draft.account_id or UserId(derived_id(f"{context.chat} {draft.password_hash}")),
        chat_id=context.chat,
        email_verified=False,
        language=context.known_language,
    )
    user = await context.clinic.accounts.register(registration)
    await context.clinic.sessions.remember(context.chat, user)
    context.takes_long()
    note = texts.saved_before(user) if _is_other(user, draft) else ""
    why = await _send_code(context, user)
    if user.status is AccountStatus.PENDING:
        text = texts.registered_pending(user) + note + _about_code(context, user, why)
        return Finish(View(text, keyboard(*_code_rows(user))))
    try:
        visitor = await context.clinic.sessions.sign_in_new(
            context.chat, user, registration.password_hash, context.label
        )
    except WrongCredentials:
        # An earlier tap has saved it with another password.
        context.state.email = user.email
        sign_in = keyboard([button(labels.SIGN_IN, Do("login"))])
        return Finish(View(texts.registered(user) + note, sign_in))
    context.admit(visitor)
    return _welcomed(context, visitor, note, why)


async def _send_code(context: ClinicContext, user: User) -> ClinicError | None:
    """Email a code to the address; return why that was not possible."""
    owner = Principal(user, context.chat, session_id="")
    if not user.is_unverified:
        return None
    try:
        await context.clinic.email_verification.send_code(owner)
    except (TooManyCodes, MailDown, MailRefused) as error:
        return error
    return None


def _about_code(context: ClinicContext, user: User, why: ClinicError | None) -> str:
    if not user.is_unverified:  # it was saved before, and is confirmed by now
        return ""
    if isinstance(why, MailRefused):
        said = profile_texts.address_refused(user.email)
    elif isinstance(why, MailDown):
        said = profile_texts.code_not_sent(user.email)
    elif why is not None:
        said = context.refusal(why)
    else:
        said = profile_texts.code_sent(user.email)
    return f"\n\n{said}"


def _code_rows(user: User) -> list[Row]:
    return code_rows(user.id) if user.is_unverified else []


def _welcomed(context: ClinicContext, visitor: Principal, note: str, why: ClinicError | None) -> Finish:
    """Say that the account is ready, and offer what was wanted before."""
    wanted = context.state.wanted(context.clinic.clock.now())
    context.state.intent = None
    about = _about_code(context, visitor.user, why)
    ways = keyboard(*_code_rows(visitor.user)) + ways_on(visitor)
    return Finish(View(texts.registered_and_in(visitor.user) + note + about, ways), offers=wanted)


async def saved_before(context: ClinicContext) -> View | None:
    """Return what to say if the account was saved although the person was never told."""
    visitor, draft = context.visitor, context.state.draft
    if visitor is None or not isinstance(draft, RegisterDraft) or visitor.id != draft.account_id:
        return None
    asks = f"\n\n{profile_texts.ask_for_code(visitor.user.email)}" if visitor.user.is_unverified else ""
    ways = keyboard(*_code_rows(visitor.user)) + ways_on(visitor)
    return View(texts.registered_and_in(visitor.user) + asks, ways)


def _is_other(user: User, draft: RegisterDraft) -> bool:
    """Tell whether an earlier tap has saved the account with other answers."""
    return (user.email, user.role, user.gender) != (
        draft.email,
        draft.role,
        draft.gender,
    ) or user.name != read_name(draft.name, draft.role)
