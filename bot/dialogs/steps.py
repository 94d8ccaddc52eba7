"""What a dialog is: a named set of questions, each with what it understands, and where an answer leads."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.callbacks.tap import Tap
from bot.dialogs.access import Visitors
from bot.dialogs.context import ClinicContext
from bot.drafts import Draft
from bot.ui.view import View
from services.errors import ClinicError


@dataclass(frozen=True, slots=True)
class Goto:
    """Go to a step, with the draft as it is now.

    `why` is said above the question; `behind` are questions to which « Back leads though they were
    answered without being asked.
    """

    step: StrEnum
    draft: Draft
    why: ClinicError | None = None
    behind: tuple[StrEnum, ...] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """End the dialog; the card becomes `view`. `then` runs afterwards (a command, for instance).

    It runs if the person may do it, and the view gives its buttons up for it.
    """

    view: View
    then: Tap | None = None


Outcome = Goto | Finish
Typed = Callable[[ClinicContext, str], Awaitable[Outcome]]
Tapped = Callable[[ClinicContext, Any], Awaitable[Outcome]]
LetGo = Callable[[ClinicContext], Awaitable[View | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One question. What is typed at a `secret` one is deleted as soon as it is read.

    `let_go` gives back what is kept for the person while the question is open: it is called, with the draft
    still there, whenever the question is left backwards, or its dialog ends unfinished. Where the last answer
    was stored after all, though nobody could tell the person so, it returns what to say of that. `abandon`
    takes its place, where there is one, as the dialog ends: it makes sure, too, that nothing of it is stored
    later, by an answer that is still being taken elsewhere.
    """

    name: StrEnum
    ask: Callable[[ClinicContext], Awaitable[View]]
    typed: Typed | None = None
    taps: Mapping[type[Tap], Tapped] = field(default_factory=dict)
    secret: bool = False
    let_go: LetGo | None = None
    abandon: LetGo | None = None


class Begin(Protocol):
    """Makes a dialog's first draft; `tap` is the button that started it, if one did."""

    async def __call__(self, context: ClinicContext, tap: Tap | None) -> Outcome:
        """Return the first step."""
        ...


@dataclass(frozen=True, slots=True)
class Dialog:
    """A named set of steps, in their order, for some visitors. `noun` is how people call it: "booking".

    One that `lasts` is much to type again: no other dialog takes its place unasked, nor does it itself; from
    its second question on, or where its draft `is_begun` before.
    The words behind its command answer the questions of `in_words`, in their order, as far as they go.
    One that only a button begins has no command: `command` is just its name then, and `home` is the command
    whose card has that button. `former_name` is what buttons call it that older versions have sent.
    """

    command: str
    noun: str
    visitors: Visitors
    begin: Begin
    steps: Sequence[Step]
    lasts: bool = False
    home: str | None = None
    former_name: str | None = None
    is_begun: Callable[[Draft], bool] = lambda _draft: False
    in_words: Sequence[StrEnum] = ()
