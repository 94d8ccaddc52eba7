"""The sentences of errors around what the clinic and its doctors set: hours, time off, closures, kinds of visit."""

from collections.abc import Callable, Mapping

from bot.localization.messages import phrase, say, say_count
from bot.texts.errors.parts import Sentences, long
from bot.texts.formats import day, esc, hours, long_weekday, span, wall_time
from services import errors
from services.clinic_rules import ClinicRules

_TEXTS: Mapping[str, Callable[[int], str]] = {
    "name": lambda most: say_count(
        "Please type the name in 1 to {count} character.",
        "Please type the name in 1 to {count} characters.",
        most,
    ),
    "group": lambda most: say_count(
        "Please type the group in 1 to {count} character.",
        "Please type the group in 1 to {count} characters.",
        most,
    ),
    "preparation": lambda most: say_count(
        "Please type the preparation in 1 to {count} character.",
        "Please type the preparation in 1 to {count} characters.",
        most,
    ),
    "address": lambda most: say_count(
        "Please type the address in 1 to {count} character.",
        "Please type the address in 1 to {count} characters.",
        most,
    ),
    "directions": lambda most: say_count(
        "Please type the directions in 1 to {count} character.",
        "Please type the directions in 1 to {count} characters.",
        most,
    ),
}


def _text_too_long(error: errors.TextTooLong, _rules: ClinicRules) -> str:
    return _TEXTS[error.what](error.most)


