"""A local Telegram that comes back after a restart."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.demo.bot_api.journal import Journal
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import TOKEN, TurnedClock


def opened(path: Path, clock: TurnedClock) -> Telegram:
    return Telegram(token=TOKEN, clock=clock, journal=path)


async def test_everything_comes_back(tmp_path: Path, clock: TurnedClock) -> None:
    path = tmp_path / "deep" / "telegram.json"
    before = opened(path, clock)
    phone = before.phone(5, "Bo", "Ng", language_code="de")
    phone.start()
    phone.send_document("x.txt", b"content")
    _, query_id = phone.tap_query(2, "x")
    before.change_commands(("default", 0, ""), [{"command": "book", "description": "Book"}])
    phone.block()
    group = before.group(-5, "Family")
    last = group.send("hello", phone)
    await before.close()

    after = opened(path, clock)
    again = after.phones[5]
    assert again.messages == phone.messages
    assert again.user == phone.user
    assert again.blocked
    assert again.commands == phone.commands
    assert after.group(-5, "?").messages == group.messages
    file = after.files.get(again.messages[1]["document"]["file_id"])
    assert file is not None
    assert file.content == b"content"
    assert after.queries.answer(query_id) == 5
    updates = await after.updates.poll(0, 100, 0)
    assert updates == await before.updates.poll(0, 100, 0)
    assert again.unblock() == last + 1
    again.send("next")
    assert again.messages[-1]["message_id"] == group.messages[-1]["message_id"] + 1
    await after.close()


async def test_what_was_confirmed_before_the_restart_is_confirmed_after_it(
    tmp_path: Path,
    clock: TurnedClock,
) -> None:
    before = opened(tmp_path / "t.json", clock)
    update_id = before.phone(5, "Bo").start()
    await before.updates.poll(update_id + 1, 100, 0)
    await before.close()
    after = opened(tmp_path / "t.json", clock)
    await after.confirmed(update_id, timeout=0.01)
    await after.close()


async def test_changes_are_written_soon_without_a_close_even_those_made_during_a_write(
    tmp_path: Path,
    clock: TurnedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    written: asyncio.Queue[None] = asyncio.Queue()
    may_go_on = threading.Event()
    write = Journal._write

    def slow_write(self: Journal, *state: Any) -> None:
        loop.call_soon_threadsafe(written.put_nowait, None)
        may_go_on.wait(5)
        write(self, *state)

    monkeypatch.setattr(Journal, "_write", slow_write)
    before = opened(tmp_path / "t.json", clock)
    phone = before.phone(5, "Bo")
    phone.start()
    await asyncio.wait_for(written.get(), 5)
    phone.send("during the write")
    may_go_on.set()
    await asyncio.wait_for(written.get(), 5)
    await before.close()
    after = opened(tmp_path / "t.json", clock)
    assert [message["text"] for message in after.phones[5].messages] == ["/start", "during the write"]
    await after.close()


async def test_chats_that_cannot_be_read_any_more_begin_anew(
    tmp_path: Path, clock: TurnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(b'{"phones": [')
    begun = opened(path, clock)
    assert not begun.phones
    assert "journal.damaged" in caplog.text
    begun.phone(5, "Bo").start()
    await begun.close()
    after = opened(path, clock)
    assert len(after.phones[5].messages) == 1
    await after.close()
