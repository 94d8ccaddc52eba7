"""The audit in words: each action has its sentence."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.texts.announcements import AUDIENCES
from bot.texts.appointments import VIA
from bot.texts.formats import clock_time, esc, moment, zone_name
from bot.texts.formats import day as written_day
from bot.texts.limits import LIMITS
from services.audit import AuditPage
from services.models.announcements import Audience
from services.models.audit import Action, AuditEntry
from services.models.limits import LimitName
from services.models.patients import Patient
from services.models.people import User, UserId, Via

EVERYTHING = "🧾 Everything"
GONE = "a former user"
NOBODY = "someone"
ENTRIES = {"kind": "kind of visit", "place": "place", "room": "room"}
HOW = "For a day: /audit yesterday or /audit 3 May. For a person: /audit rao."


class Told:
    """An entry that is being put into words, all of them escaped.

    What a sentence does not say of the facts is said after it.
    """

    def __init__(self, entry: AuditEntry, people: Mapping[str, User | Patient], zone: ZoneInfo) -> None:
        self._entry = entry
        self._people = people
        self._zone = zone
        self._left = {name: value for name, value in entry.facts.items() if value is not None}

    @property
    def who(self) -> str:
        """Who did it."""
        return self._name(self._entry.actor)

    @property
    def whom(self) -> str:
        """To whom it was done."""
        return self._name(self._entry.subject)

    @property
    def to_oneself(self) -> bool:
        """Whether somebody did it to nobody but themselves."""
        return self._entry.subject in {None, self._entry.actor}

    @property
    def has_subject(self) -> bool:
        """Whether it was done to something that is known."""
        return self._entry.subject is not None

    def fact(self, name: str) -> str | None:
        """Return a fact in words, which is not said again then; None where there is none."""
        value = self._left.pop(name, None)
        return None if value is None else self._shown(value)

    def rest(self) -> str:
        """Return what is left to be said."""
        left = [
            f"{esc(name.replace('_', ' '))} {self._shown(value)}"
            for name, value in self._left.items()
            if not _is_id(value)
        ]
        return f" ({', '.join(left)})" if left else ""

    def _name(self, user_id: str | None) -> str:
        if user_id is None:
            return NOBODY
        user = self._people.get(user_id)
        return esc(user.name) if user else GONE

    def _shown(self, value: object) -> str:
        return moment(value, self._zone) if isinstance(value, datetime) else esc(value)


def _is_id(value: object) -> bool:
    """Tell whether a fact is another thing's id, which says nothing to anybody."""
    return isinstance(value, str) and len(value) == len("0" * 24) and set(value) <= set("0123456789abcdef")


Sentence = Callable[[Told], str]


def _does(what: str) -> Sentence:
    """Return the sentence of what somebody does to somebody else, or without them."""
    return lambda told: what.format(who=told.who, whom=told.whom)


def _own(alone: str, others: str) -> Sentence:
    """Return the sentence of what people do for themselves, and what an admin may do for them."""
    return lambda told: (alone if told.to_oneself else others).format(who=told.who, whom=told.whom)


def _registered(told: Told) -> str:
    role = told.fact("role")
    whom = "" if told.to_oneself else f" {told.whom}"
    return f"{told.who} registered{whom}{f' as {_a(role)} {role}' if role else ''}"


def _a(noun: str) -> str:
    return "an" if noun[:1] in set("aeiou") else "a"


def _sign_in_failed(told: Told) -> str:
    tried = told.fact("email") or (told.whom if told.has_subject else None)
    return f"a sign-in{f' as {tried}' if tried else ''} failed"


def _sessions_ended(told: Told) -> str:
    count = told.fact("count")
    what = _count(count, "session") if count else "sessions"
    whose = "in other chats" if told.to_oneself else f"of {told.whom}"
    return f"{told.who} ended {what} {whose}"


def _specialization(told: Told) -> str:
    return f"{told.who} changed {told.whom}'s specialization{_from_to(told)}"


