"""Which intent the signs of a sentence stand for: one table for all languages and roles. Pure.

A rule fits if all its signs are there (of a set, one is enough) and none that it excludes. Of the rules that
fit, the highest rank counts. A rank below SURE is that of a rule which rests on a single word: it counts only
where nothing was left that was not understood.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from bot.understanding.concepts import Concept as C  # noqa: N817 - the table is easier to read so
from bot.understanding.concepts import Evidence as F
from bot.understanding.concepts import Sign
from bot.understanding.intents import INTENTS, Intent
from services.models.people import Role

SURE = 58
PATIENTS = frozenset({None, Role.PATIENT})
DOCTORS = frozenset({Role.DOCTOR})
DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})
STAFF = DOCTORS | DESK
ALL = PATIENTS | STAFF
# What an appointment is spoken of as.
VISIT: frozenset[Sign] = frozenset({C.APPOINTMENT, C.APPOINTMENTS})
# What tells that a visit to a doctor is meant.
CARE: frozenset[Sign] = frozenset(
    {C.APPOINTMENT, C.DOCTOR, C.CHECK_UP, F.DOCTOR_SAID, F.KIND_SAID, C.ANY_DOCTOR}
)
# What tells that no list of appointments is asked for.
NO_LIST: frozenset[Sign] = frozenset({C.FREE, C.WHEN, C.WANT, C.WHO, C.HAVE, C.PAST, C.MAKE})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; each of `needs` is met by any of its signs."""

    intent: Intent
    rank: int
    needs: tuple[frozenset[Sign], ...]
    without: frozenset[Sign]
    roles: frozenset[Role | None]

    def fits(self, signs: AbstractSet[Sign]) -> bool:
        """Tell whether the rule fits what was said."""
        for need in self.needs:
            if need.isdisjoint(signs):
                return False
        return self.without.isdisjoint(signs)


def rule(
    intent: Intent,
    rank: int,
    *needs: Sign | AbstractSet[Sign],
    without: AbstractSet[Sign] = frozenset(),
    roles: frozenset[Role | None] = ALL,
) -> Rule:
    """Return a row of the table."""
    sets = (frozenset(need) if isinstance(need, AbstractSet) else frozenset({need}) for need in needs)
    return Rule(intent, rank, tuple(sets), frozenset(without), roles)


def fitting(signs: AbstractSet[Sign], role: Role | None) -> list[Rule]:
    """Return the rules that fit, the highest rank first, of each intent the highest."""
    best: dict[Intent, Rule] = {}
    for each in _for_role(role):
        # Most rules fail at the first thing that they need.
        if not each.needs[0].isdisjoint(signs) and each.intent not in best and each.fits(signs):
            best[each.intent] = each
    return list(best.values())


@cache
def _for_role(role: Role | None) -> tuple[Rule, ...]:
    """Return the rules for somebody of that role, the highest rank first."""
    rows = (each for each in RULES if role in each.roles and each.intent in INTENTS[role])
    return tuple(sorted(rows, key=lambda each: -each.rank))


