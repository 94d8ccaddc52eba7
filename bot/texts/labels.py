"""The labels of buttons, by what they are for; those that say a value stand beside the texts of their cards.

Telegram shows some 20 characters of a label where two buttons share a row, and bot.ui.keyboards cuts it at 40.
"""

# Ways through all dialogs.
BACK = "« Back"
LEAVE = "✖ Leave"
GO_ON = "▶ Go on"
START_AGAIN = "↻ Start again"
SKIP = "Skip"
CONFIRM = "✅ Confirm"
BOOK_ALL_THE_SAME = "✅ Book all the same"
SAVE = "✅ Save"
SEND = "📨 Send"
SEND_AGAIN = "📧 Send again"
KEEP_IT = "« Keep it"
KEEP_AS_IT_IS = "« Keep it as it is"
KEEP_THEM = "« Keep them"

# Ways on, to what the commands do.
SIGN_IN = "🔑 Sign in"
REGISTER = "📝 Register"
BOOK_APPOINTMENT = "📅 Book an appointment"
MY_APPOINTMENTS = "📋 My appointments"
DOCTORS = "👩‍⚕️ Doctors"
REMINDERS = "⏰ Reminders"
WAITING_LIST = "🔔 Waiting list"
MY_DAY = "🗓 My day"
HOURS = "⏰ Hours"
TIME_OFF = "⛱ Time off"
CLOSURES = "🔒 Closures"
PUBLIC_HOLIDAYS = "🎉 Public holidays"
SINGLE_DAYS = "📆 Single days"
CLOSED_THAT_DAY = "Closed that day"
REOPEN_YES = "✅ Yes, reopen"
CLINIC_APPOINTMENTS = "🗓 Appointments"
USERS = "👥 Users"
STATISTICS = "📊 Statistics"
ANNOUNCE = "📣 Announce"
EXPORT = "📄 Export"
OUTBOX = "📮 Outbox"
LIMITS = "⚖️ Limits"
AUDIT = "🧾 Audit"
MY_ACCOUNT = "⚙️ My account"

# Days, and lists of them.
TODAY = "Today"
DAY_TODAY = "🗓 Today"
AUDIT_TODAY = "📆 Today"
BACK_TO_TODAY = "« Today"
THE_DAY = "🗓 The day"
BACK_TO_THE_DAY = "« The day"
OPEN_THE_DAY = "🗓 Open the day"
WEEK = "🗓 Week"
PICTURE = "🖼 Picture"

# The people whom somebody looks after.
FAMILY = "👪 Family"
MYSELF = "🙂 Myself"
ADD_PERSON = "➕ Add someone"
EDIT_PERSON = "✏️ Change"
REMOVE_PERSON = "🗑 Remove"
REMOVE_PERSON_YES = "🗑 Yes, remove them"
EDIT_BIRTH_DATE = "🎂 Birth date"
EDIT_PHONE = "📞 Telephone"
BACK_TO_FAMILY = "« Family"
BOOK_FOR_PERSON = "📅 Book for them"

# Series of visits.
MAKE_SERIES = "🔂 Make it a series"
LEAVE_OUT = "➖ Leave it out"
THIS_ONE = "This one"
THIS_AND_THE_REST = "This and the rest"
ALL_OF_THEM = "All of them"
CANCEL_THESE_YES = "✖ Yes, cancel them"

# Doctors, and booking.
BOOK = "📅 Book"
BACK_TO_DOCTORS = "« Doctors"
BACK_TO_SPECIALIZATIONS = "« Specializations"
ALL_DOCTORS = "All doctors"
TAKE_NEXT_FREE = "⚡ Take the next free time"
IN_THE_CLINIC = "🏥 In the clinic"
BY_VIDEO = "🎥 By video"
ANY_PLACE = "Any place"
ELSEWHERE = "Elsewhere in the clinic"
CHANGE_KIND = "🩺 Change the kind of visit"
MORE_TIMES = "🕑 More times"
KEEP_ANSWER = "💬 Keep this answer"
KEEP_REASON = "💬 Keep this reason"
FREE_TIMES = "📅 Free times"
ANOTHER_TIME = "📅 Book another time"
FIND_ANOTHER_TIME = "📅 Find another time"

