"""What is said of each kind of news, to the one who reads it: the facts, and what to do next."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.localization.messages import say
from bot.texts.account_news import ACCOUNT_NEWS, code_news
from bot.texts.appointment_news import APPOINTMENT_NEWS, how_to_join
from bot.texts.callbacks import CALLBACK_NEWS
from bot.texts.cancellation_news import cancelled
from bot.texts.formats import named
from bot.texts.news_rows import has_no_chat, is_patient
from bot.texts.notification_layouts import News, RoomAddress
from bot.texts.offer_news import OFFER_NEWS
from bot.texts.patient_news import PATIENT_NEWS
from bot.texts.questions import left_in, please_answer
from bot.texts.schedule_news import SCHEDULE_NEWS
from bot.texts.series_news import SERIES_NEWS
from services.clinic_rules import ClinicRules
from services.models.notifications import ChannelName, EventKind, Notice
from services.models.people import User
from services.names.email_addresses import masked

__all__ = ["code_news", "news", "notice_news", "while_away"]  # no words

Facts = Mapping[str, Any]
IN_CLINIC_TIME = frozenset({EventKind.DIGEST, EventKind.SCHEDULE_CHANGED})


def news(kind: EventKind, facts: Mapping[str, Any], reader: User, rules: ClinicRules) -> News:
    """Return what to say of an event to one of its readers, in whose zone times are told.

    It is said in the language of the task. A doctor's days are told in the clinic's zone, as /schedule and
    /timeoff show them.
    """
    if facts.get("patient"):
        facts = {**facts, "patient": named(facts["patient"])}
    said = _SAID[kind](facts, reader, rules if kind in IN_CLINIC_TIME else rules.seen_by(reader))
    said = _with_questions(said, kind, facts, reader)
    if not facts.get("room"):
        return said
    if kind is EventKind.REMINDER:
        return replace(said, facts=(*said.facts, RoomAddress(say("Video visit"), facts["room"])))
    if kind in {EventKind.BOOKED, EventKind.MOVED}:
        return replace(said, closing=f"{how_to_join()} {said.closing}")
    return said


def _with_questions(said: News, kind: EventKind, facts: Facts, reader: User) -> News:
    """Return the news of an appointment to come, with how many questions its patient may still answer."""
    asks = kind in {EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER}
    if not asks or not is_patient(reader) or has_no_chat(reader):
        return said
    return replace(said, closing=f"{please_answer(left_in(facts))}{said.closing}")


def notice_news(notice: Notice, reader: User, rules: ClinicRules) -> News:
    """Return what a notice says to its reader."""
    event, facts = notice.event, notice.event.facts
    if event.kind is EventKind.EMAIL_CORRECTED and notice.channel is ChannelName.MAIL:
        # The old address may be a stranger's, because it was mistyped.
        facts = {**facts, "email": masked(facts["email"])}
    said = news(event.kind, facts, reader, rules)
    return replace(said, headline=while_away(said.headline)) if notice.was_away else said


def while_away(headline: str) -> str:
    """Return the headline of what is told only now, as nobody was there."""
    # Translators: goes before what else the message says: "While you were away: ✅ Appointment booked".
    return say("While you were away: {news}", news=headline)


_SAID: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.CANCELLED: cancelled,
    **ACCOUNT_NEWS,
    **APPOINTMENT_NEWS,
    **CALLBACK_NEWS,
    **OFFER_NEWS,
    **PATIENT_NEWS,
    **SCHEDULE_NEWS,
    **SERIES_NEWS,
}
