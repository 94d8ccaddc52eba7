"""Handing a patient over, and using the code."""

from bot.callbacks.admins import ShowPerson
from bot.callbacks.family import ShowRelative
from bot.callbacks.handover import (
    AskBeThem,
    BeThem,
    HandOver,
    LookAfter,
    ShowClaim,
    WithdrawCodes,
)
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.commands.handover.merging import overlapping
from bot.dialogs.access import DESK
from bot.dialogs.context import ClinicContext
from bot.texts import handover as texts
from bot.texts import labels
from bot.ui.keyboards import Button, Row, button, copies, keyboard
from bot.ui.view import View
from services.errors import VisitsOverlap
from services.handover.codes import shown_code
from services.models.appointments import Period
from services.models.handing_over import ClaimId
from services.models.people import UserId

CLAIM = "claim_"


async def hand_over(context: ClinicContext, tap: HandOver) -> None:
    """Show a new code for a patient."""
    made = await context.clinic.handover.codes.hand_over(
        context.principal, tap.patient_id, request_id=context.request_id("claim")
    )
    link = f"{context.messenger.link}?start={CLAIM}{shown_code(made.code)}"
    stop = [button(labels.STOP_CODES, WithdrawCodes(made.patient.id))]
    back = [_back(context, made.patient.id)]
    copied = copies(labels.COPY_CODE, shown_code(made.code))
    await context.messenger.show(View(texts.code(made, link, context.rules), keyboard(copied, stop, back)))


async def withdraw(context: ClinicContext, tap: WithdrawCodes) -> None:
    """End a patient's codes."""
    patient, count = await context.clinic.handover.codes.withdraw(context.principal, tap.patient_id)
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
    return ShowClaim(await context.clinic.handover.codes.open(context.chat, text))


async def show_claim(context: ClinicContext, tap: ShowClaim) -> None:
    """Ask what the person is to the patient."""
    found = await context.clinic.handover.codes.preview(context.principal, ClaimId(tap.claim_id))
    after: Row = [] if found.is_carer else [button(labels.LOOK_AFTER, LookAfter(tap.claim_id))]
    be = [button(labels.THAT_IS_ME, AskBeThem(tap.claim_id))]
    await context.messenger.show(View(texts.claim(found), keyboard(after, be)))


async def look_after(context: ClinicContext, tap: LookAfter) -> None:
    """Let the person look after the patient."""
    patient = await context.clinic.handover.codes.look_after(context.principal, ClaimId(tap.claim_id))
    ways = keyboard([button(labels.FAMILY, Do("family")), button(labels.BOOK, Do("book"))])
    await context.messenger.show(View(texts.looked_after(patient), ways))


async def ask_be_them(context: ClinicContext, tap: AskBeThem) -> None:
    """Ask whether the person really is the patient; where visits overlap, show them."""
    found = await context.clinic.handover.codes.preview_self(context.principal, ClaimId(tap.claim_id))
    again = AskBeThem(tap.claim_id)
    if found.overlaps:
        await context.messenger.show(overlapping(context, found.overlaps, again))
        return
    yes = button(labels.YES_THAT_IS_ME, BeThem(tap.claim_id))
    no = button(labels.NO_GO_BACK, ShowClaim(tap.claim_id))
    text = texts.ask_be_them(found)
    await context.messenger.show(View.asking(text, [yes, no], no=ShowClaim(tap.claim_id)))


async def be_them(context: ClinicContext, tap: BeThem) -> None:
    """Make the patient one with the person's own."""
    own = button(labels.MY_APPOINTMENTS, Do("appointments"))
    try:
        patient = await context.clinic.handover.codes.be_them(context.principal, ClaimId(tap.claim_id))
    except VisitsOverlap as error:
        again = None if error.has_begun else AskBeThem(tap.claim_id)
        await context.messenger.show(overlapping(context, error.overlaps, again))
        return
    await context.messenger.show(View(texts.are_them(patient.name), keyboard([own])))
