"""The labels of buttons, by what they are for; those that say a value stand beside the texts of their cards.

Telegram shows some 20 characters of a label where two buttons share a row, and bot.ui.keyboards cuts it at 40.
"""

from bot.localization.messages import Phrase, number, phrase, say

# Ways through all dialogs.
BACK = phrase("« Back")
LEAVE = phrase("✖ Leave")
GO_ON = phrase("▶ Go on")
START_AGAIN = phrase("↻ Start again")
SKIP = phrase("Skip")
CONFIRM = phrase("✅ Confirm")
BOOK_ALL_THE_SAME = phrase("✅ Book all the same")
SAVE = phrase("✅ Save")
SEND = phrase("📨 Send")
SEND_AGAIN = phrase("📧 Send again")
KEEP_IT = phrase("« Keep it")
KEEP_AS_IT_IS = phrase("« Keep it as it is")
KEEP_THEM = phrase("« Keep them")

# Ways on, to what the commands do.
SIGN_IN = phrase("🔑 Sign in")
REGISTER = phrase("📝 Register")
BOOK_APPOINTMENT = phrase("📅 Book an appointment")
MY_APPOINTMENTS = phrase("📋 My appointments")
DOCTORS = phrase("👩‍⚕️ Doctors")
REMINDERS = phrase("⏰ Reminders")
WAITING_LIST = phrase("🔔 Waiting list")
ASK_CALLBACK = phrase("☎️ Ask them to call me")
WAS_CALLED = phrase("✅ Called")
OPEN_PERSON = phrase("🙂 Open the person")
OPEN_MAP = phrase("🧭 Open the map")
MY_DAY = phrase("🗓 My day")
HOURS = phrase("⏰ Hours")
TIME_OFF = phrase("⛱ Time off")
CLOSURES = phrase("🔒 Closures")
PUBLIC_HOLIDAYS = phrase("🎉 Public holidays")
SINGLE_DAYS = phrase("📆 Single days")
CLOSED_THAT_DAY = phrase("Closed that day")
REOPEN_YES = phrase("✅ Yes, reopen")
CLINIC_APPOINTMENTS = phrase("🗓 Appointments")
USERS = phrase("👥 Users")
STATISTICS = phrase("📊 Statistics")
ANNOUNCE = phrase("📣 Announce")
EXPORT = phrase("📄 Export")
OUTBOX = phrase("📮 Outbox")
LIMITS = phrase("⚖️ Limits")
AUDIT = phrase("🧾 Audit")
MY_ACCOUNT = phrase("⚙️ My account")

# Days, and lists of them.
TODAY = phrase("Today")
DAY_TODAY = phrase("🗓 Today")
AUDIT_TODAY = phrase("📆 Today")
BACK_TO_TODAY = phrase("« Today")
THE_DAY = phrase("🗓 The day")
BACK_TO_THE_DAY = phrase("« The day")
OPEN_THE_DAY = phrase("🗓 Open the day")
WEEK = phrase("🗓 Week")
PICTURE = phrase("🖼 Picture")

# The people whom somebody looks after.
FAMILY = phrase("👪 Family")
MYSELF = phrase("🙂 Myself")
ADD_PERSON = phrase("➕ Add someone")
EDIT_PERSON = phrase("✏️ Change")
REMOVE_PERSON = phrase("🗑 Remove")
REMOVE_PERSON_YES = phrase("🗑 Yes, remove them")
EDIT_BIRTH_DATE = phrase("🎂 Birth date")
EDIT_PHONE = phrase("📞 Telephone")
BACK_TO_FAMILY = phrase("« Family")
BOOK_FOR_PERSON = phrase("📅 Book for them")

# Series of visits.
MAKE_SERIES = phrase("🔂 Make it a series")
LEAVE_OUT = phrase("➖ Leave it out")
THIS_ONE = phrase("This one")
THIS_AND_THE_REST = phrase("This and the rest")
ALL_OF_THEM = phrase("All of them")
CANCEL_THESE_YES = phrase("✖ Yes, cancel them")

