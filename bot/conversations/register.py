"""/register: name, email address, password, role, specialization, gender, staff code, summary."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Confirm, Do, KeepTyped, PickGender, PickRole, PickSpecialization, Skip
from bot.callbacks.tap import Tap
from bot.conversations.pickers.specialization import as_known, choices, likelier, of_key
from bot.dialogs.access import GUESTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import RegisterDraft
from bot.input_errors import AnswerWasSecret, NearMiss, NotAChoice
from bot.parsing.fuzzy_match import choose_surely
from bot.parsing.words import alone
from bot.texts import labels
from bot.texts import sign_in as texts
from bot.texts.formats import GENDERS, ROLES
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.accounts.fields import read_name, read_specialization
from services.accounts.passwords import MIN_LENGTH
from services.accounts.registration import Registration
from services.errors import EmailTaken, StaffCodeNotSet, WeakPassword, WrongStaffCode
from services.ids import derived_id
from services.models.people import AccountStatus, Gender, Role, User, UserId


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NAME = "register.name"
    EMAIL = "register.email"
    PASSWORD = "register.password"  # noqa: S105 - the name of a question
    ROLE = "register.role"
    SPECIALIZATION = "register.specialization"
    GENDER = "register.gender"
    STAFF_CODE = "register.staff_code"
    SUMMARY = "register.summary"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the name."""
    del tap
    return Goto(Ask.NAME, RegisterDraft(account_id=UserId(context.request_id("account"))))


