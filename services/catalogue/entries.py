"""The clinic's kinds of visit, places and rooms: seeing, adding, changing and retiring them."""

from dataclasses import fields, replace
from typing import TypeVar

from services.access import require
from services.audit import Audit
from services.catalogue.fields import checked_kind, checked_place, checked_room
from services.errors import EntryNameTaken, KindUnknown, PlaceUnknown, RoomUnknown
from services.models.audit import Action
from services.models.catalogue import Catalogue, Entry, KindId, Place, Room, RoomId, VisitKind
from services.models.people import Principal, Role
from services.models.slots import PlaceId
from services.storage.catalogue import CatalogueStore, name_key

E = TypeVar("E", VisitKind, Place, Room)
# What each is called in the audit; the words are stored, so they never change.
TYPES: dict[type[Entry], str] = {VisitKind: "kind", Place: "place", Room: "room"}


class CatalogueEntries:
    """Shows the catalogue to the clinic's people, and lets admins change it. `region` is that of ISO 3166.

    Nothing is deleted. What is retired stays with what is booked, and nothing new is booked of it.
    """

    def __init__(self, *, catalogue: CatalogueStore, audit: Audit, region: str | None) -> None:
        self._catalogue = catalogue
        self._audit = audit
        self._region = region

    async def all(self, principal: Principal) -> Catalogue:
        """Return everything, what is retired, too. Raises RoleRequired."""
        require(principal, Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN)
        return await self._catalogue.all()

    async def kind(self, principal: Principal, kind_id: KindId) -> VisitKind:
        """Return a kind of visit. Raises RoleRequired, KindUnknown."""
        found = (await self.all(principal)).kinds.get(kind_id)
        if found is None:
            raise KindUnknown
        return found

    async def place(self, principal: Principal, place_id: PlaceId) -> Place:
        """Return a place. Raises RoleRequired, PlaceUnknown."""
        found = (await self.all(principal)).places.get(place_id)
        if found is None:
            raise PlaceUnknown
        return found

    async def room(self, principal: Principal, room_id: RoomId) -> Room:
        """Return a room. Raises RoleRequired, RoomUnknown."""
        found = (await self.all(principal)).rooms.get(room_id)
        if found is None:
            raise RoomUnknown
        return found

    async def checked(self, principal: Principal, entry: E) -> E:
        """Return an entry that is not stored yet with its texts cleaned, if it is valid.

        Raises RoleRequired, EntryNameTaken, PlaceUnknown, and what services/catalogue/fields.py raises.
        """
        require(principal, Role.ADMIN)
        entry = _checked(entry, self._region)
        catalogue = await self._catalogue.all()
        self._check_name(catalogue, entry)
        if isinstance(entry, Room) and entry.place is not None and entry.place not in catalogue.places:
            raise PlaceUnknown
        return entry

    async def add(self, principal: Principal, entry: E) -> E:
        """Add an entry; adding one with the same id again changes nothing. Raises as `checked` does."""
        require(principal, Role.ADMIN)
        stored = _stored(await self._catalogue.all(), entry)
        if stored is not None:
            return stored
        entry = await self.checked(principal, entry)
        await self._catalogue.add(entry)
        await self._note(Action.CATALOGUE_ADDED, principal, entry, once=f"{entry.id}.added")
        return entry

    async def change(self, principal: Principal, before: E, after: E) -> E:
        """Change in which fields the two differ. Raises as `checked` does."""
        after = await self.checked(principal, after)
        names = [each.name for each in fields(after)]
        changed = [name for name in names if getattr(before, name) != getattr(after, name)]
        if not changed:
            return after
        await self._catalogue.change(before, after)
        if changed == ["is_retired"]:
            action = Action.CATALOGUE_RETIRED if after.is_retired else Action.CATALOGUE_RESTORED
            await self._note(action, principal, after)
        else:
            await self._note(Action.CATALOGUE_CHANGED, principal, after, changed=", ".join(changed))
        return after

    async def retire(self, principal: Principal, entry: E, *, is_retired: bool = True) -> E:
        """Offer an entry no longer, or again. Raises RoleRequired, EntryNameTaken."""
        return await self.change(principal, entry, replace(entry, is_retired=is_retired))

    @staticmethod
    def _check_name(catalogue: Catalogue, entry: Entry) -> None:
        """Return if no other that is offered has the name; the index of the store guards it."""
        if entry.is_retired:
            return
        key = name_key(entry.name)
        for other in _all_like(catalogue, entry):
            if other.id != entry.id and not other.is_retired and key == name_key(other.name):
                raise EntryNameTaken(entry.name)

    async def _note(
        self, action: Action, principal: Principal, entry: Entry, once: str | None = None, **facts: str
    ) -> None:
        await self._audit.note(
            action, actor=principal.id, once=once, type=TYPES[type(entry)], entry=entry.name, **facts
        )


def _checked(entry: E, region: str | None) -> E:
    if isinstance(entry, VisitKind):
        return checked_kind(entry)
    if isinstance(entry, Place):
        return checked_place(entry, region)
    return checked_room(entry)


def _all_like(catalogue: Catalogue, entry: Entry) -> tuple[Entry, ...]:
    if isinstance(entry, VisitKind):
        return tuple(catalogue.kinds.values())
    return tuple((catalogue.places if isinstance(entry, Place) else catalogue.rooms).values())


def _stored(catalogue: Catalogue, entry: E) -> E | None:
    if isinstance(entry, VisitKind):
        return catalogue.kinds.get(entry.id)
    if isinstance(entry, Place):
        return catalogue.places.get(entry.id)
    return catalogue.rooms.get(entry.id)
