"""Each error of the clinic has its sentence here: what was wrong, and what would be right."""

from bot.localization.messages import Phrase, phrase, say
from bot.texts.errors.answers import CHOICES, DATES, SECRETS
from bot.texts.errors.booking import BOOKING
from bot.texts.errors.parts import Sentences, paragraph
from bot.texts.errors.people import ACCOUNTS, ADMINISTRATION, PATIENTS
from bot.texts.errors.settings import CATALOGUE, HOURS, TIME_OFF
from bot.texts.formats import esc
from services import errors
from services.clinic_rules import ClinicRules


def _bad_fields(error: errors.BadFields, rules: ClinicRules) -> str:
    return paragraph(*dict.fromkeys(sentence(each, rules) for each in error.fields.values()))


OF_THE_MOMENT: Sentences = {
    errors.BadFields: _bad_fields,
    errors.StorageDown: phrase(
        "😔 I can't reach the clinic's records at the moment. Nothing is lost. Please try again in a minute."
    ),
    errors.Unreadable: phrase("😔 I can't read that record at the moment. Please ask the clinic about it."),
    errors.TryLater: phrase("😔 That didn't go through. Please try again in a minute."),
    errors.RecipientGone: phrase("😔 That didn't go through. This address doesn't accept messages."),
}
SENTENCES: Sentences = {
    **BOOKING,
    **PATIENTS,
    **ACCOUNTS,
    **ADMINISTRATION,
    **CATALOGUE,
    **HOURS,
    **TIME_OFF,
    **DATES,
    **CHOICES,
    **SECRETS,
    **OF_THE_MOMENT,
}


def sentence(error: errors.ClinicError, rules: ClinicRules) -> str:
    """Return what to say about an error, in Telegram's HTML."""
    said = SENTENCES[type(error)]
    return str(said) if isinstance(said, Phrase) else said(error, rules)


def incident(number: str) -> str:
    """Say that something unforeseen happened, and how to ask about it."""
    return say(
        "😔 Something went wrong on my side, and I've made a note of it. Please try again."
        " If it happens again, give the clinic this number: <code>{number}</code>",
        number=esc(number),
    )
