"""An example of every error of the clinic, with names that would break the markup."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services import errors
from services.models.audit import Action
from services.models.catalogue import Video
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Hours, Weekday

START = datetime(2027, 5, 4, 8, 30, tzinfo=UTC)
NASTY = "<b>Zoë</b> & </i>"
SOMEBODY = User(UserId("r"), NASTY, "r@example.org", Role.DOCTOR, AccountStatus.BLOCKED)
GIVEN: dict[str, Any] = {
    "NoNameWaits": (SOMEBODY,),
    "AlreadyDecided": (SOMEBODY, Action.REFUSED, NASTY, START),
    "SlotTaken": (UserId("d"), START),
    "BadAnswer": (("<Left>", "Right"),),
    "RoomTaken": (UserId("d"), START),
    "TooManyTries": (START,),
    "PeriodTooLong": (62,),
    "BadFields": ({"email": errors.BadEmail(), "name": errors.BadName(80)},),
    "TooManyWaitlistEntries": (10,),
    "TooManyAppointments": (5,),
    "TooManyThatDay": (START, 1),
    "TooManyChanges": (10, START),
    "TooManyHolds": (2, START),
    "TooManyPatients": (10,),
    "BadPhone": ("<+44>",),
    "BadBirthDate": (START.date(),),
    "RoleRequired": (frozenset(Role),),
    "EmailTaken": ("<x>@y.z",),
    "AlreadySignedIn": (NASTY,),
    "BadDate": (date(2027, 5, 4),),
    "DayNotFree": (date(2027, 5, 4), NASTY, NASTY),
    "DayPassed": (date(2027, 5, 4),),
    "DayTooFar": (date(2027, 5, 4), date(2027, 5, 3)),
    "ExportTooBig": (50_000_000,),
    "PeriodUnknown": ((7, 30, 90),),
    "BadPeriod": (date(2027, 5, 1), date(2027, 5, 31)),
    "PeriodBackwards": (date(2027, 5, 31), date(2027, 5, 1)),
    "WeekdayDiffers": (date(2027, 5, 4), 2),
    "SeveralDays": ((date(2027, 5, 4), date(2027, 4, 5)),),
    "WordsLeft": ("<sen>", "gupta " * 20),
    "NearMiss": (("<Rao>", "Sen"),),
    "SeveralFit": (("<Rao>", "Sen", "Roe", "Wu", "Ek", "Bo"),),
    "TooLateToChange": (START, timedelta(hours=2)),
    "TooEarlyToArrive": (START, START),
    "BadLateness": (timedelta(hours=4),),
    "NoTimesThen": (START, date(2027, 7, 2)),
    "BadReminders": (5, timedelta(minutes=5), timedelta(days=30)),
    "AlreadyYours": ("<Mia>",),
    "HasOwnAccount": ("<Mia>",),
    "VisitsOverlap": ((),),
    "BadFollowUp": (365,),
    "NobodyFits": ("<Asha>",),
    "DoctorNotHere": ("House",),
    "KindsLacking": (("Dermatology", "Neurology"),),
    "LooksAfterNobody": ("<Asha>",),
    "SeveralTimes": ((time(3), time(15)),),
    "RecipientGone": ("blocked",),
    "TooManyCodes": (START,),
    "WrongCode": (4,),
    "BadCode": (6,),
    "NoSuchTime": ("<25:00>",),
    "BookedMeanwhile": (2,),
    "HoursBackwards": (Hours(time(9), time(5)),),
    "WeekdayBackwards": (Hours(time(9), time(5)),),
    "NightTooLong": (Hours(time(17), time(9)), 12 * 60),
    "HoursOverlap": (Hours(time(9), time(12)), Hours(time(11), time(0))),
    "NotOnFiveMinutes": (time(9, 2),),
    "SlotTooLong": (90, Weekday.MONDAY, Hours(time(9), time(10))),
    "BadSlotLength": (5, 480),
    "BadBuffer": (120,),
    "BadLeadTime": (timedelta(days=30),),
    "LeadTimeTooLong": (timedelta(days=2), timedelta(days=1)),
    "BadHorizon": (365,),
    "BadLimit": (1000,),
    "BadTimeOff": (date(2027, 5, 4),),
    "TimeOffBackwards": (date(2027, 5, 4), date(2027, 5, 3)),
    "TimeOffTooLong": (366,),
    "TimeOffTooFar": (date(2027, 5, 4),),
    "DateTooFar": (date(2027, 5, 4),),
    "DateUnchanged": (date(2027, 5, 4),),
    "BadDateHours": (date(2027, 5, 4),),
    "ClosureTooLong": (366,),
    "ClosureTooFar": (date(2027, 5, 4),),
    "BadClosureReason": (100,),
    "SeriesNotOffered": (6,),
    "BadPlacedHours": (("<Harbour>", "Hospital"),),
    "BadKindLine": ("<blue>",),
    "NoVisitLength": ("<First visit>",),
    "TextTooLong": ("name", 40),
    "EntryNameTaken": ("<Check>",),
    "BadVisitLength": (5, 480),
    "BadGrid": (5, 60),
    "GridTooCoarse": (60, 45),
    "KindFitsNowhere": ("<Check>", 60, 45),
    "BadQuestion": (200,),
    "BadChoices": (2, 8, 40),
    "TooManyQuestions": (5,),
    "BadSeries": (12,),
    "ModalityNotOffered": (Video.ONLY,),
}


def leaves(kind: type[errors.ClinicError] = errors.ClinicError) -> Iterator[type[errors.ClinicError]]:
    """Return all errors that are raised."""
    below = kind.__subclasses__()
    if not below or kind in {errors.HoursBackwards, errors.SlotTaken}:
        yield kind
    for one in below:
        yield from leaves(one)


def made(kind: type[errors.ClinicError]) -> errors.ClinicError:
    """Return an error of a kind."""
    if kind.__name__ in GIVEN:
        return kind(*GIVEN[kind.__name__])
    examples: dict[str, Any] = {"start": START, "max_length": 8, "min_length": 8, "max_bytes": 8}
    code = getattr(kind.__init__, "__code__", None)  # those without facts have no __init__ of their own
    return kind(*(examples[name] for name in code.co_varnames if name in examples)) if code else kind()
