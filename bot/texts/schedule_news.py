"""What doctors are told of their days: what is to come, and what the clinic has changed for them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.localization.messages import say, say_count
from bot.texts.formats import clock_time, comma_list, day, named, plain_doctor, shortened
from bot.texts.news_rows import by_clinic, reason
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News
from bot.texts.time_off import off
from bot.texts.visits import in_short
from services.appointments.schedule_events import Changed
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import User
from services.models.slots import Slot

Facts = Mapping[str, Any]
# A day's news is one message: what does not fit is in /schedule.
MOST_ITEMS, MOST_REASON = 20, 60


def _digest(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say what is to come today; the clinic's time, as in /schedule."""
    del reader
    today, items = day(date.fromisoformat(facts["day"])), facts["items"]
    rows: list[Fact] = []
    for item in items[:MOST_ITEMS]:
        rows.append(Fact(clock_time(item["start"], rules.zone), f"{named(item['patient'])}{in_short(item)}"))
        if item["reason"]:
            rows.append(reason(shortened(item["reason"], MOST_REASON)))
    return News(
        subject=say("Your day: {day}", day=today),
        headline=_how_many(today, len(items)),
        facts=tuple(rows),
        closing=say("See the whole day: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT)
        if items
        else say("Enjoy the quiet. See other days: /schedule{in_the_chat}", in_the_chat=IN_THE_CHAT),
    )


def _how_many(today: str, count: int) -> str:
    if not count:
        return say("☀️ {day}: no appointments", day=today)
    return say_count("☀️ {day}: {count} appointment", "☀️ {day}: {count} appointments", count, day=today)


def _schedule_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Tell a doctor what the clinic has changed for them, in the clinic's wall time where days are told."""
    what = facts.get("what", "")
    rows = _FACTS[what](facts, rules) if what in _FACTS else []
    return News(
        subject=say("Your working times at {clinic} were changed", clinic=rules.name),
        headline=_what_changed(what, plain_doctor(reader.name)),
        facts=(*rows, by_clinic()),
        closing=say(
            "See your days in /schedule, and change your times in /hours and /timeoff{in_the_chat}.",
            in_the_chat=IN_THE_CHAT,
        ),
    )


def _what_changed(what: str, doctor: str) -> str:
    """Say what was changed; of what this version does not know, that something was."""
    if what == Changed.HOURS:
        return say("⏰ {doctor}, your working hours were changed", doctor=doctor)
    if what == Changed.TIME_OFF:
        return say("⏰ {doctor}, time off was taken for you", doctor=doctor)
    if what == Changed.TIME_OFF_TAKEN_BACK:
        return say("⏰ {doctor}, your time off was taken back", doctor=doctor)
    if what == Changed.DATE:
        return say("⏰ {doctor}, your hours on one day were changed", doctor=doctor)
    if what == Changed.KINDS:
        return say("⏰ {doctor}, the kinds of visit that you offer were changed", doctor=doctor)
    return say("⏰ {doctor}, your working times were changed", doctor=doctor)


def _away_facts(facts: Facts, rules: ClinicRules) -> list[Fact]:
    # Of earlier versions it does not say where.
    at = [Fact(say("Only at"), facts["place"])] if facts.get("place") else []
    return [Fact(say("When"), off(Slot(facts["start"], facts["end"]), rules.zone)), *at]


def _date_facts(facts: Facts, rules: ClinicRules) -> list[Fact]:
    del rules
    told = facts["hours"]
    # Translators: "Hours: as on that weekday": the usual ones of a doctor apply on that date.
    hours = say("as on that weekday") if told is None else comma_list(told) or say("closed")
    return [Fact(say("Day"), day(date.fromisoformat(facts["day"]))), Fact(say("Hours"), hours)]


_FACTS: Mapping[str, Callable[[Facts, ClinicRules], list[Fact]]] = {
    Changed.TIME_OFF.value: _away_facts,
    Changed.TIME_OFF_TAKEN_BACK.value: _away_facts,
    Changed.DATE.value: _date_facts,
}
SCHEDULE_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.DIGEST: _digest,
    EventKind.SCHEDULE_CHANGED: _schedule_changed,
}
