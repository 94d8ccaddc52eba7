"""Puts a card's revision into the buttons of its question (see bot/callbacks/revision.py)."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import blake2b

from bot.callbacks.revision import next_revision, stamped
from bot.callbacks.tap import Tap, kind_of
from bot.dialogs.chat_state import ChatState
from bot.ui.view import View


def stamp(view: View, state: ChatState, kinds: Collection[type[Tap]]) -> View:
    """Return the view with the revision in the buttons of those kinds; a new question has a new revision.

    A question that is asked again, for example because the answer was wrong, keeps its revision.
    """
    if view.keyboard is None:
        return view
    buttons = list(view.keyboard.buttons)
    ours = {key.callback_data for key in buttons if kind_of(key.callback_data) in kinds}
    if not ours:
        return view
    shown = blake2b(repr((view.text, buttons)).encode(errors="replace"), digest_size=8).hexdigest()
    if shown != state.shown:
        state.revision, state.shown = next_revision(state.revision), shown
    revision = state.revision
    marked = view.keyboard.with_data(lambda data: stamped(data, revision) if data in ours else data)
    return replace(view, keyboard=marked)
