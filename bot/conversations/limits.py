"""/limits: the limits against misuse, where they come from, and changing one."""

from collections.abc import Sequence
from enum import StrEnum

from bot.callbacks.admins import ChangeLimit
from bot.callbacks.steps import Do, PickNumber, PickSetting
from bot.callbacks.tap import Tap
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import LimitDraft
from bot.input_errors import NoSuchLimit
from bot.parsing.words.english import understood
from bot.texts import labels, nouns
from bot.texts import limits as texts
from bot.ui.keyboards import Button, button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.errors import BadLimit
from services.models.limits import MOST_OF_A_LIMIT, LimitInForce, LimitName
from services.names.digits import whole_number

CHOICES = (1, 2, 3, 5, 10, 20)
CHOICES_A_ROW = 3
LIMITS_A_ROW = 2
# How the limits are called behind the command, by the beginning of a word.
WORDS = {
    "upcoming": LimitName.OPEN_APPOINTMENTS,
    "open": LimitName.OPEN_APPOINTMENTS,
    "day": LimitName.A_DAY,
    "change": LimitName.CHANGES,
    "held": LimitName.HOLDS,
    "hold": LimitName.HOLDS,
}
NONE = frozenset({"none", "no limit", "no", "unlimited"})
RESET = frozenset({"reset", "default", "setting", "usual"})


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    NUMBER = "limits.number"


async def show(context: ClinicContext, tap: Tap) -> Tap | None:
    """Show the limits, or change the one that the words behind the command name: /limits changes 20."""
    del tap
    words = [word.casefold() for word in context.args or []]
    if not words:
        await context.messenger.show(await _card(context))
        return None
    names = {name for word in words for begin, name in WORDS.items() if word.startswith(begin)}
    if len(names) != 1:
        raise NoSuchLimit
    (name,) = names
    rest = " ".join(word for word in words if not any(word.startswith(begin) for begin in WORDS))
    if not rest:
        return ChangeLimit(name)
    await context.messenger.show(await _set(context, name, rest))
    return None


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question. Only a button says which limit it is about."""
    del context
    if not isinstance(tap, ChangeLimit):
        return Finish(View(texts.nothing_to_change(), keyboard([button(labels.LIMITS, Do("limits"))])))
    return Goto(Ask.NUMBER, LimitDraft(tap.name))


async def ask_number(context: ClinicContext) -> View:
    """Ask for the number."""
    limit = await _limit(context, context.draft(LimitDraft).name)
    choices = [button(str(number), PickNumber(number)) for number in CHOICES]
    others = [button(labels.NO_LIMIT, PickNumber(0))]
    if limit.set_at is not None:
        others.append(button(labels.use_setting(texts.value(limit.usual)), PickSetting()))
    rows = (*in_rows(choices, CHOICES_A_ROW), others, ways_out(back=False))
    return View(texts.ask(limit), keyboard(*rows))


async def pick_number(context: ClinicContext, tap: PickNumber) -> Outcome:
    """Take the number that was tapped."""
    return Finish(
        await _set(context, context.draft(LimitDraft).name, str(tap.number) if tap.number else "none")
    )


async def pick_setting(context: ClinicContext, tap: PickSetting) -> Outcome:
    """Let it be as the environment says."""
    del tap
    return Finish(await _set(context, context.draft(LimitDraft).name, "reset"))


async def take_number(context: ClinicContext, text: str) -> Outcome:
    """Take the number that was typed."""
    return Finish(await _set(context, context.draft(LimitDraft).name, text))


async def _set(context: ClinicContext, name: LimitName, text: str) -> View:
    """Set a limit to what the text says, and show all. Raises BadLimit."""
    wanted, settings = understood(text), context.clinic.limit_settings
    if wanted in RESET:
        await settings.reset(context.principal, name)
    elif wanted in NONE:
        await settings.change(context.principal, name, None)
    elif (most := whole_number(text)) is not None:
        await settings.change(context.principal, name, most)
    else:
        raise BadLimit(MOST_OF_A_LIMIT)
    return (await _card(context)).headed(texts.changed(await _limit(context, name)))


async def _card(context: ClinicContext) -> View:
    found = await context.clinic.limit_settings.shown(context.principal)
    return View(texts.limits(found, context.zone), keyboard(*in_rows(_buttons(found), LIMITS_A_ROW)))


def _buttons(found: Sequence[LimitInForce]) -> list[Button]:
    return [button(texts.limit_button(each), ChangeLimit(each.name)) for each in found]


async def _limit(context: ClinicContext, name: LimitName) -> LimitInForce:
    found = await context.clinic.limit_settings.shown(context.principal)
    return next(each for each in found if each.name is name)


DIALOG = Dialog(
    command="limit",
    noun=nouns.CHANGE_OF_LIMIT,
    visitors=ADMINS,
    begin=begin,
    steps=(Step(Ask.NUMBER, ask_number, take_number, {PickNumber: pick_number, PickSetting: pick_setting}),),
    home="limits",
)