# An appointment.
OPEN_APPOINTMENT = "📋 Open the appointment"
BACK_TO_MY_APPOINTMENTS = "« My appointments"
ALL_MY_APPOINTMENTS = "« All my appointments"
APPOINTMENTS = "📋 Appointments"
ADD_TO_CALENDAR = "📅 Add to calendar"
JOIN = "🎥 Join"
MOVE = "🔁 Move"
MOVE_TO_ANOTHER_TIME = "🔁 Another time"
COMES = "👍 Confirm"
SUITS = "👍 That suits me"
CANCEL = "✖ Cancel"
CANCEL_APPOINTMENT = "✖ Cancel appointment"
CANCEL_YES = "✖ Yes, cancel it"
SEEN = "✅ Seen"
DID_NOT_COME = "🚷 Did not come"
PROPOSE_FOLLOW_UP = "↪ Propose a follow-up"
HERE = "📍 I'm here"
ARRIVED = "📍 Arrived"
CANT_COME = "✖ I can't come"
CANT_COME_YES = "✖ Yes, I can't come"
WRITE = "💬 Message"
WRITE_TO_ALL = "💬 Message all"
NEXT_PATIENT = "▶ Next patient"
LATE = "🕐 Running late"
ON_TIME = "✅ On time again"
REMOVE_REASON = "🗑 Remove it"

# The calendar feed.
CALENDAR_FEED = "📅 Calendar feed"
RENEW_ADDRESS = "🔄 Renew the address"
RENEW_YES = "🔄 Yes, renew it"
STOP_FEED = "⏹ Stop the feed"
STOP_FEED_YES = "⏹ Yes, stop it"
SHOW_FULL_NAMES = "🙂 Show full names"
SHOW_INITIALS = "🔠 Show initials"

# Waiting lists.
MY_WAITING_LISTS = "🔔 My waiting lists"
TELL_ME = "🔔 Tell me when a time opens up"
EARLIER = "⏩ An earlier time, if one opens"
TAKE_IT = "✅ Take it"
PASS = "👋 Pass"  # noqa: S105 - a label

# One's own account.
EDIT_ROLE = "🙂 Role"
EDIT_SPECIALIZATION = "🏥 Specialization"
EDIT_GENDER = "👤 Gender"
EDIT_STAFF_CODE = "🔑 Staff code"
NO_STAFF_CODE = "I don't have one"
RATHER_NOT_SAY = "I'd rather not say"
FORGOT_PASSWORD = "Forgot your password?"  # noqa: S105 - a label
HAS_CODE = "I have a code"
ENTER_CODE = "🔢 Enter the code"
SEND_NEW_CODE = "📧 Send a new code"
CHANGE_ADDRESS = "✏️ Change address"
CHANGE_NAME = "✏️ Name"
CHANGE_EMAIL = "📧 Email"
CHANGE_PASSWORD = "🔒 Password"  # noqa: S105 - a label
CHANGE_LANGUAGE = "🌐 Language"
CHANGE_ZONE = "🕑 Time zone"
SIGNED_IN_CHATS = "📱 Where I'm signed in"
SIGN_OUT_OTHERS = "✖ Sign out everywhere else"
BACK_TO_MY_ACCOUNT = "« My account"
MY_DATA = "📄 My data"
DELETE_ACCOUNT = "🗑 Delete my account"
KEEP_ACCOUNT = "« Keep my account"
DELETE_YES = "🗑 Yes, delete it"

# A doctor's hours and time off.
PREVIEW = "👀 Preview & save"
CLOSED = "Closed"
SLOTS = "Slots"
BUFFER = "Buffer"
NOTICE = "Notice"
AHEAD = "Ahead"
CHANGES = "Changes"
WHOLE_DAY = "The whole day"
TAKE_BACK_YES = "↩ Yes, take it back"

