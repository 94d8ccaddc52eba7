"""What the audit says of kinds of visit, places and rooms."""

from collections.abc import Callable, Mapping

from bot.localization.messages import Phrase, phrase, say
from bot.texts.audit_entries import Told
from bot.texts.formats import comma_list
from services.models.audit import Action

ADDED = {
    "kind": phrase("{who} added the kind of visit “{name}”"),
    "place": phrase("{who} added the place “{name}”"),
    "room": phrase("{who} added the room “{name}”"),
}
CHANGED = {
    "kind": phrase("{who} changed the kind of visit “{name}”"),
    "place": phrase("{who} changed the place “{name}”"),
    "room": phrase("{who} changed the room “{name}”"),
}
RETIRED = {
    "kind": phrase("{who} retired the kind of visit “{name}”"),
    "place": phrase("{who} retired the place “{name}”"),
    "room": phrase("{who} retired the room “{name}”"),
}
RESTORED = {
    "kind": phrase("{who} brought back the kind of visit “{name}”"),
    "place": phrase("{who} brought back the place “{name}”"),
    "room": phrase("{who} brought back the room “{name}”"),
}
# Of kinds of visit, places and rooms, by the names that are stored.
FIELDS = {
    "name": phrase("name"),
    "minutes": phrase("minutes"),
    "buffer_minutes": phrase("buffer minutes"),
    "price": phrase("price"),
    "video": phrase("video"),
    "for_patients": phrase("for patients"),
    "desk_only": phrase("desk only"),
    "lead_time": phrase("lead time"),
    "horizon": phrase("horizon"),
    "preparation": phrase("preparation"),
    "group": phrase("group"),
    "questions": phrase("questions"),
    "in_series": phrase("in series"),
    "for_follow_ups": phrase("for follow ups"),
    "is_retired": phrase("is retired"),
    "address": phrase("address"),
    "phone": phrase("phone"),
    "directions": phrase("directions"),
    "place": phrase("place"),
    "out": phrase("out"),
}


def _entry(by_type: Mapping[str, Phrase], unknown: Phrase) -> Callable[[Told], str]:
    """Return the sentence of what was done to a kind of visit, a place or a room."""

    def sentence(told: Told) -> str:
        sort, name, changed = told.fact("type") or "", told.fact("entry"), told.fact("changed")
        said = told.said(by_type[sort], name=name) if name and sort in by_type else told.said(unknown)
        if not changed:
            return said
        # Translators: {said} is a sentence of the audit, and {fields} is what was changed: "name, minutes".
        return say("{said}: {fields}", said=said, fields=_fields(changed))

    return sentence


def _fields(changed: str) -> str:
    return comma_list([str(FIELDS.get(name, name.replace("_", " "))) for name in changed.split(", ")])


def _room(named: Phrase, unknown: Phrase) -> Callable[[Told], str]:
    """Return the sentence of what was noted of a room."""

    def sentence(told: Told) -> str:
        name, start, end = told.fact("entry"), told.fact("start"), told.fact("end")
        said = told.said(named, name=name) if name else told.said(unknown)
        if not start or not end:
            return said
        return say("{said} from {start} to {end}", said=said, start=start, end=end)

    return sentence


CATALOGUE: Mapping[Action, Callable[[Told], str]] = {
    Action.CATALOGUE_ADDED: _entry(ADDED, phrase("{who} added an entry of the catalogue")),
    Action.CATALOGUE_CHANGED: _entry(CHANGED, phrase("{who} changed an entry of the catalogue")),
    Action.CATALOGUE_RETIRED: _entry(RETIRED, phrase("{who} retired an entry of the catalogue")),
    Action.CATALOGUE_RESTORED: _entry(RESTORED, phrase("{who} brought back an entry of the catalogue")),
    Action.KINDS_OFFERED: lambda told: told.said(
        phrase("{who} changed which kinds of visit they offer")
        if told.to_oneself
        else phrase("{who} changed which kinds of visit {whom} offers")
    ),
    Action.ROOM_OUT: _room(
        phrase("{who} noted that {name} is out of order"), phrase("{who} noted that a room is out of order")
    ),
    Action.ROOM_BACK: _room(
        phrase("{who} noted that {name} is in order again"),
        phrase("{who} noted that a room is in order again"),
    ),
}
