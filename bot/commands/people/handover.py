"""Handing a patient over, using the code, and making one of two patients."""

from collections.abc import Sequence

from bot.callbacks.admins import ShowPerson
from bot.callbacks.family import ShowRelative
from bot.callbacks.handover import (
    AskBeThem,
    AskMerge,
    BeThem,
    HandOver,
    LookAfter,
    MergePatients,
    ShowClaim,
    WithdrawCodes,
)
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.texts import handover as texts
from bot.texts import labels
from bot.texts.appointments import short
from bot.ui.keyboards import Button, Row, button, keyboard
from bot.ui.view import View
from services.errors import VisitsOverlap
from services.handover.codes import shown_code
from services.models.appointments import Period
from services.models.handing_over import ClaimId
from services.models.merging import MergePreview, OverlappingVisits
from services.models.people import Role, UserId

CLAIM = "claim_"


async def hand_over(context: ClinicContext, tap: HandOver) -> None:
    """Show a new code for a patient."""
    made = await context.clinic.handover.handing_over.hand_over(
        context.principal, tap.patient_id, request_id=context.request_id("claim")
    )
    link = f"{context.messenger.link}?start={CLAIM}{shown_code(made.code)}"
    stop = [button(labels.STOP_CODES, WithdrawCodes(made.patient.id))]
    back = [_back(context, made.patient.id)]
    await context.messenger.show(View(texts.code(made, link, context.rules), keyboard(stop, back)))


async def withdraw(context: ClinicContext, tap: WithdrawCodes) -> None:
    """End a patient's codes."""
    patient, count = await context.clinic.handover.handing_over.withdraw(context.principal, tap.patient_id)
    view = View(texts.withdrawn(patient, count), keyboard([_back(context, patient.id)]))
    await context.messenger.show(view)


def _back(context: ClinicContext, patient_id: UserId) -> Button:
    """Return the way back to the patient."""
    if context.principal.role in DESK:
        return button(labels.BACK_TO_PATIENT, ShowPerson(patient_id, Period.UPCOMING, 0))
    return button(labels.BACK_TO_PATIENT, ShowRelative(patient_id))


async def claim(context: ClinicContext, tap: Tap) -> Tap | None:
    """Take the code behind the command; without one, say how it is typed."""
    del tap
    if context.args:
        return await opened(context, "".join(context.args))
    await context.messenger.show(View(texts.how_to_claim(), keyboard()))
    return None


async def opened(context: ClinicContext, text: str) -> Tap:
    """Take a code; return what it leads to. A guest has to sign in first, and then it goes on."""
    return ShowClaim(await context.clinic.handover.handing_over.open(context.chat, text))


async def show_claim(context: ClinicContext, tap: ShowClaim) -> None:
    """Ask what the person is to the patient."""
    found = await context.clinic.handover.handing_over.preview(context.principal, ClaimId(tap.claim_id))
    after: Row = [] if found.is_carer else [button(labels.LOOK_AFTER, LookAfter(tap.claim_id))]
    be = [button(labels.THAT_IS_ME, AskBeThem(tap.claim_id))]
    await context.messenger.show(View(texts.claim(found), keyboard(after, be)))


async def look_after(context: ClinicContext, tap: LookAfter) -> None:
    """Let the person look after the patient."""
    patient = await context.clinic.handover.handing_over.look_after(context.principal, ClaimId(tap.claim_id))
    ways = keyboard([button(labels.FAMILY, Do("family")), button(labels.BOOK, Do("book"))])
    await context.messenger.show(View(texts.looked_after(patient), ways))


async def ask_be_them(context: ClinicContext, tap: AskBeThem) -> None:
    """Ask whether the person really is the patient; where visits overlap, show them."""
    found = await context.clinic.handover.handing_over.preview_self(context.principal, ClaimId(tap.claim_id))
    again = AskBeThem(tap.claim_id)
    if found.overlaps:
        await context.messenger.show(_overlapping(context, found.overlaps, again))
        return
    yes = button(labels.YES_THAT_IS_ME, BeThem(tap.claim_id))
    no = button(labels.NO_GO_BACK, ShowClaim(tap.claim_id))
    await context.messenger.show(View(texts.ask_be_them(found), keyboard([yes, no])))


async def be_them(context: ClinicContext, tap: BeThem) -> None:
    """Make the patient one with the person's own."""
    own = button(labels.MY_APPOINTMENTS, Do("appointments"))
    try:
        patient = await context.clinic.handover.handing_over.be_them(context.principal, ClaimId(tap.claim_id))
    except VisitsOverlap as error:
        again = None if error.has_begun else AskBeThem(tap.claim_id)
        await context.messenger.show(_overlapping(context, error.overlaps, again))
        return
    await context.messenger.show(View(texts.are_them(patient.name), keyboard([own])))


async def ask_merge(context: ClinicContext, tap: AskMerge) -> None:
    """Ask whether to make one of two patients."""
    await context.messenger.show(await merge_view(context, tap.lost_id, tap.kept_id))


async def merge_view(context: ClinicContext, lost_id: UserId, kept_id: UserId) -> View:
    """Return the question whether two patients are one; where visits overlap, show these."""
    found: MergePreview = await context.clinic.handover.merging.preview(context.principal, lost_id, kept_id)
    lost, kept = found.lost.id, found.kept.id
    if found.overlaps:
        return _overlapping(context, found.overlaps, AskMerge(lost, kept))
    yes = button(labels.YES_MAKE_ONE, MergePatients(lost, kept))
    no = button(labels.NO_GO_BACK, ShowPerson(lost, Period.UPCOMING, 0))
    return View(texts.ask_merge(found), keyboard([yes, no]))


async def merge(context: ClinicContext, tap: MergePatients) -> None:
    """Make one of two patients."""
    try:
        kept = await context.clinic.handover.merging.merge(context.principal, tap.lost_id, tap.kept_id)
    except VisitsOverlap as error:
        again = None if error.has_begun else AskMerge(tap.lost_id, tap.kept_id)
        await context.messenger.show(_overlapping(context, error.overlaps, again))
        return
    person = button(labels.BACK_TO_PATIENT, ShowPerson(kept.id, Period.UPCOMING, 0))
    await context.messenger.show(View(texts.merged(kept), keyboard([person])))


def _overlapping(context: ClinicContext, pairs: Sequence[OverlappingVisits], again: Tap | None) -> View:
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
