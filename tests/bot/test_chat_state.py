"""What is remembered of a chat, in the real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.dialogs.chat_state import REPEAT_SPAN, ChatState, ChatStates
from bot.drafts import BookingDraft, Draft, LoginDraft, RegisterDraft, SpecializationDraft
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Gender, Role, UserId
from services.models.scheduling import Slot
from services.storage.conversations import ConversationStore
from services.storage.mongo.driver import connect

CHAT = ChatId(7)
NOON = datetime(2027, 5, 3, 12, tzinfo=UTC)

DRAFTS: list[Draft] = [
    RegisterDraft(),
    RegisterDraft("Asha", "asha@example.org", "$2b$", Role.DOCTOR, "Cardiology", Gender.FEMALE, vetted=True),
    LoginDraft("asha@example.org"),
    BookingDraft(),
    BookingDraft(
        specialization="Cardiology",
        page=2,
        doctor_id=UserId("d"),
        doctor_name="Meera <Rao>",
        month=date(2027, 5, 1),
        day=date(2027, 5, 4),
        start=NOON,
        reason="It flutters 💓",
        request_id=AppointmentId("a"),
    ),
    BookingDraft(
        patient_search="asha",
        patient_page=1,
        patient_id=UserId("p"),
        patient_name="Asha",
        appointment_id=AppointmentId("a"),
        moving=Slot(NOON, NOON + timedelta(minutes=30)),
    ),
    SpecializationDraft(UserId("d"), "rao"),
]


@pytest.fixture
async def conversations(database_url: str) -> AsyncIterator[ConversationStore]:
    async with connect(database_url) as database:
        yield ConversationStore(database)


@pytest.mark.parametrize("draft", DRAFTS)
async def test_what_is_remembered_comes_back_as_it_was(
    conversations: ConversationStore, draft: Draft
) -> None:
    one, other = ChatStates(conversations), ChatStates(conversations)
    state = await one.load(CHAT)
    state.step, state.draft, state.trail = "booking.time", draft, ("booking.doctor", "booking.day")
    state.card_id, state.paused, state.expires_at, state.menu = 12, True, NOON, "patient"
    await one.save(CHAT, 100)
    assert await other.load(CHAT) == replace(state, handled=100)


async def test_a_chat_of_which_nothing_is_known_has_an_empty_state(conversations: ConversationStore) -> None:
    assert await ChatStates(conversations).load(CHAT) == ChatState()


async def test_nothing_is_written_where_nothing_has_changed(conversations: ConversationStore) -> None:
    chat_states = ChatStates(conversations)
    await chat_states.load(CHAT)
    await chat_states.save(CHAT, 100)
    assert await conversations.of_chat(CHAT) is None


async def test_a_chats_state_is_open_from_its_loading_to_its_saving(conversations: ConversationStore) -> None:
    chat_states = ChatStates(conversations)
    state = await chat_states.load(CHAT)
    assert chat_states.of(CHAT) is state
    assert chat_states.of(ChatId(8)) is None
    await chat_states.save(CHAT, 100)
    assert chat_states.of(CHAT) is None


async def test_an_unknown_or_unreadable_state_is_an_empty_one(conversations: ConversationStore) -> None:
    for document in ({"draft": {"kind": "no such dialog"}}, {"card_id": "twelve"}):
        await conversations.put(CHAT, document)
        assert await ChatStates(conversations).load(CHAT) == ChatState()


async def test_a_chats_state_of_a_later_version_is_read_as_far_as_it_is_understood(
    conversations: ConversationStore,
) -> None:
    await conversations.put(CHAT, {"step": "login.email", "invented_later": 1})
    assert (await ChatStates(conversations).load(CHAT)).step == "login.email"


async def test_quiet_dialogs_are_found_by_when_they_expire(conversations: ConversationStore) -> None:
    chat_states = ChatStates(conversations)
    for chat, expires_at in ((CHAT, NOON), (ChatId(8), None), (ChatId(9), NOON.replace(hour=13))):
        state = await chat_states.load(chat)
        state.step, state.expires_at = "login.email", expires_at
        await chat_states.save(chat, 1)
    assert [chat async for chat in conversations.expired(NOON)] == [CHAT]


def test_the_end_of_a_dialog_forgets_it_but_not_its_card() -> None:
    state = ChatState("login.email", LoginDraft("a@example.org"), ("x",), 12, paused=True, expires_at=NOON)
    state.end_dialog()
    assert state == ChatState(card_id=12)


def test_what_failed_has_changed_nothing() -> None:
    state = ChatState(step="login.email")

    def go_on(fault: Exception | None) -> None:
        with state.unchanged_on_error():
            state.step, state.draft = "login.password", LoginDraft("a@example.org")
            if fault:
                raise fault

    with pytest.raises(LookupError):
        go_on(LookupError())
    assert state == ChatState(step="login.email")
    go_on(None)
    assert state.step == "login.password"


@pytest.mark.parametrize(
    ("update_id", "repeat"),
    [(5000, True), (4999, True), (5000 - REPEAT_SPAN + 1, True), (5001, False), (5000 - REPEAT_SPAN, False)],
)
def test_an_update_is_a_repeat_if_it_or_a_near_later_one_was_handled(update_id: int, repeat: bool) -> None:
    assert ChatState(handled=5000).is_repeat(update_id) is repeat


def test_a_chat_that_has_handled_nothing_has_no_repeats() -> None:
    assert not ChatState().is_repeat(0)


def test_no_secret_is_in_a_repr() -> None:
    state = ChatState(draft=RegisterDraft(password_hash="$2b$12$secret"))
    assert "secret" not in repr(state) + repr(state.draft)
