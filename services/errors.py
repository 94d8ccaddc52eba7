"""What can go wrong in the clinic. Errors carry facts; the bot makes sentences of them.

ClinicError
  Refused      the clinic's rules say no
    SlotTaken, SlotPassed, SlotNotOffered, PatientBusy, WayNotOffered, OfferOver, TooManyPlaces, BookedBefore,
    RequestAbandoned, TooManyAppointments, TooManyThatDay, TooManyChanges, TooManyHolds,
    EmailTaken, TooManyTries, TooManyCodes, StaffCodeNotSet, MailRefused,
    AlreadyCancelled, AppointmentOver, AppointmentChanged, SameTime, NotBegun, AlreadyConfirmed,
    TooLateToChange, NotSeen, NoTimesThen, OffersChanged,
    AlreadyDecided, NoNameWaits, CannotBlockYourself, LastAdmin, NobodyThere, AnnouncementOver, ExportTooBig,
    NoticeSettled
  Denied       this person may not
    NotSignedIn, SessionEnded, AlreadySignedIn, SignedOutAlready, RoleRequired,
    WrongCredentials, WrongPassword, WrongStaffCode, WrongCode, CodeExpired,
    AccountPending, AccountBlocked
  Unknown      there is no such thing, or none that this person may know of
    UserUnknown, DoctorUnknown, AppointmentUnknown, TimeOffUnknown
  Invalid      what was given can't be used
    BadName, BadEmail, WeakPassword, PasswordTooLong, PasswordIsAddress, BadSpecialization,
    ReasonTooLong, NoteTooLong, BadDate, NoSuchDay, WeekdayDiffers, SeveralDays, WordsLeft,
    DayNotFree, DayPassed, DayTooFar, BadTime, NotAChoice, NobodyFits, Unclear: SeveralFit, NearMiss,
    TextWanted, SecretTooSoon, SecretRepeated, AddressAlone, AnswerWasSecret, EditNotRead, NoSuchZone,
    NoSuchLanguage, SameEmail, BadCode,
    AnnouncementTooLong, BadPeriod, PeriodBackwards, BadReminders, BadFollowUp,
    BadWeek, BadHours, NoSuchTime, HoursBackwards, HoursOverlap, NotOnFiveMinutes,
    SlotTooLong, BadSlotLength, BadBuffer, BadNotice, NoticeTooLong, BadHorizon,
    BadTimeOff, BadPart, TimeOffBackwards, TimeOffPassed, TimeOffTooLong, TimeOffTooFar
  Unavailable  a part that is needed does not answer
    StorageDown, MailDown, Unreadable
  Undelivered  a notice did not reach its reader
    TryLater, RecipientGone
"""

from datetime import date, datetime, time, timedelta

from services.models import Action, Hours, Role, Scope, Tried, User, UserId, Video, Weekday


class ClinicError(Exception):
    """Anything that the clinic itself says no to."""


class Refused(ClinicError):
    """The clinic's rules say no."""


class Denied(ClinicError):
    """This person may not."""


class Unknown(ClinicError):
    """There is no such thing, or none that this person may know of."""


class Invalid(ClinicError):
    """What was given can't be used."""


class Unavailable(ClinicError):
    """A part that is needed does not answer."""


class Undelivered(ClinicError):
    """A notice did not reach its reader."""


class _About(ClinicError):
    """An error that names the instant it is about."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.start = start


class SlotTaken(_About, Refused):
    """Somebody else has that time with that doctor."""

    def __init__(self, doctor_id: UserId, start: datetime) -> None:
        super().__init__(start)
        self.doctor_id = doctor_id


class SlotPassed(_About, Refused):
    """That time has begun, or is too near to be booked."""


class SlotNotOffered(_About, Refused):
    """The doctor has no free slot that begins then."""


class WayNotOffered(Refused):
    """The doctor does not see patients in that way, but as is `offered`."""

    def __init__(self, offered: Video) -> None:
        super().__init__(offered)
        self.offered = offered

    @property
    def by_video(self) -> bool:
        """Whether all visits are by video; else none is."""
        return self.offered is Video.ONLY


class PatientBusy(_About, Refused):
    """The patient has another appointment that overlaps; `patient` is a name where it is not who asks."""

    def __init__(self, start: datetime, patient: str | None = None) -> None:
        super().__init__(start)
        self.patient = patient


class BookedBefore(_About, Refused):
    """That very request has made an appointment before, which may be changed or cancelled since."""


class RequestAbandoned(Refused):
    """That very request was left before it was stored, so it is stored no more."""


class OfferOver(Refused):
    """The time that had opened is offered to that person no more: it was too late, or passed on."""


class TooManyPlaces(Refused):
    """Somebody waits for `most` doctors already."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyAppointments(Refused):
    """The patient has `most` appointments to come already, with what they are about to book elsewhere."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyThatDay(_About, Refused):
    """The patient has `most` appointments with that doctor already on the day of `start`."""

    def __init__(self, start: datetime, most: int) -> None:
        super().__init__(start)
        self.most = most


class TooManyChanges(Refused):
    """The patient has booked, moved and cancelled `most` times within the hour; on it goes from `until`."""

    def __init__(self, most: int, until: datetime) -> None:
        super().__init__(most, until)
        self.most = most
        self.until = until


class TooManyHolds(Refused):
    """The patient is about to confirm `most` times elsewhere; the next of them is free at `until`."""

    def __init__(self, most: int, until: datetime) -> None:
        super().__init__(most, until)
        self.most = most
        self.until = until


class AppointmentOver(_About, Refused):
    """The appointment has begun or is past, so it can't be cancelled or moved."""


