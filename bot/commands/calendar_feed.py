"""📅 Calendar feed: the secret address of one's appointments, to show again, renew or stop.

The message is not protected from being forwarded (Bot API `protect_content`): that would also keep people
from copying the address. It stands in <code>, so that Telegram makes no link of it and fetches no preview.
"""

from collections.abc import Sequence

from bot.callbacks.calendar_feed import (
    AskRenewFeed,
    AskStopFeed,
    NamePatients,
    RenewFeed,
    ShowFeed,
    StopFeed,
)
from bot.callbacks.steps import Do
from bot.dialogs.context import ClinicContext
from bot.texts import calendar_feed as texts
from bot.texts import labels
from bot.ui.keyboards import Button, Row, button, copies, keyboard
from bot.ui.view import View
from services.calendar_feeds.addresses import FeedAddresses
from services.models.calendar_feeds import FeedAddress
from services.models.people import Role


async def show(context: ClinicContext, tap: ShowFeed) -> None:
    """Show the address; it is made at the first asking."""
    del tap
    await _show(context, await _addresses(context).give(context.principal))


async def ask_renew(context: ClinicContext, tap: AskRenewFeed) -> None:
    """Ask whether to renew the address. The harmless answer stands first."""
    await _ask(context, tap.address, texts.ask_renew(), [button(labels.RENEW_YES, RenewFeed(tap.address))])


async def renew(context: ClinicContext, tap: RenewFeed) -> None:
    """Show a new address."""
    found = await _addresses(context).renew(context.principal, tap.address)
    await _show(context, found, texts.renewed())


async def ask_stop(context: ClinicContext, tap: AskStopFeed) -> None:
    """Ask whether to stop the feed. The harmless answer stands first."""
    await _ask(context, tap.address, texts.ask_stop(), [button(labels.STOP_FEED_YES, StopFeed(tap.address))])


async def stop(context: ClinicContext, tap: StopFeed) -> None:
    """End the address."""
    left = await _addresses(context).end(context.principal, tap.address)
    if left is not None:
        await _show(context, left, texts.other_since())
        return
    await context.messenger.show(_without(context, texts.stopped()))


async def name_patients(context: ClinicContext, tap: NamePatients) -> None:
    """Show patients by full names or by initials from now on."""
    found = await _addresses(context).name_patients(context.principal, in_full=tap.in_full)
    await _show(context, found, texts.named(in_full=tap.in_full))


async def _ask(context: ClinicContext, key: str, question: str, yes: Sequence[Button]) -> None:
    """Ask about the address with that key; if it is another one by now, show that."""
    found = await _addresses(context).current(context.principal)
    if found is None or found.key != key:
        await _show(context, found, texts.other_since())
        return
    keep = [button(labels.KEEP_IT, ShowFeed())]
    await context.messenger.show(View.asking(question, keep, yes, no=ShowFeed()))


async def _show(context: ClinicContext, found: FeedAddress | None, said: str | None = None) -> None:
    if found is None:
        await context.messenger.show(_without(context, texts.none_now()))
        return
    role = context.principal.role
    text = texts.card(found, role, context.rules)
    ways = (
        [button(labels.RENEW_ADDRESS, AskRenewFeed(found.key))],
        [button(labels.STOP_FEED, AskStopFeed(found.key))],
    )
    copied = copies(labels.COPY_ADDRESS, texts.address(found, context.rules))
    view = View(text, keyboard(copied, _names(found, role), *ways, _back(role)))
    await context.messenger.show(view.headed(said))


def _names(found: FeedAddress, role: Role) -> Row:
    """Return the button that changes how a doctor's feed shows patients."""
    if role is not Role.DOCTOR:
        return []
    label = labels.SHOW_INITIALS if found.full_names else labels.SHOW_FULL_NAMES
    return [button(label, NamePatients(not found.full_names))]


def _without(context: ClinicContext, text: str) -> View:
    again = [button(labels.CALENDAR_FEED, ShowFeed())]
    return View(text, keyboard(again, _back(context.principal.role)))


def _back(role: Role) -> Row:
    if role is Role.DOCTOR:
        return [button(labels.BACK_TO_TODAY, Do("schedule"))]
    return [button(labels.BACK_TO_MY_APPOINTMENTS, Do("appointments"))]


def _addresses(context: ClinicContext) -> FeedAddresses:
    return context.clinic.calendar_feeds.addresses
