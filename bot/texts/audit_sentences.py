"""What the audit says of each action: one sentence without its full stop, and what else is known after it."""

from collections.abc import Callable, Mapping
from datetime import date

from bot.localization.messages import Phrase, phrase, say, say_count
from bot.texts.audit_catalogue import CATALOGUE
from bot.texts.audit_entries import Told
from bot.texts.formats import comma_list, listed, typed_day
from bot.texts.formats import day as written_day
from bot.texts.specializations import specialization
from services.models.announcements import Audience
from services.models.audit import Action
from services.models.limits import LimitName
from services.models.people import Role

Sentence = Callable[[Told], str]

REGISTERED = {
    Role.PATIENT: phrase("{who} registered as a patient"),
    Role.DOCTOR: phrase("{who} registered as a doctor"),
    Role.RECEPTIONIST: phrase("{who} registered as a receptionist"),
    Role.ADMIN: phrase("{who} registered as an admin"),
}
REGISTERED_BY_OTHERS = {
    Role.PATIENT: phrase("{who} registered {whom} as a patient"),
    Role.DOCTOR: phrase("{who} registered {whom} as a doctor"),
    Role.RECEPTIONIST: phrase("{who} registered {whom} as a receptionist"),
    Role.ADMIN: phrase("{who} registered {whom} as an admin"),
}
ANNOUNCED = {
    Audience.EVERYBODY: phrase("{who} made an announcement to everybody"),
    Audience.PATIENTS: phrase("{who} made an announcement to patients"),
    Audience.DOCTORS: phrase("{who} made an announcement to doctors"),
}
LIMIT_CHANGED = {
    LimitName.OPEN_APPOINTMENTS: phrase("{who} changed the limit of upcoming appointments"),
    LimitName.A_DAY: phrase("{who} changed the limit of appointments with one doctor on a day"),
    LimitName.CHANGES: phrase("{who} changed the limit of changes within an hour"),
    LimitName.HOLDS: phrase("{who} changed the limit of times held at once"),
}
LIMIT_RESET = {
    LimitName.OPEN_APPOINTMENTS: phrase("{who} reset the limit of upcoming appointments"),
    LimitName.A_DAY: phrase("{who} reset the limit of appointments with one doctor on a day"),
    LimitName.CHANGES: phrase("{who} reset the limit of changes within an hour"),
    LimitName.HOLDS: phrase("{who} reset the limit of times held at once"),
}
BEYOND = {
    LimitName.OPEN_APPOINTMENTS: phrase("beyond the limit of upcoming appointments"),
    LimitName.A_DAY: phrase("beyond the limit of appointments with one doctor on a day"),
    LimitName.CHANGES: phrase("beyond the limit of changes within an hour"),
    LimitName.HOLDS: phrase("beyond the limit of times held at once"),
}


def _does(what: Phrase) -> Sentence:
    """Return the sentence of what somebody does to somebody else, or without them."""
    return lambda told: told.said(what)


def _own(alone: Phrase, others: Phrase) -> Sentence:
    """Return the sentence of what people do for themselves, and what an admin may do for them."""
    return lambda told: told.said(alone if told.to_oneself else others)


def _with(*parts: str) -> str:
    """Return a sentence with what else is known after it; nothing is said of what is empty."""
    return comma_list([part for part in parts if part])


def _timed(plain: Phrase, timed: Phrase) -> Sentence:
    """Return the sentence of an appointment whose {start} may be known, and from where it was done."""

    def sentence(told: Told) -> str:
        start = told.fact("start")
        said = told.said(timed, start=start) if start else told.said(plain)
        return _with(said, told.via())

    return sentence


def _stretched(told: Told, said: str) -> str:
    start, end = told.fact("start"), told.fact("end")
    if not start or not end:
        return said
    # Translators: {said} is a sentence of the audit without its full stop, such as "Asha took time off".
    return say("{said} from {start} to {end}", said=said, start=start, end=end)


