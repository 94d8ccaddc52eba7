"""The button under an announcement that is being sent; /announce itself is a dialog."""

from bot.callbacks.admins import StopAnnouncement
from bot.dialogs.context import ClinicContext
from bot.texts import announcements as texts
from bot.ui.view import View


async def stop(context: ClinicContext, tap: StopAnnouncement) -> None:
    """Let it go to nobody else.

    What came of it is shown by the announcer in the same message; so this is said before it stops.
    """
    found = await context.clinic.announcements.under_way(context.principal, tap.announcement_id)
    await context.messenger.show(View(texts.stopping(found.audience)))
    await context.clinic.announcements.stop(context.principal, tap.announcement_id)
