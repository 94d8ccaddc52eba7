"""Signing in and out. A session is a signed token for one chat, and can be revoked in the database."""

from datetime import datetime

from services.accounts.credential_check import CredentialCheck, check_usable
from services.accounts.tokens import LIFETIME, Claims, Tokens
from services.audit import Audit
from services.clock import Clock
from services.errors import Denied, NotSignedIn, SessionEnded, WrongCredentials
from services.ids import new_id
from services.models.audit import Action
from services.models.paging import Page, page_number
from services.models.people import ChatId, Principal, SignedIn, User
from services.storage.api_sessions import ApiSessionStore
from services.storage.chat_lookup import ChatLookup, FoundChat
from services.storage.known_chats import KnownChat, KnownChatStore
from services.storage.mongo.driver import Document
from services.storage.sessions import SessionStore, StoredSession
from services.storage.users import Credentials

SESSIONS_A_PAGE = 5


class Sessions:
    """Who is signed in, in which chat."""

    def __init__(
        self,
        *,
        chat_lookup: ChatLookup,
        sessions: SessionStore,
        known_chats: KnownChatStore,
        api_sessions: ApiSessionStore,
        credentials: CredentialCheck,
        tokens: Tokens,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._chat_lookup = chat_lookup
        self._sessions = sessions
        self._known_chats = known_chats
        self._api_sessions = api_sessions
        self._credentials = credentials
        self._tokens = tokens
        self._audit = audit
        self._clock = clock

    async def sign_in(self, chat_id: ChatId, email: str, password: str, label: str = "") -> Principal:
        """Check email and password, and sign the account in in the chat.

        An unknown address and a wrong password give the same answer in the same time. `label` is what
        Telegram calls whoever signs in.
        Raises WrongCredentials, TooManyTries, AccountPending, AccountBlocked.
        """
        found = await self._credentials.check(chat_id, email, password)
        principal = await self._open(found, chat_id, self._clock.now(), label)
        await self._sessions.missed_notices.tell(principal.id, chat_id, self._clock.now())
        await self._audit.note(Action.SIGNED_IN, actor=principal.id, subject=principal.id)
        return principal

    async def sign_in_new(
        self, chat_id: ChatId, user: User, password_hash: bytes, label: str = ""
    ) -> Principal:
        """Sign somebody in in the chat in which they have just registered, with the hash of their password.

        Raises WrongCredentials where the account has another password, AccountPending, AccountBlocked.
        """
        check_usable(user)
        principal = await self._open(Credentials(user, password_hash), chat_id, self._clock.now(), label)
        await self._audit.note(Action.SIGNED_IN, actor=principal.id, subject=principal.id)
        return principal

    async def _open(self, found: Credentials, chat_id: ChatId, now: datetime, label: str) -> Principal:
        """Open a session. Raises WrongCredentials where the password was changed meanwhile."""
        user = found.user
        claims = Claims(user.id, user.role, new_id(now), now + LIFETIME, chat_id)
        known = KnownChat(chat_id, claims.session_id)
        if not await self._known_chats.sign_in(user.id, found.password_hash, known, now):
            raise WrongCredentials
        session = StoredSession(chat_id, self._tokens.issue(claims, now), now, label)
        await self._sessions.put(session, user.id, claims.expires_at)
        return Principal(user, chat_id, claims.session_id)

    async def arrive(self, chat_id: ChatId) -> tuple[Document | None, Principal | Denied]:
        """Return the chat's stored dialog state, and who is signed in or why nobody is: in one query."""
        known = await self._chat_lookup.of_chat(chat_id)
        if known.is_marked:
            await self.come_back(chat_id)
        try:
            return known.conversation, await self._recognize(chat_id, known)
        except Denied as error:
            return known.conversation, error

    async def come_back(self, chat_id: ChatId) -> None:
        """Send messages to a chat again that had blocked the bot, beginning with those that were missed."""
        user_id = await self._sessions.marked_blocked(chat_id, self._clock.now())
        if user_id is None:
            return
        # Before the mark is removed: after a crash only the mark says that something was missed. And again
        # after, as more may have been missed until then.
        await self._sessions.missed_notices.tell(user_id, chat_id, self._clock.now())
        await self._sessions.unmark_blocked(chat_id)
        await self._sessions.missed_notices.tell(user_id, chat_id, self._clock.now())

    async def authenticate(self, chat_id: ChatId) -> Principal:
        """Return who is signed in in the chat.

        Checks the token's signature and end, that it was given to this chat and not revoked, and that the
        account is active and has the role that the token says.
        Raises NotSignedIn, SessionEnded, AccountPending, AccountBlocked.
        """
        return await self._recognize(chat_id, await self._chat_lookup.of_chat(chat_id))

    async def _recognize(self, chat_id: ChatId, known: FoundChat) -> Principal:
        if known.token is None:
            raise NotSignedIn
        claims, user = self._tokens.read(known.token, self._clock.now()), known.user
        if user is None or user.id != claims.user_id or user.role is not claims.role:
            raise SessionEnded
        check_usable(user)
        if not _is_open(chat_id, claims, known) and not await self._bind(chat_id, claims, known):
            raise SessionEnded
        return Principal(user, chat_id, claims.session_id)

    async def _bind(self, chat_id: ChatId, claims: Claims, known: FoundChat) -> bool:
        """Bind a session of an older version, which was bound to no chat, to the first chat that uses it.

        Tells whether this chat has it.
        """
        is_older = claims.chat_id is None and all(chat.chat_id != chat_id for chat in known.chats)
        if not is_older:
            return False
        session = KnownChat(chat_id, claims.session_id)
        if await self._known_chats.bind(claims.user_id, session, self._clock.now()):
            return True
        # Perhaps another update of this chat has bound it at the same moment.
        return _is_open(chat_id, claims, await self._chat_lookup.of_chat(chat_id))

    async def chats(self, principal: Principal, number: int) -> Page[SignedIn]:
        """Return a page of where the person is signed in; the chat that asks comes first.

        First come chats, then the programs that use the HTTP interface, each latest first.
        """
        now = self._clock.now()
        found = await self._sessions.of_user(principal.id, now)
        account = await self._api_sessions.account(principal.id)
        programs = [each for each in (account.sessions if account else ()) if each.expires_at > now]
        found += [SignedIn(None, each.since, each.name, each.id) for each in reversed(programs)]
        found.sort(key=lambda session: session.chat_id != principal.chat_id)
        number = page_number(number, len(found), SESSIONS_A_PAGE)
        first = number * SESSIONS_A_PAGE
        return Page(tuple(found[first : first + SESSIONS_A_PAGE]), number, SESSIONS_A_PAGE, len(found))

    async def end(self, principal: Principal, chat_id: ChatId) -> None:
        """End the person's session in another chat, at once. If it has ended already, nothing happens."""
        if await self._sessions.end(principal.id, chat_id):
            await self._note_ended(principal, 1)

    async def end_api_session(self, principal: Principal, session_id: str) -> None:
        """End one of the person's sessions over HTTP, at once. If it has ended already, nothing happens."""
        if await self._api_sessions.end(principal.id, session_id):
            await self._note_ended(principal, 1)

    async def end_others(self, principal: Principal) -> int:
        """End all of the person's sessions but that of this chat, at once; return how many."""
        count = await self._api_sessions.end_all(principal.id, self._clock.now())
        count += await self._sessions.end_all(principal.id, but=principal.chat_id)
        if count:
            await self._note_ended(principal, count)
        return count

    async def _note_ended(self, principal: Principal, count: int) -> None:
        await self._audit.note(Action.SESSIONS_ENDED, actor=principal.id, subject=principal.id, count=count)

    async def remember(self, chat_id: ChatId, user: User) -> None:
        """Remember that the account was made in this chat, so that its approval can be told there."""
        await self._sessions.last_chats.note(chat_id, user.id, self._clock.now())

    async def sign_out(self, chat_id: ChatId) -> None:
        """End the chat's session, whatever state it is in."""
        await self._sessions.remove(chat_id)


def _is_open(chat_id: ChatId, claims: Claims, known: FoundChat) -> bool:
    """Tell whether the account has this session in that chat."""
    is_its = claims.chat_id is None or claims.chat_id == chat_id
    return is_its and KnownChat(chat_id, claims.session_id) in known.chats