def _password(told: Told) -> str:
    why = " (it was forgotten)" if told.fact("why") == "forgotten" else ""
    return _own("{who} chose a new password", "{who} changed {whom}'s password")(told) + why


def _cancelled(told: Told) -> str:
    count = told.fact("count")
    what = _count(count, "appointment") if count else "an appointment"
    return f"{told.who} cancelled {what} of {told.whom}{_at(told, 'on')}{_via(told)}"


def _booked(told: Told) -> str:
    return f"{told.who} booked an appointment for {told.whom}{_at(told, 'on')}{_via(told)}{_beyond(told)}"


def _beyond(told: Told) -> str:
    limit = told.fact("beyond")
    return f", beyond the limit of {LIMITS[LimitName(limit)].lower()}" if limit in set(LimitName) else ""


def _moved(told: Told) -> str:
    return f"{told.who} moved an appointment of {told.whom}{_at(told, 'to')}{_via(told)}"


def _own_appointment(what: str, word: str) -> Sentence:
    """Return the sentence of what patients do with an appointment of their own."""
    return lambda told: f"{told.who} {what}{_at(told, word)}{_via(told)}"


def _cancelled_own(told: Told) -> str:
    late = ", late" if told.fact("late") else ""
    return f"{_own_appointment('cancelled an appointment', 'on')(told)}{late}"


def _message_sent(told: Told) -> str:
    return f"{told.who} wrote to {told.whom} about the appointment{_at(told, 'on')}{_via(told)}"


def _running_late(told: Told) -> str:
    whose = f" for {told.whom}" if not told.to_oneself else ""
    minutes = told.fact("minutes")
    how = f"{_count(minutes, 'minute')} late" if minutes and minutes != "0" else "on time again"
    return f"{told.who} noted{whose}: {how}"


def _via(told: Told) -> str:
    """Say from where it was done; entries of earlier versions do not tell."""
    via = told.fact("via")
    return f", {VIA[Via(via)]}" if via in set(Via) else ""


def _at(told: Told, word: str) -> str:
    start = told.fact("start")
    return f" {word} {start}" if start else ""


def _time_off(told: Told) -> str:
    return f"{told.who} took time off{_for_whom(told)}{_stretch(told)}"


def _time_off_back(told: Told) -> str:
    return f"{told.who} took back the time off{_for_whom(told)}{_stretch(told)}"


def _for_whom(told: Told) -> str:
    return "" if told.to_oneself else f" for {told.whom}"


def _date_changed(told: Told) -> str:
    on, whose = told.fact("day"), "their" if told.to_oneself else f"{told.whom}'s"
    return f"{told.who} changed {whose} hours{f' on {_written(on)}' if on else ''}"


def _written(iso: str) -> str:
    return written_day(date.fromisoformat(iso))


def _closed(told: Told) -> str:
    return f"{told.who} closed the clinic{_stretch(told)}"


def _reopened(told: Told) -> str:
    return f"{told.who} reopened the clinic{_stretch(told)}"


def _stretch(told: Told) -> str:
    start, end = told.fact("start"), told.fact("end")
    return f" from {start} to {end}" if start and end else ""


def _exported(told: Told) -> str:
    first, last = told.fact("first"), told.fact("last")
    return f"{told.who} exported the records{f' of {first} to {last}' if first and last else ''}"


def _announced(told: Told) -> str:
    audience, chats = told.fact("audience"), told.fact("chats")
    to = AUDIENCES[Audience(audience)] if audience in set(Audience) else NOBODY
    emails = told.fact("emails")
    ways = [f"in {_count(chats, 'chat')}" if chats else "", f"in {_count(emails, 'email')}" if emails else ""]
    where = f" {' and '.join(filter(None, ways))}" if any(ways) else ""
    return f"{told.who} made an announcement to {to}{where}"


def _count(number: str, noun: str) -> str:
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def _retried(told: Told) -> str:
    count = told.fact("count")
    what = _count(count, "message") if count else "a message"
    return f"{told.who} resent {what}{_to(told)} that could not be delivered"


