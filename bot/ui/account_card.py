"""An account's card, as admins see it. Its buttons depend on the account's status and role."""

from bot.callbacks.admins import (
    AskBlock,
    AskBulkCancel,
    AskReset,
    BookFor,
    ChangeSpecialization,
    CorrectEmail,
    Decide,
    DecideName,
    HoursFor,
    ShowAudit,
    ShowDelivery,
    ShowPerson,
    ShowUsers,
    TimeOffFor,
    Unblock,
)
from bot.callbacks.catalogue import KindsFor
from bot.callbacks.doctors import AskLate
from bot.texts import accounts as texts
from bot.texts import labels
from bot.texts.workplaces import closed_places
from bot.ui.keyboards import Row, button, keyboard, short_key
from bot.ui.view import View
from services.access import PARTIES
from services.clinic import Clinic
from services.models.appointments import Period
from services.models.people import AccountStatus, Principal, Role, User, UserId


async def person_card(clinic: Clinic, principal: Principal, user: User, search: str) -> View:
    """Return the card, with a button back to the list of the accounts that match `search`."""
    is_you = user.id == principal.id
    left = 0
    if user.status is AccountStatus.BLOCKED:
        left = len(await clinic.administration.affected(principal, user.id))
    alike = await clinic.renaming.alike(user)
    told = button(labels.DELIVERY, ShowDelivery(user.id, 0))
    back = [button(labels.BACK_TO_USERS, ShowUsers(0, search))]
    rows = keyboard(
        _decisions(user, search),
        name_decisions(user.id, user.wanted_name),
        _appointments(user),
        _cancelling(user, search, left),
        _working_times(user),
        _kinds(user),
        _specialization(user, search),
        [] if is_you else [button(labels.CORRECT_EMAIL, CorrectEmail(user.id, search))],
        [] if is_you else _reset(user, search),
        [] if is_you else _blocking(user, search),
        [told, button(labels.HISTORY, ShowAudit(0, user.id, ""))],
        back,
    )
    closed = closed_places(await _closed_places(clinic, principal, user))
    return View("\n".join([texts.user_card(user, left, alike, is_you=is_you), *closed]), rows)


async def _closed_places(clinic: Clinic, principal: Principal, user: User) -> list[str]:
    """Return the places of a doctor's hours at which the clinic works no more."""
    if user.role is not Role.DOCTOR or user.status is not AccountStatus.ACTIVE:
        return []
    return (await clinic.working_hours.of(principal, user.id)).closed_places


def _decisions(user: User, search: str) -> Row:
    if user.status is not AccountStatus.PENDING:
        return []
    return [
        button(labels.APPROVE, Decide(user.id, True, search)),
        button(labels.REFUSE, Decide(user.id, False, search)),
    ]


def name_decisions(user_id: UserId, wanted: str | None) -> Row:
    """Return the buttons to approve or refuse the name that a doctor wants."""
    if not wanted:
        return []
    approve, refuse = (DecideName(user_id, each, short_key(wanted)) for each in (True, False))
    return [button(labels.APPROVE_NAME, approve), button(labels.REFUSE_NAME, refuse)]


def _appointments(user: User) -> Row:
    if user.role not in PARTIES or user.status is AccountStatus.PENDING:
        return []
    shown = [button(labels.APPOINTMENTS, ShowPerson(user.id, Period.UPCOMING, 0))]
    if user.role is Role.PATIENT and user.status is AccountStatus.ACTIVE:
        shown.append(button(labels.BOOK_FOR_THEM, BookFor(user.id)))
    return shown


def _cancelling(user: User, search: str, left: int) -> Row:
    return [button(texts.cancel_left(left), AskBulkCancel(user.id, search))] if left else []


def _specialization(user: User, search: str) -> Row:
    if user.role is not Role.DOCTOR or user.status is AccountStatus.BLOCKED:
        return []
    return [button(labels.CHANGE_SPECIALIZATION, ChangeSpecialization(user.id, search))]


def _working_times(user: User) -> Row:
    if user.role is not Role.DOCTOR or user.status is not AccountStatus.ACTIVE:
        return []
    return [
        button(labels.HOURS, HoursFor(user.id)),
        button(labels.TIME_OFF, TimeOffFor(user.id)),
        button(labels.LATE, AskLate(user.id)),
    ]


def _kinds(user: User) -> Row:
    if user.role is not Role.DOCTOR or user.status is not AccountStatus.ACTIVE:
        return []
    return [button(labels.KINDS, KindsFor(user.id))]


def _reset(user: User, search: str) -> Row:
    if user.status is not AccountStatus.ACTIVE:
        return []
    return [button(labels.RESET_PASSWORD, AskReset(user.id, search))]


def _blocking(user: User, search: str) -> Row:
    if user.status is AccountStatus.ACTIVE:
        return [button(labels.BLOCK, AskBlock(user.id, search))]
    if user.status is AccountStatus.BLOCKED:
        return [button(labels.UNBLOCK, Unblock(user.id, search))]
    return []
