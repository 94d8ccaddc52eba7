"""Which of the clinic's kinds of visit a doctor offers, and how far apart visits begin: part of /kinds."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.catalogue import OfferKind, OpenGrid
from bot.callbacks.steps import PickMinutes, PickPage
from bot.catalogue_drafts import OffersDraft
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.input_errors import NotAChoice
from bot.parsing.visit_kinds import NONE, read_minutes
from bot.parsing.words.english import understood
from bot.texts import offered as texts
from bot.ui.keyboards import Row, button, in_rows, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.catalogue.offers import DoctorsOffer
from services.errors import BadGrid
from services.models.catalogue import COARSEST_GRID, FINEST_GRID, KindId
from services.names.folding import folded

GRIDS = (5, 10, 15, 20, 30, 60)
GRIDS_A_ROW = 3


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    OFFERED = "offered.kinds"
    GRID = "offered.grid"


def _draft(context: ClinicContext) -> OffersDraft:
    return context.draft(OffersDraft)


async def _offer(context: ClinicContext) -> DoctorsOffer:
    return await context.clinic.visits.offers.of(context.principal, _draft(context).doctor_id)


async def ask_offered(context: ClinicContext) -> View:
    """Show all kinds, those that the doctor offers first and in their order."""
    offer, draft = await _offer(context), _draft(context)
    offered = [kind for kind in offer.kinds if not kind.is_retired]
    others = [kind for kind in offer.catalogue.offered_kinds if kind not in offered]
    page = page_of([*offered, *others], draft.page)
    places = {kind.id: number for number, kind in enumerate(offered, 1)}
    rows: list[Row] = [
        [button(texts.kind_button(kind, places.get(kind.id, 0)), OfferKind(kind.id))] for kind in page.items
    ]
    grid = [button(texts.grid_button(offer.schedule.grid_minutes), OpenGrid())] if offered else []
    rows += [pager(page.number, page.pages, PickPage), grid, ways_out(back=False)]
    return View(texts.ask_offered(offer, draft.doctor_name), keyboard(*rows))


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the kinds."""
    return Goto(Ask.OFFERED, replace(_draft(context), page=tap.number))


async def toggle(context: ClinicContext, tap: OfferKind) -> Outcome:
    """Offer the kind that was tapped, behind the others, or offer it no more."""
    ids, kind_id = (await _offer(context)).schedule.kind_ids, KindId(tap.kind_id)
    left = tuple(each for each in ids if each != kind_id)
    return await _save(context, left if kind_id in ids else (*ids, kind_id))


async def type_offered(context: ClinicContext, text: str) -> Outcome:
    """Offer the kinds whose names were typed, in this order."""
    if understood(text) in NONE:
        return await _save(context, ())
    known = {folded(kind.name): kind.id for kind in (await _offer(context)).catalogue.offered_kinds}
    names = [folded(each) for each in text.replace(";", ",").split(",") if each.strip()]
    if not names or any(name not in known for name in names):
        raise NotAChoice
    return await _save(context, [known[name] for name in names])


async def _save(context: ClinicContext, kind_ids: Sequence[KindId]) -> Outcome:
    draft = _draft(context)
    await context.clinic.visits.offers.offer(
        context.principal, kind_ids, change_id=context.request_id("offer"), doctor_id=draft.doctor_id
    )
    return Goto(Ask.OFFERED, draft)


async def open_grid(context: ClinicContext, tap: OpenGrid) -> Outcome:
    """Ask how far apart visits begin."""
    del tap
    return Goto(Ask.GRID, _draft(context))


async def ask_grid(context: ClinicContext) -> View:
    """Ask for the grid."""
    offer = await _offer(context)
    choices = [button(texts.grid_choice(each), PickMinutes(each)) for each in GRIDS]
    text = texts.ask_grid(offer.schedule.grid_minutes)
    return View(text, keyboard(*in_rows(choices, GRIDS_A_ROW), ways_out()))


async def pick_grid(context: ClinicContext, tap: PickMinutes) -> Outcome:
    """Take the grid that was tapped."""
    return await _grid(context, tap.minutes)


async def type_grid(context: ClinicContext, text: str) -> Outcome:
    """Take the grid that was typed."""
    minutes = read_minutes(text)
    if minutes is None:
        raise BadGrid(FINEST_GRID, COARSEST_GRID)
    return await _grid(context, minutes)


async def _grid(context: ClinicContext, minutes: int) -> Outcome:
    draft = _draft(context)
    await context.clinic.visits.offers.set_grid(
        context.principal, minutes, change_id=context.request_id("grid"), doctor_id=draft.doctor_id
    )
    return Goto(Ask.OFFERED, draft)


STEPS = (
    Step(
        Ask.OFFERED,
        ask_offered,
        type_offered,
        {OfferKind: toggle, OpenGrid: open_grid, PickPage: turn_page},
        kept=True,
    ),
    Step(Ask.GRID, ask_grid, type_grid, {PickMinutes: pick_grid}, kept=True),
)
