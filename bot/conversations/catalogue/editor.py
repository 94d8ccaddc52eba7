"""Lists and cards of kinds, places and rooms: what their dialogs have in common.

A new one is typed in one line and shown on a card, with a button to save it and one for each setting. On the
card of one that is stored, each answer is saved at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from bot.callbacks.catalogue import OpenEntry, OpenSetting, PickSettingAnswer, RetireEntry
from bot.callbacks.steps import Confirm, Do, PickPage
from bot.callbacks.tap import Tap
from bot.catalogue_drafts import CatalogueDraft
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome, Step
from bot.dialogs.steps import Tapped
from bot.input_errors import NotAChoice
from bot.localization.messages import Words
from bot.texts import catalogue as texts
from bot.texts import labels
from bot.ui.keyboards import Row, button, in_rows, keyboard, pager, short_key, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.errors import Unknown
from services.models.catalogue import Catalogue, KindId, Place, Room, RoomId, VisitKind
from services.models.people import Principal
from services.models.slots import PlaceId
from services.names.folding import folded

E = TypeVar("E", VisitKind, Place, Room)
SETTINGS_A_ROW = 2
CHOICES_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that is offered as a button: what it says, and what it means as if it were typed in English.

    The button has a key of the answer, so that it is the same one in every language.
    """

    label: Words
    answer: str


@dataclass(frozen=True, slots=True)
class Setting(Generic[E]):
    """A setting of a card. It asks, or `next` gives the value that follows, or it `opens` a step."""

    name: str
    label: Callable[[E, Catalogue], str]
    ask: Callable[[E, Catalogue], str] = lambda _entry, _catalogue: ""
    read: Callable[[E, str, Catalogue], E] = lambda entry, _text, _catalogue: entry
    choices: Callable[[E, Catalogue], Sequence[Choice]] = lambda _entry, _catalogue: ()
    next: Callable[[E], E] | None = None
    opens: StrEnum | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """The questions of such a dialog."""

    list: StrEnum
    card: StrEnum
    setting: StrEnum
    retire: StrEnum