CATALOGUE: Sentences = {
    errors.KindUnknown: phrase("That kind of visit isn't offered any more. See which there are in /kinds."),
    errors.PlaceUnknown: phrase(
        "The clinic doesn't work at that place any more. See where it does in /places."
    ),
    errors.RoomUnknown: phrase("That room is no longer here. See all of them in /rooms."),
    errors.OutageUnknown: phrase("That is over already. See when it's out of order on its card in /rooms."),
    errors.TextTooLong: _text_too_long,
    errors.EntryNameTaken: lambda e, _: say(
        "There is “{name}” already. Please choose another name, or change that one.", name=esc(e.name)
    ),
    errors.BadVisitLength: lambda e, _: say_count(
        "A visit takes {least} to {count} minute, in steps of five, like 45. Please tap or type one.",
        "A visit takes {least} to {count} minutes, in steps of five, like 45. Please tap or type one.",
        e.most,
        least=e.least,
    ),
    errors.BadGrid: lambda e, _: say_count(
        "Visits can begin every {least} to {count} minute, in steps of five, like 15. Please tap or type one.",
        "Visits can begin every {least} to {count} minutes, in steps of five, like 15. Please tap or type one.",
        e.most,
        least=e.least,
    ),
    # Translators: {grid} and {longest} are such as “1 hour 30 minutes”. Visits begin every {grid}.
    errors.GridTooCoarse: lambda e, _: say(
        "Every {grid} doesn't fit into hours of {longest}. Please choose {longest} or less, or longer /hours.",
        grid=long(e.minutes),
        longest=long(e.longest),
    ),
    errors.KindFitsNowhere: lambda e, _: say(
        "“{kind}” takes {length}, and the longest working hours are {longest}."
        " Please make the /hours longer, or choose a shorter kind.",
        kind=esc(e.name),
        length=long(e.minutes),
        longest=long(e.longest),
    ),
    errors.BadPrice: phrase(
        "Please type the price as a number with its currency, like “80 EUR” or “€45.50”, or “free”."
    ),
    errors.BadQuestion: lambda e, _: say_count(
        "A question has 1 to {count} character, like “What do you take?”. Please type it again.",
        "A question has 1 to {count} characters, like “What do you take?”. Please type it again.",
        e.most,
    ),
    errors.BadChoices: lambda e, _: say_count(
        "A question has {least} to {most} different choices of up to {count} character,"
        " like “Which side? left, right”. Please type it again.",
        "A question has {least} to {most} different choices of up to {count} characters,"
        " like “Which side? left, right”. Please type it again.",
        e.length,
        least=e.least,
        most=e.most,
    ),
    errors.TooManyQuestions: lambda e, _: say_count(
        "A kind of visit has up to {count} question. Please remove one first.",
        "A kind of visit has up to {count} questions. Please remove one first.",
        e.most,
    ),
    errors.BadSeries: lambda e, _: say_count(
        "A series has up to {count} visit. Please tap or type a number from 1 to {count}.",
        "A series has up to {count} visits. Please tap or type a number from 1 to {count}.",
        e.most,
    ),
}
HOURS: Sentences = {
    errors.HoursBackwards: lambda e, _: say(
        "{hours} has to end after it starts. Please type it like “9:00-17:00” or “9am to 5pm”.",
        hours=hours(e.hours),
    ),
    errors.WeekdayBackwards: lambda e, _: say(
        "{hours} has to end after it starts. Please type it like “9:00-17:00” or “9am to 5pm”."
        " Split a night in two, like “Fri 20-24, Sat 0-2”.",
        hours=hours(e.hours),
    ),
    errors.NightTooLong: lambda e, _: say(
        "{hours} has to end after it starts, or be a night of up to {most}."
        " Please type hours like “9-17”, or a night like “22-6”.",
        hours=hours(e.hours),
        most=long(e.most),
    ),
    errors.HoursOverlap: lambda e, _: say(
        "{one} and {other} overlap. Please type them so that one ends before the other starts.",
        one=hours(e.one),
        other=hours(e.other),
    ),
    errors.NotOnFiveMinutes: lambda e, _: say(
        "{time} won't work. Times go in steps of five minutes, like 9:00, 9:05 or 9:10. Please type it again.",
        time=wall_time(e.at),
    ),
    errors.SlotTooLong: lambda e, _: say(
        "A slot of {length} doesn't fit into {weekday}'s {hours}. Please choose a shorter slot or longer hours.",
        length=long(e.slot_minutes),
        weekday=long_weekday(e.weekday),
        hours=hours(e.hours),
    ),
    errors.BadSlotLength: lambda e, _: say_count(
        "A slot lasts {least} to {count} minute, in steps of five, like 20. Please tap or type one.",
        "A slot lasts {least} to {count} minutes, in steps of five, like 20. Please tap or type one.",
        e.most,
        least=e.least,
    ),
    errors.BadBuffer: lambda e, _: say_count(
        "A buffer can be up to {count} minute, in steps of five, like 10. Please tap or type one, or “none”.",
        "A buffer can be up to {count} minutes, in steps of five, like 10. Please tap or type one, or “none”.",
        e.most,
    ),
    errors.BadLeadTime: lambda e, _: say(
        "Please tap the notice, or type it like “90 min”, “3 hours” or “2 days”. It can be up to {most}.",
        most=span(e.most),
    ),
    errors.LeadTimeTooLong: lambda e, _: say(
        "With {lead_time} of notice and booking {horizon} ahead, nobody could ever book you."
        " Please choose a shorter notice, or more days ahead.",
        lead_time=span(e.lead_time),
        horizon=span(e.horizon),
    ),
    errors.BadHorizon: lambda e, _: say(
        "Please tap a number of days, or type a whole number from 1 to {most}.", most=e.most
    ),
    errors.DateTooFar: lambda e, _: say(
        "That's too far ahead. Hours can be changed until {last}. Please choose an earlier day.",
        last=day(e.last),
    ),
    errors.DateUnchanged: lambda e, _: say(
        "{day} has its usual hours already. Please choose a day that has its own.", day=day(e.day)
    ),
    errors.BookedMeanwhile: lambda e, _: say_count(
        "Another appointment was booked meanwhile. Please look at the list again, and tap Save if you still want"
        " to close.",
        "{count} more appointments were booked meanwhile. Please look at the list again, and tap Save if you"
        " still want to close.",
        e.count,
    ),
}
TIME_OFF: Sentences = {
    errors.TimeOffUnknown: phrase("That time off no longer exists. See your time off in /timeoff."),
    errors.TimeOffBackwards: lambda e, _: say(
        "{last} is before {first}. Please choose a later last day.", last=day(e.last), first=day(e.first)
    ),
    errors.TimeOffPassed: phrase("That time is already over. Please choose a later one."),
    errors.TimeOffTooLong: lambda e, _: say_count(
        "Time off can last up to a year ({count} day). Please choose an earlier last day.",
        "Time off can last up to a year ({count} days). Please choose an earlier last day.",
        e.most,
    ),
    errors.TimeOffTooFar: lambda e, _: say(
        "That's too far ahead. You can take time off until {last}. Please choose an earlier day.",
        last=day(e.last),
    ),
    errors.ClosureUnknown: phrase("That closure no longer exists. See what is closed in /closures."),
    errors.ClosureTooLong: lambda e, _: say_count(
        "A closure can last up to a year ({count} day). Please choose an earlier last day.",
        "A closure can last up to a year ({count} days). Please choose an earlier last day.",
        e.most,
    ),
    errors.ClosureTooFar: lambda e, _: say(
        "That's too far ahead. The clinic can be closed until {last}. Please choose an earlier day.",
        last=day(e.last),
    ),
    errors.BadClosureReason: lambda e, _: say_count(
        "Please type why the clinic is closed in 1 to {count} character, like “Christmas Day”.",
        "Please type why the clinic is closed in 1 to {count} characters, like “Christmas Day”.",
        e.max_length,
    ),
    errors.NoHolidays: phrase(
        "I don't know which country the clinic is in. Whoever runs me can set it, for example HOLIDAYS=DE-BY."
    ),
}
