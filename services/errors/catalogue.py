"""What can go wrong with the clinic's kinds of visit, its places and its rooms."""

from services.errors.base import Invalid, Refused, Unknown


class KindUnknown(Unknown):
    """The clinic has no such kind of visit."""


class PlaceUnknown(Unknown):
    """The clinic has no such place, or works there no more."""


class RoomUnknown(Unknown):
    """The clinic has no such room or device."""


class OutageUnknown(Unknown):
    """That room is not out of order then, or that is over."""


class TextTooLong(Invalid):
    """A text of the catalogue has 1 to `most` characters; `what` says which text it is, such as "name"."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(what, most)
        self.what = what
        self.most = most


class EntryNameTaken(Refused):
    """Another kind, place or room that is not retired has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class BadVisitLength(Invalid):
    """A visit takes `least` to `most` minutes, in steps of five."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class BadGrid(Invalid):
    """Visits can begin every `least` to `most` minutes, in steps of five."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class GridTooCoarse(Invalid):
    """Visits that begin every `minutes` do not fit into hours of `longest` minutes at the most."""

    def __init__(self, minutes: int, longest: int) -> None:
        super().__init__(minutes, longest)
        self.minutes = minutes
        self.longest = longest


class KindFitsNowhere(Refused):
    """A kind of visit takes longer than the `longest` of a doctor's hours, in minutes."""

    def __init__(self, name: str, minutes: int, longest: int) -> None:
        super().__init__(name, minutes, longest)
        self.name = name
        self.minutes = minutes
        self.longest = longest


class BadPrice(Invalid):
    """A price is a number of at least 0 with a currency of ISO 4217."""


class BadQuestion(Invalid):
    """A question before the visit has a text of up to `most` characters."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class BadChoices(Invalid):
    """A question has `least` to `most` different choices of up to `length` characters each."""

    def __init__(self, least: int, most: int, length: int) -> None:
        super().__init__(least, most, length)
        self.least = least
        self.most = most
        self.length = length


class TooManyQuestions(Refused):
    """A kind of visit has up to `most` questions."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class BadSeries(Invalid):
    """A series has 1 to `most` visits."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most