async def ask_name(context: ClinicContext) -> View:
    """Ask for the name."""
    return View(texts.ask_name(context.clinic.rules.name), keyboard(ways_out(back=False)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take any name that has letters, in any script."""
    return Goto(Ask.EMAIL, replace(context.draft(RegisterDraft), name=read_name(text)))


async def ask_email(context: ClinicContext) -> View:
    """Ask for the email address."""
    return View(texts.ask_email(context.draft(RegisterDraft).name), keyboard(ways_out()))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take an address that nobody has yet."""
    email = await context.clinic.accounts.check_email(text, context.chat)
    return Goto(Ask.PASSWORD, replace(context.draft(RegisterDraft), email=email))


async def ask_password(context: ClinicContext) -> View:
    """Ask for the password."""
    del context
    return View(texts.ask_new_password(MIN_LENGTH), keyboard(ways_out()))


async def take_password(context: ClinicContext, text: str) -> Outcome:
    """Take the password, and keep only its hash."""
    draft = context.draft(RegisterDraft)
    if _holds(draft.name, text):
        return Goto(Ask.NAME, replace(draft, name=""), AnswerWasSecret())
    context.takes_long()
    hashed = await context.clinic.accounts.hash_password(text, context.chat, email=draft.email)
    return Goto(Ask.ROLE, replace(draft, password_hash=hashed.decode()))


def _holds(answer: str | None, secret: str) -> bool:
    """Tell whether an earlier answer, which others can read, is the password."""
    said, meant = (" ".join(text.casefold().split()) for text in (answer or "", secret))
    return bool(meant) and meant in said


async def ask_role(context: ClinicContext) -> View:
    """Ask what the person is to the clinic."""
    del context
    roles = [button(label, PickRole(role)) for role, label in texts.ROLE_BUTTONS.items()]
    return View(texts.ask_role(), keyboard(roles, ways_out()))


async def pick_role(context: ClinicContext, tap: PickRole) -> Outcome:
    """Take the role that was tapped."""
    return _after_role(context, tap.role)


async def type_role(context: ClinicContext, text: str) -> Outcome:
    """Take the role that was typed."""
    named = {name: role for role, name in ROLES.items()}
    return _after_role(context, named[choose_surely(text, named)])


def _after_role(context: ClinicContext, role: Role) -> Outcome:
    if role is Role.ADMIN and not context.clinic.accounts.has_staff_code:
        raise StaffCodeNotSet
    draft = replace(context.draft(RegisterDraft), role=role, specialization=None, vetted=False)
    return Goto(Ask.SPECIALIZATION if role is Role.DOCTOR else Ask.GENDER, draft)


async def ask_specialization(context: ClinicContext) -> View:
    """Ask a doctor for the specialization."""
    draft, names = context.draft(RegisterDraft), await context.clinic.accounts.known_specializations()
    return View(texts.ask_specialization(), choices(names, draft.maybe, draft.typed, ways_out()))


async def pick_specialization(context: ClinicContext, tap: PickSpecialization) -> Outcome:
    """Take the specialization that was tapped."""
    draft, names = context.draft(RegisterDraft), await context.clinic.accounts.known_specializations()
    name = of_key(tap.key, [*names, *draft.maybe])
    if name is None:
        raise NotAChoice
    return _after_specialization(draft, name)


async def type_specialization(context: ClinicContext, text: str) -> Outcome:
    """Take any other specialization; if a usual one may be meant, ask."""
    draft, names = context.draft(RegisterDraft), await context.clinic.accounts.known_specializations()
    name = as_known(read_specialization(text), names)
    if maybe := likelier(name, names):
        return Goto(Ask.SPECIALIZATION, replace(draft, typed=name, maybe=maybe), NearMiss(maybe))
    return _after_specialization(draft, name)


async def keep_specialization(context: ClinicContext, tap: KeepTyped) -> Outcome:
    """Take what was typed, instead of a suggestion."""
    del tap
    draft = context.draft(RegisterDraft)
    if not draft.typed:
        raise NotAChoice
    return _after_specialization(draft, draft.typed)


def _after_specialization(draft: RegisterDraft, name: str) -> Goto:
    return Goto(Ask.GENDER, replace(draft, specialization=name, typed="", maybe=()))


async def ask_gender(context: ClinicContext) -> View:
    """Ask for the gender, which is optional."""
    del context
    genders = [button(GENDERS[gender].capitalize(), PickGender(gender)) for gender in Gender]
    return View(texts.ask_gender(), keyboard(genders, [button(labels.RATHER_NOT_SAY, Skip())], ways_out()))


async def pick_gender(context: ClinicContext, tap: PickGender) -> Outcome:
    """Take the gender that was tapped."""
    return _after_gender(context, tap.gender)


async def type_gender(context: ClinicContext, text: str) -> Outcome:
    """Take the gender that was typed."""
    named = {name: gender for gender, name in GENDERS.items()}
    # Only in full, because "male" is a part of "female".
    name = alone(text)
    if name not in named:
        raise NotAChoice
    return _after_gender(context, named[name])


async def skip_gender(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a gender."""
    del tap
    return _after_gender(context, None)


def _after_gender(context: ClinicContext, gender: Gender | None) -> Outcome:
    draft = replace(context.draft(RegisterDraft), gender=gender)
    asks_code = draft.role is Role.ADMIN or (
        draft.role is Role.DOCTOR and context.clinic.accounts.has_staff_code
    )
    return Goto(Ask.STAFF_CODE if asks_code and not draft.vetted else Ask.SUMMARY, draft)


async def ask_staff_code(context: ClinicContext) -> View:
    """Ask for the staff code. A doctor may go on without it, and then waits for approval."""
    optional = context.draft(RegisterDraft).role is Role.DOCTOR
    skip = [button(labels.NO_STAFF_CODE, Skip())] if optional else []
    return View(texts.ask_staff_code(optional=optional), keyboard(skip, ways_out()))


async def take_staff_code(context: ClinicContext, text: str) -> Outcome:
    """Take the right code."""
    await context.clinic.accounts.check_staff_code(context.chat, text)
    draft = replace(context.draft(RegisterDraft), vetted=True)
    if _holds(draft.specialization, text):
        return Goto(Ask.SPECIALIZATION, replace(draft, specialization=None), AnswerWasSecret())
    if _holds(draft.name, text):
        return Goto(Ask.NAME, replace(draft, name=""), AnswerWasSecret())
    return Goto(Ask.SUMMARY, draft)


async def skip_staff_code(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a staff code, which only a doctor can."""
    del tap
    draft = context.draft(RegisterDraft)
    if draft.role is not Role.DOCTOR:
        raise WrongStaffCode
    return Goto(Ask.SUMMARY, draft)


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more, except the password."""
    draft = context.draft(RegisterDraft)
    return View(texts.registration_summary(draft), keyboard([button(labels.SAVE, Confirm())], ways_out()))


async def save(context: ClinicContext, tap: Confirm) -> Outcome:
    """Create the account."""
    del tap
    draft = context.draft(RegisterDraft)
    if draft.role is None or not draft.password_hash:
        return Goto(Ask.PASSWORD if draft.role else Ask.ROLE, draft, WeakPassword(MIN_LENGTH))
    registration = Registration(
        name=draft.name,
        email=draft.email,
        password_hash=draft.password_hash.encode(),
        role=draft.role,
        gender=draft.gender,
        specialization=draft.specialization,
        vetted=draft.vetted,
        id=draft.account_id or UserId(derived_id(f"{context.chat} {draft.password_hash}")),
        chat_id=context.chat,
    )
    try:
        user = await context.clinic.accounts.register(registration)
    except EmailTaken as error:
        return Goto(Ask.EMAIL, draft, error)
    await context.clinic.sessions.remember(context.chat, user)
    saved = texts.saved_before(user) if _is_other(user, draft) else ""
    if user.status is AccountStatus.PENDING:
        return Finish(View(texts.registered_pending(user) + saved))
    context.state.email = user.email
    return Finish(View(texts.registered(user) + saved, keyboard([button(labels.SIGN_IN, Do("login"))])))


def _is_other(user: User, draft: RegisterDraft) -> bool:
    """Tell whether an earlier tap has saved the account with other answers."""
    return (user.email, user.role, user.gender) != (
        draft.email,
        draft.role,
        draft.gender,
    ) or user.name != read_name(draft.name, draft.role)


DIALOG = Dialog(
    command="register",
    noun="registration",
    visitors=GUESTS,
    begin=begin,
    lasts=True,
    steps=(
        Step(Ask.NAME, ask_name, take_name),
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.PASSWORD, ask_password, take_password, secret=True),
        Step(Ask.ROLE, ask_role, type_role, {PickRole: pick_role}),
        Step(
            Ask.SPECIALIZATION,
            ask_specialization,
            type_specialization,
            {PickSpecialization: pick_specialization, KeepTyped: keep_specialization},
        ),
        Step(Ask.GENDER, ask_gender, type_gender, {PickGender: pick_gender, Skip: skip_gender}),
        Step(Ask.STAFF_CODE, ask_staff_code, take_staff_code, {Skip: skip_staff_code}, secret=True),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: save}),
    ),
)
