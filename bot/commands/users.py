"""/users: the admin's list of accounts, and doctors who wait for approval."""

from telegram import Update

from bot import card
from bot.callbacks import Decide, ShowUser, ShowUsers, Tap, short_search
from bot.card import View
from bot.context import ClinicContext
from bot.keyboards import Row, button, keyboard, pager
from bot.texts import account as texts
from services.models import AccountStatus, User


async def search(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show the first page of all accounts, or of those that /users <text> looks for."""
    del tap
    await users(update, context, ShowUsers(0, short_search(" ".join(context.args or []))))


async def users(update: Update, context: ClinicContext, tap: ShowUsers) -> None:
    """Show a page of accounts. Its buttons know what was searched for: there may be other lists."""
    page = await context.clinic.accounts.page(context.principal, tap.search, tap.number)
    rows = [
        [button(f"{texts.MARKS[user.status]} {user.name}", ShowUser(user.id, tap.search))]
        for user in page.items
    ]
    turn = pager(page.number, page.pages, lambda number: ShowUsers(number, tap.search))
    await card.show(update, context, View(texts.users(page, tap.search), keyboard(*rows, turn)))


async def user(update: Update, context: ClinicContext, tap: ShowUser) -> None:
    """Show an account."""
    found = await context.clinic.accounts.get(context.principal, tap.user_id)
    await card.show(update, context, View(texts.user_card(found), keyboard(*_user_rows(found, tap.search))))


async def decide(update: Update, context: ClinicContext, tap: Decide) -> None:
    """Approve or refuse a doctor."""
    found = await context.clinic.accounts.decide(context.principal, tap.user_id, approve=tap.approve)
    await card.show(update, context, View(texts.decided(found), keyboard(*_user_rows(found, tap.search))))


def _user_rows(found: User, search: str) -> list[Row]:
    waits = found.status is AccountStatus.PENDING
    decisions = [
        button("✅ Approve", Decide(found.id, True, search)),
        button("🚫 Refuse", Decide(found.id, False, search)),
    ]
    return [decisions if waits else [], [button("« Users", ShowUsers(0, search))]]
