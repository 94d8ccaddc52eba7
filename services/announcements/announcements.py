"""Announcements: who may make one, whom it would reach, starting and stopping it.

What is started here is sent by services/announcements/sender.py.
"""

from collections.abc import Callable

from services.access import require
from services.announcements.recipients import Recipients
from services.audit import Audit
from services.clock import Clock
from services.errors import AnnouncementOver, AnnouncementTooLong, ChatNeeded, NobodyThere
from services.models.announcements import UNDER_WAY, Announcement, AnnouncementId, Audience, Reach
from services.models.audit import Action
from services.models.people import Principal, Role
from services.storage.announcements import AnnouncementStore

# With the clinic's name above and the figures below it fits into one message of 4,096 characters (Bot API).
MAX_ANNOUNCEMENT = 3500


class Announcements:
    """Messages from the clinic's admins to many. `on_change` is called when there is something to do."""

    def __init__(
        self,
        *,
        announcements: AnnouncementStore,
        recipients: Recipients,
        audit: Audit,
        clock: Clock,
        on_change: Callable[[], None],
    ) -> None:
        self._announcements = announcements
        self._recipients = recipients
        self._audit = audit
        self._clock = clock
        self._on_change = on_change

    async def reach(self, principal: Principal, audience: Audience) -> Reach:
        """Return whom an announcement would reach now. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        chats = people = unreached = emails = 0
        async for batch in self._recipients.of(audience):
            signed_in = sum(map(bool, batch.values()))
            chats += sum(map(len, batch.values()))
            people += signed_in
            unreached += len(batch) - signed_in
            emails += len(await self._recipients.without_chats(batch))
        return Reach(chats, people, unreached, emails)

    async def start(
        self,
        principal: Principal,
        announcement_id: AnnouncementId,
        audience: Audience,
        text: str,
        *,
        by_email: bool = False,
    ) -> None:
        """Store an announcement to be sent; the same id twice is one announcement.

        `by_email`: those who have no chat that accepts messages get it as an email. How far it is, and what
        came of it, is shown in the chat of whoever starts it.
        Raises RoleRequired, AnnouncementTooLong, ChatNeeded, NobodyThere.
        """
        require(principal, Role.ADMIN)
        read_announcement(text)
        if principal.chat_id is None:
            raise ChatNeeded
        if not await self._reaches_anybody(audience, by_email=by_email):
            raise NobodyThere
        now = self._clock.now()
        announcement = Announcement(
            announcement_id,
            principal.id,
            principal.chat_id,
            audience,
            text.strip(),
            now,
            by_email=by_email,
        )
        await self._announcements.add(announcement)
        self._on_change()

    async def is_started(self, principal: Principal, announcement_id: AnnouncementId) -> bool:
        """Tell whether it was started, even if it is over. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        return await self._announcements.by_id(announcement_id) is not None

    async def under_way(self, principal: Principal, announcement_id: AnnouncementId) -> Announcement:
        """Return one that can be stopped. Raises RoleRequired, AnnouncementOver."""
        require(principal, Role.ADMIN)
        found = await self._announcements.by_id(announcement_id)
        if found is None or found.state not in UNDER_WAY:
            raise AnnouncementOver
        return found

    async def stop(self, principal: Principal, announcement_id: AnnouncementId) -> None:
        """Stop it: nobody else gets it. Raises RoleRequired, AnnouncementOver."""
        require(principal, Role.ADMIN)
        if not await self._announcements.stop(announcement_id):
            raise AnnouncementOver
        await self._audit.note(Action.ANNOUNCEMENT_STOPPED, actor=principal.id, subject=announcement_id)
        self._on_change()

    async def _reaches_anybody(self, audience: Audience, *, by_email: bool) -> bool:
        async for batch in self._recipients.of(audience):
            if any(batch.values()) or (by_email and await self._recipients.without_chats(batch)):
                return True
        return False


def read_announcement(text: str) -> str:
    """Return the text of an announcement. Raises AnnouncementTooLong."""
    text = text.strip()
    if len(text) > MAX_ANNOUNCEMENT:
        raise AnnouncementTooLong(MAX_ANNOUNCEMENT)
    return text
