"""What is remembered of a chat, in the real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect  # noqa: TID251 - what the driver raises is planted here

from bot.dialogs.chat_state import MOST_RECENT, REPEAT_SPAN, ChatChanged, ChatState, ChatStates
from bot.drafts import BookingDraft, Draft, LoginDraft, RegisterDraft, SpecializationDraft
from bot.telegram.updates import chat_leases
from bot.telegram.updates.chat_leases import ChatBusy, ChatLeases
from services.availability.time_bounds import TimeBounds
from services.errors import StorageDown
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Gender, Role, UserId
from services.models.scheduling import PartOfDay, Weekday
from services.models.slots import Slot
from services.storage import conversations as store
from services.storage.conversations import ConversationStore
from services.storage.mongo.driver import connect
from tests.processes.holders import process_with_holder

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
    BookingDraft(
        any_doctor=True,
        any_of="Cardiology",
        proposed=2,
        bounds=TimeBounds(
            days=(date(2027, 5, 7),),
            first=date(2027, 5, 4),
            part=PartOfDay.AFTERNOON,
            times=(time(3), time(15)),
            after=time(14, 30),
            not_days=(Weekday.MONDAY,),
            not_parts=(PartOfDay.MORNING,),
        ),
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
    state = ChatState(draft=RegisterDraft(password_hash="$2b$12$hunter22"))
    assert "hunter22" not in repr(state) + repr(state.draft)


async def test_of_two_who_have_read_the_same_the_second_to_save_is_refused(
    conversations: ConversationStore,
) -> None:
    one, other = ChatStates(conversations), ChatStates(conversations)
    for _ in range(2):  # a new chat, and one that was saved before
        first, second = await one.load(CHAT), await other.load(CHAT)
        first.intent, second.intent = f"first {first.handled}", "second"
        assert await one.save(CHAT, first.handled + 1)
        with pytest.raises(ChatChanged):
            await other.save(CHAT, second.handled + 1)
        assert (await one.load(CHAT)).intent == first.intent
        await one.save(CHAT, None)


async def test_of_many_saves_at_once_exactly_those_of_other_chats_and_one_of_this_are_stored(
    conversations: ConversationStore,
) -> None:
    workers = [ChatStates(conversations) for _ in range(8)]
    chats = [CHAT] * 5 + [ChatId(1), ChatId(2), ChatId(3)]
    for number, (worker, chat) in enumerate(zip(workers, chats, strict=True)):
        (await worker.load(chat)).intent = str(number)
    saves = (worker.save(chat, 100) for worker, chat in zip(workers, chats, strict=True))
    results = await asyncio.gather(*saves, return_exceptions=True)
    assert [type(each) for each in results].count(ChatChanged) == 4
    assert results[5:] == [True] * 3
    winner = results.index(True)
    assert (await workers[0].load(CHAT)).intent == str(winner)


async def test_a_save_whose_acknowledgement_was_lost_is_found_again(conversations: ConversationStore) -> None:
    states = ChatStates(conversations)
    state = await states.load(CHAT)
    state.intent = "wanted"
    real, answers = conversations._conversations.bulk_write, [AutoReconnect("the answer is lost")]

    async def lost(writes: object, **options: object) -> object:
        done = await real(writes, **options)
        if answers:
            raise answers.pop()
        return done

    with patch.object(conversations, "_conversations", _With(conversations._conversations, bulk_write=lost)):
        with pytest.raises(StorageDown):
            await states.save(CHAT, 100)
        assert await states.save(CHAT, 100)
    assert (await states.load(CHAT)).intent == "wanted"


class _With:
    """A collection with one method replaced."""

    def __init__(self, collection: object, **methods: object) -> None:
        self._collection = collection
        vars(self).update(methods)

    def __getattr__(self, name: str) -> object:
        return getattr(self._collection, name)


async def test_a_state_that_was_erased_meanwhile_is_stored(conversations: ConversationStore) -> None:
    states = ChatStates(conversations)
    for handled in (100, 101):
        (await states.load(CHAT)).intent = str(handled)
        if handled == 101:
            await conversations._conversations.delete_one({"_id": CHAT})
        assert await states.save(CHAT, handled)
    assert (await states.load(CHAT)).intent == "101"


@given(order=st.permutations(range(100, 112)), ahead=st.integers(1, MOST_RECENT))
async def test_updates_that_come_out_of_order_are_each_new_once(order: list[int], ahead: int) -> None:
    """As over a webhook: none comes after so many later ones that it could be taken for an old one."""
    state = ChatState()
    waiting = sorted(order)
    while waiting:
        # The oldest is never overtaken by more than are remembered.
        near = [each for each in waiting if each < min(waiting) + ahead]
        update_id = min(near, key=order.index)
        waiting.remove(update_id)
        assert not state.is_repeat(update_id)
        state.note_handled(update_id)
        handled = [each for each in order if each not in waiting]
        assert all(state.is_repeat(each) for each in handled)


async def test_what_an_earlier_version_has_handled_is_a_repeat_and_it_can_read_what_is_new() -> None:
    state = ChatState(handled=100)
    assert [state.is_repeat(update_id) for update_id in (99, 100, 101)] == [True, True, False]
    state.note_handled(103)
    assert [state.is_repeat(update_id) for update_id in (100, 102, 103)] == [True, False, True]
    assert state.handled == 103


def test_one_that_was_late_is_remembered_however_far_the_others_have_gone() -> None:
    """The ids are the bot's, so those of one chat are far apart while many people write to it."""
    state = ChatState()
    for update_id in (100, 100 + 2 * REPEAT_SPAN, 100 + 4 * REPEAT_SPAN):
        state.note_handled(update_id)
    state.note_handled(101)
    handled = (100, 101, 100 + 2 * REPEAT_SPAN, 100 + 4 * REPEAT_SPAN)
    assert all(state.is_repeat(update_id) for update_id in handled)
    assert not state.is_repeat(102)


