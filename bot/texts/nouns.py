"""What people call the dialogs, such as “booking”, in the sentences of bot/texts/dialogs.py."""

from bot.localization.messages import phrase_in

ANNOUNCEMENT = phrase_in("dialog", "announcement")
BOOKING = phrase_in("dialog", "booking")
# Translators: cancelling an appointment.
CANCELLATION = phrase_in("dialog", "cancellation")
# Translators: changing what is known of a patient.
CHANGE = phrase_in("dialog", "change")
CHANGE_OF_KINDS_OF_VISIT = phrase_in("dialog", "change of the kinds of visit")
# Translators: changing a limit, such as how many appointments somebody may have.
CHANGE_OF_LIMIT = phrase_in("dialog", "change of a limit")
CHANGE_OF_PLACES = phrase_in("dialog", "change of the places")
# Translators: changing the reason for a visit.
CHANGE_OF_REASON = phrase_in("dialog", "change of reason")
CHANGE_OF_REMINDERS = phrase_in("dialog", "change of reminders")
CHANGE_OF_ROOMS = phrase_in("dialog", "change of the rooms")
# Translators: entering days on which the clinic is closed.
CLOSURE = phrase_in("dialog", "closure")
EMAIL_ADDRESS_CHANGE = phrase_in("dialog", "email address change")
EMAIL_CORRECTION = phrase_in("dialog", "email correction")
# Translators: adding somebody whom one looks after.
FAMILY_ENTRY = phrase_in("dialog", "family entry")
# Translators: asking the reception to call.
CALLBACK = phrase_in("dialog", "request to be called")
# Translators: proposing another visit after one.
FOLLOW_UP = phrase_in("dialog", "follow-up")
LANGUAGE_CHANGE = phrase_in("dialog", "language change")
# Translators: writing a message to patients.
MESSAGE = phrase_in("dialog", "message")
# Translators: moving an appointment to another time.
MOVE = phrase_in("dialog", "move")
NAME_CHANGE = phrase_in("dialog", "name change")
# Translators: making an account for a receptionist.
NEW_ACCOUNT = phrase_in("dialog", "new account")
# Translators: adding a patient.
NEW_PATIENT = phrase_in("dialog", "new patient")
PASSWORD_CHANGE = phrase_in("dialog", "password change")
PASSWORD_RESET = phrase_in("dialog", "password reset")
# Translators: answering the questions before a visit.
QUESTIONNAIRE = phrase_in("dialog", "questionnaire")
REGISTRATION = phrase_in("dialog", "registration")
REQUEST_FOR_AN_EARLIER_TIME = phrase_in("dialog", "request for an earlier time")
# Translators: entering when a room can't be used.
ROOM_OUT_OF_ORDER = phrase_in("dialog", "room out of order")
# Translators: looking for somebody in a list of patients.
SEARCH = phrase_in("dialog", "search")
SIGN_IN = phrase_in("dialog", "sign-in")
SPECIALIZATION_CHANGE = phrase_in("dialog", "specialization change")
# Translators: entering when a doctor is away.
TIME_OFF_REQUEST = phrase_in("dialog", "time off request")
TIME_ZONE_CHANGE = phrase_in("dialog", "time zone change")
# Translators: joining a waiting list.
WAITING_LIST_REQUEST = phrase_in("dialog", "waiting list request")
WORKING_HOURS_CHANGE = phrase_in("dialog", "working hours change")
