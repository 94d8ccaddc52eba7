"""The settings on the cards of places and rooms: the labels of their buttons, and what is asked."""

from bot.localization.messages import phrase, say
from bot.texts.catalogue import place_name
from services.models.catalogue import Catalogue, Place, Room

# Translators: a button; nothing is known of a place, such as its address.
NONE_LABEL = phrase("None")
# Translators: a button; a room or device is at no fixed place.
ANYWHERE_LABEL = phrase("Anywhere")


def name(place: Place, catalogue: Catalogue) -> str:
    """Label the name."""
    del catalogue
    # Translators: a button; at most 40 characters. What a place, a room or a kind of visit is called.
    return say("Name: {name}", name=place.name)


def ask_name(place: Place, catalogue: Catalogue) -> str:
    """Ask for the name."""
    del place, catalogue
    return say("What is it called? Patients choose it by this name.")


def address(place: Place, catalogue: Catalogue) -> str:
    """Label the address."""
    del catalogue
    if not place.address:
        # Translators: a button; at most 40 characters.
        return say("Address: none")
    return say("Address: {address}", address=place.address)


def ask_address(place: Place, catalogue: Catalogue) -> str:
    """Ask for the address."""
    del place, catalogue
    return say("What is the address? It stands in confirmations, in reminders and in the calendar.")


def phone(place: Place, catalogue: Catalogue) -> str:
    """Label the telephone number."""
    del catalogue
    if not place.phone:
        # Translators: a button; at most 40 characters.
        return say("Telephone: none")
    return say("Telephone: {phone}", phone=place.phone)


def ask_phone(place: Place, catalogue: Catalogue) -> str:
    """Ask for the telephone number."""
    del place, catalogue
    return say("What is the telephone number there?")


def directions(place: Place, catalogue: Catalogue) -> str:
    """Label how to get there."""
    del catalogue
    if not place.directions:
        # Translators: a button; at most 40 characters.
        return say("How to get there: not said")
    return say("How to get there: {directions}", directions=place.directions)


def ask_directions(place: Place, catalogue: Catalogue) -> str:
    """Ask how to get there."""
    del place, catalogue
    return say("How do patients get there? Like “Tram 5 to Harbour, second door on the left.”")


def room_name(room: Room, catalogue: Catalogue) -> str:
    """Label the name of a room."""
    del catalogue
    return say("Name: {name}", name=room.name)


def ask_room_name(room: Room, catalogue: Catalogue) -> str:
    """Ask for the name of a room."""
    del room, catalogue
    # Translators: the name of a room or device.
    return say("What is it called? Like “Ultrasound 2”.")


def group(room: Room, catalogue: Catalogue) -> str:
    """Label the group."""
    del catalogue
    # Translators: a button; at most 40 characters. The group of rooms or devices, any of which will do.
    return say("Group: {group}", group=room.group)


def ask_group(room: Room, catalogue: Catalogue) -> str:
    """Ask for the group."""
    del room, catalogue
    return say(
        "Which group is it in? Any room of a group will do for a visit that needs one, like “ultrasound”."
    )


def where(room: Room, catalogue: Catalogue) -> str:
    """Label the place of a room."""
    # Translators: a button; at most 40 characters. Where a room or device is; it may be anywhere.
    return say("Place: {place}", place=place_name(room.place, catalogue))


def ask_where(room: Room, catalogue: Catalogue) -> str:
    """Ask for the place of a room."""
    del room, catalogue
    return say("Where is it? A device that moves with the doctor is anywhere.")
