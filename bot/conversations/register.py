"""/register: name, email address, password, role, specialization, gender, staff code, summary.

A tap on a line of the summary asks that question again, and leads back to the summary.
"""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Confirm, EditAnswer, KeepTyped, PickGender, PickRole, PickSpecialization, Skip
from bot.callbacks.tap import Tap
from bot.conversations.pickers.specialization import as_known, choices, likelier, of_key
from bot.conversations.registered import saved, saved_before
from bot.dialogs.access import GUESTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Goto, Outcome, Step
from bot.dialogs.secret_guard import has_secret
from bot.drafts import RegisterDraft
from bot.input_errors import AnswerWasSecret, NearMiss, NotAChoice, PasswordIsName
from bot.localization.messages import typed_names
from bot.parsing.fuzzy_match import choose_surely, in_full
from bot.texts import labels, nouns
from bot.texts import sign_in as texts
from bot.texts.formats import GENDERS, ROLES
from bot.texts.specializations import specialization
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.accounts.fields import read_name, read_specialization
from services.accounts.passwords import MIN_LENGTH
from services.errors import EmailTaken, PasswordIsAddress, StaffCodeNotSet, WeakPassword, WrongStaffCode
from services.models.people import Gender, Role, UserId
from services.names.folding import visible

LINES_A_ROW = 3


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
    back = context.draft(RegisterDraft).editing
    return View(texts.ask_name(context.clinic.rules.name), keyboard(ways_out(back=back)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take any name that has letters, in any script."""
    return _next(context, replace(context.draft(RegisterDraft), name=read_name(text)), Ask.EMAIL)


def _next(context: ClinicContext, draft: RegisterDraft, usual: Ask) -> Goto:
    """Go to the question that usually comes next; if one answer is being changed, to what is missing now."""
    return Goto(_missing(context, draft) if draft.editing else usual, draft)


def _missing(context: ClinicContext, draft: RegisterDraft) -> Ask:
    """Return the first question without an answer that has to have one, or the summary."""
    if not draft.name:
        return Ask.NAME
    if draft.role is Role.DOCTOR and draft.specialization is None:
        return Ask.SPECIALIZATION
    return Ask.STAFF_CODE if _asks_code(context, draft) else Ask.SUMMARY


def _asks_code(context: ClinicContext, draft: RegisterDraft) -> bool:
    """Tell whether the staff code is still to be asked for."""
    is_open = draft.role is Role.DOCTOR and context.clinic.accounts.has_staff_code and not draft.no_code
    return not draft.vetted and (draft.role is Role.ADMIN or is_open)


async def ask_email(context: ClinicContext) -> View:
    """Ask for the email address."""
    return View(texts.ask_email(context.draft(RegisterDraft).name), keyboard(ways_out()))


async def take_email(context: ClinicContext, text: str) -> Outcome:
    """Take an address that nobody has yet."""
    email = await context.clinic.accounts.check_email(text, context.chat)
    draft = replace(context.draft(RegisterDraft), email=email)
    if draft.editing and await context.clinic.accounts.is_password(email, draft.password_hash, context.chat):
        return Goto(Ask.PASSWORD, draft, PasswordIsAddress())
    return _next(context, draft, Ask.PASSWORD)


async def ask_password(context: ClinicContext) -> View:
    """Ask for the password."""
    del context
    return View(texts.ask_new_password(MIN_LENGTH), keyboard(ways_out()))


async def take_password(context: ClinicContext, text: str) -> Outcome:
    """Take the password, and keep only its hash."""
    draft = context.draft(RegisterDraft)
    if _is_same(draft.name, text) and not has_secret(text):
        # Typed twice, rather than a password in the place of the name.
        raise PasswordIsName
    if _holds(draft.name, text):
        return Goto(Ask.NAME, replace(draft, name=""), AnswerWasSecret())
    context.takes_long()
    hashed = await context.clinic.accounts.hash_password(text, context.chat, email=draft.email)
    return _next(context, replace(draft, password_hash=hashed.decode()), Ask.ROLE)


def _holds(answer: str | None, secret: str) -> bool:
    """Tell whether an earlier answer, which others can read, is the password."""
    said, meant = map(_folded, (answer or "", secret))
    return bool(meant) and meant in said


def _is_same(answer: str, secret: str) -> bool:
    return _folded(answer) == _folded(secret)


def _folded(text: str) -> str:
    return " ".join(visible(text).casefold().split())


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
    named = typed_names({role: ROLES[role] for role in texts.ROLE_BUTTONS})
    return _after_role(context, named[choose_surely(text, named)])


def _after_role(context: ClinicContext, role: Role) -> Outcome:
    if role not in texts.ROLE_BUTTONS:
        raise NotAChoice
    if role is Role.ADMIN and not context.clinic.accounts.has_staff_code:
        raise StaffCodeNotSet
    draft = context.draft(RegisterDraft)
    if not (draft.editing and draft.role is role):
        draft = replace(draft, role=role, specialization=None, vetted=False, no_code=False)
    return _next(context, draft, Ask.SPECIALIZATION if role is Role.DOCTOR else Ask.GENDER)


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
    return _after_specialization(context, name)


async def type_specialization(context: ClinicContext, text: str) -> Outcome:
    """Take any other specialization; if a usual one may be meant, ask."""
    draft, names = context.draft(RegisterDraft), await context.clinic.accounts.known_specializations()
    name = as_known(read_specialization(text), names)
    if maybe := likelier(name, names):
        why = NearMiss(tuple(map(specialization, maybe)))
        return Goto(Ask.SPECIALIZATION, replace(draft, typed=name, maybe=maybe), why)
    return _after_specialization(context, name)


async def keep_specialization(context: ClinicContext, tap: KeepTyped) -> Outcome:
    """Take what was typed, instead of a suggestion."""
    del tap
    draft = context.draft(RegisterDraft)
    if not draft.typed:
        raise NotAChoice
    return _after_specialization(context, draft.typed)


def _after_specialization(context: ClinicContext, name: str) -> Goto:
    draft = replace(context.draft(RegisterDraft), specialization=name, typed="", maybe=())
    return _next(context, draft, Ask.GENDER)


async def ask_gender(context: ClinicContext) -> View:
    """Ask for the gender, which is optional."""
    del context
    genders = [button(str(GENDERS[gender]).capitalize(), PickGender(gender)) for gender in Gender]
    return View(texts.ask_gender(), keyboard(genders, [button(labels.RATHER_NOT_SAY, Skip())], ways_out()))


async def pick_gender(context: ClinicContext, tap: PickGender) -> Outcome:
    """Take the gender that was tapped."""
    return _after_gender(context, tap.gender)


async def type_gender(context: ClinicContext, text: str) -> Outcome:
    """Take the gender that was typed."""
    # Only in full, because "male" is a part of "female".
    return _after_gender(context, in_full(text, typed_names(GENDERS)))


async def skip_gender(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a gender."""
    del tap
    return _after_gender(context, None)


def _after_gender(context: ClinicContext, gender: Gender | None) -> Outcome:
    draft = replace(context.draft(RegisterDraft), gender=gender)
    # Whoever comes here again with « Back is asked again.
    asked = draft if draft.editing else replace(draft, no_code=False)
    return Goto(Ask.STAFF_CODE if _asks_code(context, asked) else Ask.SUMMARY, draft)


async def ask_staff_code(context: ClinicContext) -> View:
    """Ask for the staff code. A doctor may go on without it, and then waits for approval."""
    optional = context.draft(RegisterDraft).role is Role.DOCTOR
    skip = [button(labels.NO_STAFF_CODE, Skip())] if optional else []
    return View(texts.ask_staff_code(optional=optional), keyboard(skip, ways_out()))


async def take_staff_code(context: ClinicContext, text: str) -> Outcome:
    """Take the right code."""
    await context.clinic.accounts.check_staff_code(context.chat, text)
    draft = replace(context.draft(RegisterDraft), vetted=True, no_code=False)
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
    return Goto(Ask.SUMMARY, replace(draft, no_code=True))


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more, except the password, with a button for each line."""
    draft = context.draft(RegisterDraft)
    is_doctor = draft.role is Role.DOCTOR
    may_give_code = is_doctor and not draft.vetted and context.clinic.accounts.has_staff_code
    lines = [
        button(labels.CHANGE_NAME, EditAnswer(Ask.NAME)),
        button(labels.CHANGE_EMAIL, EditAnswer(Ask.EMAIL)),
        button(labels.CHANGE_PASSWORD, EditAnswer(Ask.PASSWORD)),
        button(labels.EDIT_ROLE, EditAnswer(Ask.ROLE)),
        *([button(labels.EDIT_SPECIALIZATION, EditAnswer(Ask.SPECIALIZATION))] if is_doctor else []),
        button(labels.EDIT_GENDER, EditAnswer(Ask.GENDER)),
        *([button(labels.EDIT_STAFF_CODE, EditAnswer(Ask.STAFF_CODE))] if may_give_code else []),
    ]
    rows = [[button(labels.SAVE, Confirm())], *in_rows(lines, LINES_A_ROW), ways_out()]
    return View(texts.registration_summary(draft), keyboard(*rows))


async def edit(context: ClinicContext, tap: EditAnswer) -> Outcome:
    """Ask one of the questions again; nothing else is lost, and « Back leads to the summary."""
    draft = replace(context.draft(RegisterDraft), editing=True)
    allowed = {Ask.NAME, Ask.EMAIL, Ask.PASSWORD, Ask.ROLE, Ask.GENDER}
    if draft.role is Role.DOCTOR:
        allowed |= {Ask.SPECIALIZATION, Ask.STAFF_CODE}
    if tap.question not in allowed:
        raise NotAChoice
    return Goto(Ask(tap.question), draft, aside=True)


async def save(context: ClinicContext, tap: Confirm) -> Outcome:
    """Create the account, unless something is missing."""
    del tap
    draft = context.draft(RegisterDraft)
    if not draft.name:
        return Goto(Ask.NAME, replace(draft, editing=True))
    if draft.role is None or not draft.password_hash:
        return Goto(Ask.PASSWORD if draft.role else Ask.ROLE, draft, WeakPassword(MIN_LENGTH))
    try:
        return await saved(context, draft, draft.role)
    except EmailTaken as error:
        return Goto(Ask.EMAIL, draft, error)


DIALOG = Dialog(
    command="register",
    noun=nouns.REGISTRATION,
    visitors=GUESTS,
    begin=begin,
    lasts=True,
    steps=(
        Step(Ask.NAME, ask_name, take_name),
        Step(Ask.EMAIL, ask_email, take_email),
        Step(Ask.PASSWORD, ask_password, take_password, secret=True, chosen=True),
        Step(Ask.ROLE, ask_role, type_role, {PickRole: pick_role}),
        Step(
            Ask.SPECIALIZATION,
            ask_specialization,
            type_specialization,
            {PickSpecialization: pick_specialization, KeepTyped: keep_specialization},
        ),
        Step(Ask.GENDER, ask_gender, type_gender, {PickGender: pick_gender, Skip: skip_gender}),
        Step(Ask.STAFF_CODE, ask_staff_code, take_staff_code, {Skip: skip_staff_code}, secret=True),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: save, EditAnswer: edit}, let_go=saved_before),
    ),
)
