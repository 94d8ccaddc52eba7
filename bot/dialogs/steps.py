"""What a dialog is: a named set of questions, each with the answers it understands and where they lead."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.callbacks.tap import Tap
from bot.dialogs.access import Visitors
from bot.dialogs.context import ClinicContext
from bot.drafts import Draft
from bot.localization.messages import Phrase
from bot.ui.view import View
from bot.understanding.meaning import Understood
from services.errors import ClinicError


@dataclass(frozen=True, slots=True)
class Goto:
    """Go to a step, with this draft.

    `why` is shown above the question. `behind` are questions that were answered without being asked; « Back
    leads to them, too. `aside`: an earlier question is asked again, and « Back leads to where it was asked
    from. `answers` are what was said for questions that come later, by the names of their steps.
    """

    step: StrEnum
    draft: Draft
    why: ClinicError | None = None
    behind: tuple[StrEnum, ...] = ()
    aside: bool = False
    answers: Mapping[StrEnum, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finish:
    """End the dialog; its card becomes `view`. `then` runs afterwards, a command for example.

    It runs only if the person may use it; the view is then shown without its buttons. `offers` does not run
    by itself: a button leads on to it, if the person may use it.
    """

    view: View
    then: Tap | None = None
    offers: Tap | None = None


Outcome = Goto | Finish
Typed = Callable[[ClinicContext, str], Awaitable[Outcome]]
Tapped = Callable[[ClinicContext, Any], Awaitable[Outcome]]
Otherwise = Callable[[ClinicContext, ClinicError], Awaitable["Outcome"]]
LetGo = Callable[[ClinicContext], Awaitable[View | None]]
Told = Callable[[ClinicContext, Understood], Awaitable["Outcome | None"]]


@dataclass(frozen=True, slots=True)
class Step:
    """One question. What is typed at a `secret` one is deleted as soon as it is read.

    At a `chosen` one the secret is new, and nobody can tell whether it is the one that was meant.

    `let_go` gives back what is held for the person while the question is open. It is called, while the draft
    is still there, when somebody goes back from the question, or when the dialog ends unfinished. If the last
    answer was stored although the person was never told, it returns what to say about that. `abandon`, if
    there is one, is called instead when the dialog ends, or somebody goes back to a question that has not the
    same one: it also makes sure that an answer which another process is still handling stores nothing later.

    `otherwise` says where to go if the question can't be asked because something that was chosen before is
    gone; it raises the error again that it does not know. Where `words_may_pass`, words behind the command
    that are no answer are for the questions behind this one. Where answers are `kept`, each is stored as soon
    as it is given, so whoever leaves here keeps them.
    """

    name: StrEnum
    ask: Callable[[ClinicContext], Awaitable[View]]
    typed: Typed | None = None
    taps: Mapping[type[Tap], Tapped] = field(default_factory=dict)
    secret: bool = False
    chosen: bool = False
    let_go: LetGo | None = None
    abandon: LetGo | None = None
    otherwise: Otherwise | None = None
    words_may_pass: bool = False
    kept: bool = False


class Begin(Protocol):
    """Makes a dialog's first draft; `tap` is the button that started it, if one did."""

    async def __call__(self, context: ClinicContext, tap: Tap | None) -> Outcome:
        """Return the first step."""
        ...


@dataclass(frozen=True, slots=True)
class Dialog:
    """A named set of steps, in their order, for some visitors. `noun` is what people call it: "booking".

    If it `lasts`, it is much work to type it again: before another dialog (or the same one anew) takes its
    place, the person is asked. That holds from its second question on, or once its draft `is_begun`. Words
    behind its command answer the questions `in_words`, in that order, as far as they go. A dialog that only a
    button begins has no command: then `command` is just its name, and `home` is the command whose card has
    that button. `former_name` is its name in buttons that older versions have sent. `told` takes what is said
    in a sentence at any of its questions: answers to several, or another answer to an earlier one; it
    returns None where nothing of that is about the dialog.
    """

    command: str
    noun: Phrase
    visitors: Visitors
    begin: Begin
    steps: Sequence[Step]
    lasts: bool = False
    home: str | None = None
    former_name: str | None = None
    is_begun: Callable[[Draft], bool] = lambda _draft: False
    in_words: Sequence[StrEnum] = ()
    told: Told | None = None
