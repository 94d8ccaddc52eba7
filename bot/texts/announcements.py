"""What is said around announcements, and how one looks."""

from bot.texts.formats import esc
from bot.texts.notification_layouts import News
from services.models.announcements import Announcement, AnnouncementState, Audience, Reach, Tally

AUDIENCES = {
    Audience.EVERYBODY: "everybody",
    Audience.PATIENTS: "patients",
    Audience.DOCTORS: "doctors",
}
NONE_OF = {
    Audience.EVERYBODY: "nobody is using",
    Audience.PATIENTS: "no patients are using",
    Audience.DOCTORS: "no doctors are using",
}
BUTTONS = {
    Audience.EVERYBODY: "👥 Everybody",
    Audience.PATIENTS: "🙂 Patients",
    Audience.DOCTORS: "👩‍⚕️ Doctors",
}
# What else may be typed.
TYPED = {
    "all": Audience.EVERYBODY,
    "everybody": Audience.EVERYBODY,
    "everyone": Audience.EVERYBODY,
    "patients": Audience.PATIENTS,
    "doctors": Audience.DOCTORS,
}
RULE = "──────────"
BAR_LENGTH = 12


def announcement(clinic: str, text: str) -> str:
    """Return an announcement as people see it."""
    return f"📣 <b>{esc(clinic)}</b>\n\n{esc(text)}"


def announcement_news(clinic: str, text: str) -> News:
    """Return an announcement as the email says it."""
    return News(
        subject=f"A message from {clinic}",
        headline=f"📣 A message from {clinic}",
        facts=(),
        typed=text,
        closing="You get this as an email because you aren't signed in to the clinic's bot at the moment.",
    )


def ask_audience() -> str:
    """Ask who it is for."""
    return "📣 <b>Announcement</b>\n\nWho is it for?"


def ask_text(audience: Audience, max_length: int, so_far: str) -> str:
    """Ask for the text, and show the one that there is."""
    kept = f"\n\nThe text so far:\n{RULE}\n{esc(so_far)}\n{RULE}" if so_far else ""
    return (
        f"{_head(audience)}{kept}\n\nWhat should I tell them? Type it as plain text,"
        f" up to {max_length:,} characters. You'll see it before I send it."
    )


def preview(clinic: str, audience: Audience, text: str, reach: Reach, *, by_email: bool) -> str:
    """Show it as people will see it, and who will."""
    if reach.chats or (by_email and reach.emails):
        ask = " Send it?"
    else:
        ask = (
            " Email it, or tap « Back to choose others." if reach.emails else " Tap « Back to choose others."
        )
    goes = _reach_by_email(reach) if by_email and reach.emails else _reach(reach, audience)
    return (
        f"{_head(audience)}\nThis is how they'll see it:\n\n{RULE}\n{announcement(clinic, text)}\n{RULE}\n\n"
        f"{goes}{ask}"
    )


def email_button(reach: Reach, *, by_email: bool) -> str:
    """Label the button that turns emails on, or off again."""
    return "💬 Only in chats" if by_email else f"✉️ Also by email to {_people(reach.emails)}"


def _head(audience: Audience) -> str:
    return f"📣 <b>Announcement to {AUDIENCES[audience]}</b>"


def _reach(reach: Reach, audience: Audience) -> str:
    if not reach.chats:
        return f"Nobody would get it: {NONE_OF[audience]} the bot at the moment."
    goes = f"It will go to {_people(reach.people)} in {_count(reach.chats, 'chat')}."
    if not reach.unreached:
        return goes
    are = "is" if reach.unreached == 1 else "are"
    return f"{goes} {_people(reach.unreached)} {are} not using the bot at the moment and won't get it."


def _reach_by_email(reach: Reach) -> str:
    emailed = f"by email to {_people(reach.emails)} who {_not_using(reach.emails)}"
    goes = f"It will go to {_people(reach.people)} in {_count(reach.chats, 'chat')}, and {emailed}."
    if not reach.chats:
        goes = f"It will go {emailed}."
    left = reach.unreached - reach.emails
    if not left:
        return goes
    has = "has neither a chat nor an email address that works" if left == 1 else NEITHER
    return f"{goes} {_people(left)} {has}."


NEITHER = "have neither a chat nor an email address that works"


def _not_using(count: int) -> str:
    return "isn't using the bot" if count == 1 else "aren't using the bot"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _count(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def on_its_way(audience: Audience) -> str:
    """Say that it is started; how far it is stands in a message of its own."""
    return f"{_head(audience)}\n\n✅ It's on its way, and progress is shown below."


def progress(sent: Announcement, tally: Tally) -> str:
    """Show how far it is."""
    emails = tally.emails or Tally()
    done, total = tally.done + emails.done, tally.total + emails.total
    full = BAR_LENGTH * done // max(1, total)
    bar = "▓" * full + "░" * (BAR_LENGTH - full)
    which = f" ({_count(tally.total, 'chat')}, {_count(emails.total, 'email')})" if emails.total else ""
    return f"📣 Sending to {AUDIENCES[sent.audience]}\n{bar} {done:,} of {total:,}{which}"


def stopping(audience: Audience) -> str:
    """Say that nobody else gets it."""
    return f"⏹ Stopping the announcement to {AUDIENCES[audience]} …"


def over(sent: Announcement, tally: Tally) -> str:
    """Say what came of it."""
    came = f"{tally.delivered:,} delivered, {tally.blocked:,} blocked the bot, {tally.failed:,} failed"
    lines, emails = [f"{came}."], tally.emails or Tally()
    if sent.state is AnnouncementState.STOPPED:
        lines[0] = f"{came}, {tally.waiting:,} not sent."
    if emails.total:
        left = f", {emails.waiting:,} not sent" if emails.waiting else ""
        refused = f"{emails.blocked:,} refused, {emails.failed:,} failed{left}"
        lines.append(f"By email: {emails.delivered:,} delivered, {refused}.")
    if tally.failed or emails.failed:
        lines.append("Messages that failed may still have arrived, so I won't send them again.")
    head = "⏹ Stopped: the" if sent.state is AnnouncementState.STOPPED else "✅ Done: the"
    return f"{head} announcement to {AUDIENCES[sent.audience]}\n" + "\n".join(lines)