def test_a_message_that_taps_have_overtaken_is_new() -> None:
    state = ChatState()
    state.note_handled(5000)
    for tap in range(5002, 5002 + MOST_RECENT - 1):
        state.note_handled(tap)
    assert not state.is_repeat(5001)


async def test_ids_that_have_started_again_are_new() -> None:
    state = ChatState()
    for update_id in range(5000, 5000 + 2 * MOST_RECENT):
        state.note_handled(update_id)
    assert not state.is_repeat(17)
    state.note_handled(17)
    assert [state.is_repeat(update_id) for update_id in (16, 17, 18)] == [False, True, False]


async def test_a_chat_belongs_to_one_worker_at_a_time(conversations: ConversationStore) -> None:
    one, other = ChatLeases(conversations), ChatLeases(conversations)
    async with one.held(CHAT):
        with pytest.raises(ChatBusy):
            async with other.held(CHAT):
                pytest.fail("two workers have one chat")
        async with other.held(ChatId(8)):
            pass
    async with other.held(CHAT):
        pass


async def test_the_save_that_ends_the_handling_ends_the_lease(conversations: ConversationStore) -> None:
    one, other, states = ChatLeases(conversations), ChatLeases(conversations), ChatStates(conversations)
    async with one.held(CHAT) as lease:
        (await states.load(CHAT)).intent = "wanted"
        lease.is_released = await states.save(CHAT, 100)
        async with other.held(CHAT):
            assert lease.is_released
            assert (await states.load(CHAT)).intent == "wanted"


async def test_the_lease_of_a_dead_worker_ends(conversations: ConversationStore) -> None:
    with patch.object(store, "LEASE_SECONDS", 0.05):
        assert await conversations.claim(CHAT, "dead") == "dead"
    async with ChatLeases(conversations).held(CHAT):
        pass


async def test_a_worker_that_was_killed_on_this_machine_is_not_waited_for(
    conversations: ConversationStore,
) -> None:
    async with process_with_holder() as (process, holder):
        assert await conversations.claim(CHAT, holder) == holder
        with pytest.raises(ChatBusy):
            async with ChatLeases(conversations).held(CHAT):
                pytest.fail("its worker lives")
        process.kill()
        await process.wait()
    async with ChatLeases(conversations).held(CHAT):
        pass


async def test_a_lease_lasts_as_long_as_it_is_kept(conversations: ConversationStore) -> None:
    one, other = ChatLeases(conversations), ChatLeases(conversations)
    with (
        patch.object(store, "LEASE_SECONDS", 0.4),
        patch.object(chat_leases, "RENEW_SECONDS", 0.05),
        patch.object(chat_leases, "PATIENCE_SECONDS", 1.2),
    ):
        keeping = asyncio.create_task(one.keep())
        async with one.held(CHAT):
            with pytest.raises(ChatBusy):
                async with other.held(CHAT):
                    pytest.fail("the lease was not kept")
        keeping.cancel()
