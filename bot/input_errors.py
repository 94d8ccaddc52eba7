"""What people type or tap that can't be read: errors of the chat, not of the clinic.

All are Invalid. Like the clinic's own errors they carry facts; bot/texts/errors.py makes sentences of them.
"""

from datetime import date

from services.errors import Invalid


class BadDate(Invalid):
    """That can't be read as a date; `like` is one that would do."""

    def __init__(self, like: date) -> None:
        super().__init__(like)
        self.like = like


class NoSuchDay(Invalid):
    """That is written like a date, but no calendar has it."""


class WeekdayDiffers(Invalid):
    """The day that was typed is no `weekday` (0 is Monday), though it is called one."""

    def __init__(self, day: date, weekday: int) -> None:
        super().__init__(day, weekday)
        self.day = day
        self.weekday = weekday


class SeveralDays(Invalid):
    """What was typed may be any of these days: 4/5 begins with the day in some countries only."""

    def __init__(self, days: tuple[date, ...]) -> None:
        super().__init__(days)
        self.days = days


class WordsLeft(Invalid):
    """Of the words behind a command only `understood` was, and what is `left` may change what that means."""

    def __init__(self, understood: str, left: str) -> None:
        super().__init__()
        self.understood = understood
        self.left = left


class DayNotFree(Invalid):
    """There is no free time on that day; where `patient` is named, none that suits both them and `doctor`."""

    def __init__(self, day: date, doctor: str = "", patient: str = "") -> None:
        super().__init__(day)
        self.day = day
        self.doctor = doctor
        self.patient = patient


class BadTime(Invalid):
    """That can't be read as a time of day."""


class NotAChoice(Invalid):
    """What was typed is none of the choices on the card."""


class Unclear(Invalid):
    """What was typed may mean any of these choices."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices)
        self.choices = choices


class SeveralFit(Unclear):
    """What was typed fits these choices alike."""


class NearMiss(Unclear):
    """What was typed is none of the choices, but is spelt nearly like these."""


class NobodyFits(Invalid):
    """No patient has that in the name or the mail address."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TextWanted(Invalid):
    """Something else than text was sent where text is read."""


class SecretTooSoon(Invalid):
    """Something was typed that may be a secret, while the question for it was put aside."""


class SecretRepeated(Invalid):
    """Something was typed in which a secret stands that was given a moment ago."""


class AddressAlone(Invalid):
    """Something was typed behind a mail address that may be a password."""


class AnswerWasSecret(Invalid):
    """An earlier answer turns out to hold the secret that was given now."""


class EditNotRead(Invalid):
    """A message was edited while a question is open."""


class BadPeriod(Invalid):
    """That can't be read as two days; from `first` to `last` is a period that would do."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class PeriodBackwards(Invalid):
    """The period would end, with `last`, before it begins, with `first`."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class BadWeek(Invalid):
    """That can't be read as weekdays with their hours."""


class BadHours(Invalid):
    """That can't be read as the hours of a day."""


class NoSuchTime(Invalid):
    """That is written like a time, but no clock shows it; `text` is what was written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadTimeOff(Invalid):
    """That can't be read as a day, as days, or as a part of a day; `like` is a day that would do."""

    def __init__(self, like: date) -> None:
        super().__init__(like)
        self.like = like


class BadPart(Invalid):
    """That can't be read as a part of a day."""