def _from_to(said: str, before: str | None, after: str | None) -> str:
    if not before or not after:
        return said
    # Translators: {said} is a sentence of the audit without its full stop, such as "Asha changed the limit".
    return say("{said} from {before} to {after}", said=said, before=before, after=after)


def _registered(told: Told) -> str:
    role = told.fact("role")
    if role in set(Role):
        return told.said((REGISTERED if told.to_oneself else REGISTERED_BY_OTHERS)[Role(role)])
    return told.said(phrase("{who} registered") if told.to_oneself else phrase("{who} registered {whom}"))


def _sign_in_failed(told: Told) -> str:
    tried = told.fact("email") or (told.whom if told.has_subject else None)
    return say("a sign-in as {tried} failed", tried=tried) if tried else say("a sign-in failed")


def _sessions_ended(told: Told) -> str:
    count, who, whom = told.count("count"), told.who, told.whom
    if count is None:
        own, others = phrase("{who} ended sessions in other chats"), phrase("{who} ended sessions of {whom}")
        return told.said(own if told.to_oneself else others)
    if told.to_oneself:
        return say_count(
            "{who} ended {count} session in other chats",
            "{who} ended {count} sessions in other chats",
            count,
            who=who,
        )
    return say_count(
        "{who} ended {count} session of {whom}",
        "{who} ended {count} sessions of {whom}",
        count,
        who=who,
        whom=whom,
    )


def _specialization(told: Told) -> str:
    said = told.said(phrase("{who} changed {whom}'s specialization"))
    return _from_to(said, specialization(told.fact("before")), specialization(told.fact("after")))


def _password(told: Told) -> str:
    forgotten = told.fact("why") == "forgotten"
    if not told.to_oneself:
        return told.said(phrase("{who} changed {whom}'s password"))
    return told.said(
        phrase("{who} chose a new password (it was forgotten)")
        if forgotten
        else phrase("{who} chose a new password")
    )


def _cancelled_for(told: Told) -> str:
    count, start = told.count("count"), told.fact("start")
    if count is not None:
        said = say_count(
            "{who} cancelled {count} appointment of {whom}",
            "{who} cancelled {count} appointments of {whom}",
            count,
            who=told.who,
            whom=told.whom,
        )
    elif start:
        said = told.said(phrase("{who} cancelled an appointment of {whom} on {start}"), start=start)
    else:
        said = told.said(phrase("{who} cancelled an appointment of {whom}"))
    return _with(said, told.via(), _late(told))


_cancelled = _timed(
    phrase("{who} cancelled an appointment"), phrase("{who} cancelled an appointment on {start}")
)
_booked_for = _timed(
    phrase("{who} booked an appointment for {whom}"),
    phrase("{who} booked an appointment for {whom} on {start}"),
)


def _cancelled_own(told: Told) -> str:
    return _with(_cancelled(told), _late(told))


def _late(told: Told) -> str:
    # Translators: An appointment was cancelled late.
    return say("late") if told.fact("late") else ""


def _booked(told: Told) -> str:
    limit = told.fact("beyond")
    return _with(_booked_for(told), str(BEYOND[LimitName(limit)]) if limit in set(LimitName) else "")


def _running_late(told: Told) -> str:
    minutes, who, whom = told.count("minutes"), told.who, told.whom
    if not minutes:
        own, others = phrase("{who} noted: on time again"), phrase("{who} noted for {whom}: on time again")
        return told.said(own if told.to_oneself else others)
    if told.to_oneself:
        return say_count(
            "{who} noted: {count} minute late", "{who} noted: {count} minutes late", minutes, who=who
        )
    return say_count(
        "{who} noted for {whom}: {count} minute late",
        "{who} noted for {whom}: {count} minutes late",
        minutes,
        who=who,
        whom=whom,
    )


def _over_time(alone: Phrase, others: Phrase) -> Sentence:
    """Return the sentence of what is done for a stretch of time."""
    return lambda told: _stretched(told, _own(alone, others)(told))