class AlreadyCancelled(_About, Refused):
    """The appointment was cancelled before."""


class AppointmentChanged(_About, Refused):
    """Somebody has changed the appointment in the meantime; it is at `start` now."""


class SameTime(_About, Refused):
    """The appointment is at that time already."""


class NotBegun(_About, Refused):
    """The appointment has not begun, so nobody knows yet whether the patient comes."""


class AlreadyConfirmed(_About, Refused):
    """The patient has said before that they come."""


class TooLateToChange(_About, Refused):
    """It begins so soon that a patient can't move or cancel it any more: that goes until `notice` before."""

    def __init__(self, start: datetime, notice: timedelta) -> None:
        super().__init__(start)
        self.notice = notice


class NotSeen(_About, Refused):
    """The patient was not seen in that visit, so there is nothing to follow up on."""


class NoTimesThen(_About, Refused):
    """The doctor has no free time around `start`; `last` is the last day that can be booked."""

    def __init__(self, start: datetime, last: date) -> None:
        super().__init__(start)
        self.last = last


class OffersChanged(Refused):
    """The free times are not those any more that were shown, so they are shown again."""


class EmailTaken(Refused):
    """An account with that mail address exists."""

    def __init__(self, email: str) -> None:
        super().__init__()
        self.email = email


class TooManyTries(Refused):
    """Too many tries of `tried` over the `scope`; the next one is allowed at `retry_at`."""

    def __init__(self, retry_at: datetime, tried: Tried = Tried.PASSWORD, scope: Scope = Scope.CHAT) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at
        self.tried = tried
        self.scope = scope


class TooManyCodes(Refused):
    """Several codes were mailed of late, to the `scope`; the next one can be from `retry_at` on."""

    def __init__(self, retry_at: datetime, scope: Scope = Scope.CHAT) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at
        self.scope = scope


class MailRefused(Refused):
    """The mail server takes nothing for that address."""


class StaffCodeNotSet(Refused):
    """The clinic has no staff code, so nobody can register as admin in the chat."""


class AlreadyDecided(Refused):
    """Somebody was quicker to decide about the account; `user` is what it is like now.

    `action` is what was done, `by` whom (a name; None: somebody who has left) and `at` when; `is_yours` that
    it was the very person who is told. All three are None in the instant before it is written down.
    """

    def __init__(
        self,
        user: User,
        action: Action | None = None,
        by: str | None = None,
        at: datetime | None = None,
        *,
        is_yours: bool = False,
    ) -> None:
        super().__init__(user.id, action)
        self.user = user
        self.action = action
        self.by = by
        self.at = at
        self.is_yours = is_yours


class NoNameWaits(Refused):
    """That name was decided on already, or the doctor wants another one, or none; `user` is as it is now."""

    def __init__(self, user: User) -> None:
        super().__init__(user.id)
        self.user = user


class CannotBlockYourself(Refused):
    """An admin is about to block the own account."""


class LastAdmin(Refused):
    """Without that admin there would be none."""


class NobodyThere(Refused):
    """Nobody of those whom the announcement is for is signed in anywhere."""


class AnnouncementOver(Refused):
    """The announcement is sent, or was stopped before, so it can't be stopped."""


class ExportTooBig(Refused):
    """The file would have more than `max_bytes` bytes."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.max_bytes = max_bytes


class NotSignedIn(Denied):
    """Nobody is signed in in this chat."""


class SessionEnded(Denied):
    """The chat's session has expired or was ended."""


class AlreadySignedIn(Denied):
    """Somebody is signed in in this chat."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class SignedOutAlready(Denied):
    """Nobody is signed in in this chat, so nobody can be signed out of it."""


class RoleRequired(Denied):
    """Only people with one of these roles may do that."""

    def __init__(self, roles: frozenset[Role]) -> None:
        super().__init__(sorted(roles))
        self.roles = roles


class WrongCredentials(Denied):
    """No account has that mail address and that password."""


class WrongPassword(Denied):
    """That is not the password of whoever is signed in."""


class WrongCode(Denied):
    """That is not the code that was mailed; it may be tried so many times more."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class CodeExpired(Denied):
    """The code is too old, or was used, or another has taken its place."""


class WrongStaffCode(Denied):
    """That is not the clinic's staff code."""


class AccountPending(Denied):
    """The account waits for an admin's approval."""


class AccountBlocked(Denied):
    """The account is blocked."""


class UserUnknown(Unknown):
    """There is no such account."""