# What admins do.
BOOK_FOR_SOMEONE = "➕ Book for someone"
BOOK_FOR_THEM = "➕ Book for them"
NEW_PATIENT = "🙂 New patient"
NO_PHONE = "No telephone number"
MAKE_ANOTHER = "➕ None of these, add a new one"
PATIENTS = "🙂 Patients"
BACK_TO_PATIENTS = "« Patients"
LEAVE_EMPTY = "Not known"
# Handing patients over, and making one of two.
HAND_OVER = "🤝 Hand over"
SHARE = "🤝 Hand over / share"
STOP_CODES = "⏹ Stop the codes"
SAME_PERSON = "🔗 Same person as…"
LOOK_AFTER = "👪 I look after them"
THAT_IS_ME = "🙂 That's me"
YES_THAT_IS_ME = "✅ Yes, that's me"
YES_MAKE_ONE = "✅ Yes, make them one"
NO_GO_BACK = "« No"
BACK_TO_PATIENT = "🙂 The patient"
TRY_AGAIN = "🔄 Try again"
THEIR_APPOINTMENTS = "🙂 Their appointments"
BACK_TO_USERS = "« Users"
BACK_TO_ACCOUNT = "« Account"
AUDIT_ACCOUNT = "👤 Account"
OPEN_ACCOUNT = "👤 Open the account"
HISTORY = "🧾 History"
DELIVERY = "📬 Delivery"
APPROVE = "✅ Approve"
REFUSE = "🚫 Refuse"
APPROVE_NAME = "✅ Approve the name"
REFUSE_NAME = "🚫 Refuse the name"
CHANGE_SPECIALIZATION = "🏥 Change specialization"
CORRECT_EMAIL = "📧 Correct email"
ADD_RECEPTIONIST = "➕ Add a receptionist"
MAKE_ACCOUNT = "✅ Make the account"
RESET_PASSWORD = "🔑 Reset password"  # noqa: S105 - a label
SEND_CODE_YES = "🔑 Yes, send a code"
BLOCK = "🚫 Block"
BLOCK_YES = "🚫 Yes, block"
BLOCK_KEEP_THEM = "🚫 Block, keep them"
UNBLOCK = "✅ Unblock"
KEEP_TEXT = "Keep this text"
STOP = "⏹ Stop"
OPEN_OUTBOX = "📮 Open the outbox"
RETIRE = "🚫 Retire"
RETIRE_YES = "🚫 Yes, retire it"
BRING_BACK = "↩ Bring back"
OUT_OF_ORDER = "🔧 Out of order"
IN_ORDER_YES = "↩ Yes, in order again"
PLACES = "📍 Places"
ROOMS = "🚪 Rooms"
KINDS = "🗂 Kinds of visit"
NO_PLACE = "No fixed place"
EVERYWHERE = "Everywhere"
REFRESH = "🔄 Refresh"
NO_LIMIT = "♾ No limit"


def back_to(name: str) -> str:
    """Lead back to somebody's list."""
    return f"« {name}"


def back_to_command(command: str) -> str:
    """Lead back to what a command shows."""
    return f"« Back to /{command}"


def leave_for(noun: str) -> str:
    """Leave one dialog for another."""
    return f"✖ Leave it for the {noun}"


def block_and_cancel(those: str) -> str:
    """Block somebody, and cancel what they have booked."""
    return f"🚫 Block and cancel {those}"


def yes_cancel(those: str) -> str:
    """Cancel several appointments."""
    return f"✖ Yes, cancel {those}"


def retry(place: int) -> str:
    """Send a message again."""
    return f"🔁 Retry {place}"


def retry_all(count: int) -> str:
    """Send all messages again."""
    return f"🔁 Retry all {count:,}"


def send_again(place: int) -> str:
    """Send a message or an email again that did not arrive."""
    return f"🔁 Send again {place}"


def use_setting(value: str) -> str:
    """Let a limit be as the environment says."""
    return f"↩ Use the setting: {value}"


def drop(place: int) -> str:
    """Give a message up."""
    return f"🗑 Drop {place}"


def sign_out(chat: str) -> str:
    """Sign out another chat."""
    return f"✖ Sign out {chat}"


# Labels of earlier versions stand on old cards and in people's heads: typed, they still mean the button of now.
FORMER = {
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