I = Intent  # noqa: E741 - the table is easier to read so
RULES: tuple[Rule, ...] = (
    # Everybody
    rule(I.DELETE_ACCOUNT, 88, C.DELETE, {C.ACCOUNT, C.DATA}),
    rule(I.MY_DATA, 76, C.DATA, without={C.DELETE, C.EXPORT, C.ACCOUNT_FIELD}),
    rule(I.MY_DATA, 75, C.DATA, C.EXPORT, without={C.DELETE}, roles=PATIENTS),
    rule(I.ACCOUNT, 77, {C.CHANGE, C.MOVE, C.DELETE, C.ADD}, C.ACCOUNT_FIELD, without=VISIT),
    rule(I.ACCOUNT, 62, C.ACCOUNT_FIELD, without={C.PRICE, C.PHONE}),
    rule(I.ACCOUNT, 66, C.ACCOUNT, without={C.DELETE, C.REGISTER, C.SIGN_IN, C.BLOCK}),
    rule(I.LANGUAGE, 78, F.LANGUAGE_SAID, {C.SPEAK, C.LANGUAGE, C.CHANGE, C.WANT}, without=VISIT),
    rule(I.LANGUAGE, 72, C.LANGUAGE),
    rule(I.LANGUAGE, 45, F.LANGUAGE_SAID, without=CARE),
    rule(I.OPENING_HOURS, 78, C.OPENING_HOURS, without={C.MY, C.CHANGE, C.WHO, C.ILL, F.DOCTOR_SAID}),
    rule(I.OPENING_HOURS, 63, C.SCHEDULE, C.CLINIC, roles=PATIENTS),
    rule(I.OPENING_HOURS, 74, C.OPEN),
    rule(I.OPENING_HOURS, 68, C.CLOSED, {C.WHEN, C.CLINIC, C.HAVE}, roles=PATIENTS | DOCTORS),
    rule(I.OPENING_HOURS, 62, C.CLOSED, F.WHEN_SAID, roles=PATIENTS | DOCTORS),
    rule(I.OPENING_HOURS, 64, C.HOURS, {C.CLINIC, C.WHICH, C.WHEN}, roles=PATIENTS),
    rule(I.ADDRESS, 76, C.ADDRESS, without={C.ACCOUNT_FIELD}),
    rule(I.ADDRESS, 72, C.WHERE, {C.CLINIC, *VISIT, C.COME, C.DOCTOR, F.DOCTOR_SAID, C.SEE}),
    rule(I.ADDRESS, 55, C.WHERE),
    rule(I.PHONE, 74, C.PHONE, without={C.ACCOUNT_FIELD, C.CHANGE, C.CALL_ME}),
    rule(I.PRICE, 76, C.PRICE),
    rule(I.PERSON, 80, C.CALL_ME),
    rule(I.PERSON, 77, C.HUMAN),
    rule(I.SIGN_OUT, 76, C.SIGN_OUT),
    rule(I.SIGN_IN, 77, C.SIGN_IN, roles=frozenset({None})),
    rule(I.REGISTER, 77, C.REGISTER, roles=frozenset({None})),
    # “I'm new here” alone: who also says what for, wants that.
    rule(I.REGISTER, 59, C.NEWCOMER, without={*CARE, F.SYMPTOM_SAID, F.REASON_SAID}, roles=frozenset({None})),
    rule(
        I.DOCTORS,
        71,
        {C.WHICH, C.HAVE, C.SHOW, C.WHO},
        {C.DOCTORS, F.KIND_SAID},
        without={F.EARLIEST_SAID, C.FREE, C.WANT, C.BOOK, *VISIT, F.WHEN_SAID},
    ),
    rule(
        I.DOCTORS,
        70,
        {C.WHICH, C.HAVE, C.SHOW},
        C.DOCTOR,
        without={C.FREE, C.WANT, C.BOOK, *VISIT, F.WHEN_SAID, F.DOCTOR_SAID},
    ),
    rule(I.DOCTORS, 45, C.DOCTORS, without={C.FREE, *VISIT}),
    rule(I.HELP, 62, C.HELP, without={F.SYMPTOM_SAID, F.REASON_SAID, F.KIND_SAID}),
    rule(I.GREETING, 10, C.GREETING),
    rule(I.THANKS, 12, C.THANKS),
    # Patients, and the desk for them
    rule(
        I.CANCEL,
        80,
        {C.CANCEL, C.DELETE},
        {*VISIT, C.MY, C.LATE, F.DOCTOR_SAID, F.WHEN_SAID, F.PERSON_SAID, F.KIND_SAID},
        without={C.ACCOUNT, C.DATA, C.REMINDERS, C.WAITING_LIST},
    ),
    rule(I.CANCEL, 57, C.CANCEL, without={C.ACCOUNT}),
    rule(I.CANCEL, 79, C.CANT_COME, without={C.MOVE, C.ANOTHER, C.INSTEAD}),
    rule(
        I.MOVE,
        81,
        C.MOVE,
        {*VISIT, C.MY, F.DOCTOR_SAID, F.WHEN_SAID, C.ANOTHER, C.EARLIER, F.PERSON_SAID, F.KIND_SAID},
    ),
    rule(I.MOVE, 57, C.MOVE),
    rule(I.MOVE, 78, F.TWO_DAYS_SAID),
    rule(I.MOVE, 80, C.CANT_COME, {C.MOVE, C.ANOTHER, C.INSTEAD, F.TWO_DAYS_SAID}),
    rule(I.MOVE, 79, C.CHANGE, {*VISIT, F.WHEN_SAID}, without={C.ACCOUNT_FIELD, C.LANGUAGE}),
    rule(I.MOVE, 70, C.ANOTHER, {*VISIT, F.WHEN_SAID, C.COME}, without={C.BOOK}),
    rule(I.WAITING_LIST, 82, C.WAITING_LIST),
    rule(I.WAITING_LIST, 79, C.TELL, {C.EARLIER, C.FREE}),
    rule(I.WAITING_LIST, 74, C.EARLIER),
    rule(I.REMINDERS, 78, C.REMINDERS),
    rule(I.CALENDAR, 76, C.CALENDAR),
    rule(
        I.CONFIRM,
        78,
        C.WILL_COME,
        without={F.SYMPTOM_SAID, F.KIND_SAID, C.WANT, C.WHERE, C.WHEN, C.WHICH, C.NOT},
    ),
    rule(I.CONFIRM, 74, C.CONFIRM),
    rule(I.HERE, 78, C.ARRIVED, without={F.SYMPTOM_SAID}),
    rule(I.LATE, 79, C.LATE, {F.MINUTES_SAID, F.DOCTOR_SAID, C.MY}),
    rule(I.LATE, 75, C.LATE),
    rule(I.FAMILY, 68, C.ADD, F.RELATIVE_SAID, without=VISIT),
    rule(I.FAMILY, 64, C.FAMILY, without={*VISIT, C.BOOK}),
    rule(
        I.FREE_TIMES,
        73,
        C.FREE,
        {
            F.DOCTOR_SAID,
            F.WHEN_SAID,
            C.WHEN,
            C.DOCTOR,
            C.DOCTORS,
            F.KIND_SAID,
            C.HAVE,
            C.WHICH,
            C.SHOW,
            *VISIT,
            C.WHO,
        },
        without={C.WANT, C.BOOK, C.TELL},
    ),
    rule(I.FREE_TIMES, 56, C.FREE, without={C.WANT, C.BOOK, C.TELL, C.MY}),
    rule(I.FREE_TIMES, 73, C.WHEN, F.EARLIEST_SAID, without={C.WANT, C.BOOK, C.TELL, C.MY, C.MOVE}),
    rule(
        I.FREE_TIMES,
        64,
        {C.WHEN, C.HAVE},
        {F.DOCTOR_SAID, F.KIND_SAID, C.DOCTOR},
        {C.WORK, C.SEE, C.COME, C.OPEN, F.WHEN_SAID},
        without={*VISIT, C.MY},
    ),
    rule(
        I.FREE_TIMES,
        63,
        {C.SCHEDULE, C.HOURS, C.OPENING_HOURS},
        {F.DOCTOR_SAID, F.KIND_SAID, C.DOCTOR, C.DOCTORS},
        roles=PATIENTS,
    ),
    rule(
        I.FREE_TIMES,
        65,
        {C.WHEN, C.HAVE, C.WHICH},
        {F.DOCTOR_SAID, F.KIND_SAID, C.DOCTOR},
        F.EARLIEST_SAID,
        without={*VISIT, C.MY, C.BOOK, C.WANT},
    ),
    rule(
        I.WHEN_IS_IT,
        72,
        {C.WHEN, C.WHERE},
        VISIT,
        without={C.FREE, C.WHERE, C.BOOK, C.MOVE, C.CANCEL},
        roles=PATIENTS,
    ),
    rule(
        I.WHEN_IS_IT,
        69,
        {C.WHO, C.HAVE, C.WHICH},
        {C.APPOINTMENT, C.SEE},
        {C.MY, C.WHO, F.WHEN_SAID, C.NEXT, F.DOCTOR_SAID},
        without={C.FREE, C.WANT, C.BOOK, C.APPOINTMENTS},
        roles=PATIENTS,
    ),
    rule(
        I.WHEN_IS_IT,
        67,
        C.WHEN,
        C.MY,
        {F.KIND_SAID, F.DOCTOR_SAID, C.DOCTOR},
        without={C.FREE, C.BOOK, C.WANT, C.MOVE, C.CANCEL},
        roles=PATIENTS,
    ),
    rule(I.WHEN_IS_IT, 68, C.WHEN, C.COME, without={C.FREE}, roles=PATIENTS),
    rule(I.WHEN_IS_IT, 64, C.NEXT, C.APPOINTMENT, without={C.FREE, C.BOOK, C.WANT}, roles=PATIENTS),
    rule(
        I.APPOINTMENTS,
        66,
        {C.SHOW, C.MY, C.WHICH, C.HAVE, C.HISTORY},
        C.APPOINTMENTS,
        without={C.FREE, C.WHEN, F.WHEN_SAID, F.DOCTOR_SAID},
        roles=PATIENTS | DOCTORS,
    ),
    rule(I.APPOINTMENTS, 60, {C.SHOW, C.HISTORY}, VISIT, without=NO_LIST, roles=PATIENTS | DOCTORS),
    # Not with a word that is not understood: it may be what is to become of the appointment.
    rule(I.APPOINTMENTS, 57, C.MY, VISIT, without=NO_LIST, roles=PATIENTS | DOCTORS),
    rule(
        I.APPOINTMENTS,
        66,
        C.MY,
        C.APPOINTMENTS,
        F.WHEN_SAID,
        without={C.FREE, C.WHEN, C.WANT, C.BOOK, C.CANCEL, C.MOVE},
        roles=PATIENTS,
    ),
    rule(I.APPOINTMENTS, 61, C.HISTORY, {C.MY, C.SHOW, C.WHICH, *VISIT}, without={C.DATA}, roles=PATIENTS),
    rule(I.APPOINTMENTS, 55, C.APPOINTMENTS, without={C.FREE, F.WHEN_SAID}),
    rule(
        I.BOOK,
        75,
        C.BOOK,
        {*CARE, *VISIT, F.WHEN_SAID, F.REASON_SAID, F.PERSON_SAID, F.SYMPTOM_SAID, F.EARLIEST_SAID},
        roles=PATIENTS | DESK,
    ),
    rule(I.BOOK, 57, C.BOOK, roles=PATIENTS | DESK),
    rule(
        I.BOOK,
        67,
        {C.WANT, C.SEE},
        CARE,
        without={C.NOT, C.FREE, C.MY, C.WHERE, C.WHEN},
        roles=PATIENTS | DESK,
    ),
    rule(
        I.BOOK,
        66,
        {C.WANT, C.SEE},
        CARE,
        {F.WHEN_SAID, F.REASON_SAID, F.PERSON_SAID, F.RELATIVE_SAID, F.SYMPTOM_SAID, F.EARLIEST_SAID, C.WANT},
        without={C.NOT, C.WHERE},
        roles=PATIENTS | DESK,
    ),
    rule(I.BOOK, 65, C.ANOTHER, C.APPOINTMENT, C.WANT, roles=PATIENTS | DESK),
    rule(
        I.BOOK,
        61,
        {C.APPOINTMENT, C.DOCTOR, C.CHECK_UP, C.COME},
        {
            F.WHEN_SAID,
            F.DOCTOR_SAID,
            F.KIND_SAID,
            F.PERSON_SAID,
            F.RELATIVE_SAID,
            F.REASON_SAID,
            F.EARLIEST_SAID,
            C.ANY_DOCTOR,
        },
        without={C.NOT, C.WHEN, C.MY, C.WHO, C.WHERE, C.NEXT, C.PAST, C.INSTEAD},
        roles=PATIENTS | DESK,
    ),
    rule(
        I.BOOK,
        60,
        {F.DOCTOR_SAID, F.KIND_SAID, C.ANY_DOCTOR},
        {F.WHEN_SAID, F.EARLIEST_SAID},
        without={C.NOT, C.WHEN, C.WHO, C.WHICH, C.HAVE, C.MY, C.WHERE, C.PAST, C.WORK},
        roles=PATIENTS | DESK,
    ),
    rule(
        I.BOOK,
        50,
        {C.APPOINTMENT, C.CHECK_UP},
        without={C.NOT, C.MY, C.WHEN, C.WHO, C.WHERE, C.PAST},
        roles=PATIENTS | DESK,
    ),
    rule(I.BOOK, 46, F.KIND_SAID, without={C.NOT}, roles=PATIENTS | DESK),
    rule(I.BOOK, 62, C.SEE, F.REASON_SAID, roles=PATIENTS | DESK),
    rule(I.BOOK, 44, C.DOCTOR, without={C.NOT, C.THANKS, C.GREETING}, roles=PATIENTS),
    rule(I.SYMPTOM, 58, F.SYMPTOM_SAID, roles=PATIENTS),
    # Doctors
    rule(I.NEXT_PATIENT, 46, C.NEXT, roles=DOCTORS),
    rule(I.NEXT_PATIENT, 78, C.NEXT, {C.PATIENT, C.WHO, C.APPOINTMENT}, roles=DOCTORS),
    rule(I.ILL, 76, C.ILL, without={C.PATIENT}, roles=DOCTORS),
    rule(I.TIME_OFF, 77, C.TIME_OFF, roles=STAFF),
    rule(I.TIME_OFF, 72, {C.AWAY, C.FREE, C.CANT_COME}, F.WHEN_SAID, roles=DOCTORS),
    # “Dr Rao can't come on Friday”
    rule(
        I.TIME_OFF,
        82,
        C.CANT_COME,
        F.DOCTOR_SAID,
        F.WHEN_SAID,
        without={*VISIT, C.CANCEL, C.MOVE, C.PATIENT, F.PERSON_SAID},
        roles=DESK,
    ),
    rule(I.TIME_OFF, 71, C.AWAY, {F.DOCTOR_SAID, F.WHEN_SAID}, roles=STAFF),
    rule(I.TIME_OFF, 71, C.ILL, F.DOCTOR_SAID, roles=DESK),
    rule(I.TIME_OFF, 70, C.NOT, C.WORK, roles=STAFF),
    rule(I.HOURS, 74, C.OPENING_HOURS, C.MY, roles=STAFF),
    rule(I.HOURS, 79, C.HOURS, {C.CHANGE, F.DOCTOR_SAID}, roles=STAFF),
    rule(I.HOURS, 72, C.HOURS, roles=STAFF),
    rule(I.HOURS, 66, C.WORK, {C.WHEN, C.CHANGE}, roles=STAFF),
    rule(I.FOLLOW_UP, 76, C.FOLLOW_UP, roles=DOCTORS),
    rule(I.FIND_PERSON, 73, C.HISTORY, {F.PERSON_SAID, C.PATIENT}, roles=STAFF),
    rule(I.FIND_PERSON, 74, C.FIND, {F.PERSON_SAID, C.PATIENT}, roles=STAFF),
    rule(
        I.FIND_PERSON,
        68,
        {C.PATIENT, C.SHOW, C.APPOINTMENTS, C.WHEN, C.HAVE},
        F.PERSON_SAID,
        without={C.CANCEL, C.MOVE, C.BOOK},
        roles=STAFF,
    ),
    rule(
        I.MY_WEEK,
        72,
        {C.SCHEDULE, *VISIT, C.PATIENTS, C.HAVE, C.SHOW, C.WHO, C.COME, C.MY},
        {F.WEEK_SAID, C.WEEK},
        roles=DOCTORS,
    ),
    rule(I.MY_WEEK, 45, {F.WEEK_SAID, C.WEEK}, roles=DOCTORS),
    rule(I.MY_DAY, 70, C.SCHEDULE, roles=DOCTORS),
    rule(
        I.MY_DAY,
        68,
        {C.APPOINTMENTS, C.APPOINTMENT, C.PATIENTS, C.PATIENT, C.HAVE, C.WHO, C.COME, C.WHEN},
        F.WHEN_SAID,
        without={C.CANCEL, C.MOVE, C.BOOK},
        roles=DOCTORS,
    ),
    rule(I.MY_DAY, 63, {C.PATIENTS, C.WHO}, {C.MY, C.COME, C.SHOW}, roles=DOCTORS),
    rule(I.MY_DAY, 45, F.WHEN_SAID, without={C.CANCEL, C.MOVE, C.BOOK}, roles=DOCTORS),
    # The desk and admins
    rule(
        I.CLINIC_DAY,
        70,
        {C.APPOINTMENTS, C.PATIENTS, C.WHO, C.COME, C.SCHEDULE, C.HAVE, C.SHOW, C.APPOINTMENT},
        F.WHEN_SAID,
        without={C.BOOK, C.CANCEL, C.MOVE, C.FREE, C.WANT, F.PERSON_SAID, C.CLOSED, C.AWAY},
        roles=DESK,
    ),
    rule(I.CLINIC_DAY, 64, C.SCHEDULE, roles=DESK),
    rule(I.CLINIC_DAY, 63, C.WHO, C.COME, roles=DESK),
    rule(I.CLINIC_DAY, 45, F.WHEN_SAID, roles=DESK),
    rule(I.BLOCK, 78, C.BLOCK, roles=DESK),
    rule(I.ANNOUNCE, 84, C.ANNOUNCE, roles=DESK),
    rule(I.ANNOUNCE, 77, C.TELL, C.EVERYBODY, roles=DESK),
    rule(I.FIGURES, 83, C.FIGURES, {C.CANCEL, C.MOVE, C.BOOK}, roles=DESK),
    rule(I.FIGURES, 77, C.FIGURES, roles=DESK),
    rule(I.EXPORT, 79, C.EXPORT, roles=DESK),
    rule(I.UNDELIVERED, 79, C.FAILED, roles=DESK),
    rule(I.USERS, 78, C.APPROVE, roles=DESK),
    rule(I.USERS, 72, C.USERS, roles=DESK),
    rule(I.CLOSURES, 79, C.TIME_OFF, C.CLINIC, without={C.MY, F.DOCTOR_SAID, F.PERSON_SAID}, roles=DESK),
    rule(I.CLOSURES, 77, C.CLOSED, roles=DESK),
    rule(I.BOOK, 70, C.BOOK, F.PERSON_SAID, roles=DESK),
)
