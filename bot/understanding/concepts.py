"""What words and phrases stand for, whatever the language: an intent is recognized by several. Pure."""

from enum import Enum, StrEnum, auto


class Concept(StrEnum):
    """What a word or phrase is about; the value is the name of its list in the files of words."""

    # Says nothing about what is wanted: I, please, the, of, would, that.
    FILLER = "filler"
    # Somebody's name that is also, or looks like, another word: understood only as a name.
    NAME = "name"
    # Says nothing either, and is no part of a reason: please.
    POLITE = "polite"
    # What no clinic is asked: a flight, the weather, a table for two; and what only a person can answer.
    UNRELATED = "unrelated"
    # Stands before the name of a doctor, who need not have a title then: with.
    WITH = "with"
    # Questions
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHICH = "which"
    HAVE = "have"
    # Acts
    BOOK = "book"
    MOVE = "move"
    CHANGE = "change"
    CANCEL = "cancel"
    # Does something with it, but says not what: कर दो.
    MAKE = "make"
    WANT = "want"
    SEE = "see"
    SHOW = "show"
    COME = "come"
    FIND = "find"
    ADD = "add"
    DELETE = "delete"
    TELL = "tell"
    # Things
    APPOINTMENT = "appointment"
    APPOINTMENTS = "appointments"
    DOCTOR = "doctor"
    DOCTORS = "doctors"
    PATIENT = "patient"
    PATIENTS = "patients"
    CHECK_UP = "check_up"
    TITLE = "title"
    # Before anybody's name: Mrs, Mr. Where a patient writes, it is a title.
    COURTESY = "courtesy"
    # Behind somebody's name: जी, भैया.
    COURTESY_BEHIND = "courtesy_behind"
    # Before the name of whom somebody goes to see: the Russian “к”.
    TOWARDS = "towards"
    FREE = "free"
    ANOTHER = "another"
    CLINIC = "clinic"
    MESSAGES = "messages"
    EVERYBODY = "everybody"
    # Relations and small words that matter
    # Behind it stands no name, where a capital letter does not make one: the German “das”.
    ARTICLE = "article"
    FOR = "for"
    BECAUSE = "because"
    # In languages that say them behind what they belong to.
    FOR_BEHIND = "for_behind"
    BECAUSE_BEHIND = "because_behind"
    # Before a reason of a few words, not of a clause: wegen, due to.
    DUE_TO = "due_to"
    NOT = "not"
    NO = "no"
    INSTEAD = "instead"
    MY = "my"
    # For whoever writes, and nobody else: for myself.
    MYSELF = "myself"
    RELATIVE = "relative"
    # Between whoever has a relative and that relative, where it is said in that order: पति की माँ.
    OF_BEHIND = "of_behind"
    # A relative who is, or may be, still a child.
    CHILD = "child"
    # Said of a visit
    ANY_DOCTOR = "any_doctor"
    VIDEO = "video"
    IN_PERSON = "in_person"
    PAIN = "pain"
    # Begins a complaint, and is part of it: the Spanish “me duele”.
    COMPLAINS = "complains"
    # Whole wishes: a word or phrase that is enough
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"
    LANGUAGE = "language"
    SPEAK = "speak"
    ADDRESS = "address"
    PHONE = "phone"
    OPEN = "open"
    OPENING_HOURS = "opening_hours"
    CLOSED = "closed"
    PRICE = "price"
    HUMAN = "human"
    CALL_ME = "call_me"
    SIGN_IN = "sign_in"
    REGISTER = "register"
    # Who is here for the first time, and may want to register or to book.
    NEWCOMER = "newcomer"
    SIGN_OUT = "sign_out"
    ACCOUNT = "account"
    ACCOUNT_FIELD = "account_field"
    DATA = "data"
    WAITING_LIST = "waiting_list"
    EARLIER = "earlier"
    WILL_COME = "will_come"
    CONFIRM = "confirm"
    CANT_COME = "cant_come"
    # Says that a time does not suit where it ends a clause with one, and elsewhere nothing: не могу.
    CANT = "cant"
    # Tells what was: missed it, saw him. A day beside it is none that is wanted.
    PAST = "past"
    ARRIVED = "arrived"
    REMINDERS = "reminders"
    CALENDAR = "calendar"
    FAMILY = "family"
    SCHEDULE = "schedule"
    WEEK = "week"
    NEXT = "next"
    LATE = "late"
    ILL = "ill"
    TIME_OFF = "time_off"
    AWAY = "away"
    HOURS = "hours"
    WORK = "work"
    HISTORY = "history"
    FOLLOW_UP = "follow_up"
    BLOCK = "block"
    ANNOUNCE = "announce"
    FIGURES = "figures"
    EXPORT = "export"
    FAILED = "failed"
    USERS = "users"
    APPROVE = "approve"
    # How long
    MINUTE = "minute"
    HOUR = "hour"
    TWO_HOURS = "two_hours"
    SEVERAL_HOURS = "several_hours"
    HALF_AN_HOUR = "half_an_hour"
    QUARTER_OF_AN_HOUR = "quarter_of_an_hour"
    THREE_QUARTERS_OF_AN_HOUR = "three_quarters_of_an_hour"
    HOUR_AND_A_QUARTER = "hour_and_a_quarter"
    HOUR_AND_A_HALF = "hour_and_a_half"
    TWO_HOURS_AND_A_HALF = "two_hours_and_a_half"


class Evidence(Enum):
    """Something that the sentence says."""

    WHEN_SAID = auto()
    WEEK_SAID = auto()
    EARLIEST_SAID = auto()
    DOCTOR_SAID = auto()
    KIND_SAID = auto()
    SYMPTOM_SAID = auto()
    REASON_SAID = auto()
    LANGUAGE_SAID = auto()
    PERSON_SAID = auto()
    RELATIVE_SAID = auto()
    MINUTES_SAID = auto()
    # The day or time that an appointment has, and another.
    TWO_DAYS_SAID = auto()


Sign = Concept | Evidence