# Doctors, and booking.
BOOK = phrase("📅 Book")
BACK_TO_DOCTORS = phrase("« Doctors")
BACK_TO_SPECIALIZATIONS = phrase("« Specializations")
ALL_DOCTORS = phrase("All doctors")
TAKE_NEXT_FREE = phrase("⚡ Take the next free time")
IN_THE_CLINIC = phrase("🏥 In the clinic")
BY_VIDEO = phrase("🎥 By video")
ANY_PLACE = phrase("Any place")
ELSEWHERE = phrase("Elsewhere in the clinic")
CHANGE_KIND = phrase("🩺 Change the kind of visit")
ANY_DOCTOR = phrase("🙋 Any doctor")
OTHER_TIMES = phrase("🕑 Other times")
SHOW_ALL_TIMES = phrase("🗓 Show all times")
MORE_TIMES = phrase("🕑 More times")
KEEP_ANSWER = phrase("💬 Keep this answer")
KEEP_REASON = phrase("💬 Keep this reason")
FREE_TIMES = phrase("📅 Free times")
ANOTHER_TIME = phrase("📅 Book another time")
FIND_ANOTHER_TIME = phrase("📅 Find another time")

# An appointment.
OPEN_APPOINTMENT = phrase("📋 Open the appointment")
BACK_TO_MY_APPOINTMENTS = phrase("« My appointments")
ALL_MY_APPOINTMENTS = phrase("« All my appointments")
APPOINTMENTS = phrase("📋 Appointments")
ADD_TO_CALENDAR = phrase("📅 Add to calendar")
JOIN = phrase("🎥 Join")
# Translators: buttons that copy the address or the code to the clipboard.
COPY_ADDRESS = phrase("📋 Copy the address")
COPY_CODE = phrase("📋 Copy the code")
MOVE = phrase("🔁 Move")
MOVE_TO_ANOTHER_TIME = phrase("🔁 Another time")
COMES = phrase("👍 Confirm")
SUITS = phrase("👍 That suits me")
CANCEL = phrase("✖ Cancel")
CANCEL_APPOINTMENT = phrase("✖ Cancel appointment")
CANCEL_YES = phrase("✖ Yes, cancel it")
SEEN = phrase("✅ Seen")
DID_NOT_COME = phrase("🚷 Did not come")
PROPOSE_FOLLOW_UP = phrase("↪ Propose a follow-up")
HERE = phrase("📍 I'm here")
ARRIVED = phrase("📍 Arrived")
CANT_COME = phrase("✖ I can't come")
CANT_COME_YES = phrase("✖ Yes, I can't come")
WRITE = phrase("💬 Message")
WRITE_TO_ALL = phrase("💬 Message all")
NEXT_PATIENT = phrase("▶ Next patient")
LATE = phrase("🕐 Running late")
ANOTHER_DELAY = phrase("🕐 Another delay")
ON_TIME = phrase("✅ On time again")
REMOVE_REASON = phrase("🗑 Remove it")

# The calendar feed.
CALENDAR_FEED = phrase("📅 Calendar feed")
RENEW_ADDRESS = phrase("🔄 Renew the address")
RENEW_YES = phrase("🔄 Yes, renew it")
STOP_FEED = phrase("⏹ Stop the feed")
STOP_FEED_YES = phrase("⏹ Yes, stop it")
SHOW_FULL_NAMES = phrase("🙂 Show full names")
SHOW_INITIALS = phrase("🔠 Show initials")

# Waiting lists.
MY_WAITING_LISTS = phrase("🔔 My waiting lists")
TELL_ME = phrase("🔔 Tell me when a time opens up")
EARLIER = phrase("⏩ An earlier time, if one opens")
TAKE_IT = phrase("✅ Take it")
PASS = phrase("👋 Pass")

