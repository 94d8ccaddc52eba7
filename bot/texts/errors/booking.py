"""The sentences of errors around appointments: booking and changing them, waiting for one, and the visit itself."""

from datetime import datetime

from bot.localization.messages import phrase, say, say_count
from bot.texts.errors.parts import Sentences, at, one_of, paragraph
from bot.texts.formats import call_the_clinic, day, esc, moment_read, span
from services import errors
from services.clinic_rules import ClinicRules
from services.patients.fields import shown_phone

# What the desk may do where a patient has reached a limit.
ALL_THE_SAME = phrase("You can book all the same.")


def _day(value: datetime, rules: ClinicRules) -> str:
    return day(value.astimezone(rules.zone).date())


def _patient_busy(error: errors.PatientBusy, rules: ClinicRules) -> str:
    start = moment_read(error.start, rules)
    if error.patient:
        return say(
            "{patient} already has an appointment that overlaps {moment}. Please choose another time.",
            patient=esc(error.patient),
            moment=start,
        )
    return say(
        "You already have an appointment that overlaps {moment}. Please choose another time.", moment=start
    )


def _too_many_waitlist_entries(error: errors.TooManyWaitlistEntries, _rules: ClinicRules) -> str:
    if error.patient:
        return say_count(
            "{patient} is already on {count} waiting list, which is the limit. Please leave one in /waitlist first.",
            "{patient} is already on {count} waiting lists, which is the limit. Please leave one in /waitlist first.",
            error.most,
            patient=esc(error.patient),
        )
    return say_count(
        "You're already on {count} waiting list, which is the limit. Please leave one in /waitlist first.",
        "You're already on {count} waiting lists, which is the limit. Please leave one in /waitlist first.",
        error.most,
    )


def _too_many_appointments(error: errors.TooManyAppointments, rules: ClinicRules) -> str:
    patient = esc(error.patient)
    if error.by_desk:
        reached = say_count(
            "{patient} already has an upcoming appointment, which is the limit.",
            "{patient} already has {count} upcoming appointments, which is the limit.",
            error.most,
            patient=patient,
        )
        return paragraph(reached, ALL_THE_SAME)
    if error.patient:
        reached = say_count(
            "{patient} already has an upcoming appointment, which is the limit here.",
            "{patient} already has {count} upcoming appointments, which is the limit here.",
            error.most,
            patient=patient,
        )
    else:
        reached = say_count(
            "You already have an upcoming appointment, which is the limit here.",
            "You already have {count} upcoming appointments, which is the limit here.",
            error.most,
        )
    return paragraph(
        reached, say("Please cancel one in /appointments first, or {call}.", call=call_the_clinic(rules))
    )


def _too_many_that_day(error: errors.TooManyThatDay, rules: ClinicRules) -> str:
    patient, then = esc(error.patient), _day(error.start, rules)
    if error.by_desk:
        reached = say_count(
            "{patient} already has an appointment with this doctor on {day}, which is the limit.",
            "{patient} already has {count} appointments with this doctor on {day}, which is the limit.",
            error.most,
            patient=patient,
            day=then,
        )
        return paragraph(reached, ALL_THE_SAME)
    if error.patient:
        reached = say_count(
            "{patient} already has an appointment with this doctor on {day}.",
            "{patient} already has {count} appointments with this doctor on {day}.",
            error.most,
            patient=patient,
            day=then,
        )
    else:
        reached = say_count(
            "You already have an appointment with this doctor on {day}.",
            "You already have {count} appointments with this doctor on {day}.",
            error.most,
            day=then,
        )
    return paragraph(reached, say("Please choose another day, or {call}.", call=call_the_clinic(rules)))


def _too_many_changes(error: errors.TooManyChanges, rules: ClinicRules) -> str:
    if error.by_desk or error.patient:
        reached = say_count(
            "{patient} has booked, moved or cancelled {count} time within an hour, which is the limit.",
            "{patient} has booked, moved or cancelled {count} times within an hour, which is the limit.",
            error.most,
            patient=esc(error.patient),
        )
    else:
        reached = say_count(
            "You've booked, moved or cancelled {count} time within an hour, which is the limit.",
            "You've booked, moved or cancelled {count} times within an hour, which is the limit.",
            error.most,
        )
    if error.by_desk:
        return paragraph(reached, ALL_THE_SAME)
    return paragraph(
        reached,
        say(
            "Please try again after {time}, or {call}.",
            time=at(error.until, rules),
            call=call_the_clinic(rules),
        ),
    )


