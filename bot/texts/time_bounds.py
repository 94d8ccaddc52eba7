"""Within which bounds times are shown, in words."""

from collections.abc import Sequence
from datetime import date, time

from bot.localization.messages import phrase, say
from bot.texts import labels
from bot.texts.formats import comma_list, either, long_weekday, wall_time, weekday_and_day
from services.availability.time_bounds import TimeBounds
from services.models.scheduling import PartOfDay

NIGHT_ENDS = time(6)
# Translators: when a visit may begin, in a list: “Fri 4 Dec, in the morning, after 10:30 AM”.
_IN = {
    PartOfDay.MORNING: phrase("in the morning"),
    PartOfDay.AFTERNOON: phrase("in the afternoon"),
    PartOfDay.EVENING: phrase("in the evening"),
}
# Translators: when a visit may not begin, in such a list.
_NOT_IN = {
    PartOfDay.MORNING: phrase("not in the morning"),
    PartOfDay.AFTERNOON: phrase("not in the afternoon"),
    PartOfDay.EVENING: phrase("not in the evening"),
}


def bounds_in_words(bounds: TimeBounds) -> str:
    """Return bounds in a line: Fri 4 Dec, in the afternoon, from 04:00 PM on."""
    days = [either([weekday_and_day(each) for each in bounds.days])] if bounds.days else []
    return comma_list([*days, *_period(bounds.first, bounds.last), *_times(bounds), *_unwanted(bounds)])


def _period(first: date | None, last: date | None) -> list[str]:
    if first is not None and last is not None:
        return [say("{start} – {end}", start=weekday_and_day(first), end=weekday_and_day(last))]
    if first is not None:
        return [say("from {day} on", day=weekday_and_day(first))]
    return [say("until {day}", day=weekday_and_day(last))] if last is not None else []


def _times(bounds: TimeBounds) -> list[str]:
    found = [str(_IN[bounds.part])] if bounds.part in _IN else []
    if bounds.times:
        found.append(say("at {time}", time=either([wall_time(each) for each in _by_day(bounds.times)])))
    if bounds.after is not None:
        found.append(say("from {time} on", time=wall_time(bounds.after)))
    if bounds.before is not None:
        found.append(say("before {time}", time=wall_time(bounds.before)))
    return found


def _by_day(times: Sequence[time]) -> Sequence[time]:
    """Return the readings of a time without those in the night, which nobody means, unless all are."""
    return [each for each in times if each >= NIGHT_ENDS] or times


def _unwanted(bounds: TimeBounds) -> list[str]:
    days = [long_weekday(each) for each in bounds.not_days]
    days += [weekday_and_day(each) for each in bounds.not_dates]
    found = [say("not {days}", days=either(days))] if days else []
    return [*found, *(str(_NOT_IN[part]) for part in bounds.not_parts if part in _NOT_IN)]


def only_within(bounds: TimeBounds | None) -> str:
    """Return a paragraph that says which times are shown; nothing where all are."""
    if not bounds:
        return ""
    return "\n\n" + say("🔎 Only these times are shown: {bounds}.", bounds=bounds_in_words(bounds))


def none_within(bounds: TimeBounds) -> str:
    """Say that the doctor has no time within bounds."""
    return say(
        "This doctor has no free time like this: {bounds}. Tap {all} to see the others.",
        bounds=bounds_in_words(bounds),
        all=labels.words_of(labels.SHOW_ALL_TIMES),
    )
