"""Where hours are: typed behind them, or asked for, but only where the clinic works at several places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.callbacks.catalogue import PickWorkplace
from bot.conversations.hours.draft import Ask, as_schedule, changed, draft_of
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome
from bot.input_errors import BadHours, BadPlacedHours, NotAChoice
from bot.localization.messages import Words
from bot.parsing.places import ANYWHERE, marked, named_place, placed
from bot.parsing.words.english import understood
from bot.texts import hours as texts
from bot.texts import labels
from bot.texts.workplaces import Workplaces, workplaces
from bot.ui.keyboards import Row, button, keyboard, ways_out
from bot.ui.view import View
from services.models.catalogue import Place
from services.models.scheduling import Hours, Weekday
from services.models.slots import PlaceId
from services.working_hours.weekly import with_hours

Week = Mapping[Weekday, tuple[Hours, ...]]
T = TypeVar("T")


async def known(context: ClinicContext) -> Workplaces:
    """Return the clinic's places."""
    return workplaces(await context.clinic.visits.catalogue.all(context.principal))


async def read(context: ClinicContext, text: str, reader: Callable[[str], T]) -> tuple[T, Sequence[Place]]:
    """Return what the reader makes of a text in which places are marked, and the places that may be meant.

    Raises what the reader raises; BadPlacedHours instead of BadHours where hours have places, as it may be
    one of their names that is mistyped.
    """
    places = (await known(context)).asked_for
    try:
        return reader(marked(text, places) if places else text), places
    except BadHours as error:
        if not places:
            raise
        raise BadPlacedHours([place.name for place in places]) from error


async def placed_hours(
    context: ClinicContext, text: str, reader: Callable[[str], tuple[Hours, ...]]
) -> tuple[Hours, ...]:
    """Return the hours of a day that were typed, with their places. Raises what the reader raises."""
    hours, places = await read(context, text, reader)
    return placed(hours, places)


async def are_unclear(context: ClinicContext, hours: Sequence[Hours]) -> bool:
    """Tell whether it has to be asked where hours are."""
    return any(each.place is None for each in hours) and bool((await known(context)).asked_for)


async def week(context: ClinicContext, typed: Week) -> Outcome:
    """Set the hours of some days; ask first where they are, if that is not clear."""
    draft = replace(draft_of(context), pending=tuple(typed.items()))
    if await are_unclear(context, [each for hours in typed.values() for each in hours]):
        return Goto(Ask.PLACE, draft)
    return changed(context, with_hours(as_schedule(draft), typed))


async def ask_place(context: ClinicContext) -> View:
    """Ask where the hours of weekdays are."""
    hours = dict.fromkeys(each for _, day in draft_of(context).pending for each in day if each.place is None)
    return await question(context, list(hours))


async def question(context: ClinicContext, hours: Sequence[Hours]) -> View:
    """Return the question where hours are."""
    rows = choices((await known(context)).open, labels.NO_PLACE)
    return View(texts.ask_place(hours, context.clinic.rules.zone), keyboard(*rows, ways_out()))


def choices(places: Sequence[Place], none: Words) -> list[Row]:
    """Return a button for each place, and one that names none."""
    named: list[Row] = [[button(place.name, PickWorkplace(place.id))] for place in places]
    return [*named, [button(none, PickWorkplace(""))]]


async def pick_place(context: ClinicContext, tap: PickWorkplace) -> Outcome:
    """Set the hours at the place that was tapped."""
    return _at(context, await chosen(context, tap))


async def type_place(context: ClinicContext, text: str) -> Outcome:
    """Set the hours at the place that was typed."""
    return _at(context, await typed_place(context, text))


def _at(context: ClinicContext, place: PlaceId | None) -> Outcome:
    draft = draft_of(context)
    pending = {day: there(hours, place) for day, hours in draft.pending}
    return changed(context, with_hours(as_schedule(draft), pending))


def there(hours: Sequence[Hours], place: PlaceId | None) -> tuple[Hours, ...]:
    """Return the hours, with the place for those that have none."""
    return tuple(each if each.place is not None else replace(each, place=place) for each in hours)


async def chosen(context: ClinicContext, tap: PickWorkplace) -> PlaceId | None:
    """Return the place that was tapped; None: none. Raises NotAChoice."""
    if not tap.place_id:
        return None
    if all(place.id != tap.place_id for place in (await known(context)).open):
        raise NotAChoice
    return PlaceId(tap.place_id)


async def typed_place(context: ClinicContext, text: str) -> PlaceId | None:
    """Return the place that was typed; None: none. Raises NotAChoice."""
    if understood(text) in ANYWHERE:
        return None
    place = named_place(text, (await known(context)).open)
    if place is None:
        raise NotAChoice
    return place.id