def _dropped(told: Told) -> str:
    return f"{told.who} dropped a message{_to(told)} that could not be delivered"


def _to(told: Told) -> str:
    return f" to {told.whom}" if told.has_subject else ""


def _feed_names(told: Told) -> str:
    shown = "full names" if told.fact("names") == "full" else "initials"
    return f"{told.who} chose {shown} for the calendar feed"


def _entry(what: str) -> Sentence:
    """Return the sentence of what was done to a kind of visit, a place or a room."""

    def sentence(told: Told) -> str:
        sort, name, changed = told.fact("type"), told.fact("entry"), told.fact("changed")
        of = f": {changed.replace('_', ' ')}" if changed else ""
        named = f"the {ENTRIES.get(sort or '', 'entry')} “{name}”" if name else "an entry of the catalogue"
        return f"{told.who} {what} {named}{of}"

    return sentence


def _room(what: str) -> Sentence:
    return lambda told: f"{told.who} {what.format(entry=told.fact('entry') or 'a room')}{_stretch(told)}"


def _limit_changed(told: Told) -> str:
    return f"{told.who} changed the limit{_which(told)}{_from_to(told)}"


def _limit_reset(told: Told) -> str:
    return f"{told.who} reset the limit{_which(told)}{_from_to(told)}, as in the settings"


def _which(told: Told) -> str:
    limit = told.fact("limit")
    return f" of {LIMITS[LimitName(limit)].lower()}" if limit in set(LimitName) else ""


def _from_to(told: Told) -> str:
    before, after = told.fact("before"), told.fact("after")
    return f" from {before} to {after}" if before and after else ""


SENTENCES: Mapping[Action, Sentence] = {
    Action.REGISTERED: _registered,
    Action.ADMIN_CREATED: _does("{whom} was made an admin on the command line"),
    Action.SIGNED_IN: _does("{who} signed in"),
    Action.SIGN_IN_FAILED: _sign_in_failed,
    Action.SESSIONS_ENDED: _sessions_ended,
    Action.APPROVED: _does("{who} approved {whom}"),
    Action.REFUSED: _does("{who} refused {whom}"),
    Action.BLOCKED: _does("{who} blocked {whom}"),
    Action.UNBLOCKED: _does("{who} unblocked {whom}"),
    Action.SPECIALIZATION_CHANGED: _specialization,
    Action.NAME_CHANGED: _own("{who} changed their name", "{who} changed {whom}'s name"),
    Action.NAME_WANTED: _does("{who} asked for a new name"),
    Action.NAME_TAKEN_BACK: _does("{who} kept the old name after all"),
    Action.NAME_APPROVED: _does("{who} approved {whom}'s new name"),
    Action.NAME_REFUSED: _does("{who} refused {whom}'s new name"),
    Action.RESET_SENT: _own(
        "{who} asked for a code for a new password", "{who} sent {whom} a code for a new password"
    ),
    Action.PASSWORD_CHANGED: _password,
    Action.EMAIL_CHANGED: _own("{who} changed their email address", "{who} changed {whom}'s email address"),
    Action.BOOKED: _own_appointment("booked an appointment", "on"),
    Action.MOVED: _own_appointment("moved an appointment", "to"),
    Action.CANCELLED: _cancelled_own,
    Action.EMAIL_CONFIRMED: _does("{who} confirmed their email address"),
    Action.EMAIL_CORRECTED: _does("{who} corrected {whom}'s email address"),
    Action.BOOKED_FOR: _booked,
    Action.MOVED_FOR: _moved,
    Action.CANCELLED_FOR: _cancelled,
    Action.MESSAGE_SENT: _message_sent,
    Action.RUNNING_LATE: _running_late,
    Action.HOURS_CHANGED: _own("{who} changed their working hours", "{who} changed {whom}'s working hours"),
    Action.TIME_OFF_TAKEN: _time_off,
    Action.TIME_OFF_TAKEN_BACK: _time_off_back,
    Action.DATE_CHANGED: _date_changed,
    Action.CLOSED: _closed,
    Action.REOPENED: _reopened,
    Action.EXPORTED: _exported,
    Action.ANNOUNCED: _announced,
    Action.ANNOUNCEMENT_STOPPED: _does("{who} stopped an announcement"),
    Action.FEED_GIVEN: _does("{who} asked for a calendar feed"),
    Action.FEED_RENEWED: _does("{who} renewed the address of the calendar feed"),
    Action.FEED_ENDED: _does("{who} stopped the calendar feed"),
    Action.FEED_NAMES: _feed_names,
    Action.DATA_SENT: _does("{who} asked for a copy of their data"),
    Action.PATIENT_MADE: _does("{who} added the patient {whom}"),
    Action.PATIENT_CHANGED: _does("{who} changed what is known of {whom}"),
    Action.PATIENT_HANDED_OVER: _does("{who} made a code with which {whom} is handed over"),
    Action.PATIENT_TAKEN_OVER: _own("{who} used a code for themselves", "{who} used a code for {whom}"),
    Action.PATIENTS_MERGED: _does("{who} made {whom} one with another patient"),
    Action.CATALOGUE_ADDED: _entry("added"),
    Action.CATALOGUE_CHANGED: _entry("changed"),
    Action.CATALOGUE_RETIRED: _entry("retired"),
    Action.CATALOGUE_RESTORED: _entry("brought back"),
    Action.KINDS_OFFERED: _own(
        "{who} changed which kinds of visit they offer", "{who} changed which kinds of visit {whom} offers"
    ),
    Action.ROOM_OUT: _room("noted that {entry} is out of order"),
    Action.ROOM_BACK: _room("noted that {entry} is in order again"),
    Action.LIMIT_CHANGED: _limit_changed,
    Action.LIMIT_RESET: _limit_reset,
    Action.OUTBOX_RETRIED: _retried,
    Action.OUTBOX_DROPPED: _dropped,
    Action.ACCOUNT_DELETED: _own("{who} deleted their account", "{who} deleted {whom}"),
}