def _too_many_holds(error: errors.TooManyHolds, rules: ClinicRules) -> str:
    if error.patient:
        reached = say_count(
            "{patient} still has an appointment to confirm elsewhere.",
            "{patient} still has {count} appointments to confirm elsewhere.",
            error.most,
            patient=esc(error.patient),
        )
    else:
        reached = say_count(
            "You still have an appointment to confirm elsewhere.",
            "You still have {count} appointments to confirm elsewhere.",
            error.most,
        )
    return paragraph(
        reached,
        say("Please confirm or leave one first, or wait until {time}.", time=at(error.until, rules)),
    )


def _nobody_to_write_to(error: errors.NobodyToWriteTo, rules: ClinicRules) -> str:
    if not error.patient:
        return say("There's no patient left to write to.")
    if not error.phone:
        return say(
            "{patient} has neither Telegram nor email. Please tell them by telephone.",
            patient=esc(error.patient),
        )
    return say(
        "{patient} has neither Telegram nor email. Please call {phone}.",
        patient=esc(error.patient),
        phone=shown_phone(error.phone, rules.region),
    )


BOOKING: Sentences = {
    errors.SlotTaken: lambda e, rules: say(
        "🙁 {moment} was just taken by someone else. Here are other free times.",
        moment=moment_read(e.start, rules),
    ),
    errors.RoomTaken: lambda e, rules: say(
        "🙁 At {moment} the room for this visit has just been taken. Here are other free times.",
        moment=moment_read(e.start, rules),
    ),
    errors.KindNotOffered: phrase(
        "This kind of visit can't be booked with this doctor at the moment. Please choose another kind."
    ),
    errors.PlaceNotOffered: phrase(
        "This doctor doesn't work at that place any more. Please choose another place."
    ),
    errors.NothingToBook: lambda _e, rules: say(
        "This doctor has no visits that can be booked here. Please choose another doctor, or {call}.",
        call=call_the_clinic(rules),
    ),
    errors.SeriesNotOffered: lambda e, _: (
        say_count(
            "🔂 A series of this kind has 2 to {count} visit. Please choose how many.",
            "🔂 A series of this kind has 2 to {count} visits. Please choose how many.",
            e.most,
        )
        if e.most > 1
        else say("🔂 These visits can't be booked as a series. Please book them one by one.")
    ),
    errors.SeriesIncomplete: lambda e, rules: say(
        "⌛ {moment} has just been taken, so nothing was changed. Please look at the times again.",
        moment=moment_read(e.start, rules),
    ),
    errors.BookedBefore: lambda e, rules: say(
        "You've already booked {moment}. See it in /appointments.", moment=moment_read(e.start, rules)
    ),
    errors.RequestAbandoned: phrase("✖ You left this before it was stored, so nothing was saved."),
    errors.SlotPassed: phrase("🕰 That time has already started. Please choose a later one."),
    errors.SlotNotOffered: lambda e, rules: say(
        "{moment} is not free. Please choose one of the times shown.", moment=moment_read(e.start, rules)
    ),
    errors.PatientBusy: _patient_busy,
    errors.ModalityNotOffered: lambda e, _: (
        say(
            "This doctor only sees patients by video at the moment. Please confirm that, or choose another doctor."
        )
        if e.by_video
        else say(
            "This doctor only sees patients in the clinic at the moment."
            " Please confirm that, or choose another doctor."
        )
    ),
    errors.OfferOver: phrase(
        "⌛ That offer has expired. See your waiting lists in /waitlist, and the free times in /book."
    ),
    errors.NotEarlier: lambda e, rules: say(
        "Your appointment is on {moment}. Please choose a day before that.",
        moment=moment_read(e.start, rules),
    ),
    errors.TooManyWaitlistEntries: _too_many_waitlist_entries,
    errors.TooManyAppointments: _too_many_appointments,
    errors.TooManyThatDay: _too_many_that_day,
    errors.TooManyChanges: _too_many_changes,
    errors.TooManyHolds: _too_many_holds,
    errors.AppointmentOver: lambda e, rules: say(
        "The appointment on {moment} has started or is over, so it can't be changed any more.",
        moment=moment_read(e.start, rules),
    ),
    errors.AlreadyCancelled: lambda e, rules: say(
        "The appointment on {moment} is already cancelled. There's nothing more to do.",
        moment=moment_read(e.start, rules),
    ),
    errors.AppointmentChanged: lambda e, rules: say(
        "This appointment has just been changed. It's now on {moment}. Please check it again.",
        moment=moment_read(e.start, rules),
    ),
    errors.SameTime: lambda e, rules: say(
        "The appointment is already on {moment}. Please choose another time.",
        moment=moment_read(e.start, rules),
    ),
    errors.NotBegun: lambda e, rules: say(
        "The appointment starts on {moment}. After that you can note whether the patient came.",
        moment=moment_read(e.start, rules),
    ),
    errors.AlreadyConfirmed: lambda e, rules: say(
        "👍 You've already confirmed. See you on {moment}.", moment=moment_read(e.start, rules)
    ),
    errors.TooLateToChange: lambda e, rules: say(
        "The appointment on {moment} could be moved or cancelled here until {span} before. Please {call}.",
        moment=moment_read(e.start, rules),
        span=span(e.lead_time),
        call=call_the_clinic(rules),
    ),
    errors.NotSeen: lambda e, rules: say(
        "Please mark the visit on {moment} as seen first. Then you can propose a follow-up.",
        moment=moment_read(e.start, rules),
    ),
    errors.NoTimesThen: lambda e, rules: say(
        "You have no free time around {day}. Patients can book until {last}. Please choose another time, or"
        " extend your /hours.",
        day=_day(e.start, rules),
        last=day(e.last),
    ),
    errors.TooEarlyToArrive: lambda e, rules: say(
        "You can say that you're here from {moment} on, an hour before your visit.",
        moment=moment_read(e.opens_at, rules),
    ),
    errors.NobodyWaits: phrase(
        "Nobody else is here yet. Patients tap “I'm here”, or you note it on their card."
    ),
    errors.NobodyToWriteTo: _nobody_to_write_to,
    errors.BadLateness: lambda e, _r: say(
        "How many minutes are you late? Please type it like /late 20, at most {most}, or /late 0 when you're"
        " on time again.",
        most=span(e.most),
    ),
    errors.EmptyMessage: phrase("Please type the message in some words."),
    errors.OffersChanged: phrase(
        "One of these times has just been taken. Here are the times I can send now. Please check them again."
    ),
    errors.DoctorUnknown: phrase("This doctor can't be booked any more. See who can in /doctors."),
    errors.AppointmentUnknown: phrase("That is not one of your appointments. See yours in /appointments."),
    errors.NotForOthers: phrase("You can only book for yourself, and for those you look after."),
    errors.KeyUsed: lambda e, rules: say(
        "This request has already booked an appointment, which is on {moment} now or was cancelled."
        " For another one, please send another key.",
        moment=moment_read(e.start, rules),
    ),
    errors.PeriodTooLong: lambda e, _: say_count(
        "Please ask for up to {count} day at once, with the first day before the last one.",
        "Please ask for up to {count} days at once, with the first day before the last one.",
        e.most,
    ),
    errors.CalendarFeedUnknown: phrase(
        "There is no calendar at this address any more. Get a new address in the chat with the clinic's bot, in"
        " /appointments or /schedule."
    ),
    errors.ReasonTooLong: lambda e, _: say_count(
        "Please keep it to {count} character. The doctor will ask you for the rest.",
        "Please keep it to {count} characters. The doctor will ask you for the rest.",
        e.max_length,
    ),
    errors.AnswerTooLong: lambda e, _: say_count(
        "Please keep your answer to {count} character.",
        "Please keep your answer to {count} characters.",
        e.max_length,
    ),
    errors.BadAnswer: lambda e, _: say("Please choose one of these: {choices}.", choices=one_of(e.choices)),
    errors.QuestionGone: phrase("This question isn't asked any more. You can go on with the others."),
    errors.NoteTooLong: lambda e, _: say_count(
        "Please keep your note to the patient to {count} character.",
        "Please keep your note to the patient to {count} characters.",
        e.max_length,
    ),
    errors.DayPassed: lambda e, _: say("{day} is over. Please choose today or a later day.", day=day(e.day)),
    errors.DayTooFar: lambda e, _: say(
        "{day} is too far ahead. I can book until {last}. Please choose an earlier day.",
        day=day(e.day),
        last=day(e.last),
    ),
    errors.BadReminders: lambda e, _: say(
        "Please tap when, or type up to {most_reminders} like “1 day, 2 hours”, from {least} to {most} before."
        " For no reminders, type “none”.",
        most_reminders=e.count,
        least=span(e.least),
        most=span(e.most),
    ),
    errors.BadFollowUp: lambda e, _: say_count(
        "Please tap when, or type it like “in 10 days” or “3 weeks”, or a date like “4 May”."
        " It can be up to {count} day away.",
        "Please tap when, or type it like “in 10 days” or “3 weeks”, or a date like “4 May”."
        " It can be up to {count} days away.",
        e.most,
    ),
}
