"""The clinic's places, as far as a doctor's hours and time off name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.localization.messages import say
from bot.texts.formats import esc
from services.models.catalogue import Catalogue, Place
from services.models.slots import PlaceId


@dataclass(frozen=True, slots=True)
class Workplaces:
    """The places where the clinic works, and the names of those `closed`, where it works no more."""

    open: tuple[Place, ...] = ()
    closed: Mapping[PlaceId, str] = field(default_factory=dict)

    @property
    def names(self) -> Mapping[PlaceId, str]:
        """The names that are said behind hours."""
        # Translators: a place where the clinic works no more.
        closed = {place_id: say("{place} (closed)", place=name) for place_id, name in self.closed.items()}
        return {**{place.id: place.name for place in self.open}, **closed}

    @property
    def asked_for(self) -> tuple[Place, ...]:
        """The places among which one is asked for: none where there is only one."""
        return self.open if len(self.open) > 1 else ()


ONE_PLACE = Workplaces()


def closed_places(names: Iterable[str]) -> list[str]:
    """Say at which places a doctor still has hours although the clinic works there no more, a line each."""
    return [
        say("⚠️ The clinic doesn't work at {place} any more, so hours there offer no times.", place=esc(name))
        for name in names
    ]


def workplaces(catalogue: Catalogue) -> Workplaces:
    """Return the places of the catalogue."""
    closed = {place.id: place.name for place in catalogue.places.values() if place.is_retired}
    return Workplaces(catalogue.open_places, closed)