# One's own account.
EDIT_ROLE = phrase("🙂 Role")
EDIT_SPECIALIZATION = phrase("🏥 Specialization")
EDIT_GENDER = phrase("👤 Gender")
EDIT_STAFF_CODE = phrase("🔑 Staff code")
NO_STAFF_CODE = phrase("I don't have one")
RATHER_NOT_SAY = phrase("I'd rather not say")
FORGOT_PASSWORD = phrase("Forgot your password?")
HAS_CODE = phrase("I have a code")
ENTER_CODE = phrase("🔢 Enter the code")
SEND_NEW_CODE = phrase("📧 Send a new code")
CHANGE_ADDRESS = phrase("✏️ Change address")
CHANGE_NAME = phrase("✏️ Name")
CHANGE_EMAIL = phrase("📧 Email")
CHANGE_PASSWORD = phrase("🔒 Password")
CHANGE_LANGUAGE = phrase("🌐 Language")
CHANGE_ZONE = phrase("🕑 Time zone")
SIGNED_IN_CHATS = phrase("📱 Where I'm signed in")
SIGN_OUT_OTHERS = phrase("✖ Sign out everywhere else")
BACK_TO_MY_ACCOUNT = phrase("« My account")
MY_DATA = phrase("📄 My data")
DELETE_ACCOUNT = phrase("🗑 Delete my account")
KEEP_ACCOUNT = phrase("« Keep my account")
DELETE_YES = phrase("🗑 Yes, delete it")

# A doctor's hours and time off.
PREVIEW = phrase("👀 Preview & save")
CLOSED = phrase("Closed")
SLOTS = phrase("Slots")
BUFFER = phrase("Buffer")
NOTICE = phrase("Notice")
AHEAD = phrase("Ahead")
CHANGES = phrase("Changes")
WHOLE_DAY = phrase("The whole day")
# Translators: a button; the part of a day before noon.
MORNING = phrase("Morning")
AFTERNOON = phrase("Afternoon")
TAKE_BACK_YES = phrase("↩ Yes, take it back")

# What admins do.
BOOK_FOR_SOMEONE = phrase("➕ Book for someone")
BOOK_FOR_THEM = phrase("➕ Book for them")
NEW_PATIENT = phrase("🙂 New patient")
NO_PHONE = phrase("No telephone number")
MAKE_ANOTHER = phrase("➕ None of these, add a new one")
PATIENTS = phrase("🙂 Patients")
BACK_TO_PATIENTS = phrase("« Patients")
LEAVE_EMPTY = phrase("Not known")
# Handing patients over, and making one of two.
HAND_OVER = phrase("🤝 Hand over")
SHARE = phrase("🤝 Hand over / share")
STOP_CODES = phrase("⏹ Stop the codes")
SAME_PERSON = phrase("🔗 Same person as…")
LOOK_AFTER = phrase("👪 I look after them")
THAT_IS_ME = phrase("🙂 That's me")
YES_THAT_IS_ME = phrase("✅ Yes, that's me")
YES_MAKE_ONE = phrase("✅ Yes, make them one")
NO_GO_BACK = phrase("« No")
BACK_TO_PATIENT = phrase("🙂 The patient")
TRY_AGAIN = phrase("🔄 Try again")
THEIR_APPOINTMENTS = phrase("🙂 Their appointments")
BACK_TO_USERS = phrase("« Users")
BACK_TO_ACCOUNT = phrase("« Account")
AUDIT_ACCOUNT = phrase("👤 Account")
OPEN_ACCOUNT = phrase("👤 Open the account")
HISTORY = phrase("🧾 History")
DELIVERY = phrase("📬 Delivery")
APPROVE = phrase("✅ Approve")
REFUSE = phrase("🚫 Refuse")
APPROVE_NAME = phrase("✅ Approve the name")
REFUSE_NAME = phrase("🚫 Refuse the name")
CHANGE_SPECIALIZATION = phrase("🏥 Change specialization")
CORRECT_EMAIL = phrase("📧 Correct email")
ADD_RECEPTIONIST = phrase("➕ Add a receptionist")
MAKE_ACCOUNT = phrase("✅ Make the account")
RESET_PASSWORD = phrase("🔑 Reset password")
SEND_CODE_YES = phrase("🔑 Yes, send a code")
BLOCK = phrase("🚫 Block")
BLOCK_YES = phrase("🚫 Yes, block")
BLOCK_KEEP_THEM = phrase("🚫 Block, keep them")
UNBLOCK = phrase("✅ Unblock")
KEEP_TEXT = phrase("Keep this text")
STOP = phrase("⏹ Stop")
OPEN_OUTBOX = phrase("📮 Open the outbox")
RETIRE = phrase("🚫 Retire")
RETIRE_YES = phrase("🚫 Yes, retire it")
BRING_BACK = phrase("↩ Bring back")
OUT_OF_ORDER = phrase("🔧 Out of order")
IN_ORDER_YES = phrase("↩ Yes, in order again")
PLACES = phrase("📍 Places")
ROOMS = phrase("🚪 Rooms")
KINDS = phrase("🗂 Kinds of visit")
NO_PLACE = phrase("No fixed place")
EVERYWHERE = phrase("Everywhere")
REFRESH = phrase("🔄 Refresh")
NO_LIMIT = phrase("♾ No limit")


