"""/export: the appointments of a period and all accounts, as two files for a spreadsheet."""

from bot.callbacks.admins import SendExport
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.dialogs.messenger import Doing
from bot.parsing.dates import read_days
from bot.texts import exports as texts
from bot.ui.keyboards import button, in_rows, keyboard
from bot.ui.view import View
from services.models.appointments import ReportPeriod
from services.models.scheduling import Days


async def export(context: ClinicContext, tap: Tap) -> None:
    """Ask for the period, or take the one of /export <first day> <last day>."""
    del tap
    if context.args:
        await _send(context, read_days(" ".join(context.args), context.clinic.schedules.today()))
        return
    choices = [button(words, SendExport(period)) for period, words in texts.PERIODS.items()]
    example = context.clinic.exports.days(ReportPeriod.LAST_30_DAYS)
    await context.messenger.show(View(texts.ask_period(example), keyboard(*in_rows(choices, 2))))


async def period(context: ClinicContext, tap: SendExport) -> None:
    """Send the files of a period. The question stays, so that another period can be chosen."""
    await _send(context, context.clinic.exports.days(tap.period))


async def _send(context: ClinicContext, days: Days) -> None:
    context.takes_long()
    context.messenger.show_work(Doing.FILE)
    zone = context.clinic.rules.zone
    made = await context.clinic.exports.export(context.principal, days, texts.headings(zone))
    sheet = made.appointments
    if sheet:
        text = texts.appointments(days, sheet.rows, zone)
        await context.messenger.send_file(sheet.content, sheet.name, text)
    text = texts.accounts(days, made.accounts.rows, alone=sheet is None)
    await context.messenger.send_file(made.accounts.content, made.accounts.name, text)