def _date_changed(told: Told) -> str:
    on = told.fact("day")
    if not on:
        own, others = phrase("{who} changed their hours"), phrase("{who} changed {whom}'s hours")
        return told.said(own if told.to_oneself else others)
    own, others = (
        phrase("{who} changed their hours on {day}"),
        phrase("{who} changed {whom}'s hours on {day}"),
    )
    return told.said(own if told.to_oneself else others, day=written_day(date.fromisoformat(on)))


def _exported(told: Told) -> str:
    first, last = told.fact("first"), told.fact("last")
    if not first or not last:
        return told.said(phrase("{who} exported the records"))
    return told.said(
        phrase("{who} exported the records of {first} to {last}"),
        first=typed_day(date.fromisoformat(first)),
        last=typed_day(date.fromisoformat(last)),
    )


def _announced(told: Told) -> str:
    audience, chats, emails = told.fact("audience"), told.count("chats"), told.count("emails")
    said = told.said(
        ANNOUNCED[Audience(audience)]
        if audience in set(Audience)
        else phrase("{who} made an announcement to someone")
    )
    ways = [
        say_count("in {count} chat", "in {count} chats", chats) if chats is not None else "",
        say_count("in {count} email", "in {count} emails", emails) if emails is not None else "",
    ]
    if not any(ways):
        return said
    # Translators: {said} is "Nora made an announcement to everybody", {ways} is "in 12 chats and in 3 emails".
    return say("{said} {ways}", said=said, ways=listed([way for way in ways if way]))


def _retried(told: Told) -> str:
    count = told.count("count")
    if count is not None:
        return say_count(
            "{who} resent {count} message that could not be delivered",
            "{who} resent {count} messages that could not be delivered",
            count,
            who=told.who,
        )
    return told.said(
        phrase("{who} resent a message to {whom} that could not be delivered")
        if told.has_subject
        else phrase("{who} resent a message that could not be delivered")
    )


def _dropped(told: Told) -> str:
    return told.said(
        phrase("{who} dropped a message to {whom} that could not be delivered")
        if told.has_subject
        else phrase("{who} dropped a message that could not be delivered")
    )


def _feed_names(told: Told) -> str:
    return told.said(
        phrase("{who} chose full names for the calendar feed")
        if told.fact("names") == "full"
        else phrase("{who} chose initials for the calendar feed")
    )


def _limit(which: Mapping[LimitName, Phrase], unknown: Phrase) -> Sentence:
    """Return the sentence of what was done to a limit."""

    def sentence(told: Told) -> str:
        limit = told.fact("limit")
        said = told.said(which[LimitName(limit)] if limit in set(LimitName) else unknown)
        return _from_to(said, _limit_value(told.fact("before")), _limit_value(told.fact("after")))

    return sentence


def _limit_value(noted: str | None) -> str | None:
    # So it is stored that there is no limit (services/limit_settings.py).
    return say("none") if noted == "none" else noted


_limit_changed = _limit(LIMIT_CHANGED, phrase("{who} changed the limit"))
_limit_back = _limit(LIMIT_RESET, phrase("{who} reset the limit"))


def _limit_reset(told: Told) -> str:
    return _with(_limit_back(told), say("as in the settings"))


