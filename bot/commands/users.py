"""/users: the admin's list of accounts, and doctors who wait for approval."""

from telegram import Update

from bot import card
from bot.callbacks import Decide, ShowUser, ShowUsers, Tap
from bot.card import View
from bot.context import ClinicContext
from bot.keyboards import Row, button, keyboard, pager
from bot.texts import account as texts
from services.models import AccountStatus, User


async def search(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show the first page of all accounts, or of those that /users <text> looks for."""
    del tap
    context.memory.search = " ".join(context.args or [])[: card.SEARCH_LENGTH]
    await users(update, context, ShowUsers(0))


async def users(update: Update, context: ClinicContext, tap: ShowUsers) -> None:
    """Show a page of accounts."""
    wanted = context.memory.search
    page = await context.clinic.accounts.page(context.principal, wanted, tap.number)
    rows = [[button(f"{texts.MARKS[user.status]} {user.name}", ShowUser(user.id))] for user in page.items]
    turn = pager(page.number, page.pages, ShowUsers)
    await card.show(update, context, View(texts.users(page, wanted), keyboard(*rows, turn)))


async def user(update: Update, context: ClinicContext, tap: ShowUser) -> None:
    """Show an account."""
    found = await context.clinic.accounts.get(context.principal, tap.user_id)
    await card.show(update, context, View(texts.user_card(found), keyboard(*_user_rows(found))))


async def decide(update: Update, context: ClinicContext, tap: Decide) -> None:
    """Approve or refuse a doctor."""
    found = await context.clinic.accounts.decide(context.principal, tap.user_id, approve=tap.approve)
    await card.show(update, context, View(texts.decided(found), keyboard(*_user_rows(found))))


def _user_rows(found: User) -> list[Row]:
    waits = found.status is AccountStatus.PENDING
    decisions = [button("✅ Approve", Decide(found.id, True)), button("🚫 Refuse", Decide(found.id, False))]
    return [decisions if waits else [], [button("« Users", ShowUsers(0))]]
