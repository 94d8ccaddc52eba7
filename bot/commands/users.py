"""/users: the admin's list of accounts, their cards, and what is decided there."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.callbacks.admins import (
    AddReceptionist,
    AskBlock,
    AskBulkCancel,
    AskReset,
    BlockUser,
    BulkCancel,
    Decide,
    DecideName,
    ResetPassword,
    ShowUser,
    ShowUsers,
    Unblock,
)
from bot.callbacks.tap import Tap
from bot.callbacks.user_filters import WantedUsers, read_packed, read_typed
from bot.dialogs.context import ClinicContext
from bot.texts import accounts as texts
from bot.texts import labels
from bot.ui.account_card import person_card
from bot.ui.keyboards import Row, button, in_rows, keyboard, pager, short_key
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.errors import AccountBlocked, AlreadyDecided, MailDown, MailRefused, NoNameWaits
from services.models.people import User, Who

LISTS_A_ROW = 3


async def search(context: ClinicContext, tap: Tap) -> None:
    """Show the first page of all accounts, or of those that /users <text> looks for."""
    del tap
    await users(context, ShowUsers(0, read_typed(" ".join(context.args or [])).packed))


async def users(context: ClinicContext, tap: ShowUsers) -> None:
    """Show a page of accounts. Its buttons carry the search and the filter: there may be other lists open."""
    wanted, people = read_packed(tap.search), context.clinic.administration
    page, counts = await asyncio.gather(
        people.page(context.principal, wanted.text, tap.number, wanted.who),
        people.counts(context.principal, wanted.text),
    )
    shown = await context.clinic.namesakes.apart(context.principal.role, page.items)
    rows = [
        [button(f"{texts.MARKS[user.status]} {user.name}", ShowUser(user.id, tap.search))] for user in shown
    ]
    turn = pager(page.number, page.pages, lambda number: ShowUsers(number, tap.search))
    add = [button(labels.ADD_RECEPTIONIST, AddReceptionist())]
    view = View(texts.users(page, wanted), keyboard(*rows, turn, *_filters(wanted, counts), add))
    await context.messenger.show(view)


def _filters(wanted: WantedUsers, counts: Mapping[Who, int]) -> list[Row]:
    """Return the buttons for the other filters of this search, with the number of accounts of each.

    Many clinics have no receptionists, so theirs is shown where there are some.
    """
    shown = [who for who in Who if who is not Who.RECEPTIONISTS or counts[who] or wanted.who is who]
    lists = (replace(wanted, who=who) for who in shown)
    return in_rows(
        [
            button(
                texts.list_button(each.who, counts[each.who], shown=each == wanted), ShowUsers(0, each.packed)
            )
            for each in lists
        ],
        LISTS_A_ROW,
    )


async def user(context: ClinicContext, tap: ShowUser) -> None:
    """Show an account."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    await _show(context, found, tap.search)


async def decide(context: ClinicContext, tap: Decide) -> None:
    """Approve or refuse a doctor; if another admin was quicker, say who."""
    try:
        found = await context.clinic.administration.decide(
            context.principal, tap.user_id, approve=tap.approve
        )
    except AlreadyDecided as error:
        await _too_late(context, error, tap.search)
    else:
        await _show(context, found, tap.search, texts.decided(found))


async def decide_name(context: ClinicContext, tap: DecideName) -> None:
    """Approve or refuse the name that was shown; if that one does not wait any more, say so."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    wanted = found.wanted_name or ""
    # An empty name never waits, so this is refused.
    wanted = wanted if short_key(wanted) == tap.name else ""
    try:
        decide = context.clinic.renaming.decide
        decided = await decide(context.principal, found.id, wanted, approve=tap.approve)
    except NoNameWaits as error:
        await _show(context, error.user, "", context.refusal(error))
    else:
        await _show(context, decided, "", texts.name_decided(decided, approved=tap.approve))


async def ask_block(context: ClinicContext, tap: AskBlock) -> None:
    """Ask whether to block the account, and show its appointments. The harmless answer stands first."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    affected = await context.clinic.administration.affected(context.principal, tap.user_id)
    back = ShowUser(found.id, tap.search)
    leave = button(labels.KEEP_AS_IT_IS, back)
    keep = button(
        labels.BLOCK_KEEP_THEM if affected else labels.BLOCK_YES, BlockUser(found.id, False, tap.search)
    )
    drop = button(texts.block_and_cancel(len(affected)), BlockUser(found.id, True, tap.search))
    text = texts.ask_block(found, affected, context.zone)
    rows = ([leave], [keep], [drop] if affected else [])
    view = View.asking(text, *rows, no=back, about=Intent.BLOCK, is_choice=bool(affected))
    await context.messenger.show(view)


