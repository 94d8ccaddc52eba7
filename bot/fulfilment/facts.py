"""The table of answers that are no dialog: what is done for each of these intents."""

from collections.abc import Awaitable, Callable, Mapping

from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.fulfilment import about_the_clinic, complaints, leading_on, people, small_talk
from bot.understanding.intents import Intent
from bot.understanding.meaning import Understood

# Shows the answer itself, or returns what it leads to.
Fulfil = Callable[[ClinicContext, Understood], Awaitable[Tap | None]]

FACTS: Mapping[Intent, Fulfil] = {
    Intent.EMERGENCY: complaints.emergency,
    Intent.SYMPTOM: complaints.symptom,
    Intent.GREETING: small_talk.greeting,
    Intent.THANKS: small_talk.thanks,
    Intent.ADDRESS: about_the_clinic.address,
    Intent.PHONE: about_the_clinic.phone,
    Intent.OPENING_HOURS: about_the_clinic.opening_hours,
    Intent.PRICE: about_the_clinic.price,
    Intent.PERSON: people.person,
    Intent.LANGUAGE: leading_on.language,
    Intent.DOCTORS: leading_on.doctors,
    Intent.CALENDAR: leading_on.calendar,
    **dict.fromkeys(leading_on.COMMANDS, leading_on.command),
}
