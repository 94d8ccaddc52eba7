"""The secret addresses of calendar feeds: given, shown again, renewed, ended.

The secret is a keyed hash over the account and a number that rises with each new address. So it can be shown
again although only its digest is stored, and whoever reads the database alone cannot read the feeds.

A new password does not end a feed, unlike sessions: the password was never given to the calendar program, the
feed can change nothing, and people would not expect their calendar to go quiet. The card of the feed says so,
and has the buttons that end it. A block and a deletion end it for good; so does a new key of the clinic.
"""

import hmac
import re
from hashlib import sha256

from services.access import require
from services.accounts.tokens import Tokens
from services.audit import Audit
from services.errors import CalendarFeedUnknown, SessionEnded
from services.models.audit import Action
from services.models.calendar_feeds import FeedAddress, StoredFeed
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.storage.calendar_feeds import CalendarFeedStore

# As Tokens.seal makes it: 32 bytes in hexadecimal digits.
SECRET = re.compile(r"[0-9a-f]{64}", re.ASCII)
PURPOSE = "calendar_feed"
# As many digits of the digest as a button carries (the bounds of a Key).
KEY_DIGITS = 12
WITH_FEED = frozenset({Role.PATIENT, Role.DOCTOR})


class FeedAddresses:
    """Gives each patient and each doctor one address, and ends it."""

    def __init__(self, *, feeds: CalendarFeedStore, tokens: Tokens, audit: Audit) -> None:
        self._feeds = feeds
        self._tokens = tokens
        self._audit = audit

    async def give(self, principal: Principal) -> FeedAddress:
        """Return the address of the person's feed; it is made if there is none.

        Raises RoleRequired, and SessionEnded where the account was closed meanwhile.
        """
        require(principal, *WITH_FEED)
        stored = await self._stored(principal)
        found = self._address(principal.id, stored) or await self._new(principal, stored, Action.FEED_GIVEN)
        if found is None:
            raise SessionEnded
        return found

    async def current(self, principal: Principal) -> FeedAddress | None:
        """Return the address of the person's feed, or None if there is none. Raises RoleRequired."""
        require(principal, *WITH_FEED)
        return self._address(principal.id, await self._stored(principal))

    async def renew(self, principal: Principal, key: str) -> FeedAddress | None:
        """Put a new address in the place of the one with that key, which ends at once; return the new one.

        If that is not the address any more, nothing happens: it was renewed or ended before. Then the address
        of now is returned, or None. Raises RoleRequired.
        """
        require(principal, *WITH_FEED)
        stored = await self._stored(principal)
        found = self._address(principal.id, stored)
        if found is None or found.key != key:
            return found
        return await self._new(principal, stored, Action.FEED_RENEWED)

    async def end(self, principal: Principal, key: str) -> FeedAddress | None:
        """End the address with that key, at once. If it is another one by now, nothing happens.

        Returns the address that is left, or None. Raises RoleRequired.
        """
        require(principal, *WITH_FEED)
        stored = await self._stored(principal)
        found = self._address(principal.id, stored)
        if found is None or found.key != key:
            return found
        if await self._feeds.end(principal.id, stored):
            await self._note(principal, Action.FEED_ENDED, stored.number)
        return await self.current(principal)

    async def name_patients(self, principal: Principal, *, in_full: bool) -> FeedAddress | None:
        """Show patients in a doctor's feed by their names, or by their initials.

        Returns the address, or None if there is none; the choice is kept for the next. Raises RoleRequired.
        """
        require(principal, Role.DOCTOR)
        if await self._feeds.set_names(principal.id, in_full=in_full):
            await self._audit.note(
                Action.FEED_NAMES,
                actor=principal.id,
                subject=principal.id,
                names="full" if in_full else "initials",
            )
        return await self.current(principal)

    async def owner(self, secret: str) -> tuple[User, StoredFeed]:
        """Return whose feed has that secret, and the feed.

        Raises CalendarFeedUnknown if there is none, it was renewed or ended, or the account is not active.
        """
        if not SECRET.fullmatch(secret):
            raise CalendarFeedUnknown
        found = await self._feeds.by_digest(_digest(secret))
        if found is None:
            raise CalendarFeedUnknown
        user, stored = found
        # The seal is checked, too: under a new key no address of the old one is good any more.
        is_right = hmac.compare_digest(secret, self._secret(user.id, stored.number))
        if not is_right or user.status is not AccountStatus.ACTIVE or user.role not in WITH_FEED:
            raise CalendarFeedUnknown
        return user, stored

    async def _stored(self, principal: Principal) -> StoredFeed:
        stored = await self._feeds.of(principal.id)
        if stored is None:
            raise SessionEnded
        return stored

    async def _new(self, principal: Principal, before: StoredFeed, action: Action) -> FeedAddress | None:
        """Make the next address. If another chat of the person was quicker, what it has left is returned."""
        number = before.number + 1
        secret = self._secret(principal.id, number)
        if await self._feeds.put(principal.id, before, number, _digest(secret)):
            await self._note(principal, action, number)
        return await self.current(principal)

    async def _note(self, principal: Principal, action: Action, number: int) -> None:
        once = f"{principal.id}.{action}.{number}"
        await self._audit.note(action, actor=principal.id, subject=principal.id, once=once)

    def _address(self, user_id: UserId, stored: StoredFeed) -> FeedAddress | None:
        """Return the address of a stored feed; None if it was ended, or made under another key."""
        secret = self._secret(user_id, stored.number)
        if stored.digest is None or not hmac.compare_digest(_digest(secret), stored.digest):
            return None
        return FeedAddress(secret, stored.digest[:KEY_DIGITS], stored.full_names)

    def _secret(self, user_id: UserId, number: int) -> str:
        return self._tokens.seal(PURPOSE, user_id, str(number))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
