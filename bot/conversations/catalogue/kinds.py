"""/kinds: for admins the clinic's kinds of visit, for doctors which of them they offer."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.catalogue import KindsFor
from bot.callbacks.tap import Tap
from bot.catalogue_drafts import CatalogueDraft, OffersDraft
from bot.conversations.catalogue import offered
from bot.conversations.catalogue.editor import Asks, Editor, new_kind_id
from bot.conversations.catalogue.kind_settings import SETTINGS
from bot.conversations.catalogue.questions import BeforeTheVisit
from bot.dialogs.access import ADMINS, DOCTORS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Goto, Outcome
from bot.parsing.visit_kinds import changed_kind, read_kind
from bot.texts import catalogue as texts
from bot.texts import nouns
from services.errors import KindUnknown
from services.models.catalogue import Catalogue, VisitKind
from services.models.people import Role


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    LIST = "kinds.list"
    CARD = "kinds.card"
    SETTING = "kinds.setting"
    RETIRE = "kinds.retire"


def _read(context: ClinicContext, text: str, catalogue: Catalogue) -> VisitKind:
    del catalogue
    return read_kind(text, new_kind_id(context))


EDITOR: Editor[VisitKind] = Editor(
    asks=Asks(Ask.LIST, Ask.CARD, Ask.SETTING, Ask.RETIRE),
    words=texts.KINDS,
    new=lambda draft: draft.new_kind,
    with_new=lambda draft, entry: replace(draft, new_kind=entry),
    unknown=KindUnknown,
    settings=SETTINGS,
    all=lambda catalogue: catalogue.kinds.values(),
    read=_read,
    line=lambda kind, _catalogue: texts.kind_line(kind),
    card=texts.kind_card,
    change=lambda kind, text: changed_kind(text, kind),
)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the clinic's kinds, or with what a doctor offers: oneself, or from whose card one comes."""
    if isinstance(tap, KindsFor):
        doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
        return Goto(offered.Ask.OFFERED, OffersDraft(doctor.id, doctor.name))
    if context.principal.role is Role.DOCTOR:
        return Goto(offered.Ask.OFFERED, OffersDraft())
    return Goto(Ask.LIST, CatalogueDraft())


DIALOG = Dialog(
    command="kinds",
    noun=nouns.CHANGE_OF_KINDS_OF_VISIT,
    visitors=ADMINS | DOCTORS,
    begin=begin,
    steps=(*EDITOR.steps(), BeforeTheVisit(EDITOR).step(), *offered.STEPS),
    in_words=(offered.Ask.OFFERED, Ask.LIST),
)
