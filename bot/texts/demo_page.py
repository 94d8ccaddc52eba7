"""What the demo's page itself says; what stands in its chats and emails comes from the bot.

The page gets all of it at once, with the placeholders in it, which it fills in itself (see page/words.js).
"""

from bot.localization.messages import Phrase, phrase, phrase_in

# The head of the page, and the dialogs over it.
TITLE = phrase("{clinic} demo")
LEAD = phrase("Book on the patient’s phone, and see it arrive on the doctor’s phone and in the mailbox.")
PAGE_LANGUAGE = phrase("Language of the page")
API_DOCS = phrase("API docs")
LOGINS = phrase("Logins")
LOGINS_TITLE = phrase("Accounts in the sample clinic")
ADD_PHONE = phrase("Add a phone")
CARDS_LEFT = phrase("Cards further to the left")
CARDS_RIGHT = phrase("Cards further to the right")
RECONNECTING = phrase("The demo isn’t answering. Reconnecting…")
OK = phrase("OK")
NEW_PHONE_TITLE = phrase("A phone for a new guest")
FIRST_NAME = phrase("First name")
# Translators: the language that somebody has chosen in Telegram's settings on their phone.
PHONE_LANGUAGE = phrase("Language of their Telegram")
NOT_NOW = phrase("Not now")
ADD_THE_PHONE = phrase("Add the phone")
CANT_BE_DONE = phrase("The page asked for something that can’t be done.")

# Whose phone it is.
ROLE_PATIENT = phrase("Patient")
ROLE_DOCTOR = phrase("Doctor")
ROLE_RECEPTIONIST = phrase("Receptionist")
ROLE_ADMIN = phrase("Admin")
ROLE_GUEST = phrase("Guest")
# Translators: short for “Receptionist”; at most 12 characters, as a button stands beside it.
SHORT_RECEPTIONIST = phrase("Reception")
# Translators: {role} is “Patient”, “Doctor”, “Receptionist”, “Admin” or “Guest”.
PHONE_OF = phrase("{role}’s phone: {name}")
CHAT_OF = phrase("{name}’s chat with the bot")
SKIP_TO = phrase("Skip to {name}’s message field")

# A phone.
SIGN_IN = phrase("Sign in")
SIGN_IN_AS = phrase("Sign in as {name}")
SIGN_IN_HOW = phrase("Sign in as {name}: types /login, the email address and the password")
NO_ACCOUNT = phrase("This account no longer exists. Create a new one with /register.")
MORE = phrase("More")
BLOCK = phrase("Block the bot")
UNBLOCK = phrase("Unblock the bot")
TYPING = phrase("typing…")
# Translators: the button of Telegram that begins a chat with a bot.
START = phrase("START")
UNBLOCK_AND_START = phrase("UNBLOCK AND START")
COMMANDS = phrase("Commands")
MENU = phrase("Menu")
MESSAGE = phrase("Message")
ATTACH = phrase("Attach")
SEND = phrase("Send")
PHOTO_OR_FILE = phrase("🖼 Photo or file")
STICKER = phrase("🙂 Sticker")
VOICE_MESSAGE = phrase("🎤 Voice message")
VOICE_LASTING = phrase("Voice message, {seconds} s")
PHOTO = phrase("Photo")
FILE = phrase("File")
KILOBYTES = phrase("{size} KB")
# Translators: before the time of a message that was edited.
EDITED = phrase("edited {time}")
BUTTONS = phrase("Buttons")
HIDDEN_TEXT = phrase("Hidden text, press to show")
IN_YOUR_CLOCK = phrase("In your own time: {when}")
COPIED_TEXT = phrase("Copied: {text}")
TAP_AGAIN = phrase("The demo isn’t answering. Please tap again when it’s back.")
SEND_IT_AGAIN = phrase("The demo isn’t answering. Please send it again when it’s back.")

# The tabs of a narrow page.
TABS = phrase("Phones, API and mailbox")
TAB_ADD = phrase("+ Phone")
TAB_MAIL = phrase("Email")
TAB_NEW = phrase("New: {count}")

# The accounts with which one can sign in.
STAFF_CODE = phrase("Staff code, to register as a doctor or admin")
COPY = phrase("Copy")
COPIED = phrase("Copied")
COPY_EMAIL = phrase("Copy the email address {text}")
COPY_PASSWORD = phrase("Copy the password {text}")
COPY_STAFF_CODE = phrase("Copy the staff code {text}")

# The mailbox.
MAILBOX = phrase("Mailbox")
UNREAD = phrase("Unread: {count}")
NO_MAIL = phrase("No email yet. Book an appointment, and the confirmations will arrive here.")
ALL_MAILS = phrase("All emails")
MAIL_PARTS = phrase("Part of the email")
FORMATTED = phrase("Formatted")
PLAIN_TEXT = phrase("Plain text")
MAIL_LINKS = phrase("Links in the email that open the bot")
MAIL_FRAME = phrase("The email, formatted")
# Translators: who an email is from, who it is to, and when it was sent; words before a value.
FROM = phrase("From")
TO = phrase("To")
AT = phrase("At")
INVITATION = phrase("📅 Invitation")
MOVED = phrase("🔁 Moved")
CANCELLED = phrase_in("one invitation", "✖ Cancelled")
VIDEO_ON = phrase("🎥 Video visit on {host}")
SINCE_CANCELLED = phrase("This event has since been cancelled.")
SINCE_MOVED = phrase("This event has since been moved.")

# The card on which calls of the HTTP interface are tried.
API = phrase("API")
NOT_SIGNED_IN = phrase("Not signed in")
SIGNED_IN = phrase("Signed in")
SIGNED_IN_AS = phrase("Signed in as {name}")
CALL = phrase("Call")
REQUEST = phrase("Request")
ANSWER = phrase("Answer")
COPY_REQUEST = phrase("Copy the request, with its token")
WHO_AM_I = phrase("Who am I?")
DOCTORS = phrase("Doctors")
FREE_TIMES = phrase("Free times of a doctor")
BOOK_TIME = phrase("Book a time")
APPOINTMENTS = phrase("My appointments")
CANCEL_APPOINTMENT = phrase("Cancel an appointment")
TIME = phrase("Time")
APPOINTMENT = phrase("Appointment")
NO_DOCTORS = phrase("There are no doctors.")
NO_TIMES = phrase("This doctor has no free time.")
NOTHING_BOOKED = phrase("Nothing is booked. Book a time first.")
SIGN_IN_FIRST = phrase("Sign in first: it’s the first call of the list.")
PATIENT_GONE = phrase("The sample patient has no account any more.")
SENDING = phrase("Sending…")
NOT_ANSWERED = phrase("The demo isn’t answering. Please send it again.")
# Translators: the reason of a visit that is booked on that card.
API_REASON = phrase("Booked over the API")


def words() -> dict[str, str]:
    """Return all of it in the reader's language, each by its name in small letters."""
    return {name.lower(): str(value) for name, value in globals().items() if isinstance(value, Phrase)}
