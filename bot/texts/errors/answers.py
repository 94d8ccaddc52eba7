"""The sentences of errors of what people type or tap: dates, times, choices, secrets."""

from datetime import date

from bot import input_errors
from bot.localization.messages import phrase, say
from bot.texts.errors.parts import Sentences, first_few, one_of
from bot.texts.formats import (
    all_of,
    day,
    doctor,
    esc,
    long_day,
    long_weekday,
    shortened,
    typed_day,
    wall_time,
)
from bot.texts.specializations import specialization
from services.clinic_rules import ClinicRules
from services.models.scheduling import Weekday

# So many characters are said again of what was typed.
MOST_SAID = 60


def _again(text: str) -> str:
    """Return what somebody typed, to say it again."""
    return esc(shortened(text, MOST_SAID))


def _export(first: date, last: date) -> str:
    return f"/export {typed_day(first)} {typed_day(last)}"


def _day_not_free(error: input_errors.DayNotFree, _rules: ClinicRules) -> str:
    """Say that a day has no times: the doctor may be free where the patient is not."""
    if error.patient:
        return say(
            "{day} has no time that suits both {doctor} and {patient}."
            " Please choose one of the days with a number.",
            day=day(error.day),
            doctor=doctor(error.doctor),
            patient=esc(error.patient),
        )
    return say("{day} has no free time. Please choose one of the days with a number.", day=day(error.day))


