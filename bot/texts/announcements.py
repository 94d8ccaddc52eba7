"""What is said around announcements, and how one looks."""

from bot.texts.formats import esc
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


def preview(clinic: str, audience: Audience, text: str, reach: Reach) -> str:
    """Show it as people will see it, and who will."""
    ask = " Send it?" if reach.chats else " Tap « Back to choose others."
    return (
        f"{_head(audience)}\nThis is how they'll see it:\n\n{RULE}\n{announcement(clinic, text)}\n{RULE}\n\n"
        f"{_reach(reach, audience)}{ask}"
    )


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


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _count(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def on_its_way(audience: Audience) -> str:
    """Say that it is started; how far it is stands in a message of its own."""
    return f"{_head(audience)}\n\n✅ It's on its way, and progress is shown below."


def progress(sent: Announcement, tally: Tally) -> str:
    """Show how far it is."""
    full = BAR_LENGTH * tally.done // max(1, tally.total)
    bar = "▓" * full + "░" * (BAR_LENGTH - full)
    return f"📣 Sending to {AUDIENCES[sent.audience]}\n{bar} {tally.done:,} of {tally.total:,}"


def stopping(audience: Audience) -> str:
    """Say that nobody else gets it."""
    return f"⏹ Stopping the announcement to {AUDIENCES[audience]} …"


def over(sent: Announcement, tally: Tally) -> str:
    """Say what came of it."""
    came = f"{tally.delivered:,} delivered, {tally.blocked:,} blocked the bot, {tally.failed:,} failed"
    lines = [f"{came}."]
    if sent.state is AnnouncementState.STOPPED:
        lines[0] = f"{came}, {tally.waiting:,} not sent."
    if tally.failed:
        lines.append("Messages that failed may still have arrived, so I won't send them again.")
    head = "⏹ Stopped: the" if sent.state is AnnouncementState.STOPPED else "✅ Done: the"
    return f"{head} announcement to {AUDIENCES[sent.audience]}\n" + "\n".join(lines)