def words_of(label: Phrase) -> str:
    """Return a label without the sign in front of it, for sentences that tell people to tap it."""
    return str(label).partition(" ")[2]


def back_to(name: str) -> str:
    """Lead back to somebody's list."""
    return say("« {name}", name=name)


def back_to_command(command: str) -> str:
    """Lead back to what a command shows."""
    return say("« Back to {command}", command="/" + command)


def leave_for(noun: Phrase) -> str:
    """Leave one dialog for another."""
    # Translators: {noun} is what somebody is doing, such as “booking”, as it stands alone in a list; let it
    # stand alone where a language has cases. A button; at most 40 characters.
    return say("✖ Leave it for the {noun}", noun=noun)


def retry(place: int) -> str:
    """Send a message again."""
    return say("🔁 Retry {place}", place=number(place))


def retry_all(count: int) -> str:
    """Send all messages again."""
    return say("🔁 Retry all {count}", count=number(count))


def send_again(place: int) -> str:
    """Send a message or an email again that did not arrive."""
    return say("🔁 Send again {place}", place=number(place))


def use_setting(value: str) -> str:
    """Let a limit be as the environment says."""
    return say("↩ Use the setting: {value}", value=value)


def drop(place: int) -> str:
    """Give a message up."""
    return say("🗑 Drop {place}", place=number(place))


def sign_out(chat: str) -> str:
    """Sign out another chat."""
    return say("✖ Sign out {chat}", chat=chat)


# Labels of earlier versions stand on old cards and in people's heads: typed, they still mean the button of now.
FORMER: dict[str, Phrase] = {
    "✖ Cancel": LEAVE,
    "🔔 Tell me when something opens": TELL_ME,
    "🔔 Where I wait": MY_WAITING_LISTS,
    "Forgotten password": FORGOT_PASSWORD,
    "I have none": NO_STAFF_CODE,
    "📊 Figures": STATISTICS,
    "📧 Mail": CHANGE_EMAIL,
    "📱 Where signed in": SIGNED_IN_CHATS,
    "📱 Signed-in chats": SIGNED_IN_CHATS,
    "✖ End all but this chat": SIGN_OUT_OTHERS,
    "✖ Sign out all other chats": SIGN_OUT_OTHERS,
    "🗑 Take it away": REMOVE_REASON,
    "« Leave it": KEEP_AS_IT_IS,
    "« Leave it as it is": KEEP_AS_IT_IS,
    "➕ Book for somebody": BOOK_FOR_SOMEONE,
    "🙂 The patient's": THEIR_APPOINTMENTS,
    "🔄 Look again": REFRESH,
}
