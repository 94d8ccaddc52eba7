"""The button under an announcement that is being sent; /announce itself is a dialog."""

from bot.callbacks.admins import StopAnnouncement
from bot.dialogs.context import ClinicContext
from bot.texts import announcements as texts
from bot.ui.view import View


async def stop(context: ClinicContext, tap: StopAnnouncement) -> None:
    """Stop sending it.

    The sender shows the result in the same message, so the answer is shown before it is stopped.
    """
    found = await context.clinic.announcements.under_way(context.principal, tap.announcement_id)
    await context.messenger.show(View(texts.stopping(found.audience)))
    await context.clinic.announcements.stop(context.principal, tap.announcement_id)
