"""Errors of what people type or tap, as opposed to the errors of the clinic's rules.

All are Invalid. Like the clinic's errors they carry facts; their sentences are in bot/texts/errors/.
"""

from collections.abc import Sequence
from datetime import date, time

from services.errors import Invalid


class BadDate(Invalid):
    """The text is no date; `like` is an example that would be accepted."""

    def __init__(self, like: date) -> None:
        super().__init__(like)
        self.like = like


class NoSuchLimit(Invalid):
    """The words behind /limits name no limit, or several."""


class BadKindLine(Invalid):
    """A part of a line about a kind of visit says nothing that is known."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part


class NoVisitLength(Invalid):
    """A line about a new kind of visit does not say how long it takes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NoSuchDay(Invalid):
    """The text looks like a date, but there is no such day."""


class WeekdayDiffers(Invalid):
    """The typed day is not the `weekday` (0 is Monday) that was typed with it."""

    def __init__(self, day: date, weekday: int) -> None:
        super().__init__(day, weekday)
        self.day = day
        self.weekday = weekday


class SeveralDays(Invalid):
    """The text may mean several days: 4/5 begins with the day in some countries only."""

    def __init__(self, days: tuple[date, ...]) -> None:
        super().__init__(days)
        self.days = days


class WordsLeft(Invalid):
    """Of the words behind a command only some are understood; those `left` may change what these mean."""

    def __init__(self, understood: str, left: str) -> None:
        super().__init__()
        self.understood = understood
        self.left = left


class DayNotFree(Invalid):
    """The day has no free time; if `patient` is named, none at which both they and `doctor` are free."""

    def __init__(self, day: date, doctor: str = "", patient: str = "") -> None:
        super().__init__(day)
        self.day = day
        self.doctor = doctor
        self.patient = patient


class BadTime(Invalid):
    """The text is no time of day."""


class ButtonWanted(Invalid):
    """A text was typed where only buttons are understood."""


class ReasonWanted(Invalid):
    """A greeting or thanks was typed where the reason of a visit is asked for."""


class NotAChoice(Invalid):
    """The text is none of the choices."""


class Unclear(Invalid):
    """The text may mean any of these choices."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices)
        self.choices = choices


class SeveralFit(Unclear):
    """The text matches several choices."""


class NearMiss(Unclear):
    """The text is none of the choices, but is spelt similarly to these."""


class DoctorNotHere(Invalid):
    """The clinic has no doctor of that name, which is as it was typed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class KindsLacking(Invalid):
    """The clinic has no doctors of these specializations, which are given by their usual English names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names


class LooksAfterNobody(Invalid):
    """Somebody books for a person, named as typed, whom they do not look after: for nobody at all so far."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class SeveralTimes(Invalid):
    """The text may mean several times of day, at which there is time: 3 is before noon or after it."""

    def __init__(self, times: tuple[time, ...]) -> None:
        super().__init__()
        self.times = times


class NobodyFits(Invalid):
    """No patient has the text in their name or email address."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TextWanted(Invalid):
    """Something other than text was sent where text is needed."""


class SecretTooSoon(Invalid):
    """A possible secret was typed while the question for it was put aside."""


class SecretRepeated(Invalid):
    """The text contains a secret that was typed a moment ago."""


class SecretTooLate(Invalid):
    """A possible secret was typed just after the question for it was left."""


class PasswordIsName(Invalid):
    """The name was typed at the question for a password."""


class AddressAlone(Invalid):
    """The text behind an email address may be a password."""


class AnswerWasSecret(Invalid):
    """An earlier answer contains the secret that was typed now."""


class EditNotRead(Invalid):
    """A message was edited while a question was open."""


class BadPeriod(Invalid):
    """The text is no period; from `first` to `last` is one that would be accepted."""

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
    """The text is no list of weekdays with hours."""


class BadHours(Invalid):
    """The text is no list of hours."""


class BadPlacedHours(Invalid):
    """The text is no list of hours with places; `places` are the names of those that there are."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(*places)
        self.places = tuple(places)


class NoSuchTime(Invalid):
    """The text looks like a time, but there is no such time; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadTimeOff(Invalid):
    """The text is no day, period or part of a day; `like` is a day that would be accepted."""

    def __init__(self, like: date) -> None:
        super().__init__(like)
        self.like = like


class BadPart(Invalid):
    """The text is no part of a day."""


class BadDateHours(Invalid):
    """The text is no day with hours; `like` is a day that would be accepted."""

    def __init__(self, like: date) -> None:
        super().__init__(like)
        self.like = like


class WeekUnsaved(Invalid):
    """A single day is to be changed while changes of the week are not saved yet."""
