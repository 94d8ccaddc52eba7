"""What people may want, as labels of buttons where a text was not clear, by the names of intents."""

from collections.abc import Mapping

from bot.localization.messages import Phrase, phrase
from bot.texts import labels

# Translators: from here on, buttons for what people may want; each is at most 40 characters long.
LABELS: Mapping[str, Phrase] = {
    "help": phrase("💡 What you can do"),
    "language": labels.CHANGE_LANGUAGE,
    "address": phrase("📍 Where you are"),
    "phone": phrase("☎️ Your telephone number"),
    "opening_hours": phrase("🕑 When you're open"),
    "price": phrase("💳 What it costs"),
    "person": phrase("🙋 Talk to a person"),
    "sign_in": labels.SIGN_IN,
    "register": labels.REGISTER,
    "sign_out": phrase("🚪 Sign out"),
    "account": labels.MY_ACCOUNT,
    "delete_account": labels.DELETE_ACCOUNT,
    "my_data": labels.MY_DATA,
    "doctors": labels.DOCTORS,
    "symptom": phrase("🩺 Which doctor is for this?"),
    "book": labels.BOOK_APPOINTMENT,
    "move": phrase("🔁 Move an appointment"),
    "cancel": labels.CANCEL_APPOINTMENT,
    "appointments": labels.APPOINTMENTS,
    "when_is_it": phrase("🕑 When is my appointment?"),
    "free_times": labels.FREE_TIMES,
    "waiting_list": labels.WAITING_LIST,
    "confirm": labels.COMES,
    "here": labels.HERE,
    "reminders": labels.REMINDERS,
    "calendar": labels.CALENDAR_FEED,
    "family": labels.FAMILY,
    "my_day": labels.MY_DAY,
    "my_week": labels.WEEK,
    "next_patient": labels.NEXT_PATIENT,
    "late": labels.LATE,
    "ill": phrase("🤒 I'm ill"),
    "time_off": labels.TIME_OFF,
    "hours": labels.HOURS,
    "find_person": phrase("🔎 Find a person"),
    "follow_up": labels.PROPOSE_FOLLOW_UP,
    "clinic_day": labels.CLINIC_APPOINTMENTS,
    "block": phrase("🚫 Block someone"),
    "announce": labels.ANNOUNCE,
    "figures": labels.STATISTICS,
    "export": labels.EXPORT,
    "undelivered": labels.OUTBOX,
    "users": labels.USERS,
    "closures": labels.CLOSURES,
}