def line(entry: AuditEntry, people: Mapping[str, User | Patient], zone: ZoneInfo) -> str:
    """Return an entry in one sentence."""
    told = Told(entry, people, zone)
    said = SENTENCES[entry.action](told)
    return f"{said[0].upper()}{said[1:]}{told.rest()}."


def page(shown: AuditPage, user_id: UserId | None, day: date | None, zone: ZoneInfo) -> str:
    """Show a page, the days as headings."""
    about = _about(shown, user_id, day)
    total = shown.entries.total
    if not total:
        return f"🧾 <b>{about}</b>\n\nNothing was recorded.\n\n{HOW}"
    lines = [f"🧾 <b>{about}</b>: {'1 entry' if total == 1 else f'{total:,} entries'}, newest first"]
    last = day
    for entry in shown.entries.items:
        on = entry.at.astimezone(zone).date()
        if on != last:
            lines.append(f"\n<b>{written_day(on)}</b>")
            last = on
        lines.append(f"{clock_time(entry.at, zone)} · {line(entry, shown.people, zone)}")
    hint = "" if user_id or day else f" {HOW}"
    return "\n".join(lines) + f"\n\nTimes are in {zone_name(zone)}.{hint}"


def _about(shown: AuditPage, user_id: UserId | None, day: date | None) -> str:
    user = shown.people.get(user_id) if user_id else None
    whose = (
        f"What {esc(user.name) if user else GONE} did, and what was done for them"
        if user_id
        else "Who did what"
    )
    return f"{whose}, {written_day(day)}" if day else whose


def person_button(user: User) -> str:
    """Label the button to a person's history."""
    return f"👤 {user.name} · {user.email}"


def several(total: int, search: str) -> str:
    """Ask who is meant, or say that there is nobody."""
    if not total:
        return f"🧾 No account with “{esc(search)}”.\n\n{HOW}"
    return f"🧾 <b>{total:,} accounts with “{esc(search)}”</b>\n\nWhose history would you like to see?"
