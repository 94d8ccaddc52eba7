"""The card of somebody whom one looks after."""

from bot.callbacks.family import AskRemoveRelative, BookForRelative, EditRelative
from bot.callbacks.handover import HandOver
from bot.callbacks.steps import Do
from bot.texts import family as texts
from bot.texts import labels
from bot.ui.keyboards import Button, button, keyboard
from bot.ui.view import View
from services.clinic_rules import ClinicRules
from services.models.patients import Patient


def back() -> Button:
    """Return the button that leads back to the list."""
    return button(labels.BACK_TO_FAMILY, Do("family"))


def relative_card(found: Patient, rules: ClinicRules) -> View:
    """Return the card of somebody whom the person looks after."""
    changes = [
        button(labels.EDIT_PERSON, EditRelative(found.id)),
        button(labels.REMOVE_PERSON, AskRemoveRelative(found.id)),
    ]
    book = [button(labels.BOOK_FOR_PERSON, BookForRelative(found.id))]
    share = [button(labels.SHARE, HandOver(found.id))]
    return View(texts.card(found, rules), keyboard(book, changes, share, [back()]))