@dataclass(frozen=True, slots=True)
class Editor(Generic[E]):
    """A list and cards. `new` is what the draft has of a new one; `read` makes one of a line.

    `change` takes what is typed at the card; `more` are further buttons of one that is stored. `unknown` is
    raised for what is not in the catalogue.
    """

    asks: Asks
    words: texts.EntryWords
    new: Callable[[CatalogueDraft], E | None]
    with_new: Callable[[CatalogueDraft, E | None], CatalogueDraft]
    unknown: type[Unknown]
    settings: tuple[Setting[E], ...]
    all: Callable[[Catalogue], Iterable[E]]
    read: Callable[[ClinicContext, str, Catalogue], E]
    line: Callable[[E, Catalogue], str]
    card: Callable[[E, Catalogue], str]
    change: Callable[[E, str], E] | None = None
    more: Callable[[E], Sequence[Row]] = lambda _entry: ()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps of the dialog."""
        asks, typed = self.asks, self._type_change if self.change is not None else None
        card_taps: Mapping[type[Tap], Tapped] = {
            OpenSetting: self._open,
            RetireEntry: self._retire_or_restore,
            Confirm: self._save,
        }
        return (
            Step(asks.list, self._ask_list, self._type_new, {OpenEntry: self._show, PickPage: self._turn}),
            Step(asks.card, self._ask_card, typed, card_taps, let_go=self._stored_before),
            Step(asks.setting, self._ask_setting, self._type_setting, {PickSettingAnswer: self._pick}),
            Step(asks.retire, self._ask_retire, None, {Confirm: self._retire}),
        )

    async def entry(self, context: ClinicContext, catalogue: Catalogue) -> E:
        """Return what is on the card. Raises KindUnknown, PlaceUnknown, RoomUnknown."""
        draft = context.draft(CatalogueDraft)
        return self.new(draft) or self._stored(catalogue, draft.entry_id)

    def _stored(self, catalogue: Catalogue, entry_id: str) -> E:
        found = next((each for each in self.all(catalogue) if each.id == entry_id), None)
        if found is None:
            raise self.unknown
        return found

    async def put(self, context: ClinicContext, before: E, after: E) -> Outcome:
        """Show the card with a change: of one that is stored, it is saved. Raises what `checked` raises."""
        draft, entries = context.draft(CatalogueDraft), context.clinic.visits.catalogue
        if self.new(draft) is None:
            await entries.change(context.principal, before, after)
            return Goto(self.asks.card, draft)
        checked = await entries.checked(context.principal, after)
        return Goto(self.asks.card, self.with_new(draft, checked))

    async def _ask_list(self, context: ClinicContext) -> View:
        catalogue = await everything(context)
        found = sorted(self.all(catalogue), key=lambda each: each.is_retired)
        page = page_of(found, context.draft(CatalogueDraft).page)
        rows = [
            [button(texts.entry_button(each.name, each.is_retired), OpenEntry(each.id))]
            for each in page.items
        ]
        lines = [self.line(each, catalogue) for each in page.items]
        turn = pager(page.number, page.pages, PickPage)
        return View(texts.entries(self.words, page.total, lines), keyboard(*rows, turn, ways_out(back=False)))

    async def _turn(self, context: ClinicContext, tap: PickPage) -> Outcome:
        return Goto(self.asks.list, replace(context.draft(CatalogueDraft), page=tap.number))

    async def _show(self, context: ClinicContext, tap: OpenEntry) -> Outcome:
        self._stored(await everything(context), tap.entry_id)
        draft = replace(context.draft(CatalogueDraft), entry_id=tap.entry_id)
        return Goto(self.asks.card, self.with_new(draft, None))

    async def _type_new(self, context: ClinicContext, text: str) -> Outcome:
        """Show what was typed as a new one, or the one that has that name.

        The id of a new one makes sure that two taps on Save add one.
        """
        catalogue = await everything(context)
        for stored in self.all(catalogue):
            if folded(stored.name) == folded(text):
                return await self._show(context, OpenEntry(stored.id))
        entry = self.read(context, text, catalogue)
        checked = await context.clinic.visits.catalogue.checked(context.principal, entry)
        draft = replace(context.draft(CatalogueDraft), entry_id=entry.id)
        return Goto(self.asks.card, self.with_new(draft, checked))

    async def _ask_card(self, context: ClinicContext) -> View:
        catalogue, is_new = await everything(context), self._is_new(context)
        shown: E = await self.entry(context, catalogue)
        settings = [button(each.label(shown, catalogue), OpenSetting(each.name)) for each in self.settings]
        rows: list[Row] = [[button(labels.SAVE, Confirm())]] if is_new else []
        rows += in_rows(settings, SETTINGS_A_ROW)
        if not is_new:
            retire = labels.BRING_BACK if shown.is_retired else labels.RETIRE
            rows += [*self.more(shown), [button(retire, RetireEntry())]]
        rows.append(ways_out())
        text = texts.card(self.words, self.card(shown, catalogue), shown.is_retired, is_new=is_new)
        return View(text, keyboard(*rows))

    def _is_new(self, context: ClinicContext) -> bool:
        return self.new(context.draft(CatalogueDraft)) is not None

    async def _type_change(self, context: ClinicContext, text: str) -> Outcome:
        entry = await self.entry(context, await everything(context))
        return await self.put(context, entry, self.change(entry, text) if self.change else entry)

    async def _open(self, context: ClinicContext, tap: OpenSetting) -> Outcome:
        setting = self._setting(tap.name)
        draft = replace(context.draft(CatalogueDraft), setting=setting.name)
        if setting.next is not None:
            entry = await self.entry(context, await everything(context))
            return await self.put(context, entry, setting.next(entry))
        return Goto(setting.opens or self.asks.setting, draft)

    def _setting(self, name: str) -> Setting[E]:
        found = next((each for each in self.settings if each.name == name), None)
        if found is None:
            raise NotAChoice
        return found

    async def _ask_setting(self, context: ClinicContext) -> View:
        catalogue = await everything(context)
        entry = await self.entry(context, catalogue)
        setting = self._setting(context.draft(CatalogueDraft).setting)
        choices = setting.choices(entry, catalogue)
        buttons = [button(each.label, PickSettingAnswer(short_key(each.answer))) for each in choices]
        text = texts.ask(entry.name, setting.label(entry, catalogue), setting.ask(entry, catalogue))
        return View(text, keyboard(*in_rows(buttons, CHOICES_A_ROW), ways_out()))

    async def _pick(self, context: ClinicContext, tap: PickSettingAnswer) -> Outcome:
        catalogue = await everything(context)
        entry = await self.entry(context, catalogue)
        setting = self._setting(context.draft(CatalogueDraft).setting)
        for choice in setting.choices(entry, catalogue):
            if short_key(choice.answer) == tap.key:
                return await self._type_setting(context, choice.answer)
        raise NotAChoice

    async def _type_setting(self, context: ClinicContext, text: str) -> Outcome:
        catalogue = await everything(context)
        entry = await self.entry(context, catalogue)
        setting = self._setting(context.draft(CatalogueDraft).setting)
        return await self.put(context, entry, setting.read(entry, text, catalogue))

    async def _save(self, context: ClinicContext, tap: Confirm) -> Outcome:
        """Add the new one; of one that is stored there is nothing to save."""
        del tap
        catalogue = await everything(context)
        entry = await self.entry(context, catalogue)
        if self._is_new(context):
            entry = await context.clinic.visits.catalogue.add(context.principal, entry)
        return Finish(self._saved(entry, catalogue))

    def _saved(self, entry: E, catalogue: Catalogue) -> View:
        again = [button(self.words.label, Do(self.words.command))]
        return View(texts.saved(self.words, self.line(entry, catalogue)), keyboard(again))

    async def _stored_before(self, context: ClinicContext) -> View | None:
        """Return what to say if it was added although the admin was never told."""
        draft, visitor = context.draft(CatalogueDraft), context.visitor
        if visitor is None or self.new(draft) is None:
            return None
        catalogue = await _catalogue_of(context, visitor)
        stored = [each for each in self.all(catalogue) if each.id == draft.entry_id]
        return self._saved(stored[0], catalogue) if stored else None

    async def _retire_or_restore(self, context: ClinicContext, tap: RetireEntry) -> Outcome:
        """Ask before something is offered no more; what is offered again needs no question."""
        del tap
        entry, draft = await self.entry(context, await everything(context)), context.draft(CatalogueDraft)
        if not entry.is_retired:
            return Goto(self.asks.retire, draft)
        await context.clinic.visits.catalogue.retire(context.principal, entry, is_retired=False)
        return Goto(self.asks.card, draft)

    async def _ask_retire(self, context: ClinicContext) -> View:
        entry = await self.entry(context, await everything(context))
        text = texts.ask_retire(self.words, entry.name)
        return View(text, keyboard(ways_out(), [button(labels.RETIRE_YES, Confirm())]))

    async def _retire(self, context: ClinicContext, tap: Confirm) -> Outcome:
        del tap
        entry = await self.entry(context, await everything(context))
        await context.clinic.visits.catalogue.retire(context.principal, entry)
        return Goto(self.asks.card, context.draft(CatalogueDraft))


async def everything(context: ClinicContext) -> Catalogue:
    """Return the clinic's catalogue."""
    return await _catalogue_of(context, context.principal)


async def _catalogue_of(context: ClinicContext, principal: Principal) -> Catalogue:
    return await context.clinic.visits.catalogue.all(principal)


def new_kind_id(context: ClinicContext) -> KindId:
    """Return the id of a kind that this update may add."""
    return KindId(context.request_id("kind"))


def new_place_id(context: ClinicContext) -> PlaceId:
    """Return the id of a place that this update may add."""
    return PlaceId(context.request_id("place"))


def new_room_id(context: ClinicContext) -> RoomId:
    """Return the id of a room that this update may add."""
    return RoomId(context.request_id("room"))
