"""Making one of two patients, and the visits of theirs that are at one time."""

from collections.abc import Sequence

from bot.callbacks.admins import ShowPerson
from bot.callbacks.handover import AskMerge, MergePatients
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.texts import handover as texts
from bot.texts import labels
from bot.texts.appointments import short
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.errors import VisitsOverlap
from services.models.appointments import Period
from services.models.merging import MergePreview, OverlappingVisits
from services.models.people import Role, UserId


async def ask_merge(context: ClinicContext, tap: AskMerge) -> None:
    """Ask whether to make one of two patients."""
    await context.messenger.show(await merge_view(context, tap.lost_id, tap.kept_id))


async def merge_view(context: ClinicContext, lost_id: UserId, kept_id: UserId) -> View:
    """Return the question whether two patients are one; where visits overlap, show these."""
    found: MergePreview = await context.clinic.handover.merging.preview(context.principal, lost_id, kept_id)
    lost, kept = found.lost.id, found.kept.id
    if found.overlaps:
        return overlapping(context, found.overlaps, AskMerge(lost, kept))
    yes = button(labels.YES_MAKE_ONE, MergePatients(lost, kept))
    back = ShowPerson(lost, Period.UPCOMING, 0)
    return View.asking(texts.ask_merge(found), [yes, button(labels.NO_GO_BACK, back)], no=back)


async def merge(context: ClinicContext, tap: MergePatients) -> None:
    """Make one of two patients."""
    try:
        kept = await context.clinic.handover.merging.merge(context.principal, tap.lost_id, tap.kept_id)
    except VisitsOverlap as error:
        again = None if error.has_begun else AskMerge(tap.lost_id, tap.kept_id)
        await context.messenger.show(overlapping(context, error.overlaps, again))
        return
    person = button(labels.BACK_TO_PATIENT, ShowPerson(kept.id, Period.UPCOMING, 0))
    await context.messenger.show(View(texts.merged(kept), keyboard([person])))


def overlapping(context: ClinicContext, pairs: Sequence[OverlappingVisits], again: Tap | None) -> View:
    """Show visits at one time, with buttons to those that the person may see, and one to try again."""
    mine = None if context.principal.role in DESK else context.principal.id
    cards = {card.appointment.id: card for pair in pairs for card in (pair.lost, pair.kept)}
    rows = [
        [button(short(card, Role.PATIENT, context.zone), ShowAppointment(number))]
        for number, card in cards.items()
        if mine in {None, card.appointment.patient_id}
    ]
    retry = [button(labels.TRY_AGAIN, again)] if again else []
    text = texts.overlaps(pairs, context.rules, has_begun=again is None)
    return View(text, keyboard(*rows, retry))
