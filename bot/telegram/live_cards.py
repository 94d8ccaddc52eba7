"""Keeps the cards of patients who wait up to date: the place in the line, the expected time, the call.

A card is edited where it stands, once a minute at the most, and only when it says something else. Which
message it is stands in the chat's state; there is none as soon as the message shows something else.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.dialogs.chat_state import ChatStates, LiveCard
from bot.localization.reader import speaking
from bot.notifications.waiting_card import waiting_view
from bot.telegram.messages import is_unchanged, markup
from bot.telegram.retries import AT_ONCE
from bot.ui.view import View, fitting
from services.access import own_people
from services.background.lease_keeper import LeaseKeeper
from services.background.rate_limiter import RateLimiter
from services.clinic import Clinic
from services.models.people import ChatId, User
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

EDITED_EVERY = timedelta(minutes=1)
Place = tuple[ChatId, int]


class LiveCards:
    """Edits the cards, in the one worker that has the `turn`, within the rate that all messages share."""

    def __init__(
        self,
        bot: ExtBot[str],
        clinic: Clinic,
        chat_states: ChatStates,
        *,
        sessions: SessionStore,
        users: UserStore,
        limiter: RateLimiter,
        turn: LeaseKeeper,
    ) -> None:
        self._bot = bot
        self._clinic = clinic
        self._chat_states = chat_states
        self._sessions = sessions
        self._users = users
        self._limiter = limiter
        self._turn = turn
        self.nudged = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        # What each card shows, and when it was edited last, as far as this process has edited it.
        self._shown: dict[Place, tuple[View, bool, datetime]] = {}

    def nudge(self) -> None:
        """Note that the line has changed."""
        self.nudged.set()

    async def refresh(self) -> None:
        """Edit the cards that do not say how it is now. Raises StorageDown."""
        async with self._one_at_a_time:
            if self._turn.is_held:
                await self._refresh()

    async def _refresh(self) -> None:
        now = self._clinic.clock.now()
        live = await self._chat_states.live_cards(now)
        self._shown = {place: said for place, said in self._shown.items() if _is_live(place, live)}
        if not live:
            return
        readers = await self._readers(live, now)
        visits = await self._clinic.waiting_room.standings.followed(
            {card.appointment_id for card in live.values()}
        )
        for chat_id, card in live.items():
            if chat_id not in readers or card.appointment_id not in visits:
                continue
            found, standing = visits[card.appointment_id]
            # Who has stopped looking after the patient is told no more.
            if found.appointment.patient_id not in own_people(readers[chat_id]):
                continue
            rules = self._clinic.rules.seen_by(readers[chat_id])
            with speaking(await self._chat_states.language_for(readers[chat_id], chat_id)):
                view = waiting_view(found, standing, rules, now)
                is_called = found.appointment.called_at is not None
                await self._edit((chat_id, card.message_id), view, now, is_called=is_called)

    async def _readers(self, live: Mapping[ChatId, LiveCard], now: datetime) -> dict[ChatId, User]:
        """Return who reads the cards, where they are still signed in; chats being answered are left out."""
        ids = {card.user_id for card in live.values()}
        chats, users = await self._sessions.chats_of(ids, now), await self._users.by_ids(ids)
        busy = set(self._chat_states.being_answered())
        return {
            chat_id: users[card.user_id]
            for chat_id, card in live.items()
            if card.user_id in users and chat_id in chats[card.user_id] and chat_id not in busy
        }

    async def _edit(self, place: Place, view: View, now: datetime, *, is_called: bool) -> None:
        """Edit a card that says something else, unless it was edited just now; a call does not wait."""
        known = self._shown.get(place)
        if known is not None:
            shown, was_called, at = known
            is_new_call = is_called and not was_called
            if _says(shown) == _says(view) or (now - at < EDITED_EVERY and not is_new_call):
                return
        await self._limiter.take(1)
        if await self._show(place, view):
            self._shown[place] = (view, is_called, now)

    async def _show(self, place: Place, view: View) -> bool:
        """Edit a message (Bot API editMessageText); tell whether that need not be tried again."""
        chat_id, message_id = place
        try:
            await self._bot.edit_message_text(
                fitting(view.text),
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(view.keyboard),
                rate_limit_args=AT_ONCE,
            )
        except (BadRequest, Forbidden) as error:
            if not (isinstance(error, BadRequest) and is_unchanged(error)):
                log.info("live_card.gone why=%s", type(error).__name__)
        except TelegramError as error:
            log.info("live_card.later why=%s", type(error).__name__)
            return False
        return True


def _says(view: View) -> tuple[str, object]:
    return view.text, view.keyboard.rows if view.keyboard is not None else None


def _is_live(place: Place, live: Mapping[ChatId, LiveCard]) -> bool:
    card = live.get(place[0])
    return card is not None and card.message_id == place[1]
