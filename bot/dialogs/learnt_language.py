"""What an account learns of its owner's language from the chats in which they are signed in."""

from contextlib import suppress

from bot.dialogs.context import ClinicContext
from services.errors import SessionEnded, StorageDown


async def learn_language(context: ClinicContext) -> None:
    """Give an account of which no language is known that of its chat: so its mails and news are in it, too.

    That is one write in the life of an account; English, which is assumed anyway, needs none.
    """
    visitor, known = context.visitor, context.known_language
    if visitor is None or visitor.user.known_language is not None or known is None:
        return
    with suppress(SessionEnded, StorageDown):  # then the next update tries again
        context.changed(await context.clinic.profile.set_language(visitor, known))
