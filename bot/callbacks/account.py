"""What everyone does with their own account."""

from dataclasses import dataclass

from bot.callbacks.bounds import Id
from bot.callbacks.tap import Tap
from services.models.people import ChatId, UserId


@dataclass(frozen=True)
class ChangeName(Tap, code="name"):
    """Change one's name."""


@dataclass(frozen=True)
class ChangeEmail(Tap, code="email"):
    """Change one's email address."""


@dataclass(frozen=True)
class EnterEmailCode(Tap, code="ecode"):
    """Type the code that was emailed to the address of that account, which is one's own."""

    user_id: UserId


@dataclass(frozen=True)
class SendEmailCode(Tap, code="esend"):
    """Send another code to the address of that account."""

    user_id: UserId


@dataclass(frozen=True)
class FixEmail(Tap, code="efix"):
    """Change the address of that account, which is not confirmed yet."""

    user_id: UserId


@dataclass(frozen=True)
class ChangePassword(Tap, code="pass"):
    """Change one's password."""


@dataclass(frozen=True)
class ChangeLanguage(Tap, code="lang"):
    """Change one's language."""


@dataclass(frozen=True)
class SpeakLanguage(Tap, code="speak"):
    """Be answered in the language with that ISO 639 code, in this chat and by the account that is there."""

    language: str


@dataclass(frozen=True)
class ChangeZone(Tap, code="zone"):
    """Change the zone in which times are shown."""


@dataclass(frozen=True)
class ChangeReminders(Tap, code="rem"):
    """Change when one is reminded of appointments."""


@dataclass(frozen=True)
class ShowSessions(Tap, code="chats"):
    """Show a page of the chats in which one is signed in."""

    number: int


@dataclass(frozen=True)
class EndSession(Tap, code="end"):
    """End one's session in that chat."""

    chat_id: ChatId


@dataclass(frozen=True)
class EndApiSession(Tap, code="endapi"):
    """End one's session over HTTP with that id."""

    session_id: Id


@dataclass(frozen=True)
class EndOtherSessions(Tap, code="endall"):
    """End all of one's sessions but that of this chat."""


@dataclass(frozen=True)
class ForgetMe(Tap, code="forget"):
    """Delete one's account. It has the id, because somebody else may be signed in in the chat by now."""

    user_id: UserId
