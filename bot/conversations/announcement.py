"""/announce: audience, text, preview."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import AlsoByEmail, Confirm, PickAudience, Skip
from bot.callbacks.tap import Tap
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import AnnouncementDraft
from bot.parsing.fuzzy_match import choose_surely
from bot.parsing.words.plain import alone
from bot.texts import announcements as texts
from bot.texts import labels, nouns
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.announcements.announcements import MAX_ANNOUNCEMENT, read_announcement
from services.errors import NobodyThere
from services.models.announcements import AnnouncementId


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    AUDIENCE = "announce.audience"
    TEXT = "announce.text"
    PREVIEW = "announce.preview"


def _draft(context: ClinicContext) -> AnnouncementDraft:
    return context.draft(AnnouncementDraft)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the audience."""
    del context, tap
    return Goto(Ask.AUDIENCE, AnnouncementDraft())


async def ask_audience(context: ClinicContext) -> View:
    """Ask whom it is for."""
    del context
    everybody, *others = (button(label, PickAudience(who)) for who, label in texts.BUTTONS.items())
    return View(texts.ask_audience(), keyboard([everybody], others, ways_out(back=False)))


async def pick_audience(context: ClinicContext, tap: PickAudience) -> Outcome:
    """Take the audience that was tapped."""
    return Goto(Ask.TEXT, replace(_draft(context), audience=tap.audience))


async def type_audience(context: ClinicContext, text: str) -> Outcome:
    """Take the audience that was typed. Without this, "doctor" would be dropped as a title."""
    text = "doctors" if alone(text) == "doctor" else text
    typed = texts.typed()
    return await pick_audience(context, PickAudience(typed[choose_surely(text, typed)]))


async def ask_text(context: ClinicContext) -> View:
    """Ask for the text. One that was typed before can be kept."""
    draft = _draft(context)
    keep = [button(labels.KEEP_TEXT, Skip())] if draft.text else []
    text = texts.ask_text(draft.audience, MAX_ANNOUNCEMENT, draft.text)
    return View(text, keyboard(keep, ways_out()))


async def take_text(context: ClinicContext, text: str) -> Outcome:
    """Take the text. Each is a new announcement, unless the last was started without the admin knowing."""
    stored = await stored_before(context)
    if stored is not None:
        return Finish(stored)
    announcement_id = context.request_id("announcement")
    draft = replace(_draft(context), text=read_announcement(text), announcement_id=announcement_id)
    return Goto(Ask.PREVIEW, draft)


async def keep_text(context: ClinicContext, tap: Skip) -> Outcome:
    """Keep the text that was typed before."""
    del tap
    return await take_text(context, _draft(context).text)


async def ask_preview(context: ClinicContext) -> View:
    """Show the announcement as people will see it, and how many will get it."""
    draft = _draft(context)
    context.takes_long()
    reach = await context.clinic.announcements.reach(context.principal, draft.audience)
    by_email = draft.by_email and bool(reach.emails)
    confirm = [button(labels.CONFIRM, Confirm())] if reach.chats or by_email else []
    emails = [button(texts.email_button(reach, by_email=by_email), AlsoByEmail(not by_email))]
    text = texts.preview(context.clinic.rules.name, draft.audience, draft.text, reach, by_email=by_email)
    return View(text, keyboard(confirm, emails if reach.emails else [], ways_out()))


async def also_by_email(context: ClinicContext, tap: AlsoByEmail) -> Outcome:
    """Choose whether those who have no chat get it as an email."""
    return Goto(Ask.PREVIEW, replace(_draft(context), by_email=tap.by_email))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Start sending it."""
    del tap
    draft = _draft(context)
    announcement_id = AnnouncementId(draft.announcement_id)
    try:
        await context.clinic.announcements.start(
            context.principal, announcement_id, draft.audience, draft.text, by_email=draft.by_email
        )
    except NobodyThere as error:
        return Goto(Ask.AUDIENCE, draft, error)
    return Finish(View(texts.on_its_way(draft.audience)))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the announcement was started although the admin was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not draft.announcement_id:
        return None
    announcement_id = AnnouncementId(draft.announcement_id)
    is_started = await context.clinic.announcements.is_started(visitor, announcement_id)
    return View(texts.on_its_way(draft.audience)) if is_started else None


DIALOG = Dialog(
    command="announce",
    noun=nouns.ANNOUNCEMENT,
    visitors=ADMINS,
    begin=begin,
    lasts=True,
    steps=(
        Step(Ask.AUDIENCE, ask_audience, type_audience, {PickAudience: pick_audience}),
        Step(Ask.TEXT, ask_text, take_text, {Skip: keep_text}, let_go=stored_before),
        Step(
            Ask.PREVIEW,
            ask_preview,
            None,
            {Confirm: confirm, AlsoByEmail: also_by_email},
            let_go=stored_before,
        ),
    ),
)
