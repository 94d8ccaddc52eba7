"""What is said to who wants to be called, and to the reception's people who call."""

from collections.abc import Mapping
from typing import Any

from bot.localization.messages import say
from bot.texts.formats import call_the_clinic, clock_time, esc, moment_there
from bot.texts.notification_layouts import Fact, News
from bot.texts.visits import PHONE
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.patients import CallbackRequest
from services.models.people import User
from services.patients.fields import shown_phone


def reach_people(phone: str, hours: str) -> str:
    """Say how a person is reached; given are the lines with the telephone and the hours."""
    head = say("🙋 I'm a bot. This is how you reach a person:")
    return f"{head}\n{phone}\n{hours}"


def ask_number(known: str | None) -> str:
    """Ask under which number the reception should call."""
    if known:
        return say("☎️ Under which number should the reception call you? Tap yours, or type another one.")
    return say("☎️ Under which number should the reception call you? Please type it.")


def number_button(phone: str, rules: ClinicRules) -> str:
    """Label the button with the number that is known."""
    return f"☎️ {shown_phone(phone, rules.region)}"


def passed_on(wish: CallbackRequest, phone: str, rules: ClinicRules) -> str:
    """Say that the wish was passed on, and under which number somebody will call."""
    return say(
        "✅ I passed it on at {time}. The reception will call you: {phone}",
        time=clock_time(wish.at, rules.zone),
        phone=esc(shown_phone(phone, rules.region)),
    )


def passed_before(wish: CallbackRequest, rules: ClinicRules) -> str:
    """Say that the wish was passed on before, or that the person was called since."""
    if wish.called_at is not None:
        return say("☎️ The reception called you at {time}.", time=clock_time(wish.called_at, rules.zone))
    return say(
        "☎️ I passed it on at {time} already. You can ask again an hour after that.",
        time=clock_time(wish.at, rules.zone),
    )


def nobody_there(rules: ClinicRules) -> str:
    """Say that nobody at the reception can be told now."""
    return say(
        "Nobody at the reception reads here right now. Please {call}.", call=esc(call_the_clinic(rules))
    )


def called(patient: User, wish: CallbackRequest | None, rules: ClinicRules, *, is_new: bool) -> str:
    """Say to the reception that it is noted that a patient was called, or was called before."""
    name = esc(patient.name)
    if is_new or wish is None or wish.called_at is None:
        return say("✅ Noted: {patient} was called.", patient=name) if is_new else _asked_again(name)
    time = clock_time(wish.called_at, rules.zone)
    return say("✅ {patient} was called already, at {time}.", patient=name, time=time)


def _asked_again(name: str) -> str:
    return say("☎️ {patient} has asked again since. There is a newer message about it.", patient=name)


def _wanted(facts: Mapping[str, Any], reader: User, rules: ClinicRules) -> News:
    del reader
    name = facts.get("name") or ""
    return News(
        subject=say("{patient} asks to be called", patient=name),
        headline=say("☎️ {patient} asks to be called.", patient=name),
        facts=(
            Fact(str(PHONE), shown_phone(facts.get("phone") or "", rules.region)),
            # Translators: the label of a line; when somebody asked to be called follows.
            Fact(say("Asked"), moment_there(facts["at"], rules.zone)),
        ),
        closing=say("Please tap the button once you have called."),
    )


CALLBACK_NEWS = {EventKind.CALLBACK_WANTED: _wanted}