async def block(context: ClinicContext, tap: BlockUser) -> None:
    """Block an account, and cancel its appointments if the admin chose that."""
    try:
        found, count = await context.clinic.administration.block(
            context.principal, tap.user_id, clear=tap.cancel_upcoming
        )
    except AlreadyDecided as error:
        await _too_late(context, error, tap.search)
    else:
        said = texts.blocked(found, count if tap.cancel_upcoming else None)
        await _show(context, found, tap.search, said)


async def unblock(context: ClinicContext, tap: Unblock) -> None:
    """Unblock an account."""
    try:
        found = await context.clinic.administration.unblock(context.principal, tap.user_id)
    except AlreadyDecided as error:
        await _too_late(context, error, tap.search)
    else:
        await _show(context, found, tap.search, texts.unblocked(found))


async def ask_bulk_cancel(context: ClinicContext, tap: AskBulkCancel) -> None:
    """Ask whether to cancel the upcoming appointments of a blocked account, and name them."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    affected = await context.clinic.administration.affected(context.principal, tap.user_id)
    back = ShowUser(found.id, tap.search)
    keep = button(labels.KEEP_THEM, back)
    drop = button(texts.yes_cancel(len(affected)), BulkCancel(found.id, tap.search))
    text = texts.ask_bulk_cancel(found, affected, context.zone)
    await context.messenger.show(View.asking(text, [keep], [drop] if affected else [], no=back))


async def bulk_cancel(context: ClinicContext, tap: BulkCancel) -> None:
    """Cancel the upcoming appointments of a blocked account."""
    try:
        count = await context.clinic.administration.clear(context.principal, tap.user_id)
    except AlreadyDecided as error:
        await _too_late(context, error, tap.search)
    else:
        found = await context.clinic.administration.get(context.principal, tap.user_id)
        await _show(context, found, tap.search, texts.cleared(found, count))


async def ask_reset(context: ClinicContext, tap: AskReset) -> None:
    """Ask whether to reset somebody's password. The harmless answer stands first."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    back = ShowUser(found.id, tap.search)
    leave = button(labels.KEEP_AS_IT_IS, back)
    send = button(labels.SEND_CODE_YES, ResetPassword(found.id, tap.search))
    await context.messenger.show(View.asking(texts.ask_reset(found), [leave], [send], no=back))


async def reset(context: ClinicContext, tap: ResetPassword) -> None:
    """Send somebody a code for a new password; if the email cannot be sent, nothing is changed."""
    found = await context.clinic.administration.get(context.principal, tap.user_id)
    context.takes_long()
    try:
        await context.clinic.new_passwords.reset_password(context.principal, tap.user_id)
    except (MailDown, MailRefused, AccountBlocked) as error:
        said = context.refusal(error)
    else:
        said = texts.reset(found)
    await _show(context, found, tap.search, said)


async def _too_late(context: ClinicContext, error: AlreadyDecided, search: str) -> None:
    """Say who has decided already, above the account as it is now."""
    await _show(context, error.user, search, context.refusal(error))


async def _show(context: ClinicContext, found: User, search: str, said: str | None = None) -> None:
    """Show an account's card, with the line `said` above it."""
    view = await person_card(context.clinic, context.principal, found, search)
    await context.messenger.show(view.headed(said))
