"""What people write in their own words outside of dialogs: it is acted on, or the likeliest is offered.

A text that is only the name of a doctor, a patient or a language shows that one, as it always did. All else
is understood as a whole (see bot/understanding). Nothing is booked, moved or cancelled here: a text leads to
the question, the summary or the card at which the person taps.
"""

from dataclasses import replace

from bot.callbacks.steps import ActAs, ActOnSaid, Do
from bot.callbacks.tap import Tap
from bot.commands import doctors, languages
from bot.commands.account import TYPED_CODE, take_code
from bot.commands.handover import codes
from bot.commands.people import patients
from bot.dialogs.access import BOOKERS
from bot.dialogs.chat_state import QUIET
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Said
from bot.dialogs.listening import listen
from bot.fulfilment import open_questions
from bot.fulfilment.table import FULFILMENT
from bot.texts import help as help_texts
from bot.texts import own_words as texts
from bot.texts.intents import LABELS
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from bot.understanding.intents import Intent
from bot.understanding.meaning import Entities, Understood
from bot.understanding.time_bounds import bounds_of
from services.accounts.one_time_codes import looks_like_code
from services.models.people import Role
from services.understanding import UnderstandingOutcome

UNDERSTOOD, ASKED, NOT_UNDERSTOOD = UnderstandingOutcome


async def own_words(context: ClinicContext) -> Tap | None:
    """Answer a text outside of dialogs. Returns what it leads to, or None where it was answered."""
    text = context.incoming.text if isinstance(context.incoming, Said) else None
    if text is None:
        await context.messenger.show(View(help_texts.only_text(), ways_on(context.visitor)))
        return None
    visitor = context.visitor
    if visitor is not None and visitor.user.is_unverified and looks_like_code(text):
        await take_code(context, visitor, text)
        return None
    if TYPED_CODE.fullmatch(text.strip()) and (visitor is None or visitor.role is Role.PATIENT):
        return await codes.opened(context, text)
    if context.question is not None:
        answer = await open_questions.answer(context, context.question, text)
        if answer is not None:
            return answer
    return await _answered(context, text)


async def act_on_said(context: ClinicContext, tap: ActOnSaid) -> Tap | None:
    """Act on the sentence that was put aside until the person had signed in, or had left another dialog."""
    del tap
    text = context.state.take_said(context.clinic.clock.now())
    return await _answered(context, text) if text else Do("help")


async def act_as(context: ClinicContext, tap: ActAs) -> Tap | None:
    """Act on the sentence that was not clear as on one of that intent; what was said with it counts."""
    text = context.state.take_said(context.clinic.clock.now())
    intent = Intent(tap.intent) if tap.intent in set(Intent) else Intent.HELP
    understood = await listen(context, text) if text else Understood(intent)
    context.understood = replace(understood, intent=intent, likely=())
    return await _acted(context, context.understood)


async def _answered(context: ClinicContext, text: str) -> Tap | None:
    visitor = context.visitor
    understood = context.understood = await listen(context, text)
    if context.question is not None and open_questions.says_nothing_new(context.question, text, understood):
        await open_questions.ask_again(context, context.question, text)
        return None
    if understood.intent is not None:
        _count(context, understood, UNDERSTOOD)
        return await _acted(context, understood)
    if visitor is not None and visitor.role in BOOKERS and await doctors.show_called(context, text):
        _count(context, understood, UNDERSTOOD)
        return None
    search = await patients.meant(context, text)
    if leads_to := search or languages.named(text):
        _count(context, understood, UNDERSTOOD)
        return leads_to
    _count(context, understood, NOT_UNDERSTOOD if understood.said == Entities() else ASKED)
    await _offer(context, understood, text)
    return None


def _count(context: ClinicContext, understood: Understood, outcome: UnderstandingOutcome) -> None:
    """Count a message, without what it says. Nobody waits for that."""
    is_clear = outcome is not UNDERSTOOD or not understood.asks
    intent = understood.intent.value if understood.intent else None
    counted = context.clinic.understanding_counts.note(
        context.language.code, intent, outcome if is_clear else ASKED
    )
    context.later(counted)


async def _acted(context: ClinicContext, understood: Understood) -> Tap | None:
    if understood.intent is None or understood.intent not in FULFILMENT:
        return Do("help")
    leads_to = await FULFILMENT[understood.intent](context, understood)
    if leads_to is not None and understood.left and context.visitor is not None:
        # What is shown where nothing is led to says so itself.
        await context.messenger.say(View(texts.not_read(understood.left)))
    return leads_to


async def _offer(context: ClinicContext, understood: Understood, text: str) -> None:
    """Say what was understood, and offer the likeliest ways on; a tap acts on the text as that.

    Where something is asked and nothing was understood, it is asked again.
    """
    said = understood.said
    if context.question is not None and open_questions.says_nothing(understood):
        await open_questions.ask_again(context, context.question, text)
        return
    # What says nothing is of no use later, and may be a password that was typed here by mistake.
    if said != Entities():
        context.state.keep_said(text, context.clinic.clock.now() + QUIET)
    names = await _names(context, said)
    quoted = [each for each in (said.person, said.reason) if each]
    head = texts.not_understood(names, said.kinds, bounds_of(said.when), quoted, understood.left)
    ways = [[button(LABELS[intent.value], ActAs(intent.value))] for intent in understood.likely]
    await context.messenger.show(View(head, keyboard(*ways)))


async def _names(context: ClinicContext, said: Entities) -> list[str]:
    if not said.doctors or context.visitor is None:
        return []
    doctors_here = await context.clinic.doctors.everybody(context.visitor)
    return [doctor.name for doctor in doctors_here if doctor.id in said.doctors]