SENTENCES: Mapping[Action, Sentence] = {
    **CATALOGUE,
    Action.REGISTERED: _registered,
    Action.ADMIN_CREATED: _does(phrase("{whom} was made an admin on the command line")),
    Action.SIGNED_IN: _does(phrase("{who} signed in")),
    Action.SIGN_IN_FAILED: _sign_in_failed,
    Action.SESSIONS_ENDED: _sessions_ended,
    Action.APPROVED: _does(phrase("{who} approved {whom}")),
    Action.REFUSED: _does(phrase("{who} refused {whom}")),
    Action.BLOCKED: _does(phrase("{who} blocked {whom}")),
    Action.UNBLOCKED: _does(phrase("{who} unblocked {whom}")),
    Action.SPECIALIZATION_CHANGED: _specialization,
    Action.NAME_CHANGED: _own(phrase("{who} changed their name"), phrase("{who} changed {whom}'s name")),
    Action.NAME_WANTED: _does(phrase("{who} asked for a new name")),
    Action.NAME_TAKEN_BACK: _does(phrase("{who} kept the old name after all")),
    Action.NAME_APPROVED: _does(phrase("{who} approved {whom}'s new name")),
    Action.NAME_REFUSED: _does(phrase("{who} refused {whom}'s new name")),
    Action.RESET_SENT: _own(
        phrase("{who} asked for a code for a new password"),
        phrase("{who} sent {whom} a code for a new password"),
    ),
    Action.PASSWORD_CHANGED: _password,
    Action.EMAIL_CHANGED: _own(
        phrase("{who} changed their email address"), phrase("{who} changed {whom}'s email address")
    ),
    Action.EMAIL_CONFIRMED: _does(phrase("{who} confirmed their email address")),
    Action.EMAIL_CORRECTED: _does(phrase("{who} corrected {whom}'s email address")),
    Action.BOOKED: _timed(
        phrase("{who} booked an appointment"), phrase("{who} booked an appointment on {start}")
    ),
    Action.MOVED: _timed(
        phrase("{who} moved an appointment"), phrase("{who} moved an appointment to {start}")
    ),
    Action.CANCELLED: _cancelled_own,
    Action.BOOKED_FOR: _booked,
    Action.MOVED_FOR: _timed(
        phrase("{who} moved an appointment of {whom}"),
        phrase("{who} moved an appointment of {whom} to {start}"),
    ),
    Action.CANCELLED_FOR: _cancelled_for,
    Action.MESSAGE_SENT: _timed(
        phrase("{who} wrote to {whom} about the appointment"),
        phrase("{who} wrote to {whom} about the appointment on {start}"),
    ),
    Action.RUNNING_LATE: _running_late,
    Action.HOURS_CHANGED: _own(
        phrase("{who} changed their working hours"), phrase("{who} changed {whom}'s working hours")
    ),
    Action.TIME_OFF_TAKEN: _over_time(
        phrase("{who} took time off"), phrase("{who} took time off for {whom}")
    ),
    Action.TIME_OFF_TAKEN_BACK: _over_time(
        phrase("{who} took back the time off"), phrase("{who} took back the time off for {whom}")
    ),
    Action.DATE_CHANGED: _date_changed,
    Action.CLOSED: lambda told: _stretched(told, told.said(phrase("{who} closed the clinic"))),
    Action.REOPENED: lambda told: _stretched(told, told.said(phrase("{who} reopened the clinic"))),
    Action.EXPORTED: _exported,
    Action.ANNOUNCED: _announced,
    Action.ANNOUNCEMENT_STOPPED: _does(phrase("{who} stopped an announcement")),
    Action.FEED_GIVEN: _does(phrase("{who} asked for a calendar feed")),
    Action.FEED_RENEWED: _does(phrase("{who} renewed the address of the calendar feed")),
    Action.FEED_ENDED: _does(phrase("{who} stopped the calendar feed")),
    Action.FEED_NAMES: _feed_names,
    Action.DATA_SENT: _does(phrase("{who} asked for a copy of their data")),
    Action.PATIENT_MADE: _does(phrase("{who} added the patient {whom}")),
    Action.PATIENT_CHANGED: _does(phrase("{who} changed what is known of {whom}")),
    Action.PATIENT_HANDED_OVER: _does(phrase("{who} made a code with which {whom} is handed over")),
    Action.PATIENT_TAKEN_OVER: _own(
        phrase("{who} used a code for themselves"), phrase("{who} used a code for {whom}")
    ),
    Action.PATIENTS_MERGED: _does(phrase("{who} made {whom} one with another patient")),
    Action.LIMIT_CHANGED: _limit_changed,
    Action.LIMIT_RESET: _limit_reset,
    Action.OUTBOX_RETRIED: _retried,
    Action.OUTBOX_DROPPED: _dropped,
    Action.ACCOUNT_DELETED: _own(phrase("{who} deleted their account"), phrase("{who} deleted {whom}")),
}
