"""The settings on the cards of places and rooms: the labels of their buttons, and what is asked."""

from bot.texts.catalogue import place_name
from services.models.catalogue import Catalogue, Place, Room

NONE_LABEL = "None"
ANYWHERE_LABEL = "Anywhere"


def name(place: Place, catalogue: Catalogue) -> str:
    """Label the name."""
    del catalogue
    return f"Name: {place.name}"


def ask_name(place: Place, catalogue: Catalogue) -> str:
    """Ask for the name."""
    del place, catalogue
    return "What is it called? Patients choose it by this name."


def address(place: Place, catalogue: Catalogue) -> str:
    """Label the address."""
    del catalogue
    return f"Address: {place.address or 'none'}"


def ask_address(place: Place, catalogue: Catalogue) -> str:
    """Ask for the address."""
    del place, catalogue
    return "What is the address? It stands in confirmations, in reminders and in the calendar."


def phone(place: Place, catalogue: Catalogue) -> str:
    """Label the telephone number."""
    del catalogue
    return f"Telephone: {place.phone or 'none'}"


def ask_phone(place: Place, catalogue: Catalogue) -> str:
    """Ask for the telephone number."""
    del place, catalogue
    return "What is the telephone number there?"


def directions(place: Place, catalogue: Catalogue) -> str:
    """Label how to get there."""
    del catalogue
    return f"How to get there: {place.directions or 'not said'}"


def ask_directions(place: Place, catalogue: Catalogue) -> str:
    """Ask how to get there."""
    del place, catalogue
    return "How do patients get there? Like “Tram 5 to Harbour, second door on the left.”"


def room_name(room: Room, catalogue: Catalogue) -> str:
    """Label the name of a room."""
    del catalogue
    return f"Name: {room.name}"


def ask_room_name(room: Room, catalogue: Catalogue) -> str:
    """Ask for the name of a room."""
    del room, catalogue
    return "What is it called? Like “Ultrasound 2”."


def group(room: Room, catalogue: Catalogue) -> str:
    """Label the group."""
    del catalogue
    return f"Group: {room.group}"


def ask_group(room: Room, catalogue: Catalogue) -> str:
    """Ask for the group."""
    del room, catalogue
    return "Which group is it in? Any room of a group will do for a visit that needs one, like “ultrasound”."


def where(room: Room, catalogue: Catalogue) -> str:
    """Label the place of a room."""
    return f"Place: {place_name(room.place, catalogue)}"


def ask_where(room: Room, catalogue: Catalogue) -> str:
    """Ask for the place of a room."""
    del room, catalogue
    return "Where is it? A device that moves with the doctor is anywhere."