DATES: Sentences = {
    input_errors.BadDate: lambda e, _: say(
        "Please tap a day, or type one like {date}, tomorrow or Monday.", date=typed_day(e.like)
    ),
    input_errors.NoSuchDay: phrase("That day doesn't exist. Please tap one with a number, or type another."),
    input_errors.WeekdayDiffers: lambda e, _: say(
        "{day} is a {weekday}, not a {typed}. Which do you mean? Please tap or type the day again.",
        day=long_day(e.day),
        weekday=long_weekday(Weekday(e.day.weekday())),
        typed=long_weekday(Weekday(e.weekday)),
    ),
    input_errors.SeveralDays: lambda e, _: say(
        "Do you mean {days}? Please tap it, or type it with the month's name.",
        days=one_of([day(each) for each in e.days]),
    ),
    input_errors.SeveralTimes: lambda e, _: say(
        "Do you mean {times}? Please tap the time that you'd like.",
        times=one_of([wall_time(each) for each in e.times]),
    ),
    input_errors.DoctorNotHere: lambda e, _: say(
        "We have no doctor called “{name}”. Which of these would you like?", name=_again(e.name)
    ),
    input_errors.KindsLacking: lambda e, _: say(
        "We have no doctors for {kinds}. Which of these would you like?",
        kinds=one_of([specialization(name) for name in e.names]),
    ),
    input_errors.LooksAfterNobody: lambda e, _: say(
        "You can book for yourself here. To book for “{name}”, please add them in /family first.",
        name=esc(e.name),
    ),
    input_errors.DayNotFree: _day_not_free,
    input_errors.BadTime: phrase("Please tap a time, or type one like 10:30 AM or 14:00."),
    input_errors.BadPeriod: lambda e, _: say(
        "Please type the first day and the last one, like {command}, or tap a period in /export.",
        command=_export(e.first, e.last),
    ),
    input_errors.PeriodBackwards: lambda e, _: say(
        "{last} is before {first}. Please type the earlier day first, like {command}.",
        last=day(e.last),
        first=day(e.first),
        command=_export(e.last, e.first),
    ),
    input_errors.BadWeek: phrase(
        "Please tap a button, or type days and hours like “Mon-Fri 9-12, 13-17” or “Sat closed”."
    ),
    input_errors.BadHours: phrase("Please type hours like “9-12, 13:30-17” or “9am to 5pm”, or “closed”."),
    input_errors.BadPlacedHours: lambda e, _: say(
        "Please type hours with their place behind them, like “9-12 {place}”, or “closed”."
        " The clinic works at {places}.",
        place=esc(e.places[0]),
        places=all_of(e.places),
    ),
    input_errors.NoSuchTime: lambda e, _: say(
        "{typed} isn't a time of day. A day goes from 00:00 to 24:00. Please type it again.",
        typed=esc(e.text),
    ),
    input_errors.BadTimeOff: lambda e, _: say(
        "Please tap a day, or type one like {date}, “4 May to 9 May” or “4 May 13:00-17:00”.",
        date=typed_day(e.like),
    ),
    input_errors.BadPart: phrase(
        "Please tap a button, or type part of a day like “13:00-17:00”, “from 3 pm” or “until noon”."
    ),
    input_errors.WeekUnsaved: phrase(
        "Your week isn't saved yet. Please save it first with Preview &amp; save, then change a single day."
    ),
    input_errors.BadDateHours: lambda e, _: say(
        "Please tap a day, or type one with its hours, like “{date} 9-12”.", date=typed_day(e.like)
    ),
}
CHOICES: Sentences = {
    input_errors.WordsLeft: lambda e, _: say(
        "I understood “{understood}”, but not “{left}”. Please tap what you mean, or type it again.",
        understood=_again(e.understood),
        left=_again(e.left),
    ),
    input_errors.NotAChoice: phrase("I couldn't find that. Please tap a button or type one of the choices."),
    input_errors.ButtonWanted: phrase("I can't read an answer from that. Please tap one of the buttons."),
    input_errors.ReasonWanted: phrase("Please type the reason for the visit, or tap a button."),
    input_errors.SeveralFit: lambda e, _: say(
        "Several match: {choices}. Please type more of the one you mean, or tap a button.",
        choices=first_few(e.choices),
    ),
    input_errors.NearMiss: lambda e, _: say(
        "Did you mean {choices}? Please tap it, or type it again.", choices=one_of(e.choices)
    ),
    input_errors.NobodyFits: lambda e, _: say(
        "I couldn't find a patient with “{typed}” in their name or email address. Please try another part of it.",
        typed=esc(e.text),
    ),
    input_errors.TextWanted: phrase("I can only read text here. Please type your answer, or tap a button."),
    input_errors.EditNotRead: phrase(
        "✏️ I don't read edited messages. Please send your answer as a new one. To change an earlier answer, tap « Back."
    ),
    input_errors.NoSuchLimit: phrase(
        "I don't know that limit. Please send one of these: /limits upcoming 5, /limits day 1, /limits changes 10,"
        " /limits holds 2."
    ),
    input_errors.BadKindLine: lambda e, _: say(
        "I don't understand “{typed}”. Please type it like “First visit, 45 min, buffer 5, 80 EUR”.",
        typed=_again(e.part),
    ),
    input_errors.NoVisitLength: lambda e, _: say(
        "How long does it take? Please type it too, like “{name}, 45 min”.",
        name=_again(e.name) or say("First visit"),
    ),
}
SECRETS: Sentences = {
    input_errors.SecretTooSoon: phrase(
        "🔒 I deleted your message, because it may be the password or code I asked for. If it was, please type it again."
    ),
    input_errors.SecretTooLate: phrase(
        "🔒 I deleted your message, because it may be the password or code I asked for before. If it's your answer"
        " to this question, please type it again in a few seconds."
    ),
    input_errors.PasswordIsName: phrase(
        "That is the name you gave me, so it can't be your password: others know it. Please choose another one,"
        " or tap « Back to change the name."
    ),
    input_errors.SecretRepeated: phrase(
        "🔒 I deleted that message and didn't take it as an answer, because it contains the password or code you"
        " just gave me."
    ),
    input_errors.AddressAlone: phrase(
        "🔒 I deleted that message, in case there was a password in it. When I ask for your email address,"
        " please type only that."
    ),
    input_errors.AnswerWasSecret: phrase(
        "🔒 You had typed that here before, so I've forgotten that answer to keep it secret. Please answer again."
    ),
}