class DoctorUnknown(Unknown):
    """There is no such doctor."""

    def __init__(self, doctor_id: UserId | None = None) -> None:
        super().__init__(doctor_id)
        self.doctor_id = doctor_id


class AppointmentUnknown(Unknown):
    """There is no such appointment among this person's."""


class TimeOffUnknown(Unknown):
    """There is no such time off of this doctor's, or not any more."""


class BadName(Invalid):
    """A name has 1 to `max_length` characters and a letter among them."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class BadEmail(Invalid):
    """That is not a mail address."""


class WeakPassword(Invalid):
    """A password has at least `min_length` characters."""

    def __init__(self, min_length: int) -> None:
        super().__init__(min_length)
        self.min_length = min_length


class PasswordTooLong(Invalid):
    """bcrypt reads `max_bytes` bytes of a password and no more."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.max_bytes = max_bytes


class PasswordIsAddress(Invalid):
    """The account's own mail address is no password: everybody knows it, and it is often sent twice."""


class BadSpecialization(Invalid):
    """A specialization has 2 to `max_length` characters and a letter among them."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class ReasonTooLong(Invalid):
    """A reason for the visit has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class NoteTooLong(Invalid):
    """A note to a patient has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class DayPassed(Invalid):
    """That day is over."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class DayTooFar(Invalid):
    """That day can't be booked yet; `last` is the last one that can."""

    def __init__(self, day: date, last: date) -> None:
        super().__init__(day, last)
        self.day = day
        self.last = last


class NoSuchZone(Invalid):
    """No time zone, city or country is called that."""


class NoSuchLanguage(Invalid):
    """No language is called that."""


class SameEmail(Invalid):
    """That is the account's address already."""


class BadCode(Invalid):
    """A code has so many `digits` and nothing else."""

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self.digits = digits


class AnnouncementTooLong(Invalid):
    """An announcement has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class BadReminders(Invalid):
    """Reminders are `count` at the most, each `least` to `most` before."""

    def __init__(self, count: int, least: timedelta, most: timedelta) -> None:
        super().__init__(count, least, most)
        self.count = count
        self.least = least
        self.most = most


class BadFollowUp(Invalid):
    """A follow-up is a day to `most` days after today."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class HoursBackwards(Invalid):
    """The stretch does not end after it begins."""

    def __init__(self, hours: Hours) -> None:
        super().__init__(hours)
        self.hours = hours


class HoursOverlap(Invalid):
    """Two stretches of a day have time in common."""

    def __init__(self, one: Hours, other: Hours) -> None:
        super().__init__(one, other)
        self.one = one
        self.other = other


class NotOnFiveMinutes(Invalid):
    """Hours begin and end at whole five minutes; `at` is not one."""

    def __init__(self, at: time) -> None:
        super().__init__(at)
        self.at = at


class SlotTooLong(Invalid):
    """A slot of `slot_minutes` has no room in those hours of that weekday."""

    def __init__(self, slot_minutes: int, weekday: Weekday, hours: Hours) -> None:
        super().__init__(slot_minutes, weekday, hours)
        self.slot_minutes = slot_minutes
        self.weekday = weekday
        self.hours = hours


class BadSlotLength(Invalid):
    """A slot lasts `least` to `most` minutes, in steps of five."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class BadBuffer(Invalid):
    """A buffer lasts up to `most` minutes, in steps of five."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class BadNotice(Invalid):
    """The minimum notice is whole minutes, `most` at the most."""

    def __init__(self, most: timedelta) -> None:
        super().__init__(most)
        self.most = most


class NoticeTooLong(Invalid):
    """Whoever must book `notice` before, and can't from further ahead than `horizon`, can't book at all."""

    def __init__(self, notice: timedelta, horizon: timedelta) -> None:
        super().__init__(notice, horizon)
        self.notice = notice
        self.horizon = horizon


class BadHorizon(Invalid):
    """How far ahead one may book is 1 to `most` whole days."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TimeOffBackwards(Invalid):
    """The time off would end before it starts, on `first`."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class TimeOffPassed(Invalid):
    """That time is over."""


class TimeOffTooLong(Invalid):
    """Time off lasts `most` days at the most."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TimeOffTooFar(Invalid):
    """That is too far ahead; `last` is the last day that can be taken off now."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


class StorageDown(Unavailable):
    """The database does not answer."""


class Unreadable(Unavailable):
    """What is stored is of another version, or broken."""


class MailDown(Unavailable):
    """The mail server does not answer, or not in time."""


class NoticeSettled(Refused):
    """That message is not parked any more: somebody has sent it again, or dropped it."""


class TryLater(Undelivered):
    """The channel refuses for now; `after` is when it said to come back, if it did; `why` is for admins."""

    def __init__(self, after: timedelta | None = None, why: str = "no answer") -> None:
        super().__init__(after)
        self.after = after
        self.why = why


class RecipientGone(Undelivered):
    """The channel will never take that notice to its reader; `why` is a word for the log.

    Where `altogether`, it takes nothing else to that chat or that address either.
    """

    def __init__(self, why: str, *, altogether: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.altogether = altogether
